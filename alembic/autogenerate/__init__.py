"""From a model to revision files."""

from __future__ import annotations

from alembic.autogenerate.revisions import RevisionContext

__all__ = ["RevisionContext"]
