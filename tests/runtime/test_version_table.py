"""The version table: how it is made, and what is written into it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from alembic.runtime.migration import HeadMaintainer, MigrationContext
from alembic.util.exc import CommandError

ODD_IDS = [
    "o'brien",
    'double"quote',
    "back\\slash",
    "per%cent",
    "%(name)s",
    "semi;colon",
    "x'); DROP TABLE alembic_version; --",
    "ünïcödé",
    "dollar$1",
]


def statements_of(migrator: Any) -> list[str]:
    """Return a list that collects what a run sends, but for what only reads."""
    sent: list[str] = []

    def prepare(engine: Any) -> None:
        @event.listens_for(engine, "before_cursor_execute")
        def note(
            conn: Any, cursor: Any, statement: str, params: Any, *rest: Any
        ) -> None:
            if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA")):
                sent.append(" ".join(statement.split()))
                assert not params

    migrator.prepare = prepare
    return sent


def test_a_run_creates_the_table_and_writes_identifiers_as_literals(
    project: Any, migrator: Any
) -> None:
    project.line("a100", "b100")
    sent = statements_of(migrator)

    migrator.upgrade()
    migrator.downgrade()

    assert sent == [
        (
            "CREATE TABLE alembic_version ( version_num VARCHAR(32) NOT NULL,"
            " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num) )"
        ),
        "INSERT INTO alembic_version (version_num) VALUES ('a100')",
        (
            "UPDATE alembic_version SET version_num='b100'"
            " WHERE alembic_version.version_num = 'a100'"
        ),
        (
            "UPDATE alembic_version SET version_num='a100'"
            " WHERE alembic_version.version_num = 'b100'"
        ),
        "DELETE FROM alembic_version WHERE alembic_version.version_num = 'a100'",
    ]


def test_name_and_primary_key_are_options(project: Any, migrator: Any) -> None:
    project.line("a100")
    sent = statements_of(migrator)

    migrator.upgrade(version_table="my_versions", version_table_pk=False)

    assert sent == [
        "CREATE TABLE my_versions ( version_num VARCHAR(32) NOT NULL )",
        "INSERT INTO my_versions (version_num) VALUES ('a100')",
    ]


def test_the_schema_is_an_option(project: Any, migrator: Any) -> None:
    project.line("a100", "b100")
    other = project.folder / "other.db"

    def prepare(engine: Any) -> None:
        @event.listens_for(engine, "connect")
        def attach(dbapi_connection: Any, record: Any) -> None:
            dbapi_connection.execute(f"ATTACH '{other}' AS other")

    migrator.prepare = prepare

    migrator.upgrade("a100", version_table_schema="other")
    migrator.upgrade("b100", version_table_schema="other")

    assert project.tables() == []
    with migrator.connection() as connection:
        rows = connection.execute(sa.text("SELECT * FROM other.alembic_version"))
        assert [row[0] for row in rows] == ["b100"]


@pytest.mark.parametrize("id", ODD_IDS)
def test_an_identifier_is_a_value_whatever_it_contains(
    project: Any, migrator: Any, id: str
) -> None:
    with migrator.connection() as connection:
        context = MigrationContext.configure(connection)
        context._ensure_version_table()
        versions = context._versions
        with context.begin_transaction(_per_migration=True):
            versions.insert(id)
            versions.update(id, id + "2")
            assert context.get_current_heads() == (id + "2",)
            versions.delete(id + "2")
            assert context.get_current_heads() == ()


@pytest.mark.parametrize(
    "dialect", ["postgresql", "mysql", "mssql", "oracle", "sqlite"]
)
@pytest.mark.parametrize("id", ODD_IDS)
def test_in_a_script_an_identifier_is_a_quoted_value(
    project: Any, migrator: Any, dialect: str, id: str
) -> None:
    project.line("a100")

    def work(rows: Any, context: Any) -> list[Any]:
        context._versions.insert(id)
        return []

    script = migrator.sql(work, dialect)

    written = id.replace("'", "''")
    if dialect == "mysql":
        written = written.replace("\\", "\\\\")
    assert f"('{written}')" in script


def test_an_update_must_find_its_row(project: Any, migrator: Any) -> None:
    with migrator.connection() as connection:
        context = MigrationContext.configure(connection)
        context._ensure_version_table()
        with pytest.raises(
            CommandError,
            match="^Online migration expected to match one row when updating 'a' to 'b'"
            " in 'alembic_version'; 0 found$",
        ), context.begin_transaction(_per_migration=True):
            context._versions.update("a", "b")


def test_a_delete_must_find_its_row(project: Any, migrator: Any) -> None:
    with migrator.connection() as connection:
        context = MigrationContext.configure(connection)
        context._ensure_version_table()
        with pytest.raises(
            CommandError,
            match="^Online migration expected to match one row when deleting 'a'"
            " in 'alembic_version'; 0 found$",
        ), context.begin_transaction(_per_migration=True):
            context._versions.delete("a")


LONG = "x" * 45


def test_a_new_table_is_as_wide_as_the_longest_identifier(
    project: Any, migrator: Any
) -> None:
    project.line("a100", LONG)
    sent = statements_of(migrator)

    migrator.upgrade("a100")

    assert "version_num VARCHAR(45) NOT NULL" in sent[0]


def test_an_old_narrow_table_is_good_enough_for_sqlite(
    project: Any, migrator: Any
) -> None:
    path = project.line("a100")
    migrator.upgrade()
    project.revision(LONG, "a100")
    sent = statements_of(migrator)

    migrator.upgrade()

    assert path is None
    assert migrator.versions() == [LONG]
    assert len(sent) == 1


def test_a_column_without_a_length_needs_no_widening(
    project: Any, migrator: Any
) -> None:
    project.line("a100", LONG)
    project.sql("CREATE TABLE alembic_version (version_num TEXT NOT NULL)")

    migrator.upgrade()

    assert migrator.versions() == [LONG]


def test_where_a_column_cannot_be_widened_nothing_changes(
    project: Any, migrator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic.ddl.sqlite import SQLiteImpl

    def refuse(self: Any, table: Any, *, existing_length: int, length: int) -> None:
        raise CommandError(f"cannot go from {existing_length} to {length}")

    monkeypatch.setattr(SQLiteImpl, "widen_version_column", refuse)
    project.line("a100")
    migrator.upgrade()
    project.revision("b100", "a100", upgrade='op.execute("CREATE TABLE t (x)")')
    project.revision(LONG, "b100")

    with pytest.raises(CommandError, match="cannot go from 32 to 45"):
        migrator.upgrade()

    assert migrator.versions() == ["a100"]
    assert project.tables() == ["alembic_version"]


def widened(rows: Any, context: Any) -> list[Any]:
    """Make the column of the version table wider, and take no step."""
    context.impl.widen_version_column(
        context._versions.table, existing_length=32, length=45
    )
    return []


@pytest.mark.parametrize(
    ("dialect", "statement"),
    [
        ("postgresql", "ALTER TABLE alembic_version ALTER COLUMN version_num TYPE"),
        (
            "mysql",
            "ALTER TABLE alembic_version MODIFY version_num VARCHAR(45) NOT NULL",
        ),
        ("oracle", "ALTER TABLE alembic_version MODIFY version_num VARCHAR2(45 CHAR)"),
    ],
)
def test_databases_that_enforce_lengths_widen_the_column(
    project: Any, migrator: Any, dialect: str, statement: str
) -> None:
    assert statement in migrator.sql(widened, dialect)


def test_sql_server_takes_the_primary_key_away_to_widen_its_column(
    project: Any, migrator: Any
) -> None:
    script = migrator.sql(widened, "mssql", mssql_batch_separator="")

    assert [line for line in script.splitlines() if "ALTER" in line] == [
        "ALTER TABLE alembic_version DROP CONSTRAINT alembic_version_pkc;",
        "ALTER TABLE alembic_version ALTER COLUMN version_num VARCHAR(45) NOT NULL;",
        (
            "ALTER TABLE alembic_version ADD CONSTRAINT alembic_version_pkc"
            " PRIMARY KEY (version_num);"
        ),
    ]


def test_sql_server_widens_a_column_that_is_no_key_at_once(migrator: Any) -> None:
    script = migrator.sql(widened, "mssql", version_table_pk=False)

    assert [line for line in script.splitlines() if "ALTER" in line] == [
        "ALTER TABLE alembic_version ALTER COLUMN version_num VARCHAR(45) NOT NULL;",
    ]


def test_a_script_for_a_table_of_unknown_width_warns(
    project: Any, migrator: Any
) -> None:
    project.line("a100", LONG)

    with pytest.warns(UserWarning, match="45 characters"):
        script = migrator.upgrade_sql("postgresql", start="a100")

    assert "CREATE TABLE" not in script


def test_a_script_that_creates_the_table_makes_it_wide_enough(
    project: Any, migrator: Any
) -> None:
    project.line("a100", LONG)

    assert "VARCHAR(45)" in migrator.upgrade_sql("postgresql")


def test_a_dialect_may_describe_a_table_of_its_own(
    project: Any, migrator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic.ddl.sqlite import SQLiteImpl

    def described(self: Any, *, version_table: str, **kw: Any) -> sa.Table:
        return sa.Table(
            version_table,
            sa.MetaData(),
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("version_num", sa.Text, nullable=False),
        )

    monkeypatch.setattr(SQLiteImpl, "version_table_impl", described)
    project.line("a100", LONG)

    migrator.upgrade()

    assert migrator.versions() == [LONG]
    assert project.sql("SELECT id FROM alembic_version") == [(1,)]


class Step:
    """A step that asks for one kind of change."""

    def __init__(self, kind: str, *idents: Any) -> None:
        self.kind = kind
        self.idents = idents

    def should_delete_branch(self, heads: set[str]) -> bool:
        return self.kind == "delete"

    def should_create_branch(self, heads: set[str]) -> bool:
        return self.kind == "create"

    def should_merge_branches(self, heads: set[str]) -> bool:
        return self.kind == "merge"

    def should_unmerge_branches(self, heads: set[str]) -> bool:
        return self.kind == "unmerge"

    @property
    def delete_version_num(self) -> Any:
        return self.idents[0]

    insert_version_num = delete_version_num

    def merge_branch_idents(self, heads: set[str]) -> Any:
        return self.idents

    unmerge_branch_idents = update_version_num = merge_branch_idents


@pytest.mark.parametrize(
    ("before", "step", "after", "sent"),
    [
        ("a", Step("delete", "a"), "", ["DELETE a"]),
        ("a", Step("create", "b"), "ab", ["INSERT b"]),
        (
            "abc",
            Step("merge", ["a", "b"], "c", "m"),
            "m",
            ["DELETE a", "DELETE b", "c>m"],
        ),
        (
            "m",
            Step("unmerge", "m", "a", ("b", "c")),
            "abc",
            ["INSERT b", "INSERT c", "m>a"],
        ),
        ("ab", Step("update", "a", "c"), "bc", ["a>c"]),
    ],
)
def test_the_heads_follow_the_rows(
    before: str, step: Any, after: str, sent: list[str]
) -> None:
    class Versions:
        def __init__(self) -> None:
            self.sent: list[str] = []

        def insert(self, version: str) -> None:
            self.sent.append(f"INSERT {version}")

        def update(self, from_: str, to_: str) -> None:
            self.sent.append(f"{from_}>{to_}")

        def delete(self, version: str) -> None:
            self.sent.append(f"DELETE {version}")

    class Context:
        _versions = Versions()

    maintainer = HeadMaintainer(Context(), set(before))

    maintainer.update_to_step(step)

    assert maintainer.heads == set(after)
    assert Context._versions.sent == sent
