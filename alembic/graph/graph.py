"""All revisions and what lies above and below each of them.

The graph is built once, in linear time, and never changes.  Inside the graph
room a revision is a number, its place in load order; at the doors it is its
identifier.  "Down" means ``down_revision`` only; "parents" are those and the
dependencies together.
"""

from __future__ import annotations

from typing import AbstractSet, Iterable

from .cycles import is_cyclic, refuse_cycles
from .dependencies import without_inherited
from .ends import Ends
from .errors import DependencyLoopDetected, LoopDetected, MissingRevision, RevisionError
from .labels import LabelSpread
from .links import LinkList, Links, joined, reversed_links
from .node import Node


class RevisionGraph:
    """An immutable graph of revisions.

    :param nodes: the revisions in load order; this order decides about the order
     of heads, of bases, and between unrelated revisions.
    :raises LoopDetected: a revision names itself.
    :raises CycleDetected: revisions follow or need each other in a circle.
    :raises MissingRevision: a revision names one that is not there.
    :raises RevisionError: two revisions have the same branch label.

    Example::

        graph = RevisionGraph([Node("a"), Node("b", down=("a",))])
        graph.heads  # ("b",)
    """

    def __init__(self, nodes: Iterable[Node]) -> None:
        by_id = {node.id: node for node in nodes}
        self.nodes = tuple(by_id.values())
        self.ids = tuple(by_id)
        self.number = {id_: i for i, id_ in enumerate(self.ids)}
        self.owner = self._label_owners()
        self.down = self._links_down()
        self.children = reversed_links(self.down)
        needs = self._links_needed()
        has_needs = any(needs)
        if has_needs or is_cyclic(self.down, self.children):
            self._refuse_loops(needs)
            refuse_cycles(self.ids, self.down, needs)
        # most projects have no dependencies, so that links of both kinds are the same
        self.needs, self.parents = needs, self.down
        self.all_children = self._named = self.children
        if has_needs:
            self.needs = without_inherited(self.down, needs)
            self.parents = joined(self.down, self.needs)
            self.all_children = reversed_links(self.parents)
            self._named = joined(self.children, reversed_links(needs))
        self._ends = Ends(self.children)
        self._spread: LabelSpread | None = None
        self._keys: list[str] | None = None

    # -- building ----------------------------------------------------------

    def _label_owners(self) -> dict[str, int]:
        owner: dict[str, int] = {}
        for i, node in enumerate(self.nodes):
            for label in node.labels:
                taken = owner.get(label, self.number.get(label))
                if taken is not None:
                    raise RevisionError(
                        f"Branch name '{label}' in revision {node.id} already used "
                        f"by revision {self.ids[taken]}"
                    )
                owner[label] = i
        return owner

    def _links_down(self) -> LinkList:
        number = self.number
        try:
            return [tuple([number[d] for d in node.down]) for node in self.nodes]
        except KeyError:
            raise self._missing("down_revision") from None

    def _links_needed(self) -> LinkList:
        known = self.number if not self.owner else {**self.owner, **self.number}
        try:
            return [
                tuple(dict.fromkeys([known[d] for d in node.depends_on]))
                if node.depends_on
                else ()
                for node in self.nodes
            ]
        except KeyError:
            raise self._missing("depends_on") from None

    def _missing(self, variable: str) -> MissingRevision:
        """Describe the first revision that names an unknown one."""
        for node in self.nodes:
            named = node.down if variable == "down_revision" else node.depends_on
            for id_ in named:
                if id_ in self.number:
                    continue
                if variable == "down_revision" or id_ not in self.owner:
                    return MissingRevision(node.id, id_, variable)
        raise AssertionError("every revision that is named is present")

    def _refuse_loops(self, needs: Links) -> None:
        for i, (down, needed) in enumerate(zip(self.down, needs)):
            if i in down:
                raise LoopDetected(self.ids[i])
            if i in needed:
                raise DependencyLoopDetected([self.ids[i]])

    # -- what can be asked -------------------------------------------------

    @property
    def heads(self) -> tuple[str, ...]:
        """The revisions that no other follows, in load order."""
        return self.name(self.ends)

    @property
    def ends(self) -> list[int]:
        """The numbers of the revisions that no other follows."""
        return self._ends.all

    def ends_above(self, number: int) -> list[int]:
        """Return those ends that follow a revision, or the revision if it is one."""
        return self._ends.above(number)

    @property
    def applied_heads(self) -> tuple[str, ...]:
        """The revisions that no other follows or needs, in load order."""
        return self.name(self.head_numbers())

    @property
    def bases(self) -> tuple[str, ...]:
        """The revisions that follow no other, in load order."""
        return self.name(i for i, down in enumerate(self.down) if not down)

    def head_numbers(self) -> list[int]:
        """Return the revisions that no other follows or names as a dependency."""
        return [i for i, named_by in enumerate(self._named) if not named_by]

    def is_unused(self, id_: str) -> bool:
        """Say whether no revision follows this one or names it as a dependency."""
        return not self._named[self.number[id_]]

    def followers(self, id_: str) -> tuple[str, ...]:
        """Return the revisions that directly follow one."""
        return self.name(self.children[self.number[id_]])

    def users(self, id_: str) -> tuple[str, ...]:
        """Return the revisions that follow this one or name it as a dependency."""
        return self.name(self._named[self.number[id_]])

    def needed_ids(self, id_: str) -> tuple[str, ...]:
        """Return what a revision depends on, as written, but labels as identifiers."""
        number, owner = self.number, self.owner
        named = self.nodes[number[id_]].depends_on
        return self.name(number[d] if d in number else owner[d] for d in named)

    def name(self, numbers: Iterable[int]) -> tuple[str, ...]:
        """Return the identifiers of numbered revisions."""
        return tuple([self.ids[i] for i in numbers])

    def labels(self, id_: str) -> AbstractSet[str]:
        """Return the branch labels that a revision carries or inherits."""
        if not self.owner:
            return frozenset()
        return self._label_spread().of(self.number[id_])

    def carriers(self, label: str) -> set[int]:
        """Return the numbers of the revisions that carry or inherit a label."""
        return self._label_spread().carriers(self.owner[label])

    def _label_spread(self) -> LabelSpread:
        if self._spread is None:
            own = {i: sorted(self.nodes[i].labels) for i in self.owner.values()}
            self._spread = LabelSpread(self.down, self.children, self._named, own)
        return self._spread

    def keys(self) -> list[str]:
        """Return all identifiers and labels, sorted."""
        if self._keys is None:
            self._keys = sorted([*self.ids, *self.owner])
        return self._keys
