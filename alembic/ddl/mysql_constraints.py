"""Which constraints a table of MySQL or MariaDB has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, Iterator

from sqlalchemy import inspect
from sqlalchemy.schema import (
    CheckConstraint,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
)

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.schema import Constraint


def has_constraint(connection: Connection, constraint: Constraint) -> bool:
    """Return True where the database has a constraint of that kind and name.

    Names are compared without regard to case, as these databases do.

    :param connection: the database
    :param constraint: a constraint of a table; a primary key needs no name
    """
    found = list(_of_kind(inspect(connection), constraint))
    if isinstance(constraint, PrimaryKeyConstraint):
        return any(each["constrained_columns"] for each in found)
    name = str(constraint.name).lower()
    return any(str(each["name"]).lower() == name for each in found)


def _of_kind(inspector: Any, constraint: Any) -> Iterator[Any]:
    table, schema = constraint.table.name, constraint.table.schema
    if isinstance(constraint, PrimaryKeyConstraint):
        yield inspector.get_pk_constraint(table, schema=schema)
        return
    if isinstance(constraint, ForeignKeyConstraint):
        found: Iterable[Any] = inspector.get_foreign_keys(table, schema=schema)
    elif isinstance(constraint, CheckConstraint):
        found = inspector.get_check_constraints(table, schema=schema)
    else:
        # a unique constraint is dropped as the index that it is
        found = inspector.get_indexes(table, schema=schema)
    yield from found
