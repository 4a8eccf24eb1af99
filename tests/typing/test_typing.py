"""What type checkers say of the package, and of code that uses it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from alembic.util import sqla_compat

HERE = Path(__file__).parent
PROJECT = HERE.parent.parent
USERS_CODE = HERE / "entry_points.py"

pytestmark = [
    pytest.mark.skipif(
        not sqla_compat.sqla_2, reason="SQLAlchemy itself is typed since 2.0"
    ),
    pytest.mark.skipif(
        sys.version_info < (3, 9), reason="the type checkers need a newer Python"
    ),
]


def _run(checker: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a type checker on this Python's packages."""
    if importlib.util.find_spec(checker) is None:
        pytest.skip(f"{checker} is not installed (extra 'dev')")
    done = subprocess.run(
        [sys.executable, "-m", checker, *arguments],
        cwd=PROJECT,
        check=False,
        capture_output=True,
        text=True,
    )
    if checker == "pyright" and "nodeenv" in done.stderr:
        pytest.skip("pyright could not get its Node.js")
    return done


def test_mypy_finds_the_types_that_users_see() -> None:
    done = _run("mypy", str(USERS_CODE))

    assert done.returncode == 0, done.stdout + done.stderr


def test_pyright_has_no_complaint_about_the_package_and_what_users_see() -> None:
    done = _run("pyright", "--pythonpath", sys.executable)

    assert done.returncode == 0, done.stdout + done.stderr


def test_what_has_no_type_is_found(tmp_path: Path) -> None:
    untyped = tmp_path / "untyped.py"
    untyped.write_text("def same(value):\n    return value\n", encoding="utf-8")

    done = _run("pyright", str(untyped))

    assert "reportMissingParameterType" in done.stdout


def test_a_wrong_argument_is_found(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text(
        "from alembic import op\nop.add_column('t', 'c')\nop.create_tabel('t')\n",
        encoding="utf-8",
    )

    done = _run("mypy", str(wrong))

    found = [line for line in done.stdout.splitlines() if "wrong.py" in line]
    assert [line.rpartition("[")[2] for line in found] == ["arg-type]", "attr-defined]"]
