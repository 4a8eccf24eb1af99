"""Server defaults: plain ones, computed columns, identities, autoincrement."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from sqlalchemy.schema import DefaultClause

from alembic.util import sqla_compat
from alembic.util.dispatch import DispatchPriority, PriorityDispatchResult
from alembic.util.messaging import warn

if TYPE_CHECKING:
    from sqlalchemy.schema import Column

    from alembic.operations.columns import AlterColumnOp
    from alembic.runtime.plugins import Plugin

    from .ports import Comparison

log = logging.getLogger(__name__)

_CONTINUE = PriorityDispatchResult.CONTINUE
_STOP = PriorityDispatchResult.STOP


def _note_default(
    autogen_context: Comparison,
    alter_column_op: AlterColumnOp,
    schema: str | None,
    tname: str,
    cname: str,
    conn_col: Column[Any],
    metadata_col: Column[Any],
) -> PriorityDispatchResult:
    """Record the default so far, and let the user's function decide."""
    if conn_col.server_default is None and metadata_col.server_default is None:
        return _STOP
    alter_column_op.existing_server_default = conn_col.server_default
    compare = autogen_context.opts.get("compare_server_default", False)
    if not compare:
        return _STOP
    if not callable(compare):
        return _CONTINUE
    differs = compare(
        autogen_context.migration_context,
        conn_col,
        metadata_col,
        _text_in_database(conn_col),
        metadata_col.server_default,
        _text_in_model(metadata_col, autogen_context),
    )
    if differs is None:
        return _CONTINUE
    if differs:
        alter_column_op.modify_server_default = metadata_col.server_default
        log.info(
            "User defined function %s detected server default on column '%s.%s'",
            compare,
            tname,
            cname,
        )
    return _STOP


def _compare_computed(
    autogen_context: Comparison,
    alter_column_op: AlterColumnOp,
    schema: str | None,
    tname: str,
    cname: str,
    conn_col: Column[Any],
    metadata_col: Column[Any],
) -> PriorityDispatchResult:
    """Warn about a computed column that changes: no database alters it in place."""
    found, wanted = conn_col.server_default, metadata_col.server_default
    if not sqla_compat.is_computed(found) and not sqla_compat.is_computed(wanted):
        return _CONTINUE
    impl = autogen_context.migration_context.impl
    if not (
        sqla_compat.is_computed(found)
        and sqla_compat.is_computed(wanted)
        and impl.is_same_computed(conn_col, metadata_col)
    ):
        warn(f"Computed default on {tname}.{cname} cannot be modified")
    return _STOP


def _compare_identity(
    autogen_context: Comparison,
    alter_column_op: AlterColumnOp,
    schema: str | None,
    tname: str,
    cname: str,
    conn_col: Column[Any],
    metadata_col: Column[Any],
) -> PriorityDispatchResult:
    """Compare the options of identities; being one at all is a difference too."""
    found, wanted = conn_col.server_default, metadata_col.server_default
    if not sqla_compat.is_identity(found) and not sqla_compat.is_identity(wanted):
        return _CONTINUE
    impl = autogen_context.migration_context.impl
    differing, _, is_different = impl._compare_identity_default(
        wanted if sqla_compat.is_identity(wanted) else None,
        found if sqla_compat.is_identity(found) else None,
    )
    if is_different:
        alter_column_op.modify_server_default = wanted
        if differing:
            log.info(
                "Detected server default on column '%s.%s': "
                "identity options attributes %s",
                tname,
                cname,
                sorted(differing),
            )
    return _STOP


def _note_autoincrement(
    autogen_context: Comparison,
    alter_column_op: AlterColumnOp,
    schema: str | None,
    tname: str,
    cname: str,
    conn_col: Column[Any],
    metadata_col: Column[Any],
) -> PriorityDispatchResult:
    """Record whether the column counts by itself; MySQL wants it repeated."""
    counts = sqla_compat.autoincrement_column(metadata_col.table) is metadata_col
    if counts or metadata_col.autoincrement is True:
        alter_column_op.kw["autoincrement"] = True
    elif metadata_col.autoincrement is False:
        alter_column_op.kw["autoincrement"] = False
    return _CONTINUE


def _compare_text(
    autogen_context: Comparison,
    alter_column_op: AlterColumnOp,
    schema: str | None,
    tname: str,
    cname: str,
    conn_col: Column[Any],
    metadata_col: Column[Any],
) -> PriorityDispatchResult:
    """Let the dialect compare two plain defaults."""
    wanted = metadata_col.server_default
    if wanted is not None and not isinstance(wanted, DefaultClause):
        # FetchedValue says that there is some default, and no more.
        return _CONTINUE
    impl = autogen_context.migration_context.impl
    if impl.compare_server_default(
        conn_col,
        metadata_col,
        _text_in_model(metadata_col, autogen_context),
        _text_in_database(conn_col),
    ):
        alter_column_op.modify_server_default = wanted
        log.info(
            "Dialect impl %s detected server default on column '%s.%s'",
            impl,
            tname,
            cname,
        )
    return _CONTINUE


def _text_in_database(column: Column[Any]) -> str | None:
    """Return a reflected default as text; None where there is none."""
    default = column.server_default
    if default is None or not isinstance(default, DefaultClause):
        return None
    argument: Any = default.arg
    return str(getattr(argument, "text", argument))


def _text_in_model(column: Column[Any], autogen_context: Comparison) -> str | None:
    """Return a default as the model has it: a string as it is, else SQL text."""
    default = column.server_default
    if default is None or not isinstance(default, DefaultClause):
        return None
    if isinstance(default.arg, str):
        return default.arg
    impl = autogen_context.migration_context.impl
    return impl.render_ddl_sql_expr(default.arg, is_server_default=True)


def setup(plugin: Plugin) -> None:
    """Let this file take part in comparisons.

    :param plugin: whose functions are added
    """

    def add(fn: Any, priority: DispatchPriority = DispatchPriority.MEDIUM) -> None:
        plugin.add_autogenerate_comparator(
            fn, "column", "server_default", priority=priority
        )

    add(_note_default, DispatchPriority.FIRST)
    add(_compare_computed)
    add(_compare_identity)
    add(_compare_text, DispatchPriority.LAST)
    # Whatever is said of the default, which may be the last word about it.
    plugin.add_autogenerate_comparator(_note_autoincrement, "column", "autoincrement")
