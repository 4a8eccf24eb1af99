"""Columns: added, on both sides, removed."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING, Any, Generator

from alembic.operations.columns import AddColumnOp, AlterColumnOp, DropColumnOp
from alembic.util import sqla_compat

if TYPE_CHECKING:
    from sqlalchemy.schema import Column, Table

    from alembic.operations.containers import ModifyTableOps

    from .ports import Comparison

    _Columns = dict[str, Column[Any]]

# The lines about columns have always been those of the comparison of tables.
log = logging.getLogger("alembic.autogenerate.compare.tables")


@contextlib.contextmanager
def compare_columns(
    autogen_context: Comparison,
    modify_table_ops: ModifyTableOps,
    key: tuple[str | None, str],
    conn_table: Table,
    metadata_table: Table,
) -> Generator[None, None, None]:
    """Add and alter columns before the block, remove columns after it.

    :param autogen_context: the comparison
    :param modify_table_ops: receives the operations
    :param key: schema and name of the table
    :param conn_table: the table as the database has it
    :param metadata_table: the table as the model has it
    """
    schema, table_name = key
    parent_names = {"table_name": table_name, "schema_name": schema}
    found: _Columns = {
        column.name: column
        for column in conn_table.columns
        if autogen_context.run_name_filters(column.name, "column", parent_names)
    }
    wanted: _Columns = {
        column.name: column for column in metadata_table.columns if not column.system
    }
    _add_columns(autogen_context, modify_table_ops, key, found, wanted)
    _alter_columns(autogen_context, modify_table_ops, key, found, wanted)
    yield
    _remove_columns(autogen_context, modify_table_ops, key, found, metadata_table)


def _qualified(key: tuple[str | None, str], column_name: str) -> str:
    schema, table_name = key
    prefix = f"{schema}." if schema else ""
    return f"{prefix}{table_name}.{column_name}"


def _add_columns(
    autogen_context: Comparison,
    modify_table_ops: ModifyTableOps,
    key: tuple[str | None, str],
    found: _Columns,
    wanted: _Columns,
) -> None:
    for name, column in wanted.items():
        if name not in found and autogen_context.run_object_filters(
            column, name, "column", False, None
        ):
            operation = AddColumnOp.from_column_and_tablename(*key, column)
            modify_table_ops.ops.append(operation)
            log.info("Detected added column '%s'", _qualified(key, name))


def _alter_columns(
    autogen_context: Comparison,
    modify_table_ops: ModifyTableOps,
    key: tuple[str | None, str],
    found: _Columns,
    wanted: _Columns,
) -> None:
    schema, table_name = key
    compare = autogen_context.comparators.dispatch(
        "column", qualifier=autogen_context.dialect.name
    )
    for name, column in wanted.items():
        if name not in found or not autogen_context.run_object_filters(
            column, name, "column", False, found[name]
        ):
            continue
        operation = AlterColumnOp(table_name, name, schema=schema)
        compare(
            autogen_context, operation, schema, table_name, name, found[name], column
        )
        if operation.has_changes():
            modify_table_ops.ops.append(operation)


def _remove_columns(
    autogen_context: Comparison,
    modify_table_ops: ModifyTableOps,
    key: tuple[str | None, str],
    found: _Columns,
    metadata_table: Table,
) -> None:
    kept = {column.name for column in metadata_table.columns}
    for column in _dependents_first(found):
        if column.name not in kept and autogen_context.run_object_filters(
            column, column.name, "column", True, None
        ):
            operation = DropColumnOp.from_column_and_tablename(*key, column)
            modify_table_ops.ops.append(operation)
            log.info("Detected removed column '%s'", _qualified(key, column.name))


def _dependents_first(columns: _Columns) -> list[Column[Any]]:
    """Return columns in an order in which they can be dropped.

    A computed column may use plain ones and, where that is allowed, computed ones
    that stand before it.
    """
    computed = [
        column
        for column in columns.values()
        if sqla_compat.is_computed(column.server_default)
    ]
    plain = [column for column in columns.values() if column not in set(computed)]
    return [*reversed(computed), *plain]
