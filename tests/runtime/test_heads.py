"""The rows of the version table move with the steps."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def diamond(project: Any) -> None:
    """One revision, two that follow it, and one that merges these."""
    project.revision("a100")
    project.revision("b100", "a100")
    project.revision("c100", "a100")
    project.revision("d100", ("b100", "c100"))


@pytest.mark.parametrize(
    ("target", "rows"),
    [
        ("a100", ["a100"]),
        ("b100", ["b100"]),
        (("b100", "c100"), ["b100", "c100"]),
        ("d100", ["d100"]),
    ],
)
def test_rows_after_an_upgrade(
    migrator: Any, diamond: None, target: Any, rows: list[str]
) -> None:
    migrator.upgrade(target)

    assert migrator.versions() == rows


@pytest.mark.parametrize(
    ("target", "rows"),
    [
        ("d100", ["d100"]),
        ("b100", ["b100", "c100"]),
        ("a100", ["a100"]),
        ("base", []),
    ],
)
def test_rows_after_a_downgrade(
    migrator: Any, diamond: None, target: str, rows: list[str]
) -> None:
    migrator.upgrade()
    migrator.downgrade(target)

    assert migrator.versions() == rows
