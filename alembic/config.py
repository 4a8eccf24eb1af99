"""``Config`` for programs, ``main`` and ``CommandLine`` for the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alembic import __version__
from alembic.cli.main import CommandLine, main
from alembic.cli.parser import CommandFunction
from alembic.settings.config import Config, MessagingOptions, PostWriteHookConfig
from alembic.util.loggers import logger

if TYPE_CHECKING:
    from logging import Logger

    log: Logger

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

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Return the logger ``log``; to load ``logging`` takes its time."""
        if name == "log":
            return logger(__name__)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


if __name__ == "__main__":
    main()
