"""Which revisions carry a branch label.

A label belongs to the revision whose file has it and to all that follow that
revision.  Where nothing branches or merges between it and a head, the label also
belongs to the revisions below, down to the next branch or merge.  Such a stretch
just below a head is called a *tip*; all its revisions carry the same labels.

Sets of labels are not stored for each revision: with a label on every tenth of
50,000 revisions they would fill the memory.  A revision points to the nearest
labelled place below it, and its set is put together when somebody asks.
"""

from __future__ import annotations

from .links import Links, reach


class LabelSpread:
    """The labels of every revision of a graph.

    :param down: for each revision those that it follows.
    :param children: the same links from below.
    :param all_children: for each revision those that follow or need it.
    :param labels: for each labelled revision its own labels.
    """

    def __init__(
        self,
        down: Links,
        children: Links,
        all_children: Links,
        labels: dict[int, frozenset[str]],
    ) -> None:
        self.down = down
        self.children = children
        self.labels = labels
        self.tip = _tips(down, children, all_children)
        self.place, self.below = _places(down, children, labels)
        self._latest: tuple[int, frozenset[str]] = (-1, frozenset())

    def of(self, i: int) -> frozenset[str]:
        """Return the labels that revision ``i`` carries."""
        head = self.tip.get(i, i)
        place = self.place[head]
        if place < 0:
            return frozenset()
        # a history shows its revisions one after the other
        if self._latest[0] != place:
            self._latest = (place, self._collect(place))
        return self._latest[1]

    def _collect(self, place: int) -> frozenset[str]:
        found: set[str] = set()
        seen = {place}
        todo = [place]
        while todo:
            i = todo.pop()
            found |= self.labels.get(i, frozenset())
            todo += [below for below in self.below[i] if below not in seen]
            seen.update(todo)
        return frozenset(found)

    def carriers(self, owner: int) -> set[int]:
        """Return the revisions that carry the labels of revision ``owner``."""
        found = reach([owner], self.children)
        head = self.tip.get(owner)
        if head is not None:
            found.update(i for i, tip in self.tip.items() if tip == head)
        return found


def _tips(down: Links, children: Links, all_children: Links) -> dict[int, int]:
    """Return the head of every revision that lies in a tip."""
    tip: dict[int, int] = {}
    for head, above in enumerate(children):
        if above:
            continue
        i: int | None = head
        while i is not None and len(down[i]) < 2 and len(all_children[i]) < 2:
            tip[i] = head
            i = down[i][0] if down[i] else None
    return tip


def _places(
    down: Links, children: Links, labels: dict[int, frozenset[str]]
) -> tuple[list[int], dict[int, tuple[int, ...]]]:
    """Return the nearest labelled place of each revision, and those below it.

    A place is a revision with labels of its own, or one where histories with
    different places merge.  The number -1 stands for "no labels".
    """
    place = [-1] * len(down)
    below: dict[int, tuple[int, ...]] = {}
    waiting = [len(parents) for parents in down]
    ready = [i for i, count in enumerate(waiting) if not count]
    for i in ready:
        found = dict.fromkeys(place[p] for p in down[i] if place[p] >= 0)
        if i in labels or len(found) > 1:
            below[i] = tuple(found)
            place[i] = i
        elif found:
            (place[i],) = found
        for child in children[i]:
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    return place, below
