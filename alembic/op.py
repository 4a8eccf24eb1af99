"""The operations of the migration that runs: ``op.create_table(…)`` and so on."""

from __future__ import annotations

from alembic.operations.base import Operations

Operations.create_module_class_proxy(globals(), locals())
