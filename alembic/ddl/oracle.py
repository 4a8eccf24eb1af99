"""All that is peculiar to Oracle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import types as sqltypes

from ..util import sqla_compat
from ..util.exc import CommandError
from ..util.sqla_compat import compiles
from .base import (
    AddColumn,
    ColumnComment,
    ColumnDefault,
    ColumnName,
    ColumnNullable,
    ColumnType,
    IdentityColumnDefault,
    RenameTable,
    alter_table,
    column_definition,
    format_column_name,
    format_server_default,
    format_table_name,
    format_type,
    generated_as_identity,
)
from .impl import DefaultImpl
from .literals import Literals

if TYPE_CHECKING:
    import datetime

    from sqlalchemy import Column, Index
    from sqlalchemy.sql.compiler import DDLCompiler


class OracleLiterals(Literals):
    """How Oracle writes values."""

    def binary(self, value: bytes) -> str:
        """Return bytes for RAW and BLOB."""
        return f"HEXTORAW('{value.hex()}')"

    def interval(self, value: datetime.timedelta) -> str:
        """Return a length of time in seconds."""
        return f"NUMTODSINTERVAL({value.total_seconds()}, 'SECOND')"


class OracleImpl(DefaultImpl):
    """Oracle, whose scripts end each statement with a line ``/``."""

    __dialect__ = "oracle"

    transactional_ddl = False
    batch_separator = "/"
    command_terminator = ""
    # It would be RETURNING … INTO a variable that no script has.
    returning_in_scripts = False
    type_synonyms = (
        *DefaultImpl.type_synonyms,
        {"VARCHAR", "VARCHAR2"},
        {"BIGINT", "INTEGER", "SMALLINT", "DECIMAL", "NUMERIC", "NUMBER"},
        {"DOUBLE", "FLOAT", "DOUBLE_PRECISION"},
    )
    identity_attrs_ignore = ()
    product = "Oracle"
    literals = OracleLiterals

    def __init__(self, *arg: Any, **kw: Any) -> None:
        super().__init__(*arg, **kw)
        self.batch_separator = self.context_opts.get(
            "oracle_batch_separator", self.batch_separator
        )

    def add_column(
        self,
        table_name: str,
        column: Column[Any],
        *,
        if_not_exists: bool | None = None,
        **kw: Any,
    ) -> None:
        """Add a column.

        :raises CommandError: for ``if_not_exists``, which Oracle lacks
        """
        if if_not_exists:
            raise self._lacks("if_not_exists", "column", column.name)
        super().add_column(table_name, column, **kw)

    def create_index(self, index: Index, **kw: Any) -> None:
        """Create an index.

        :raises CommandError: for ``if_not_exists``, which SQLAlchemy leaves out here
        """
        if kw.get("if_not_exists"):
            raise self._lacks("if_not_exists", "index", index.name)
        super().create_index(index, **kw)

    def emit_begin(self) -> None:
        """Print the beginning of a transaction."""
        self._exec("SET TRANSACTION READ WRITE")

    def emit_commit(self) -> None:
        """Print the end of a transaction."""
        self._exec("COMMIT")


def alter_column(compiler: DDLCompiler, name: str) -> str:
    """Return ``MODIFY c``."""
    return f"MODIFY {format_column_name(compiler, name)}"


def add_column(compiler: DDLCompiler, column: Column[Any], **kw: Any) -> str:
    """Return ``ADD c …``."""
    return f"ADD {column_definition(compiler, column, **kw)}"


@compiles(AddColumn, "oracle")
def visit_add_column(element: AddColumn, compiler: DDLCompiler, **kw: Any) -> str:
    """Return ``ALTER TABLE t ADD c …``."""
    table = alter_table(compiler, element.table_name, element.schema)
    column = add_column(
        compiler,
        element.column,
        inline_references=element.inline_references,
        inline_primary_key=element.inline_primary_key,
        **kw,
    )
    return f"{table} {column}"


@compiles(ColumnNullable, "oracle")
def visit_column_nullable(
    element: ColumnNullable, compiler: DDLCompiler, **kw: Any
) -> str:
    """Return ``… MODIFY c NULL`` or ``… MODIFY c NOT NULL``."""
    return _modify(element, compiler, "NULL" if element.nullable else "NOT NULL")


@compiles(ColumnType, "oracle")
def visit_column_type(element: ColumnType, compiler: DDLCompiler, **kw: Any) -> str:
    """Return ``… MODIFY c <type>``."""
    return _modify(element, compiler, format_type(compiler, element.type_))


@compiles(ColumnDefault, "oracle")
def visit_column_default(
    element: ColumnDefault, compiler: DDLCompiler, **kw: Any
) -> str:
    """Return ``… MODIFY c DEFAULT x``; a default that is no more is NULL."""
    default = "NULL"
    if element.default is not None:
        default = format_server_default(compiler, element.default)
    return _modify(element, compiler, f"DEFAULT {default}")


@compiles(ColumnName, "oracle")
def visit_column_name(element: ColumnName, compiler: DDLCompiler, **kw: Any) -> str:
    """Return ``… RENAME COLUMN c TO d``."""
    table = alter_table(compiler, element.table_name, element.schema)
    old = format_column_name(compiler, element.column_name)
    new = format_column_name(compiler, element.newname)
    return f"{table} RENAME COLUMN {old} TO {new}"


@compiles(ColumnComment, "oracle")
def visit_column_comment(
    element: ColumnComment, compiler: DDLCompiler, **kw: Any
) -> str:
    """Return ``COMMENT ON COLUMN s.t.c IS 'x'``; no comment is an empty one."""
    table = format_table_name(compiler, element.table_name, element.schema)
    column = format_column_name(compiler, element.column_name)
    comment = compiler.sql_compiler.render_literal_value(
        element.comment or "", sqltypes.String()
    )
    return f"COMMENT ON COLUMN {table}.{column} IS {comment}"


@compiles(RenameTable, "oracle")
def visit_rename_table(element: RenameTable, compiler: DDLCompiler, **kw: Any) -> str:
    """Return ``ALTER TABLE s.t RENAME TO u``: the new name takes no schema."""
    table = alter_table(compiler, element.table_name, element.schema)
    new = format_table_name(compiler, element.new_table_name, None)
    return f"{table} RENAME TO {new}"


@compiles(IdentityColumnDefault, "oracle")
def visit_identity_column(
    element: IdentityColumnDefault, compiler: DDLCompiler, **kw: Any
) -> str:
    """Return ``… MODIFY c GENERATED …`` or ``… MODIFY c DROP IDENTITY``."""
    if element.default is None:
        return _modify(element, compiler, "DROP IDENTITY")
    if not sqla_compat.is_identity(element.default):
        raise CommandError(
            f"Column {element.column_name!r} of table {element.table_name!r} is an "
            "identity; drop that first (server_default=None), then give it a default."
        )
    return _modify(element, compiler, generated_as_identity(compiler, element.default))


def _modify(element: Any, compiler: DDLCompiler, change: str) -> str:
    table = alter_table(compiler, element.table_name, element.schema)
    return f"{table} {alter_column(compiler, element.column_name)} {change}"
