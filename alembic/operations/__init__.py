"""What migrations do to a database, as functions (``op.*``) and as objects."""

from __future__ import annotations

# The catalogue: importing it publishes every directive.
from . import ops as ops
from .base import AbstractOperations, BatchOperations, Operations
from .containers import MigrationScript
from .core import MigrateOperation

# In the order in which the reference lists them.
__all__ = [  # noqa: RUF022
    "AbstractOperations",
    "Operations",
    "BatchOperations",
    "MigrateOperation",
    "MigrationScript",
]
