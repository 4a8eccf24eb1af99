"""All that is peculiar to PostgreSQL."""

from __future__ import annotations

import datetime
import logging
import math
from typing import TYPE_CHECKING, Any

from sqlalchemy import types as sqltypes
from sqlalchemy.dialects.postgresql import INTERVAL

from ..util import sqla_compat
from ..util.exc import CommandError
from ..util.sqla_compat import compiles
from .base import (
    AlterColumn,
    ColumnComment,
    IdentityColumnDefault,
    RenameTable,
    alter_column,
    alter_table,
    format_column_name,
    format_table_name,
    format_type,
    generated_as_identity,
)
from .impl import DefaultImpl
from .literals import Literals

if TYPE_CHECKING:
    from typing import Callable

    from sqlalchemy import Index, Table
    from sqlalchemy.engine import Dialect
    from sqlalchemy.sql.compiler import DDLCompiler
    from sqlalchemy.types import TypeEngine

    from .emit import _ServerDefaultArgument

log = logging.getLogger(__name__)


class PostgresqlLiterals(Literals):
    """How PostgreSQL writes values."""

    def __init__(self, dialect: Dialect) -> None:
        # A backslash has been a plain character since 9.1; a driver asks the server,
        # which a script cannot.
        sqla_compat.set_backslash_escapes(dialect, False)
        super().__init__(dialect)

    def binary(self, value: bytes) -> str:
        """Return bytes in the hexadecimal form of bytea."""
        return f"'\\x{value.hex()}'::bytea"

    def odd_number(self, value: float) -> str:
        """Return NaN or an infinity."""
        if math.isnan(value):
            return "'NaN'::float8"
        return "'Infinity'::float8" if value > 0 else "'-Infinity'::float8"

    def interval(self, value: datetime.timedelta) -> str:
        """Return a length of time; a day is not 24 hours for PostgreSQL."""
        seconds = f"{value.seconds}.{value.microseconds:06}"
        return f"'{value.days} days {seconds} seconds'::interval"

    def array(self, values: Any) -> str:
        """Return an array of whatever the values are."""
        return self._array(values, self.by_value)

    def _array(self, values: Any, write: Callable[[Any], str]) -> str:
        if not values:
            # ARRAY[] has no type, a plain string takes that of the column.
            return "'{}'"
        return f"ARRAY[{self._items(values, write)}]"

    def _items(self, values: Any, write: Callable[[Any], str]) -> str:
        return ", ".join(
            f"[{self._items(value, write)}]"
            if isinstance(value, (list, tuple))
            else "NULL"
            if value is None
            else write(value)
            for value in values
        )

    def writer(self, type_: TypeEngine[Any]) -> Callable[[Any], str] | None:
        """Return the function for values of a type; None leaves it to SQLAlchemy."""
        plain = self.plain_type(type_)
        if plain is type_.dialect_impl(self.dialect):
            if isinstance(plain, (INTERVAL, sqltypes.Interval)):
                return self.by_value
            if isinstance(plain, sqltypes.ARRAY):
                return self._array_writer(plain)
        return super().writer(type_)

    def _array_writer(self, type_: sqltypes.ARRAY[Any]) -> Callable[[Any], str]:
        item_type = type_.item_type
        write = self.item_writer(item_type)
        cast = ""
        if not isinstance(item_type, sqltypes.String) or isinstance(
            item_type, sqltypes.Enum
        ):
            # ARRAY['x'] is text[], which is no array of enums. A cast to
            # VARCHAR(n)[] would cut what is too long.
            cast = "::" + sqla_compat.type_compiler_of(self.dialect).process(type_)
        return lambda values: self._array(values, write) + (cast if values else "")

    def item_writer(self, type_: TypeEngine[Any]) -> Callable[[Any], str]:
        """Return the function for the items of an array."""
        own = self.writer(type_)
        if own is not None:
            return own
        compiler = self.dialect.statement_compiler(self.dialect, None)
        return lambda value: compiler.render_literal_value(value, type_)


class PostgresqlImpl(DefaultImpl):
    """PostgreSQL."""

    __dialect__ = "postgresql"

    transactional_ddl = True
    type_synonyms = (*DefaultImpl.type_synonyms, {"FLOAT", "DOUBLE PRECISION"})
    literals = PostgresqlLiterals

    def alter_column(
        self,
        table_name: str,
        column_name: str,
        *,
        nullable: bool | None = None,
        server_default: _ServerDefaultArgument = False,
        name: str | None = None,
        type_: TypeEngine[Any] | None = None,
        schema: str | None = None,
        autoincrement: bool | None = None,
        existing_type: TypeEngine[Any] | None = None,
        existing_server_default: _ServerDefaultArgument = None,
        existing_nullable: bool | None = None,
        existing_autoincrement: bool | None = None,
        **kw: Any,
    ) -> None:
        """Change a column; the type comes first, as defaults depend on it.

        :param kw: ``postgresql_using`` is the SQL expression that converts values to
            the new type
        :raises CommandError: for ``postgresql_using`` without a type
        """
        using = kw.pop("postgresql_using", None)
        if using is not None and type_ is None:
            raise CommandError("postgresql_using must be used with the type_ parameter")
        self._warn_about_autoincrement(autoincrement, existing_autoincrement)
        existing: dict[str, Any] = {
            "schema": schema,
            "existing_type": existing_type,
            "existing_server_default": existing_server_default,
            "existing_nullable": existing_nullable,
            "existing_comment": kw.get("existing_comment"),
        }
        changes: list[Any] = []
        if type_ is not None:
            changes.append(
                PostgresqlColumnType(
                    table_name, column_name, type_, using=using, **existing
                )
            )
        changes += self._column_changes(
            table_name,
            column_name,
            nullable=nullable,
            server_default=server_default,
            comment=kw.get("comment", False),
            name=name,
            **existing,
        )
        self._exec_all(filter(self._changes_something, changes))

    def _changes_something(self, change: Any) -> bool:
        """Return False for an identity that stays as it is: there is no SQL for it."""
        if not isinstance(change, IdentityColumnDefault):
            return True
        if not sqla_compat.is_identity(change.default) or not sqla_compat.is_identity(
            change.existing_server_default
        ):
            return True
        return bool(_identity_differences(change))

    def create_index(self, index: Index, **kw: Any) -> None:
        """Create an index; INCLUDE may name columns that nobody mentioned before."""
        self._add_included_columns(index, "postgresql")
        super().create_index(index, **kw)

    def prep_table_for_batch(self, batch_impl: Any, table: Table) -> None:
        """Drop named constraints of the old table: names are those of a schema.

        :param batch_impl: has ``named_constraints``, the new table's by name
        :param table: the old table
        """
        for constraint in sqla_compat.sorted_constraints(table):
            if (
                constraint.name is not None
                and constraint.name in batch_impl.named_constraints
            ):
                self.drop_constraint(constraint)


class PostgresqlColumnType(AlterColumn):
    """``ALTER COLUMN c TYPE t``, with USING where values need to be converted."""

    def __init__(
        self, name: str, column_name: str, type_: TypeEngine[Any], **kw: Any
    ) -> None:
        using = kw.pop("using", None)
        super().__init__(name, column_name, **kw)
        self.type_ = sqltypes.to_instance(type_)
        self.using = using


@compiles(RenameTable, "postgresql")
def visit_rename_table(element: RenameTable, compiler: DDLCompiler, **kw: Any) -> str:
    """Return ``ALTER TABLE s.t RENAME TO u``: the new name takes no schema."""
    table = alter_table(compiler, element.table_name, element.schema)
    new = format_table_name(compiler, element.new_table_name, None)
    return f"{table} RENAME TO {new}"


@compiles(PostgresqlColumnType, "postgresql")
def visit_column_type(
    element: PostgresqlColumnType, compiler: DDLCompiler, **kw: Any
) -> str:
    """Return ``… ALTER COLUMN c TYPE t [USING expression]``."""
    table = alter_table(compiler, element.table_name, element.schema)
    column = alter_column(compiler, element.column_name)
    type_ = format_type(compiler, element.type_)
    using = f" USING {element.using}" if element.using else ""
    return f"{table} {column} TYPE {type_}{using}"


@compiles(ColumnComment, "postgresql")
def visit_column_comment(
    element: ColumnComment, compiler: DDLCompiler, **kw: Any
) -> str:
    """Return ``COMMENT ON COLUMN s.t.c IS 'x'``."""
    table = format_table_name(compiler, element.table_name, element.schema)
    column = format_column_name(compiler, element.column_name)
    comment = "NULL"
    if element.comment is not None:
        comment = compiler.sql_compiler.render_literal_value(
            element.comment, sqltypes.String()
        )
    return f"COMMENT ON COLUMN {table}.{column} IS {comment}"


@compiles(IdentityColumnDefault, "postgresql")
def visit_identity_column(
    element: IdentityColumnDefault, compiler: DDLCompiler, **kw: Any
) -> str:
    """Return the statement that adds, changes or drops an identity."""
    table = alter_table(compiler, element.table_name, element.schema)
    column = alter_column(compiler, element.column_name)
    return f"{table} {column} {_identity_change(element, compiler)}"


def _identity_change(element: IdentityColumnDefault, compiler: DDLCompiler) -> str:
    wanted: Any = element.default
    existing: Any = element.existing_server_default
    if wanted is None:
        return "DROP IDENTITY"
    if not sqla_compat.is_identity(wanted):
        raise CommandError(
            f"Column {element.column_name!r} of table {element.table_name!r} is an "
            "identity; drop that first (server_default=None), then give it a default."
        )
    if existing is None or existing is False:
        return f"ADD {generated_as_identity(compiler, wanted)}"
    if not sqla_compat.is_identity(existing):
        raise CommandError(
            f"Column {element.column_name!r} of table {element.table_name!r} has a "
            "default; drop that first (server_default=None), then make it an identity."
        )
    options = sqla_compat.identity_options(wanted)
    return " ".join(
        _identity_option(compiler, name, options[name])
        for name in _identity_differences(element)
    )


def _identity_differences(element: IdentityColumnDefault) -> list[str]:
    """Return the names of the options that change, in a fixed order."""
    differing, _, _ = element.impl._compare_identity_default(
        element.default, element.existing_server_default
    )
    return sorted(differing)


def _identity_option(compiler: DDLCompiler, name: str, value: Any) -> str:
    if name == "always":
        return "SET GENERATED ALWAYS" if value else "SET GENERATED BY DEFAULT"
    alone = sqla_compat.identity_with(**{name: value})
    return f"SET {compiler.get_identity_options(alone)}"


def __getattr__(name: str) -> Any:
    """Hand on the exclude operation, which lives with the other operations."""
    if name == "CreateExcludeConstraintOp":
        # The rooms of operations and dialects do not know each other; this is the
        # place where published code looks for it.
        from importlib import import_module

        return getattr(import_module("alembic.operations.exclude"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
