"""An order in which operations can be run: what depends on others comes after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, Sequence

from sqlalchemy.schema import ForeignKeyConstraint

from alembic.operations.constraints import (
    CreateForeignKeyOp,
    DropConstraintOp,
)
from alembic.operations.containers import ModifyTableOps
from alembic.operations.indexes import DropIndexOp
from alembic.operations.tables import CreateTableOp, DropTableOp
from alembic.util import sqla_compat, sqla_reflection

if TYPE_CHECKING:
    from sqlalchemy.engine.reflection import Inspector
    from sqlalchemy.schema import Table

    from alembic.operations.core import MigrateOperation

    _Key = tuple[str | None, str]


def dependencies_first(tables: dict[_Key, Table]) -> list[_Key]:
    """Return the keys of tables so that each follows those it has foreign keys to.

    Where that leaves a choice, and within a circle, they come by schema and name.

    :param tables: tables by schema and name
    """
    order: dict[_Key, None] = {}
    entered: set[_Key] = set()
    # A stack instead of recursion: chains of tables may be long.
    waiting = [(key, False) for key in reversed(_sorted(tables))]
    while waiting:
        key, targets_are_done = waiting.pop()
        if targets_are_done:
            order[key] = None
        elif key not in entered:
            entered.add(key)
            waiting.append((key, True))
            targets = _sorted(_targets(tables[key]) & tables.keys() - entered)
            waiting.extend((target, False) for target in reversed(targets))
    return list(order)


def in_levels(tables: Sequence[Table]) -> list[Table] | None:
    """Return a model's tables in the order of ``MetaData.sorted_tables``.

    Level by level: those that depend on nothing, then those that depend on these
    only.  SQLAlchemy takes quadratic time for a long chain of tables.

    :param tables: all tables of one MetaData, sorted by key
    :return: None where they depend on each other in a circle
    """
    number = {table: position for position, table in enumerate(tables)}
    users: dict[Table, list[Table]] = {table: [] for table in tables}
    waiting_for: dict[Table, int] = {}
    for table in tables:
        needed = sqla_reflection.tables_needed_by(table) & number.keys()
        waiting_for[table] = len(needed)
        for other in needed:
            users[other].append(table)
    level = [table for table in tables if not waiting_for[table]]
    order: list[Table] = []
    while level:
        order += level
        following: list[Table] = []
        for table in level:
            for user in users[table]:
                waiting_for[user] -= 1
                if not waiting_for[user]:
                    following.append(user)
        level = sorted(following, key=number.__getitem__)
    return order if len(order) == len(tables) else None


def _sorted(keys: Iterable[_Key]) -> list[_Key]:
    return sorted(keys, key=lambda key: (key[0] or "", key[1]))


def _targets(table: Table) -> set[_Key]:
    return {_target(constraint) for constraint in table.foreign_key_constraints}


def _target(constraint: ForeignKeyConstraint) -> _Key:
    schema, name, _ = sqla_compat.resolved_target(constraint.elements[0])
    return schema, name


def arrange(
    operations: Sequence[MigrateOperation], inspector: Inspector
) -> list[MigrateOperation]:
    """Return operations so that no foreign key is in the way of another one.

    A foreign key that goes is dropped first of all when the table it leads to is
    dropped or changed; one that comes is made last when the table it leads to is
    changed, for the column or the unique constraint it needs may be new.

    :param operations: those of one comparison, changed in place
    :param inspector: knows the default schema
    """
    changed = _changed_tables(operations)
    default_schema = sqla_reflection.default_schema(inspector)
    early: list[MigrateOperation] = []
    late: list[MigrateOperation] = []
    for operation in operations:
        if not isinstance(operation, ModifyTableOps):
            continue
        own = (operation.schema, operation.table_name)
        elsewhere = changed - {own}
        first, last = _outliers(operation, elsewhere, default_schema)
        for chosen, destination in ((first, early), (last, late)):
            if chosen:
                destination.append(
                    ModifyTableOps(
                        operation.table_name, chosen, schema=operation.schema
                    )
                )
        moved = {id(each) for each in (*first, *last)}
        operation.ops[:] = _keys_before_indexes(
            [each for each in operation.ops if id(each) not in moved]
        )
    middle = [
        operation
        for operation in operations
        if not isinstance(operation, ModifyTableOps) or operation.ops
    ]
    return [*early, *middle, *late]


def _keys_before_indexes(operations: list[MigrateOperation]) -> list[MigrateOperation]:
    """Return operations with foreign keys dropped before the indexes they use.

    MySQL refuses to drop an index while a foreign key needs it.
    """
    dropped = [
        position
        for position, operation in enumerate(operations)
        if isinstance(operation, DropIndexOp)
        or (isinstance(operation, DropConstraintOp) and not _target_of(operation))
    ]
    if not dropped:
        return operations
    columns = {_first_column(operations[position]) for position in dropped}
    keys = [
        operation
        for operation in operations[dropped[0] :]
        if isinstance(operation, DropConstraintOp)
        and _target_of(operation)
        and _first_column(operation) in columns
    ]
    others = [operation for operation in operations if operation not in keys]
    return [*others[: dropped[0]], *keys, *others[dropped[0] :]]


def without_needed_indexes(operations: list[MigrateOperation]) -> None:
    """Leave indexes that a foreign key uses to the table that is dropped with both.

    For MySQL, which refuses to drop an index before its foreign key.

    :param operations: changed in place
    """
    keys = {
        (operation.schema, operation.table_name): [
            tuple(sqla_compat.columns_of(key))
            for key in operation.to_table().foreign_key_constraints
        ]
        for operation in operations
        if isinstance(operation, DropTableOp)
    }
    for operation in operations:
        if isinstance(operation, ModifyTableOps):
            own = keys.get((operation.schema, operation.table_name), [])
            operation.ops[:] = [
                each for each in operation.ops if not _is_needed(each, own)
            ]
    operations[:] = [
        operation
        for operation in operations
        if not isinstance(operation, ModifyTableOps) or operation.ops
    ]


def _is_needed(operation: MigrateOperation, keys: list[tuple[str, ...]]) -> bool:
    """Return True for dropping an index that begins with a foreign key's columns."""
    if not isinstance(operation, DropIndexOp):
        return False
    columns = tuple(column.name for column in operation.to_index().columns)
    return any(columns[: len(key)] == key for key in keys)


def _first_column(operation: Any) -> str | None:
    """Return the first column of an index or constraint that is dropped."""
    if isinstance(operation, DropIndexOp):
        names = [column.name for column in operation.to_index().columns]
    elif operation._reverse is None:
        names = []
    else:
        names = sqla_compat.columns_of(operation.to_constraint())
    return names[0] if names else None


def _changed_tables(operations: Iterable[MigrateOperation]) -> set[_Key]:
    return {
        (operation.schema, operation.table_name)
        for operation in operations
        if isinstance(operation, (ModifyTableOps, DropTableOp))
    } - {
        (operation.schema, operation.table_name)
        for operation in operations
        if isinstance(operation, CreateTableOp)
    }


def _outliers(
    operations: ModifyTableOps, elsewhere: set[_Key], default_schema: str | None
) -> tuple[list[MigrateOperation], list[MigrateOperation]]:
    """Return the foreign keys to drop before, and those to make after, all else."""
    first: list[MigrateOperation] = []
    last: list[MigrateOperation] = []
    for operation in operations.ops:
        target = _target_of(operation)
        if target is None:
            continue
        schema, name = target
        if (None if schema == default_schema else schema, name) in elsewhere:
            is_new = isinstance(operation, CreateForeignKeyOp)
            (last if is_new else first).append(operation)
    return first, last


def _target_of(operation: Any) -> _Key | None:
    """Return the table that a new or dropped foreign key leads to, else None."""
    if isinstance(operation, CreateForeignKeyOp):
        return operation.kw.get("referent_schema"), operation.referent_table
    if (
        isinstance(operation, DropConstraintOp)
        and operation.constraint_type == "foreignkey"
        and operation._reverse is not None
    ):
        return _target_of(operation._reverse)
    return None
