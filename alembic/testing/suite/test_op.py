"""Columns that are altered in the database."""

from __future__ import annotations

from sqlalchemy import Integer, String
from sqlalchemy.sql import text

from ..fixtures import AlterColRoundTripFixture, TestBase


class BackendAlterColumnTest(AlterColRoundTripFixture, TestBase):
    """What ``op.alter_column()`` changes is what the database tells afterwards."""

    __backend__ = True

    def test_rename(self) -> None:
        self.assert_altered({"name": "old", "nullable": False}, {"name": "new"})

    def test_forbid_null(self) -> None:
        self.assert_altered({"nullable": True}, {"nullable": False})

    def test_allow_null(self) -> None:
        self.assert_altered({"nullable": False}, {"nullable": True})

    def test_other_type(self) -> None:
        self.assert_altered(
            {"type": Integer(), "nullable": False}, {"type": String(50)}
        )

    def test_new_default(self) -> None:
        self.assert_altered({"type": Integer()}, {"server_default": text("5")})

    def test_other_default(self) -> None:
        self.assert_altered(
            {"type": Integer(), "server_default": text("2")},
            {"server_default": text("5")},
        )
