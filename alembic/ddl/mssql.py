"""All that is peculiar to SQL Server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

from sqlalchemy import types as sqltypes

from ..util import sqla_compat
from ..util.exc import CommandError
from ..util.messaging import warn
from ..util.sqla_compat import compiles
from .base import (
    AddColumn,
    AlterTable,
    ColumnComment,
    ColumnDefault,
    ColumnName,
    ColumnNullable,
    ColumnType,
    RenameTable,
    alter_column,
    alter_table,
    column_definition,
    format_column_name,
    format_server_default,
    format_table_name,
    format_type,
)
from .defaults import Style
from .impl import DefaultImpl
from .literals import Literals

if TYPE_CHECKING:
    from sqlalchemy import Column, Index, Table
    from sqlalchemy.engine import Dialect
    from sqlalchemy.sql.compiler import DDLCompiler
    from sqlalchemy.sql.selectable import TableClause
    from sqlalchemy.types import TypeEngine

    from .emit import _ServerDefaultArgument


class MSSQLLiterals(Literals):
    """How SQL Server writes values."""

    def binary(self, value: bytes) -> str:
        """Return bytes as a hexadecimal constant."""
        return f"0x{value.hex()}"


class MSSQLImpl(DefaultImpl):
    """SQL Server, whose scripts are cut into batches by ``GO``."""

    __dialect__ = "mssql"

    transactional_ddl = True
    batch_separator = "GO"
    # A default is a constraint with a name: the old one has to be dropped first.
    existing_default_needed = True
    type_synonyms = (*DefaultImpl.type_synonyms, {"VARCHAR", "NVARCHAR"})
    identity_attrs_ignore = (
        *DefaultImpl.identity_attrs_ignore,
        "minvalue",
        "maxvalue",
        "nominvalue",
        "nomaxvalue",
        "cycle",
        "cache",
    )
    product = "SQL Server"
    literals = MSSQLLiterals
    # CURRENT_TIMESTAMP is stored as getdate(): documented with CURRENT_TIMESTAMP.
    default_style = Style(
        synonyms={
            "getdate": "current_timestamp",
            "current_timestamp": "current_timestamp",
        }
    )

    def __init__(self, *arg: Any, **kw: Any) -> None:
        super().__init__(*arg, **kw)
        self.batch_separator = self.context_opts.get(
            "mssql_batch_separator", self.batch_separator
        )

    # -- transactions --------------------------------------------------------

    def emit_begin(self) -> None:
        """Print the beginning of a transaction."""
        self.static_output("BEGIN TRANSACTION" + self.command_terminator)

    def emit_commit(self) -> None:
        """Print the end of a transaction, and of the batch."""
        super().emit_commit()
        if self.batch_separator:
            self.static_output(self.batch_separator)

    # -- the table of versions -----------------------------------------------

    def widen_version_column(
        self, table: Table, *, existing_length: int, length: int
    ) -> None:
        """Make room for longer identifiers in the table of versions.

        A column of a primary key cannot be altered; see "ALTER COLUMN" in
        https://learn.microsoft.com/sql/t-sql/statements/alter-table-transact-sql
        """
        key = table.primary_key
        if key.name:
            self.drop_constraint(key)
        super().widen_version_column(
            table, existing_length=existing_length, length=length
        )
        if key.name:
            self.add_constraint(key)

    # -- columns -------------------------------------------------------------

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
        existing_type: TypeEngine[Any] | None = None,
        existing_server_default: _ServerDefaultArgument = None,
        existing_nullable: bool | None = None,
        **kw: Any,
    ) -> None:
        """Change a column.

        A default is a constraint with a name of the server's choice: it is looked up
        and dropped before the type changes or another one is given.

        :raises CommandError: for NULL or NOT NULL without the column's type
        """
        self._warn_about_autoincrement(
            kw.get("autoincrement"), kw.get("existing_autoincrement")
        )
        existing: dict[str, Any] = {
            "schema": schema,
            "existing_type": existing_type,
            "existing_server_default": existing_server_default,
            "existing_nullable": existing_nullable,
            "existing_comment": kw.get("existing_comment"),
        }
        where = (table_name, column_name)
        changes = self._default_to_drop(*where, server_default, existing)
        changes += self._type_change(*where, nullable, type_, existing)
        changes += self._column_changes(
            *where,
            server_default=False if server_default is None else server_default,
            name=name,
            comment=kw.get("comment", False),
            **existing,
        )
        self._exec_all(changes)

    def _type_change(
        self,
        table_name: str,
        column_name: str,
        nullable: bool | None,
        type_: Any,
        existing: dict[str, Any],
    ) -> list[Any]:
        """Return the one statement for type and nullability, or none."""
        where = (table_name, column_name)
        known = nullable if nullable is not None else existing["existing_nullable"]
        if type_ is not None:
            if known is not None:
                given = {**existing, "existing_type": type_}
                return [ColumnNullable(*where, known, **given)]
            warn(
                "MS-SQL ALTER COLUMN operations that specify type_= should also "
                "specify a nullable= or existing_nullable= argument to avoid implicit "
                "conversion of NOT NULL columns to NULL.",
                stacklevel=4,
            )
            return [ColumnType(*where, type_, **existing)]
        if nullable is None:
            return []
        if existing["existing_type"] is None:
            raise CommandError(
                "MS-SQL ALTER COLUMN operations with NULL or NOT NULL require the "
                "existing_type or a new type_ be passed."
            )
        return [ColumnNullable(*where, nullable, **existing)]

    def _default_to_drop(
        self,
        table_name: str,
        column_name: str,
        server_default: Any,
        existing: dict[str, Any],
    ) -> list[Any]:
        """Return what drops the default that must go, or nothing."""
        if server_default is False:
            return []
        before = existing["existing_server_default"]
        change = self._default_change(table_name, column_name, server_default, existing)
        if not isinstance(change, ColumnDefault):
            # Computed or identity: nothing of it can be changed.
            return [change]
        if server_default is not None and (before is None or before is False):
            return []
        return [
            DropConstraintOfColumn(
                table_name, column_name, "sys.default_constraints", existing["schema"]
            )
        ]

    def add_column(
        self,
        table_name: str,
        column: Column[Any],
        *,
        if_not_exists: bool | None = None,
        **kw: Any,
    ) -> None:
        """Add a column.

        :raises CommandError: for ``if_not_exists``, which SQL Server lacks, and for a
            comment where its schema is not known
        """
        if if_not_exists:
            raise self._lacks("if_not_exists", "column", column.name)
        if column.comment:
            self._require_schema(table_name, kw.get("schema"))
        super().add_column(table_name, column, **kw)

    def drop_column(
        self,
        table_name: str,
        column: Column[Any],
        *,
        schema: str | None = None,
        **kw: Any,
    ) -> None:
        """Drop a column, and first the constraints that are asked to go with it.

        :param kw: ``mssql_drop_default``, ``mssql_drop_check`` and
            ``mssql_drop_foreign_key``, each True or False
        """
        catalogs = (
            ("mssql_drop_default", "sys.default_constraints"),
            ("mssql_drop_check", "sys.check_constraints"),
            ("mssql_drop_foreign_key", "sys.foreign_keys"),
        )
        for option, catalog in catalogs:
            if kw.pop(option, False):
                self._exec(
                    DropConstraintOfColumn(table_name, column.name, catalog, schema)
                )
        super().drop_column(table_name, column, schema=schema, **kw)

    # -- comments ------------------------------------------------------------

    def create_table(self, table: Table, **kw: Any) -> None:
        """Create a table, its indexes and comments.

        :raises CommandError: for ``if_not_exists``, which SQL Server lacks, and for a
            comment where its schema is not known
        """
        if kw.get("if_not_exists"):
            raise self._lacks("if_not_exists", "table", table.name)
        if table.comment or any(column.comment for column in table.columns):
            self._require_schema(table.name, table.schema)
        super().create_table(table, **kw)

    def create_table_comment(self, table: Table) -> None:
        """Set the comment of a table."""
        self._require_schema(table.name, table.schema)
        super().create_table_comment(table)

    def drop_table_comment(self, table: Table) -> None:
        """Drop the comment of a table."""
        self._require_schema(table.name, table.schema)
        super().drop_table_comment(table)

    def _require_schema(self, table_name: str, schema: str | None) -> None:
        if not schema and not _default_schema(self.dialect):
            raise _no_schema(table_name)

    # -- comparison ----------------------------------------------------------

    def adjust_reflected_dialect_options(
        self, reflected_object: Mapping[str, Any], kind: str
    ) -> dict[str, Any]:
        """Return the dialect options of something reflected, empty ones left out."""
        options = super().adjust_reflected_dialect_options(reflected_object, kind)
        if not options.get("mssql_include", True):
            del options["mssql_include"]
        return options

    # -- indexes and rows ----------------------------------------------------

    def create_index(self, index: Index, **kw: Any) -> None:
        """Create an index; INCLUDE may name columns that nobody mentioned before.

        :raises CommandError: for ``if_not_exists``, which SQL Server lacks
        """
        if kw.get("if_not_exists"):
            raise self._lacks("if_not_exists", "index", index.name)
        self._add_included_columns(index, "mssql")
        super().create_index(index, **kw)

    def bulk_insert(  # type: ignore[override]
        self,
        table: TableClause | Table,
        rows: list[dict[str, Any]],
        **kw: Any,
    ) -> None:
        """Insert rows; a script lets identity columns take the given values."""
        if not self.as_sql or not rows:
            super().bulk_insert(table, rows, **kw)
            return
        name = self._script.dialect.identifier_preparer.format_table(table)
        self._exec(sqla_compat.verbatim_text(f"SET IDENTITY_INSERT {name} ON"))
        super().bulk_insert(table, rows, **kw)
        self._exec(sqla_compat.verbatim_text(f"SET IDENTITY_INSERT {name} OFF"))


def _default_schema(dialect: Dialect) -> str | None:
    # Before 1.4 the attribute is not there until a connection was made.
    return getattr(dialect, "default_schema_name", None)


def _no_schema(table_name: str) -> CommandError:
    return CommandError(
        f"A comment on SQL Server needs the schema of its table {table_name!r}, and "
        "the default schema is known online only; give schema=, such as 'dbo'."
    )


class DropConstraintOfColumn(AlterTable):
    """Look up the constraint of a column in a catalog view, and drop it.

    :param name: the bare name of the table
    :param column_name: the column
    :param catalog: ``sys.default_constraints``, ``sys.check_constraints`` or
        ``sys.foreign_keys``
    :param schema: the table's schema
    """

    def __init__(
        self, name: str, column_name: str, catalog: str, schema: str | None
    ) -> None:
        super().__init__(name, schema=schema)
        self.column_name = column_name
        self.catalog = catalog


@compiles(DropConstraintOfColumn, "mssql")
def visit_drop_constraint_of_column(
    element: DropConstraintOfColumn, compiler: DDLCompiler, **kw: Any
) -> str:
    """Return the T-SQL block that finds the constraint's name and drops it."""
    table = format_table_name(compiler, element.table_name, element.schema)
    source, prefix = element.catalog, ""
    if element.catalog == "sys.foreign_keys":
        source = (
            "\nsys.foreign_keys fk join sys.foreign_key_columns fkc\n"
            "on fk.object_id=fkc.constraint_object_id"
        )
        prefix = "fkc."
    separator = "" if source.startswith("\n") else " "
    return (
        "declare @const_name varchar(256)\n"
        f"select @const_name = QUOTENAME([name]) from{separator}{source}\n"
        f"where {prefix}parent_object_id = object_id({_string(table)})\n"
        f"and col_name({prefix}parent_object_id, {prefix}parent_column_id)"
        f" = {_string(element.column_name)}\n"
        f"exec({_string(f'alter table {table} drop constraint ')} + @const_name)"
    )


def _string(value: str) -> str:
    """Return a string literal of Transact-SQL."""
    return "'" + value.replace("'", "''") + "'"


@compiles(AddColumn, "mssql")
def visit_add_column(element: AddColumn, compiler: DDLCompiler, **kw: Any) -> str:
    """Return ``ALTER TABLE t ADD c …``."""
    table = alter_table(compiler, element.table_name, element.schema)
    column = mssql_add_column(
        compiler,
        element.column,
        inline_references=element.inline_references,
        inline_primary_key=element.inline_primary_key,
        **kw,
    )
    return f"{table} {column}"


def mssql_add_column(compiler: DDLCompiler, column: Column[Any], **kw: Any) -> str:
    """Return ``ADD c …``."""
    return f"ADD {column_definition(compiler, column, **kw)}"


@compiles(ColumnNullable, "mssql")
def visit_column_nullable(
    element: ColumnNullable, compiler: DDLCompiler, **kw: Any
) -> str:
    """Return ``… ALTER COLUMN c <type> NULL`` or ``… NOT NULL``."""
    table = alter_table(compiler, element.table_name, element.schema)
    column = alter_column(compiler, element.column_name)
    type_ = format_type(compiler, element.existing_type)  # type: ignore[arg-type]
    return f"{table} {column} {type_} {'NULL' if element.nullable else 'NOT NULL'}"


@compiles(ColumnType, "mssql")
def visit_column_type(element: ColumnType, compiler: DDLCompiler, **kw: Any) -> str:
    """Return ``… ALTER COLUMN c <type>``."""
    table = alter_table(compiler, element.table_name, element.schema)
    column = alter_column(compiler, element.column_name)
    return f"{table} {column} {format_type(compiler, element.type_)}"


@compiles(ColumnDefault, "mssql")
def visit_column_default(
    element: ColumnDefault, compiler: DDLCompiler, **kw: Any
) -> str:
    """Return ``ALTER TABLE t ADD DEFAULT x FOR c``."""
    table = alter_table(compiler, element.table_name, element.schema)
    default = format_server_default(compiler, element.default)
    column = format_column_name(compiler, element.column_name)
    return f"{table} ADD DEFAULT {default} FOR {column}"


@compiles(ColumnName, "mssql")
def visit_rename_column(element: ColumnName, compiler: DDLCompiler, **kw: Any) -> str:
    """Return ``EXEC sp_rename 's.t.c', d, 'COLUMN'``."""
    table = format_table_name(compiler, element.table_name, element.schema)
    old = format_column_name(compiler, element.column_name)
    new = format_column_name(compiler, element.newname)
    return f"EXEC sp_rename {_string(f'{table}.{old}')}, {new}, 'COLUMN'"


@compiles(RenameTable, "mssql")
def visit_rename_table(element: RenameTable, compiler: DDLCompiler, **kw: Any) -> str:
    """Return ``EXEC sp_rename 's.t', u``."""
    table = format_table_name(compiler, element.table_name, element.schema)
    new = format_table_name(compiler, element.new_table_name, None)
    return f"EXEC sp_rename {_string(table)}, {new}"


@compiles(ColumnComment, "mssql")
def visit_column_comment(
    element: ColumnComment, compiler: DDLCompiler, **kw: Any
) -> str:
    """Return the procedure call that adds, updates or drops the property."""
    schema = element.schema or _default_schema(compiler.dialect)
    if not schema:
        raise _no_schema(element.table_name)
    where = (
        f"'schema', {compiler.preparer.quote_schema(schema)}, "
        f"'table', {compiler.preparer.quote(element.table_name)}, "
        f"'column', {compiler.preparer.quote(element.column_name)}"
    )
    if element.comment is None:
        return f"exec sp_dropextendedproperty 'MS_Description', {where}"
    comment = compiler.sql_compiler.render_literal_value(
        element.comment, sqltypes.NVARCHAR()
    )
    verb = "add" if element.existing_comment is None else "update"
    return f"exec sp_{verb}extendedproperty 'MS_Description', {comment}, {where}"
