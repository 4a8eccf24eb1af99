"""The one order in which unrelated revisions come.

The order can be seen by everybody who upgrades, so it is the one that Alembic
has always had; this file states it as a rule and follows the rule, in a time that
grows about as fast as the graph.

A row of *slots* holds the newest revisions of the chosen set, in load order.
Starting in the first slot:

- if other slots lead down to the revision in the slot, go to the first of them;
- otherwise the revision comes next.  Its parents that stand in no slot yet take
  its place: the first in the same slot, the others in new slots at the end;
- if there are no such parents the slot goes away and the slot before it is next.

"The first slot that leads down to a revision" never moves to an earlier slot
while the walk goes on, so a remembered answer is a lower bound that only has to
be confirmed; and what stands in that slot stays there until it is done.
"""

from __future__ import annotations

import sys
from heapq import heapify, heappop, heapreplace
from typing import Collection, Sequence

from ..util.collecting import without_collecting

# the bound of a revision that is done: nothing leads there any more
FINISHED = sys.maxsize
# a climb that took more steps than this is made shorter for the next one
MANY_STEPS = 20

Links = Sequence[Sequence[int]]


@without_collecting()
def newest_first(chosen: Collection[int], parents: Links, children: Links) -> list[int]:
    """Return the chosen revisions, each before everything it builds upon.

    :param chosen: numbers of revisions, which are also their load order.
    :param parents: for each revision of the graph the numbers of its parents;
     those that are not chosen are ignored.
    :param children: the same links from the other side.
    """
    if len(chosen) == len(parents):
        return _Walk(range(len(parents)), parents, children).run()
    order = sorted(chosen)
    place = {number: i for i, number in enumerate(order)}
    links = _Walk(
        range(len(order)),
        _among(order, place, parents),
        _among(order, place, children),
    )
    return [order[i] for i in links.run()]


def _among(order: list[int], place: dict[int, int], links: Links) -> list[list[int]]:
    """Return the links between the chosen revisions, numbered from zero."""
    return [[place[p] for p in links[number] if p in place] for number in order]


class _Walk:
    """One run of the rule."""

    def __init__(self, chosen: range, parents: Links, children: Links) -> None:
        self.chosen = chosen
        self.parents = parents
        self.children = children
        self.waiting = [len(above) for above in children]
        self.slot_of = [-1] * len(chosen)
        self.in_slot: list[int] = []
        self.before: list[int] = []
        self.after: list[int] = []
        self.open_from: list[int] = []
        self.first = self.last = -1
        self.held_by: dict[int, int] = {}
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
                revision = self._first_above(revision)
            done.append(revision)
            slot = self._leave(revision, self.slot_of[revision])
        return done

    def _first_above(self, revision: int) -> int:
        """Return what stands in the first slot that leads down to a revision."""
        known = self.held_by.get(revision, -1)
        if known >= 0 and self.slot_of[known] >= 0:
            # nothing has moved there, and no earlier slot comes to lead here
            return known
        if self.finder is None:
            # most histories never get here: a line needs no finder
            self.finder = _FirstSlot(self)
        found = self.in_slot[self.finder.to(revision)]
        self.held_by[revision] = found
        return found

    def next_open(self, slot: int) -> int:
        """Return the first slot from a given one on that is still open."""
        open_from = self.open_from
        while open_from[slot] != slot:
            # halve the way for whoever comes next
            open_from[slot] = open_from[open_from[slot]]
            slot = open_from[slot]
        return slot

    def _leave(self, revision: int, slot: int) -> int:
        """Put the parents of a finished revision into slots; return the next."""
        self.slot_of[revision] = -1
        if self.finder is not None:
            self.finder.least[revision] = FINISHED
        fresh: list[int] = []
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
        self.open_from.append(slot)
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
        self.open_from[slot] = slot + 1
        return before if before >= 0 else self.first


class _FirstSlot:
    """Find the first slot whose revision leads down to a given one.

    ``least[r]`` is a lower bound of the first slot that holds or leads to ``r``.  It
    is proved by climbing: ``above[r]`` is the child that the answer came from, and
    ``jump[r]`` something further up, so that a climb takes few steps.  What leads to a
    revision never changes, so a climb may use old answers, wherever their bounds do
    not exceed the one to be proved.  A climb that ends in the slot named by the bound
    proves it.  Where it ends elsewhere, it goes on through another child or, if there
    is none, the bound is raised right there; so each child of a revision fails once
    for each bound, and the revisions below keep what they know.
    """

    def __init__(self, walk: _Walk) -> None:
        self.walk = walk
        size = len(walk.chosen)
        self.least = [FINISHED] * size
        self.above = [-1] * size
        self.jump = list(range(size))
        self.depth = [0] * size
        self.queues: dict[int, list[tuple[int, int]]] = {}
        self._survey()

    def _survey(self) -> None:
        """Answer for every revision that is still to come, as things stand."""
        walk, least = self.walk, self.least
        for revision in self._downwards():
            own = walk.slot_of[revision]
            slot = own if own >= 0 else FINISHED
            found = -1
            for child in walk.children[revision]:
                if least[child] < slot:
                    slot, found = least[child], child
            least[revision] = slot
            if found >= 0:
                self._rest_on(revision, found)

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

    def _rest_on(self, revision: int, child: int) -> None:
        """Note where an answer came from, and a jump to further up."""
        self.above[revision] = child
        self._jump_from(revision, child)

    def _jump_from(self, revision: int, higher: int) -> None:
        """Let the next jump of a revision follow from one that is higher.

        Jumps double in length where they can, as in a skew binary number.
        """
        near = self.jump[higher]
        far = self.jump[near]
        depth = self.depth
        doubles = depth[higher] - depth[near] == depth[near] - depth[far]
        self.depth[revision] = depth[higher] + 1
        self.jump[revision] = far if doubles and self.least[far] < FINISHED else higher

    def to(self, revision: int) -> int:
        """Return the first slot that leads to a revision, its own left out."""
        queue = self._queue(revision)
        child = self._first_child(queue)
        while child is not None and not self._prove(child):
            child = self._first_child(queue)
        # asked only while a child is still to come
        assert child is not None
        return self.least[child]

    def _prove(self, revision: int) -> bool:
        """Raise the bound of a revision until it is right; say whether it was."""
        least = self.least
        stood = least[revision]
        while True:
            bound = least[revision] = self.walk.next_open(least[revision])
            end = self._climb(revision, bound)
            if self.walk.slot_of[end] == bound:
                return bound == stood
            self._go_round(end, bound)

    def _climb(self, revision: int, bound: int) -> int:
        """Return a revision far above, on the way to a slot that may lead here."""
        jump, above, least = self.jump, self.above, self.least
        passed: list[int] = []
        while True:
            passed.append(revision)
            higher = jump[revision]
            if higher == revision or least[higher] > bound:
                higher = above[revision]
                if higher < 0 or least[higher] > bound:
                    break
            revision = higher
        if len(passed) > MANY_STEPS:
            self._shorten(passed)
        return revision

    def _shorten(self, passed: list[int]) -> None:
        """Lay the jumps of a long climb anew, from above."""
        child = passed.pop()
        while passed:
            revision = passed.pop()
            self._jump_from(revision, child)
            child = revision

    def _go_round(self, revision: int, bound: int) -> None:
        """Find another way up from where a climb ended, or raise the bound there."""
        child = self._first_child(self._queue(revision))
        own = self.walk.slot_of[revision]
        if child is None or 0 <= own < self.least[child]:
            self.least[revision] = own
            return
        self.least[revision] = max(self.least[revision], self.least[child])
        if self.least[child] <= bound:
            self._rest_on(revision, child)

    def _queue(self, revision: int) -> list[tuple[int, int]]:
        queue = self.queues.get(revision)
        if queue is None:
            children = self.walk.children[revision]
            queue = [(self.least[c], c) for c in children]
            heapify(queue)
            self.queues[revision] = queue
        return queue

    def _first_child(self, queue: list[tuple[int, int]]) -> int | None:
        """Return the child with the lowest bound, of those still to come."""
        while queue:
            bound, child = queue[0]
            if self.least[child] == FINISHED:
                heappop(queue)
            elif self.least[child] > bound:
                heapreplace(queue, (self.least[child], child))
            else:
                return child
        return None
