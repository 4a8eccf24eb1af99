"""What a ledger can do, as both suites of tests want to know."""

from __future__ import annotations

from typing import Any

from sqlalchemy.testing import exclusions
from sqlalchemy.testing.requirements import SuiteRequirements as SQLAlchemyRequirements

from alembic.testing.requirements import SuiteRequirements


class Requirements(SuiteRequirements, SQLAlchemyRequirements):
    """Where a ledger differs from the usual database."""

    @property
    def schemas(self) -> Any:
        """A ledger is one file."""
        return exclusions.closed()

    @property
    def computed_columns(self) -> Any:
        """Sums are computed."""
        return exclusions.open()

    @property
    def fk_ondelete_is_reflected(self) -> Any:
        """It says what happens to entries of a closed account."""
        return exclusions.open()

    @property
    def fk_onupdate_is_reflected(self) -> Any:
        """Likewise."""
        return exclusions.open()

    @property
    def alter_column(self) -> Any:
        """A column stays as it is, but for its name."""
        return exclusions.closed()
