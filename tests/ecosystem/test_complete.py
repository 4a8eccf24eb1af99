"""Every name and keyword that two published packages use is shown by a test here."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator
from unittest.mock import MagicMock

import pytest

HERE = Path(__file__).resolve().parent
KINDS = ("modules", "names", "keywords", "subclasses", "overrides", "loggers")


@pytest.fixture(scope="module")
def shown() -> set[str]:
    """What the tests of this folder show, with all prefixes."""
    names: set[str] = set()
    for path in HERE.glob("test_*.py"):
        names.update(_shown_by(_loaded(path)))
    return {part for name in names for part in _with_prefixes(name)}


def _loaded(path: Path) -> Any:
    """Return a test file as a module: the one that pytest has, if it has it."""
    for module in list(sys.modules.values()):
        if getattr(module, "__file__", None) == str(path):
            return module
    spec = importlib.util.spec_from_file_location(f"shown_{path.stem}", str(path))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _shown_by(module: Any) -> Iterator[str]:
    """Yield what a file's tests are marked with, and what its calls name."""
    yield from _marked_in(module)
    for prefix, calls in getattr(module, "CALLS", {}).items():
        yield from _named_by(prefix, calls)


def _marked_in(module: Any) -> Iterator[str]:
    for test in vars(module).values():
        for mark in getattr(test, "pytestmark", ()):
            if mark.name == "shows":
                yield from mark.args


def _named_by(prefix: str, calls: Iterable[Callable[[Any], Any]]) -> Iterator[str]:
    """Yield each method that is called, and each of its keywords."""
    seen = MagicMock()
    for call in calls:
        call(seen)
    for name, _, keywords in seen.mock_calls:
        if name.isidentifier():
            yield f"{prefix}.{name}"
            yield from (f"{prefix}.{name}({keyword}=)" for keyword in keywords)


def _with_prefixes(name: str) -> Iterator[str]:
    yield name
    parts = name.partition("(")[0].split(".")
    yield from (".".join(parts[:length]) for length in range(1, len(parts) + 1))


@pytest.mark.parametrize("kind", KINDS)
def test_what_two_packages_use_is_shown(
    ecosystem: dict[str, dict[str, Any]], shown: set[str], kind: str
) -> None:
    used = {name for name, facts in ecosystem[kind].items() if facts["packages"] > 1}

    assert used
    assert sorted(used - shown) == []


def test_what_is_marked_is_used(ecosystem: dict[str, dict[str, Any]]) -> None:
    used = {name for kind in KINDS for name in ecosystem[kind]}
    marked = {
        name for path in HERE.glob("test_*.py") for name in _marked_in(_loaded(path))
    }

    assert sorted(marked - used) == []
