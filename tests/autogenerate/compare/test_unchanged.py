"""Tables that are as they should be are known at a glance, and only those."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from alembic.util import sqla_compat

needs_bulk = pytest.mark.skipif(
    not sqla_compat.sqla_2, reason="before 2.0 tables are read one by one"
)


def _model(metadata: Any, **changes: Any) -> None:
    sa.Table("o", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", changes.get("type", sa.String(50)), nullable=False),
        sa.Column("n", sa.Integer, server_default=changes.get("default", "5")),
        sa.Column(
            "o_id",
            sa.Integer,
            sa.ForeignKey("o.id", name="fk", ondelete=changes.get("ondelete")),
        ),
        sa.Index("ix", *changes.get("columns", ("n", "name"))),
        sa.UniqueConstraint("name", name=changes.get("unique", "uq")),
    )


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the tables that are made in full, as they are made."""
    from alembic.autogenerate.compare.reflection import SchemaReader

    names: list[str] = []
    original = SchemaReader.table

    def table(self: SchemaReader, name: str) -> Any:
        names.append(name)
        return original(self, name)

    monkeypatch.setattr(SchemaReader, "table", table)
    return names


@needs_bulk
def test_unchanged_tables_are_not_made(comparing: Any, filled: list[str]) -> None:
    assert comparing.diffs(_model, _model, compare_server_default=True) == []
    assert filled == []


@needs_bulk
def test_keys_of_unchanged_tables_are_not_read(
    comparing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def read(self: Any, *args: Any, **options: Any) -> Any:
        asked.append("primary keys")
        return original(self, *args, **options)

    original = sa.engine.Inspector.get_multi_pk_constraint
    monkeypatch.setattr(sa.engine.Inspector, "get_multi_pk_constraint", read)
    assert comparing.diffs(_model, _model) == []
    assert asked == []


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({"type": sa.String(60)}, [["modify_type"]]),
        ({"default": "6"}, [["modify_default"]]),
        ({"ondelete": "CASCADE"}, ["remove_fk", "add_fk"]),
        ({"columns": ("name", "n")}, ["remove_index", "add_index"]),
        ({"unique": "uq2"}, ["remove_constraint", "add_constraint"]),
    ],
)
def test_every_change_is_seen(comparing: Any, changes: Any, kinds: Any) -> None:
    def changed(metadata: Any) -> None:
        _model(metadata, **changes)

    assert comparing.kinds(_model, changed, compare_server_default=True) == kinds


@needs_bulk
def test_a_filter_gets_to_see_everything(comparing: Any, filled: list[str]) -> None:
    assert comparing.diffs(_model, _model, include_object=lambda *_: True) == []
    assert filled == ["o", "t"]


def test_reading_takes_no_more_statements_for_unchanged_tables_than_reading(
    comparing: Any,
) -> None:
    comparing.script(_model, _model)
    counted: list[str] = []

    def count(*args: Any) -> None:
        counted.append(args[2])

    sa.event.listen(comparing.connection, "before_cursor_execute", count)
    metadata = sa.MetaData()
    _model(metadata)
    comparing.again(metadata, compare_server_default=True)

    assert not [
        each for each in counted if not each.strip().startswith(("PRAGMA", "SELECT"))
    ]
