"""Warnings that a test run does not let pass."""

from __future__ import annotations

import warnings

from sqlalchemy import exc as sa_exc


def setup_filters() -> None:
    """Turn deprecations, and the warnings of SQLAlchemy, into errors."""
    for category in (
        DeprecationWarning,
        sa_exc.SAWarning,
        sa_exc.SADeprecationWarning,
    ):
        warnings.filterwarnings("error", category=category)
