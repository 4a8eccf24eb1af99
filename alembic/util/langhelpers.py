"""Tuples, remembered values, new identifiers."""

from __future__ import annotations

import os
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    Generic,
    NoReturn,
    Tuple,
    TypeVar,
    overload,
)

from alembic.util.dispatch import (
    Dispatcher,
    DispatchPriority,
    PriorityDispatcher,
    PriorityDispatchResult,
)
from alembic.util.lazy import lazy_names
from alembic.util.proxy import ModuleClsProxy

__all__ = [
    "EMPTY_DICT",
    "DispatchPriority",
    "Dispatcher",
    "ModuleClsProxy",
    "PriorityDispatchResult",
    "PriorityDispatcher",
    "dedupe_tuple",
    "frozendict",
    "memoized_property",
    "not_none",
    "rev_id",
    "to_tuple",
    "truth_of",
]

_T = TypeVar("_T")
_K = TypeVar("_K")
_V = TypeVar("_V")
_AnyTuple = Tuple[Any, ...]

if not TYPE_CHECKING:
    # SQLAlchemy's own objects, for those who import them from here; loaded on demand
    # because this file belongs to the half that starts without SQLAlchemy.
    __getattr__ = lazy_names(
        __name__,
        dict.fromkeys(
            ("asbool", "immutabledict", "to_list", "unique_list"),
            "alembic.util.sqla_compat",
        ),
    )


class frozendict(Dict[_K, _V]):
    """A dictionary that refuses every change."""

    def _refuse(self, *args: Any, **kw: Any) -> NoReturn:
        raise TypeError(f"{type(self).__name__} object is immutable")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = _refuse
    setdefault = update = _refuse  # pyright: ignore[reportAssignmentType]

    def __repr__(self) -> str:
        # as SQLAlchemy writes its own: signatures of the interface show this default
        return f"immutabledict({super().__repr__()})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)


EMPTY_DICT: frozendict[Any, Any] = frozendict()


class memoized_property(Generic[_T]):
    """A property that is computed once for each object and then remembered."""

    def __init__(self, fget: Callable[[Any], _T], doc: str | None = None) -> None:
        self.fget = fget
        self.__doc__ = doc or fget.__doc__
        self.__name__ = fget.__name__

    @overload
    def __get__(self, obj: None, cls: Any) -> memoized_property[_T]: ...

    @overload
    def __get__(self, obj: object, cls: Any) -> _T: ...

    def __get__(self, obj: object | None, cls: Any) -> Any:
        if obj is None:
            return self
        value = self.fget(obj)
        # No data descriptor: from now on Python finds the value without asking here.
        obj.__dict__[self.__name__] = value
        return value


@overload
def to_tuple(x: Any, default: _AnyTuple) -> _AnyTuple: ...


@overload
def to_tuple(x: Any, default: _AnyTuple | None = None) -> _AnyTuple | None: ...


def to_tuple(x: Any, default: _AnyTuple | None = None) -> _AnyTuple | None:
    """Return a value as a tuple.

    :param x: None gives ``default``; a string is one value; an iterable is its values;
        anything else is one value
    :param default: what None stands for
    """
    if x is None:
        return default
    if isinstance(x, str):
        return (x,)
    try:
        return tuple(x)
    except TypeError:
        return (x,)


def dedupe_tuple(tup: tuple[str, ...]) -> tuple[str, ...]:
    """Return the tuple without repetitions; of equal values the first stays."""
    return tuple(dict.fromkeys(tup))


def truth_of(word: str) -> bool:
    """Return what a word of a settings file means; nothing at all means no.

    :param word: true, yes, on, y, t or 1; or false, no, off, n, f or 0; in any case
    :raises ValueError: it is none of these
    """
    plain = word.strip().lower()
    if plain in ("true", "yes", "on", "y", "t", "1"):
        return True
    if plain in ("false", "no", "off", "n", "f", "0", ""):
        return False
    raise ValueError(f"must be true or false, not {word!r}")


def rev_id() -> str:
    """Return a new revision identifier: 12 random hexadecimal digits."""
    return os.urandom(6).hex()


def not_none(value: _T | None) -> _T:
    """Return the value, which must not be None.

    :raises AssertionError: when it is
    """
    assert value is not None, "a value was expected here, not None"
    return value
