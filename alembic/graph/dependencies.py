"""Leave out dependencies that a revision inherits.

A dependency is inherited where a revision further down the same history, by
``down_revision``, names it too: there it has been fulfilled already, and it shall
not be counted among the rows of the version table a second time.
"""

from __future__ import annotations

from .links import LinkList, Links, reach, reversed_links


def without_inherited(down: Links, needs: LinkList) -> LinkList:
    """Return the dependencies of each revision without the inherited ones.

    :param down: for each revision those that it follows.
    :param needs: for each revision those that it depends on, as written.
    """
    named = [i for i, needed in enumerate(needs) if needed]
    again = _named_again(needs, named)
    if not again:
        return needs
    inherited = _Inherited(down, needs, again)
    kept = list(needs)
    for i in named:
        if down[i]:
            kept[i] = tuple([d for d in needs[i] if not inherited.by(i, d)])
    return kept


def _named_again(needs: Links, named: list[int]) -> dict[int, list[int]]:
    """Return the dependencies that several revisions name, with those revisions."""
    users: dict[int, list[int]] = {}
    for i in named:
        for needed in needs[i]:
            users.setdefault(needed, []).append(i)
    return {needed: by for needed, by in users.items() if len(by) > 1}


class _Inherited:
    """Answers whether a revision inherits a dependency.

    Along the tree made of first down revisions, which is all there is unless
    histories merge, one walk answers everything.  Above a merge a search may
    follow; it stops at the height of the lowest revision that names the
    dependency.
    """

    def __init__(self, down: Links, needs: Links, users: dict[int, list[int]]) -> None:
        self.down = down
        self.needs = needs
        self.height = _heights(down)
        self.lowest = {
            needed: min(self.height[i] for i in by) for needed, by in users.items()
        }
        self.merged = _above_merges(down)
        self.along_tree: set[tuple[int, int]] = set()
        self._walk_tree()

    def _walk_tree(self) -> None:
        above = reversed_links([below[:1] for below in self.down])
        open_needs: dict[int, int] = {}
        stack = [i for i, below in enumerate(self.down) if not below]
        while stack:
            i = stack.pop()
            if i < 0:
                for needed in self.needs[~i]:
                    open_needs[needed] -= 1
                continue
            self._note(i, open_needs)
            for needed in self.needs[i]:
                open_needs[needed] = open_needs.get(needed, 0) + 1
            stack.append(~i)
            stack.extend(above[i])

    def _note(self, i: int, open_needs: dict[int, int]) -> None:
        for needed in self.needs[i]:
            if open_needs.get(needed):
                self.along_tree.add((i, needed))

    def by(self, i: int, needed: int) -> bool:
        """Say whether revision ``i`` inherits the dependency on ``needed``."""
        if needed not in self.lowest:
            return False
        if (i, needed) in self.along_tree:
            return True
        return bool(self.merged[i]) and self._search(i, needed)

    def _search(self, start: int, needed: int) -> bool:
        """Look below ``start`` where the tree of first parents does not lead."""
        floor = self.lowest[needed]
        seen: set[int] = set()
        todo = [start]
        while todo:
            for i in self.down[todo.pop()]:
                if i in seen or self.height[i] < floor:
                    continue
                if needed in self.needs[i]:
                    return True
                seen.add(i)
                todo.append(i)
        return False


def _above_merges(down: Links) -> bytearray:
    """Mark the revisions that are, or follow, a merge."""
    merges = [i for i, below in enumerate(down) if len(below) > 1]
    marks = bytearray(len(down))
    if merges:
        for i in reach(merges, reversed_links(down)):
            marks[i] = 1
    return marks


def _heights(down: Links) -> list[int]:
    """Return the length of the longest way from each revision to a base."""
    height = [0] * len(down)
    waiting = [len(below) for below in down]
    above = reversed_links(down)
    ready = [i for i, count in enumerate(waiting) if not count]
    for i in ready:
        for child in above[i]:
            height[child] = max(height[child], height[i] + 1)
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    return height
