"""The example project, and the commands that the README gives for it."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Callable

import pytest

PROJECT = Path(__file__).resolve().parents[2]

HISTORY = """\
a9e4d6017c3f -> c07b92ae51d4 (lending, shelving) (head) (current), first books
51c2e87f3a90, 7d18b05c6e42 -> a9e4d6017c3f (lending, shelving) (mergepoint), merge \
lending and shelving
3f0ac1d24b68 -> 51c2e87f3a90 (lending), members and loans
3f0ac1d24b68 -> 7d18b05c6e42 (shelving), shelves
<base> -> 3f0ac1d24b68 (branchpoint), catalogue
""".splitlines()

Run = Callable[..., str]


def commands_of_readme() -> list[str]:
    """Return the command lines that set up an environment."""
    text = (PROJECT / "README.rst").read_text(encoding="utf-8")
    return re.findall(r"^    (python3 -m venv .+)$", text, re.MULTILINE)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A copy of the example, without a database."""
    folder = tmp_path / "examples" / "library"
    ignored = shutil.ignore_patterns("*.db", "__pycache__")
    shutil.copytree(PROJECT / "examples" / "library", folder, ignore=ignored)
    return folder


@pytest.fixture
def run(library: Path) -> Run:
    """Return a function that runs a command there and returns what it prints."""

    def run(*arguments: str, folder: Path = library) -> str:
        command = [sys.executable, "-m", "alembic", *arguments]
        done = subprocess.run(
            command, check=False, cwd=folder, capture_output=True, encoding="utf-8"
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_the_readme_migrates_the_example_and_shows_its_history(
    library: Path, run: Run
) -> None:
    first = commands_of_readme()[0]
    upgrade, history = (
        run(*command.split()[1:], folder=library.parents[1])
        for command in first.split(" && ")
        if command.startswith(".venv/bin/alembic")
    )

    assert upgrade == ""
    assert history.splitlines() == HISTORY


def test_the_readme_runs_the_tests() -> None:
    (_, second) = commands_of_readme()

    assert second.endswith(".venv/bin/python -m pytest")


def test_the_example_goes_up_and_down_again(library: Path, run: Run) -> None:
    def tables() -> list[str]:
        with closing(sqlite3.connect(library / "library.db")) as connection:
            rows = connection.execute("SELECT name FROM sqlite_master WHERE sql > ''")
            return sorted(row[0] for row in rows)

    run("upgrade", "lending@head")
    assert tables() == [
        "alembic_version",
        "author",
        "book",
        "ix_book_title",
        "loan",
        "member",
        "place",
        "shelf",
    ]

    run("downgrade", "3f0a")
    assert tables() == ["alembic_version", "author", "book", "ix_book_title"]

    run("downgrade", "base")
    assert tables() == ["alembic_version"]


def test_the_example_can_be_printed_as_sql(run: Run) -> None:
    printed = run("upgrade", "head", "--sql")

    assert "CREATE TABLE loan" in printed
    assert "INSERT INTO author (id, name) VALUES (1, 'Mary Shelley')" in printed
