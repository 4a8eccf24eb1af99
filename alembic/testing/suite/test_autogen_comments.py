"""Comments of tables and columns, as autogenerate sees them."""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, String, Table
from sqlalchemy.testing.assertions import eq_
from sqlalchemy.testing.config import combinations

from ..fixtures import TestBase
from ._autogen_fixtures import AutogenFixtureTest


def _model(table: str | None = None, column: str | None = None) -> MetaData:
    """Return a table with comments."""
    metadata = MetaData()
    Table(
        "parcel",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("label", String(20), comment=column),
        comment=table,
    )
    return metadata


class AutogenerateCommentsTest(AutogenFixtureTest, TestBase):
    """A comment that differs is set, changed or removed; the same one is left alone."""

    __backend__ = True
    __requires__ = ("comments",)

    def test_same_table_comment(self) -> None:
        both = 'it\'s 100% "ours"'
        eq_(self.differences(_model(table=both), _model(table=both)), [])

    def test_table_comment_appears(self) -> None:
        (diff,) = self.differences(_model(), _model(table="what is sent"))
        eq_((diff[0], diff[1].name, diff[1].comment, diff[2]), _added(None))

    def test_table_comment_changes(self) -> None:
        (diff,) = self.differences(_model(table="old"), _model(table="what is sent"))
        eq_((diff[0], diff[1].name, diff[1].comment, diff[2]), _added("old"))

    def test_table_comment_disappears(self) -> None:
        (diff,) = self.differences(_model(table="old"), _model())
        eq_((diff[0], diff[1].name, diff[1].comment), _removed())

    def test_same_column_comment(self) -> None:
        both = 'it\'s 100% "ours"'
        eq_(self.differences(_model(column=both), _model(column=both)), [])

    def test_column_comment_appears(self) -> None:
        diffs = self.differences(_model(), _model(column="as printed"))
        self.assert_column(diffs, "modify_comment", "parcel.label", None, "as printed")

    def test_column_comment_changes(self) -> None:
        diffs = self.differences(_model(column="old"), _model(column="new"))
        self.assert_column(diffs, "modify_comment", "parcel.label", "old", "new")

    def test_column_comment_disappears(self) -> None:
        diffs = self.differences(_model(column="old"), _model())
        self.assert_column(diffs, "modify_comment", "parcel.label", "old", None)


def _added(old: str | None) -> tuple[str | None, ...]:
    return "add_table_comment", "parcel", "what is sent", old


def _removed() -> tuple[str | None, ...]:
    return "remove_table_comment", "parcel", None


class AutogenerateEmptyCommentsTest(AutogenFixtureTest, TestBase):
    """An empty comment is none at all: databases do not tell them apart."""

    __backend__ = True
    __requires__ = ("comments",)

    @combinations(("", None), (None, ""), argnames="database,wanted")
    def test_empty_table_comment_is_none(
        self, database: str | None, wanted: str | None
    ) -> None:
        eq_(self.differences(_model(table=database), _model(table=wanted)), [])

    def test_same_empty_table_comment(self) -> None:
        eq_(self.differences(_model(table=""), _model(table="")), [])

    @combinations(("",), (None,), argnames="wanted")
    def test_table_comment_becomes_empty(self, wanted: str | None) -> None:
        (diff,) = self.differences(_model(table="old"), _model(table=wanted))
        eq_(diff[0], "remove_table_comment")

    @combinations(("", None), (None, ""), argnames="database,wanted")
    def test_empty_column_comment_is_none(
        self, database: str | None, wanted: str | None
    ) -> None:
        eq_(self.differences(_model(column=database), _model(column=wanted)), [])

    def test_same_empty_column_comment(self) -> None:
        eq_(self.differences(_model(column=""), _model(column="")), [])

    @combinations(("",), (None,), argnames="wanted")
    def test_column_comment_becomes_empty(self, wanted: str | None) -> None:
        ((diff,),) = self.differences(_model(column="old"), _model(column=wanted))
        eq_((diff[0], diff[-2], diff[-1] or None), ("modify_comment", "old", None))
