"""Indexes, unique constraints and foreign keys."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from alembic.ddl.impl import ComparisonResult
from alembic.ddl.sqlite import SQLiteImpl
from alembic.util import sqla_compat


def _with(*items: Any) -> Any:
    """Return a function that makes a table with these items."""

    def fill(metadata: Any) -> None:
        sa.Table("o", metadata, sa.Column("id", sa.Integer, primary_key=True))
        sa.Table(
            "t",
            metadata,
            sa.Column("a", sa.Integer),
            sa.Column("b", sa.Integer),
            *[item() for item in items],
        )

    return fill


def _index(*columns: str, **kw: Any) -> Any:
    return lambda: sa.Index("ix", *columns, **kw)


def _unique(*columns: str, name: Any = "uq") -> Any:
    return lambda: sa.UniqueConstraint(*columns, name=name)


def _key(column: str = "a", name: str = "fk", **kw: Any) -> Any:
    return lambda: sa.ForeignKeyConstraint([column], ["o.id"], name=name, **kw)


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ([], [_index("a")], ["add_index"]),
        ([_index("a")], [], ["remove_index"]),
        ([_index("a")], [_index("a")], []),
        ([_index("a")], [_index("a", unique=True)], ["remove_index", "add_index"]),
        ([_index("a", "b")], [_index("b", "a")], ["remove_index", "add_index"]),
        ([], [_unique("a")], ["add_constraint"]),
        ([_unique("a")], [], ["remove_constraint"]),
        ([_unique("a", "b")], [_unique("a", "b", name=None)], []),
        (
            [_unique("a", "b")],
            [_unique("b", "a")],
            ["remove_constraint", "add_constraint"],
        ),
        (
            [_unique("a", name="x")],
            [lambda: sa.Index("x", "a", unique=True)],
            ["remove_constraint", "add_index"],
        ),
        ([], [_key()], ["add_fk"]),
        ([_key()], [], ["remove_fk"]),
        ([_key()], [_key(name="other")], []),
        ([_key()], [_key("b")], ["remove_fk", "add_fk"]),
        ([_key(ondelete="cascade")], [_key(ondelete="CASCADE")], []),
        ([_key()], [_key(onupdate="NO ACTION")], []),
        ([_key()], [_key(deferrable=True)], ["remove_fk", "add_fk"]),
    ],
)
def test_differences(comparing: Any, before: Any, after: Any, kinds: Any) -> None:
    assert comparing.kinds(_with(*before), _with(*after)) == kinds


@pytest.mark.skipif(not sqla_compat.sqla_2, reason="WHERE is not reflected before 2.0")
def test_being_partial_is_a_difference(comparing: Any) -> None:
    partial = _index("a", sqlite_where=sa.text("a > 5"))

    assert comparing.kinds(_with(_index("a")), _with(partial)) == [
        "remove_index",
        "add_index",
    ]


def test_a_convention_names_the_constraint(comparing: Any) -> None:
    wanted = sa.MetaData(
        naming_convention={"uq": "uq_%(table_name)s_%(column_0_name)s"}
    )
    _with(_unique("a", name=None))(wanted)
    made = sa.MetaData()
    _with(_unique("a", name="uq_t_a"))(made)
    made.create_all(comparing.connection)

    assert comparing.again(wanted).upgrade_ops.as_diffs() == []


def test_found_names_are_final(comparing: Any) -> None:
    ((_, index),) = comparing.diffs(_with(_index("a")), _with())

    assert isinstance(index.name, sa.sql.elements.conv)


def test_what_cannot_be_compared_is_logged_and_left_alone(
    comparing: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from alembic.ddl.sqlite import SQLiteImpl

    monkeypatch.setattr(
        SQLiteImpl, "compare_indexes", lambda *_: ComparisonResult.Skip("it is odd")
    )
    caplog.set_level("INFO", "alembic.autogenerate")

    assert comparing.diffs(_with(_index("a")), _with(_index("b"))) == []
    assert "Cannot compare index 'ix', assuming equal and skipping. it is odd" in [
        record.getMessage() for record in caplog.records
    ]


def _with_two_indexes(metadata: Any) -> None:
    table = sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.String(9)),
        sa.UniqueConstraint("a", name="uq"),
    )
    sa.Index("ix", table.c.a)
    sa.Index("ix_lower", sa.func.lower(table.c.a))


def _nothing(metadata: Any) -> None:
    pass


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection")
def test_a_dialect_is_asked_about_the_constraints_of_every_table(
    comparing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    keys: list[Any] = []

    def note(impl: Any, *sides: set[Any]) -> None:
        asked.append([sorted(str(item.name) for item in side) for side in sides])
        sides[3].clear()

    monkeypatch.setattr(SQLiteImpl, "correct_for_autogen_constraints", note)
    monkeypatch.setattr(
        SQLiteImpl, "correct_for_autogen_foreignkeys", lambda *args: keys.append(args)
    )

    new = comparing.kinds(_nothing, _with_two_indexes)
    comparing.script(_with_two_indexes, _with_two_indexes)

    assert new == ["add_table", "add_index"]
    assert asked[0] == [[], [], ["uq"], ["ix"]]
    assert asked[1][2:] == [["uq"], ["ix", "ix_lower"]]
    assert len(keys) == 1


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection")
def test_a_dialect_is_asked_about_the_indexes_of_a_table_that_goes(
    comparing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forget(impl: Any, *sides: set[Any]) -> None:
        assert not sides[0]
        sides[1].clear()

    monkeypatch.setattr(SQLiteImpl, "correct_for_autogen_constraints", forget)

    assert comparing.kinds(_with_two_indexes, _nothing) == ["remove_table"]
