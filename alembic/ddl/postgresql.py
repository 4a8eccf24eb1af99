"""All that is peculiar to PostgreSQL."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Mapping, Sequence

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy import types as sqltypes

from ..util import sqla_compat
from ..util.exc import CommandError
from ..util.lazy import lazy_names
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
from .compare import needs_parentheses_in_index
from .impl import DefaultImpl
from .late_keys import refers_to
from .postgresql_compare import (
    POSTGRESQL_DEFAULTS,
    OwnedSequences,
    bare_expression,
    default_as_sql,
    has_operator_class,
    index_options,
    nextval_without_class,
    sequence_of_default,
    text_of,
    without_casts,
)
from .postgresql_literals import PostgresqlLiterals
from .postgresql_trials import (
    is_other_predicate,
    is_same_computed,
    same_default_on_server,
    types_as_reported,
)
from .signatures import ComparisonResult

if TYPE_CHECKING:
    from typing import Literal

    from sqlalchemy import Column, Constraint, Table
    from sqlalchemy.sql.compiler import DDLCompiler
    from sqlalchemy.types import TypeEngine

    from .emit import _ServerDefaultArgument
    from .rebuild import TableRebuild

log = logging.getLogger(__name__)


class PostgresqlImpl(DefaultImpl):
    """PostgreSQL."""

    __dialect__ = "postgresql"

    transactional_ddl = True
    type_synonyms = (*DefaultImpl.type_synonyms, {"FLOAT", "DOUBLE PRECISION"})
    literals = PostgresqlLiterals
    default_style = POSTGRESQL_DEFAULTS

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

    # -- comparison ----------------------------------------------------------

    def _types_as_reported(
        self, definitions: Sequence[str]
    ) -> Mapping[str, TypeEngine[Any] | None]:
        return types_as_reported(self._server, definitions)

    def refuses_null(self, type_: TypeEngine[Any]) -> bool:
        """Return True for a domain with NOT NULL: its columns are reported so too."""
        return bool(getattr(type_, "not_null", False))

    def compare_server_default(
        self,
        inspector_column: Column[Any],
        metadata_column: Column[Any],
        rendered_metadata_default: str | None,
        rendered_inspector_default: str | None,
    ) -> bool:
        """Return True when two server defaults differ; the server decides."""
        table = metadata_column.table
        if metadata_column.primary_key and (
            metadata_column is sqla_compat.autoincrement_column(table)
        ):
            # What brings the numbers is PostgreSQL's own affair.
            return False
        if self._is_same_default(
            metadata_column, rendered_metadata_default, rendered_inspector_default
        ):
            return False
        if rendered_metadata_default is None:
            # A column is reported with the default of its domain.
            of_domain = getattr(inspector_column.type, "default", None)
            return rendered_inspector_default not in (None, of_domain)
        if rendered_inspector_default is None:
            return True
        found = nextval_without_class(rendered_inspector_default)
        wanted = nextval_without_class(
            default_as_sql(metadata_column, rendered_metadata_default)
        )
        server = self.connection
        if found == wanted or server is None:
            return found != wanted
        return not self._remembered(
            ("same default", self._type_text(metadata_column.type), found, wanted),
            lambda: same_default_on_server(server, metadata_column, found, wanted),
        )

    def autogen_column_reflect(
        self, inspector: Any, table: Table, column_info: dict[str, Any]
    ) -> None:
        """Leave out the default of a SERIAL column, which its type brings along."""
        default = column_info.get("default")
        whole = isinstance(column_info["type"], sqltypes.Integer)
        sequence = sequence_of_default(default) if default and whole else None
        if sequence is None or self.connection is None:
            return
        known = self.memo.setdefault("sequences", OwnedSequences(self.connection))
        owner = known.owner_of(sequence)
        if owner is None or (owner[0], owner[2]) != (table.name, column_info["name"]):
            return
        log.info(
            "Detected sequence named '%s' as owned by integer column '%s(%s)', "
            "assuming SERIAL and omitting",
            sequence,
            table.name,
            column_info["name"],
        )
        del column_info["default"]

    # the names of the parameters are part of the interface, and differ there
    def correct_for_autogen_constraints(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        conn_unique_constraints: set[Any],
        conn_indexes: set[Index],
        metadata_unique_constraints: set[Any],
        metadata_indexes: set[Index],
    ) -> None:
        """Leave out the indexes that unique constraints bring along.

        They have ``duplicates_constraint`` in their ``info``.
        """
        conn_indexes -= {
            index for index in conn_indexes if index.info.get("duplicates_constraint")
        }
        if not sqla_compat.sqla_2:
            # Earlier versions do not reflect expressions.
            self._skip_functional_indexes(metadata_indexes, conn_indexes)

    def compare_indexes(
        self, metadata_index: Index, reflected_index: Index
    ) -> ComparisonResult:
        """Compare two indexes of the same name, expressions too."""
        reasons: list[str] = []
        unique = self._compare_index_unique(metadata_index, reflected_index)
        if unique:
            reasons.append(unique)
        wanted, found = (
            [self._compile_element(element) for element in index.expressions]
            for index in (metadata_index, reflected_index)
        )
        if len(wanted) != len(found):
            reasons.append(f"expression number {len(found)} to {len(wanted)}")
        else:
            for number, (was, now) in enumerate(zip(found, wanted), 1):
                if self._cleanup_index_expr(
                    reflected_index, was
                ) == self._cleanup_index_expr(metadata_index, now):
                    continue
                if has_operator_class(now):
                    return ComparisonResult.Skip(
                        f"expression #{number} {now!r} detected as including operator "
                        "clause."
                    )
                reasons.append(f"expression #{number} {was!r} to {now!r}")
        reasons += self._different_options(metadata_index, reflected_index)
        reasons += self._different_predicate(metadata_index, reflected_index)
        return (
            ComparisonResult.Different(reasons) if reasons else ComparisonResult.Equal()
        )

    def compare_unique_constraint(
        self, metadata_constraint: Any, reflected_constraint: Any
    ) -> ComparisonResult:
        """Compare two unique constraints of the same name."""
        reasons: list[str] = []
        columns = super().compare_unique_constraint(
            metadata_constraint, reflected_constraint
        )
        if columns.is_different:
            reasons.append(columns.message)
        reasons += self._different_options(metadata_constraint, reflected_constraint)
        return (
            ComparisonResult.Different(reasons) if reasons else ComparisonResult.Equal()
        )

    def _different_options(self, wanted_item: Any, found_item: Any) -> list[str]:
        wanted = self._dialect_options(wanted_item)
        found = self._dialect_options(found_item)
        return [] if wanted == found else [f"options {found} to {wanted}"]

    def _dialect_options(self, item: Any) -> tuple[Any, ...]:
        """Return the options of an index or unique constraint that are compared."""
        nulls = item.dialect_kwargs.get("postgresql_nulls_not_distinct")
        always = ("nulls_not_distinct",) if nulls else ()
        if isinstance(item, Index) and sqla_compat.sqla_2:
            return (*always, *index_options(item))
        return always

    def _different_predicate(self, wanted: Index, found: Index) -> list[str]:
        """Return what is to be said about WHERE; the server knows equal ones."""
        if not sqla_compat.sqla_2:
            return []
        was, now = (
            None if condition is None else self._compile_element(text_of(condition))
            for condition in (
                index.dialect_kwargs.get("postgresql_where")
                for index in (found, wanted)
            )
        )
        if (was is None) is not (now is None) or (
            was is not None
            and now is not None
            and is_other_predicate(self._server, found, was, now)
        ):
            return [f"where {was} to {now}"]
        return []

    def _compile_element(self, element: Any) -> str:
        """Return an element of an index as SQL text."""
        if isinstance(element, str):
            return element
        return self.render_ddl_sql_expr(element, is_index=True)

    def _cleanup_index_expr(self, index: Index, expr: str) -> str:
        """Return an element of an index without what PostgreSQL writes its own way."""
        table: Any = index.table
        return bare_expression(expr, table.name if table is not None else None)

    def _is_rewritten_computed(
        self, column: Column[Any], found: str, wanted: str
    ) -> bool:
        table = self.dialect.identifier_preparer.format_table(column.table)
        type_ = self._type_text(column.type)
        return bool(is_same_computed(self._server, table, type_, found, wanted))

    def _normalize_computed_default(self, sqltext: str) -> str:
        """Return an expression without casts and what else is written differently."""
        return super()._normalize_computed_default(without_casts(sqltext))

    def adjust_reflected_dialect_options(
        self, reflected_object: Mapping[str, Any], kind: str
    ) -> dict[str, Any]:
        """Return the dialect options; of an index, not that it includes nothing."""
        options = super().adjust_reflected_dialect_options(reflected_object, kind)
        if kind == "index" and not options.get("postgresql_include", True):
            del options["postgresql_include"]
        return options

    # the names of the parameters are part of the interface, and differ there
    def render_type(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, type_: TypeEngine[Any], autogen_context: Any
    ) -> str | Literal[False]:
        """Return False: the usual text of a type is complete.

        It holds the types inside of ARRAY, HSTORE, JSON, JSONB and DOMAIN, also where
        a model with them is compared with another database.

        :param type_: a type of a model
        :param autogen_context: collects imports
        """
        return False

    def render_ddl_sql_expr(
        self,
        expr: Any,
        is_server_default: bool = False,
        is_index: bool = False,
        **kw: Any,
    ) -> str:
        """Return an expression as text; in an index it stands in parentheses.

        A column or function call needs none there.
        """
        if is_index and needs_parentheses_in_index(expr):
            expr = expr.self_group()
        return super().render_ddl_sql_expr(
            expr, is_server_default=is_server_default, is_index=is_index, **kw
        )

    # -- batch mode ----------------------------------------------------------

    def table_rebuild(self, table_name: str, schema: str | None) -> TableRebuild:
        """Return what hands on the sequences of a table that is made anew."""
        # Few migrations make a table anew; the others start faster without it.
        from .postgresql_rebuild import PostgresqlTableRebuild

        return PostgresqlTableRebuild(self)

    def prep_table_for_batch(self, batch_impl: Any, table: Table) -> None:
        """Drop named constraints of the old table: names are those of a schema.

        Foreign keys to the table itself go first, and in any case: they need the key
        that they lead to.

        :param batch_impl: has ``named_constraints``, the new table's by name
        :param table: the old table
        """
        own_keys: list[Constraint] = []
        others: list[Constraint] = []
        for constraint in sqla_compat.sorted_constraints(table):
            if constraint.name is None:
                continue
            if isinstance(constraint, ForeignKeyConstraint) and refers_to(
                constraint, table
            ):
                own_keys.append(constraint)
            elif constraint.name in batch_impl.named_constraints:
                others.append(constraint)
        for constraint in (*own_keys, *others):
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


if not TYPE_CHECKING:
    # Published code looks for these here, though operations and dialects do not know
    # each other.
    __getattr__ = lazy_names(
        __name__,
        {
            "BatchOperations": "alembic.operations.base",
            "CreateExcludeConstraintOp": "alembic.operations.exclude",
            "Operations": "alembic.operations.base",
        },
    )
