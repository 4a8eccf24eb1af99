"""Several upgrades in several threads of one process do not meet."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

REVISIONS = 12


@pytest.fixture
def projects(tmp_path: Path, project: Any) -> list[Any]:
    """Four projects whose revisions say whose they are."""
    made = []
    for name in "abcd":
        one = type(project)(tmp_path / name)
        one.create()
        down = None
        for number in range(REVISIONS):
            one.revision(
                f"{name}{number:03}",
                down,
                upgrade=f"""
                from alembic import context
                import time
                op.execute("CREATE TABLE {name}{number} (x)")
                time.sleep(0.001)
                assert {name!r} in str(op.get_bind().engine.url.database)
                assert op.get_context() is context.get_context()
                """,
            )
            down = f"{name}{number:03}"
        made.append(one)
    return made


def test_upgrades_side_by_side_reach_their_own_database(
    projects: list[Any], migrator: Any
) -> None:
    start = threading.Barrier(len(projects))

    def upgrade(project: Any) -> None:
        start.wait(timeout=30)
        type(migrator)(project).upgrade()

    with ThreadPoolExecutor(len(projects)) as threads:
        list(threads.map(upgrade, projects))

    for name, project in zip("abcd", projects):
        assert project.heads_in_database() == [f"{name}{REVISIONS - 1:03}"]
        assert project.tables() == sorted(
            ["alembic_version", *(f"{name}{number}" for number in range(REVISIONS))]
        )


def test_a_thread_of_a_revision_uses_the_operations_of_its_run(
    project: Any, migrator: Any
) -> None:
    project.revision(
        "a100",
        upgrade="""
        import threading
        seen = []
        thread = threading.Thread(target=lambda: seen.append(op.get_context()))
        thread.start()
        thread.join()
        assert seen == [op.get_context()]
        """,
    )

    migrator.upgrade()

    assert migrator.versions() == ["a100"]
