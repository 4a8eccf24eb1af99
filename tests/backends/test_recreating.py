"""A table that is made anew in batch mode on every database."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.util.exc import CommandError

pytestmark = pytest.mark.backend


@pytest.fixture
def filled(database: Any) -> Any:
    """A database with a table ``t`` that has counted to two."""
    metadata = sa.MetaData()
    sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.String(9)),
    )
    metadata.create_all(database.engine)
    database.run("INSERT INTO t (a) VALUES ('x')")
    database.run("INSERT INTO t (a) VALUES ('y')")
    return database


def rename_key(database: Any) -> None:
    """Make table ``t`` anew with another name for its first column."""
    with database.engine.connect() as connection, connection.begin():
        op = Operations(MigrationContext.configure(connection))
        with op.batch_alter_table("t", recreate="always") as batch_op:
            batch_op.alter_column(
                "id", new_column_name="no", existing_type=sa.Integer()
            )


def test_a_table_goes_on_counting(filled: Any) -> None:
    rename_key(filled)
    filled.run("INSERT INTO t (a) VALUES ('z')")

    assert filled.rows("SELECT no, a FROM t ORDER BY no") == [
        (1, "x"),
        (2, "y"),
        (3, "z"),
    ]


def test_rows_that_refer_to_the_table_are_in_no_danger(filled: Any) -> None:
    filled.run(
        "CREATE TABLE c (t_id INTEGER, CONSTRAINT fk_c FOREIGN KEY (t_id) "
        "REFERENCES t (id) ON DELETE CASCADE)"
    )
    filled.run("INSERT INTO c VALUES (2)")

    if filled.backend == "sqlite":
        rename_key(filled)
    else:
        with pytest.raises((CommandError, DBAPIError), match="foreign key"):
            rename_key(filled)

    assert filled.tables() == ["c", "t"]
    assert filled.rows("SELECT t_id FROM c") == [(2,)]
    assert filled.rows("SELECT count(*) FROM t") == [(2,)]
