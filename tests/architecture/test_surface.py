"""The public names, and the signatures, of the parts that are finished."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def finished_parts(project_folder: Path) -> list[str]:
    """Return the names in ``.ci/finished``: prefixes of public names."""
    lines = (project_folder / ".ci" / "finished").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_the_public_names_of_finished_parts_are_those_of_the_reference(
    project_folder: Path,
) -> None:
    check = project_folder.parent / "shared" / "surface" / "check_surface.py"
    if not check.exists():
        pytest.skip("the reference of public names is not on this machine")

    different = []
    for part in finished_parts(project_folder):
        command = [sys.executable, str(check), "--quiet", "--only", part]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            different.append(f"{part}: {done.stdout.strip() or done.stderr.strip()}")
    assert different == []


def test_the_finished_parts_can_be_imported_alone(project_folder: Path) -> None:
    for part in finished_parts(project_folder):
        command = [sys.executable, "-W", "error", "-c", f"import {part}"]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert done.returncode == 0, f"{part}: {done.stderr[-300:]}"
