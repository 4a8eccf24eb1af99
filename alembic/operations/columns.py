"""Operations on columns: add, drop, alter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import types as sa_types
from sqlalchemy.schema import Column, ForeignKeyConstraint, PrimaryKeyConstraint

from ..util import sqla_compat
from ..util.exc import CommandError
from .checks import need_names, need_text, need_types, warn_of_unknown
from .core import AlterTableOp, given
from .directive import directive
from .schemaobj import SchemaObjects

if TYPE_CHECKING:
    from typing import Iterator, Literal, Union

    from sqlalchemy.schema import Constraint, FetchedValue, Table
    from sqlalchemy.sql.elements import ColumnElement, TextClause
    from sqlalchemy.types import TypeEngine

    from .base import BatchOperations, Operations
    from .ports import Context, Target

    ServerDefault = Union[FetchedValue, str, TextClause, ColumnElement[Any]]
    ServerDefaultArgument = Union[ServerDefault, Literal[False], None]
    TypeArgument = Union[TypeEngine[Any], type[TypeEngine[Any]], None]


@directive(
    "add_column",
    takes="table_name, column, schema, if_not_exists, inline_references, "
    "inline_primary_key",
)
class AddColumnOp(AlterTableOp):
    """Add a column to a table, with the constraints and the index it brings.

    ::

        op.add_column("account", Column("city", String(50), nullable=True))
        op.add_column("account", Column("owner", Integer, ForeignKey("owner.id")))

    A column's ``default`` plays no part in SQL: rows that exist get the
    ``server_default``, or NULL.

    :param table_name: the table
    :param column: the column; one that belongs to a table already is copied
    :param schema: the table's schema; None for the default one
    :param if_not_exists: True: do nothing when there is such a column, where the
        database can say so
    :param inline_references: True: a single foreign key becomes part of ``ADD
        COLUMN`` (``REFERENCES …``) instead of a statement of its own
    :param inline_primary_key: True: ``PRIMARY KEY`` becomes part of ``ADD COLUMN``
        for a column with ``primary_key=True``
    """

    def __init__(
        self,
        table_name: str,
        column: Column[Any],
        *,
        schema: str | None = None,
        if_not_exists: bool | None = None,
        inline_references: bool | None = None,
        inline_primary_key: bool | None = None,
        **kw: Any,
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.column = column
        self.if_not_exists = if_not_exists
        self.inline_references = inline_references
        self.inline_primary_key = inline_primary_key
        self.kw = kw

    @classmethod
    def batch_add_column(
        cls,
        operations: BatchOperations,
        column: Column[Any],
        *,
        insert_before: str | None = None,
        insert_after: str | None = None,
        if_not_exists: bool | None = None,
        inline_references: bool | None = None,
        inline_primary_key: bool | None = None,
    ) -> None:
        operations.invoke(
            cls(
                operations.impl.table_name,
                column,
                schema=operations.impl.schema,
                if_not_exists=if_not_exists,
                inline_references=inline_references,
                inline_primary_key=inline_primary_key,
                **given(insert_before=insert_before, insert_after=insert_after),
            )
        )

    @classmethod
    def from_column(cls, col: Column[Any]) -> AddColumnOp:
        """Return the operation that adds such a column to its table.

        :param col: a column that belongs to a table
        """
        return cls(col.table.name, col, schema=col.table.schema)

    @classmethod
    def from_column_and_tablename(
        cls, schema: str | None, tname: str, col: Column[Any]
    ) -> AddColumnOp:
        """Return the operation that adds such a column to the table named.

        :param schema: the table's schema, or None
        :param tname: the table's name
        :param col: the column
        """
        return cls(tname, col, schema=schema)

    def to_column(self) -> Column[Any]:
        """Return the column to be added."""
        return self.column

    def reverse(self) -> DropColumnOp:
        """Return the operation that drops the column."""
        operation = DropColumnOp.from_column_and_tablename(
            self.schema, self.table_name, self.column
        )
        operation.if_exists = self.if_not_exists
        return operation

    def to_diff_tuple(self) -> tuple[str, str | None, str, Column[Any]]:
        """Return ``("add_column", schema, table, Column)``."""
        return ("add_column", self.schema, self.table_name, self.column)

    def apply(self, target: Target) -> None:
        """Add the column, then its constraints, its index and its comment."""
        need_names("add_column", table_name=self.table_name)
        column = _own_column(self.table_name, self.column)
        table = SchemaObjects(target.migration_context).table(
            self.table_name, column, schema=self.schema, _is_whole=False
        )
        target.impl.add_column(
            self.table_name,
            column,
            schema=self.schema,
            if_not_exists=self.if_not_exists,
            inline_references=self.inline_references,
            inline_primary_key=self.inline_primary_key,
            **self.kw,
        )
        for constraint in self._constraints_of(column):
            target.impl.add_constraint(constraint)
        for index in sqla_compat.sorted_indexes(table):
            target.impl.create_index(index)
        self._set_comment(target, column)

    def _constraints_of(self, column: Column[Any]) -> Iterator[Constraint]:
        in_add_column = self.inline_references and len(column.foreign_keys) == 1
        for constraint in _in_fixed_order(column.table):
            if isinstance(constraint, PrimaryKeyConstraint):
                continue
            if in_add_column and isinstance(constraint, ForeignKeyConstraint):
                continue
            yield constraint

    def _set_comment(self, target: Target, column: Column[Any]) -> None:
        dialect = target.impl.dialect
        if column.comment and dialect.supports_comments and not dialect.inline_comments:
            target.impl.create_column_comment(column)


@directive("drop_column")
class DropColumnOp(AlterTableOp):
    """Drop a column::

        op.drop_column("account", "city")

    :param table_name: the table
    :param column_name: the column
    :param schema: the table's schema; None for the default one
    :param kw: ``if_exists``: True: do nothing when there is no such column.  On SQL
        Server ``mssql_drop_default``, ``mssql_drop_check`` and
        ``mssql_drop_foreign_key``: True: find and drop such constraints of the
        column first
    """

    def __init__(
        self,
        table_name: str,
        column_name: str,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        _reverse: AddColumnOp | None = None,
        **kw: Any,
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.column_name = column_name
        self.if_exists = if_exists
        self._reverse = _reverse
        self.kw = kw

    @classmethod
    def drop_column(
        cls,
        operations: Operations,
        table_name: str,
        column_name: str,
        *,
        schema: str | None = None,
        **kw: Any,
    ) -> None:
        operations.invoke(cls(table_name, column_name, schema=schema, **kw))

    @classmethod
    def batch_drop_column(
        cls, operations: BatchOperations, column_name: str, **kw: Any
    ) -> None:
        impl = operations.impl
        operations.invoke(cls(impl.table_name, column_name, schema=impl.schema, **kw))

    @classmethod
    def from_column_and_tablename(
        cls, schema: str | None, tname: str, col: Column[Any]
    ) -> DropColumnOp:
        """Return the operation that drops such a column, and remembers it.

        :param schema: the table's schema, or None
        :param tname: the table's name
        :param col: the column
        """
        return cls(
            tname,
            col.name,
            schema=schema,
            _reverse=AddColumnOp.from_column_and_tablename(schema, tname, col),
        )

    def to_column(self, migration_context: Context | None = None) -> Column[Any]:
        """Return the column to be dropped; without a type where it is not known."""
        if self._reverse is not None:
            return self._reverse.column
        return SchemaObjects(migration_context).column(
            self.column_name, sa_types.NULLTYPE
        )

    def reverse(self) -> AddColumnOp:
        """Return the operation that adds the column again.

        :raises ValueError: when the column is not known
        """
        if self._reverse is None:
            raise ValueError(
                "operation is not reversible; original column is not present"
            )
        operation = AddColumnOp.from_column_and_tablename(
            self.schema, self.table_name, self._reverse.column
        )
        operation.if_not_exists = self.if_exists
        return operation

    def to_diff_tuple(self) -> tuple[str, str | None, str, Column[Any]]:
        """Return ``("remove_column", schema, table, Column)``."""
        return ("remove_column", self.schema, self.table_name, self.to_column())

    def apply(self, target: Target) -> None:
        """Drop the column."""
        need_names(
            "drop_column", table_name=self.table_name, column_name=self.column_name
        )
        warn_of_unknown("drop_column", self.kw, ["if_exists"])
        target.impl.drop_column(
            self.table_name,
            self.to_column(target.migration_context),
            schema=self.schema,
            if_exists=self.if_exists,
            **self.kw,
        )


# What alter_column understands, whatever the database.
_OF_ALTER_COLUMN = (
    *("nullable", "comment", "server_default", "new_column_name", "type_", "schema"),
    *("existing_type", "existing_server_default", "existing_nullable"),
    *("existing_comment", "existing_autoincrement", "autoincrement"),
    *("insert_before", "insert_after"),
)


@directive("alter_column")
class AlterColumnOp(AlterTableOp):
    """Change the type, nullability, default, comment or name of a column.

    What is not given stays as it is::

        op.alter_column("account", "name", nullable=False, existing_type=String(50))
        op.alter_column("account", "name", server_default=None)
        op.alter_column("account", "name", new_column_name="full_name")

    The ``existing_*`` arguments describe the column as it was.  MySQL and MariaDB
    need them to repeat what shall stay; SQL Server needs the type to change
    nullability; elsewhere they serve the way back.

    :param table_name: the table
    :param column_name: the column, by the name it has now
    :param nullable: True or False: the new nullability
    :param comment: the new comment; None takes it away
    :param server_default: the new default: a string, ``text()``, an expression,
        ``Identity`` or ``Computed``; None takes it away
    :param new_column_name: the new name
    :param type_: the new type
    :param existing_type: the type so far
    :param existing_server_default: the default so far; None: there was none
    :param existing_nullable: the nullability so far
    :param existing_comment: the comment so far
    :param schema: the table's schema; None for the default one
    :param kw: ``autoincrement``, ``existing_autoincrement`` (MySQL),
        ``postgresql_using`` and other options of a dialect; in a batch block
        ``insert_before`` and ``insert_after``
    """

    def __init__(
        self,
        table_name: str,
        column_name: str,
        *,
        schema: str | None = None,
        existing_type: Any | None = None,
        existing_server_default: Any = False,
        existing_nullable: bool | None = None,
        existing_comment: str | None = None,
        modify_nullable: bool | None = None,
        modify_comment: str | Literal[False] | None = False,
        modify_server_default: Any = False,
        modify_name: str | None = None,
        modify_type: Any | None = None,
        **kw: Any,
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.column_name = column_name
        self.existing_type = existing_type
        self.existing_server_default = existing_server_default
        self.existing_nullable = existing_nullable
        self.existing_comment = existing_comment
        self.modify_nullable = modify_nullable
        self.modify_comment = modify_comment
        self.modify_server_default = modify_server_default
        self.modify_name = modify_name
        self.modify_type = modify_type
        self.kw = kw

    @classmethod
    def alter_column(
        cls,
        operations: Operations,
        table_name: str,
        column_name: str,
        *,
        nullable: bool | None = None,
        comment: str | Literal[False] | None = False,
        server_default: ServerDefaultArgument = False,
        new_column_name: str | None = None,
        type_: TypeArgument = None,
        existing_type: TypeArgument = None,
        existing_server_default: ServerDefaultArgument = False,
        existing_nullable: bool | None = None,
        existing_comment: str | None = None,
        schema: str | None = None,
        **kw: Any,
    ) -> None:
        operations.invoke(
            cls(
                table_name,
                column_name,
                schema=schema,
                existing_type=existing_type,
                existing_server_default=existing_server_default,
                existing_nullable=existing_nullable,
                existing_comment=existing_comment,
                modify_nullable=nullable,
                modify_comment=comment,
                modify_server_default=server_default,
                modify_name=new_column_name,
                modify_type=type_,
                **kw,
            )
        )

    @classmethod
    def batch_alter_column(
        cls,
        operations: BatchOperations,
        column_name: str,
        *,
        nullable: bool | None = None,
        comment: str | Literal[False] | None = False,
        server_default: ServerDefaultArgument = False,
        new_column_name: str | None = None,
        type_: TypeArgument = None,
        existing_type: TypeArgument = None,
        existing_server_default: ServerDefaultArgument = False,
        existing_nullable: bool | None = None,
        existing_comment: str | None = None,
        insert_before: str | None = None,
        insert_after: str | None = None,
        **kw: Any,
    ) -> None:
        cls.alter_column(
            operations,  # type: ignore[arg-type]  # all it has to do is to invoke
            operations.impl.table_name,
            column_name,
            nullable=nullable,
            comment=comment,
            server_default=server_default,
            new_column_name=new_column_name,
            type_=type_,
            existing_type=existing_type,
            existing_server_default=existing_server_default,
            existing_nullable=existing_nullable,
            existing_comment=existing_comment,
            schema=operations.impl.schema,
            **given(insert_before=insert_before, insert_after=insert_after),
            **kw,
        )

    def has_changes(self) -> bool:
        """Return True when anything but the name is to change."""
        return (
            self.modify_nullable is not None
            or self.modify_server_default is not False
            or self.modify_comment is not False
            or self.modify_type is not None
            or any(name.startswith("modify_") for name in self.kw)
        )

    def reverse(self) -> AlterColumnOp:
        """Return the operation with ``existing_*`` and ``modify_*`` exchanged.

        A new name is not taken back: comparisons never rename.
        """
        facts = {
            name: value
            for name, value in vars(self).items()
            if name.startswith(("existing_", "modify_")) and name != "modify_name"
        }
        facts.update(self.kw)
        return AlterColumnOp(
            self.table_name,
            self.column_name,
            schema=self.schema,
            **_exchanged(facts),
        )

    def to_diff_tuple(self) -> Any:
        """Return up to four tuples: type, nullability, default, comment.

        Each is ``(what, schema, table, column, existing, old, new)``, where
        ``existing`` holds the other three facts.
        """
        existing = {
            "existing_nullable": self.existing_nullable,
            "existing_type": self.existing_type,
            "existing_server_default": self.existing_server_default,
            "existing_comment": self.existing_comment,
        }
        return [
            (what, self.schema, self.table_name, self.column_name)
            + (_others(existing, fact), existing[fact], new)
            for what, fact, new in self._changes()
        ]

    def _changes(self) -> Iterator[tuple[str, str, Any]]:
        if self.modify_type is not None:
            yield "modify_type", "existing_type", self.modify_type
        if self.modify_nullable is not None:
            yield "modify_nullable", "existing_nullable", self.modify_nullable
        if self.modify_server_default is not False:
            new = self.modify_server_default
            yield "modify_default", "existing_server_default", new
        if self.modify_comment is not False:
            yield "modify_comment", "existing_comment", self.modify_comment

    def apply(self, target: Target) -> None:
        """Alter the column; the checks of Boolean and Enum types go and come.

        :raises CommandError: for what is no name, no type, no default or no comment
        """
        self._check()
        warn_of_unknown("alter_column", self.kw, _OF_ALTER_COLUMN)
        if self.existing_type is not None and self.modify_type is not None:
            for check in self._checks(target, self.column_name, self.existing_type):
                target.impl.drop_constraint(check)
        target.impl.alter_column(
            self.table_name,
            self.column_name,
            nullable=self.modify_nullable,
            server_default=self.modify_server_default,
            name=self.modify_name,
            type_=self.modify_type,
            schema=self.schema,
            existing_type=self.existing_type,
            existing_server_default=self.existing_server_default,
            existing_nullable=self.existing_nullable,
            comment=self.modify_comment,
            existing_comment=self.existing_comment,
            **self.kw,
        )
        if self.modify_type is not None:
            name = self.modify_name or self.column_name
            for check in self._checks(target, name, self.modify_type):
                target.impl.add_constraint(check)

    def _checks(self, target: Target, name: str, type_: Any) -> list[Constraint]:
        """Return the constraints that a type brings to a column."""
        objects = SchemaObjects(target.migration_context)
        column = objects.column(name, type_)
        table = objects.table(self.table_name, column, schema=self.schema)
        return [
            constraint
            for constraint in sqla_compat.sorted_constraints(table)
            if not isinstance(constraint, PrimaryKeyConstraint)
            and sqla_compat.create_rule_allows(constraint, target.impl)
        ]

    def _check(self) -> None:
        need_names(
            "alter_column", table_name=self.table_name, column_name=self.column_name
        )
        if self.modify_name is not None:
            need_names("alter_column", new_column_name=self.modify_name)
        types = {"type_": self.modify_type, "existing_type": self.existing_type}
        column = f"alter_column of {self.table_name}.{self.column_name}"
        need_types(column, **types)
        self._refuse_true()
        need_text(column, comment=self.modify_comment)

    def _refuse_true(self) -> None:
        for argument, value in (
            ("comment", self.modify_comment),
            ("server_default", self.modify_server_default),
            ("existing_server_default", self.existing_server_default),
        ):
            if value is True:
                raise CommandError(
                    f"alter_column of {self.table_name}.{self.column_name}: "
                    f"{argument} is never True; give its text, None for none, or "
                    "leave it out."
                )


def _own_column(table_name: str, column: Any) -> Column[Any]:
    """Return a copy: the column given stays free, and can be added again."""
    if not isinstance(column, Column):
        raise CommandError(
            f"add_column on table {table_name!r} takes a Column, not {column!r}."
        )
    return sqla_compat.copy_of(column)  # type: ignore[no-any-return]


def _in_fixed_order(table: Table) -> Iterator[Constraint]:
    """Return constraints in the order in which they were made.

    SQLAlchemy makes the foreign keys of a column in another order in each process:
    these come sorted by what they lead to.
    """
    constraints = sqla_compat.sorted_constraints(table)
    foreign_keys = [c for c in constraints if isinstance(c, ForeignKeyConstraint)]
    foreign_keys.sort(key=lambda key: [each.target_fullname for each in key.elements])
    for constraint in constraints:
        is_foreign_key = isinstance(constraint, ForeignKeyConstraint)
        yield foreign_keys.pop(0) if is_foreign_key else constraint


# What says that a fact stays; that of any other is None.
_UNCHANGED = {"modify_server_default": False, "modify_comment": False}


def _exchanged(facts: dict[str, Any]) -> dict[str, Any]:
    """Return facts with the values exchanged in each existing_/modify_ pair that
    changes something.
    """
    exchanged = dict(facts)
    for name, value in facts.items():
        if not name.startswith("modify_") or value is _UNCHANGED.get(name):
            continue
        partner = "existing_" + name[len("modify_") :]
        if partner in facts:
            exchanged.update({name: facts[partner], partner: value})
    return exchanged


def _others(existing: dict[str, Any], fact: str) -> dict[str, Any]:
    return {name: value for name, value in existing.items() if name != fact}
