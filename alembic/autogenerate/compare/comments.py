"""Comments of columns and tables; an empty one is none."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from alembic.operations.tables import CreateTableCommentOp, DropTableCommentOp
from alembic.util.dispatch import PriorityDispatchResult

if TYPE_CHECKING:
    from sqlalchemy.schema import Column, Table

    from alembic.operations.columns import AlterColumnOp
    from alembic.operations.containers import ModifyTableOps
    from alembic.runtime.plugins import Plugin

    from .ports import Comparison

log = logging.getLogger(__name__)

_CONTINUE = PriorityDispatchResult.CONTINUE


def _compare_column_comment(
    autogen_context: Comparison,
    alter_column_op: AlterColumnOp,
    schema: str | None,
    tname: str,
    cname: str,
    conn_col: Column[Any],
    metadata_col: Column[Any],
) -> PriorityDispatchResult:
    if not autogen_context.dialect.supports_comments:
        return _CONTINUE
    found, wanted = conn_col.comment or None, metadata_col.comment or None
    alter_column_op.existing_comment = found
    if found != wanted:
        alter_column_op.modify_comment = wanted
        prefix = f"{schema}." if schema else ""
        log.info("Detected column comment '%s%s.%s'", prefix, tname, cname)
    return _CONTINUE


def _compare_table_comment(
    autogen_context: Comparison,
    modify_ops: ModifyTableOps,
    schema: str | None,
    tname: str,
    conn_table: Table | None,
    metadata_table: Table | None,
) -> PriorityDispatchResult:
    if conn_table is None or metadata_table is None:
        # The comment comes and goes with the table.
        return _CONTINUE
    if not autogen_context.dialect.supports_comments:
        return _CONTINUE
    found, wanted = conn_table.comment or None, metadata_table.comment or None
    if found == wanted:
        return _CONTINUE
    if wanted is None:
        modify_ops.ops.append(
            DropTableCommentOp(tname, existing_comment=found, schema=schema)
        )
    else:
        modify_ops.ops.append(
            CreateTableCommentOp(tname, wanted, existing_comment=found, schema=schema)
        )
    return _CONTINUE


def setup(plugin: Plugin) -> None:
    """Let this file take part in comparisons.

    :param plugin: whose functions are added
    """
    plugin.add_autogenerate_comparator(_compare_column_comment, "column", "comments")
    plugin.add_autogenerate_comparator(_compare_table_comment, "table", "comments")
