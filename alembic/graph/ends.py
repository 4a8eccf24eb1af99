"""The revisions that no other follows, and which of them lie above a given one."""

from __future__ import annotations

from functools import cached_property

from .links import Links, marked


class Ends:
    """The ends of a graph, in load order.

    What is found for one revision is remembered for all between it and the ends, as
    one bit for each end, in a number that neighbours share.

    :param children: for each revision those that follow it.
    """

    def __init__(self, children: Links) -> None:
        self.children = children
        self._known: dict[int, int] = {}

    @cached_property
    def all(self) -> list[int]:
        """The revisions that no other follows."""
        return [i for i, above in enumerate(self.children) if not above]

    @cached_property
    def _place(self) -> dict[int, int]:
        return {end: place for place, end in enumerate(self.all)}

    def above(self, revision: int) -> list[int]:
        """Return the ends that follow a revision; an end follows itself."""
        if revision in self._place:
            return [revision]
        self._find(revision)
        return list(marked(self.all, self._known[revision]))

    def _find(self, revision: int) -> None:
        todo = [revision]
        while todo:
            children = self.children[todo[-1]]
            new = [c for c in children if c not in self._known and c not in self._place]
            if todo[-1] in self._known or not new:
                i = todo.pop()
                self._known[i] = self._joined(children)
            else:
                todo += new

    def _joined(self, children: tuple[int, ...]) -> int:
        bits = self._bits(children[0])
        for child in children[1:]:
            bits |= self._bits(child)
        return bits

    def _bits(self, revision: int) -> int:
        place = self._place.get(revision)
        return self._known[revision] if place is None else 1 << place
