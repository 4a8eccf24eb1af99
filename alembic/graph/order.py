"""The one order in which unrelated revisions come.

The order can be seen by everybody who upgrades, so it is the one that Alembic
has always had; this file states it as a rule and follows the rule in nearly
linear time.

A row of *slots* holds the newest revisions of the chosen set, in load order.
Starting in the first slot:

- if other slots lead down to the revision in the slot, go to the first of them;
- otherwise the revision comes next.  Its parents that stand in no slot yet take
  its place: the first in the same slot, the others in new slots at the end;
- if there are no such parents the slot goes away and the slot before it is next.

"The first slot that leads down to a revision" never moves to an earlier slot
while the walk goes on, so a remembered answer is a lower bound that only has to
be confirmed.
"""

from __future__ import annotations

from heapq import heapify, heappop, heapreplace
from typing import Iterable, Sequence

Links = Sequence[Sequence[int]]


def newest_first(chosen: Iterable[int], parents: Links) -> list[int]:
    """Return the chosen revisions, each before everything it builds upon.

    :param chosen: numbers of revisions, which are also their load order.
    :param parents: for each revision of the graph the numbers of its parents;
     those that are not chosen are ignored.
    """
    return _Walk(sorted(chosen), parents).run()


class _Walk:
    """One run of the rule, over the chosen revisions numbered from zero."""

    def __init__(self, chosen: list[int], parents: Links) -> None:
        place = {number: i for i, number in enumerate(chosen)}
        self.chosen = chosen
        self.parents = [
            [place[p] for p in parents[number] if p in place] for number in chosen
        ]
        self.children: list[list[int]] = [[] for _ in chosen]
        for child, above in enumerate(self.parents):
            for parent in above:
                self.children[parent].append(child)
        self.waiting = [len(below) for below in self.children]
        self.slot_of = [-1] * len(chosen)
        self.in_slot: list[int] = []
        self.before: list[int] = []
        self.after: list[int] = []
        self.first = self.last = -1
        self.finder: _FirstSlot | None = None

    def run(self) -> list[int]:
        heads = [i for i, count in enumerate(self.waiting) if not count]
        for head in heads:
            self._open_slot(head)
        done: list[int] = []
        slot = self.first
        while slot >= 0:
            revision = self.in_slot[slot]
            while self.waiting[revision]:
                slot = self._first_slot_above(revision, heads)
                revision = self.in_slot[slot]
            done.append(self.chosen[revision])
            slot = self._leave(revision, slot)
        return done

    def _leave(self, revision: int, slot: int) -> int:
        """Put the parents of a finished revision into slots; return the next."""
        self.slot_of[revision] = -1
        fresh = []
        for parent in self.parents[revision]:
            self.waiting[parent] -= 1
            if self.slot_of[parent] < 0:
                fresh.append(parent)
        if not fresh:
            return self._close_slot(slot)
        self.in_slot[slot] = fresh[0]
        self.slot_of[fresh[0]] = slot
        for parent in fresh[1:]:
            self._open_slot(parent)
        return slot

    def _open_slot(self, revision: int) -> None:
        slot = len(self.in_slot)
        self.slot_of[revision] = slot
        self.in_slot.append(revision)
        self.before.append(self.last)
        self.after.append(-1)
        if self.last < 0:
            self.first = slot
        else:
            self.after[self.last] = slot
        self.last = slot

    def _close_slot(self, slot: int) -> int:
        """Take a slot away; return the one before it, else the new first."""
        before, after = self.before[slot], self.after[slot]
        if before < 0:
            self.first = after
        else:
            self.after[before] = after
        if after < 0:
            self.last = before
        else:
            self.before[after] = before
        self.in_slot[slot] = -1
        return before if before >= 0 else self.first

    def _first_slot_above(self, revision: int, heads: list[int]) -> int:
        # most histories never get here: a line needs no finder
        if self.finder is None:
            self.finder = _FirstSlot(self)
        return self.finder.above(revision)


class _FirstSlot:
    """Find the first slot whose revision leads down to a given one.

    ``least[r]`` is a lower bound of the first slot that holds or leads to ``r``.
    It is confirmed where the revision now in that slot lies above ``r`` in the
    tree of first answers; else it is looked for again among the children.
    """

    def __init__(self, walk: _Walk) -> None:
        self.walk = walk
        size = len(walk.chosen)
        self.least = [0] * size
        self.queues: dict[int, list[tuple[int, int]]] = {}
        self.enter = [0] * size
        self.leave = [0] * size
        self._number(self._tree())

    def _tree(self) -> list[list[int]]:
        """Answer for every revision as things stand; return the tree of answers."""
        walk, least = self.walk, self.least
        below: list[list[int]] = [[] for _ in walk.chosen]
        for revision in self._downwards():
            slot = walk.slot_of[revision]
            above = None
            for child in walk.children[revision]:
                if self._is_open(child) and (slot < 0 or least[child] < slot):
                    slot, above = least[child], child
            least[revision] = slot
            if above is not None:
                below[above].append(revision)
        return below

    def _downwards(self) -> list[int]:
        """Return the unfinished revisions, children before parents."""
        walk = self.walk
        waiting = list(walk.waiting)
        ready = [r for r in walk.in_slot if r >= 0 and not waiting[r]]
        for revision in ready:
            for parent in walk.parents[revision]:
                waiting[parent] -= 1
                if not waiting[parent]:
                    ready.append(parent)
        return ready

    def _number(self, below: list[list[int]]) -> None:
        """Number the tree so that "lies above" is a comparison of numbers."""
        clock = 0
        roots = [r for r in self.walk.in_slot if r >= 0]
        nested = {r for kids in below for r in kids}
        for root in roots:
            if root in nested:
                continue
            stack = [root]
            while stack:
                revision = stack.pop()
                if revision < 0:
                    self.leave[~revision] = clock
                    continue
                self.enter[revision] = clock
                clock += 1
                stack.append(~revision)
                stack.extend(below[revision])

    def _is_open(self, revision: int) -> bool:
        """Say whether a revision is still to come."""
        return self.walk.waiting[revision] > 0 or self.walk.slot_of[revision] >= 0

    def above(self, revision: int) -> int:
        """Return the first slot that leads to a revision, its own left out."""
        queue = self._queue(revision)
        child = self._first_child(queue)
        while child is not None and not self._confirm(child):
            child = self._first_child(queue)
        # asked only while a child is still to come
        assert child is not None
        return self.least[child]

    def _confirm(self, revision: int) -> bool:
        """Raise the bounds above a revision; say whether its own one stood."""
        stood = self.least[revision]
        path = [revision]
        confirmed = set()
        while path:
            top = path[-1]
            if self._stands(top):
                confirmed.add(path.pop())
                continue
            child = self._best_child(top)
            if child is None or child in confirmed:
                confirmed.add(path.pop())
            else:
                path.append(child)
        return self.least[revision] == stood

    def _stands(self, revision: int) -> bool:
        holder = self.walk.in_slot[self.least[revision]]
        if holder < 0:
            return False
        enter = self.enter[revision]
        return self.enter[holder] <= enter < self.leave[holder]

    def _best_child(self, revision: int) -> int | None:
        """Raise one bound; return the child that it now rests upon, if on any."""
        own = self.walk.slot_of[revision]
        child = self._first_child(self._queue(revision))
        if child is None or 0 <= own < self.least[child]:
            self.least[revision] = own
            return None
        self.least[revision] = self.least[child]
        return child

    def _queue(self, revision: int) -> list[tuple[int, int]]:
        queue = self.queues.get(revision)
        if queue is None:
            children = self.walk.children[revision]
            queue = [(self.least[c], c) for c in children if self._is_open(c)]
            heapify(queue)
            self.queues[revision] = queue
        return queue

    def _first_child(self, queue: list[tuple[int, int]]) -> int | None:
        while queue:
            bound, child = queue[0]
            if not self._is_open(child):
                heappop(queue)
            elif self.least[child] > bound:
                heapreplace(queue, (self.least[child], child))
            else:
                return child
        return None
