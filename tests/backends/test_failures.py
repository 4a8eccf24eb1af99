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


def test_a_run_that_another_one_overtakes_says_so(
    migrations: Any, database: Any
) -> None:
    migrations.revision("a")
    migrations.revision(
        "b",
        "a",
        upgrade="""
            with op.get_bind().engine.begin() as other:
                other.execute(sa.text("CREATE TABLE t (x INTEGER)"))
                other.execute(sa.text("UPDATE alembic_version SET version_num = 'b'"))
            op.create_table('t', sa.Column('x', sa.Integer))
        """,
    )
    assert migrations.run("upgrade", "a").status == 0

    overtaken = migrations.run("upgrade", "head")

    assert overtaken.status == 255
    assert "was changed by another process" in overtaken.stdout
    assert "it holds 'b' now" in overtaken.stdout
    assert "Traceback" not in overtaken.stderr


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
