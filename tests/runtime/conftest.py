"""Fixtures that run the migrations of a project without the command line."""

from __future__ import annotations

import contextlib
import io
import sqlite3
from types import SimpleNamespace
from typing import Any, Callable, Iterator

import pytest
import sqlalchemy as sa

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
        start = options.pop("start", None)
        with EnvironmentContext(
            config, self.script, fn=work, as_sql=True, starting_rev=start
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
