"""Names, keywords and attributes that published packages take from this one."""

from __future__ import annotations

import importlib
import inspect
import re
from typing import Any

import pytest


def named(dotted: str) -> Any:
    """Return what a dotted name stands for."""
    parts = dotted.split(".")
    module: Any = None
    while parts and module is None:
        try:
            module = importlib.import_module(".".join(parts))
        except ModuleNotFoundError:
            parts.pop()
    for attribute in dotted.split(".")[len(parts) :]:
        module = getattr(module, attribute)
    return module


def is_there(dotted: str) -> bool:
    try:
        named(dotted)
    except AttributeError:
        return False
    return True


@pytest.mark.parametrize("kind", ["modules", "names", "subclasses", "overrides"])
def test_what_published_packages_use_is_there(
    ecosystem: dict[str, dict[str, Any]], kind: str
) -> None:
    wanted = [n for n, facts in ecosystem[kind].items() if facts.get("resolves", True)]

    assert len(wanted) > 5
    assert [name for name in wanted if not is_there(name)] == []


def test_keywords_that_published_packages_give_are_taken(
    ecosystem: dict[str, dict[str, Any]],
) -> None:
    refused = []
    for call in ecosystem["keywords"]:
        match = re.fullmatch(r"(.+)\((\w+)=\)", call)
        assert match, call
        function, keyword = match.groups()
        # "sync_enum_values" and its like are registered by the packages themselves
        if is_there(function) and not takes(named(function), keyword):
            refused.append(call)
    assert refused == []


def takes(function: Any, keyword: str) -> bool:
    parameters = inspect.signature(function).parameters
    any_keyword = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    return any_keyword or keyword in parameters
