"""The public names, and the signatures, of the whole package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from alembic.util import sqla_compat

ROOMS = sorted(
    path.stem
    for path in (Path(__file__).resolve().parents[2] / "alembic").iterdir()
    if path.suffix == ".py" or (path / "__init__.py").exists()
    if not path.stem.startswith("__")
)


def test_the_public_names_are_those_of_the_reference(project_folder: Path) -> None:
    check = project_folder.parent / "shared" / "surface" / "check_surface.py"
    if not check.exists():
        pytest.skip("the reference of public names is not on this machine")
    if not sqla_compat.sqla_2:
        pytest.skip("alembic.testing has its fixtures since SQLAlchemy 2.0")

    command = [sys.executable, str(check), "--quiet", "--incidental", "--private"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_can_be_imported_alone(room: str) -> None:
    command = [sys.executable, "-W", "error", "-c", f"import alembic.{room}"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")
