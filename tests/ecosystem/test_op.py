"""The functions of ``op``, with each keyword that several published packages give."""

from __future__ import annotations

from typing import Any, Callable, Iterator

import pytest
import sqlalchemy as sa

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.util.sqla_compat import sqla_1_4

Call = Callable[[Any], Any]

TABLES: list[tuple[str, Call, str]] = [
    (
        "sqlite",
        lambda op: op.create_table(
            "t", sa.Column("c", sa.Integer, primary_key=True), sqlite_autoincrement=True
        ),
        "CREATE TABLE t ( c INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT );",
    ),
    (
        "postgresql",
        lambda op: op.create_table(
            "t",
            sa.Column("c", sa.Integer),
            schema="s",
            postgresql_ignore_search_path=True,
        ),
        "CREATE TABLE s.t ( c INTEGER );",
    ),
    (
        "mysql",
        lambda op: op.create_table(
            "t", sa.Column("c", sa.Integer), mysql_engine="InnoDB"
        ),
        "CREATE TABLE t ( c INTEGER )ENGINE=InnoDB;",
    ),
    (
        "mysql",
        lambda op: op.create_table(
            "t", sa.Column("c", sa.Integer), mysql_charset="utf8"
        ),
        "CREATE TABLE t ( c INTEGER )CHARSET=utf8;",
    ),
    (
        "mysql",
        lambda op: op.create_table(
            "t", sa.Column("c", sa.Integer), mysql_ENGINE="InnoDB"
        ),
        "CREATE TABLE t ( c INTEGER )ENGINE=InnoDB;",
    ),
    (
        "mysql",
        lambda op: op.create_table(
            "t", sa.Column("c", sa.Integer), mysql_DEFAULT_CHARSET="utf8"
        ),
        "CREATE TABLE t ( c INTEGER )DEFAULT CHARSET=utf8;",
    ),
    (
        "postgresql",
        lambda op: op.drop_table(table_name="t", schema="s"),
        "DROP TABLE s.t;",
    ),
    (
        "postgresql",
        lambda op: op.rename_table("t", "u", schema="s"),
        "ALTER TABLE s.t RENAME TO u;",
    ),
]

COLUMNS: list[tuple[str, Call, str]] = [
    (
        "postgresql",
        lambda op: op.add_column(
            table_name="t", column=sa.Column("c", sa.Integer), schema="s"
        ),
        "ALTER TABLE s.t ADD COLUMN c INTEGER;",
    ),
    (
        "postgresql",
        lambda op: op.drop_column(table_name="t", column_name="c", schema="s"),
        "ALTER TABLE s.t DROP COLUMN c;",
    ),
    (
        "postgresql",
        lambda op: op.alter_column(
            table_name="t",
            column_name="c",
            nullable=False,
            existing_type=sa.Integer(),
            schema="s",
        ),
        "ALTER TABLE s.t ALTER COLUMN c SET NOT NULL;",
    ),
    (
        "mysql",
        lambda op: op.alter_column(
            "t",
            "c",
            new_column_name="d",
            existing_type=sa.Integer(),
            existing_nullable=False,
            existing_server_default=sa.text("5"),
        ),
        "ALTER TABLE t CHANGE c d INTEGER NOT NULL DEFAULT 5;",
    ),
    (
        "mysql",
        lambda op: op.alter_column(
            "t", "c", type_=sa.String(5), existing_nullable=True
        ),
        "ALTER TABLE t MODIFY c VARCHAR(5) NULL;",
    ),
    (
        "postgresql",
        lambda op: op.alter_column(
            "t", "c", type_=sa.Integer(), postgresql_using="c::integer"
        ),
        "ALTER TABLE t ALTER COLUMN c TYPE INTEGER USING c::integer;",
    ),
    (
        "postgresql",
        lambda op: op.alter_column("t", "c", server_default="5"),
        "ALTER TABLE t ALTER COLUMN c SET DEFAULT '5';",
    ),
    (
        "postgresql",
        lambda op: op.alter_column("t", "c", server_default=None),
        "ALTER TABLE t ALTER COLUMN c DROP DEFAULT;",
    ),
]

INDEXES: list[tuple[str, Call, str]] = [
    (
        "postgresql",
        lambda op: op.create_index(
            index_name="i", table_name="t", columns=["a", "b"], unique=True
        ),
        "CREATE UNIQUE INDEX i ON t (a, b);",
    ),
    (
        "postgresql",
        lambda op: op.create_index(
            "i",
            "t",
            ["c"],
            postgresql_using="gin",
            postgresql_ops={"c": "gin_trgm_ops"},
            postgresql_where=sa.text("c > 0"),
        ),
        "CREATE INDEX i ON t USING gin (c gin_trgm_ops) WHERE c > 0;",
    ),
    (
        "postgresql",
        lambda op: op.create_index("i", "t", ["c"], postgresql_concurrently=True),
        "CREATE INDEX CONCURRENTLY i ON t (c);",
    ),
    (
        "mysql",
        lambda op: op.create_index("i", "t", ["c"], mysql_length={"c": 10}),
        "CREATE INDEX i ON t (c(10));",
    ),
    (
        "sqlite",
        lambda op: op.create_index("i", "t", ["c"], sqlite_where=sa.text("c > 0")),
        "CREATE INDEX i ON t (c) WHERE c > 0;",
    ),
    (
        "mysql",
        lambda op: op.drop_index(index_name="i", table_name="t"),
        "DROP INDEX i ON t;",
    ),
    (
        "postgresql",
        lambda op: op.drop_index("i", "t", schema="s", postgresql_concurrently=True),
        "DROP INDEX CONCURRENTLY s.i;",
    ),
]

CONSTRAINTS: list[tuple[str, Call, str]] = [
    (
        "postgresql",
        lambda op: op.create_foreign_key(
            constraint_name=op.f("f"),
            source_table="t",
            referent_table="u",
            local_cols=["c"],
            remote_cols=["id"],
            ondelete="CASCADE",
            onupdate="SET NULL",
        ),
        (
            "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY(c) REFERENCES u (id)"
            " ON DELETE CASCADE ON UPDATE SET NULL;"
        ),
    ),
    (
        "postgresql",
        lambda op: op.create_primary_key(
            constraint_name="p", table_name="t", columns=["a", "b"]
        ),
        "ALTER TABLE t ADD CONSTRAINT p PRIMARY KEY (a, b);",
    ),
    (
        "postgresql",
        lambda op: op.create_unique_constraint("u", "t", ["c"], schema="s"),
        "ALTER TABLE s.t ADD CONSTRAINT u UNIQUE (c);",
    ),
    (
        "postgresql",
        lambda op: op.create_check_constraint(
            constraint_name="k", table_name="t", condition="c > 0"
        ),
        "ALTER TABLE t ADD CONSTRAINT k CHECK (c > 0);",
    ),
    (
        "mysql",
        lambda op: op.drop_constraint(
            constraint_name="f", table_name="t", type_="foreignkey", schema="s"
        ),
        "ALTER TABLE s.t DROP FOREIGN KEY f;",
    ),
]

DATA: list[tuple[str, Call, str]] = [
    ("postgresql", lambda op: op.execute("DELETE FROM t"), "DELETE FROM t;"),
    (
        "postgresql",
        lambda op: op.bulk_insert(
            sa.table("t", sa.column("c", sa.Integer)), [{"c": 1}, {"c": 2}]
        ),
        "INSERT INTO t (c) VALUES (1); INSERT INTO t (c) VALUES (2);",
    ),
]


def _old_table() -> sa.Table:
    return sa.Table("t", sa.MetaData(), sa.Column("c", sa.Integer))


def _add_to_batch(op: Any, **options: Any) -> None:
    with op.batch_alter_table("t", **options) as batch:
        batch.add_column(sa.Column("d", sa.Integer))


BATCHES: list[tuple[str, Call, str]] = [
    (
        "sqlite",
        lambda op: _add_to_batch(op, schema="s", recreate="never"),
        "ALTER TABLE s.t ADD COLUMN d INTEGER;",
    ),
    (
        "sqlite",
        lambda op: _add_to_batch(
            op,
            recreate="always",
            copy_from=_old_table(),
            table_args=(sa.UniqueConstraint("c"),),
        ),
        (
            "CREATE TABLE _alembic_tmp_t ( c INTEGER, d INTEGER, UNIQUE (c) );"
            " INSERT INTO _alembic_tmp_t (c) SELECT t.c FROM t;"
            " DROP TABLE t; ALTER TABLE _alembic_tmp_t RENAME TO t;"
        ),
    ),
]

# SQLAlchemy 1.3 cannot write these.
CONDITIONS: list[tuple[str, Call, str]] = [
    (
        "postgresql",
        lambda op: op.drop_table("t", if_exists=True),
        "DROP TABLE IF EXISTS t;",
    ),
    (
        "postgresql",
        lambda op: op.create_index("i", "t", ["c"], if_not_exists=True),
        "CREATE INDEX IF NOT EXISTS i ON t (c);",
    ),
    (
        "postgresql",
        lambda op: op.drop_index("i", if_exists=True),
        "DROP INDEX IF EXISTS i;",
    ),
]

ROWS = [*TABLES, *COLUMNS, *INDEXES, *CONSTRAINTS, *DATA, *BATCHES]
CALLS = {"alembic.op": [call for _, call, _ in [*ROWS, *CONDITIONS]]}


@pytest.mark.parametrize(("dialect", "call", "sql"), ROWS)
def test_the_statements_say_what_was_given(
    script: Callable[[str, Call], str], dialect: str, call: Call, sql: str
) -> None:
    assert script(dialect, call) == sql


@pytest.mark.skipif(not sqla_1_4, reason="SQLAlchemy 1.3 knows no conditions")
@pytest.mark.parametrize(("dialect", "call", "sql"), CONDITIONS)
def test_the_statements_have_conditions(
    script: Callable[[str, Call], str], dialect: str, call: Call, sql: str
) -> None:
    assert script(dialect, call) == sql


@pytest.fixture
def op() -> Iterator[Operations]:
    """Operations on an SQLite database with one row in a table."""
    with sa.create_engine("sqlite://").begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (c INTEGER, UNIQUE (c))"))
        connection.execute(sa.text("INSERT INTO t VALUES (5)"))
        with Operations.context(MigrationContext.configure(connection)) as op:
            yield op


@pytest.mark.shows("alembic.op.get_bind", "alembic.op.get_context")
def test_a_revision_reads_rows_on_the_connection_of_its_context(op: Any) -> None:
    rows = op.get_bind().execute(sa.text("SELECT c FROM t")).fetchall()

    assert [tuple(row) for row in rows] == [(5,)]
    assert op.get_context().bind is op.get_bind()
    assert op.get_context().dialect.name == "sqlite"


@pytest.mark.shows("alembic.op.inline_literal")
def test_a_literal_stands_in_the_statement(
    script: Callable[[str, Call], str],
) -> None:
    table = sa.table("t", sa.column("c", sa.String))

    written = script(
        "postgresql",
        lambda op: op.execute(table.update().values({"c": op.inline_literal("it's")})),
    )

    assert written == "UPDATE t SET c='it''s';"


@pytest.mark.shows("alembic.op.batch_alter_table(naming_convention=)")
def test_a_convention_names_what_has_no_name_in_the_database(op: Any) -> None:
    names = {"uq": "uq_%(table_name)s_%(column_0_name)s"}

    with op.batch_alter_table("t", naming_convention=names) as batch:
        batch.drop_constraint("uq_t_c", type_="unique")

    assert sa.inspect(op.get_bind()).get_unique_constraints("t") == []


@pytest.mark.shows(
    "alembic.op._proxy",
    "alembic.op._proxy.migration_context",
    "alembic.op._proxy.migration_context.dialect",
    "alembic.op._proxy.migration_context.dialect.name",
)
def test_a_revision_asks_the_proxy_for_its_dialect(project: Any) -> None:
    project.revision(
        "a1",
        upgrade="op.create_table(op._proxy.migration_context.dialect.name,"
        " sa.Column('id', sa.Integer))",
    )

    project.main("upgrade", "head")

    assert "sqlite" in project.tables()
