"""From a comparison to operations: the two steps that everything else calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .compare.ordering import without_needed_indexes

if TYPE_CHECKING:
    from ..operations.containers import MigrationScript, UpgradeOps
    from .context import AutogenContext


def populate_migration_script(
    autogen_context: AutogenContext, migration_script: MigrationScript
) -> None:
    """Fill a script's latest pair of containers with what a comparison finds."""
    upgrade_ops = migration_script.upgrade_ops_list[-1]
    _produce_net_changes(autogen_context, upgrade_ops)
    downgrade_ops = migration_script.downgrade_ops_list[-1]
    upgrade_ops.reverse_into(downgrade_ops)
    if autogen_context.migration_context.impl.keys_need_indexes:
        # Not before: the way back of what is left out is to make it again.
        without_needed_indexes(upgrade_ops.ops)
        without_needed_indexes(downgrade_ops.ops)


def _produce_net_changes(
    autogen_context: AutogenContext, upgrade_ops: UpgradeOps
) -> None:
    """Let all comparisons that are switched on add their operations."""
    compare = autogen_context.comparators.dispatch(
        "autogenerate", qualifier=autogen_context.dialect.name
    )
    compare(autogen_context, upgrade_ops)
