"""What answers from settings and revision files never loads SQLAlchemy or Mako."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HEAVY = {"sqlalchemy", "mako"}

LIGHT = [
    ("--help",),
    ("--version",),
    ("upgrade", "--help"),
    ("heads",),
    ("heads", "--verbose"),
    ("history",),
    ("history", "--verbose"),
    ("branches",),
    ("branches", "--verbose"),
    ("show", "b"),
    ("show", "heads"),
]


def packages_loaded(folder: Path, *arguments: str) -> set[str]:
    """Run a fresh interpreter and return the packages that it imported."""
    command = [sys.executable, "-X", "importtime", *arguments]
    done = subprocess.run(
        command, check=False, cwd=folder, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr.splitlines()[-1]
    names = re.findall(r"^import time: .*\| +(\S+)$", done.stderr, re.MULTILINE)
    return {name.split(".")[0] for name in names}


@pytest.fixture
def branched(project: Any) -> Any:
    """A project with a branch, a merge and a label."""
    project.revision("a")
    project.revision("b", "a", labels="billing")
    project.revision("c", "a")
    project.revision("d", ["b", "c"])
    return project


@pytest.mark.parametrize("arguments", LIGHT, ids=" ".join)
def test_it_starts_without_sqlalchemy_and_mako(
    branched: Any, arguments: tuple[str, ...]
) -> None:
    loaded = packages_loaded(branched.folder, "-m", "alembic", *arguments)

    assert "alembic" in loaded
    assert not HEAVY & loaded


def test_it_stays_light_where_the_index_is_remembered(branched: Any) -> None:
    packages_loaded(branched.folder, "-m", "alembic", "heads")

    again = packages_loaded(branched.folder, "-m", "alembic", "heads")
    assert not HEAVY & again


def test_a_heavy_start_is_seen(tmp_path: Path) -> None:
    loaded = packages_loaded(tmp_path, "-c", "import mako.template, sqlalchemy.sql")

    assert loaded >= HEAVY


def test_import_alembic_loads_nothing_else(tmp_path: Path) -> None:
    assert not HEAVY & packages_loaded(tmp_path, "-c", "import alembic")
