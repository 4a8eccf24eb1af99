"""Statements that SQLite takes only outside of a transaction still take effect."""

from __future__ import annotations

import sys
import warnings
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from alembic.ddl.sqlite_statements import Kind, is_on, judge
from alembic.operations import Operations
from alembic.util.exc import CommandError

KEYS_ON_LAST = """
op.execute("CREATE TABLE t (x)")
op.execute("PRAGMA foreign_keys=ON")
"""


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("SELECT 1", Kind.ANYWHERE),
        ("", Kind.ANYWHERE),
        (";", Kind.ANYWHERE),
        ("-- a remark\n/* INSERT */ insert into t values (1)", Kind.WRITE),
        ("CREATE TABLE t (x)", Kind.WRITE),
        ("REPLACE INTO t VALUES (1)", Kind.WRITE),
        ("WITH x AS (SELECT 1) SELECT replace('a', 'b', 'c') FROM x", Kind.ANYWHERE),
        ("WITH x AS (SELECT 1) INSERT OR IGNORE INTO t SELECT * FROM x", Kind.WRITE),
        ("explain DELETE FROM t", Kind.ANYWHERE),
        ("PRAGMA table_info('t')", Kind.ANYWHERE),
        ("PRAGMA user_version", Kind.ANYWHERE),
        ("PRAGMA user_version = 3", Kind.WRITE),
        ("PRAGMA foreign_keys", Kind.ASK_FOREIGN_KEYS),
        ("pragma main.Foreign_Keys(0)", Kind.FOREIGN_KEYS),
        ("PRAGMA foreign_key_check", Kind.ANYWHERE),
        ("PRAGMA defer_foreign_keys = ON", Kind.INSIDE),
        ("PRAGMA journal_mode", Kind.ANYWHERE),
        ("PRAGMA journal_mode = WAL", Kind.OUTSIDE),
        ("PRAGMA cache_size = 10", Kind.ANYWHERE),
        ("vacuum", Kind.OUTSIDE),
        ("ATTACH 'x' AS y", Kind.OUTSIDE),
        ("SAVEPOINT x", Kind.INSIDE),
        ("RELEASE x", Kind.ANYWHERE),
        ("BEGIN IMMEDIATE", Kind.BEGIN),
        ("END", Kind.COMMIT),
    ],
)
def test_the_first_words_tell_what_a_statement_asks_for(
    statement: str, kind: Kind
) -> None:
    assert judge(statement).kind is kind


@pytest.mark.parametrize("value", ["ON", " on;", "1", "'true'", "yes", "-1"])
def test_values_that_sqlite_takes_for_true(value: str) -> None:
    assert is_on(value.rstrip(";"))


@pytest.mark.parametrize("value", ["OFF", "0", "no", "false", "maybe"])
def test_values_that_sqlite_takes_for_false(value: str) -> None:
    assert not is_on(value)


def test_vacuum_as_the_first_statement_warns_of_nothing(
    project: Any, migrator: Any
) -> None:
    project.revision("a100", upgrade='op.execute("VACUUM")\nop.execute("SELECT 1")')

    migrator.upgrade()

    assert migrator.versions() == ["a100"]


@pytest.mark.parametrize(
    "statement",
    ["VACUUM", "ATTACH ':memory:' AS other", "PRAGMA synchronous=OFF"],
)
def test_what_acts_outside_only_commits_what_came_before_it(
    project: Any, migrator: Any, statement: str
) -> None:
    project.revision(
        "a100",
        upgrade=f"""
        op.execute("CREATE TABLE before (x)")
        op.execute("{statement}")
        op.execute("CREATE TABLE after (x)")
        raise ValueError
        """,
    )

    with pytest.warns(
        UserWarning, match="a100, which is no longer atomic"
    ), pytest.raises(ValueError):
        migrator.upgrade()

    assert "before" in project.tables()
    assert "after" not in project.tables()
    assert migrator.versions() == []


def test_foreign_keys_switched_off_first_act_and_the_revision_stays_atomic(
    project: Any, migrator: Any
) -> None:
    project.revision(
        "a100",
        upgrade="""
        bind = op.get_bind()
        bind.execute(sa.text("PRAGMA foreign_keys=ON"))
        assert bind.execute(sa.text("PRAGMA foreign_keys")).scalar() == 1
        op.execute("CREATE TABLE t (x)")
        op.execute("PRAGMA foreign_keys=OFF")
        raise ValueError
        """,
    )

    with pytest.raises(ValueError):
        migrator.upgrade()

    assert "t" not in project.tables()


def test_foreign_keys_switched_on_last_act_after_the_commit(
    project: Any, migrator: Any
) -> None:
    project.revision("a100", upgrade=KEYS_ON_LAST)

    with migrator.connection() as connection:
        migrator.upgrade(connection=connection)
        assert connection.execute(sa.text("PRAGMA foreign_keys")).scalar() == 1

    assert migrator.versions() == ["a100"]


def test_foreign_keys_switched_on_between_act_on_what_follows(
    project: Any, migrator: Any
) -> None:
    project.revision(
        "a100",
        upgrade="""
        op.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
        op.execute("CREATE TABLE child (parent INTEGER REFERENCES parent (id))")
        op.execute("PRAGMA foreign_keys=ON")
        op.execute("INSERT INTO child VALUES (1)")
        """,
    )

    with pytest.warns(
        UserWarning, match="PRAGMA foreign_keys.*no longer atomic"
    ), pytest.raises(sa.exc.IntegrityError):
        migrator.upgrade()

    assert "child" in project.tables()


def test_asking_for_foreign_keys_gives_the_answer_that_was_set(
    project: Any, migrator: Any
) -> None:
    project.revision(
        "a100",
        upgrade="""
        op.execute("CREATE TABLE t (x)")
        op.execute("PRAGMA foreign_keys=ON")
        answer = op.get_bind().execute(sa.text("PRAGMA foreign_keys")).scalar()
        assert answer == 1
        """,
    )

    with pytest.warns(UserWarning, match="no longer atomic"):
        migrator.upgrade()


def test_off_and_on_again_between_two_changes_need_no_commit(
    project: Any, migrator: Any
) -> None:
    project.revision(
        "a100",
        upgrade="""
        op.execute("PRAGMA foreign_keys=OFF")
        op.execute("CREATE TABLE t (x)")
        op.execute("PRAGMA foreign_keys=ON")
        op.execute("PRAGMA foreign_keys=OFF")
        op.execute("CREATE TABLE u (x)")
        raise ValueError
        """,
    )

    with pytest.raises(ValueError):
        migrator.upgrade()

    assert project.tables() == ["alembic_version"]


def test_inside_of_a_savepoint_foreign_keys_have_no_effect_and_we_say_so(
    project: Any, migrator: Any
) -> None:
    project.revision(
        "a100",
        upgrade="""
        with op.get_bind().begin_nested():
            op.execute("CREATE TABLE t (x)")
            op.execute("PRAGMA foreign_keys=ON")
        """,
    )

    with pytest.warns(UserWarning, match="has no effect in revision a100"):
        migrator.upgrade()

    assert migrator.versions() == ["a100"]


def test_reading_alone_takes_no_lock_that_others_notice(
    project: Any, migrator: Any
) -> None:
    project.line("a100")
    migrator.upgrade()
    project.revision(
        "b100",
        "a100",
        upgrade=f"""
        import sqlite3
        bind = op.get_bind()
        bind.execute(sa.text("SELECT * FROM alembic_version")).fetchall()
        bind.execute(sa.text("PRAGMA table_info('alembic_version')")).fetchall()
        other = sqlite3.connect({str(project.database)!r}, timeout=0)
        other.execute("CREATE TABLE theirs (x)")
        other.close()
        """,
    )

    migrator.upgrade()

    assert project.tables() == ["alembic_version", "theirs"]


def test_an_explicit_commit_in_a_revision_is_no_longer_atomic(
    project: Any, migrator: Any
) -> None:
    project.revision(
        "a100",
        upgrade="""
        op.execute("CREATE TABLE t (x)")
        op.execute("COMMIT")
        op.execute("CREATE TABLE u (x)")
        raise ValueError
        """,
    )

    with pytest.warns(UserWarning, match="COMMIT.*no longer atomic"), pytest.raises(
        ValueError
    ):
        migrator.upgrade()

    assert project.tables() == ["alembic_version", "t"]


def test_a_revision_may_begin_and_commit_by_itself(project: Any, migrator: Any) -> None:
    project.revision(
        "a100",
        upgrade="""
        op.execute("BEGIN")
        op.execute("CREATE TABLE t (x)")
        op.execute("INSERT INTO t VALUES (1)")
        op.execute("COMMIT")
        """,
    )

    with pytest.warns(UserWarning, match="no longer atomic"):
        migrator.upgrade()

    assert project.sql("SELECT * FROM t") == [(1,)]
    assert migrator.versions() == ["a100"]


def test_autocommit_that_the_user_chose_is_left_alone(
    project: Any, migrator: Any
) -> None:
    migrator.engine_options = {"isolation_level": "AUTOCOMMIT"}
    project.revision(
        "a100", upgrade='op.execute("CREATE TABLE t (x)")\nraise ValueError'
    )

    with pytest.raises(ValueError):
        migrator.upgrade()

    assert "t" in project.tables()


def test_an_autocommit_block_runs_outside_and_a_new_transaction_follows(
    project: Any, migrator: Any
) -> None:
    project.revision(
        "a100",
        upgrade="""
        op.execute("CREATE TABLE before (x)")
        with op.get_context().autocommit_block():
            op.execute("VACUUM")
            op.execute("CREATE TABLE inside (x)")
        op.execute("CREATE TABLE after (x)")
        raise ValueError
        """,
    )

    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        with pytest.raises(ValueError):
            migrator.upgrade()

    assert project.tables() == ["alembic_version", "before", "inside"]


@pytest.mark.parametrize("block", ["pass", "raise ValueError"])
def test_after_an_autocommit_block_the_rest_is_committed_with_the_row(
    project: Any, migrator: Any, block: str
) -> None:
    project.revision(
        "a100",
        upgrade=f"""
        try:
            with op.get_context().autocommit_block():
                {block}
        except ValueError:
            pass
        op.execute("CREATE TABLE after (x)")
        """,
    )

    migrator.upgrade()

    assert project.tables() == ["after", "alembic_version"]
    assert migrator.versions() == ["a100"]


def test_the_isolation_level_of_the_driver_decides_how_we_begin(
    project: Any, migrator: Any
) -> None:
    migrator.engine_options = {"connect_args": {"isolation_level": "IMMEDIATE"}}
    seen: list[str] = []

    def prepare(engine: Any) -> None:
        @event.listens_for(engine, "connect")
        def on_connect(dbapi_connection: Any, record: Any) -> None:
            dbapi_connection.set_trace_callback(seen.append)

    migrator.prepare = prepare
    project.revision("a100", upgrade='op.execute("CREATE TABLE t (x)")')

    migrator.upgrade()

    assert seen.count("BEGIN IMMEDIATE") == 1


HAS_AUTOCOMMIT = pytest.mark.skipif(
    sys.version_info < (3, 12), reason="sqlite3 has no autocommit yet"
)


@HAS_AUTOCOMMIT
def test_foreign_keys_are_switched_though_sqlite3_is_always_in_a_transaction(
    project: Any, migrator: Any
) -> None:
    migrator.engine_options = {"connect_args": {"autocommit": False}}
    enforced = "op.get_bind().execute(sa.text('PRAGMA foreign_keys')).scalar()"
    project.revision(
        "a100",
        upgrade=f"""
        op.execute("PRAGMA foreign_keys=ON")
        assert {enforced} == 1
        op.execute("CREATE TABLE t (x)")
        assert op.get_bind().connection.autocommit is False
        op.execute("PRAGMA foreign_keys=OFF")
        """,
    )
    project.revision("b100", "a100", upgrade=f"assert {enforced} == 0")

    migrator.upgrade()

    assert migrator.versions() == ["b100"]


@HAS_AUTOCOMMIT
@pytest.mark.parametrize("autocommit", [True, False])
def test_both_settings_of_sqlite3_autocommit_end_well(
    project: Any, migrator: Any, autocommit: bool
) -> None:
    migrator.engine_options = {"connect_args": {"autocommit": autocommit}}
    project.revision(
        "a100",
        upgrade="""
        op.execute("PRAGMA foreign_keys=OFF")
        op.execute("CREATE TABLE t (x)")
        op.execute("PRAGMA foreign_keys=ON")
        """,
    )
    project.revision("b100", "a100", upgrade='op.execute("CREATE TABLE u (x)")')

    migrator.upgrade()

    assert project.tables() == ["alembic_version", "t", "u"]
    assert migrator.versions() == ["b100"]


def test_in_one_transaction_for_all_a_boundary_of_revisions_is_named(
    project: Any, migrator: Any
) -> None:
    project.revision("a100", upgrade='op.execute("CREATE TABLE t (x)")')
    project.revision(
        "b100",
        "a100",
        upgrade="""
        op.execute("PRAGMA foreign_keys=ON")
        op.execute("CREATE TABLE u (x)")
        raise ValueError
        """,
    )

    spans = pytest.warns(UserWarning, match="spans several.* before revision b100")
    with spans, pytest.raises(ValueError):
        migrator.upgrade(transactional_ddl=True)

    assert project.tables() == ["alembic_version", "t"]
    assert migrator.versions() == ["a100"]


def test_what_the_caller_did_before_is_never_committed_for_a_statement(
    project: Any, migrator: Any
) -> None:
    project.revision("a100", upgrade='op.execute("VACUUM")')

    refused = pytest.raises(sa.exc.OperationalError, match="VACUUM")
    with migrator.connection() as connection, refused, connection.begin():
        connection.execute(sa.text("CREATE TABLE theirs (x)"))
        connection.execute(sa.text("INSERT INTO theirs VALUES (1)"))
        migrator.upgrade(connection=connection)

    assert project.sql("SELECT * FROM theirs") == []


def test_a_pragma_that_needs_the_outside_never_commits_for_the_caller(
    project: Any, migrator: Any
) -> None:
    project.revision("a100", upgrade='op.execute("PRAGMA foreign_keys=ON")')
    project.sql("CREATE TABLE theirs (x)")

    with migrator.connection() as connection:
        transaction = connection.begin()
        connection.execute(sa.text("INSERT INTO theirs VALUES (1)"))
        with pytest.warns(UserWarning, match="has no effect in revision a100"):
            migrator.upgrade(connection=connection)
        transaction.rollback()

    assert project.sql("SELECT * FROM theirs") == []


def test_a_script_run_past_sqlalchemy_that_commits_is_noticed(
    project: Any, migrator: Any
) -> None:
    project.revision(
        "a100",
        upgrade="""
        op.execute("CREATE TABLE t (x)")
        raw = op.get_bind().connection
        raw.executescript("CREATE TABLE u (x); CREATE TABLE v (x);")
        """,
    )

    with pytest.warns(UserWarning, match="revision a100, which is no longer atomic"):
        migrator.upgrade()

    assert migrator.versions() == ["a100"]


def test_a_driver_without_transactions_of_its_own_is_given_ours(
    project: Any, migrator: Any
) -> None:
    migrator.engine_options = {"connect_args": {"isolation_level": None}}
    project.revision("a100", upgrade='op.execute("CREATE TABLE t (x)")')
    project.revision(
        "b100", "a100", upgrade='op.execute("CREATE TABLE u (x)")\nraise ValueError'
    )

    with pytest.raises(ValueError):
        migrator.upgrade()

    assert project.tables() == ["alembic_version", "t"]
    assert migrator.versions() == ["a100"]


def test_an_orm_session_inside_of_a_revision_commits_with_it(
    project: Any, migrator: Any
) -> None:
    project.revision(
        "a100",
        upgrade="""
        from sqlalchemy.orm import Session
        op.execute("CREATE TABLE t (x)")
        session = Session(bind=op.get_bind())
        session.execute(sa.text("INSERT INTO t VALUES (1)"))
        session.commit()
        raise ValueError
        """,
    )

    with pytest.raises(ValueError):
        migrator.upgrade()

    assert project.tables() == ["alembic_version"]


def test_a_waiting_change_of_foreign_keys_acts_at_the_end_of_the_whole_run(
    project: Any, migrator: Any
) -> None:
    project.revision("a100", upgrade=KEYS_ON_LAST)

    with migrator.connection() as connection:
        migrator.upgrade(connection=connection, transactional_ddl=True)
        assert connection.execute(sa.text("PRAGMA foreign_keys")).scalar() == 1

    assert project.tables() == ["alembic_version", "t"]


def test_a_waiting_change_of_foreign_keys_commits_nothing_of_a_failed_run(
    project: Any, migrator: Any
) -> None:
    project.revision("a100", upgrade=f"{KEYS_ON_LAST}raise ValueError")

    with migrator.connection() as connection:
        with pytest.raises(ValueError):
            migrator.upgrade(connection=connection, transactional_ddl=True)
        assert connection.execute(sa.text("PRAGMA foreign_keys")).scalar() == 0

    assert "t" not in project.tables()


def test_a_step_that_only_reads_loses_nothing_after_one_that_wrote(
    project: Any, migrator: Any
) -> None:
    project.revision("a100", upgrade='op.execute("CREATE TABLE t (x)")')
    project.revision(
        "b100",
        "a100",
        upgrade="""
        op.execute("PRAGMA defer_foreign_keys=ON")
        op.execute("VACUUM")
        """,
    )

    # a warning would be an error here
    migrator.upgrade()

    assert migrator.versions() == ["b100"]


def test_each_step_is_whole_anew(project: Any, migrator: Any, caplog: Any) -> None:
    project.revision(
        "a100", upgrade='op.execute("CREATE TABLE t (x)")\nop.execute("VACUUM")'
    )
    project.revision(
        "b100", "a100", upgrade='op.execute("CREATE TABLE u (x)")\nraise ValueError'
    )

    with pytest.warns(UserWarning, match="a100"), pytest.raises(ValueError):
        migrator.upgrade()

    assert "What it did is rolled back" in caplog.text
    assert project.tables() == ["alembic_version", "t"]


FAMILY = """
op.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
op.execute("CREATE TABLE child (id INTEGER REFERENCES parent (id))")
"""
ORPHAN = 'op.execute("INSERT INTO child VALUES (7)")'
PARENT = 'op.execute("INSERT INTO parent VALUES (7)")'
BLOCK = """
with op.batch_alter_table('parent', recreate='always') as batch_op:
    batch_op.add_column(sa.Column('late', sa.Integer))
"""


@pytest.fixture
def enforcing(project: Any, migrator: Any) -> Any:
    """The migrator, on connections that enforce foreign keys of the tables there."""

    def enforce(engine: Any) -> None:
        @event.listens_for(engine, "connect")
        def on_connect(driver: Any, record: Any) -> None:
            driver.execute("PRAGMA foreign_keys=ON")

    migrator.prepare = enforce
    project.revision("a100", upgrade=FAMILY)
    migrator.upgrade()
    return migrator


def test_foreign_keys_are_enforced_inside_of_a_step_as_a_rule(
    project: Any, enforcing: Any
) -> None:
    project.revision("b100", "a100", upgrade=f"{ORPHAN}\n{PARENT}")

    with pytest.raises(sa.exc.IntegrityError):
        enforcing.upgrade()


@pytest.mark.parametrize("whole_run", [False, True])
def test_suspended_foreign_keys_are_enforced_again_after_the_step(
    project: Any, enforcing: Any, whole_run: bool
) -> None:
    project.revision("b100", "a100", upgrade=f"{ORPHAN}\n{PARENT}")

    with enforcing.connection() as connection:
        enforcing.upgrade(
            connection=connection,
            sqlite_suspend_foreign_keys=True,
            transactional_ddl=whole_run,
        )
        assert connection.execute(sa.text("PRAGMA foreign_keys")).scalar() == 1

    assert enforcing.versions() == ["b100"]


@pytest.mark.parametrize("whole_run", [False, True])
def test_a_row_without_the_one_it_refers_to_fails_a_suspended_step(
    project: Any, enforcing: Any, whole_run: bool
) -> None:
    project.revision("b100", "a100", upgrade=ORPHAN)

    with enforcing.connection() as connection:
        with pytest.raises(CommandError, match="1 row of table 'child' would refer"):
            enforcing.upgrade(
                connection=connection,
                sqlite_suspend_foreign_keys=True,
                transactional_ddl=whole_run,
            )
        assert connection.execute(sa.text("PRAGMA foreign_keys")).scalar() == 1
        assert connection.execute(sa.text("SELECT * FROM child")).fetchall() == []

    assert enforcing.versions() == ["a100"]


def test_rows_are_looked_at_before_an_autocommit_block_commits_them(
    project: Any, enforcing: Any
) -> None:
    project.revision(
        "b100",
        "a100",
        upgrade=f"""
        {ORPHAN}
        with op.get_context().autocommit_block():
            op.execute("VACUUM")
        """,
    )

    with enforcing.connection() as connection:
        with pytest.raises(CommandError, match="1 row of table 'child' would refer"):
            enforcing.upgrade(connection=connection, sqlite_suspend_foreign_keys=True)
        assert connection.execute(sa.text("PRAGMA foreign_keys")).scalar() == 1
        assert connection.execute(sa.text("SELECT * FROM child")).fetchall() == []


@HAS_AUTOCOMMIT
def test_suspending_works_though_sqlite3_is_always_in_a_transaction(
    project: Any, migrator: Any
) -> None:
    migrator.engine_options = {"connect_args": {"autocommit": False}}
    project.revision("a100", upgrade=f"{FAMILY}\nop.execute('PRAGMA foreign_keys=ON')")
    project.revision("b100", "a100", upgrade=f"{ORPHAN}\n{PARENT}")

    with migrator.connection() as connection:
        migrator.upgrade(connection=connection, sqlite_suspend_foreign_keys=True)
        assert connection.execute(sa.text("PRAGMA foreign_keys")).scalar() == 1

    assert migrator.versions() == ["b100"]


def test_suspending_leaves_off_what_is_off(project: Any, migrator: Any) -> None:
    project.revision("a100", upgrade=f"{FAMILY}{ORPHAN}")

    with migrator.connection() as connection:
        migrator.upgrade(connection=connection, sqlite_suspend_foreign_keys=True)
        assert connection.execute(sa.text("PRAGMA foreign_keys")).scalar() == 0


def test_after_a_run_a_batch_block_suspends_foreign_keys_by_itself(
    project: Any, enforcing: Any
) -> None:
    project.revision("b100", "a100", upgrade=f"{PARENT}\n{ORPHAN}")

    with enforcing.connection() as connection:
        context = enforcing.upgrade(connection=connection)
        with Operations(context).batch_alter_table("parent", recreate="always") as it:
            it.add_column(sa.Column("name", sa.String()))
        assert connection.execute(sa.text("PRAGMA foreign_keys")).scalar() == 1
        assert connection.execute(sa.text("SELECT id FROM child")).scalar() == 7


SWITCHES_INSIDE = pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="it switches foreign keys inside"
)
REFERRING = {
    "another table": f"{PARENT}\n{ORPHAN}",
    "the table itself": """
op.execute("ALTER TABLE parent ADD COLUMN above INTEGER REFERENCES parent (id)")
op.execute("INSERT INTO parent VALUES (7, 7)")
""",
    "a key of two columns": """
op.execute("ALTER TABLE parent ADD COLUMN code INTEGER")
op.execute("CREATE UNIQUE INDEX both ON parent (id, code)")
op.execute("CREATE TABLE pair (a, b, FOREIGN KEY (a, b) REFERENCES parent (id, code))")
op.execute("INSERT INTO parent VALUES (7, 7)")
op.execute("INSERT INTO pair VALUES (7, 7)")
""",
}


@SWITCHES_INSIDE
@pytest.mark.parametrize("rows", list(REFERRING.values()), ids=list(REFERRING))
def test_a_late_batch_block_is_refused_before_referring_rows_are_harmed(
    project: Any, enforcing: Any, rows: str
) -> None:
    project.revision("b100", "a100", upgrade=rows)
    source = f"op.execute('CREATE TABLE early (x)')\n{BLOCK}"
    project.revision("c100", "b100", upgrade=source)
    enforcing.upgrade("b100")

    remedy = "'parent' cannot be made anew here.*sqlite_suspend_foreign_keys=True"
    with pytest.raises(CommandError, match=remedy):
        enforcing.upgrade()

    assert enforcing.versions() == ["b100"]
    with enforcing.connection() as connection:
        tables = sa.inspect(connection).get_table_names()
        assert connection.execute(sa.text("SELECT id FROM parent")).fetchall() == [(7,)]
    assert "early" not in tables


NOT_REFERRING = {
    "no rows": "",
    "rows on one side": PARENT,
    "nulls": f"{PARENT}\nop.execute('INSERT INTO child VALUES (NULL)')",
    "half a key": REFERRING["a key of two columns"].replace(
        "pair VALUES (7, 7)", "pair VALUES (7, NULL)"
    ),
}


@pytest.mark.parametrize("rows", list(NOT_REFERRING.values()), ids=list(NOT_REFERRING))
def test_a_late_batch_block_runs_where_no_row_refers(
    project: Any, enforcing: Any, rows: str
) -> None:
    source = f"op.execute('CREATE TABLE early (x)')\n{rows}\n{BLOCK}"
    project.revision("b100", "a100", upgrade=source)

    enforcing.upgrade()

    assert enforcing.versions() == ["b100"]
    with enforcing.connection() as connection:
        assert connection.execute(sa.text("PRAGMA foreign_keys")).scalar() == 1
        columns = sa.inspect(connection).get_columns("parent")
        kept = connection.execute(sa.text("SELECT count(*) FROM parent")).scalar()
    assert columns[-1]["name"] == "late"
    assert kept == bool(rows)


@SWITCHES_INSIDE
def test_a_batch_block_in_a_transaction_of_somebody_else_is_refused(
    project: Any, enforcing: Any
) -> None:
    project.revision("b100", "a100", upgrade=f"{PARENT}\n{ORPHAN}")
    project.revision("c100", "b100", upgrade=BLOCK)
    enforcing.upgrade("b100")

    with enforcing.connection() as connection, connection.begin():
        connection.execute(sa.text("UPDATE child SET id = id"))
        with pytest.raises(CommandError, match="'parent' cannot be made anew here"):
            enforcing.upgrade(connection=connection)

    assert enforcing.versions() == ["b100"]
