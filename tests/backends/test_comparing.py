"""What a dialect asks a live server when it compares."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import sqlalchemy as sa

from alembic.ddl.builtin import impl_class

pytestmark = pytest.mark.backend


@pytest.fixture
def on_postgresql(database: Any) -> Any:
    """PostgreSQL's class with a connection."""
    if database.backend != "postgresql":
        pytest.skip("a matter of PostgreSQL")
    with database.engine.connect() as connection:
        yield impl_class("postgresql")(
            database.engine.dialect, connection, False, None, None, {}
        )


@pytest.mark.parametrize(
    ("type_", "default", "reported", "differs"),
    [
        (sa.Float(), sa.text("1.0"), "1", False),
        (sa.Numeric(10, 2), "2.5", "2.50", False),
        (sa.String(9), "it's", "'it''s'::character varying", False),
        (sa.String(9), "", "''::character varying", False),
        (sa.Boolean(), sa.text("'0'"), "false", False),
        (sa.Integer(), sa.text("3"), "(1 + 2)", False),
        (sa.Integer(), "6", "5", True),
        (sa.DateTime(), sa.text("CURRENT_TIMESTAMP"), "now()", False),
        (sa.JSON(), sa.text("'{}'"), "'{}'::json", False),
        (sa.Integer(), sa.text("no_such_function()"), "5", True),
    ],
)
def test_the_server_decides_about_defaults(
    on_postgresql: Any, type_: Any, default: Any, reported: str, differs: bool
) -> None:
    column = sa.Column("c", type_, server_default=default)
    sa.Table("t", sa.MetaData(), column)
    rendered = str(getattr(default, "text", default))

    assert (
        on_postgresql.compare_server_default(column, column, rendered, reported)
        is differs
    )
    # The question left the transaction usable.
    assert on_postgresql.connection.execute(sa.text("SELECT 1")).scalar() == 1


def test_a_serial_column_has_no_default_of_its_own(
    on_postgresql: Any, database: Any, caplog: Any
) -> None:
    database.run('CREATE TABLE "T" (id SERIAL PRIMARY KEY, n BIGSERIAL, x INTEGER)')
    database.run("CREATE SEQUENCE own")
    database.run("ALTER TABLE \"T\" ALTER COLUMN x SET DEFAULT nextval('own')")
    caplog.set_level(logging.INFO, "alembic.ddl.postgresql")
    table = sa.Table("T", sa.MetaData())
    reflected = {}

    for column in sa.inspect(on_postgresql.connection).get_columns("T"):
        on_postgresql.autogen_column_reflect(None, table, column)
        reflected[column["name"]] = column.get("default")

    assert reflected == {"id": None, "n": None, "x": "nextval('own'::regclass)"}
    assert [record.getMessage() for record in caplog.records] == [
        (
            "Detected sequence named '\"T_id_seq\"' as owned by integer column "
            "'T(id)', assuming SERIAL and omitting"
        ),
        (
            "Detected sequence named '\"T_n_seq\"' as owned by integer column "
            "'T(n)', assuming SERIAL and omitting"
        ),
    ]
