"""Where transactions begin and end around migrations."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Integer, MetaData, Table, select
from sqlalchemy.testing import config
from sqlalchemy.testing.assertions import eq_, is_false, is_true

from ...runtime.migration import MigrationContext
from ..assertions import expect_raises
from ..fixtures import TestBase
from ._requirements import requires

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


class MigrationTransactionTest(TestBase):
    """``begin_transaction()`` around a whole run, and around each migration."""

    __backend__ = True

    @config.fixture()
    def mark(self, metadata: MetaData, connection: Connection) -> Table:
        """A table that tells which statements lasted; it is empty."""
        table = Table("mark", metadata, Column("number", Integer))
        metadata.create_all(connection)
        connection.commit()
        return table

    def context(self, connection: Connection, **options: Any) -> MigrationContext:
        """Return a context for a database that, usually, rolls DDL back."""
        return MigrationContext.configure(
            connection, opts={"transactional_ddl": True, **options}
        )

    def put(self, connection: Connection, table: Table, number: int) -> None:
        """Write a row in the transaction that runs."""
        connection.execute(table.insert(), {"number": number})

    def lasting(self, connection: Connection, table: Table) -> list[int]:
        """Return what is there after everything that was not committed is gone."""
        connection.rollback()
        numbers = connection.scalars(select(table.c.number)).all()
        connection.rollback()
        return sorted(numbers)

    # -- on a database -------------------------------------------------------

    def test_one_transaction_for_the_run(self, connection: Connection) -> None:
        context = self.context(connection)
        with context.begin_transaction():
            is_true(connection.in_transaction())
            with context.begin_transaction(_per_migration=True):
                is_true(connection.in_transaction())
            is_true(connection.in_transaction())
        is_false(connection.in_transaction())

    def test_a_transaction_for_each_migration(self, connection: Connection) -> None:
        context = self.context(connection, transaction_per_migration=True)
        with context.begin_transaction():
            is_false(connection.in_transaction())
            for _ in range(2):
                with context.begin_transaction(_per_migration=True):
                    is_true(connection.in_transaction())
                is_false(connection.in_transaction())

    def test_ddl_that_lasts_at_once(self, connection: Connection) -> None:
        """Where DDL cannot be rolled back, each migration commits its own rows."""
        context = self.context(connection, transactional_ddl=False)
        with context.begin_transaction():
            is_false(connection.in_transaction())
            with context.begin_transaction(_per_migration=True):
                is_true(connection.in_transaction())
            is_false(connection.in_transaction())

    def test_the_end_commits(self, connection: Connection, mark: Table) -> None:
        with self.context(connection).begin_transaction():
            self.put(connection, mark, 1)
        eq_(self.lasting(connection, mark), [1])

    def test_an_error_rolls_back(self, connection: Connection, mark: Table) -> None:
        context = self.context(connection)
        with expect_raises(ZeroDivisionError), context.begin_transaction():
            self.put(connection, mark, 1)
            raise ZeroDivisionError
        is_false(connection.in_transaction())
        eq_(self.lasting(connection, mark), [])

    def test_an_error_leaves_the_migrations_before(
        self, connection: Connection, mark: Table
    ) -> None:
        context = self.context(connection, transaction_per_migration=True)
        with context.begin_transaction(_per_migration=True):
            self.put(connection, mark, 1)
        failing = context.begin_transaction(_per_migration=True)
        with expect_raises(ZeroDivisionError), failing:
            self.put(connection, mark, 2)
            raise ZeroDivisionError
        eq_(self.lasting(connection, mark), [1])

    def test_commit_by_hand(self, connection: Connection, mark: Table) -> None:
        transaction: Any = self.context(connection).begin_transaction()
        self.put(connection, mark, 1)
        transaction.commit()
        is_false(connection.in_transaction())
        eq_(self.lasting(connection, mark), [1])

    def test_rollback_by_hand(self, connection: Connection, mark: Table) -> None:
        transaction: Any = self.context(connection).begin_transaction()
        self.put(connection, mark, 1)
        transaction.rollback()
        is_false(connection.in_transaction())
        eq_(self.lasting(connection, mark), [])

    # -- in a transaction of somebody else's ---------------------------------

    def test_a_running_transaction_stays(
        self, connection: Connection, mark: Table
    ) -> None:
        outer = connection.begin()
        context = self.context(connection)
        migration = context.begin_transaction(_per_migration=True)
        with context.begin_transaction(), migration:
            self.put(connection, mark, 1)
        is_true(outer.is_active)
        outer.rollback()
        eq_(self.lasting(connection, mark), [])

    def test_a_running_transaction_stays_with_one_for_each_migration(
        self, connection: Connection, mark: Table
    ) -> None:
        outer = connection.begin()
        context = self.context(connection, transaction_per_migration=True)
        for number in (1, 2):
            with context.begin_transaction(_per_migration=True):
                self.put(connection, mark, number)
        is_true(outer.is_active)
        outer.commit()
        eq_(self.lasting(connection, mark), [1, 2])

    def test_a_running_transaction_cannot_be_left(self, connection: Connection) -> None:
        with connection.begin() as outer:
            context = self.context(connection)
            leaving = context.autocommit_block()
            with expect_raises(AssertionError, check_context=False), leaving:
                raise ValueError("the block must not be entered")
            is_true(outer.is_active)

    # -- as a script ---------------------------------------------------------

    def script(self, connection: Connection, **options: Any) -> str:
        """Return what a context in offline mode writes for a run of two migrations."""
        buffer = io.StringIO()
        context = self.context(connection, as_sql=True, output_buffer=buffer, **options)
        context.impl.emit_begin = lambda: context.impl.static_output("begin")  # type: ignore[method-assign]
        context.impl.emit_commit = lambda: context.impl.static_output("commit")  # type: ignore[method-assign]
        with context.begin_transaction():
            for number in (1, 2):
                with context.begin_transaction(_per_migration=True):
                    context.impl.static_output(f"migration {number}")
        return ", ".join(buffer.getvalue().split("\n\n")[:-1])

    def test_script_with_one_transaction(self, connection: Connection) -> None:
        eq_(self.script(connection), "begin, migration 1, migration 2, commit")

    def test_script_with_one_for_each_migration(self, connection: Connection) -> None:
        eq_(
            self.script(connection, transaction_per_migration=True),
            "begin, migration 1, commit, begin, migration 2, commit",
        )

    def test_script_without_transactions(self, connection: Connection) -> None:
        eq_(
            self.script(connection, transactional_ddl=False),
            "migration 1, migration 2",
        )

    # -- outside of any transaction ------------------------------------------

    @requires("autocommit_isolation")
    def test_autocommit_block(self, connection: Connection, mark: Table) -> None:
        context = self.context(connection)
        with expect_raises(ZeroDivisionError), context.begin_transaction():
            self.put(connection, mark, 1)
            with context.autocommit_block():
                self.put(connection, mark, 2)
            self.put(connection, mark, 3)
            raise ZeroDivisionError
        eq_(self.lasting(connection, mark), [1, 2])

    @requires("autocommit_isolation")
    def test_isolation_level_after_an_autocommit_block(
        self, connection: Connection
    ) -> None:
        before = connection.get_isolation_level()
        connection.rollback()
        context = self.context(connection)
        with context.begin_transaction():
            with context.autocommit_block():
                eq_(_level_asked_for(connection), "AUTOCOMMIT")
            is_true(connection.in_transaction())
            eq_(connection.get_isolation_level(), before)
        is_false(connection.in_transaction())


def _level_asked_for(connection: Connection) -> Any:
    return connection.get_execution_options().get("isolation_level")
