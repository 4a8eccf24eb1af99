"""Computed columns, as autogenerate sees them."""

from __future__ import annotations

from sqlalchemy import Column, Computed, Integer, MetaData, Table
from sqlalchemy.testing.assertions import eq_
from sqlalchemy.testing.config import combinations

from ..assertions import expect_warnings
from ..fixtures import TestBase
from ._autogen_fixtures import AutogenFixtureTest


def _model(*area: Column[int]) -> MetaData:
    metadata = MetaData()
    Table(
        "field",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("width", Integer),
        Column("depth", Integer),
        *area,
    )
    return metadata


def _area(expression: str | None) -> Column[int]:
    """Return the column, computed or plain."""
    computed = [Computed(expression, persisted=True)] if expression else []
    return Column("area", Integer, *computed)


class AutogenerateComputedTest(AutogenFixtureTest, TestBase):
    """They come and go like others, but no database changes one in its place."""

    __backend__ = True
    __requires__ = ("computed_columns",)

    def test_computed_column_appears(self) -> None:
        (diff,) = self.differences(_model(), _model(_area("width * 2")))
        eq_((diff[0], diff[2], diff[3].name), ("add_column", "field", "area"))
        eq_(str(diff[3].computed.sqltext), "width * 2")

    def test_computed_column_disappears(self) -> None:
        (diff,) = self.differences(_model(_area("width * 2")), _model())
        eq_((diff[0], diff[2], diff[3].name), ("remove_column", "field", "area"))
        assert isinstance(diff[3].server_default, Computed)

    @combinations(
        ("width * 2",), ("(width)*(depth)",), ("width*depth + 10",), argnames="text"
    )
    def test_same_expression(self, text: str) -> None:
        eq_(self.differences(_model(_area(text)), _model(_area(text))), [])

    @combinations(
        ("width * 2", "width * 3"),
        ("width * 2", None),
        (None, "width * 2"),
        argnames="database,wanted",
    )
    def test_changed_expression_is_warned_of(
        self, database: str | None, wanted: str | None
    ) -> None:
        with expect_warnings("Computed default on field.area cannot be modified"):
            diffs = self.differences(_model(_area(database)), _model(_area(wanted)))
        eq_(diffs, [])
