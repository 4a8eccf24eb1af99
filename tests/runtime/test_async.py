"""The same through SQLAlchemy's asyncio extension."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

pytest.importorskip("aiosqlite")
asyncio_extension = pytest.importorskip("sqlalchemy.ext.asyncio")


def upgrade(project: Any, migrator: Any) -> None:
    """Upgrade through aiosqlite, as the async template does."""

    async def run() -> None:
        engine = asyncio_extension.create_async_engine(
            f"sqlite+aiosqlite:///{project.database}"
        )
        try:
            async with engine.connect() as connection:
                await connection.run_sync(
                    lambda opened: migrator.upgrade(connection=opened)
                )
        finally:
            await engine.dispose()

    asyncio.run(run())


def test_a_failing_revision_is_rolled_back_whole(project: Any, migrator: Any) -> None:
    project.revision("a100", upgrade='op.execute("CREATE TABLE t (x)")')
    project.revision(
        "b100", "a100", upgrade='op.execute("CREATE TABLE u (x)")\nraise ValueError'
    )

    with pytest.raises(ValueError):
        upgrade(project, migrator)

    assert project.tables() == ["alembic_version", "t"]
    assert migrator.versions() == ["a100"]


def test_what_acts_outside_of_transactions_takes_effect(
    project: Any, migrator: Any
) -> None:
    project.revision(
        "a100",
        upgrade="""
        op.execute("PRAGMA foreign_keys=OFF")
        op.execute("CREATE TABLE t (x)")
        op.execute("PRAGMA foreign_keys=ON")
        """,
    )
    project.revision(
        "b100",
        "a100",
        upgrade="""
        assert op.get_bind().execute(sa.text("PRAGMA foreign_keys")).scalar() == 1
        with op.get_context().autocommit_block():
            op.execute("VACUUM")
        op.execute("CREATE TABLE u (x)")
        """,
    )

    upgrade(project, migrator)

    assert project.tables() == ["alembic_version", "t", "u"]
    assert migrator.versions() == ["b100"]


def test_run_async_works_inside_of_a_revision(project: Any, migrator: Any) -> None:
    path = project.revision("a100", upgrade="op.run_async(fill)")
    path.write_text(
        path.read_text()
        + "\n\nasync def fill(connection):\n"
        + "    await connection.execute(sa.text('CREATE TABLE t (x)'))\n",
        encoding="utf-8",
    )

    upgrade(project, migrator)

    assert project.tables() == ["alembic_version", "t"]
