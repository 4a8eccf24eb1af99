"""Base classes and fixtures for tests that SQLAlchemy's pytest plugin runs."""

from __future__ import annotations

import configparser
import contextlib
import os
from typing import TYPE_CHECKING, Any, Callable, Generator, Iterator

from sqlalchemy import Column, MetaData, String, Table
from sqlalchemy.testing import config
from sqlalchemy.testing.assertions import eq_

from ..autogenerate.api import compare_metadata
from ..operations.base import Operations
from ..runtime.environment import EnvironmentContext as EnvironmentContext
from ..runtime.migration import MigrationContext
from . import bases
from .env import clear_staging_env
from .recording import capture_context_buffer as capture_context_buffer
from .recording import capture_db as capture_db
from .recording import capture_engine_context_buffer as capture_engine_context_buffer
from .recording import op_fixture as op_fixture

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

#: What stands in the file ``test.cfg`` of the current folder, if there is one.
testing_config = configparser.ConfigParser()
testing_config.read(["test.cfg"])


class TestBase(bases.TestBase):
    """Fixtures for tests on the database that the run was started for.

    Example::

        class ConstraintTest(TestBase):
            __backend__ = True

            def test_drop(self, ops_context, metadata, connection): ...
    """

    @config.fixture
    def connection(self) -> Iterator[Connection]:
        """A connection to the test database, in which nothing has happened yet."""
        with config.db.connect() as connection:  # type: ignore[attr-defined]
            self._connection = connection
            yield connection

    @config.fixture()
    def metadata(self, request: Any) -> Iterator[MetaData]:
        """A ``MetaData`` whose tables are dropped at the end."""
        metadata = MetaData()
        request.instance.metadata = metadata
        yield metadata
        del request.instance.metadata
        connection = getattr(self, "_connection", None)
        if connection is None or connection.closed:
            bases.drop_all_tables_from_metadata(metadata, config.db)
            return
        # Other connections would wait for the locks that this one holds.
        if connection.in_transaction():
            connection.get_transaction().rollback()
        with connection.begin():
            bases.drop_all_tables_from_metadata(metadata, connection)

    @config.fixture
    def migration_context(self, connection: Connection) -> MigrationContext:
        """A context on ``connection`` with a transaction for each migration."""
        return MigrationContext.configure(
            connection, opts={"transaction_per_migration": True}
        )

    @config.fixture
    def as_sql_migration_context(self, connection: Connection) -> MigrationContext:
        """The same in offline mode."""
        return MigrationContext.configure(
            connection, opts={"transaction_per_migration": True, "as_sql": True}
        )

    @config.fixture()
    def ops_context(self, migration_context: MigrationContext) -> Iterator[Operations]:
        """Operations inside of the transaction of a migration."""
        transaction: Any = migration_context.begin_transaction(_per_migration=True)
        yield Operations(migration_context)
        running = migration_context._transaction
        # The fixture metadata may have ended it, to drop the tables.
        if running is not None and running.is_active:
            transaction.commit()

    @config.fixture()
    def clear_staging_dir(self) -> Iterator[None]:
        """Remove the folder of :func:`~alembic.testing.env.staging_env` at the end."""
        yield
        clear_staging_env()

    @config.fixture()
    def pop_alembic_config_env(self) -> Iterator[None]:
        """Do without ``ALEMBIC_CONFIG``, whatever the test makes of it."""
        before = os.environ.pop("ALEMBIC_CONFIG", None)
        yield
        os.environ.pop("ALEMBIC_CONFIG", None)
        if before is not None:
            os.environ["ALEMBIC_CONFIG"] = before

    @config.fixture
    def restore_operations(self) -> Iterator[Callable[[type[Any]], None]]:
        """A function that takes a class such as ``Operations``.

        What is registered with the class afterwards is forgotten at the end.
        """
        with contextlib.ExitStack() as to_restore:
            yield lambda cls: to_restore.enter_context(_registrations_restored(cls))

    @contextlib.contextmanager
    def pushd(self, dirname: str | os.PathLike[str]) -> Generator[None, None, None]:
        """Make a folder the current one while the block runs."""
        before = os.getcwd()
        os.chdir(dirname)
        try:
            yield
        finally:
            os.chdir(before)


@contextlib.contextmanager
def _registrations_restored(cls: Any) -> Generator[None, None, None]:
    """Put a class's operations, and their implementations, back as they were."""
    members = dict(vars(cls))
    registry = dict(cls._to_impl._registry)
    try:
        yield
    finally:
        cls._to_impl._registry = registry
        for name, value in dict(vars(cls)).items():
            if name not in members:
                delattr(cls, name)
            elif members[name] is not value:
                setattr(cls, name, members[name])


class TablesTest(TestBase, bases.TablesTest):
    """SQLAlchemy's ``TablesTest``, with the fixtures of :class:`TestBase`."""


class AlterColRoundTripFixture:
    """Changes a column of table ``x`` and compares what the database says of it."""

    __requires__: tuple[str, ...] = ("alter_column",)

    def setUp(self) -> None:
        """Connect; there is a context and ``op`` for the connection."""
        self.conn = config.db.connect()  # type: ignore[attr-defined]
        self.ctx = MigrationContext.configure(self.conn)
        self.op = Operations(self.ctx)
        self.metadata = MetaData()

    def tearDown(self) -> None:
        """Drop the table and give the connection back."""
        if self.conn.in_transaction():
            self.conn.get_transaction().rollback()
        with self.conn.begin():
            self.metadata.drop_all(self.conn)
        self.conn.close()

    def assert_altered(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        """Create a column, alter it, and demand that the database sees it as wanted.

        :param before: ``name``, ``type``, ``nullable`` and ``server_default`` of the
            column to begin with, as far as they matter
        :param after: those that change, by the same names
        :raises AssertionError: the database tells another name, type, nullability or
            default
        """
        old, new = _column(before), _column({**before, **after})
        Table("x", self.metadata, old)
        with self.conn.begin():
            self.metadata.create_all(self.conn)
            self.op.alter_column(
                "x",
                old.name,
                existing_type=old.type,
                existing_nullable=old.nullable,
                existing_server_default=old.server_default,
                new_column_name=after.get("name"),
                type_=after.get("type"),
                nullable=after.get("nullable"),
                server_default=after.get("server_default", False),
            )
        self.assert_found(new)

    def assert_found(self, column: Column[Any]) -> None:
        """Demand that table ``x`` of the database has this one column."""
        wanted = MetaData()
        Table("x", wanted, column)
        options = {"compare_server_default": True, "include_name": _is_x}
        context = MigrationContext.configure(self.conn, opts=options)
        eq_(compare_metadata(context, wanted), [])
        self.conn.rollback()


def _is_x(name: str | None, type_: str, parent_names: Any) -> bool:
    return type_ != "table" or name == "x"


def _column(facts: dict[str, Any]) -> Column[Any]:
    return Column(
        facts.get("name", "colname"),
        facts.get("type", String(50)),
        nullable=facts.get("nullable", True),
        server_default=facts.get("server_default"),
    )
