"""All that is peculiar to MySQL and MariaDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Mapping, Sequence

from sqlalchemy import schema as sa_schema
from sqlalchemy import types as sqltypes
from sqlalchemy.dialects.mysql import ENUM

from ..util import sqla_compat
from ..util.exc import CommandError
from ..util.sqla_compat import compiles
from .base import (
    AlterColumn,
    ColumnDefault,
    ColumnName,
    ColumnNullable,
    ColumnType,
    alter_table,
    format_column_name,
    format_server_default,
    format_type,
)
from .compare import (
    is_parenthesized,
    needs_parentheses_in_index,
    unwrapped_default,
)
from .defaults import Style, same_constants, same_default
from .impl import DefaultImpl
from .mysql_constraints import has_constraint
from .mysql_defaults import columns_with_defaults, is_whole
from .mysql_literals import MySQLLiterals
from .mysql_rebuild import MySQLTableRebuild
from .mysql_trials import computed_as_reported, default_as_reported, types_as_reported

if TYPE_CHECKING:
    from typing import Literal

    from sqlalchemy import Column, Constraint, Index, Table
    from sqlalchemy.sql.compiler import DDLCompiler
    from sqlalchemy.types import TypeEngine

    from .base import _ServerDefaultType
    from .compare import Params
    from .emit import _ServerDefaultArgument
    from .rebuild import TableRebuild


# https://dev.mysql.com/doc/refman/8.0/en/date-and-time-functions.html
_SYNONYMS = {
    **dict.fromkeys(("now", "current_timestamp", "localtime", "localtimestamp"), "now"),
    **dict.fromkeys(("curdate", "current_date"), "curdate"),
    **dict.fromkeys(("curtime", "current_time"), "curtime"),
}


# not of a dialect that is built on SQLAlchemy's
_OWN_NAMES = ("mysql", "mariadb")


class MySQLImpl(DefaultImpl):
    """MySQL, where one statement says all that a column is."""

    __dialect__ = "mysql"

    transactional_ddl = False
    type_synonyms = (
        *DefaultImpl.type_synonyms,
        {"BOOL", "TINYINT"},
        {"JSON", "LONGTEXT"},
    )
    type_arg_extract: ClassVar[Sequence[str]] = [
        r"character set ([\w\-_]+)",
        r"collate ([\w\-_]+)",
    ]
    product = "MySQL, unlike MariaDB,"
    keys_need_indexes = True
    hides_defaults = True
    literals = MySQLLiterals
    default_style = Style(synonyms=_SYNONYMS, backslashes=True, keeps_moments=True)

    @property
    def _has_conditions(self) -> bool:
        """True where columns have IF [NOT] EXISTS: in MariaDB.

        A server of either kind may answer at an address ``mysql://``, and a dialect
        that is built on this one knows by itself what it has.
        """
        return self.dialect.name != "mysql" or sqla_compat.is_mariadb(self.dialect)

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
        autoincrement: bool | None = None,
        existing_autoincrement: bool | None = None,
        comment: str | Literal[False] | None = False,
        existing_comment: str | None = None,
        **kw: Any,
    ) -> None:
        """Change a column with one statement; what it was is part of it.

        MySQL documents CHANGE and MODIFY: they take the whole definition, and what
        is left out is lost, so the ``existing_*`` arguments count here.

        :raises CommandError: without ``type_`` and ``existing_type``, where the
            statement needs one
        """
        self._refuse_generated(
            table_name, column_name, server_default, existing_server_default
        )
        wanted: dict[str, Any] = {
            "schema": schema,
            "nullable": _first(nullable, existing_nullable, True),
            "type_": _first(type_, existing_type),
            "default": existing_server_default
            if server_default is False
            else server_default,
            "autoincrement": _first(autoincrement, existing_autoincrement),
            "comment": existing_comment if comment is False else comment,
        }
        changes_column = (
            nullable is not None
            or type_ is not None
            or autoincrement is not None
            or comment is not False
        )
        if changes_column or name is not None:
            self._refuse_rest_of_generated(
                table_name, column_name, existing_server_default
            )
        if name is not None or (
            (changes_column or server_default is not False)
            and self._keeps_default_by_change(wanted["type_"], server_default)
        ):
            newname = name if name is not None else column_name
            self._exec(
                MySQLChangeColumn(table_name, column_name, newname=newname, **wanted)
            )
        elif changes_column:
            self._exec(MySQLModifyColumn(table_name, column_name, **wanted))
        elif server_default is not False:
            self._exec(
                MySQLAlterDefault(
                    table_name, column_name, server_default, schema=schema
                )
            )

    def _keeps_default_by_change(self, type_: Any, server_default: Any) -> bool:
        """Return True where ALTER COLUMN … SET DEFAULT would not do.

        For dates and times MySQL takes functions such as now() in a complete
        definition only.
        """
        if type_ is None or server_default is None:
            return False
        return issubclass(
            sqla_compat.affinity(sqltypes.to_instance(type_)), sqltypes.DateTime
        )

    def _refuse_generated(
        self, table: str, column: str, default: Any, existing_default: Any
    ) -> None:
        """Raise SQLAlchemy's CompileError for computed and identity columns."""
        if default is False:
            return
        existing = {"existing_server_default": existing_default}
        change = self._default_change(table, column, default, existing)
        if not isinstance(change, ColumnDefault):
            self._check(change)

    def _refuse_rest_of_generated(self, table: str, column: str, default: Any) -> None:
        """Refuse to write a column anew and leave out that it is generated."""
        if sqla_compat.is_computed(default) or sqla_compat.is_identity(default):
            raise NotImplementedError(
                "Individual alter column constructs not supported by MySQL, and "
                f"column {column!r} of table {table!r} is generated; write the whole "
                "ALTER TABLE with op.execute()."
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

        :raises CommandError: on MySQL for ``if_not_exists``, which MariaDB alone has
        """
        if if_not_exists and not self._has_conditions:
            raise self._lacks("if_not_exists", "column", column.name)
        super().add_column(table_name, column, if_not_exists=if_not_exists, **kw)

    def drop_column(
        self,
        table_name: str,
        column: Column[Any],
        *,
        if_exists: bool | None = None,
        **kw: Any,
    ) -> None:
        """Drop a column.

        :raises CommandError: on MySQL for ``if_exists``, which MariaDB alone has
        """
        if if_exists and not self._has_conditions:
            raise self._lacks("if_exists", "column", column.name)
        super().drop_column(table_name, column, if_exists=if_exists, **kw)

    # -- indexes -------------------------------------------------------------

    def create_index(self, index: Index, **kw: Any) -> None:
        """Create an index.

        :raises CommandError: on MySQL for ``if_not_exists``, which MariaDB alone has
        """
        if kw.get("if_not_exists") and not self._has_conditions:
            raise self._lacks("if_not_exists", "index", index.name)
        super().create_index(index, **kw)

    def drop_index(self, index: Index, **kw: Any) -> None:
        """Drop an index.

        :raises CommandError: on MySQL for ``if_exists``, which MariaDB alone has
        """
        if kw.get("if_exists") and not self._has_conditions:
            raise self._lacks("if_exists", "index", index.name)
        super().drop_index(index, **kw)

    # -- comparison ----------------------------------------------------------

    def compare_type(
        self, inspector_column: Column[Any], metadata_column: Column[Any]
    ) -> bool:
        """Return True when the types differ; the order of an ENUM does not count."""
        found, wanted = (
            column.type.dialect_impl(self.dialect)
            for column in (inspector_column, metadata_column)
        )
        if isinstance(found, ENUM) and isinstance(wanted, ENUM):
            return set(found.enums) != set(wanted.enums)
        return super().compare_type(inspector_column, metadata_column)

    def _types_as_reported(
        self, definitions: Sequence[str]
    ) -> Mapping[str, TypeEngine[Any] | None]:
        return types_as_reported(self._server, definitions)

    def _column_args_match(self, inspected_params: Params, meta_params: Params) -> bool:
        """Return True unless both types say something else, or one is UNSIGNED."""
        for word in ("unsigned", "zerofill"):
            if (word in inspected_params.tokens) != (word in meta_params.tokens):
                return False
        return super()._column_args_match(inspected_params, meta_params)

    def compare_server_default(
        self,
        inspector_column: Column[Any],
        metadata_column: Column[Any],
        rendered_metadata_default: str | None,
        rendered_inspector_default: str | None,
    ) -> bool:
        """Return True when two server defaults differ.

        MySQL writes defaults back in a form of its own: numbers in quotes or not,
        functions with or without parentheses.
        """
        found, wanted = rendered_inspector_default, rendered_metadata_default
        if _is_implicit_zero(metadata_column, found) and not wanted:
            return False
        if self._is_same_default(metadata_column, wanted, found):
            return False
        if found is None or wanted is None:
            return True
        if self._remembered(
            ("same constants", self._type_text(metadata_column.type), found, wanted),
            lambda: same_constants(self._server, metadata_column, found, wanted),
        ):
            return False
        return not self._is_rewritten(metadata_column, wanted, found)

    def _is_rewritten(self, column: Column[Any], wanted: str, found: str) -> bool:
        """Return True where the server writes the model's expression as it is found.

        What cannot be tried, such as an expression over other columns, counts as
        unchanged.
        """
        default = getattr(column.server_default, "arg", None)
        if self._server is None or isinstance(default, (str, type(None))):
            return False
        type_ = self._type_text(column.type)
        written = self._remembered(
            ("default as reported", type_, wanted),
            lambda: self._default_as_reported(type_, wanted),
        )
        return written is None or same_default(
            self.default_style, column, found, written
        )

    def _default_as_reported(self, type_: str, wanted: str) -> str | None:
        if self._server is None:
            return None
        written = default_as_reported(self._server, type_, wanted)
        if written is None:
            # SQLAlchemy 2.1 writes parentheses around expressions.
            written = default_as_reported(self._server, type_, f"({wanted})")
        return written

    def _is_rewritten_computed(
        self, column: Column[Any], found: str, wanted: str
    ) -> bool:
        table = self.dialect.identifier_preparer.format_table(column.table)
        type_ = self._type_text(column.type)
        return found == computed_as_reported(self._server, table, type_, wanted)

    def autogen_column_reflect(
        self, inspector: Any, table: Table, column_info: dict[str, Any]
    ) -> None:
        """Add a default that SQLAlchemy leaves out: a function or ``b'1'``."""
        if is_whole(column_info.get("default")) or "computed" in column_info:
            return
        if self._server is not None:
            known = columns_with_defaults(self._server, inspector, table.schema)
            found = known.get((table.name, column_info["name"]))
            if found is not None:
                column_info.update(found._asdict())

    def table_rebuild(self, table_name: str, schema: str | None) -> TableRebuild:
        """Return what lets keys wait whose names are taken while both tables exist."""
        return MySQLTableRebuild(self)

    # the names of the parameters are part of the interface, and differ there
    def correct_for_autogen_constraints(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        conn_unique_constraints: set[Any],
        conn_indexes: set[Index],
        metadata_unique_constraints: set[Any],
        metadata_indexes: set[Index],
    ) -> None:
        """Leave out the indexes that nobody named.

        InnoDB makes one for each foreign key that has none, and leaves it when the key
        goes; GeoAlchemy2 makes one for a column. Their names are those of the key or
        of their first column.
        """
        of_model = {index.name for index in metadata_indexes}
        implicit = {
            index
            for index in conn_indexes
            if index.name not in of_model and _is_unnamed(index)
        }
        conn_indexes -= implicit

    def is_implied_index(
        self, reflected_index: Mapping[str, Any], foreign_keys: Sequence[Any]
    ) -> bool:
        """Return True for an index that InnoDB made for a foreign key."""
        columns = reflected_index["column_names"]
        return not reflected_index["unique"] and any(
            key["constrained_columns"] == columns
            and reflected_index["name"] in (key["name"], columns[0])
            for key in foreign_keys
        )

    def correct_for_autogen_foreignkeys(
        self, conn_fks: set[Any], metadata_fks: set[Any]
    ) -> None:
        """Take RESTRICT for what MySQL reports as nothing at all."""
        by_ends = {
            self._create_reflected_constraint_sig(key).unnamed: key for key in conn_fks
        }
        for key in metadata_fks:
            ends = self._create_metadata_constraint_sig(key).unnamed
            other = by_ends.get(ends)
            for action in ("ondelete", "onupdate"):
                if (
                    other is not None
                    and str(getattr(key, action)).lower() == "restrict"
                    and getattr(other, action) is None
                ):
                    setattr(other, action, getattr(key, action))

    def render_ddl_sql_expr(
        self,
        expr: Any,
        is_server_default: bool = False,
        is_index: bool = False,
        **kw: Any,
    ) -> str:
        """Return an expression as text; in an index it stands in parentheses."""
        text = super().render_ddl_sql_expr(
            expr, is_server_default=is_server_default, is_index=is_index, **kw
        )
        if is_index and needs_parentheses_in_index(expr, functions=True):
            # DESC stands behind the parentheses.
            inside = super().render_ddl_sql_expr(sqla_compat.column_inside(expr), **kw)
            if not is_parenthesized(inside):
                return text.replace(inside, f"({inside})", 1)
        return text

    # -- constraints ---------------------------------------------------------

    def drop_constraint(self, const: Constraint, **kw: Any) -> None:
        """Drop a constraint, unless it is the CHECK of a type.

        :param kw: ``if_exists`` leaves a missing one alone; a script cannot
        :raises NotImplementedError: for a constraint of unknown kind
        :raises CommandError: for one without a name, unless it is a primary key
        """
        if isinstance(const, sa_schema.CheckConstraint) and sqla_compat.is_type_bound(
            const
        ):
            return
        if type(const) is sa_schema.Constraint and self.dialect.name in _OWN_NAMES:
            raise NotImplementedError(
                "No generic 'DROP CONSTRAINT' in MySQL - please specify constraint type"
            )
        if not isinstance(const, sa_schema.PrimaryKeyConstraint):
            self._need_name(const)
        # IF EXISTS cannot be said of most kinds of constraints.
        may_be_missing = kw.pop("if_exists", None) and not self.as_sql
        if may_be_missing and self.connection is not None:
            if has_constraint(self.connection, const):
                super().drop_constraint(const, **kw)
            return
        super().drop_constraint(const, **kw)

    def _need_name(self, const: Constraint) -> None:
        if sqla_compat.final_name(const, self.dialect) is None:
            table = sqla_compat.table_of(const).name
            raise CommandError(
                f"drop_constraint on table {table!r} needs the name of the constraint; "
                "SHOW CREATE TABLE tells which one the server gave it."
            )


class MariaDBImpl(MySQLImpl):
    """MariaDB."""

    __dialect__ = "mariadb"


def _is_implicit_zero(column: Column[Any], found: str | None) -> bool:
    """Return True for the 0 that MySQL gives to an integer key on its own."""
    return (
        column.primary_key
        and column.autoincrement is False
        and found is not None
        and unwrapped_default(found) == "0"
        and issubclass(sqla_compat.affinity(column.type), sqltypes.Integer)
    )


def _columns(index: Index) -> tuple[str, ...]:
    return tuple(column.name for column in index.columns)


def _is_unnamed(index: Index) -> bool:
    """Return True for an index named like its first column, or its foreign key."""
    columns, table = _columns(index), index.table
    if index.unique or not columns or table is None:
        return False
    return index.name == columns[0] or any(
        key.name == index.name and tuple(sqla_compat.columns_of(key)) == columns
        for key in table.foreign_key_constraints
    )


def _first(*values: Any) -> Any:
    """Return the first value that is given."""
    return next((value for value in values if value is not None), None)


class MySQLAlterDefault(AlterColumn):
    """``ALTER COLUMN c SET DEFAULT x``, or ``DROP DEFAULT`` for None."""

    def __init__(
        self,
        name: str,
        column_name: str,
        default: _ServerDefaultType | None,
        schema: str | None = None,
    ) -> None:
        super().__init__(name, column_name, schema=schema)
        self.default = default


class MySQLChangeColumn(AlterColumn):
    """``CHANGE c d`` with everything that the column is to be."""

    def __init__(
        self,
        name: str,
        column_name: str,
        schema: str | None = None,
        newname: str | None = None,
        type_: TypeEngine[Any] | None = None,
        nullable: bool | None = None,
        default: _ServerDefaultArgument = False,
        autoincrement: bool | None = None,
        comment: str | Literal[False] | None = False,
    ) -> None:
        super().__init__(name, column_name, schema=schema)
        if type_ is None:
            raise CommandError(
                "All MySQL CHANGE/MODIFY COLUMN operations require the existing type."
            )
        self.type_ = sqltypes.to_instance(type_)
        self.nullable = nullable
        self.newname = newname
        self.default: _ServerDefaultArgument = default
        self.autoincrement = autoincrement
        self.comment = comment


class MySQLModifyColumn(MySQLChangeColumn):
    """``MODIFY c`` with everything that the column is to be."""


@compiles(ColumnNullable, "mysql", "mariadb")
@compiles(ColumnName, "mysql", "mariadb")
@compiles(ColumnDefault, "mysql", "mariadb")
@compiles(ColumnType, "mysql", "mariadb")
def _no_single_change(element: AlterColumn, compiler: DDLCompiler, **kw: Any) -> str:
    raise NotImplementedError(
        "Individual alter column constructs not supported by MySQL"
    )


@compiles(MySQLAlterDefault, "mysql", "mariadb")
def _alter_default(element: MySQLAlterDefault, compiler: DDLCompiler, **kw: Any) -> str:
    table = alter_table(compiler, element.table_name, element.schema)
    column = format_column_name(compiler, element.column_name)
    change = "DROP DEFAULT"
    if element.default is not None:
        change = f"SET DEFAULT {format_server_default(compiler, element.default)}"
    return f"{table} ALTER COLUMN {column} {change}"


@compiles(MySQLModifyColumn, "mysql", "mariadb")
def _modify_column(element: MySQLModifyColumn, compiler: DDLCompiler, **kw: Any) -> str:
    table = alter_table(compiler, element.table_name, element.schema)
    column = format_column_name(compiler, element.column_name)
    return f"{table} MODIFY {column} {_column_definition(element, compiler)}"


@compiles(MySQLChangeColumn, "mysql", "mariadb")
def _change_column(element: MySQLChangeColumn, compiler: DDLCompiler, **kw: Any) -> str:
    table = alter_table(compiler, element.table_name, element.schema)
    old = format_column_name(compiler, element.column_name)
    new = format_column_name(compiler, element.newname)
    return f"{table} CHANGE {old} {new} {_column_definition(element, compiler)}"


def _column_definition(element: MySQLChangeColumn, compiler: DDLCompiler) -> str:
    """Return type, NULL, AUTO_INCREMENT, DEFAULT and COMMENT of a column."""
    parts = [
        format_type(compiler, element.type_),
        "NULL" if element.nullable else "NOT NULL",
    ]
    if element.autoincrement:
        parts.append("AUTO_INCREMENT")
    if element.default is not False and element.default is not None:
        parts.append(f"DEFAULT {format_server_default(compiler, element.default)}")
    if element.comment is not False and element.comment is not None:
        comment = compiler.sql_compiler.render_literal_value(
            element.comment, sqltypes.String()
        )
        parts.append(f"COMMENT {comment}")
    return " ".join(parts)
