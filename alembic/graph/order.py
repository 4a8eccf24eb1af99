"""The one order in which unrelated revisions come.

The order can be seen by everybody who upgrades, so it is the one that Alembic
has always had; this file states it as a rule and follows the rule.  Lines,
ladders, open heads and branches that are merged take linear time; where many
lines merge at random, finding slots takes more.

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
from typing import Collection, Sequence

from ..util.collecting import without_collecting

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
                slot = self._first_slot_above(revision)
                revision = self.in_slot[slot]
            done.append(revision)
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

    def _first_slot_above(self, revision: int) -> int:
        # most histories never get here: a line needs no finder
        if self.finder is None:
            self.finder = _FirstSlot(self)
        return self.finder.to(revision)


class _FirstSlot:
    """Find the first slot whose revision leads down to a given one.

    ``least[r]`` is a lower bound of the first slot that holds or leads to ``r``.  It
    is proved by climbing: ``above[r]`` is the child that the answer came from, and
    ``jump[r]`` one further up, so that a climb takes few steps.  A climb that ends in
    the slot named by the bound proves it; otherwise the bound is raised.  What leads
    to a revision never changes, so a climb may use old answers.
    """

    def __init__(self, walk: _Walk) -> None:
        self.walk = walk
        size = len(walk.chosen)
        self.least = [0] * size
        self.above = [-1] * size
        self.jump = list(range(size))
        self.depth = [0] * size
        self.queues: dict[int, list[tuple[int, int]]] = {}
        self.enter = [0] * size
        self.leave = [0] * size
        self._number_tree()
        self._survey()

    def _number_tree(self) -> None:
        """Number the tree of first parents: "leads to" is a comparison along it."""
        walk = self.walk
        below: list[list[int]] = [[] for _ in walk.chosen]
        roots: list[int] = []
        for revision, children in enumerate(walk.children):
            up = next((c for c in children if walk.parents[c][0] == revision), -1)
            if up < 0 and children:
                up = children[0]
            (below[up] if up >= 0 else roots).append(revision)
        clock = 0
        stack = roots
        while stack:
            revision = stack.pop()
            if revision < 0:
                self.leave[~revision] = clock
                continue
            self.enter[revision] = clock
            clock += 1
            stack.append(~revision)
            stack += below[revision]

    def _survey(self) -> None:
        """Answer for every revision that is still to come, as things stand."""
        walk, least = self.walk, self.least
        for revision in self._downwards():
            slot = walk.slot_of[revision]
            found = -1
            for child in walk.children[revision]:
                if self._is_open(child) and (slot < 0 or least[child] < slot):
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
        """Note where an answer came from, and a jump to further up.

        Jumps double in length where they can, as in a skew binary number.
        """
        near = self.jump[child]
        far = self.jump[near]
        depth = self.depth
        doubles = depth[child] - depth[near] == depth[near] - depth[far]
        self.above[revision] = child
        self.depth[revision] = depth[child] + 1
        self.jump[revision] = far if doubles else child

    def _rest_on_itself(self, revision: int) -> None:
        self.least[revision] = self.walk.slot_of[revision]
        self.above[revision] = -1
        self.jump[revision] = revision
        self.depth[revision] = 0

    def _is_open(self, revision: int) -> bool:
        """Say whether a revision is still to come."""
        return self.walk.waiting[revision] > 0 or self.walk.slot_of[revision] >= 0

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
        """Raise bounds until that of a revision is right; say whether it was."""
        stood = self.least[revision]
        path = [revision]
        proved: set[int] = set()
        while path:
            top = path[-1]
            if self._stands_next(top):
                proved.add(path.pop())
                continue
            end = self._climb(top)
            if self.walk.slot_of[end] == self.least[top]:
                proved.add(path.pop())
            elif end == top or self.walk.slot_of[end] == self.least[end]:
                self._raise(path, proved)
            elif end not in proved:
                path.append(end)
            elif self.least[end] == self.least[top]:
                self._rest_on(top, end)
                proved.add(path.pop())
            else:
                self._raise(path, proved)
        return self.least[revision] == stood

    def _stands_next(self, revision: int) -> bool:
        """Say whether the first slot left that may lead to a revision surely does."""
        walk = self.walk
        slot = self.least[revision]
        while walk.in_slot[slot] < 0:
            # what was the last slot when it closed knows nothing of later ones
            slot = walk.after[slot] if walk.after[slot] >= 0 else slot + 1
        # the closed slots between need not be passed again
        self.least[revision] = slot
        holder = walk.in_slot[slot]
        return self.enter[holder] <= self.enter[revision] < self.leave[holder]

    def _climb(self, revision: int) -> int:
        """Return a revision far above, still to come, that leads to this one."""
        while True:
            higher = self.jump[revision]
            if higher == revision or not self._is_open(higher):
                higher = self.above[revision]
                if higher < 0 or not self._is_open(higher):
                    return revision
            revision = higher

    def _raise(self, path: list[int], proved: set[int]) -> None:
        """Raise the bound at the end of a path, or put first what it rests upon."""
        revision = path[-1]
        own = self.walk.slot_of[revision]
        child = self._first_child(self._queue(revision))
        if child is None or 0 <= own < self.least[child]:
            self._rest_on_itself(revision)
            proved.add(path.pop())
            return
        self.least[revision] = self.least[child]
        if child not in proved:
            path.append(child)
            return
        self._rest_on(revision, child)
        proved.add(path.pop())

    def _queue(self, revision: int) -> list[tuple[int, int]]:
        queue = self.queues.get(revision)
        if queue is None:
            children = self.walk.children[revision]
            queue = [(self.least[c], c) for c in children if self._is_open(c)]
            heapify(queue)
            self.queues[revision] = queue
        return queue

    def _first_child(self, queue: list[tuple[int, int]]) -> int | None:
        """Return the child with the lowest bound, of those still to come."""
        while queue:
            bound, child = queue[0]
            if not self._is_open(child):
                heappop(queue)
            elif self.least[child] > bound:
                heapreplace(queue, (self.least[child], child))
            else:
                return child
        return None
