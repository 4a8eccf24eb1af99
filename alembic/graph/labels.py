"""Which revisions carry a branch label.

A label belongs to the revision whose file has it and to all that follow that
revision.  Where nothing branches or merges between it and a head, the label also
belongs to the revisions below, down to the next branch or merge.  Such a stretch
just below a head is called a *tip*; all its revisions carry the same labels.

Sets of labels are not stored for each revision: with a label on every tenth of
50,000 revisions they would fill the memory.  A revision has one bit for each
labelled revision below it, in a number that it shares with its neighbours; the set
is put together when somebody asks.
"""

from __future__ import annotations

from .links import Links, marked, reach


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
        self.owners = list(labels)
        self.bits = _bits(down, children, {i: n for n, i in enumerate(labels)})
        self._latest: tuple[int, frozenset[str]] = (0, frozenset())

    def of(self, i: int) -> frozenset[str]:
        """Return the labels that revision ``i`` carries."""
        bits = self.bits[self.tip.get(i, i)]
        # a history shows its revisions one after the other
        if self._latest[0] != bits:
            self._latest = (bits, self._collect(bits))
        return self._latest[1]

    def _collect(self, bits: int) -> frozenset[str]:
        collected: frozenset[str] = frozenset()
        return collected.union(*map(self.labels.__getitem__, marked(self.owners, bits)))

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


def _bits(down: Links, children: Links, bit: dict[int, int]) -> list[int]:
    """Return for each revision a number whose bits tell the labels below it."""
    bits = [0] * len(down)
    waiting = [len(below) for below in down]
    ready = [i for i, count in enumerate(waiting) if not count]
    for i in ready:
        found = 1 << bit[i] if i in bit else 0
        for below in down[i]:
            # the same number is one object: a line costs no memory
            found = (
                bits[below]
                if found | bits[below] == bits[below]
                else (found | bits[below])
            )
        bits[i] = found
        for child in children[i]:
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    return bits
