"""Fixtures that run the migrations of a project, and let them end at any place."""

from __future__ import annotations

import contextlib
import io
import os
import sqlite3
from types import SimpleNamespace
from typing import Any, Callable, Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory


class Migrator:
    """Runs the revisions of a project on a database of one's choice."""

    def __init__(self, project: Any) -> None:
        self.project = project
        self.engine_options: dict[str, Any] = {}
        self.prepare: Callable[[Any], None] = lambda engine: None

    @property
    def script(self) -> Any:
        """The revisions as they stand now."""
        return ScriptDirectory(str(self.project.migrations))

    def engine(self) -> Any:
        """Return a new engine for the project's database."""
        url = f"sqlite:///{self.project.database}"
        engine = sa.create_engine(
            url, poolclass=sa.pool.NullPool, **self.engine_options
        )
        self.prepare(engine)
        return engine

    @contextlib.contextmanager
    def connection(self) -> Iterator[Any]:
        """Open a connection, close it and its engine afterwards."""
        engine = self.engine()
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()

    def upgrade(self, target: str = "heads", **options: Any) -> Any:
        """Upgrade to a target on a connection of its own."""
        script = self.script
        return self.go(
            script, lambda rows, _: script._upgrade_revs(target, rows), **options
        )

    def downgrade(self, target: str = "base", **options: Any) -> Any:
        """Downgrade to a target on a connection of its own."""
        script = self.script
        return self.go(
            script, lambda rows, _: script._downgrade_revs(target, rows), **options
        )

    def upgrade_by_one(self) -> Any:
        """Take the first step of an upgrade only."""
        script = self.script
        return self.go(script, lambda rows, _: script._upgrade_revs("heads", rows)[:1])

    def downgrade_by_one(self) -> Any:
        """Take the first step of a downgrade to the base only."""
        script = self.script
        return self.go(script, lambda rows, _: script._downgrade_revs("base", rows)[:1])

    def stamp(self, *targets: str, purge: bool = False, **options: Any) -> Any:
        """Stamp targets on a connection of its own."""
        script = self.script
        work = lambda rows, _: script._stamp_revs(targets, rows)
        return self.go(script, work, environment={"purge": purge}, **options)

    def go(
        self,
        script: Any,
        work: Callable[..., Any],
        connection: Any = None,
        environment: Any = None,
        run_args: Any = None,
        **options: Any,
    ) -> Any:
        """Run a work function as an env.py would; return the context."""
        if connection is None:
            with self.connection() as own:
                return self.go(script, work, own, environment, run_args, **options)
        config = SimpleNamespace(output_buffer=None, cmd_opts=None, attributes={})
        with EnvironmentContext(
            config, script, fn=work, **(environment or {})
        ) as environment_context:
            environment_context.configure(connection=connection, **options)
            with environment_context.begin_transaction():
                environment_context.run_migrations(**(run_args or {}))
            return environment_context.get_context()

    def sql(self, work: Callable[..., Any], dialect: str, **options: Any) -> str:
        """Return the script that a work function writes for a dialect."""
        buffer = io.StringIO()
        config = SimpleNamespace(output_buffer=buffer, cmd_opts=None, attributes={})
        start, purge = options.pop("start", None), options.pop("purge", False)
        with EnvironmentContext(
            config, self.script, fn=work, as_sql=True, starting_rev=start, purge=purge
        ) as environment_context:
            environment_context.configure(dialect_name=dialect, **options)
            with environment_context.begin_transaction():
                environment_context.run_migrations()
        return buffer.getvalue()

    def upgrade_sql(self, dialect: str, target: str = "heads", **options: Any) -> str:
        """Return the script of an upgrade."""
        script = self.script
        return self.sql(
            lambda rows, _: script._upgrade_revs(target, rows), dialect, **options
        )

    def dump(self) -> list[str]:
        """Return schema and rows of the database, but for the version table."""
        if not self.project.database.exists():
            return []
        with contextlib.closing(sqlite3.connect(str(self.project.database))) as found:
            return [line for line in found.iterdump() if "alembic_version" not in line]

    def versions(self) -> list[str]:
        """Return the rows of the version table, sorted."""
        return list(self.project.heads_in_database())


@pytest.fixture
def migrator(project: Any) -> Migrator:
    """Runs the revisions of ``project`` (see ``Migrator``)."""
    return Migrator(project)


# -- accidents ---------------------------------------------------------------

DIED = 42


class DyingAt:
    """Ends the process at the nth event of an engine, as ``kill -9`` would."""

    is_deadly = True
    stride = 1

    def __init__(self, number: int) -> None:
        self.left = number

    def attach(self, engine: Any) -> None:
        """Count what the engine does, before and after each statement."""
        event.listen(engine, "before_cursor_execute", self.count)
        event.listen(engine, "after_cursor_execute", self.count)
        event.listen(engine, "begin", self.count)
        event.listen(engine, "commit", self.count)

    def count(self, *event_arguments: Any) -> None:
        """Let it happen when it is time."""
        self.left -= 1
        if self.left == 0:
            self.happen()

    def happen(self) -> None:
        """End the process."""
        os._exit(DIED)


class DyingInDriver(DyingAt):
    """The same before the nth statement that reaches the driver, by whatever way."""

    def attach(self, engine: Any) -> None:
        """Have connections made that count what they are told."""
        count = self.count

        class Cursor(sqlite3.Cursor):
            def execute(self, *arguments: Any) -> Any:
                count()
                return super().execute(*arguments)

        class Connection(sqlite3.Connection):
            def cursor(self, factory: Any = Cursor) -> Any:
                return super().cursor(factory)

            def commit(self) -> None:
                count()
                super().commit()

        @event.listens_for(engine, "do_connect")
        def on_connect(dialect: Any, record: Any, args: Any, options: Any) -> None:
            options["factory"] = Connection


class FailingInDriver(DyingInDriver):
    """Has the nth statement fail in the driver."""

    is_deadly = False
    # Dying is tried at every place; failing, which has to go the same ways, at some.
    stride = 3

    def happen(self) -> None:
        """Raise what a disk would."""
        raise sqlite3.OperationalError("disk I/O error")


class FailingInDriverFromThereOn(FailingInDriver):
    """Has the nth statement fail and each one after it."""

    def count(self, *event_arguments: Any) -> None:
        """Fail when it is time, and ever after."""
        self.left -= 1
        if self.left <= 0:
            self.happen()


class Snapshot:
    """The database file as it is now, to be put back again and again."""

    def __init__(self, migrator: Migrator) -> None:
        self.database = migrator.project.database
        self.content = self.database.read_bytes() if self.database.exists() else None

    def restore(self) -> None:
        """Put the file back, or remove it; a left-over journal would be replayed."""
        for path in self.database.parent.glob(self.database.name + "*"):
            path.unlink()
        if self.content is not None:
            self.database.write_bytes(self.content)


class Accidents:
    """Lets a command come to grief at each place, and looks at what it left."""

    kinds = SimpleNamespace(
        at_events=DyingAt,
        before_statements=DyingInDriver,
        failing_once=FailingInDriver,
        failing_from_there_on=FailingInDriverFromThereOn,
    )

    def __init__(self, migrator: Migrator) -> None:
        self.migrator = migrator

    def snapshot(self) -> Snapshot:
        """Return what puts the database back as it is now."""
        return Snapshot(self.migrator)

    def states_passed(self, step: Callable[[], Any]) -> dict[Any, list[str]]:
        """Take steps until the rows stay the same, then go back to the beginning.

        :return: the dump of the database for each set of rows in the version table
        """
        migrator, before, states = self.migrator, self.snapshot(), {}
        while tuple(migrator.versions()) not in states:
            states[tuple(migrator.versions())] = migrator.dump()
            step()
        before.restore()
        return states

    def everywhere(
        self,
        command: Callable[[], Any],
        states: dict[Any, list[str]],
        kind: type[DyingAt] = DyingAt,
    ) -> int:
        """Have an accident at each place, look at what is left, and run again.

        :return: the number of places, up to a stride too many
        """
        migrator, before = self.migrator, self.snapshot()
        command()
        wanted = (migrator.versions(), migrator.dump())
        for number in range(1, 10_000, kind.stride):
            before.restore()
            happened = self.once(command, kind(number))
            rows = tuple(migrator.versions())
            assert rows in states, f"{kind.__name__} {number}"
            assert migrator.dump() == states[rows], f"{kind.__name__} {number}"
            command()
            ended = (migrator.versions(), migrator.dump())
            assert ended == wanted, f"run again after {kind.__name__} {number}"
            if not happened:
                return number - 1
        raise AssertionError("the command never came to its end")

    def once(self, command: Callable[[], Any], accident: DyingAt) -> bool:
        """Run a command with an accident; return whether it happened."""
        if accident.is_deadly:
            status = status_of(lambda: self._run(command, accident))
            assert status in (0, DIED)
            return status == DIED
        with contextlib.suppress(sa.exc.DBAPIError, sqlite3.Error):
            self._run(command, accident)
        return accident.left <= 0

    def _run(self, command: Callable[[], Any], accident: DyingAt) -> None:
        usual = self.migrator.prepare

        def prepare(engine: Any) -> None:
            accident.attach(engine)
            usual(engine)

        self.migrator.prepare = prepare
        try:
            command()
        finally:
            self.migrator.prepare = usual


def status_of(work: Callable[[], None]) -> int:
    """Run a function in a forked process and return its exit status."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return os.WEXITSTATUS(os.waitpid(pid, 0)[1])


@pytest.fixture
def accidents(migrator: Migrator) -> Accidents:
    """What befalls the commands of ``migrator`` (see ``Accidents``)."""
    return Accidents(migrator)
