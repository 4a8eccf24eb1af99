"""Nothing half-done on SQLite: dying anywhere leaves schema, data and rows agreeing."""

from __future__ import annotations

import os
from typing import Any

import pytest
from sqlalchemy import event

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="dying is tried out in forked processes"
)


def begin_as_the_recipe_does(engine: Any) -> None:
    """Take the transaction away from the driver, as SQLAlchemy's docs advise."""

    @event.listens_for(engine, "connect")
    def on_connect(dbapi_connection: Any, record: Any) -> None:
        dbapi_connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.connection.cursor().execute("BEGIN")


def enforce_foreign_keys(engine: Any) -> None:
    """Switch foreign keys on for every connection."""

    @event.listens_for(engine, "connect")
    def on_connect(dbapi_connection: Any, record: Any) -> None:
        dbapi_connection.execute("PRAGMA foreign_keys=ON")


COPY_TABLE = """
    op.execute("CREATE TABLE _new (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL)")
    op.execute("INSERT INTO _new SELECT id, name FROM parent")
    op.execute("DROP TABLE parent")
    op.execute("ALTER TABLE _new RENAME TO parent")
    op.execute("CREATE INDEX ix_parent ON parent (name)")
    op.execute("UPDATE parent SET name = name || '!'")
"""

COPY_TABLE_BACK = """
    op.execute("CREATE TABLE _old (id INTEGER PRIMARY KEY, name VARCHAR)")
    op.execute("INSERT INTO _old SELECT id, rtrim(name, '!') FROM parent")
    op.execute("DROP TABLE parent")
    op.execute("ALTER TABLE _old RENAME TO parent")
"""

WITH_PRAGMAS = """
    op.execute("PRAGMA foreign_keys=OFF")
    op.execute("CREATE TABLE more (id INTEGER PRIMARY KEY)")
    op.execute("INSERT INTO more SELECT id FROM parent")
    op.execute("PRAGMA foreign_keys=ON")
"""

IN_SAVEPOINT = """
    with op.get_bind().begin_nested():
        op.execute("CREATE TABLE side (x INTEGER)")
        op.execute("INSERT INTO side VALUES (7)")
"""


@pytest.fixture
def history(project: Any) -> Any:
    """A branch and its merge; every revision changes both schema and data."""
    project.revision(
        "a100",
        upgrade="""
        op.create_table(
            "parent",
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("name", sa.String),
        )
        op.execute("CREATE TABLE child (parent_id INTEGER REFERENCES parent (id))")
        op.execute("INSERT INTO parent VALUES (1, 'one'), (2, 'two')")
        """,
        downgrade='op.drop_table("child")\nop.drop_table("parent")',
    )
    project.revision("b100", "a100", upgrade=COPY_TABLE, downgrade=COPY_TABLE_BACK)
    project.revision(
        "c100", "a100", upgrade=IN_SAVEPOINT, downgrade='op.drop_table("side")'
    )
    project.revision(
        "m100",
        ("b100", "c100"),
        upgrade="op.execute(\"INSERT INTO parent VALUES (3, 'three')\")",
        downgrade='op.execute("DELETE FROM parent WHERE id = 3")',
    )
    project.revision(
        "d100", "m100", upgrade=WITH_PRAGMAS, downgrade='op.drop_table("more")'
    )
    return project


PREPARATIONS = {
    "as it comes": lambda engine: None,
    "with the recipe": begin_as_the_recipe_does,
    "foreign keys on": enforce_foreign_keys,
}


@pytest.fixture(params=sorted(PREPARATIONS))
def prepared(request: Any, migrator: Any, history: Any) -> Any:
    """A migrator whose engine is set up in one of the usual ways."""
    migrator.prepare = PREPARATIONS[request.param]
    return migrator


def test_dying_in_an_upgrade_leaves_whole_revisions(
    prepared: Any, accidents: Any
) -> None:
    states = accidents.states_passed(prepared.upgrade_by_one)

    assert accidents.everywhere(prepared.upgrade, states) > 60


def test_dying_in_a_downgrade_leaves_whole_revisions(
    prepared: Any, accidents: Any
) -> None:
    prepared.upgrade()
    states = accidents.states_passed(prepared.downgrade_by_one)

    assert accidents.everywhere(prepared.downgrade, states) > 40


def test_dying_in_a_stamp_leaves_rows_that_can_be_stamped_again(
    migrator: Any, history: Any, accidents: Any
) -> None:
    migrator.upgrade("b100")
    before = migrator.dump()

    def stamp() -> None:
        migrator.stamp("c100", purge=True)

    states = {("b100",): before, ("c100",): before}
    assert accidents.everywhere(stamp, states) > 5


def test_dying_inside_of_one_transaction_for_all_leaves_all_or_nothing(
    migrator: Any, history: Any, accidents: Any
) -> None:
    history.revision("d100", "m100", upgrade='op.execute("CREATE TABLE more (x)")')

    def upgrade() -> None:
        migrator.upgrade(transactional_ddl=True)

    clean = accidents.snapshot()
    upgrade()
    states = {(): [], ("d100",): migrator.dump()}
    states[()] = ["BEGIN TRANSACTION;", "COMMIT;"]
    clean.restore()

    assert accidents.everywhere(upgrade, states) > 40


def test_dying_inside_of_the_callers_transaction_leaves_all_or_nothing(
    migrator: Any, history: Any, accidents: Any
) -> None:
    history.revision("d100", "m100", upgrade='op.execute("CREATE TABLE more (x)")')

    def upgrade() -> None:
        with migrator.connection() as connection, connection.begin():
            migrator.upgrade(connection=connection)

    clean = accidents.snapshot()
    upgrade()
    states = {("d100",): migrator.dump()}
    states[()] = ["BEGIN TRANSACTION;", "COMMIT;"]
    clean.restore()

    assert accidents.everywhere(upgrade, states) > 40


@pytest.mark.parametrize("failure", ["raise ValueError", "raise KeyboardInterrupt"])
def test_a_revision_that_fails_is_rolled_back_whole(
    migrator: Any, history: Any, failure: str
) -> None:
    migrator.upgrade("a100")
    before = migrator.dump()
    history.revision("b100", "a100", upgrade=COPY_TABLE + f"\n    {failure}")

    with pytest.raises((ValueError, KeyboardInterrupt)):
        migrator.upgrade("b100")

    assert migrator.versions() == ["a100"]
    assert migrator.dump() == before
