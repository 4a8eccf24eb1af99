"""Compare a model with a database, one file a subject."""

from __future__ import annotations

import logging

from alembic.autogenerate.compare.registry import comparators as comparators
from alembic.runtime.plugins import Plugin as Plugin

log = logging.getLogger(__name__)
