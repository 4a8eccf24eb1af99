"""Names of :mod:`alembic.runtime.migration`, where older projects look for them."""

from __future__ import annotations

from alembic import ddl, util
from alembic.graph.info import MigrationInfo
from alembic.graph.steps import MigrationStep, RevisionStep, StampStep
from alembic.runtime.heads import HeadMaintainer
from alembic.runtime.migration import MigrationContext, log
from alembic.util import sqla_compat
from alembic.util.compat import EncodedIO

__all__ = [
    "EncodedIO",
    "HeadMaintainer",
    "MigrationContext",
    "MigrationInfo",
    "MigrationStep",
    "RevisionStep",
    "StampStep",
    "ddl",
    "log",
    "sqla_compat",
    "util",
]
