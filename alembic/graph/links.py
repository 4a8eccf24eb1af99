"""Links between numbered revisions: for each revision those that it leads to."""

from __future__ import annotations

from itertools import compress
from typing import Iterable, Iterator, List, Sequence, Tuple, TypeVar

_T = TypeVar("_T")
Links = Sequence[Tuple[int, ...]]
LinkList = List[Tuple[int, ...]]

# the digits of a binary number, as bytes that count as false and true
_FALSE_AND_TRUE = bytes.maketrans(b"01", b"\0\1")


def reach(start: Iterable[int], links: Links) -> set[int]:
    """Return the given revisions and everything that the links lead to."""
    found = set(start)
    todo = list(found)
    while todo:
        for i in links[todo.pop()]:
            if i not in found:
                found.add(i)
                todo.append(i)
    return found


def reversed_links(links: Links) -> LinkList:
    """Return for each revision those that are linked to it, in load order."""
    back: list[list[int] | None] = [None] * len(links)
    for i, targets in enumerate(links):
        for target in targets:
            known = back[target]
            if known is None:
                back[target] = [i]
            else:
                known.append(i)
    return [tuple(sources) if sources else () for sources in back]


def joined(first: Links, second: Links) -> LinkList:
    """Return the links of both, each target once."""
    if not any(second):
        return list(first)
    return [
        tuple(dict.fromkeys(one + other)) if other else one
        for one, other in zip(first, second)
    ]


def marked(things: Sequence[_T], bits: int) -> Iterator[_T]:
    """Return those things in whose places a bit is set, the lowest bit first."""
    return compress(things, f"{bits:b}"[::-1].encode().translate(_FALSE_AND_TRUE))
