"""The survey of published packages, and SQL that operations write."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any, Callable

import pytest

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def ecosystem() -> dict[str, dict[str, Any]]:
    """What was found in published packages, by kind and name."""
    found = PROJECT.parent / "shared" / "surface" / "ecosystem.json"
    if not found.exists():
        pytest.skip("the survey of published packages is not on this machine")
    return json.loads(found.read_text("utf-8"))  # type: ignore[no-any-return]


@pytest.fixture
def script() -> Callable[[str, Callable[[Any], Any]], str]:
    """A function ``(dialect, call)``: the SQL of a call with ``op``, in one line."""

    def written(dialect: str, call: Callable[[Any], Any]) -> str:
        buffer = io.StringIO()
        opts = {"as_sql": True, "literal_binds": True, "output_buffer": buffer}
        context = MigrationContext.configure(dialect_name=dialect, opts=opts)
        with Operations.context(context) as op:
            call(op)
        return " ".join(buffer.getvalue().split())

    return written
