"""Extensions: found through entry points, switched on by name."""

from __future__ import annotations

import logging
import re
import threading
from typing import TYPE_CHECKING, Any, Callable, Iterable

from ..util import compat
from ..util.dispatch import DispatchPriority, PriorityDispatcher
from ..util.exc import CommandError
from ..util.messaging import warn_deprecated
from ..util.several import is_several

if TYPE_CHECKING:
    from types import ModuleType

    from ..util.dispatch import PriorityDispatchResult

log = logging.getLogger(__name__)

#: Group of entry points: name of the plugin = module with ``setup(plugin)``.
ENTRY_POINTS = "alembic.plugins"

# 1.19.0 and 1.19.1 had this plugin in another place.
_FORMER_NAMES = {
    "alembic.autogenerate.checkconstraint_byname": "alembic.ext.checkconstraint_byname"
}

_plugins: dict[str, Plugin] = {}


class Plugin:
    """A set of functions that take part in the comparison of autogenerate.

    A package brings one as an entry point of the group ``alembic.plugins`` that names
    a module with a function ``setup``::

        def setup(plugin):
            plugin.add_autogenerate_comparator(compare_triggers, "table", "triggers")

    :param name: dotted, such as ``mypackage.triggers``
    :raises ValueError: when there is a plugin of this name
    """

    def __init__(self, name: str):
        if name in _plugins:
            raise ValueError(f"A plugin named {name} is already registered")
        self.name = name
        self.autogenerate_comparators = PriorityDispatcher()
        _plugins[name] = self
        log.info("setup plugin %s", name)

    def remove(self) -> None:
        """Forget the plugin, so that its name is free."""
        del _plugins[self.name]

    def add_autogenerate_comparator(
        self,
        fn: Callable[..., PriorityDispatchResult],
        compare_target: str,
        compare_element: str | None = None,
        *,
        qualifier: str = "default",
        priority: DispatchPriority = DispatchPriority.MEDIUM,
    ) -> None:
        """Let a function take part in a comparison.

        :param fn: called with what belongs to the target; returns
            ``PriorityDispatchResult.CONTINUE``, or ``STOP`` to keep the later functions
            of the same element from being called
        :param compare_target: ``autogenerate``, ``schema``, ``table`` or ``column``
        :param compare_element: what of the target it compares, such as ``indexes``
        :param qualifier: a dialect's name, for a function of this dialect only
        :param priority: when it is called, among the others
        """
        register = self.autogenerate_comparators.dispatch_for(
            compare_target,
            subgroup=compare_element,
            priority=priority,
            qualifier=qualifier,
        )
        register(fn)

    @classmethod
    def setup_plugin_from_module(cls, module: ModuleType, name: str) -> None:
        """Make a plugin and let a module fill it.

        :param module: has a function ``setup(plugin)``
        :param name: name of the plugin
        :raises ValueError: when there is a plugin of this name
        """
        module.setup(cls(name))

    @classmethod
    def populate_autogenerate_priority_dispatch(
        cls, comparators: PriorityDispatcher, include_plugins: list[str]
    ) -> None:
        """Add the functions of the plugins that are asked for.

        :param comparators: receives the functions
        :param include_plugins: names and patterns, as the option
            ``autogenerate_plugins`` has them: ``*`` stands for one or more characters
            of a name, and at the end for anything deeper too; ``~`` leaves out
        :raises ValueError: for a pattern that no name can match
        :raises CommandError: when nothing matches a pattern
        """
        load_entry_points()
        for plugin in _selected(include_plugins):
            log.info("setting up autogenerate plugin %s", plugin.name)
            comparators.populate_with(plugin.autogenerate_comparators)


def _selected(expressions: Iterable[str]) -> list[Plugin]:
    """Return the plugins that expressions include and none excludes, each once."""
    wanted: dict[str, re.Pattern[str]] = {}
    unwanted: list[re.Pattern[str]] = []
    for expression in expressions:
        if expression.startswith("~"):
            unwanted.append(_pattern(expression[1:]))
        else:
            wanted[expression] = _pattern(expression)
    candidates = [
        plugin
        for plugin in _plugins.values()
        if not any(pattern.match(plugin.name) for pattern in unwanted)
    ]
    _refuse_unmatched(wanted, candidates)
    return [
        plugin
        for plugin in candidates
        if any(pattern.match(plugin.name) for pattern in wanted.values())
    ]


def _refuse_unmatched(
    wanted: dict[str, re.Pattern[str]], candidates: list[Plugin]
) -> None:
    missing = [
        expression
        for expression, pattern in wanted.items()
        if not any(pattern.match(plugin.name) for plugin in candidates)
    ]
    if missing:
        raise CommandError(f"Did not locate plugins: {', '.join(missing)}")


def _pattern(expression: str) -> re.Pattern[str]:
    """Return what an expression means as a regular expression.

    :raises ValueError: unless each segment is ``*`` or an identifier
    """
    segments = _FORMER_NAMES.get(expression, expression).split(".")
    if not all(segment == "*" or segment.isidentifier() for segment in segments):
        raise ValueError(f"Invalid plugin expression {expression!r}")
    return re.compile(
        r"\.".join(".+?" if each == "*" else re.escape(each) for each in segments) + "$"
    )


# -- entry points ------------------------------------------------------------

_loading = threading.RLock()
_loaded = False


def load_entry_points() -> None:
    """Set up the plugins of installed packages, once in the life of the process.

    :raises CommandError: when one of them cannot be loaded
    """
    global _loaded
    with _loading:
        if _loaded:
            return
        _loaded = True
        for entry_point in compat.importlib_metadata_get(ENTRY_POINTS):
            _set_up(entry_point.name, _load(entry_point))


def _load(entry_point: Any) -> Any:
    try:
        return entry_point.load()
    except (ImportError, AttributeError) as error:
        raise CommandError(
            f"Plugin {entry_point.name!r} ({entry_point.value}) cannot be loaded: "
            f"{error}; repair or uninstall the package that brings it."
        ) from error


def _set_up(name: str, found: Any) -> None:
    if not is_several(found):
        Plugin.setup_plugin_from_module(found, name)
        return
    warn_deprecated(
        f"Plugin entry point '{name}' refers to a collection of modules; it should "
        "refer to a single module that has a function setup()."
    )
    for number, module in enumerate(found):
        last_part = module.__name__.rpartition(".")[2]
        Plugin.setup_plugin_from_module(
            module, name if number == 0 else f"{name}.{last_part}"
        )
