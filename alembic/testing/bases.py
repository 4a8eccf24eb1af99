"""What tests take from SQLAlchemy, as it is from 2.0 on."""

from __future__ import annotations

from ..util.sqla_private import sqla_2, sqlalchemy_version

if not sqla_2:
    raise ImportError(
        "The fixtures and the suite of alembic.testing need SQLAlchemy 2.0 or later; "
        f"{sqlalchemy_version} is installed."
    )

from sqlalchemy.testing.fixtures import TablesTest, TestBase
from sqlalchemy.testing.util import drop_all_tables_from_metadata

__all__ = ["TablesTest", "TestBase", "drop_all_tables_from_metadata"]
