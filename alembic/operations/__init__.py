"""What migrations do to a database, as functions (``op.*``) and as objects."""

from __future__ import annotations

# The catalogue: importing it publishes every directive.
from . import ops as ops
from .base import AbstractOperations
from .base import BatchOperations
from .base import Operations
from .containers import MigrationScript
from .core import MigrateOperation

__all__ = [
    "AbstractOperations",
    "Operations",
    "BatchOperations",
    "MigrateOperation",
    "MigrationScript",
]
