"""Dialects of other packages: printed as scripts, or live where they are embedded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

# what the packages themselves warn of is not ours
pytestmark = pytest.mark.filterwarnings("default")

REVISION = """op.create_table(
        "account",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(50), nullable=False, server_default="it's"),
    )
    op.add_column("account", sa.Column("born", sa.Date))
    op.alter_column("account", "born", nullable=False)
    op.create_index("ix_name", "account", ["name"])
    op.create_unique_constraint("uq_name", "account", ["name"])
    op.alter_column("account", "name", new_column_name="label")
    op.drop_column("account", "born")
    op.rename_table("account", "person")"""

SCRIPT = [
    (
        "-- Running upgrade -> a1 CREATE TABLE account ( id BIGINT NOT NULL, "
        "name VARCHAR(50) DEFAULT 'it''s' NOT NULL, PRIMARY KEY (id) )"
    ),
    "ALTER TABLE account ADD COLUMN born DATE",
    "ALTER TABLE account ALTER COLUMN born SET NOT NULL",
    "CREATE INDEX ix_name ON account (name)",
    "ALTER TABLE account ADD CONSTRAINT uq_name UNIQUE (name)",
    "ALTER TABLE account RENAME name TO label",
    "ALTER TABLE account DROP COLUMN born",
    "ALTER TABLE account RENAME TO person",
]

POND = """op.create_table("pond", sa.Column("id", sa.Integer))
    op.add_column("pond", sa.Column("depth", sa.Numeric(10, 2)))
    op.add_column("pond", sa.Column("name", sa.String))
    op.alter_column("pond", "name", new_column_name="label")
    op.bulk_insert(sa.table("pond", sa.column("id"), sa.column("label")),
        [{"id": 1, "label": "x"}])"""

DUCKDB = """
import sqlalchemy as sa

from alembic.ddl.impl import DefaultImpl

class DuckDBImpl(DefaultImpl):
    __dialect__ = "duckdb"

metadata = sa.MetaData()
sa.Table(
    "pond",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("depth", sa.Numeric(10, 2), nullable=False),
    sa.Column("label", sa.String),
)
options["target_metadata"] = metadata
"""


@pytest.mark.parametrize(
    ("package", "url"),
    [
        ("sqlalchemy_cockroachdb", "cockroachdb+psycopg2://"),
        ("sqlalchemy_redshift", "redshift+psycopg2://"),
    ],
)
def test_a_script_for_a_relative_of_postgresql(
    project: Any, package: str, url: str
) -> None:
    pytest.importorskip(package)
    project.set_up("", url=url)
    project.revision("a1", REVISION)

    script = project.sql()

    assert [text for text in script if text not in ("BEGIN", "COMMIT")] == SCRIPT
    # CockroachDB's dialect says that it cannot roll DDL back
    assert ("BEGIN" in script) is ("redshift" in url)


TYPE_CHANGE = 'op.alter_column("t", "c", type_=sa.Text, existing_type=sa.String(5))'

OWN_COMPILER = """
from sqlalchemy.ext.compiler import compiles
from alembic.ddl.base import alter_column, alter_table, format_type
from alembic.ddl.postgresql import PostgresqlColumnType

@compiles(PostgresqlColumnType, "redshift")
def change_type(element, compiler, **kw):
    return "%s %s %s" % (
        alter_table(compiler, element.table_name, element.schema),
        alter_column(compiler, element.column_name),
        "TYPE %s" % format_type(compiler, element.type_),
    )
"""


def test_a_type_is_changed_by_the_dialects_own_compiler(project: Any) -> None:
    pytest.importorskip("sqlalchemy_cockroachdb")
    project.set_up("", url="cockroachdb+psycopg2://")
    project.revision("a1", TYPE_CHANGE)

    assert project.sql() == [
        "-- Running upgrade -> a1 ALTER TABLE t ALTER COLUMN c TYPE TEXT"
    ]


def test_a_project_supplies_the_compiler_that_redshift_lacks(project: Any) -> None:
    pytest.importorskip("sqlalchemy_redshift")
    project.revision("a1", TYPE_CHANGE)
    project.set_up("", url="redshift+psycopg2://")
    with pytest.raises(sa.exc.CompileError, match="PostgresqlColumnType"):
        project.sql()
    project.output.truncate(0)
    project.set_up(OWN_COMPILER)

    assert any(
        text.endswith("ALTER TABLE t ALTER COLUMN c TYPE TEXT")
        for text in project.sql()
    )


def test_duckdb_is_migrated(project: Any, tmp_path: Path) -> None:
    pytest.importorskip("duckdb_engine")
    url = f"duckdb:///{tmp_path / 'x.duckdb'}"
    project.set_up(DUCKDB, url=url)
    project.revision("a1", POND, undo='op.drop_table("pond")')

    project.upgrade()

    assert rows(url, "select version_num from alembic_version") == [("a1",)]
    assert rows(url, "select id, depth, label from pond") == [(1, None, "x")]
    project.downgrade()
    tables = rows(url, "select table_name from information_schema.tables")
    assert tables == [("alembic_version",)]


def test_an_empty_duckdb_is_compared_with_the_model(
    project: Any, tmp_path: Path
) -> None:
    pytest.importorskip("duckdb_engine")
    project.set_up(DUCKDB, url=f"duckdb:///{tmp_path / 'x.duckdb'}")

    text = project.autogenerate("a1")
    project.upgrade()

    assert "op.create_table('pond'" in text
    assert "sa.Numeric(precision=10, scale=2), nullable=False" in text


def rows(url: str, statement: str) -> list[tuple[Any, ...]]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(sa.text(statement))]
    engine.dispose()
    return found
