"""Schema objects that are equal when they are built alike."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    text,
)

from alembic.testing.schemacompare import (
    CompareCheckConstraint,
    CompareColumn,
    CompareForeignKey,
    CompareIndex,
    ComparePrimaryKey,
    CompareTable,
    CompareUniqueConstraint,
)


def table(*extra: Any, name: str = "t", **kw: Any) -> Table:
    columns = [Column("a", Integer, nullable=False), Column("b", String(30))]
    return Table(name, MetaData(), *columns, *extra, **kw)


def of(item: Any, name: str = "t") -> Any:
    """Return a constraint after it was put into a table of its own."""
    table(item, name=name)
    return item


def index(*columns: Any, name: str = "ix", of: str = "t", **kw: Any) -> Index:
    made = Index(name, *columns, **kw)
    table(made, name=of)
    return made


def column(name: str = "a", type_: Any = Integer, **kw: Any) -> Column[Any]:
    return Column(name, type_, **kw)


EQUAL = [
    (CompareTable, table(), table()),
    (CompareTable, table(), table(CheckConstraint("a > 5"), comment="x")),
    (CompareColumn, column(), column(type_=String)),
    (CompareColumn, column(), column(server_default="5", comment="x")),
    (CompareIndex, index("a"), index("a")),
    (CompareIndex, index(text("lower(b)")), index(text("lower(b)"))),
    (
        CompareIndex,
        index("a", postgresql_where=text("a > 5")),
        index("a", postgresql_where=text("a > 5")),
    ),
    (
        CompareCheckConstraint,
        of(CheckConstraint("a > 5")),
        of(CheckConstraint("a > 5")),
    ),
    (
        CompareForeignKey,
        of(ForeignKeyConstraint(["a"], ["q.x"])),
        of(ForeignKeyConstraint(["a"], ["q.x"], ondelete="CASCADE")),
    ),
    (
        CompareForeignKey,
        of(ForeignKeyConstraint(["a"], ["q.x"])),
        of(ForeignKeyConstraint(["a"], ["s.q.x"])),
    ),
    (ComparePrimaryKey, of(PrimaryKeyConstraint("a")), of(PrimaryKeyConstraint("a"))),
    (
        CompareUniqueConstraint,
        of(UniqueConstraint("a", "b")),
        of(UniqueConstraint("a", "b", deferrable=True)),
    ),
]

DIFFERENT = [
    (CompareTable, table(), table(name="u")),
    (CompareTable, table(), table(schema="s")),
    (CompareTable, table(), table(Column("c", Integer))),
    (CompareTable, table(), table().c.a),
    (CompareTable, table(), 5),
    (CompareColumn, column(), column("b")),
    (CompareColumn, column(), column(nullable=False)),
    (CompareIndex, index("a"), index("a", name="iy")),
    (CompareIndex, index("a"), index("b")),
    (CompareIndex, index("a", "b"), index("b", "a")),
    (CompareIndex, index("a"), index("a", unique=True)),
    (CompareIndex, index("a"), index("a", of="u")),
    (CompareIndex, index("a"), index("a", postgresql_using="gin")),
    (
        CompareCheckConstraint,
        of(CheckConstraint("a > 5")),
        of(CheckConstraint("a > 6")),
    ),
    (
        CompareCheckConstraint,
        of(CheckConstraint("a > 5")),
        of(CheckConstraint("a > 5"), "u"),
    ),
    (
        CompareCheckConstraint,
        of(CheckConstraint("a > 5")),
        of(CheckConstraint("a > 5", name="n")),
    ),
    (
        CompareForeignKey,
        of(ForeignKeyConstraint(["a"], ["q.x"])),
        of(ForeignKeyConstraint(["b"], ["q.x"])),
    ),
    (
        CompareForeignKey,
        of(ForeignKeyConstraint(["a"], ["q.x"])),
        of(ForeignKeyConstraint(["a"], ["q.y"])),
    ),
    (
        CompareForeignKey,
        of(ForeignKeyConstraint(["a"], ["q.x"])),
        of(ForeignKeyConstraint(["a"], ["q.x"], name="n")),
    ),
    (
        ComparePrimaryKey,
        of(PrimaryKeyConstraint("a", "b")),
        of(PrimaryKeyConstraint("b", "a")),
    ),
    (
        CompareUniqueConstraint,
        of(UniqueConstraint("a")),
        of(UniqueConstraint("a"), "u"),
    ),
    (CompareUniqueConstraint, of(UniqueConstraint("a")), of(PrimaryKeyConstraint("a"))),
]


@pytest.mark.parametrize(("compare", "one", "other"), EQUAL)
def test_these_are_equal(compare: Any, one: Any, other: Any) -> None:
    assert compare(one) == other
    assert compare(one) == compare(other)
    assert (compare(one) != other) is False


@pytest.mark.parametrize(("compare", "one", "other"), DIFFERENT)
def test_these_are_not(compare: Any, one: Any, other: Any) -> None:
    assert compare(one) != other
    assert (compare(one) == other) is False


def test_an_index_can_be_compared_by_name_alone() -> None:
    one = CompareIndex(index("a"), name_only=True)

    assert one == index("b", unique=True)
    assert one != index("a", name="iy")


def test_one_can_stand_among_the_arguments_of_a_mock() -> None:
    called = mock.Mock()
    called(table(), "x")

    called.assert_called_once_with(CompareTable(table()), "x")


def test_an_index_is_shown_with_its_columns() -> None:
    assert repr(CompareIndex(index("a", "b"))) == "<CompareIndex ix(t.a, t.b)>"
