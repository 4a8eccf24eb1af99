"""Loggers for the half of the house that starts quickly."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logging import Logger


def logger(name: str) -> Logger:
    """Return the logger of that name; those of the package are silent by default.

    A program that has not set up logging would otherwise see what the command line
    prints a second time.
    """
    # here, because "alembic --help" would spend a sixth of its time loading it
    import logging

    package = logging.getLogger("alembic")
    if not package.handlers:
        package.addHandler(logging.NullHandler())
    return logging.getLogger(name)
