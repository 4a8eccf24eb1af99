"""A door: indexes, unique constraints, foreign keys and NOT NULL are one plugin."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from alembic.ddl.signatures import is_index_sig as is_index_sig
from alembic.ddl.signatures import is_uq_sig as is_uq_sig
from alembic.util.dispatch import PriorityDispatchResult as PriorityDispatchResult

from .foreign_keys import compare_foreign_keys
from .indexes import compare_indexes_and_uniques
from .nullable import compare_nullable

if TYPE_CHECKING:
    from alembic.runtime.plugins import Plugin

log = logging.getLogger(__name__)


def setup(plugin: Plugin) -> None:
    """Let these comparisons take part.

    :param plugin: whose functions are added
    """
    plugin.add_autogenerate_comparator(compare_indexes_and_uniques, "table", "indexes")
    plugin.add_autogenerate_comparator(compare_foreign_keys, "table", "foreignkeys")
    plugin.add_autogenerate_comparator(compare_nullable, "column", "nullable")
