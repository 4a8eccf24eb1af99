"""One revision as it stands in its file."""

from __future__ import annotations

from typing import Any, NamedTuple


class Node(NamedTuple):
    """One revision: its identifier, what it follows, needs, and is called.

    :param id: the identifier.
    :param down: identifiers of the revisions that it follows.
    :param depends_on: identifiers or branch labels that must be applied before
     it, as they are written in the file.
    :param labels: branch labels given in the file.
    """

    id: str
    down: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    labels: frozenset[str] = frozenset()


def names(value: Any) -> tuple[str, ...]:
    """Return one name, several or none as a tuple without repetitions."""
    if not value:
        return ()
    if isinstance(value, str):
        return (value,)
    return tuple(dict.fromkeys(value))
