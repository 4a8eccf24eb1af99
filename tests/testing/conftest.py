"""A folder to work in, and an ``alembic.op`` that is left as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterator

import pytest

# Projects of their own, which tests/backends/test_dialect_suite.py runs.
collect_ignore = ["sample_dialect", "suite_project"]


@pytest.fixture(autouse=True)
def _op_stays() -> Iterator[None]:
    """Let ``op_fixture()`` install its operations for one test only."""
    from alembic.testing import recording

    yield
    while recording._spoken_for:
        recording._spoken_for.pop()._remove_proxy()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: Any) -> Path:
    """An empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
