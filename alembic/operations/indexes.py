"""Operations on indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Sequence

from ..util.exc import CommandError
from .checks import list_of_columns, need_names
from .core import MigrateOperation, given
from .directive import directive
from .schemaobj import SchemaObjects

if TYPE_CHECKING:
    from sqlalchemy.schema import Index, Table
    from sqlalchemy.sql.elements import ColumnElement, TextClause

    from .ports import Context, Target


@directive("create_index", in_batch="index_name, columns, **kw")
class CreateIndexOp(MigrateOperation):
    """Create an index::

        op.create_index("ix_account_name", "account", ["name"])
        op.create_index("ix_lower", "account", [text("lower(name)")], unique=True)

    :param index_name: its name; None where a naming convention gives one
    :param table_name: the table
    :param columns: a list of column names, ``text()`` and expressions
    :param schema: the table's schema; None for the default one
    :param unique: True for a unique index
    :param if_not_exists: True: do nothing when there is such an index
    :param kw: options of a dialect, such as ``postgresql_where``
    """

    def __init__(
        self,
        index_name: str | None,
        table_name: str,
        columns: Sequence[str | TextClause | ColumnElement[Any]],
        *,
        schema: str | None = None,
        unique: bool = False,
        if_not_exists: bool | None = None,
        **kw: Any,
    ) -> None:
        self.index_name = index_name
        self.table_name = table_name
        self.columns = list_of_columns(
            "create_index", "columns", columns, table=table_name
        )
        self.schema = schema
        self.unique = unique
        self.if_not_exists = if_not_exists
        self.kw = kw

    @classmethod
    def from_index(cls, index: Index) -> CreateIndexOp:
        """Return the operation that creates such an index.

        :param index: an index of a table
        """
        table = _table_of(index)
        return cls(
            index.name,
            table.name,
            list(index.expressions),
            schema=table.schema,
            unique=index.unique,
            **index.dialect_kwargs,
        )

    def to_index(self, migration_context: Context | None = None) -> Index:
        """Return the index to be created.

        :param migration_context: whose naming convention is applied
        """
        return SchemaObjects(migration_context).index(
            self.index_name,
            self.table_name,
            self.columns,
            schema=self.schema,
            unique=self.unique,
            **self.kw,
        )

    def reverse(self) -> DropIndexOp:
        """Return the operation that drops the index."""
        return DropIndexOp.from_index(self.to_index())

    def to_diff_tuple(self) -> tuple[str, Index]:
        """Return ``("add_index", Index)``."""
        return ("add_index", self.to_index())

    def apply(self, target: Target) -> None:
        """Create the index."""
        need_names("create_index", table_name=self.table_name)
        index = self.to_index(target.migration_context)
        target.impl.create_index(index, **given(if_not_exists=self.if_not_exists))


@directive("drop_index", in_batch="index_name, **kw")
class DropIndexOp(MigrateOperation):
    """Drop an index::

        op.drop_index("ix_account_name", "account")

    :param index_name: its name
    :param table_name: the table; MySQL and SQL Server need it
    :param schema: the table's schema; None for the default one
    :param if_exists: True: do nothing when there is no such index
    :param kw: options of a dialect, such as ``postgresql_concurrently``
    """

    def __init__(
        self,
        index_name: str,
        table_name: str | None = None,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        _reverse: CreateIndexOp | None = None,
        **kw: Any,
    ) -> None:
        self.index_name: str | None = index_name
        self.table_name = table_name
        self.schema = schema
        self.if_exists = if_exists
        self._reverse = _reverse
        self.kw = kw

    @classmethod
    def from_index(cls, index: Index) -> DropIndexOp:
        """Return the operation that drops such an index, and remembers it.

        :param index: an index of a table
        """
        table = _table_of(index)
        return cls(
            index.name,  # type: ignore[arg-type]  # a reflected index has a name
            table.name,
            schema=table.schema,
            _reverse=CreateIndexOp.from_index(index),
            unique=index.unique,
            **index.dialect_kwargs,
        )

    def to_index(self, migration_context: Context | None = None) -> Index:
        """Return the index to be dropped, over a column ``x`` where none is known."""
        return SchemaObjects(migration_context).index(
            self.index_name,
            self.table_name,
            self._reverse.columns if self._reverse else ["x"],
            schema=self.schema,
            **self.kw,
        )

    def reverse(self) -> CreateIndexOp:
        """Return the operation that creates the index again."""
        return CreateIndexOp.from_index(self.to_index())

    def to_diff_tuple(self) -> tuple[str, Index]:
        """Return ``("remove_index", Index)``."""
        return ("remove_index", self.to_index())

    def apply(self, target: Target) -> None:
        """Drop the index.

        :raises CommandError: when it has no name
        """
        if self.index_name is None and self._reverse is None:
            raise CommandError(
                f"drop_index on table {self.table_name!r} needs the name of the index."
            )
        index = self.to_index(target.migration_context)
        target.impl.drop_index(index, **given(if_exists=self.if_exists))


def _table_of(index: Index) -> Table:
    if index.table is None:
        raise CommandError(f"The index {index.name!r} belongs to no table.")
    return index.table
