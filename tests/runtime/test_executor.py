"""What a run does with its steps, and what it does not let pass silently."""

from __future__ import annotations

import logging
import traceback
from typing import Any

import pytest
import sqlalchemy as sa

from alembic.ddl.sqlite import SQLiteImpl
from alembic.runtime.migration import MigrationContext
from alembic.util.exc import CommandError


def test_a_revision_that_ends_the_program_is_an_error_and_rolled_back(
    project: Any, migrator: Any
) -> None:
    project.revision(
        "a100",
        upgrade="""
        import sys
        op.execute("CREATE TABLE t (x)")
        sys.exit(0)
        """,
    )

    with pytest.raises(
        CommandError, match=r"revision a100 .*a100_\.py.*sys\.exit\(0\)"
    ):
        migrator.upgrade()

    assert project.tables() == ["alembic_version"]
    assert migrator.versions() == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("async def body():\n    pass", "'async def'"),
        ("def body():\n    yield", "a generator"),
        ("async def body():\n    yield", "an asynchronous generator"),
    ],
)
def test_an_upgrade_whose_body_never_ran_is_an_error(
    project: Any, migrator: Any, body: str, kind: str
) -> None:
    path = project.revision("a100")
    path.write_text(
        path.read_text().replace(
            "def upgrade():\n    pass", f"{body}\n\n\nupgrade = lambda: body()"
        ),
        encoding="utf-8",
    )

    with pytest.raises(CommandError, match=rf"\(\) of revision a100.*{kind}"):
        migrator.upgrade()

    assert migrator.versions() == []


def test_an_error_comes_through_unchanged_after_the_log_has_named_the_revision(
    project: Any, migrator: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "alembic.runtime.migration")
    project.line("a100")
    project.revision("b100", "a100", upgrade='raise LookupError("a reason")')

    with pytest.raises(LookupError, match="a reason") as caught:
        migrator.upgrade()

    assert migrator.versions() == ["a100"]
    shown = traceback.format_exception_only(LookupError, caught.value)
    assert shown == ["LookupError: a reason\n"]
    said = [each.message for each in caplog.records if each.name.startswith("alembic")]
    assert said[-2] == "Running upgrade a100 -> b100, revision b100"
    assert said[-1].startswith("Revision b100 failed at ")


@pytest.mark.parametrize("row", ["head", "heads", "base", "current"])
def test_a_row_that_is_a_symbol_is_an_error(
    project: Any, migrator: Any, row: str
) -> None:
    project.line("a100", "b100")
    migrator.upgrade("a100")
    project.sql("UPDATE alembic_version SET version_num = ?", (row,))

    with pytest.raises(CommandError, match=f"'alembic_version' holds '{row}'.*--purge"):
        migrator.upgrade()

    assert migrator.versions() == [row]


def test_a_row_that_nobody_knows_is_an_error_and_purge_gets_past_it(
    project: Any, migrator: Any
) -> None:
    project.line("a100", "b100")
    migrator.upgrade("a100")
    project.sql("UPDATE alembic_version SET version_num = 'gone99'")

    with pytest.raises(CommandError, match="'gone99'"):
        migrator.upgrade()
    migrator.stamp("b100", purge=True)

    assert migrator.versions() == ["b100"]


def test_a_row_that_is_only_the_beginning_of_an_identifier_is_an_error(
    project: Any, migrator: Any
) -> None:
    project.line("abcdef100", "b100")
    migrator.upgrade("abcdef100")
    project.sql("UPDATE alembic_version SET version_num = 'abcdef'")

    with pytest.raises(CommandError, match="'abcdef'"):
        migrator.upgrade()


def test_a_failing_purge_leaves_the_rows(project: Any, migrator: Any) -> None:
    project.line("a100")
    migrator.upgrade()

    with pytest.raises(CommandError, match="nosuch"):
        migrator.stamp("nosuch", purge=True)

    assert migrator.versions() == ["a100"]


def test_a_purge_makes_the_table_where_there_is_none(
    project: Any, migrator: Any
) -> None:
    project.line("a100")

    migrator.stamp("a100", purge=True)

    assert migrator.versions() == ["a100"]


def test_a_script_cannot_purge(project: Any, migrator: Any) -> None:
    project.line("a100")

    with pytest.raises(CommandError, match="Can't purge the version table in offline"):
        migrator.sql(
            lambda rows, _: migrator.script._stamp_revs("a100", rows),
            "sqlite",
            purge=True,
        )


def test_a_run_without_steps_leaves_the_table(project: Any, migrator: Any) -> None:
    def prepare(engine: Any) -> None:
        """Have DDL be part of transactions, which only a commit makes lasting."""

        @sa.event.listens_for(engine, "connect")
        def on_connect(dbapi_connection: Any, record: Any) -> None:
            dbapi_connection.isolation_level = None

        @sa.event.listens_for(engine, "begin")
        def on_begin(connection: Any) -> None:
            connection.connection.cursor().execute("BEGIN")

    migrator.prepare = prepare

    migrator.upgrade()

    assert project.tables() == ["alembic_version"]


def test_a_dialect_is_told_when_a_run_begins(
    project: Any, migrator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(SQLiteImpl, "start_migrations", lambda self: told.append(self))

    migrator.upgrade()

    assert len(told) == 1


def test_a_script_without_steps_makes_no_table(migrator: Any) -> None:
    assert migrator.sql(lambda rows, _: [], "sqlite") == ""


def test_a_purge_to_the_base_deletes_every_row(project: Any, migrator: Any) -> None:
    project.line("a100")
    migrator.upgrade()

    migrator.stamp("base", purge=True)

    assert migrator.versions() == []


@pytest.mark.parametrize("how", ["commit", "rollback"])
def test_a_revision_that_ends_our_transaction_still_gets_its_row(
    project: Any, migrator: Any, how: str
) -> None:
    if not hasattr(sa.engine.Connection, "commit"):
        pytest.skip("Connection.commit() came with SQLAlchemy 2.0")
    project.revision(
        "a100",
        upgrade=f"""
        op.execute("CREATE TABLE t (x)")
        op.get_bind().{how}()
        op.execute("CREATE TABLE u (x)")
        """,
    )

    with pytest.warns(UserWarning) as said:
        migrator.upgrade()

    sentences = " ".join(str(each.message) for each in said)
    assert "revision a100 was ended by the revision itself" in sentences
    assert migrator.versions() == ["a100"]
    assert "u" in project.tables()


def test_arguments_of_the_run_reach_each_function(project: Any, migrator: Any) -> None:
    path = project.revision("a100")
    path.write_text(
        path.read_text().replace(
            "def upgrade():\n    pass",
            "def upgrade(name):\n    op.execute(f'CREATE TABLE {name} (x)')",
        ),
        encoding="utf-8",
    )

    migrator.upgrade(run_args={"name": "given"})

    assert "given" in project.tables()


def test_callbacks_see_the_step_inside_of_its_transaction(
    project: Any, migrator: Any
) -> None:
    project.line("a100", "b100")
    seen: list[Any] = []

    def note(ctx: Any, step: Any, heads: Any, run_args: Any) -> None:
        rows = ctx.connection.execute(sa.text("SELECT * FROM alembic_version"))
        seen.append(
            (
                step.is_upgrade,
                step.is_stamp,
                step.up_revision_ids,
                step.source_revision_ids,
                step.destination_revision_ids,
                heads,
                run_args,
                [row[0] for row in rows],
                ctx.connection.in_transaction(),
            )
        )

    migrator.upgrade("a100", on_version_apply=note)
    migrator.stamp("b100", on_version_apply=[note])
    migrator.downgrade("a100", on_version_apply=(note,))

    assert seen == [
        (True, False, ("a100",), (), ("a100",), {"a100"}, {}, ["a100"], True),
        (True, True, ("b100",), ("a100",), ("b100",), {"b100"}, {}, ["b100"], True),
        (False, False, ("b100",), ("b100",), ("a100",), {"a100"}, {}, ["a100"], True),
    ]


def test_a_callback_that_fails_takes_its_revision_back(
    project: Any, migrator: Any
) -> None:
    project.revision("a100", upgrade='op.execute("CREATE TABLE t (x)")')

    def refuse(**kw: Any) -> None:
        raise ValueError

    with pytest.raises(ValueError):
        migrator.upgrade(on_version_apply=refuse)

    assert project.tables() == ["alembic_version"]
    assert migrator.versions() == []


def test_each_step_is_logged(
    project: Any, migrator: Any, caplog: pytest.LogCaptureFixture
) -> None:
    project.revision("a100", message="first")
    project.revision("b100", "a100", message="second")
    caplog.set_level(logging.INFO, logger="alembic")

    migrator.upgrade()
    migrator.downgrade("a100")
    migrator.stamp("b100")

    assert [
        (record.name, record.getMessage())
        for record in caplog.records
        if "Running" in record.getMessage()
    ] == [
        ("alembic.runtime.migration", "Running upgrade  -> a100, first"),
        ("alembic.runtime.migration", "Running upgrade a100 -> b100, second"),
        ("alembic.runtime.migration", "Running downgrade b100 -> a100, second"),
        ("alembic.runtime.migration", "Running stamp_revision a100 -> b100"),
    ]


def test_a_message_cannot_steer_the_terminal_of_the_log(
    project: Any, migrator: Any, caplog: pytest.LogCaptureFixture
) -> None:
    project.revision("a100", message="\x1b[31mred")
    caplog.set_level(logging.INFO, logger="alembic")

    migrator.upgrade()

    assert "Running upgrade  -> a100, \\x1b[31mred" in caplog.text
    assert "\x1b" not in caplog.text


def test_the_table_is_made_before_the_work_function_is_asked(
    project: Any, migrator: Any
) -> None:
    project.line("a100")

    with pytest.raises(CommandError, match="nosuch"):
        migrator.upgrade("nosuch")

    assert project.tables() == ["alembic_version"]


def test_nothing_is_made_where_nothing_may_change(project: Any, migrator: Any) -> None:
    project.line("a100")
    rows: list[Any] = []

    def current(found: Any, context: Any) -> list[Any]:
        rows.append(found)
        return []

    migrator.go(migrator.script, current, environment={"dont_mutate": True})

    assert rows == [()]
    assert project.tables() == []


def test_a_context_without_work_function_says_so(migrator: Any) -> None:
    with migrator.connection() as connection:
        context = MigrationContext.configure(connection)
        with pytest.raises(CommandError, match="'fn'"):
            context.run_migrations()


def test_the_work_function_may_be_a_generator_that_uses_the_operations(
    project: Any, migrator: Any
) -> None:
    from alembic import op

    project.line("a100", "b100")
    script = migrator.script
    seen: list[Any] = []

    def work(rows: Any, context: Any) -> Any:
        seen.append(op.get_context() is context)
        yield from script._upgrade_revs("heads", rows)

    migrator.go(script, work)

    assert seen == [True]
    assert migrator.versions() == ["b100"]


def test_what_follows_an_autocommit_block_is_committed_where_the_table_was_there(
    project: Any, migrator: Any
) -> None:
    project.revision("a100")
    migrator.upgrade()
    project.revision(
        "b100",
        "a100",
        upgrade="""
        with op.get_context().autocommit_block():
            op.execute("VACUUM")
        op.execute("CREATE TABLE t (x)")
        """,
    )

    migrator.upgrade()

    assert project.tables() == ["alembic_version", "t"]
    assert migrator.versions() == ["b100"]


def test_a_commit_that_the_database_refuses_is_the_error_and_rolled_back(
    project: Any, migrator: Any
) -> None:
    project.revision(
        "a100",
        upgrade="""
        op.execute("PRAGMA foreign_keys=ON")
        op.execute(
            "CREATE TABLE t (id INTEGER PRIMARY KEY,"
            " up INTEGER REFERENCES t DEFERRABLE INITIALLY DEFERRED)"
        )
        op.execute("INSERT INTO t VALUES (1, 7)")
        """,
    )

    with migrator.connection() as connection:
        with pytest.raises(sa.exc.IntegrityError, match="FOREIGN KEY"):
            migrator.upgrade(connection=connection)
        names = connection.execute(sa.text("SELECT name FROM sqlite_master")).fetchall()

    assert [name for (name,) in names if "alembic" not in name] == []
