"""Which tables are new, gone, or on both sides; and their columns."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Iterable

from alembic.operations.containers import ModifyTableOps
from alembic.operations.tables import CreateTableOp, DropTableOp
from alembic.util import sqla_reflection
from alembic.util.collecting import without_collecting
from alembic.util.dispatch import PriorityDispatchResult

from .circles import dropped_before, forward_keys, leave_out, made_later
from .columns import compare_columns
from .ordering import arrange, dependencies_first, in_levels
from .reflection import SchemaReader
from .unchanged import Unchanged

if TYPE_CHECKING:
    from sqlalchemy.schema import Table

    from alembic.operations.containers import UpgradeOps
    from alembic.operations.core import MigrateOperation
    from alembic.runtime.plugins import Plugin

    from .ports import Comparison

    _Key = tuple[str | None, str]

log = logging.getLogger(__name__)


def _compare_tables(
    autogen_context: Comparison, upgrade_ops: UpgradeOps, schemas: Iterable[str | None]
) -> PriorityDispatchResult:
    """Compare the tables of schemas; one fixed order whatever the sets yield."""
    with without_collecting():
        operations = _differences(autogen_context, schemas)
    upgrade_ops.ops.extend(operations)
    return PriorityDispatchResult.CONTINUE


def _differences(
    autogen_context: Comparison, schemas: Iterable[str | None]
) -> list[MigrateOperation]:
    version_table = _version_table(autogen_context)
    wanted = {
        key: table
        for key, table in _tables_of_model(autogen_context).items()
        if key != version_table
    }
    found = _tables_of_database(autogen_context, schemas, version_table)
    made: Any = ModifyTableOps("", [])
    _add_tables(autogen_context, made, wanted, found)
    _remove_tables(autogen_context, made, wanted, found)
    _compare_common(autogen_context, made, wanted, found)
    return arrange(made.ops, autogen_context.inspector)


def _version_table(autogen_context: Comparison) -> _Key:
    context = autogen_context.migration_context
    return context.version_table_schema, context.version_table


def _tables_of_model(autogen_context: Comparison) -> dict[_Key, Table]:
    """Return the model's tables in dependency order; the default schema is None."""
    default_schema = sqla_reflection.default_schema(autogen_context.inspector)
    return {
        (None if table.schema == default_schema else table.schema, table.name): table
        for table in _in_order(autogen_context)
    }


def _in_order(autogen_context: Comparison) -> list[Table]:
    by_key = autogen_context.table_key_to_table
    tables = [by_key[key] for key in sorted(by_key)]
    if len({table.metadata for table in tables}) == 1:
        order = in_levels(tables)
        if order is not None:
            return order
    return autogen_context.sorted_tables


def _tables_of_database(
    autogen_context: Comparison, schemas: Iterable[str | None], version_table: _Key
) -> dict[_Key, SchemaReader]:
    """Return what the tables that the database has are read with."""
    found: dict[_Key, SchemaReader] = {}
    impl = autogen_context.migration_context.impl
    for schema in sorted(schemas, key=_none_first):
        existing = sorted(autogen_context.inspector.get_table_names(schema=schema))
        names = [
            name
            for name in existing
            if (schema, name) != version_table
            and not impl.is_of_database(name)
            and autogen_context.run_name_filters(name, "table", {"schema_name": schema})
        ]
        if names:
            # A table that nobody wants may hold a type that SQLAlchemy warns about.
            all_names = len(names) >= len(existing) - 1
            reader = SchemaReader(autogen_context, schema, names, all_names=all_names)
            found.update(dict.fromkeys([(schema, name) for name in names], reader))
    return found


def _none_first(name: str | None) -> str:
    return name or ""


def _sorted(keys: Iterable[_Key]) -> list[_Key]:
    return sorted(keys, key=lambda key: (key[0] or "", key[1]))


def _qualified(key: _Key) -> str:
    schema, name = key
    return f"{schema}.{name}" if schema else name


def _compare_table(
    autogen_context: Comparison,
    operations: ModifyTableOps,
    key: _Key,
    conn_table: Table | None,
    metadata_table: Table | None,
) -> None:
    """Have everything compared that belongs to a table but is no column."""
    compare = autogen_context.comparators.dispatch(
        "table", qualifier=autogen_context.dialect.name
    )
    compare(autogen_context, operations, *key, conn_table, metadata_table)


def _add_tables(
    autogen_context: Comparison,
    made: ModifyTableOps,
    wanted: dict[_Key, Table],
    found: dict[_Key, SchemaReader],
) -> None:
    new = {
        key: table
        for key, table in wanted.items()
        if key not in found
        and autogen_context.run_object_filters(table, key[1], "table", False, None)
    }
    later = forward_keys(autogen_context, list(new.values()))
    for key, table in new.items():
        operation = CreateTableOp.from_table(table)
        leave_out(operation, later.get(table, ()))
        made.ops.append(operation)
        log.info("Detected added table %r", _qualified(key))
        operations = ModifyTableOps(key[1], [], schema=key[0])
        _compare_table(autogen_context, operations, key, None, table)
        if not operations.is_empty():
            made.ops.append(operations)
    made.ops += [made_later(table, keys) for table, keys in later.items()]


def _remove_tables(
    autogen_context: Comparison,
    made: ModifyTableOps,
    wanted: dict[_Key, Table],
    found: dict[_Key, SchemaReader],
) -> None:
    gone = {
        key: reader.table(key[1]) for key, reader in found.items() if key not in wanted
    }
    order = [
        key
        for key in dependencies_first(gone)
        if autogen_context.run_object_filters(gone[key], key[1], "table", True, None)
    ]
    earlier = forward_keys(autogen_context, [gone[key] for key in order])
    made.ops += [dropped_before(table, keys) for table, keys in earlier.items()]
    for key in reversed(order):
        table = gone[key]
        operations = ModifyTableOps(key[1], [], schema=key[0])
        _compare_table(autogen_context, operations, key, table, None)
        if not operations.is_empty():
            made.ops.append(operations)
        operation = DropTableOp.from_table(table)
        if operation._reverse is not None:
            leave_out(operation._reverse, earlier.get(table, ()))
        made.ops.append(operation)
        log.info("Detected removed table %r", _qualified(key))


def _compare_common(
    autogen_context: Comparison,
    made: ModifyTableOps,
    wanted: dict[_Key, Table],
    found: dict[_Key, SchemaReader],
) -> None:
    unchanged = Unchanged(autogen_context)
    for key in _sorted(found.keys() & wanted.keys()):
        table = wanted[key]
        if unchanged.knows(found[key].facts(key[1]), key, table):
            continue
        conn_table = found[key].table(key[1])
        if not autogen_context.run_object_filters(
            table, key[1], "table", False, conn_table
        ):
            continue
        operations = ModifyTableOps(key[1], [], schema=key[0])
        with compare_columns(autogen_context, operations, key, conn_table, table):
            _compare_table(autogen_context, operations, key, conn_table, table)
        if not operations.is_empty():
            made.ops.append(operations)


def setup(plugin: Plugin) -> None:
    """Let this file take part in comparisons.

    :param plugin: whose functions are added
    """
    plugin.add_autogenerate_comparator(_compare_tables, "schema", "tables")
