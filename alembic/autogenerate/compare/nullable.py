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

    Identity columns are never NULL whatever is said, and computed ones are what
    their expression is, unless the model insists.
    """
    found, wanted = conn_col.nullable, metadata_col.nullable
    alter_column_op.existing_nullable = found
    if found is wanted:
        return PriorityDispatchResult.CONTINUE
    if _is_computed_without_wish(metadata_col):
        log.info("Ignoring nullable change on computed column '%s.%s'", tname, cname)
    elif _is_identity(conn_col) and _is_identity(metadata_col):
        log.info("Ignoring nullable change on identity column '%s.%s'", tname, cname)
    else:
        alter_column_op.modify_nullable = wanted
        log.info(
            "Detected %s on column '%s.%s'",
            "NULL" if wanted else "NOT NULL",
            tname,
            cname,
        )
    return PriorityDispatchResult.CONTINUE


def _is_identity(column: Column[Any]) -> bool:
    return sqla_compat.is_identity(column.server_default)


def _is_computed_without_wish(column: Column[Any]) -> bool:
    return sqla_compat.is_computed(
        column.server_default
    ) and not sqla_reflection.nullable_was_given(column)
