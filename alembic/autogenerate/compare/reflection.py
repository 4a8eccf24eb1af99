"""Read the database: every schema once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Sequence
from weakref import WeakKeyDictionary

from sqlalchemy.schema import Index, MetaData, Table, UniqueConstraint
from sqlalchemy.sql.elements import conv

from alembic.util import sqla_compat, sqla_reflection

if TYPE_CHECKING:
    from sqlalchemy.schema import Column

    from .ports import Comparison


class TableFacts(NamedTuple):
    """What a database says about a table.

    Each entry is a mapping as SQLAlchemy's inspector returns it; None where the
    dialect, or an old SQLAlchemy, cannot tell.
    """

    columns: list[Any] | None
    indexes: list[Any]
    uniques: list[Any] | None
    checks: list[Any] | None
    foreign_keys: list[Any]
    comment: str | None


class SchemaReader:
    """Tables of one schema, read at once; each is made when it is asked for.

    :param autogen_context: the comparison
    :param schema: the schema; None for the default one
    :param names: bare names of the tables
    :param all_names: True when nearly all tables of the schema are wanted
    """

    def __init__(
        self,
        autogen_context: Comparison,
        schema: str | None,
        names: Sequence[str],
        *,
        all_names: bool = False,
    ) -> None:
        self._autogen_context = autogen_context
        self._schema = schema
        self._metadata = MetaData()
        self._found = sqla_reflection.read_tables(
            autogen_context.inspector, schema, names, all_names=all_names
        )

    def facts(self, name: str) -> TableFacts:
        """Return what the database says about a table."""
        key, found = (self._schema, name), self._found
        comment: dict[str, Any] = found.comments.get(key) or {}
        return TableFacts(
            None if found.columns is None else found.columns.get(key, []),
            found.indexes.get(key, []),
            None if found.uniques is None else found.uniques.get(key, []),
            None if found.checks is None else found.checks.get(key, []),
            found.foreign_keys.get(key, []),
            comment.get("text"),
        )

    def table(self, name: str) -> Table:
        """Return a table as the database has it."""
        context = self._autogen_context
        table = Table(name, self._metadata, schema=self._schema)
        if table not in _facts:
            listener = context.migration_context.impl.autogen_column_reflect
            sqla_reflection.listen_for_columns(self._metadata, table, listener)
            self._found.fill(table)
            _mark_names(table)
            _facts[table] = self.facts(name)
            _add_uniques_and_indexes(context, table)
        return table


_facts: WeakKeyDictionary[Table, TableFacts] = WeakKeyDictionary()


def facts_of(autogen_context: Comparison, table: Table) -> TableFacts:
    """Return what the database says about a table that was read from it.

    :param autogen_context: the comparison
    :param table: a table of a :class:`SchemaReader`, or one read elsewhere
    """
    if table not in _facts:
        reader = SchemaReader(autogen_context, table.schema, [table.name])
        _facts[table] = reader.facts(table.name)
    return _facts[table]


def _mark_names(table: Table) -> None:
    """Mark names as final: no naming convention applies to them again."""
    for constraint in table.constraints:
        if isinstance(constraint.name, str):
            constraint.name = conv(constraint.name)


def _add_uniques_and_indexes(autogen_context: Comparison, table: Table) -> None:
    """Make what the table is to hold; what the database has twice, it holds once."""
    facts = _facts[table]
    for fact in facts.uniques or ():
        if not fact.get("duplicates_index"):
            make_unique(autogen_context, fact, table)
    for fact in facts.indexes:
        if not fact.get("duplicates_constraint"):
            make_index(autogen_context, fact, table)


def make_unique(
    autogen_context: Comparison, fact: Any, table: Table
) -> UniqueConstraint:
    """Return a unique constraint of a table as the database has it.

    :param fact: an entry of ``Inspector.get_unique_constraints()``
    :param table: the table, which gets the constraint
    """
    impl = autogen_context.migration_context.impl
    options = impl.adjust_reflected_dialect_options(fact, "unique_constraint")
    columns = _columns_by_name(table)
    constraint = UniqueConstraint(
        *[columns[name] for name in fact["column_names"]],
        name=_final(fact["name"]),
        **options,
    )
    table.append_constraint(constraint)
    return constraint


def make_index(autogen_context: Comparison, fact: Any, table: Table) -> Index | None:
    """Return an index of a table as the database has it; None for one unknown.

    :param fact: an entry of ``Inspector.get_indexes()``
    :param table: the table, which gets the index
    """
    elements = _elements(fact, table)
    if elements is None:
        return None
    impl = autogen_context.migration_context.impl
    options = impl.adjust_reflected_dialect_options(fact, "index")
    return Index(
        _final(fact["name"]),
        *elements,
        unique=fact["unique"],
        _table=table,
        **options,
    )


def _elements(fact: Any, table: Table) -> list[Any] | None:
    """Return the elements of an index, None where one of them is not reported."""
    columns = _columns_by_name(table)
    expressions = fact.get("expressions") or fact["column_names"]
    sorting: dict[str, Any] = fact.get("column_sorting") or {}
    elements: list[Any] = []
    for column_name, expression in zip(fact["column_names"], expressions):
        if column_name in columns:
            element: Any = columns[column_name]
        elif expression is None:
            return None
        else:
            element = sqla_compat.verbatim_text(expression)
        modifiers = sorting.get(expression, ())
        elements.append(sqla_reflection.sorted_element(element, modifiers))
    return elements


def _columns_by_name(table: Table) -> dict[str, Column[Any]]:
    # A listener of somebody may have given a column a key other than its name.
    return {column.name: column for column in table.columns}


def _final(name: str | None) -> str | None:
    return None if name is None else conv(name)
