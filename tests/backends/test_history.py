"""A history goes up and down on every database."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.backend


@pytest.fixture
def branched(migrations: Any) -> Any:
    """A table, a column on one branch, an index on the other, and a merge."""
    migrations.revision(
        "a",
        upgrade="op.create_table('note', sa.Column('id', sa.Integer))",
        downgrade="op.drop_table('note')",
    )
    migrations.revision(
        "b",
        "a",
        upgrade="op.add_column('note', sa.Column('text', sa.String(20)))",
        downgrade="op.execute('UPDATE note SET text = NULL')",
    )
    migrations.revision(
        "c",
        "a",
        upgrade="op.create_index('ix_note_id', 'note', ['id'])",
        downgrade="op.drop_index('ix_note_id', table_name='note')",
    )
    migrations.revision("d", ["b", "c"])
    return migrations


def versions(database: Any) -> list[str]:
    """Return the rows of the version table."""
    rows = database.rows("SELECT version_num FROM alembic_version ORDER BY 1")
    return [row[0] for row in rows]


def test_a_branched_history_goes_up_and_down(branched: Any, database: Any) -> None:
    up = branched.run("upgrade", "head")
    assert up.status == 0, up.stdout + up.stderr
    assert database.tables() == ["alembic_version", "note"]
    assert database.columns("note") == ["id", "text"]
    assert versions(database) == ["d"]

    assert branched.run("downgrade", "b").status == 0
    assert versions(database) == ["b", "c"]

    down = branched.run("downgrade", "base")
    assert down.status == 0, down.stdout + down.stderr
    assert database.tables() == ["alembic_version"]
    assert versions(database) == []


def test_current_says_where_the_database_is(branched: Any, database: Any) -> None:
    branched.run("upgrade", "b")
    assert branched.run("current").lines == ["b"]

    branched.run("upgrade", "heads")
    assert branched.run("current").lines == ["d (head) (mergepoint)"]


def test_a_stamp_moves_the_version_only(branched: Any, database: Any) -> None:
    stamped = branched.run("stamp", "b", "c")

    assert stamped.status == 0, stamped.stdout + stamped.stderr
    assert database.tables() == ["alembic_version"]
    assert versions(database) == ["b", "c"]


def test_quotes_in_an_id_do_nothing_but_name_it(migrations: Any, database: Any) -> None:
    odd = """it's "odd"; DROP TABLE alembic_version"""
    migrations.revision(odd, name="odd.py")

    assert migrations.run("upgrade", "head").status == 0
    assert versions(database) == [odd]


def test_an_id_longer_than_the_column_widens_it(migrations: Any, database: Any) -> None:
    migrations.revision("a")
    assert migrations.run("upgrade", "head").status == 0

    longer = "b" * 40
    migrations.revision(longer, "a")
    widened = migrations.run("upgrade", "head")

    assert widened.status == 0, widened.stdout + widened.stderr
    assert versions(database) == [longer]
