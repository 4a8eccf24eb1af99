"""Check constraints by name, where a project asks for it."""

from __future__ import annotations

from typing import Any, Iterator

import pytest
import sqlalchemy as sa

from alembic.autogenerate import compare_metadata
from alembic.ddl.signatures import ComparisonResult
from alembic.ddl.sqlite import SQLiteImpl
from alembic.runtime.migration import MigrationContext

PLUGINS = ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"]


@pytest.fixture
def connection() -> Iterator[Any]:
    """A connection to an empty SQLite database."""
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def _model(*checks: Any) -> sa.MetaData:
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("a", sa.Integer), *checks)
    return metadata


def _diffs(connection: Any, found: Any, wanted: Any, **options: Any) -> list[Any]:
    _model(*found).create_all(connection)
    context = MigrationContext.configure(connection, opts=options)
    diffs = compare_metadata(context, _model(*wanted))
    return [(what, check.name) for what, check in diffs]


def _check(name: Any, text: str = "a > 5") -> Any:
    return sa.CheckConstraint(text, name=name)


def test_names_are_added_and_removed(connection: Any) -> None:
    found, wanted = [_check("old"), _check("kept")], [_check("kept"), _check("new")]

    assert _diffs(connection, found, wanted, autogenerate_plugins=PLUGINS) == [
        ("remove_constraint", "old"),
        ("add_constraint", "new"),
    ]


def test_another_condition_of_the_same_name_is_no_difference(connection: Any) -> None:
    found, wanted = [_check("ck")], [_check("ck", "a > 6")]

    assert _diffs(connection, found, wanted, autogenerate_plugins=PLUGINS) == []


def test_a_dialect_may_say_that_a_condition_differs(
    connection: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compare(impl: Any, new: Any, old: Any) -> ComparisonResult:
        return ComparisonResult.Different(f"{old.sqltext} to {new.sqltext}")

    monkeypatch.setattr(SQLiteImpl, "compare_check_constraint", compare)
    found, wanted = [_check("ck")], [_check("ck", "a > 6")]

    assert _diffs(connection, found, wanted, autogenerate_plugins=PLUGINS) == [
        ("remove_constraint", "ck"),
        ("add_constraint", "ck"),
    ]


def test_what_has_no_name_is_left_alone(connection: Any) -> None:
    diffs = _diffs(connection, [], [_check(None)], autogenerate_plugins=PLUGINS)

    assert diffs == []


def test_nothing_is_compared_unless_asked_for(connection: Any) -> None:
    assert _diffs(connection, [_check("ck")], []) == []


def test_the_former_name_still_selects_it(connection: Any) -> None:
    former = [PLUGINS[0], "alembic.autogenerate.checkconstraint_byname"]

    assert _diffs(connection, [_check("ck")], [], autogenerate_plugins=former) == [
        ("remove_constraint", "ck")
    ]


def test_a_filter_may_keep_a_name(connection: Any) -> None:
    def include_name(name: Any, type_: str, parents: Any) -> bool:
        return type_ != "check_constraint"

    options = {"autogenerate_plugins": PLUGINS, "include_name": include_name}

    assert _diffs(connection, [_check("ck")], [], **options) == []
