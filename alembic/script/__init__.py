"""A folder of revision files: ``ScriptDirectory`` and ``Script``."""

from __future__ import annotations

from .base import ScriptDirectory
from .script import Script

__all__ = ["ScriptDirectory", "Script"]  # noqa: RUF022 - the public order
