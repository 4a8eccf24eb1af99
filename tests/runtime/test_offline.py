"""Scripts: the SQL of whole runs for several dialects."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

import pytest
import sqlalchemy as sa

from alembic.util import sqla_compat

UPGRADE = """
op.execute("create table a (x integer)")
with op.get_context().autocommit_block():
    op.execute("vacuum")
op.execute("create table b (x integer)")
"""

SCRIPTS = {
    "postgresql": """\
BEGIN;

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,\x20
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

-- Running upgrade  -> f1

create table a (x integer);

COMMIT;

vacuum;

BEGIN;

create table b (x integer);

INSERT INTO alembic_version (version_num) VALUES ('f1');

COMMIT;

""",
    "sqlite": """\
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,\x20
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

-- Running upgrade  -> f1

create table a (x integer);

vacuum;

create table b (x integer);

INSERT INTO alembic_version (version_num) VALUES ('f1');

""",
    "mssql": """\
BEGIN TRANSACTION;

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,\x20
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

GO

-- Running upgrade  -> f1

create table a (x integer);

GO

COMMIT;

GO

vacuum;

GO

BEGIN TRANSACTION;

create table b (x integer);

GO

INSERT INTO alembic_version (version_num) VALUES ('f1');

GO

COMMIT;

GO

""",
    "oracle": """\
CREATE TABLE alembic_version (
    version_num VARCHAR2(32 CHAR) NOT NULL,\x20
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)

/

-- Running upgrade  -> f1

create table a (x integer)

/

vacuum

/

create table b (x integer)

/

INSERT INTO alembic_version (version_num) VALUES ('f1')

/

""",
}
SCRIPTS["mysql"] = SCRIPTS["mariadb"] = SCRIPTS["sqlite"]


@pytest.mark.parametrize("dialect", sorted(SCRIPTS))
def test_an_upgrade_as_a_script(project: Any, migrator: Any, dialect: str) -> None:
    if dialect == "mariadb" and sa.__version__.startswith("1.3."):
        pytest.skip("SQLAlchemy 1.3 has no dialect of this name")
    project.revision("f1", upgrade=UPGRADE)

    script = migrator.upgrade_sql(dialect)

    # SQLAlchemy adds what returns the new key, each version in its own way.
    assert _without_returning(script) == SCRIPTS[dialect]


@pytest.mark.skipif(
    not sqla_compat.sqla_2, reason="earlier versions return no key that is given"
)
@pytest.mark.parametrize(
    "dialect, insert",
    [
        ("sqlite", "(version_num) VALUES ('f1') RETURNING version_num;"),
        (
            "postgresql",
            "(version_num) VALUES ('f1') RETURNING alembic_version.version_num;",
        ),
        ("mssql", "(version_num) OUTPUT inserted.version_num VALUES ('f1');"),
        ("mysql", "(version_num) VALUES ('f1');"),
        ("oracle", "(version_num) VALUES ('f1')"),
    ],
)
def test_a_script_inserts_a_version_as_scripts_always_have(
    project: Any, migrator: Any, dialect: str, insert: str
) -> None:
    project.revision("f1")

    assert f"INSERT INTO alembic_version {insert}\n" in migrator.upgrade_sql(dialect)


def _without_returning(script: str) -> str:
    return re.sub(r" (RETURNING|OUTPUT) [\w.]+", "", script)


def test_a_transaction_for_each_revision(project: Any, migrator: Any) -> None:
    project.line("a100", "b100")

    script = migrator.upgrade_sql(
        "postgresql", start="a100", transaction_per_migration=True
    )
    assert script.split("\n\n") == [
        "BEGIN;",
        "-- Running upgrade a100 -> b100",
        (
            "UPDATE alembic_version SET version_num='b100'"
            " WHERE alembic_version.version_num = 'a100';"
        ),
        "COMMIT;",
        "",
    ]


def test_a_way_down_to_the_base_drops_no_table(project: Any, migrator: Any) -> None:
    project.line("a100")
    script = migrator.script

    text = migrator.sql(
        lambda rows, _: script._downgrade_revs("base", rows), "mysql", start="a100"
    )

    assert text.split("\n\n") == [
        "-- Running downgrade a100 -> ",
        "DELETE FROM alembic_version WHERE alembic_version.version_num = 'a100';",
        "",
    ]


def test_several_bases_create_the_table_once(project: Any, migrator: Any) -> None:
    project.revision("a100")
    project.revision("b100")

    script = migrator.upgrade_sql("sqlite")

    assert script.count("CREATE TABLE alembic_version") == 1
    assert script.count("INSERT INTO alembic_version") == 2


def test_a_script_runs_and_leaves_what_a_live_run_leaves(
    project: Any, migrator: Any
) -> None:
    project.revision("a100", upgrade='op.execute("CREATE TABLE t (x)")')
    project.revision("b100", "a100")
    project.revision("c100", "a100")
    project.revision("m100", ("b100", "c100"), upgrade='op.execute("DROP TABLE t")')
    script = migrator.upgrade_sql("sqlite")

    other = sqlite3.connect(":memory:")
    other.executescript(script)
    migrator.upgrade()

    assert other.execute("SELECT version_num FROM alembic_version").fetchall() == [
        (row,) for row in migrator.versions()
    ]
    other.close()


def test_the_separator_of_batches_can_be_turned_off(
    project: Any, migrator: Any
) -> None:
    project.line("a100")

    assert "GO" not in migrator.upgrade_sql("mssql", mssql_batch_separator="")
    assert "/" not in migrator.upgrade_sql("oracle", oracle_batch_separator="")


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("{'a': 'x', 'b': 5}", ["SET a = 'x' WHERE b = 5;"]),
        (
            "[{'a': 'x', 'b': 5}, {'a': None, 'b': 6}]",
            ["SET a = 'x' WHERE b = 5;", "SET a = NULL WHERE b = 6;"],
        ),
    ],
)
def test_values_given_to_the_connection_of_a_script_stand_in_it(
    project: Any, migrator: Any, given: str, printed: list[str]
) -> None:
    project.revision(
        "f1",
        upgrade=f"""
        update = sa.text("UPDATE t SET a = :a WHERE b = :b")
        op.get_bind().execute(update, {given})
        """,
    )

    script = migrator.upgrade_sql("postgresql")

    assert [line for line in script.splitlines() if "SET" in line] == [
        f"UPDATE t {line}" for line in printed
    ]


def test_an_identifier_cannot_leave_its_comment(project: Any, migrator: Any) -> None:
    project.revision("a\n;DROP TABLE x;\x1b[1m", name="a.py")

    script = migrator.upgrade_sql("sqlite")

    assert "-- Running upgrade  -> a\\n;DROP TABLE x;\\x1b[1m\n" in script
    assert "\n;DROP" not in script.partition("INSERT")[0]
