"""Types of columns."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from sqlalchemy.types import NullType

from alembic.util import sqla_compat
from alembic.util.dispatch import DispatchPriority, PriorityDispatchResult

if TYPE_CHECKING:
    from sqlalchemy.schema import Column

    from alembic.operations.columns import AlterColumnOp
    from alembic.runtime.plugins import Plugin

    from .ports import Comparison

log = logging.getLogger(__name__)

_CONTINUE = PriorityDispatchResult.CONTINUE
_STOP = PriorityDispatchResult.STOP


def _note_type(
    autogen_context: Comparison,
    alter_column_op: AlterColumnOp,
    schema: str | None,
    tname: str,
    cname: str,
    conn_col: Column[Any],
    metadata_col: Column[Any],
) -> PriorityDispatchResult:
    """Record the type so far, and let the user's function decide."""
    alter_column_op.existing_type = conn_col.type
    compare_type = autogen_context.opts.get("compare_type", True)
    if compare_type is False or not _types_are_known(tname, conn_col, metadata_col):
        return _STOP
    if not callable(compare_type):
        return _CONTINUE
    differs = compare_type(
        autogen_context.migration_context,
        conn_col,
        metadata_col,
        conn_col.type,
        metadata_col.type,
    )
    if differs is None:
        return _CONTINUE
    if differs:
        _change(alter_column_op, schema, tname, cname, conn_col, metadata_col)
    return _STOP


def _compare_type(
    autogen_context: Comparison,
    alter_column_op: AlterColumnOp,
    schema: str | None,
    tname: str,
    cname: str,
    conn_col: Column[Any],
    metadata_col: Column[Any],
) -> PriorityDispatchResult:
    """Let the dialect decide."""
    impl = autogen_context.migration_context.impl
    if impl.compare_type(conn_col, metadata_col):
        _change(alter_column_op, schema, tname, cname, conn_col, metadata_col)
    return _CONTINUE


def _types_are_known(
    tname: str, conn_col: Column[Any], metadata_col: Column[Any]
) -> bool:
    """Return True unless one of the types is unknown, which is logged."""
    if sqla_compat.affinity(conn_col.type) is NullType:
        log.info(
            "Couldn't determine database type for column '%s.%s'", tname, conn_col.name
        )
        return False
    if sqla_compat.affinity(metadata_col.type) is NullType:
        log.info(
            "Column '%s.%s' has no type within the model; can't compare",
            tname,
            metadata_col.name,
        )
        return False
    return True


def _change(
    alter_column_op: AlterColumnOp,
    schema: str | None,
    tname: str,
    cname: str,
    conn_col: Column[Any],
    metadata_col: Column[Any],
) -> None:
    alter_column_op.modify_type = metadata_col.type
    log.info(
        "Detected type change from %r to %r on '%s%s.%s'",
        conn_col.type,
        metadata_col.type,
        f"{schema}." if schema else "",
        tname,
        cname,
    )


def setup(plugin: Plugin) -> None:
    """Let this file take part in comparisons.

    :param plugin: whose functions are added
    """
    plugin.add_autogenerate_comparator(
        _note_type, "column", "types", priority=DispatchPriority.FIRST
    )
    plugin.add_autogenerate_comparator(
        _compare_type, "column", "types", priority=DispatchPriority.LAST
    )
