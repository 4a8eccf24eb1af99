"""Names of :mod:`alembic.runtime.environment`, where older projects look for them."""

from __future__ import annotations

from alembic import util
from alembic.operations.base import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.hooks import NameFilterParentNames
from alembic.runtime.migration import MigrationContext

__all__ = [
    "EnvironmentContext",
    "MigrationContext",
    "NameFilterParentNames",
    "Operations",
    "util",
]
