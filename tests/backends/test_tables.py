"""Tables, columns, indexes and rows: single operations on every database."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

pytestmark = pytest.mark.backend


@pytest.fixture
def notes(database: Any) -> Any:
    """A database with one table and one row."""
    database.run("CREATE TABLE note (id INTEGER, txt VARCHAR(20))")
    database.run("INSERT INTO note VALUES (1, 'hello')")
    return database


def test_a_renamed_table_keeps_its_rows(notes: Any) -> None:
    notes.op.rename_table("note", "remark")

    assert notes.tables() == ["remark"]
    assert notes.rows("SELECT txt FROM remark") == [("hello",)]


def test_a_new_column_gets_its_default_in_old_rows(notes: Any) -> None:
    notes.op.add_column(
        "note", sa.Column("stars", sa.Integer, nullable=False, server_default="3")
    )

    assert notes.rows("SELECT txt, stars FROM note") == [("hello", 3)]


def test_an_index_comes_and_goes(notes: Any) -> None:
    notes.op.create_index("ix_note_id", "note", ["id"])
    assert [i["name"] for i in sa.inspect(notes.engine).get_indexes("note")] == [
        "ix_note_id"
    ]

    notes.op.drop_index("ix_note_id", table_name="note")
    assert sa.inspect(notes.engine).get_indexes("note") == []


def test_rows_are_inserted_in_bulk(notes: Any) -> None:
    table = sa.table("note", sa.column("id", sa.Integer), sa.column("txt", sa.String))

    notes.op.bulk_insert(table, [{"id": 2, "txt": "a'b%c:d"}, {"id": 3, "txt": None}])

    assert notes.rows("SELECT id, txt FROM note ORDER BY id") == [
        (1, "hello"),
        (2, "a'b%c:d"),
        (3, None),
    ]


def test_a_created_table_refers_to_another(database: Any) -> None:
    database.op.create_table("author", sa.Column("id", sa.Integer, primary_key=True))
    database.op.create_table(
        "book",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("author_id", sa.Integer, sa.ForeignKey("author.id", name="fk_book")),
    )

    (key,) = sa.inspect(database.engine).get_foreign_keys("book")
    assert key["referred_table"] == "author"
    database.op.drop_table("book")
    assert database.tables() == ["author"]
