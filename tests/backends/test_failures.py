"""What a failing revision leaves behind, on every database."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.backend


@pytest.fixture
def failing(migrations: Any) -> Any:
    """A revision that works, and one whose second statement fails."""
    migrations.revision(
        "a", upgrade="op.create_table('first', sa.Column('id', sa.Integer))"
    )
    migrations.revision(
        "b",
        "a",
        upgrade="""
            op.create_table('second', sa.Column('id', sa.Integer))
            op.execute('INSERT INTO nowhere VALUES (1)')
        """,
    )
    return migrations


def test_a_failing_revision_is_undone_where_ddl_can_be(
    failing: Any, database: Any
) -> None:
    assert failing.run("upgrade", "a").status == 0
    assert failing.run("upgrade", "head").status != 0

    rows = database.rows("SELECT version_num FROM alembic_version")
    assert rows == [("a",)]
    assert ("second" in database.tables()) is not database.rolls_ddl_back


def test_a_refused_connection_is_one_sentence_without_the_password(
    migrations: Any, database: Any
) -> None:
    if database.backend == "sqlite":
        pytest.skip("a file asks for no password")
    scheme = database.url.split("://")[0]
    url = f"{scheme}://nobody:s3cret%%40pass@127.0.0.1:1/none"
    migrations.change_ini(sqlalchemy__url=url)

    refused = migrations.run("current")

    assert refused.status == 255
    assert refused.stdout.startswith("FAILED: ")
    assert "Traceback" not in refused.stdout + refused.stderr
    assert "s3cret" not in refused.stdout + refused.stderr
