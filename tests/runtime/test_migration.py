"""MigrationContext: how it is made, where a transaction begins, what it knows."""

from __future__ import annotations

import contextlib
import io
import logging
from typing import Any

import pytest
import sqlalchemy as sa

from alembic.runtime.migration import MigrationContext, _ProxyTransaction
from alembic.util.exc import CommandError


@pytest.fixture
def connection() -> Any:
    """A connection to an SQLite database in memory."""
    engine = sa.create_engine("sqlite://")
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def test_a_connection_gives_the_dialect(connection: Any) -> None:
    context = MigrationContext.configure(connection)

    assert context.dialect is connection.dialect
    assert context.bind is context.connection is connection
    assert context.config is context.environment_context is context.script is None
    assert not context.as_sql
    assert not context.purge
    assert context.transactional_ddl is context.impl.transactional_ddl is False
    assert (context.version_table, context.version_table_schema) == (
        "alembic_version",
        None,
    )
    assert context.on_version_apply_callbacks == ()


def test_a_url_gives_the_dialect_and_options_reach_it() -> None:
    context = MigrationContext.configure(
        url="postgresql://", dialect_opts={"paramstyle": "named"}
    )

    assert context.dialect.name == "postgresql"
    assert context.dialect.paramstyle == "named"
    assert context.connection is None


def test_a_name_gives_the_dialect() -> None:
    assert MigrationContext.configure(dialect_name="mysql").dialect.name == "mysql"


def test_a_dialect_itself_is_taken(connection: Any) -> None:
    context = MigrationContext.configure(dialect=connection.dialect)

    assert context.dialect is connection.dialect


def test_nothing_to_take_a_dialect_from_is_an_error() -> None:
    with pytest.raises(
        Exception, match="^Connection, url, or dialect_name is required.$"
    ):
        MigrationContext.configure()


def test_an_engine_in_place_of_a_connection_is_an_error() -> None:
    engine = sa.create_engine("sqlite://")

    with pytest.raises(
        CommandError, match=r"expected to be a sqlalchemy\.engine\.Connection instance"
    ):
        MigrationContext.configure(engine)


def test_a_dialect_that_nobody_supports_is_named() -> None:
    class Odd(sa.engine.default.DefaultDialect):
        name = "odd"

    with pytest.raises(CommandError, match="'odd'"):
        MigrationContext.configure(dialect=Odd())


def test_a_starting_point_for_a_live_database_is_an_error(connection: Any) -> None:
    context = MigrationContext.configure(connection, opts={"starting_rev": "a"})

    with pytest.raises(CommandError, match="Can't specify current_rev to context"):
        context.get_current_heads()


def test_literal_binds_for_a_live_database_is_an_error(connection: Any) -> None:
    with pytest.raises(CommandError, match="Can't use literal_binds setting"):
        MigrationContext.configure(connection, opts={"literal_binds": True})


def test_it_says_what_it_assumes(
    connection: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="alembic.runtime.migration")

    MigrationContext.configure(connection)
    MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True})

    assert caplog.messages == [
        "Context impl SQLiteImpl.",
        "Will assume non-transactional DDL.",
        "Context impl PostgresqlImpl.",
        "Generating static SQL",
        "Will assume transactional DDL.",
    ]


def test_heads_are_the_rows_and_nothing_without_a_table(connection: Any) -> None:
    context = MigrationContext.configure(connection)

    assert context.get_current_heads() == ()
    assert context.get_current_revision() is None
    assert not context._has_version_table()

    context._ensure_version_table()
    with context.begin_transaction(_per_migration=True):
        context._versions.insert("a100")
    assert context._has_version_table()
    assert context.get_current_revision() == "a100"

    with context.begin_transaction(_per_migration=True):
        context._versions.insert("b100")
    assert set(context.get_current_heads()) == {"a100", "b100"}
    with pytest.raises(
        CommandError,
        match="^Version table 'alembic_version' has more than one head present; please"
        r" use get_current_heads\(\)$",
    ):
        context.get_current_revision()


def test_offline_heads_are_what_is_assumed(project: Any, migrator: Any) -> None:
    project.line("a100", "b100")
    project.revision("c100", "a100")

    def heads(start: Any, **opts: Any) -> Any:
        context = MigrationContext.configure(
            dialect_name="sqlite", opts={"as_sql": True, "starting_rev": start, **opts}
        )
        return context.get_current_heads()

    assert heads(None) == heads("base") == ()
    assert heads("a1") == ("a1",)
    assert heads("a100", script=migrator.script) == ("a100",)
    assert heads("b1", script=migrator.script) == ("b100",)
    assert set(heads("heads", script=migrator.script)) == {"b100", "c100"}
    with pytest.raises(CommandError, match="'nosuch'"):
        heads("nosuch", script=migrator.script)


NOTHING = contextlib.nullcontext


@pytest.mark.parametrize(
    ("options", "around_all", "around_one"),
    [
        ({}, NOTHING, _ProxyTransaction),
        ({"transactional_ddl": True}, _ProxyTransaction, NOTHING),
        (
            {"transactional_ddl": True, "transaction_per_migration": True},
            NOTHING,
            _ProxyTransaction,
        ),
    ],
)
def test_where_a_transaction_begins(
    connection: Any, options: Any, around_all: Any, around_one: Any
) -> None:
    context = MigrationContext.configure(connection, opts=options)

    for around, expected in ((False, around_all), (True, around_one)):
        with context.begin_transaction(_per_migration=around) as transaction:
            running = expected is _ProxyTransaction
            assert isinstance(transaction, _ProxyTransaction) is running
            assert bool(connection.in_transaction()) is running
        assert not connection.in_transaction()


@pytest.mark.parametrize("transactional", [True, False])
def test_inside_of_the_callers_transaction_none_begins(
    connection: Any, transactional: bool
) -> None:
    with connection.begin() as outer:
        context = MigrationContext.configure(
            connection, opts={"transactional_ddl": transactional}
        )
        for per_migration in (False, True):
            with context.begin_transaction(_per_migration=per_migration):
                connection.execute(sa.text("SELECT 1"))
            assert outer.is_active
        with pytest.raises(AssertionError), context.autocommit_block():
            pass


def test_a_transaction_object_commits_and_rolls_back(connection: Any) -> None:
    context = MigrationContext.configure(connection, opts={"transactional_ddl": True})
    with context.begin_transaction() as transaction:
        connection.execute(sa.text("CREATE TABLE t (x INTEGER)"))
        transaction.commit()
    transaction = context.begin_transaction()
    connection.execute(sa.text("INSERT INTO t VALUES (1)"))
    transaction.rollback()

    with pytest.raises(ValueError), context.begin_transaction():
        connection.execute(sa.text("INSERT INTO t VALUES (2)"))
        raise ValueError

    with context.begin_transaction():
        connection.execute(sa.text("INSERT INTO t VALUES (3)"))
    assert connection.execute(sa.text("SELECT x FROM t")).fetchall() == [(3,)]


def test_an_autocommit_block_without_transaction_is_just_a_block(
    connection: Any,
) -> None:
    context = MigrationContext.configure(connection)

    with context.autocommit_block():
        context.execute("CREATE TABLE t (x INTEGER)")
        context.execute("VACUUM")

    assert not connection.in_transaction()


@pytest.mark.parametrize(
    ("dialect", "transactional", "written"),
    [
        ("postgresql", None, "BEGIN;|x;|COMMIT;|y;|BEGIN;|COMMIT;|"),
        ("sqlite", None, "x;|y;|"),
        ("sqlite", True, "BEGIN;|x;|COMMIT;|y;|BEGIN;|COMMIT;|"),
        (
            "mssql",
            None,
            "BEGIN TRANSACTION;|x;|GO|COMMIT;|GO|y;|GO|BEGIN TRANSACTION;|COMMIT;|GO|",
        ),
    ],
)
def test_offline_the_marks_of_transactions_are_written(
    dialect: str, transactional: Any, written: str
) -> None:
    buffer = io.StringIO()
    context = MigrationContext.configure(
        dialect_name=dialect,
        opts={
            "as_sql": True,
            "output_buffer": buffer,
            "transactional_ddl": transactional,
        },
    )

    with context.begin_transaction():
        context.execute("x")
        with context.autocommit_block():
            context.execute("y")

    assert buffer.getvalue() == written.replace("|", "\n\n")


def test_offline_the_connection_writes_what_it_is_given() -> None:
    buffer = io.StringIO()
    context = MigrationContext.configure(
        dialect_name="sqlite", opts={"as_sql": True, "output_buffer": buffer}
    )

    assert context.connection is not None
    assert context.connection.execute(sa.text("SELECT 1")) is None
    assert buffer.getvalue() == "SELECT 1;\n\n"
    context.connection.execute(sa.text("SELECT :x"), {"x": 1})
    assert buffer.getvalue().endswith("SELECT 1;\n\nSELECT 1;\n\n")


def test_output_may_be_encoded(tmp_path: Any) -> None:
    path = tmp_path / "out.sql"
    with open(path, "w", encoding="ascii") as stream:
        context = MigrationContext.configure(
            dialect_name="sqlite",
            opts={
                "as_sql": True,
                "output_buffer": stream,
                "output_encoding": "utf-8",
            },
        )
        context.execute("SELECT 'é'")

    assert path.read_text(encoding="utf-8") == "SELECT 'é';\n\n"


def test_a_program_can_stamp_by_itself(project: Any, migrator: Any) -> None:
    project.line("a100", "b100")

    for target in ("a100", "head"):
        with migrator.connection() as connection:
            MigrationContext.configure(connection).stamp(migrator.script, target)

    assert migrator.versions() == ["b100"]


def test_a_program_can_write_a_stamp_as_a_script(project: Any, migrator: Any) -> None:
    project.line("a100", "b100")
    stream = io.StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": stream}
    )

    context.stamp(migrator.script, "head")

    assert "INSERT INTO alembic_version (version_num) VALUES ('b100')" in (
        stream.getvalue()
    )


def test_a_failing_stamp_leaves_no_version_table(project: Any, migrator: Any) -> None:
    with pytest.raises(CommandError), migrator.connection() as connection:
        MigrationContext.configure(connection).stamp(migrator.script, "nosuch")

    assert project.tables() == []


def test_a_stamp_is_part_of_the_contexts_transaction(
    project: Any, migrator: Any
) -> None:
    project.line("a100", "b100")
    with migrator.connection() as connection:
        context = MigrationContext.configure(
            connection, opts={"transactional_ddl": True}
        )
        with contextlib.suppress(ZeroDivisionError), context.begin_transaction():
            context.stamp(migrator.script, "a100")
            raise ZeroDivisionError

    assert migrator.versions() == []


def test_a_stamp_is_part_of_the_callers_transaction(
    project: Any, migrator: Any
) -> None:
    project.line("a100")
    with migrator.connection() as connection:
        transaction = connection.begin()
        MigrationContext.configure(connection).stamp(migrator.script, "head")
        transaction.rollback()

    assert migrator.versions() == []
