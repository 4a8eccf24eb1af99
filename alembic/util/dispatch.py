"""Registries of functions, found by class, by name, by database or by priority."""

from __future__ import annotations

from collections import defaultdict
from enum import Enum, IntEnum
from typing import Any, Callable, Iterator, NamedTuple, TypeVar

_C = TypeVar("_C", bound=Callable[..., Any])

_DEFAULT = "default"


class Dispatcher:
    """Functions registered for classes or for names, optionally for one database.

    Example::

        renderers = Dispatcher()

        @renderers.dispatch_for(DropTableOp)
        def render_drop_table(op): ...

        renderers.dispatch(DropTableOp("t"))(op)
    """

    def __init__(self) -> None:
        self._registry: dict[tuple[Any, str], Callable[..., Any]] = {}

    def dispatch_for(
        self, target: Any, *, qualifier: str = _DEFAULT, replace: bool = False
    ) -> Callable[[_C], _C]:
        """Return a decorator that registers a function.

        :param target: the class or the name that the function is for
        :param qualifier: a dialect's name, or ``default`` for all
        :param replace: take the place of a function registered before
        :raises ValueError: a function is registered already and ``replace`` is not set
        """

        def register(fn: _C) -> _C:
            key = (target, qualifier)
            if key in self._registry and not replace:
                raise ValueError(
                    f"Can not set dispatch function for object {target!r}: key already "
                    "exists. To replace existing function, use replace=True."
                )
            self._registry[key] = fn
            return fn

        return register

    def dispatch(self, obj: Any, qualifier: str = _DEFAULT) -> Any:
        """Return the function registered for an object.

        :param obj: a name, a class, or an object; the nearest class of its family that
            is registered decides, and for the same class the qualifier comes first
        :param qualifier: a dialect's name
        :raises ValueError: no function is registered for it
        """
        for target in _family_of(obj):
            for wanted in (qualifier, _DEFAULT):
                fn = self._registry.get((target, wanted))
                if fn is not None:
                    return fn
        raise ValueError(f"no dispatch function for object: {obj}")

    def branch(self) -> Dispatcher:
        """Return a copy; what is registered there is not seen here."""
        copy = type(self)()
        copy._registry.update(self._registry)
        return copy


def _family_of(obj: Any) -> tuple[Any, ...]:
    if isinstance(obj, str):
        return (obj,)
    return (obj if isinstance(obj, type) else type(obj)).__mro__


class DispatchPriority(IntEnum):
    """When a function runs among others that are registered for the same target."""

    FIRST = 50
    MEDIUM = 25
    LAST = 10


class PriorityDispatchResult(Enum):
    """What a dispatched function says about those that come after it."""

    CONTINUE = 1
    """The functions that follow run."""

    STOP = 2
    """The functions that follow in the same subgroup do not run."""


class _Entry(NamedTuple):
    fn: Callable[..., Any]
    subgroup: str | None


class PriorityDispatcher:
    """Several functions for each name, run one after another by priority."""

    def __init__(self) -> None:
        # Tests of published packages ask this for keys that nobody registered.
        self._registry: dict[tuple[str, str, int], list[_Entry]] = defaultdict(list)

    def dispatch_for(
        self,
        target: str,
        *,
        priority: DispatchPriority = DispatchPriority.MEDIUM,
        qualifier: str = _DEFAULT,
        subgroup: str | None = None,
    ) -> Callable[[_C], _C]:
        """Return a decorator that registers a function.

        :param target: what the function is for, for example ``table``
        :param priority: when it runs among the others
        :param qualifier: a dialect's name, or ``default`` for all
        :param subgroup: functions whose STOP ends only their own subgroup share this
            name; those without one share one subgroup
        """

        def register(fn: _C) -> _C:
            key = (target, qualifier, int(priority))
            self._registry[key].append(_Entry(fn, subgroup))
            return fn

        return register

    def dispatch(
        self, target: str, *, qualifier: str = _DEFAULT
    ) -> Callable[..., None]:
        """Return a function that calls all that are registered for the target.

        They run by priority; for the same priority the qualifier's before the default
        ones; then as registered. Nothing registered is no error.

        :param target: what was given to :meth:`dispatch_for`
        :param qualifier: a dialect's name
        """
        entries = tuple(self._entries_for(target, qualifier))

        def run(*args: Any, **kw: Any) -> None:
            stopped: set[str | None] = set()
            for fn, subgroup in entries:
                if subgroup in stopped:
                    continue
                if fn(*args, **kw) is PriorityDispatchResult.STOP:
                    stopped.add(subgroup)

        return run

    def branch(self) -> PriorityDispatcher:
        """Return a copy; what is registered there is not seen here."""
        copy = type(self)()
        copy.populate_with(self)
        return copy

    def populate_with(self, other: PriorityDispatcher) -> None:
        """Add what another dispatcher holds, after what is registered here."""
        for key, entries in other._registry.items():
            self._registry[key].extend(entries)

    def modules(self) -> set[str]:
        """Return the names of the modules whose functions are registered."""
        return {
            entry.fn.__module__
            for entries in self._registry.values()
            for entry in entries
        }

    def _entries_for(self, target: str, qualifier: str) -> Iterator[_Entry]:
        qualifiers = dict.fromkeys((qualifier, _DEFAULT))
        for priority in DispatchPriority:
            for wanted in qualifiers:
                yield from self._registry.get((target, wanted, int(priority)), ())
