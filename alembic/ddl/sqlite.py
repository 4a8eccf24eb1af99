"""All that is peculiar to SQLite."""

from __future__ import annotations

import datetime
import math
import re
from typing import TYPE_CHECKING, Any, Mapping, Sequence

from sqlalchemy import JSON, Computed
from sqlalchemy.dialects.sqlite import DATE, DATETIME
from sqlalchemy.schema import DefaultClause
from sqlalchemy.sql.elements import ClauseElement

from ..util import sqla_compat, sqla_reflection
from ..util.exc import CommandError
from ..util.messaging import warn
from ..util.sqla_compat import compiles
from .base import (
    ColumnName,
    RenameTable,
    alter_table,
    format_column_name,
    format_table_name,
)
from .compare import is_parenthesized
from .defaults import Style, same_constants
from .impl import DefaultImpl
from .literals import Literals
from .signatures import ComparisonResult
from .sqlite_transactions import SQLiteTransactionGuard

if TYPE_CHECKING:
    import decimal

    from sqlalchemy import Column, Constraint, Index, Table, UniqueConstraint
    from sqlalchemy.engine.reflection import Inspector
    from sqlalchemy.sql.compiler import DDLCompiler
    from sqlalchemy.types import TypeEngine

    from .guard import TransactionGuard
    from .rebuild import TableRebuild

_SEE_BATCH_MODE = (
    "Please refer to the batch mode feature which allows for SQLite migrations "
    "using a copy-and-move strategy."
)


# What the types write unless they were given another format: numbers short of all the
# digits that they may have, and with all of them.
_IN_ISO_FORM: tuple[tuple[Any, type, dict[Any, str]], ...] = (
    (
        DATE,
        datetime.date,
        {
            datetime.date(1, 2, 3): "'0001-02-03'",
            datetime.date(2026, 11, 21): "'2026-11-21'",
        },
    ),
    (
        DATETIME,
        datetime.datetime,
        {
            datetime.datetime(1, 2, 3, 4, 5, 6, 7): "'0001-02-03 04:05:06.000007'",
            datetime.datetime(
                2026, 11, 21, 13, 41, 59, 123456
            ): "'2026-11-21 13:41:59.123456'",
        },
    ),
)


class SQLiteLiterals(Literals):
    """How SQLite writes values."""

    def iso_class(self, type_: TypeEngine[Any]) -> type | None:
        """Return the class of the values that SQLAlchemy's own types write.

        They fill a format with numbers, which takes three times as long.
        """
        impl: Any = type_.dialect_impl(self.dialect)
        if not type(impl).__module__.startswith("sqlalchemy.dialects.sqlite"):
            return None  # who derived a class may have changed anything
        for cls, value_class, written in _IN_ISO_FORM:
            if isinstance(impl, cls) and impl.bind_processor(self.dialect) is not None:
                write = impl.literal_processor(self.dialect)
                usual = all(write(value) == text for value, text in written.items())
                return value_class if usual else None
        return None

    def odd_number(self, value: float | decimal.Decimal) -> str:
        """Return what SQLite makes of NaN and the infinities: NULL, and too much."""
        if math.isnan(value):
            return "NULL"
        return "9e999" if value > 0 else "-9e999"


class SQLiteImpl(DefaultImpl):
    """SQLite, which adds, drops and renames columns; the rest needs batch mode."""

    __dialect__ = "sqlite"

    # SQLite itself can roll DDL back; Python's driver was long in the way.
    transactional_ddl = False
    product = "SQLite"
    literals = SQLiteLiterals
    default_style = Style(names_are_strings=True)
    _guard: SQLiteTransactionGuard | None = None

    # -- the run and its table of versions -----------------------------------

    def transaction_guard(self) -> TransactionGuard:
        """Return what begins a transaction before the first change of a step."""
        if self.as_sql or self.connection is None:
            return super().transaction_guard()
        suspend = bool(self.context_opts.get("sqlite_suspend_foreign_keys"))
        self._guard = SQLiteTransactionGuard(self.connection, suspend)
        return self._guard

    def widen_version_column(
        self, table: Table, *, existing_length: int, length: int
    ) -> None:
        """Do nothing: to SQLite the length of a VARCHAR is only a remark."""

    # -- what SQLite cannot say ----------------------------------------------

    def alter_column(
        self, table_name: str, column_name: str, *, name: str | None = None, **kw: Any
    ) -> None:
        """Rename a column; refuse what needs batch mode, before any SQL goes out.

        :raises CommandError: for any change but that of the name, and for that before
            SQLite 3.25
        """
        self._refuse_changes(table_name, column_name, kw)
        if name is not None:
            self._need_version((3, 25), "rename", table_name, column_name)
        super().alter_column(table_name, column_name, name=name, **kw)

    def _refuse_changes(self, table: str, column: str, kw: dict[str, Any]) -> None:
        wanted = [
            option
            for option, unset in (
                ("nullable", None),
                ("server_default", False),
                ("type_", None),
                ("comment", False),
            )
            if kw.get(option, unset) is not unset
        ]
        if not wanted:
            return
        if "server_default" in wanted:
            self._refuse_generated(table, column, kw)
        raise CommandError(
            f"SQLite cannot change {', '.join(wanted)} of column {column!r} in table "
            f"{table!r} in place; use 'with op.batch_alter_table({table!r}) as "
            f"batch_op:' and batch_op.alter_column({column!r}, ...)."
        )

    def _need_version(
        self, version: tuple[int, int], change: str, table: str, column: str
    ) -> None:
        """Refuse what the library at hand is too old for; a script may meet another.

        :raises CommandError: naming batch mode, which every version can do
        """
        library = getattr(self.dialect.dbapi, "sqlite_version_info", version)
        if not self.as_sql and library < version:
            at_hand, needed = (".".join(map(str, v)) for v in (library, version))
            raise CommandError(
                f"SQLite {at_hand} cannot {change} column {column!r} of table "
                f"{table!r} in place, as {needed} can; use 'with "
                f"op.batch_alter_table({table!r}) as batch_op:'."
            )

    def _refuse_generated(self, table: str, column: str, kw: dict[str, Any]) -> None:
        """Raise SQLAlchemy's CompileError for computed and identity columns."""
        existing = {"existing_server_default": kw.get("existing_server_default")}
        self._check(self._default_change(table, column, kw["server_default"], existing))

    def add_column(
        self,
        table_name: str,
        column: Column[Any],
        *,
        if_not_exists: bool | None = None,
        **kw: Any,
    ) -> None:
        """Add a column.

        :raises CommandError: for ``if_not_exists``, which SQLite lacks
        """
        if if_not_exists:
            raise self._lacks("if_not_exists", "column", column.name)
        super().add_column(table_name, column, **kw)

    def drop_column(
        self,
        table_name: str,
        column: Column[Any],
        *,
        if_exists: bool | None = None,
        **kw: Any,
    ) -> None:
        """Drop a column.

        :raises CommandError: for ``if_exists``, which SQLite lacks, and before SQLite
            3.35
        """
        if if_exists:
            raise self._lacks("if_exists", "column", column.name)
        self._need_version((3, 35), "drop", table_name, column.name)
        super().drop_column(table_name, column, **kw)

    def create_table_comment(self, table: Table) -> None:
        """Refuse: SQLite keeps no comments."""
        raise self._no_comments(table)

    def drop_table_comment(self, table: Table) -> None:
        """Refuse: SQLite keeps no comments."""
        raise self._no_comments(table)

    def _no_comments(self, table: Table) -> CommandError:
        return CommandError(
            f"SQLite keeps no comments (table {table.name!r}); run this directive "
            "only where op.get_context().dialect.supports_comments is true."
        )

    def add_constraint(self, const: Constraint, **kw: Any) -> None:
        """Refuse a constraint; leave out the CHECK of a type, and say so.

        :raises NotImplementedError: SQLite adds constraints in batch mode only
        """
        if not sqla_compat.has_create_rule(const):
            raise NotImplementedError(
                "No support for ALTER of constraints in SQLite dialect. "
                f"{_SEE_BATCH_MODE}"
            )
        if sqla_compat.create_rule_allows(const, self):
            warn(
                "Skipping unsupported ALTER for creation of implicit constraint. "
                f"{_SEE_BATCH_MODE}"
            )

    def drop_constraint(self, const: Constraint, **kw: Any) -> None:
        """Refuse to drop a constraint, unless it is the CHECK of a type.

        :raises NotImplementedError: SQLite drops constraints in batch mode only
        """
        if not sqla_compat.has_create_rule(const):
            raise NotImplementedError(
                "No support for ALTER of constraints in SQLite dialect. "
                f"{_SEE_BATCH_MODE}"
            )

    # -- comparison ----------------------------------------------------------

    def _types_as_reported(
        self, definitions: Sequence[str]
    ) -> Mapping[str, TypeEngine[Any] | None]:
        return {
            each: sqla_reflection.type_of_affinity(self.dialect, each)
            for each in definitions
        }

    def compare_server_default(
        self,
        inspector_column: Column[Any],
        metadata_column: Column[Any],
        rendered_metadata_default: str | None,
        rendered_inspector_default: str | None,
    ) -> bool:
        """Return True when two server defaults differ, quotes and parentheses aside."""
        found, wanted = rendered_inspector_default, rendered_metadata_default
        if self._is_same_default(metadata_column, wanted, found):
            return False
        if found is None or wanted is None:
            return True
        return not same_constants(self._server, metadata_column, found, wanted)

    def compare_indexes(
        self, metadata_index: Index, reflected_index: Index
    ) -> ComparisonResult:
        """Compare two indexes of the same name; being partial is a difference.

        SQLite keeps the text of a predicate as it was written, so that two predicates
        cannot be told apart for certain.
        """
        result = super().compare_indexes(metadata_index, reflected_index)
        wanted, found = (
            index.dialect_kwargs.get("sqlite_where") is not None
            for index in (metadata_index, reflected_index)
        )
        if wanted is found or not sqla_compat.sqla_2:
            return result
        reasons = [result.message] if result.is_different else []
        reasons.append("WHERE is new" if wanted else "WHERE is gone")
        return ComparisonResult.Different(reasons)

    # the names of the parameters are part of the interface, and differ there
    def correct_for_autogen_constraints(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        conn_unique_constraints: set[UniqueConstraint],
        conn_indexes: set[Index],
        metadata_unique_constraints: set[UniqueConstraint],
        metadata_indexes: set[Index],
    ) -> None:
        """Leave out indexes over expressions, which cannot be reflected."""
        self._skip_functional_indexes(metadata_indexes, conn_indexes)

    def is_of_database(self, table_name: str) -> bool:
        """Return True for the counters of AUTOINCREMENT and the like.

        SQLAlchemy before 2.0 names them among the tables.
        """
        return table_name.startswith("sqlite_")

    def autogen_column_reflect(
        self, inspector: Inspector, table: Table, column_info: dict[str, Any]
    ) -> None:
        """Put reflected expressions into the parentheses that they need in DDL.

        The expression of a generated column is read again where SQLAlchemy has read
        on into the next one, as it does after ``ALTER TABLE … ADD COLUMN``.
        """
        default = column_info.get("default")
        if isinstance(default, str) and _needs_parentheses(default):
            column_info["default"] = f"({default})"
        computed = column_info.get("computed")
        if self.connection is None or not computed:
            return
        if not is_parenthesized(f"({computed['sqltext']})"):
            # Few tables need it; the others are compared faster without it.
            from .sqlite_foreign_keys import asker
            from .sqlite_schema import generated_by

            expression = generated_by(
                asker(self.connection), table.schema, table.name, column_info["name"]
            )
            if expression is not None:
                computed["sqltext"] = expression

    def render_ddl_sql_expr(
        self, expr: ClauseElement, is_server_default: bool = False, **kw: Any
    ) -> str:
        """Return an expression as text; as a default it stands in parentheses."""
        text = super().render_ddl_sql_expr(expr, is_server_default, **kw)
        if is_server_default and _needs_parentheses(text):
            return f"({text})"
        return text

    # -- batch mode ----------------------------------------------------------

    def requires_recreate_in_batch(self, batch_op: Any) -> bool:
        """Return True for all but indexes and columns that SQLite can add.

        :param batch_op: what a batch recorded: ``.batch`` holds tuples of name,
            arguments and keywords
        """
        return any(self._needs_new_table(*recorded) for recorded in batch_op.batch)

    def _needs_new_table(self, name: str, args: tuple[Any, ...], kw: Any) -> bool:
        if name == "add_column":
            return not _can_be_added(args[1])
        return name not in ("create_index", "drop_index")

    def complete_reflected_table(self, table: Table, given: Sequence[Any]) -> None:
        """Add what only the text of the table says: collations, conflicts, …"""
        # Few migrations make a table anew; the others start faster without it.
        from .sqlite_foreign_keys import asker
        from .sqlite_schema import complete, master_rows

        if self.connection is not None:
            rows = master_rows(asker(self.connection), table.schema)
            complete(table, self.connection, rows, given)

    def table_rebuild(self, table_name: str, schema: str | None) -> TableRebuild:
        """Return what keeps other tables, triggers and counters from harm."""
        if self.as_sql or self.connection is None:
            return super().table_rebuild(table_name, schema)
        # As above.
        from .sqlite_rebuild import SQLiteTableRebuild

        guard = self._guard
        watching = guard if guard is not None and guard.is_watching else None
        return SQLiteTableRebuild(self, self.connection, watching, table_name, schema)

    def type_in_rebuild(
        self, existing: TypeEngine[Any], new_type: TypeEngine[Any]
    ) -> TypeEngine[Any]:
        """Keep the collation of a column that gets another type of text."""
        # As above.
        from .sqlite_schema import with_collation_of

        return with_collation_of(existing, new_type, self.dialect)

    def cast_for_batch_migrate(
        self, existing: Any, existing_transfer: Any, new_type: Any
    ) -> None:
        """Have values converted, but those of JSON columns.

        CAST to JSON is CAST to NUMERIC for SQLite, which would ruin the text.
        """
        if not isinstance(new_type, JSON):
            super().cast_for_batch_migrate(existing, existing_transfer, new_type)


# SQLite takes longer numbers as they are, too; the parentheses around these are seen in
# revisions. In parentheses a name in double quotes would not be a string.
_DEFAULT_LITERAL = re.compile(r"""'(?:[^']|'')+'|"(?:[^"]|"")*"|[\d.]""")


def _needs_parentheses(default: str) -> bool:
    """Return True for an expression that stands without parentheses."""
    text = default.strip()
    if not text or _DEFAULT_LITERAL.fullmatch(text):
        return False
    return not is_parenthesized(text)


def _can_be_added(column: Column[Any]) -> bool:
    """Return True for a column that ``ALTER TABLE … ADD COLUMN`` accepts."""
    default = column.server_default
    if isinstance(default, DefaultClause):
        return not isinstance(default.arg, ClauseElement)
    return not (isinstance(default, Computed) and default.persisted)


@compiles(RenameTable, "sqlite")
def visit_rename_table(element: RenameTable, compiler: DDLCompiler, **kw: Any) -> str:
    """Return ``ALTER TABLE s.t RENAME TO u``: the new name takes no schema."""
    table = alter_table(compiler, element.table_name, element.schema)
    return (
        f"{table} RENAME TO {format_table_name(compiler, element.new_table_name, None)}"
    )


@compiles(ColumnName, "sqlite")
def visit_column_name(element: ColumnName, compiler: DDLCompiler, **kw: Any) -> str:
    """Return ``ALTER TABLE t RENAME COLUMN c TO d``."""
    table = alter_table(compiler, element.table_name, element.schema)
    old = format_column_name(compiler, element.column_name)
    new = format_column_name(compiler, element.newname)
    return f"{table} RENAME COLUMN {old} TO {new}"
