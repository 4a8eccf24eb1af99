"""Operations and runs whose SQL is recorded instead of run."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGDialect

from alembic import command, op
from alembic.config import Config
from alembic.ddl.postgresql import PostgresqlImpl
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.testing import assertions, env
from alembic.testing.recording import (
    capture_context_buffer,
    capture_db,
    capture_engine_context_buffer,
    op_fixture,
)

ADDED = "ALTER TABLE t ADD COLUMN x INTEGER"


@pytest.mark.parametrize("as_sql", [False, True])
def test_op_speaks_for_a_context_that_records(as_sql: bool) -> None:
    context = op_fixture("postgresql", as_sql=as_sql)

    op.add_column("t", sa.Column("x", sa.Integer))
    op.execute("SELECT\n1")

    assert isinstance(context, MigrationContext)
    assert isinstance(context.impl, PostgresqlImpl)
    context.assert_(ADDED, "SELECT1")


def test_a_package_may_bring_the_dialect(monkeypatch: pytest.MonkeyPatch) -> None:
    class Own(PGDialect):
        """A dialect that is registered nowhere."""

    brought = SimpleNamespace(dialect=Own)
    monkeypatch.setitem(assertions._dialect_mods, "brought", brought)

    assert isinstance(op_fixture("brought").dialect, Own)


def test_a_table_is_recorded_in_one_line() -> None:
    context = op_fixture("postgresql", as_sql=True)

    op.create_table("t", sa.Column("x", sa.Integer), sa.Column("y", sa.Integer))

    context.assert_("CREATE TABLE t (x INTEGER, y INTEGER)")


def test_every_statement_must_be_named_in_its_order() -> None:
    context = op_fixture()
    op.execute("one")
    op.execute("two")

    for wrong in (("one",), ("two", "one"), ("one", "two", "three")):
        with pytest.raises(AssertionError):
            context.assert_(*wrong)


def test_part_of_a_statement_can_be_looked_for() -> None:
    context = op_fixture()
    op.execute("one two")

    context.assert_contains("e t")
    with pytest.raises(AssertionError, match="'three' is in none of"):
        context.assert_contains("three")


def test_the_record_can_be_read_and_forgotten() -> None:
    context = op_fixture()
    op.execute("one")

    assert context.get_buf().lines == ["one"]
    context.clear_assertions()
    context.assert_()


def test_the_newest_context_is_the_one_that_op_speaks_for() -> None:
    older, newer = op_fixture("mysql"), op_fixture("sqlite")

    op.execute("one")

    older.assert_()
    newer.assert_("one")


def test_a_dialect_may_carry_its_driver() -> None:
    context = op_fixture("mysql+pymysql")

    assert (context.dialect.name, context.dialect.driver) == ("mysql", "pymysql")


def test_sql_server_has_its_usual_schema() -> None:
    assert op_fixture("mssql").dialect.default_schema_name == "dbo"


def test_constraints_are_named_by_the_convention() -> None:
    context = op_fixture(naming_convention={"uq": "uq_%(table_name)s"})

    op.add_column("t", sa.Column("x", sa.Integer, unique=True))

    context.assert_contains("uq_t")


@pytest.mark.parametrize("native", [True, False])
def test_a_dialect_has_a_boolean_type_or_not(native: bool) -> None:
    dialect = op_fixture("postgresql", native_boolean=native).dialect

    assert dialect.supports_native_boolean is native


def test_values_stand_in_a_script_where_that_is_asked_for() -> None:
    context = op_fixture("postgresql", as_sql=True, literal_binds=True)

    op.execute(sa.table("t", sa.column("x")).insert().values(x="a"))

    context.assert_contains("VALUES ('a')")


def test_a_table_can_be_made_anew_from_a_description() -> None:
    context = op_fixture("sqlite")
    table = sa.Table("t", sa.MetaData(), sa.Column("x", sa.Integer), sa.Column("y"))

    with op.batch_alter_table("t", copy_from=table) as batch_op:
        batch_op.drop_column("y")

    context.assert_contains("INSERT INTO _alembic_tmp_t (x) SELECT t.x")


def test_the_sql_of_an_engine_can_be_captured() -> None:
    engine, statements = capture_db("mysql+pymysql://")

    sa.Table("t", sa.MetaData(), sa.Column("x", sa.Integer)).create(
        engine, checkfirst=False
    )

    assert "CREATE TABLE t" in statements[0]


ENV = """
context.configure(url="postgresql://")
with context.begin_transaction():
    context.run_migrations()
"""

CREATES = """
revision = {id!r}
down_revision = None

from alembic import op


def upgrade():
    op.execute("CREATE TABLE é (x INTEGER)")
"""


@pytest.fixture
def revised(folder: Path) -> Any:
    """The settings of a project with one revision, which creates a table."""
    scripts = env.staging_env()
    env.env_file_fixture(ENV)
    scripts.generate_revision("a", "create")
    env.write_script(scripts, "a", CREATES.format(id="a"), encoding="utf-8")
    return Config("scratch/test_alembic.ini")


def test_the_script_of_a_run_is_written_into_a_buffer(revised: Any) -> None:
    with capture_context_buffer(transactional_ddl=True) as buffer:
        command.upgrade(revised, "head", sql=True)

    assert isinstance(buffer, io.StringIO)
    assert "BEGIN" in buffer.getvalue()
    assert "CREATE TABLE é (x INTEGER)" in buffer.getvalue()


def test_the_script_of_a_run_can_be_had_in_bytes(revised: Any) -> None:
    with capture_context_buffer(bytes_io=True, output_encoding="latin-1") as buffer:
        command.upgrade(revised, "head", sql=True)

    assert b"CREATE TABLE \xe9" in buffer.getvalue()


def test_a_run_on_a_database_is_recorded(revised: Any) -> None:
    with capture_engine_context_buffer() as buffer:
        command.upgrade(revised, "head")

    assert "CREATE TABLE é (x INTEGER)\n" in buffer.getvalue()
    with sa.create_engine(f"sqlite:///{env.database_file()}").connect() as connection:
        assert "é" in sa.inspect(connection).get_table_names()


def test_configure_is_as_before_after_a_block_that_fails(folder: Path) -> None:
    before = EnvironmentContext.configure

    with pytest.raises(ZeroDivisionError), capture_context_buffer():
        raise ZeroDivisionError
    assert EnvironmentContext.configure is before
