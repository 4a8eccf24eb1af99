"""Reading tables and asking models, as far as SQLAlchemy's versions differ.

Beside :mod:`.sqla_compat` for what only those ask who read a database.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Sequence

from sqlalchemy import event, text
from sqlalchemy.schema import Column, MetaData, Table, UniqueConstraint
from sqlalchemy.sql import operators as sql_operators
from sqlalchemy.sql.elements import TextClause, UnaryExpression

from .sqla_private import sqla_1_4, sqla_2

if TYPE_CHECKING:
    from sqlalchemy.engine.reflection import Inspector
    from sqlalchemy.schema import Index
    from sqlalchemy.sql.elements import ColumnElement


class Reflected(NamedTuple):
    """What a database says about the tables of a schema, by (schema, name).

    ``uniques`` and ``checks`` are None where the dialect cannot tell.
    """

    indexes: dict[tuple[str | None, str], list[Any]]
    uniques: dict[tuple[str | None, str], list[Any]] | None
    checks: dict[tuple[str | None, str], list[Any]] | None
    foreign_keys: dict[tuple[str | None, str], list[Any]]
    #: None where tables are read one by one: then ``fill`` is the way to them.
    columns: dict[tuple[str | None, str], list[Any]] | None
    comments: dict[tuple[str | None, str], Any]
    #: Fills a table of the schema with columns, primary key, foreign keys, checks,
    #: comment and options.
    fill: Callable[[Table], None]


def default_schema(inspector: Inspector) -> str | None:
    """Return the name of the schema where tables are that name none.

    SQLAlchemy 1.3 lists the "main" schema of a database in a file, and yet does not
    tell that it is the default one.
    """
    name = inspector.default_schema_name
    if name is None and not sqla_1_4 and "main" in inspector.get_schema_names():
        return "main"
    return name


def read_tables(
    inspector: Inspector, schema: str | None, names: Sequence[str], *, all_names: bool
) -> Reflected:
    """Read tables of a schema: at once from SQLAlchemy 2.0 on, else one by one.

    :param inspector: SQLAlchemy's inspector
    :param schema: the schema; None for the default one
    :param names: bare names of the tables
    :param all_names: True when these are all, or nearly all, tables of the schema:
        then no list of names is sent
    """
    if sqla_2:
        return _read_at_once(inspector, schema, None if all_names else names)
    return _read_one_by_one(inspector, schema, names)


def _read_at_once(
    inspector: Inspector, schema: str | None, names: Sequence[str] | None
) -> Reflected:
    # Names that 2.0 brought.
    from sqlalchemy.engine.reflection import (
        ObjectKind,
        ObjectScope,
        _ReflectionInfo,
    )

    options: dict[str, Any] = {
        "schema": schema,
        "filter_names": names,
        "kind": ObjectKind.TABLE,
        "scope": ObjectScope.DEFAULT,
    }
    failures: dict[Any, Any] = {}

    def read(method: Any) -> Any:
        try:
            return method(unreflectable=failures, **options)
        except NotImplementedError:
            return None

    uniques = read(inspector.get_multi_unique_constraints)
    checks = read(inspector.get_multi_check_constraints)
    indexes = inspector.get_multi_indexes(unreflectable=failures, **options)
    foreign_keys = inspector.get_multi_foreign_keys(unreflectable=failures, **options)
    columns = inspector.get_multi_columns(unreflectable=failures, **options)
    comments: dict[Any, Any] = read(inspector.get_multi_table_comment) or {}

    @lru_cache(maxsize=None)
    def all_facts() -> Any:
        # Most tables are as the model has them, and nobody asks for the rest.
        keys: Any = inspector.get_multi_pk_constraint(unreflectable=failures, **options)
        return _ReflectionInfo(
            columns=columns,
            pk_constraint=keys,
            foreign_keys=foreign_keys,
            # Indexes and unique constraints are made by those who compare them.
            indexes={},
            unique_constraints={},
            table_comment=comments,
            check_constraints=checks or {},
            table_options=read(inspector.get_multi_table_options) or {},
            unreflectable=failures,
        )

    def fill(table: Table) -> None:
        inspector.reflect_table(
            table, include_columns=None, resolve_fks=False, _reflect_info=all_facts()
        )

    found: Any = (indexes, uniques, checks, foreign_keys, columns, comments, fill)
    return Reflected(*found)


def _read_one_by_one(
    inspector: Inspector, schema: str | None, names: Sequence[str]
) -> Reflected:
    """Read tables with the methods of SQLAlchemy 1.3 and 1.4."""

    def read(method: Any) -> Any:
        try:
            return {(schema, name): method(name, schema=schema) for name in names}
        except NotImplementedError:
            return None

    def fill(table: Table) -> None:
        reflect: Any = getattr(inspector, "reflect_table", None)
        if reflect is None:
            reflect = inspector.reflecttable  # type: ignore[attr-defined]
        reflect(table, include_columns=None, resolve_fks=False)
        # They are made by those who compare them.
        table.indexes.clear()
        table.constraints.difference_update(
            [each for each in table.constraints if isinstance(each, UniqueConstraint)]
        )

    return Reflected(
        read(inspector.get_indexes),
        read(inspector.get_unique_constraints),
        read(inspector.get_check_constraints),
        read(inspector.get_foreign_keys),
        None,
        {},
        fill,
    )


def listen_for_columns(
    metadata: MetaData, table: Table, listener: Callable[[Any, Any, Any], None]
) -> None:
    """Have a listener called for each column that is read into a table.

    :param metadata: where the table belongs; from 1.4 on it is asked once for all
    :param listener: called with inspector, table and the column's facts
    """
    target: Any = metadata if sqla_1_4 else table
    if not event.contains(target, "column_reflect", listener):
        event.listen(target, "column_reflect", listener)


def sorted_element(element: ColumnElement[Any], modifiers: Sequence[str]) -> Any:
    """Return an index's element with ``DESC``, ``NULLS LAST`` and the like.

    :param element: a column or text
    :param modifiers: as the inspector's ``column_sorting`` has them
    """
    for modifier in modifiers:
        element = UnaryExpression(element, modifier=_SORTING[modifier])
    return element


_SORTING: dict[str, Any] = {
    "asc": sql_operators.asc_op,
    "desc": sql_operators.desc_op,
    "nulls_first": sql_operators.nullsfirst_op,
    "nulls_last": sql_operators.nullslast_op,
}


def lacks_values(expression: Any) -> bool:
    """Return True for text with parameters that nobody gave a value."""
    if not isinstance(expression, TextClause) or ":" not in expression.text:
        return False
    return any(value is None for value in expression.compile().params.values())


def nullable_was_given(column: Any) -> bool:
    """Return True for a column that was made with ``nullable=``.

    :param column: a column of a model
    """
    # Before 1.4 a column does not remember it.
    given = getattr(column, "_user_defined_nullable", None)
    return given is True or given is False


def is_nullable_by_default(column: Any) -> bool:
    """Return True for a column that is known to be made without ``nullable=``.

    :param column: a column of a model, or a reflected one
    """
    return sqla_1_4 and column.nullable and not nullable_was_given(column)


def somebody_listens_to_columns() -> bool:
    """Return True where somebody changes the columns of all tables that are read."""
    nobodys: Any = Table("nobodys", MetaData())
    return bool(nobodys.dispatch.column_reflect)


def column_of_type(type_: Any, server_default: str | None = None) -> Column[Any]:
    """Return a column, as a database would have it, to compare another one with.

    :param type_: its type
    :param server_default: SQL text
    """
    default = None if server_default is None else text(server_default)
    return Column("reflected", type_, server_default=default)


def type_of_affinity(dialect: Any, definition: str) -> Any:
    """Return the type that SQLAlchemy reads of a column of SQLite.

    :param dialect: that of SQLite
    :param definition: the type as it stands in CREATE TABLE
    """
    return dialect._resolve_type_affinity(definition.upper())


def tables_needed_by(table: Table) -> set[Table]:
    """Return the other tables that must be there before a table of a model.

    Foreign keys with ``use_alter`` come later than the table.
    """
    needed = {
        constraint.referred_table
        for constraint in table.foreign_key_constraints
        if constraint.use_alter is not True
    }
    needed.update(table._extra_dependencies)
    needed.discard(table)
    return needed


def comes_with_its_column(index: Index) -> bool:
    """Return True for an index that is not made by itself.

    SQLAlchemy marks what ``Column(index=True)`` makes, and GeoAlchemy2 so marks the
    spatial indexes that it finds: they are made when their table is.
    """
    return bool(getattr(index, "_column_flag", False))
