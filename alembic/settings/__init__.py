"""The settings of one project: ini file, ``pyproject.toml`` and what a program sets."""

from __future__ import annotations

from alembic.settings.config import Config as Config
from alembic.settings.config import MessagingOptions as MessagingOptions
from alembic.settings.config import PostWriteHookConfig as PostWriteHookConfig
