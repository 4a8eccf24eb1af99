"""A table is made anew in a revision, and something ends it before each statement."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import event

# SQLAlchemy 1.3 goes on when its first question to a new connection fails.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception attempting to detect unicode returns"
)

KINDS = ["before_statements", "failing_once", "failing_from_there_on"]

TABLES = """
op.execute("CREATE TABLE log (what)")
op.execute(
    "CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(9), "
    "up INTEGER REFERENCES parent (id) ON DELETE SET NULL)"
)
op.execute(
    "CREATE TABLE child (id INTEGER PRIMARY KEY, "
    "parent_id INTEGER NOT NULL REFERENCES parent (id) ON DELETE CASCADE)"
)
op.execute("CREATE INDEX ix_name ON parent (name DESC) WHERE name > ''")
op.execute(
    "CREATE TRIGGER noted AFTER DELETE ON parent "
    "BEGIN INSERT INTO log VALUES (OLD.name); END"
)
op.execute("CREATE VIEW names AS SELECT id, name FROM parent")
op.execute("INSERT INTO parent VALUES (1, 'one', NULL), (2, 'two', 1), (9, 'x', 1)")
op.execute("DELETE FROM parent WHERE id = 9")
op.execute("INSERT INTO child VALUES (1, 1), (2, 2), (3, 2)")
"""

NULLABLE = """
with op.batch_alter_table("parent") as batch_op:
    batch_op.alter_column("name", nullable={nullable})
"""

NAMES = """
with op.batch_alter_table("parent") as batch_op:
    batch_op.alter_column("id", new_column_name="key")
    batch_op.create_unique_constraint("uq_name", ["name"])
with op.batch_alter_table("child") as batch_op:
    batch_op.add_column(sa.Column("note", sa.Text, server_default=sa.text("('-')")))
    batch_op.alter_column("id", type_=sa.BigInteger())
op.execute("UPDATE parent SET name = name || '!'")
"""

NAMES_BACK = """
with op.batch_alter_table("parent") as batch_op:
    batch_op.drop_constraint("uq_name", type_="unique")
    batch_op.alter_column("key", new_column_name="id")
with op.batch_alter_table("child") as batch_op:
    batch_op.drop_column("note")
    batch_op.alter_column("id", type_=sa.Integer())
"""


@pytest.fixture
def history(project: Any) -> Any:
    """Revisions that make tables anew on which others depend."""
    project.revision("a100", upgrade=TABLES)
    project.revision(
        "b100",
        "a100",
        upgrade=NULLABLE.format(nullable=False),
        downgrade=NULLABLE.format(nullable=True),
    )
    project.revision("c100", "b100", upgrade=NAMES, downgrade=NAMES_BACK)
    return project


@pytest.fixture(params=["foreign keys on", "foreign keys off"])
def prepared(request: Any, migrator: Any, history: Any) -> Any:
    """A migrator at the first revision, with foreign keys enforced or not."""
    migrator.upgrade("a100")

    def prepare(engine: Any) -> None:
        @event.listens_for(engine, "connect")
        def on_connect(dbapi_connection: Any, record: Any) -> None:
            state = request.param.split()[-1]
            dbapi_connection.execute(f"PRAGMA foreign_keys={state}")

    migrator.prepare = prepare
    return migrator


def needs_fork(kind: str) -> None:
    """Skip where a process cannot die for a trial."""
    if kind == "before_statements" and not hasattr(os, "fork"):
        pytest.skip("dying is tried out in forked processes")


def rows(migrator: Any, table: str) -> int:
    """Return how many rows a table has."""
    with closing(sqlite3.connect(str(migrator.project.database))) as connection:
        (number,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(number)


@pytest.mark.parametrize("kind", KINDS)
def test_an_upgrade_leaves_whole_revisions(
    prepared: Any, accidents: Any, kind: str
) -> None:
    needs_fork(kind)
    states = accidents.states_passed(prepared.upgrade_by_one)

    places = accidents.everywhere(
        prepared.upgrade, states, getattr(accidents.kinds, kind)
    )

    assert places > 40
    assert rows(prepared, "parent") == 2
    assert rows(prepared, "child") == 3
    assert rows(prepared, "log") == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_downgrade_leaves_whole_revisions(
    prepared: Any, accidents: Any, kind: str
) -> None:
    needs_fork(kind)
    prepared.upgrade()

    def downgrade() -> None:
        prepared.downgrade("a100")

    states = accidents.states_passed(lambda: one_step_down(prepared))
    places = accidents.everywhere(downgrade, states, getattr(accidents.kinds, kind))

    assert places > 40
    assert rows(prepared, "child") == 3


def one_step_down(migrator: Any) -> None:
    """Take a step of the downgrade, down to the first revision."""
    if migrator.versions() != ["a100"]:
        migrator.downgrade_by_one()


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_transaction_of_the_step_the_table_is_whole(
    prepared: Any, accidents: Any, kind: str
) -> None:
    needs_fork(kind)
    prepared.engine_options = {"isolation_level": "AUTOCOMMIT"}
    before = accidents.snapshot()
    accident = getattr(accidents.kinds, kind)

    for number in range(1, 1000, accident.stride):
        before.restore()
        happened = accidents.once(lambda: prepared.upgrade("b100"), accident(number))
        assert rows(prepared, "parent") == 2, f"after accident {number}"
        assert rows(prepared, "child") == 3, f"after accident {number}"
        prepared.upgrade("b100")
        assert prepared.versions() == ["b100"]
        if not happened:
            break

    assert number > 15


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("ignore:Table '_alembic_tmp_parent' is left")
def test_a_leftover_table_is_in_nobodys_way(
    prepared: Any, accidents: Any, history: Any, kind: str
) -> None:
    needs_fork(kind)
    with closing(sqlite3.connect(str(history.database))) as connection:
        connection.execute("CREATE TABLE _alembic_tmp_parent (id INTEGER)")
        connection.commit()
    states = accidents.states_passed(prepared.upgrade_by_one)

    accidents.everywhere(prepared.upgrade, states, getattr(accidents.kinds, kind))

    assert not any("_alembic_tmp" in line for line in prepared.dump())
