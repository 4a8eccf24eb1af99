"""Settings files in a temporary folder, which is the working folder of the test."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import pytest

from alembic.settings.config import Config


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def ini(folder: Path) -> Callable[..., Any]:
    """A function that writes ``alembic.ini`` and returns the settings."""

    def write(text: str | bytes, **kwargs: Any) -> Config:
        data = text if isinstance(text, bytes) else text.encode("utf-8")
        (folder / "alembic.ini").write_bytes(data)
        return Config("alembic.ini", **kwargs)

    return write


@pytest.fixture
def toml(folder: Path) -> Callable[..., Any]:
    """A function that writes ``pyproject.toml`` and returns the settings."""

    def write(text: str | bytes, **kwargs: Any) -> Config:
        data = text if isinstance(text, bytes) else text.encode("utf-8")
        (folder / "pyproject.toml").write_bytes(data)
        return Config("alembic.ini", "pyproject.toml", **kwargs)

    return write
