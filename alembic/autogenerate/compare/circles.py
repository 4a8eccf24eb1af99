"""Foreign keys of tables that need each other: made after both, dropped before both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, Sequence

from alembic.operations.constraints import AddConstraintOp, DropConstraintOp
from alembic.operations.containers import ModifyTableOps
from alembic.util import sqla_compat

if TYPE_CHECKING:
    from sqlalchemy.schema import ForeignKeyConstraint, Table

    from alembic.operations.core import MigrateOperation
    from alembic.operations.tables import CreateTableOp

    from .ports import Comparison


def forward_keys(
    autogen_context: Comparison, tables: Sequence[Table]
) -> dict[Table, list[ForeignKeyConstraint]]:
    """Return the foreign keys that cannot be part of a table when it is created.

    They lead to a table that comes later, or are marked with ``use_alter``, with which
    SQLAlchemy leaves them out of CREATE TABLE.  On SQLite there are none: it neither
    minds a missing table nor adds a foreign key to one that is there.

    :param tables: in the order of their creation
    """
    if not autogen_context.dialect.supports_alter:
        return {}
    number = {
        (table.schema, table.name): position for position, table in enumerate(tables)
    }
    found: dict[Table, list[ForeignKeyConstraint]] = {}
    for own, table in enumerate(tables):
        later = [
            key
            for key in table.foreign_key_constraints
            if key.use_alter is True or number.get(_target(key), -1) > own
        ]
        if later:
            found[table] = sorted(later, key=_name_and_columns)
    return found


def _target(key: ForeignKeyConstraint) -> tuple[str | None, str]:
    schema, name, _ = sqla_compat.resolved_target(key.elements[0])
    return schema, name


def _name_and_columns(key: ForeignKeyConstraint) -> tuple[str, list[str]]:
    return str(key.name or ""), list(key.column_keys)


def leave_out(operation: CreateTableOp, keys: Iterable[ForeignKeyConstraint]) -> None:
    """Take foreign keys out of the table that an operation creates.

    :param operation: changed in place
    :param keys: those that come later; one with ``use_alter`` stays, since no database
        with ALTER gets to see it
    """
    moved = {id(key) for key in keys if key.use_alter is not True}
    operation.columns = [each for each in operation.columns if id(each) not in moved]


def made_later(table: Table, keys: Iterable[ForeignKeyConstraint]) -> ModifyTableOps:
    """Return what adds foreign keys to a table that is there."""
    return _of_table(table, [AddConstraintOp.from_constraint(key) for key in keys])


def dropped_before(
    table: Table, keys: Iterable[ForeignKeyConstraint]
) -> ModifyTableOps:
    """Return what drops foreign keys of a table that is about to go."""
    return _of_table(table, [DropConstraintOp.from_constraint(key) for key in keys])


def _of_table(table: Table, operations: Sequence[MigrateOperation]) -> ModifyTableOps:
    return ModifyTableOps(table.name, operations, schema=table.schema)
