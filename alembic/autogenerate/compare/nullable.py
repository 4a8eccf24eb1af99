"""Whether columns take NULL."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from alembic.util import sqla_compat, sqla_reflection
from alembic.util.dispatch import PriorityDispatchResult

if TYPE_CHECKING:
    from sqlalchemy.schema import Column

    from alembic.operations.columns import AlterColumnOp

    from .ports import Comparison

# One plugin compares constraints of all kinds, and has one logger.
log = logging.getLogger("alembic.autogenerate.compare.constraints")


def compare_nullable(
    autogen_context: Comparison,
    alter_column_op: AlterColumnOp,
    schema: str | None,
    tname: str,
    cname: str,
    conn_col: Column[Any],
    metadata_col: Column[Any],
) -> PriorityDispatchResult:
    """Compare NOT NULL of a column on both sides.

    Identity columns are never NULL whatever is said, and nor are those of a domain with
    NOT NULL; computed ones are what their expression is, unless the model insists.
    """
    found, wanted = conn_col.nullable, metadata_col.nullable
    alter_column_op.existing_nullable = found
    if found is wanted:
        return PriorityDispatchResult.CONTINUE
    if _is_computed_without_wish(conn_col, metadata_col):
        log.info("Ignoring nullable change on computed column '%s.%s'", tname, cname)
    elif _stays_identity(autogen_context, conn_col, metadata_col):
        log.info("Ignoring nullable change on identity column '%s.%s'", tname, cname)
    elif wanted and autogen_context.migration_context.impl.refuses_null(conn_col.type):
        log.info("Ignoring nullable change on column '%s.%s' of a domain", tname, cname)
    else:
        alter_column_op.modify_nullable = wanted
        log.info(
            "Detected %s on column '%s.%s'",
            "NULL" if wanted else "NOT NULL",
            tname,
            cname,
        )
    return PriorityDispatchResult.CONTINUE


def _stays_identity(
    autogen_context: Comparison, conn_col: Column[Any], metadata_col: Column[Any]
) -> bool:
    """Return True for an identity column unless the identity itself comes or goes.

    Then NOT NULL has to come before it, and may go after it.
    """
    defaults = (conn_col.server_default, metadata_col.server_default)
    identities = [sqla_compat.is_identity(default) for default in defaults]
    if all(identities) or not any(identities):
        return all(identities)
    is_changed = autogen_context.opts.get("compare_server_default")
    return not is_changed or any(map(sqla_compat.is_computed, defaults))


def _is_computed_without_wish(conn_col: Column[Any], metadata_col: Column[Any]) -> bool:
    defaults = (conn_col.server_default, metadata_col.server_default)
    return any(
        map(sqla_compat.is_computed, defaults)
    ) and not sqla_reflection.nullable_was_given(metadata_col)
