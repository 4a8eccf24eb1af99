"""``alembic.testing`` as a package: what loads it, and what it hands on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import alembic.testing
from alembic.util.sqla_private import sqla_2

NOT_IN_OLD_SQLALCHEMY = {"TestBase", "Variation", "variation"}


def last_line(folder: Path, code: str) -> str:
    """Run code in a fresh interpreter and return its last line, output or error."""
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, check=False, cwd=folder, capture_output=True, encoding="utf-8"
    )
    return (done.stdout + done.stderr).strip().splitlines()[-1]


def test_nothing_else_of_the_package_loads_it(tmp_path: Path) -> None:
    code = (
        "import sys, alembic.command, alembic.config, alembic.op, alembic.context\n"
        "import alembic.autogenerate, alembic.runtime.environment\n"
        "print('alembic.testing' in sys.modules)"
    )

    assert last_line(tmp_path, code) == "False"


def test_it_can_be_imported_without_a_test_run(tmp_path: Path) -> None:
    assert last_line(tmp_path, "from alembic.testing import eq_; print(eq_(1, 1))")


@pytest.mark.parametrize("name", alembic.testing.__all__)
def test_its_names_are_there(name: str) -> None:
    if name in NOT_IN_OLD_SQLALCHEMY and not sqla_2:
        pytest.skip("needs SQLAlchemy 2.0")

    assert getattr(alembic.testing, name)


@pytest.mark.skipif(sqla_2, reason="there is nothing to refuse from 2.0 on")
def test_an_old_sqlalchemy_is_named(tmp_path: Path) -> None:
    said = last_line(tmp_path, "import alembic.testing.fixtures")

    assert "need SQLAlchemy 2.0 or later" in said
    assert said.startswith("ImportError: The fixtures and the suite of alembic.testing")
