"""The dialect's own tests, with the fixtures that Alembic brings."""

from __future__ import annotations

from typing import Any

from ledger_dialect.base import CENTS
from ledger_dialect.migrations import LedgerImpl
from sqlalchemy import Column, Integer, MetaData, Numeric, Table, inspect

from alembic import op
from alembic.autogenerate import render_op_text
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import AddColumnOp
from alembic.testing import TestBase, assert_raises_message, config, eq_
from alembic.testing.env import staging_env
from alembic.testing.fixtures import op_fixture
from alembic.testing.suite._autogen_fixtures import AutogenFixtureTest


def _entries(type_: Any) -> MetaData:
    metadata = MetaData()
    Table(
        "entry", metadata, Column("id", Integer, primary_key=True), Column("a", type_)
    )
    return metadata


class LedgerTest(AutogenFixtureTest, TestBase):
    """Migrations of ledgers."""

    __only_on__ = "ledger"

    def test_the_dialect_has_its_implementation(self, migration_context: Any) -> None:
        assert isinstance(migration_context.impl, LedgerImpl)
        assert migration_context.impl.transactional_ddl is False

    def test_old_amounts_are_amounts(self) -> None:
        eq_(self.differences(_entries(Numeric()), _entries(CENTS())), [])

    def test_other_numbers_are_not(self) -> None:
        ((diff,),) = self.differences(_entries(Integer()), _entries(CENTS()))
        eq_(diff[0], "modify_type")

    def test_amounts_are_rendered_with_their_import(
        self, migration_context: Any
    ) -> None:
        context = AutogenContext(migration_context, autogenerate=False)

        text = render_op_text(context, AddColumnOp("entry", Column("a", CENTS())))

        eq_(text, "op.add_column('entry', sa.Column('a', CENTS(), nullable=True))")
        eq_(context.imports, {"from ledger_dialect.base import CENTS"})

    def test_a_column_is_renamed(
        self, ops_context: Any, connection: Any, metadata: MetaData
    ) -> None:
        Table("entry", metadata, Column("old", Integer))
        metadata.create_all(connection)

        ops_context.alter_column("entry", "old", new_column_name="new")

        (column,) = inspect(connection).get_columns("entry")
        eq_(column["name"], "new")

    def test_sql_is_recorded_for_the_dialect(self) -> None:
        context = op_fixture("ledger")

        op.add_column("entry", Column("amount", CENTS()))
        op.alter_column("entry", "old", new_column_name="new")

        context.assert_(
            "ALTER TABLE entry ADD COLUMN amount CENTS",
            "ALTER TABLE entry RENAME COLUMN old TO new",
        )

    def test_other_changes_are_refused(self) -> None:
        op_fixture("ledger")

        assert_raises_message(
            NotImplementedError,
            "amount cannot be altered in a ledger",
            op.alter_column,
            "entry",
            "amount",
            nullable=False,
        )

    def test_requirements_are_those_of_the_package(self) -> None:
        eq_(config.requirements.schemas.enabled, False)

    def test_a_folder_is_made_for_the_test(
        self, tmp_path: Any, clear_staging_dir: None
    ) -> None:
        with self.pushd(tmp_path):
            eq_(staging_env().get_heads(), [])
