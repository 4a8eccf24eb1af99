"""Another process that migrates the same database in the middle of a run."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from alembic.runtime.witness import Witness
from alembic.util.exc import CommandError


@pytest.fixture
def other(project: Any) -> Any:
    """What another process does: a function that runs statements and commits."""

    def run(*statements: str) -> None:
        with contextlib.closing(sqlite3.connect(str(project.database))) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    return run


@pytest.fixture
def two(project: Any, migrator: Any) -> Any:
    """A project at the first of two revisions, the second of which makes a table."""
    project.revision("a")
    project.revision("b", "a", upgrade="op.execute('CREATE TABLE t (x)')")
    migrator.upgrade("a")
    return migrator


def before(migrator: Any, beginning: str, happen: Any) -> None:
    """Have something happen before the first statement that begins like that."""
    waiting = [happen]

    def listen(engine: Any) -> None:
        @event.listens_for(engine, "before_cursor_execute")
        def on_execute(connection: Any, cursor: Any, sql: str, *args: Any) -> None:
            if waiting and sql.strip().startswith(beginning):
                waiting.pop()()

    migrator.prepare = listen


@pytest.mark.parametrize("whole", [False, True], ids=["each alone", "as a whole"])
def test_a_run_that_was_overtaken_says_so(two: Any, other: Any, whole: bool) -> None:
    def overtake() -> None:
        other("CREATE TABLE t (x)", "UPDATE alembic_version SET version_num = 'b'")

    # before the run has begun to write: SQLite lets nobody else write after that
    script = two.script

    def steps(rows: Any, context: Any) -> Any:
        found = script._upgrade_revs("heads", rows)
        overtake()
        return found

    with pytest.raises(CommandError) as caught:
        two.go(script, steps, transactional_ddl=whole)

    assert str(caught.value) == (
        "Version table 'alembic_version' was changed by another process while this "
        "command ran; it holds 'b' now. Wait until the other one has ended, then run "
        "the command again."
    )
    assert isinstance(caught.value.__cause__, sa.exc.OperationalError)


def test_two_runs_that_create_the_version_table_say_so(
    project: Any, migrator: Any, other: Any
) -> None:
    project.revision("a")
    table = "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"
    before(migrator, "CREATE TABLE alembic_version", lambda: other(table))

    with pytest.raises(CommandError, match="another process .* it holds no row now"):
        migrator.upgrade()


def test_a_revision_that_fails_alone_keeps_its_own_error(two: Any, other: Any) -> None:
    other("CREATE TABLE t (x)")

    with pytest.raises(sa.exc.OperationalError, match="table t already exists"):
        two.upgrade()


def test_a_later_revision_that_fails_alone_keeps_its_own_error(
    two: Any, project: Any
) -> None:
    project.revision("c", "b", upgrade="op.execute('CREATE TABLE t (x)')")

    with pytest.raises(sa.exc.OperationalError, match="table t already exists"):
        two.upgrade()

    assert two.versions() == ["b"]


def test_a_purge_knows_nothing_of_the_rows_before(two: Any, other: Any) -> None:
    other("CREATE TABLE t (x)")
    script = two.script

    with pytest.raises(sa.exc.OperationalError, match="already exists"):
        two.go(
            script,
            lambda rows, _: script._upgrade_revs("heads", ("a",)),
            environment={"purge": True},
        )


def test_a_database_that_cannot_be_asked_keeps_the_error(migrator: Any) -> None:
    with migrator.connection() as connection:
        context = migrator.go(migrator.script, lambda rows, _: [], connection)
        connection.close()
        failure = sa.exc.OperationalError("SELECT 1", {}, Exception("gone"))

        Witness(context).refuse_others(failure)


def test_a_run_that_has_read_nothing_cannot_tell(two: Any) -> None:
    failure = sa.exc.OperationalError("SELECT 1", {}, Exception("disk I/O error"))

    with two.connection() as connection:
        context = two.go(two.script, lambda rows, _: [], connection)

        Witness(context).refuse_others(failure)
