"""Names of a module that are loaded when somebody first asks for them."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def lazy_names(
    module_name: str, source_by_name: Mapping[str, str]
) -> Callable[[str], Any]:
    """Return a module's ``__getattr__`` that fetches names from other modules.

    :param module_name: the module that offers the names (its ``__name__``)
    :param source_by_name: for each name the module that defines it; with a colon,
        ``module:attribute``; with nothing after the colon, the module itself

    Example::

        __getattr__ = lazy_names(__name__, {"to_list": "package.collections"})
    """

    def fetch(name: str) -> Any:
        source = source_by_name.get(name)
        if source is None:
            raise AttributeError(f"module {module_name!r} has no attribute {name!r}")
        target, colon, attribute = source.partition(":")
        value: Any = import_module(target)
        if attribute or not colon:
            value = getattr(value, attribute or name)
        setattr(sys.modules[module_name], name, value)
        return value

    return fetch
