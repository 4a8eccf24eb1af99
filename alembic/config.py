"""``Config`` for programs, ``main`` and ``CommandLine`` for the command line."""

from __future__ import annotations

from alembic import __version__
from alembic.cli.main import CommandLine, main
from alembic.cli.parser import CommandFunction
from alembic.settings.config import Config, MessagingOptions, PostWriteHookConfig, log

__all__ = [
    "CommandFunction",
    "CommandLine",
    "Config",
    "MessagingOptions",
    "PostWriteHookConfig",
    "__version__",
    "log",
    "main",
]

if __name__ == "__main__":
    main()
