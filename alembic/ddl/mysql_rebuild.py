"""A table of MySQL made anew: whether its foreign keys are looked after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from .late_keys import KeepingKeysBack

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.schema import ForeignKeyConstraint


class MySQLTableRebuild(KeepingKeysBack):
    """Stands by while a table of MySQL or MariaDB is made anew."""

    def holds_for_rows(self, key: ForeignKeyConstraint, connection: Connection) -> bool:
        """Say whether foreign keys are checked, which a project may switch off."""
        return bool(connection.execute(text("SELECT @@foreign_key_checks")).scalar())
