"""Modules whose functions speak for a current object, as ``alembic.op`` does."""

from __future__ import annotations

import threading
from typing import Any, Callable, ClassVar, MutableMapping

_NEVER = object()
"""Stands for "no object was ever installed", which is not the same as None."""


class _Current:
    """The installed objects of one class, seen from each thread.

    A thread that installed an object sees its own, so upgrades in several threads do
    not meet. A thread that never did sees the process's latest, so worker threads that
    an ``env.py`` starts can use what its own thread installed.
    """

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.namespaces: list[MutableMapping[str, Any]] = []
        self._mine = threading.local()
        self._all: list[Any] = []
        self._lock = threading.Lock()
        self._was_used = False

    def get(self) -> Any:
        """Return the object of this thread, None after it ended, or ``_NEVER``."""
        own = getattr(self._mine, "stack", None)
        if own is not None:
            return own[-1] if own else None
        with self._lock:
            if self._all:
                return self._all[-1]
            return None if self._was_used else _NEVER

    def install(self, obj: Any) -> None:
        stack: list[Any] | None = getattr(self._mine, "stack", None)
        if stack is None:
            stack = self._mine.stack = []
        stack.append(obj)
        with self._lock:
            self._all.append(obj)
            self._was_used = True
        self._forget_assigned()

    def remove(self, obj: Any) -> None:
        _drop_last(getattr(self._mine, "stack", []), obj)
        with self._lock:
            _drop_last(self._all, obj)
        self._forget_assigned()

    def _forget_assigned(self) -> None:
        # somebody may have written "alembic.op._proxy = …"; the newer event wins
        for namespace in self.namespaces:
            namespace.pop("_proxy", None)


def _drop_last(objects: list[Any], obj: Any) -> None:
    for position in range(len(objects) - 1, -1, -1):
        if objects[position] is obj:
            del objects[position]
            return


class _ModuleClsMeta(type):
    """Keeps modules up to date when an attribute of their class is set later."""

    def __setattr__(cls, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        for target in _family_below(cls):
            for namespace in target._published():
                _publish(target, name, namespace, namespace)

    def __delattr__(cls, name: str) -> None:
        super().__delattr__(name)
        for target in _family_below(cls):
            for namespace in target._published():
                if not hasattr(target, name):
                    namespace.pop(name, None)


class ModuleClsProxy(metaclass=_ModuleClsMeta):
    """A class whose current object can be spoken to through a module's functions.

    ``create_module_class_proxy()`` fills a module with one function for each public
    callable of the class. ``_install_proxy()`` makes an object the one that these
    functions call; ``_remove_proxy()`` ends that. Non-callable attributes are readable
    on the module while an object is installed, and so is the object: ``_proxy``.
    """

    _current_by_class: ClassVar[dict[type[Any], _Current]] = {}

    @classmethod
    def create_module_class_proxy(
        cls,
        globals_: MutableMapping[str, Any],
        locals_: MutableMapping[str, Any],
    ) -> None:
        """Fill a module with functions that forward to the installed object.

        :param globals_: the module's ``globals()``
        :param locals_: its ``locals()``; the same mapping where a module's own code
            calls this, which is the only use there is

        Example, the whole of a module::

            from alembic.operations.base import Operations

            Operations.create_module_class_proxy(globals(), locals())
        """
        current = _current_of(cls)
        current.namespaces.append(globals_)
        globals_["__getattr__"] = _reader(cls, current, globals_)
        for name in dir(cls):
            _publish(cls, name, globals_, locals_)

    def _install_proxy(self) -> None:
        """Make this the object that the modules of its class speak for."""
        for current in self._currents():
            current.install(self)

    def _remove_proxy(self) -> None:
        """Stop being that object; one installed before it takes over again."""
        for current in self._currents():
            current.remove(self)

    @classmethod
    def _currents(cls) -> tuple[_Current, ...]:
        # Also for classes without a module yet: an env.py that says "from alembic
        # import context" may be the first to load it, when the object is long there.
        return tuple(
            _current_of(one)
            for one in cls.__mro__
            if issubclass(one, ModuleClsProxy) and one is not ModuleClsProxy
        )

    @classmethod
    def _published(cls) -> tuple[MutableMapping[str, Any], ...]:
        current = ModuleClsProxy._current_by_class.get(cls)
        return tuple(current.namespaces) if current is not None else ()


def _current_of(cls: type[ModuleClsProxy]) -> _Current:
    known = ModuleClsProxy._current_by_class
    # One step, so that two threads cannot make two of them.
    return known.setdefault(cls, _Current(cls.__name__))


def _family_below(cls: Any) -> list[Any]:
    family = [cls]
    for child in type.__subclasses__(cls):
        family.extend(_family_below(child))
    return family


def _publish(
    cls: Any,
    name: str,
    globals_: MutableMapping[str, Any],
    into: MutableMapping[str, Any],
) -> None:
    member = None if name.startswith("_") else getattr(cls, name)
    if callable(member):
        current = ModuleClsProxy._current_by_class[cls]
        into[name] = _forwarder(name, member, current, globals_)


def _forwarder(
    name: str,
    member: Callable[..., Any],
    current: _Current,
    namespace: MutableMapping[str, Any],
) -> Callable[..., Any]:
    def forward(*args: Any, **kw: Any) -> Any:
        obj = namespace["_proxy"] if "_proxy" in namespace else current.get()
        if obj is _NEVER:
            raise NameError(_not_established(name, current.owner))
        return getattr(obj, name)(*args, **kw)

    forward.__name__ = forward.__qualname__ = name
    forward.__doc__ = member.__doc__
    forward.__module__ = namespace.get("__name__", __name__)
    return forward


def _reader(
    cls: type[Any], current: _Current, namespace: MutableMapping[str, Any]
) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a module that speaks for a class."""

    def __getattr__(name: str) -> Any:
        obj = namespace["_proxy"] if "_proxy" in namespace else current.get()
        if name == "_proxy" and obj is not _NEVER:
            return obj
        nobody = obj is None or obj is _NEVER
        if nobody or name.startswith("_") or not hasattr(cls, name):
            module_name = namespace.get("__name__")
            raise AttributeError(f"module {module_name!r} has no attribute {name!r}")
        return getattr(obj, name)

    return __getattr__


def _not_established(name: str, owner: str) -> str:
    return (
        f"Can't invoke function '{name}', as the proxy object has not yet been "
        f"established for the Alembic '{owner}' class.  Try placing this code inside a "
        "callable."
    )
