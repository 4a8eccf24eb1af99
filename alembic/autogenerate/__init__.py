"""From a model to revision files: compare, change directives, render."""

from __future__ import annotations

from alembic.autogenerate.api import (
    _render_migration_diffs as _render_migration_diffs,
)
from alembic.autogenerate.api import (
    compare_metadata,
    produce_migrations,
    render_python_code,
)
from alembic.autogenerate.changes import (
    _produce_net_changes as _produce_net_changes,
)
from alembic.autogenerate.compare.registry import comparators
from alembic.autogenerate.render.registry import render_op_text, renderers
from alembic.autogenerate.revisions import RevisionContext
from alembic.autogenerate.rewriter import Rewriter

__all__ = [
    "RevisionContext",
    "Rewriter",
    "comparators",
    "compare_metadata",
    "produce_migrations",
    "render_op_text",
    "render_python_code",
    "renderers",
]
