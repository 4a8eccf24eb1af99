"""Which revisions are applied while the rows of the version table change.

A revision is applied if it is a row or something that a row builds upon.  Asking
that afresh at every step would cost the whole history each time.  Here every
revision counts who holds it: the row, and the applied revisions that build upon
it.  Moving a row changes a few counts only, so that a run over N revisions costs
N and not N times N.
"""

from __future__ import annotations

from typing import AbstractSet, Any, Callable, Iterable, Set

from .graph import RevisionGraph


class Rows(Set[str]):
    """A set of rows that remembers which ones were touched.

    It spares :class:`AppliedRevisions` comparing all rows after every step: with a
    thousand open branches that alone would be most of the work.
    """

    def __init__(self, rows: Iterable[str] = ()) -> None:
        super().__init__(rows)
        # None: more has changed than was noted
        self.touched: list[str] | None = None

    def add(self, element: str) -> None:
        if self.touched is not None:
            self.touched.append(element)
        super().add(element)

    def remove(self, element: str) -> None:
        super().remove(element)
        if self.touched is not None:
            self.touched.append(element)

    def discard(self, element: object) -> None:
        if isinstance(element, str) and element in self:
            self.remove(element)

    def pop(self) -> str:
        element = super().pop()
        if self.touched is not None:
            self.touched.append(element)
        return element


def _forgets(name: str) -> Callable[..., Any]:
    """Return a method of sets that changes more than is worth noting."""
    change = getattr(set, name)

    def method(self: Rows, *args: Any) -> Any:
        self.touched = None
        return change(self, *args)

    method.__name__ = name
    return method


for _name in (
    "clear",
    "update",
    "difference_update",
    "intersection_update",
    "symmetric_difference_update",
    "__ior__",
    "__iand__",
    "__isub__",
    "__ixor__",
):
    setattr(Rows, _name, _forgets(_name))


class AppliedRevisions:
    """The applied revisions of a graph, kept up to date with the rows.

    :param graph: the graph.
    """

    def __init__(self, graph: RevisionGraph) -> None:
        self.graph = graph
        self._rows: set[str] = set()
        self._source: Rows | None = None
        self._holders = [0] * len(graph.ids)

    def follow(self, rows: AbstractSet[str]) -> None:
        """Take notice of the rows as they are now.

        Rows that the graph does not know hold nothing.
        """
        source = self._source
        if source is not None and source is rows and source.touched is not None:
            self._move(set(source.touched), rows)
            source.touched.clear()
            return
        self._move(rows ^ self._rows, rows)
        self._listen_to(rows)

    def _listen_to(self, rows: AbstractSet[str]) -> None:
        if self._source is not None and self._source is not rows:
            self._source.touched = None
        self._source = rows if isinstance(rows, Rows) else None
        if self._source is not None:
            self._source.touched = []

    def _move(self, touched: AbstractSet[str], rows: AbstractSet[str]) -> None:
        # new rows first: what they share with the old ones stays as it is
        for row in touched:
            if row in rows and row not in self._rows:
                self._hold(row)
        for row in touched:
            if row not in rows and row in self._rows:
                self._release(row)

    def _hold(self, row: str) -> None:
        self._rows.add(row)
        todo = self._numbers(row)
        while todo:
            i = todo.pop()
            self._holders[i] += 1
            if self._holders[i] == 1:
                todo.extend(self.graph.parents[i])

    def _release(self, row: str) -> None:
        self._rows.discard(row)
        todo = self._numbers(row)
        while todo:
            i = todo.pop()
            self._holders[i] -= 1
            if not self._holders[i]:
                todo.extend(self.graph.parents[i])

    def _numbers(self, row: str) -> list[int]:
        number = self.graph.number.get(row)
        return [] if number is None else [number]

    def left_bare(self, child: str) -> tuple[str, ...]:
        """Return the parents of a row that nothing else holds.

        They become rows themselves when the row goes.
        """
        graph = self.graph
        number = graph.number[child]
        own = 1 if self._holders[number] else 0
        bare = [i for i in graph.parents[number] if self._holders[i] <= own]
        return graph.name(bare)
