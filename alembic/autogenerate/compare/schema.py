"""Which schemas are compared."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from alembic.util import sqla_reflection
from alembic.util.dispatch import PriorityDispatchResult

if TYPE_CHECKING:
    from alembic.operations.containers import UpgradeOps
    from alembic.runtime.plugins import Plugin

    from .ports import Comparison

log = logging.getLogger(__name__)


def _compare_schemas(
    autogen_context: Comparison, upgrade_ops: UpgradeOps
) -> PriorityDispatchResult:
    """Choose the schemas and hand them to what compares their content."""
    schemas = {
        schema
        for schema in _schemas(autogen_context)
        if autogen_context.run_name_filters(schema, "schema", {})
    }
    dialect_name = autogen_context.dialect.name
    compare = autogen_context.comparators.dispatch("schema", qualifier=dialect_name)
    compare(autogen_context, upgrade_ops, schemas)
    return PriorityDispatchResult.CONTINUE


def _schemas(autogen_context: Comparison) -> list[str | None]:
    """Return None for the default schema and, where wanted, the names of others."""
    if not autogen_context.opts.get("include_schemas", False):
        return [None]
    inspector = autogen_context.inspector
    unwanted = {"information_schema", sqla_reflection.default_schema(inspector), None}
    return [*sorted(set(inspector.get_schema_names()) - unwanted), None]


def setup(plugin: Plugin) -> None:
    """Let this file take part in comparisons.

    :param plugin: whose functions are added
    """
    plugin.add_autogenerate_comparator(_compare_schemas, "autogenerate")
