"""One value, or several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

if TYPE_CHECKING:
    from typing import Collection, Sequence

    from typing_extensions import TypeGuard


def is_several(value: Any) -> TypeGuard[Collection[Any]]:
    """Return True for a list, tuple or set, as opposed to one value alone."""
    return isinstance(value, (list, tuple, set, frozenset))


def is_listed(value: Any) -> TypeGuard[Sequence[Any]]:
    """Return True for a list or tuple, which have an order."""
    return isinstance(value, (list, tuple))


def is_keyed(value: Any) -> TypeGuard[Mapping[Any, Any]]:
    """Return True for a mapping."""
    return isinstance(value, Mapping)
