"""The fixtures of ``TestBase``, in the hands of SQLAlchemy's plugin."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Integer, MetaData, Table, inspect

from alembic.operations import Operations
from alembic.operations.ops import DropColumnOp
from alembic.testing import TestBase, config, eq_, is_true
from alembic.testing.env import staging_env
from alembic.testing.fixtures import TablesTest, testing_config
from alembic.testing.util import flag_combinations, metadata_fixture


def _table(metadata: MetaData) -> Table:
    return Table("some_table", metadata, Column("x", Integer))


def _tables(bind: Any) -> list[str]:
    return [name for name in inspect(bind).get_table_names() if name == "some_table"]


class FixtureTest(TestBase):
    """Each test asks for what it needs; the next one finds nothing of it."""

    __backend__ = True

    def test_a_connection_is_fresh(self, connection: Any) -> None:
        is_true(connection.engine is config.db)
        is_true(not connection.in_transaction())

    def test_a_context_has_a_transaction_for_each_migration(
        self, migration_context: Any, connection: Any
    ) -> None:
        is_true(migration_context.connection is connection)
        is_true(migration_context.opts["transaction_per_migration"])

    def test_a_context_can_be_offline(self, as_sql_migration_context: Any) -> None:
        is_true(as_sql_migration_context.as_sql)

    def test_operations_are_in_a_transaction(
        self, ops_context: Any, connection: Any
    ) -> None:
        is_true(isinstance(ops_context, Operations))
        is_true(connection.in_transaction())

    def test_tables_are_dropped_1(self, connection: Any, metadata: MetaData) -> None:
        _table(metadata)
        metadata.create_all(connection)
        connection.commit()
        eq_(connection.execute(metadata.tables["some_table"].select()).all(), [])

    def test_tables_are_dropped_2(self, metadata: MetaData, connection: Any) -> None:
        eq_(_tables(connection), [])
        _table(metadata)
        metadata.create_all(connection)

    def test_tables_are_dropped_3(self, ops_context: Any, metadata: MetaData) -> None:
        eq_(_tables(ops_context.get_bind()), [])
        _table(metadata)
        metadata.create_all(ops_context.get_bind())

    def test_tables_are_dropped_4(self, metadata: MetaData, ops_context: Any) -> None:
        eq_(_tables(ops_context.get_bind()), [])
        _table(metadata)
        metadata.create_all(ops_context.get_bind())

    def test_tables_are_dropped_5(self, connection: Any) -> None:
        eq_(_tables(connection), [])

    def test_the_folder_is_removed_1(self, clear_staging_dir: None) -> None:
        staging_env()
        is_true(os.path.exists("scratch"))

    def test_the_folder_is_removed_2(self) -> None:
        is_true(not os.path.exists("scratch"))

    def test_registrations_are_forgotten_1(self, restore_operations: Any) -> None:
        restore_operations(Operations)
        Operations.implementation_for(DropColumnOp, replace=True)(_forgotten)
        Operations.register_operation("forgotten", "apply")(DropColumnOp)
        is_true(Operations._to_impl.dispatch(DropColumnOp) is _forgotten)
        is_true(hasattr(Operations, "forgotten"))

    def test_registrations_are_forgotten_2(self) -> None:
        is_true(Operations._to_impl.dispatch(DropColumnOp) is not _forgotten)
        is_true(not hasattr(Operations, "forgotten"))

    def test_another_folder_can_be_the_current_one(self, tmp_path: Any) -> None:
        before = os.getcwd()
        with self.pushd(tmp_path):
            eq_(Path.cwd(), tmp_path.resolve())
        eq_(os.getcwd(), before)

    @flag_combinations({}, {"quoted": True}, {"quoted": True, "unique": True})
    def test_flags(self, quoted: bool, unique: bool) -> None:
        is_true(quoted or not unique)

    def test_settings_of_the_folder_are_read(self) -> None:
        eq_(testing_config.get("alembic", "answer"), "42")


def _forgotten(operations: Any, operation: Any) -> None:
    raise AssertionError


class EnvironmentVariableTest(TestBase):
    """The run was started with ``ALEMBIC_CONFIG``."""

    def test_1_it_is_unset(self, pop_alembic_config_env: None) -> None:
        is_true("ALEMBIC_CONFIG" not in os.environ)
        os.environ["ALEMBIC_CONFIG"] = "changed.ini"

    def test_2_it_is_put_back(self) -> None:
        eq_(os.environ["ALEMBIC_CONFIG"], "given.ini")


class MetadataFixtureTest(TestBase):
    """A method that fills a ``MetaData`` is a fixture."""

    @metadata_fixture()
    def filled(self, metadata: MetaData) -> Table:
        """One table."""
        return _table(metadata)

    def test_1_the_tables_are_there(self, filled: Table) -> None:
        eq_(_tables(config.db), [filled.name])

    def test_2_the_tables_are_gone(self) -> None:
        eq_(_tables(config.db), [])


class SharedTablesTest(TablesTest):
    """Tables that all tests of a class share."""

    __backend__ = True

    @classmethod
    def define_tables(cls, metadata: MetaData) -> None:
        """One table."""
        _table(metadata)

    def test_tables_are_there(self, connection: Any) -> None:
        eq_(_tables(connection), [self.tables.some_table.name])
