"""Identity columns, as autogenerate sees them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Identity, Integer, MetaData, Table
from sqlalchemy.testing.assertions import eq_, is_
from sqlalchemy.testing.config import combinations

from ..fixtures import TestBase
from ._autogen_fixtures import AutogenFixtureTest


def _model(*identity: Identity, primary_key: bool = False) -> MetaData:
    """Return a table whose column ``number`` is an identity, or is not."""
    metadata = MetaData()
    Table(
        "ticket",
        metadata,
        Column("number", Integer, *identity, primary_key=primary_key, nullable=False),
        Column("holder", Integer),
    )
    return metadata


def _change(diffs: list[Any]) -> tuple[Any, Any]:
    """Return the default before and after, where it is all that differs."""
    ((diff,),) = diffs
    eq_((diff[0], diff[2], diff[3]), ("modify_default", "ticket", "number"))
    return diff[-2], diff[-1]


class AutogenerateIdentityTest(AutogenFixtureTest, TestBase):
    """An identity differs by its options; those that nobody gave do not count."""

    __backend__ = True
    __requires__ = ("identity_columns",)

    def test_identity_column_appears(self) -> None:
        wanted = _model()
        wanted.tables["ticket"].append_column(Column("serial", Integer, Identity()))
        (diff,) = self.differences(_model(), wanted)
        eq_((diff[0], diff[2], diff[3].name), ("add_column", "ticket", "serial"))
        assert isinstance(diff[3].server_default, Identity)

    @combinations((True,), (False,), argnames="primary_key")
    def test_same_identity(self, primary_key: bool) -> None:
        models = [_model(Identity(), primary_key=primary_key) for _ in range(2)]
        eq_(self.differences(*models), [])

    @combinations(
        ({"always": True},),
        ({"start": 10},),
        ({"increment": 5},),
        argnames="options",
    )
    def test_same_options(self, options: dict[str, Any]) -> None:
        models = [_model(Identity(**options)) for _ in range(2)]
        eq_(self.differences(*models), [])

    @combinations(
        ({"start": 1},),
        ({"increment": 1},),
        ({"always": False},),
        argnames="options",
    )
    def test_usual_options_may_be_left_out(self, options: dict[str, Any]) -> None:
        eq_(self.differences(_model(Identity(**options)), _model(Identity())), [])
        eq_(self.differences(_model(Identity()), _model(Identity(**options))), [])

    @combinations(
        ({"always": True}, {"always": False}),
        ({}, {"start": 7}),
        ({"increment": 2}, {"increment": 3}),
        argnames="database,wanted",
    )
    def test_option_changes(
        self, database: dict[str, Any], wanted: dict[str, Any]
    ) -> None:
        identity = Identity(**wanted)
        found = self.differences(_model(Identity(**database)), _model(identity))
        old, new = _change(found)
        assert isinstance(old, Identity)
        is_(new, identity)

    def test_column_becomes_identity(self) -> None:
        old, new = _change(self.differences(_model(), _model(Identity())))
        is_(old, None)
        assert isinstance(new, Identity)

    def test_column_ceases_to_be_identity(self) -> None:
        old, new = _change(self.differences(_model(Identity()), _model()))
        assert isinstance(old, Identity)
        is_(new, None)
