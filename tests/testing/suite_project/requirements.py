"""What SQLite, PostgreSQL and MariaDB can do."""

from __future__ import annotations

from typing import Any

from sqlalchemy.testing import exclusions

from alembic.testing.requirements import SuiteRequirements


class Requirements(SuiteRequirements):
    """Open wherever one of them can."""

    computed_columns = property(lambda self: exclusions.open())
    autocommit_isolation = property(lambda self: exclusions.open())
    reflects_fk_options = property(lambda self: exclusions.open())
    fk_ondelete_is_reflected = property(lambda self: exclusions.open())
    fk_onupdate_is_reflected = property(lambda self: exclusions.open())

    @property
    def alter_column(self) -> Any:
        """SQLite makes tables anew, in batch mode."""
        return exclusions.skip_if("sqlite")

    @property
    def autoincrement_on_composite_pk(self) -> Any:
        """SQLite counts in a key of one column only."""
        return exclusions.skip_if("sqlite")

    @property
    def identity_columns(self) -> Any:
        """PostgreSQL has them."""
        return exclusions.only_on("postgresql")

    identity_columns_alter = identity_columns

    @property
    def fk_deferrable(self) -> Any:
        """InnoDB checks at once."""
        return exclusions.skip_if(["mysql", "mariadb"])

    fk_initially = fk_deferrable
    fk_deferrable_is_reflected = fk_deferrable
