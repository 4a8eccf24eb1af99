"""A dialect as its own package has it: for ledgers, which are kept in SQLite."""

from __future__ import annotations

from . import migrations as migrations
