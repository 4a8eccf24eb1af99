"""Tell at a glance that a table is as the model has it, as most tables are.

Making SQLAlchemy's objects for a table takes much longer than reading it.  Where
nobody wants to see them, the facts are compared as they come from the database.  The
glance never finds a difference: what it does not know is compared the long way.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sqlalchemy.schema import (
    Column,
    DefaultClause,
    ForeignKeyConstraint,
    UniqueConstraint,
)
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.sql.functions import Function
from sqlalchemy.types import NullType

from alembic.util import sqla_compat, sqla_reflection

if TYPE_CHECKING:
    from sqlalchemy.schema import Index, Table

    from .ports import Comparison
    from .reflection import TableFacts

_OURS = "alembic.autogenerate.compare."


class Unchanged:
    """Knows which tables need no closer look.

    :param autogen_context: the comparison
    """

    def __init__(self, autogen_context: Comparison) -> None:
        self._context = autogen_context
        self._impl = autogen_context.migration_context.impl
        self._dialect = autogen_context.dialect
        self._default_schema = sqla_reflection.default_schema(autogen_context.inspector)
        self._compares_types = autogen_context.opts.get("compare_type", True)
        self._compares_defaults = autogen_context.opts.get("compare_server_default")
        self._same_types: dict[Any, bool] = {}
        self._same_defaults: dict[Any, bool] = {}
        self._longest_name = self._dialect.max_identifier_length
        self._may_judge = self._nobody_else_looks()

    def _nobody_else_looks(self) -> bool:
        """Return True when no function of somebody else would see the objects."""
        opts = self._context.opts
        hooks = ("include_name", "include_object")
        return (
            not any(opts.get(hook) for hook in hooks)
            and not callable(self._compares_types)
            and not callable(self._compares_defaults)
            and type(self._impl).__module__.startswith("alembic.ddl.")
            and not sqla_reflection.somebody_listens_to_columns()
            and all(
                module.startswith(_OURS)
                for module in self._context.comparators.modules()
            )
        )

    def knows(
        self, facts: TableFacts, key: tuple[str | None, str], table: Table
    ) -> bool:
        """Return True for a table that is certainly the same on both sides.

        :param facts: what the database says
        :param key: schema and name
        :param table: what the model says
        """
        if not self._may_judge or facts.columns is None or facts.uniques is None:
            return False
        return (
            self._same_comment(facts.comment, table.comment)
            and self._same_columns(facts.columns, key, table)
            and self._same_indexes(facts, table)
            and self._same_foreign_keys(facts, table)
        )

    def _same_comment(self, found: str | None, wanted: str | None) -> bool:
        return (found or None) == (
            wanted or None
        ) or not self._dialect.supports_comments

    # -- columns -------------------------------------------------------------

    def _same_columns(
        self, found: list[Any], key: tuple[str | None, str], table: Table
    ) -> bool:
        wanted = {column.name: column for column in table.columns}
        if len(wanted) != len(found):
            return False
        inspector = self._context.inspector
        where: Any = SimpleNamespace(schema=key[0], name=key[1])
        for fact in found:
            column = wanted.get(fact["name"])
            if fact.get("default") is not None or self._impl.hides_defaults:
                # It may be what a type brings along, which the dialect takes out.
                self._impl.autogen_column_reflect(inspector, where, fact)
            if (
                column is None
                or fact["nullable"] is not column.nullable
                or not self._same_comment(fact.get("comment"), column.comment)
                or not self._same_type(fact["type"], column)
                or not self._same_default(fact, column)
            ):
                return False
        return True

    def _same_type(self, found: Any, column: Column[Any]) -> bool:
        wanted = column.type
        key = (found.__class__, _state(found), wanted.__class__, _state(wanted))
        try:
            same = self._same_types.get(key)
        except TypeError:
            # An Enum holds lists.
            return self._judge_type(found, column)
        if same is None:
            same = self._same_types[key] = self._judge_type(found, column)
        return same

    def _judge_type(self, found: Any, column: Column[Any]) -> bool:
        if not self._compares_types:
            return True
        if NullType in (
            sqla_compat.affinity(found),
            sqla_compat.affinity(column.type),
        ):
            return False
        reflected = sqla_reflection.column_of_type(found)
        return not self._impl.compare_type(reflected, column)

    def _same_default(self, fact: Any, column: Column[Any]) -> bool:
        if not self._compares_defaults:
            return True
        found, wanted = fact.get("default"), column.server_default
        if "computed" in fact or "identity" in fact:
            return False
        if found is None and wanted is None:
            return True
        if found is None or column.primary_key:
            return False
        memo = _default_key(wanted)
        if memo is None:
            return False
        key_of_both = (found, memo, column.type.__class__)
        if key_of_both not in self._same_defaults:
            self._same_defaults[key_of_both] = self._judge_default(fact, column)
        return self._same_defaults[key_of_both]

    def _judge_default(self, fact: Any, column: Column[Any]) -> bool:
        default: Any = column.server_default
        wanted = default.arg
        if not isinstance(wanted, str):
            wanted = self._impl.render_ddl_sql_expr(wanted, is_server_default=True)
        found = fact["default"]
        reflected = sqla_reflection.column_of_type(fact["type"], found)
        return not self._impl.compare_server_default(reflected, column, wanted, found)

    # -- indexes and constraints ---------------------------------------------

    def _same_indexes(self, facts: TableFacts, table: Table) -> bool:
        uniques: dict[str, Any] = {fact["name"]: fact for fact in facts.uniques or ()}
        indexes = {
            fact["name"]: fact
            for fact in facts.indexes
            if not fact.get("duplicates_constraint")
            and not self._impl.is_implied_index(fact, facts.foreign_keys)
        }
        for constraint in table.constraints:
            if isinstance(constraint, UniqueConstraint):
                fact = uniques.pop(str(constraint.name), None)
                if fact is None or not self._same_unique(fact, constraint):
                    return False
                indexes.pop(fact.get("duplicates_index"), None)
        if uniques or len(indexes) != len(table.indexes):
            return False
        return all(
            self._same_index(indexes.get(str(index.name)), index)
            for index in table.indexes
        )

    def _same_unique(self, fact: Any, constraint: UniqueConstraint) -> bool:
        return (
            [column.name for column in constraint.columns] == fact["column_names"]
            and not constraint.dialect_kwargs
            and not _has_options(fact)
            and self._is_short(constraint.name)
        )

    def _same_index(self, fact: Any, index: Index) -> bool:
        if (
            fact is None
            or bool(fact["unique"]) is not bool(index.unique)
            or fact.get("expressions")
            or fact.get("column_sorting")
            or _has_options(fact)
            or index.dialect_kwargs
            or not self._is_short(index.name)
        ):
            return False
        elements: list[Any] = list(index.expressions)
        if not all(isinstance(element, Column) for element in elements):
            return False
        names: list[str] = fact["column_names"]
        return [column.name for column in elements] == names

    def _is_short(self, name: Any) -> bool:
        """Return True for a name that no rule about lengths changes."""
        return isinstance(name, str) and len(name) <= self._longest_name

    def _same_foreign_keys(self, facts: TableFacts, table: Table) -> bool:
        wanted = [
            constraint
            for constraint in table.constraints
            if isinstance(constraint, ForeignKeyConstraint)
        ]
        if len(wanted) != len(facts.foreign_keys):
            return False
        found = {
            (
                tuple(fact["constrained_columns"]),
                self._plain_schema(fact["referred_schema"]),
                fact["referred_table"],
                tuple(fact["referred_columns"]),
            )
            for fact in facts.foreign_keys
            if not any(_options(fact, "options").values())
        }
        return all(self._ends(constraint) in found for constraint in wanted)

    def _ends(self, constraint: ForeignKeyConstraint) -> Any:
        """Return both ends of a plain foreign key, None for one with options."""
        if (
            constraint.onupdate
            or constraint.ondelete
            or constraint.deferrable is not None
            or constraint.initially is not None
        ):
            return None
        ends = [sqla_compat.resolved_target(each) for each in constraint.elements]
        return (
            tuple(each.parent.name for each in constraint.elements),
            self._plain_schema(ends[0][0]),
            ends[0][1],
            tuple(column for _, _, column in ends),
        )

    def _plain_schema(self, schema: str | None) -> str | None:
        return None if schema == self._default_schema else schema


def _state(type_: Any) -> tuple[Any, ...]:
    """Return what makes a type differ from others of its class."""
    state = type_.__dict__
    if not state:
        return ()
    if "dispatch" in state:
        # Those who listen to a Boolean or Enum say nothing about it.
        return tuple(item for item in state.items() if item[0] != "dispatch")
    return tuple(state.items())


def _options(fact: Any, key: str) -> dict[str, Any]:
    return fact.get(key) or {}


def _has_options(fact: Any) -> bool:
    """Return True for an index or constraint with options, empty ones aside."""
    for value in _options(fact, "dialect_options").values():
        if not (
            value is None or value is False or isinstance(value, list) and not value
        ):
            return True
    return False


def _default_key(default: Any) -> Any:
    """Return what stands for a default of the model, None for an unusual one."""
    if not isinstance(default, DefaultClause):
        return None
    argument: Any = default.arg
    if isinstance(argument, str):
        return argument
    if isinstance(argument, TextClause):
        return TextClause, argument.text
    if _is_plain_function(argument):
        return argument.__class__, *argument.packagenames, argument.name
    return None


def _is_plain_function(argument: Any) -> bool:
    """Return True for a function of SQL without arguments."""
    # The next value of a sequence is a function that has no list of them.
    return (
        not hasattr(argument, "sequence")
        and isinstance(argument, Function)
        and not list(argument.clauses)
    )
