"""Constraints of a table, made again for another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Iterable

from sqlalchemy.schema import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy.types import NULLTYPE

from ..util import sqla_compat

if TYPE_CHECKING:
    from sqlalchemy.schema import Constraint

    Now = Callable[[str], str]
    Expression = Callable[[Any], Any]


def constraint_again(
    constraint: Any,
    now: Now,
    expression: Expression,
    own: tuple[str | None, str] | None = None,
) -> Constraint:
    """Return a constraint like another one, which belongs to no table.

    :param constraint: a constraint of a table
    :param now: from a column's name in that table to what the new one knows it by
    :param expression: from an expression over that table to one for the new table
    :param own: schema and name of that table where columns have other names now, so
        that foreign keys to the table itself follow
    """
    again = _again(constraint, now, expression, own)
    sqla_compat.keep_notes(constraint, again)
    return again


def primary_key_again(constraint: Any, columns: Iterable[str]) -> PrimaryKeyConstraint:
    """Return a primary key like another one, over these columns.

    :param constraint: a primary key of a table
    :param columns: names of columns, which may be fewer or more than it has
    """
    again = PrimaryKeyConstraint(*columns, **_facts(constraint))
    sqla_compat.keep_notes(constraint, again)
    return again


def _facts(constraint: Any) -> dict[str, Any]:
    return {
        "name": constraint.name,
        "deferrable": constraint.deferrable,
        "initially": constraint.initially,
        **constraint.dialect_kwargs,
    }


def _again(
    constraint: Any,
    now: Now,
    expression: Expression,
    own: tuple[str | None, str] | None,
) -> Constraint:
    facts = _facts(constraint)
    if isinstance(constraint, CheckConstraint):
        return CheckConstraint(expression(constraint.sqltext), **facts)
    local = [now(name) for name in sqla_compat.columns_of(constraint)]
    if isinstance(constraint, PrimaryKeyConstraint):
        return PrimaryKeyConstraint(*local, **facts)
    if isinstance(constraint, UniqueConstraint):
        return UniqueConstraint(*local, **facts)
    if isinstance(constraint, ForeignKeyConstraint):
        return _foreign_key_again(constraint, local, facts, now if own else None, own)
    return _exclude_again(constraint, expression, facts)


def _foreign_key_again(
    constraint: ForeignKeyConstraint,
    local: list[str],
    facts: dict[str, Any],
    now: Now | None,
    own: tuple[str | None, str] | None,
) -> ForeignKeyConstraint:
    elsewhere = MetaData()
    remote: list[Column[Any]] = []
    for key in constraint.elements:
        schema, table_name, column = sqla_compat.resolved_target(key)
        if now is not None and (schema, table_name) == own:
            column = now(column)
        table = Table(table_name, elsewhere, schema=schema, keep_existing=True)
        if column not in table.c:
            table.append_column(Column(column, NULLTYPE))
        # A column, not "table.column": names may hold dots.
        remote.append(table.c[column])
    return ForeignKeyConstraint(
        local,
        remote,
        onupdate=constraint.onupdate,
        ondelete=constraint.ondelete,
        match=constraint.match,
        **facts,
    )


def _exclude_again(
    constraint: Any, expression: Expression, facts: dict[str, Any]
) -> Constraint:
    """Return an exclude constraint again, and a kind unknown to us as a copy."""
    if constraint.__visit_name__ != "exclude_constraint":
        copy: Constraint = sqla_compat.copy_of(constraint)
        return copy
    spec = sqla_compat.exclude_spec(constraint)
    elements = [(expression(each), op) for each, op in spec.pop("elements")]
    spec["where"] = expression(spec["where"])
    again: Constraint = type(constraint)(*elements, **{**facts, **spec})
    return again
