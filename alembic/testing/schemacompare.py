"""Tables, columns, indexes and constraints that are equal when they are built alike.

Wrap one of the two. It can then stand among the arguments that a mock is expected to
have been called with::

    callback.assert_called_once_with(CompareTable(account))
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from ..util.sqla_compat import foreign_key_target


class _ByStructure:
    """Equal to objects of its kind whose facts are the same."""

    _kind: type
    _wrapped: Any

    __hash__ = None  # type: ignore[assignment]  # what is wrapped can change

    def __eq__(self, other: object) -> bool:
        if isinstance(other, _ByStructure):
            other = other._wrapped
        if not isinstance(other, self._kind):
            return False
        return bool(self._facts(self._wrapped) == self._facts(other))

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._wrapped!r}>"

    def _facts(self, item: Any) -> Any:
        """Return what is compared of an object."""
        raise NotImplementedError


class CompareTable(_ByStructure):
    """Compares name, schema and columns of tables; the columns in their order."""

    _kind = Table

    def __init__(self, table: Table) -> None:
        self.table = self._wrapped = table

    def _facts(self, item: Table) -> Any:
        return item.name, item.schema, [_column_facts(column) for column in item.c]


class CompareColumn(_ByStructure):
    """Compares name and nullability of columns."""

    _kind = Column

    def __init__(self, column: Column[Any]) -> None:
        self.column = self._wrapped = column

    def _facts(self, item: Column[Any]) -> Any:
        return _column_facts(item)


class CompareIndex(_ByStructure):
    """Compares name, table, uniqueness, expressions and options of indexes.

    :param name_only: compare nothing but the names
    """

    _kind = Index

    def __init__(self, index: Index, name_only: bool = False) -> None:
        self.index = self._wrapped = index
        self.name_only = name_only

    def _facts(self, item: Index) -> Any:
        if self.name_only:
            return item.name
        return (
            item.name,
            _table_name(item),
            bool(item.unique),
            [str(expression) for expression in item.expressions],
            {name: str(value) for name, value in item.dialect_kwargs.items()},
        )

    def __repr__(self) -> str:
        expressions = ", ".join(str(each) for each in self.index.expressions)
        return f"<CompareIndex {self.index.name}({expressions})>"


class CompareCheckConstraint(_ByStructure):
    """Compares name, table and text of check constraints."""

    _kind = CheckConstraint

    def __init__(self, constraint: CheckConstraint) -> None:
        self.constraint = self._wrapped = constraint

    def _facts(self, item: CheckConstraint) -> Any:
        return item.name, _table_name(item), str(item.sqltext)


class CompareForeignKey(_ByStructure):
    """Compares name, table, columns and target of foreign keys.

    Neither their options nor the target's schema, which databases leave out, count.
    """

    _kind = ForeignKeyConstraint

    def __init__(self, constraint: ForeignKeyConstraint) -> None:
        self.constraint = self._wrapped = constraint

    def _facts(self, item: ForeignKeyConstraint) -> Any:
        targets = [foreign_key_target(key)[1:] for key in item.elements]
        return item.name, _table_name(item), list(item.column_keys), targets


class ComparePrimaryKey(_ByStructure):
    """Compares name, table and columns of primary keys."""

    _kind = PrimaryKeyConstraint

    def __init__(self, constraint: PrimaryKeyConstraint) -> None:
        self.constraint = self._wrapped = constraint

    def _facts(self, item: PrimaryKeyConstraint) -> Any:
        return _key_facts(item)


class CompareUniqueConstraint(_ByStructure):
    """Compares name, table and columns of unique constraints."""

    _kind = UniqueConstraint

    def __init__(self, constraint: UniqueConstraint) -> None:
        self.constraint = self._wrapped = constraint

    def _facts(self, item: UniqueConstraint) -> Any:
        return _key_facts(item)


def _column_facts(column: Column[Any]) -> Any:
    return column.name, column.nullable


def _key_facts(constraint: Any) -> Any:
    return constraint.name, _table_name(constraint), list(constraint.columns.keys())


def _table_name(item: Any) -> str | None:
    """Return the name of an index's or constraint's table; None where it has none."""
    parent = item.table if isinstance(item, Index) else getattr(item, "parent", None)
    if isinstance(parent, Column):
        parent = parent.table
    return None if parent is None else parent.name
