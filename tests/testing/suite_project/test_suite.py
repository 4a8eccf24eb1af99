"""The suite, and two models of its that tests of one's own can start from."""

from __future__ import annotations

from collections import Counter

from alembic.testing import TestBase, eq_
from alembic.testing.suite import *
from alembic.testing.suite._autogen_fixtures import (
    AutogenTest,
    ModelOne,
    NamingConvModel,
)


class ShopTest(AutogenTest, ModelOne, TestBase):
    """The shop of ``ModelOne``."""

    __backend__ = True

    def test_what_differs(self) -> None:
        kinds = Counter(
            diff[0] if isinstance(diff, tuple) else diff[0][0]
            for diff in self.differences()
        )
        eq_(
            kinds,
            {
                "add_table": 1,
                "remove_table": 1,
                "add_column": 1,
                "remove_column": 1,
                "add_index": 1,
                "remove_index": 1,
                "add_fk": 1,
                "modify_nullable": 1,
                "modify_type": 1,
                "modify_default": 1,
            },
        )

    def test_defaults_can_be_left_out(self) -> None:
        diffs = self.differences(compare_server_default=False)
        eq_([diff for diff in diffs if diff[0][0] == "modify_default"], [])

    def test_foreign_key(self) -> None:
        (diff,) = self.fk_differences()
        self.assert_fk(
            diff,
            "add_fk",
            ("invoice", ["customer_id"]),
            ("customer", ["id"]),
            name="fk_payer",
        )


class SeatTest(AutogenTest, NamingConvModel, TestBase):
    """The seats of ``NamingConvModel``."""

    __backend__ = True

    def test_constraints_are_known_by_the_convention(self) -> None:
        # Whether a unique constraint is removed as an index depends on the database.
        eq_(
            {(diff[0].partition("_")[0], diff[1].name) for diff in self.differences()},
            {
                ("add", "uq_seat_row"),
                ("remove", "uq_seat_number"),
                ("add", "ix_seat_number"),
                ("remove", "ix_seat_row"),
            },
        )
