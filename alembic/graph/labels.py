"""Which revisions carry a branch label.

A label belongs to the revision whose file has it and to all that follow that
revision.  Where nothing branches or merges between it and a head, the label also
belongs to the revisions below, down to the next branch or merge.  Such a stretch
just below a head is called a *tip*; all its revisions carry the same labels.

Sets of labels are not stored for each revision: with a label on every tenth of
50,000 revisions they would fill the memory.  A revision has one bit for each label
below it, in a number that it shares with its neighbours, and its set looks the
labels up when somebody wants to see them.
"""

from __future__ import annotations

from typing import AbstractSet, Any, Callable, Iterable, Iterator

from ..util.compat import bit_count
from .links import Links, marked, reach


class Alphabet:
    """All labels of a graph, each with a place of its own."""

    def __init__(self, labels: Iterable[str]) -> None:
        self.labels = tuple(labels)
        self.place = {label: place for place, label in enumerate(self.labels)}

    def bits(self, labels: Iterable[str]) -> int:
        """Return a number in which the bits of the given labels are set."""
        return sum(1 << self.place[label] for label in labels)


class LabelSet(AbstractSet[str]):
    """Labels that many revisions carry: a set that cannot be changed.

    It behaves as a frozenset, but holds no labels itself, so that asking each of
    50,000 revisions for 5,000 labels copies none of them.

    :param alphabet: the labels of the graph.
    :param bits: a number with one bit for each label of this set.
    """

    __slots__ = ("_alphabet", "_bits")

    def __init__(self, alphabet: Alphabet, bits: int) -> None:
        self._alphabet = alphabet
        self._bits = bits

    def __contains__(self, label: object) -> bool:
        place = self._alphabet.place.get(label)  # type: ignore[call-overload]
        return place is not None and bool(self._bits >> place & 1)

    def __iter__(self) -> Iterator[str]:
        return marked(self._alphabet.labels, self._bits)

    def __len__(self) -> int:
        return bit_count(self._bits)

    def __hash__(self) -> int:
        return hash(frozenset(self))

    def __repr__(self) -> str:
        return f"{{{', '.join(map(repr, self))}}}" if self else "frozenset()"

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return frozenset, (tuple(self),)

    def __getattr__(self, name: str) -> Any:
        # union() and the other methods that frozensets have besides operators
        return getattr(frozenset(self), name)

    @classmethod
    def _from_iterable(cls, labels: Iterable[Any]) -> frozenset[Any]:
        # what operators give may hold other things than labels of the graph
        return frozenset(labels)


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
        labels: dict[int, list[str]],
    ) -> None:
        self.children = children
        self.alphabet = Alphabet(label for own in labels.values() for label in own)
        self.tip = _tips(down, children, all_children)
        own_bits = {i: self.alphabet.bits(own) for i, own in labels.items()}
        self.bits = _bits(down, children, own_bits)

    def of(self, i: int) -> LabelSet:
        """Return the labels that revision ``i`` carries."""
        return LabelSet(self.alphabet, self.bits[self.tip.get(i, i)])

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


def _bits(down: Links, children: Links, own: dict[int, int]) -> list[int]:
    """Return for each revision a number whose bits tell the labels below it."""
    bits = [0] * len(down)
    waiting = [len(below) for below in down]
    ready = [i for i, count in enumerate(waiting) if not count]
    for i in ready:
        found = own.get(i, 0)
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
