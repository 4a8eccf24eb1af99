"""A database of its own for every test, on each server at hand."""

from __future__ import annotations

import configparser
import os
import uuid
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.engine.url import make_url
from sqlalchemy.exc import DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool

PROJECT = Path(__file__).resolve().parents[2]


def server_url(backend: str) -> str:
    """Return the address of a server: from the environment, else from setup.cfg."""
    settings = configparser.ConfigParser()
    settings.read(PROJECT / "setup.cfg", encoding="utf-8")
    default = settings["db"][backend]
    return os.environ.get(f"ALEMBIC_TEST_{backend.upper()}", default)


class Database:
    """One database: run statements, ask for rows, carry out single operations."""

    def __init__(self, backend: str, url: str) -> None:
        self.backend = backend
        self.url = url
        self.engine = sa.create_engine(url, poolclass=NullPool)

    def run(self, statement: str) -> None:
        """Run one statement and commit it."""
        with self.engine.begin() as connection:
            connection.execute(sa.text(statement))

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(statement))]

    def tables(self) -> list[str]:
        """Return the names of the tables, sorted."""
        return sorted(sa.inspect(self.engine).get_table_names())

    def columns(self, table: str) -> list[str]:
        """Return the names of a table's columns."""
        return [c["name"] for c in sa.inspect(self.engine).get_columns(table)]

    @property
    def quote(self) -> str:
        """What stands around a quoted name."""
        return str(self.engine.dialect.identifier_preparer.initial_quote)

    @property
    def op(self) -> Any:
        """Operations, each in a transaction of its own."""
        return _EachAlone(self.engine)

    @property
    def rolls_ddl_back(self) -> bool:
        """Whether a failing revision leaves nothing behind."""
        return self.backend != "mariadb"


class _EachAlone:
    """Speaks like ``op``; every call begins and commits."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine

    def __getattr__(self, name: str) -> Callable[..., Any]:
        from alembic.operations.base import Operations
        from alembic.runtime.migration import MigrationContext

        def call(*args: Any, **kwargs: Any) -> Any:
            with self.engine.begin() as connection:
                operations = Operations(MigrationContext.configure(connection))
                return getattr(operations, name)(*args, **kwargs)

        return call


@pytest.fixture(scope="session")
def server(backend: str, backend_is_missing: Any) -> Any:
    """The engine of a server that was seen to answer; nothing for SQLite."""
    if backend == "sqlite":
        return None
    url = server_url(backend)
    try:
        engine = sa.create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        engine.connect().close()
    except (ImportError, NoSuchModuleError, DBAPIError) as problem:
        reason = str(problem).splitlines()[0]
        backend_is_missing(backend, f"{type(problem).__name__}: {reason}")
    return engine


@pytest.fixture
def database(backend: str, server: Any, tmp_path: Path) -> Iterator[Database]:
    """An empty database on the backend; it is dropped at the end."""
    if server is None:
        yield Database(backend, f"sqlite:///{tmp_path / 'test.db'}")
        return
    name = f"alembic_test_{uuid.uuid4().hex}"
    _run_on_server(server, f"CREATE DATABASE {name}")
    try:
        yield Database(backend, _named(server_url(backend), name))
    finally:
        _run_on_server(server, f"DROP DATABASE {name}")


def _run_on_server(engine: Any, statement: str) -> None:
    with engine.connect() as connection:
        connection.execute(sa.text(statement))


def _named(url: str, name: str) -> str:
    """Return the URL of another database on the same server."""
    made = make_url(url)
    if not hasattr(made, "set"):  # SQLAlchemy 1.3: a URL can be changed
        made.database = name
        return str(made)
    return str(made.set(database=name).render_as_string(hide_password=False))


@pytest.fixture
def migrations(project: Any, database: Database) -> Any:
    """The project of the shared fixture, on this database."""
    project.change_ini(sqlalchemy__url=database.url.replace("%", "%%"))
    return project
