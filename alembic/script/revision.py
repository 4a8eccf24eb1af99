"""Revisions and the map of all of them: the public objects over ``graph``.

Interface of Alembic 1.20.
"""

from __future__ import annotations

import warnings
from typing import (
    AbstractSet,
    Any,
    Callable,
    Collection,
    Iterable,
    Iterator,
    Optional,
    Sequence,
    TypeVar,
    Union,
)

from ..graph.applied import AppliedRevisions
from ..graph.errors import CycleDetected as CycleDetected
from ..graph.errors import DependencyCycleDetected as DependencyCycleDetected
from ..graph.errors import DependencyLoopDetected as DependencyLoopDetected
from ..graph.errors import LoopDetected as LoopDetected
from ..graph.errors import MissingRevision as MissingRevision
from ..graph.errors import MultipleHeads as MultipleHeads
from ..graph.errors import RangeNotAncestorError as RangeNotAncestorError
from ..graph.errors import ResolutionError as ResolutionError
from ..graph.errors import RevisionError as RevisionError
from ..graph.graph import RevisionGraph
from ..graph.node import Node, names
from ..graph.planner import Planner
from ..graph.resolve import BASE
from ..graph.stamping import plan_stamp
from ..graph.steps import StampStep
from ..util.collecting import without_collecting
from ..util.langhelpers import not_none as not_none

_T = TypeVar("_T")
_TR = TypeVar("_TR", bound=Union["Revision", str, None])
RevisionIds = Union[str, Collection[Optional[str]], None]

# these separate the parts of "branch@symbol+1" and "from:to"
_RESERVED = frozenset("@-+:")


class Revision:
    """One revision: its identifier and what it says about others.

    :param revision: the identifier.
    :param down_revision: the revision that this one follows; several for a merge,
     None for a base.
    :param dependencies: revisions, or branch labels, that must be applied before.
    :param branch_labels: names of the branch that begins here.
    :raises RevisionError: the identifier holds one of ``@ - + :``.
    """

    revision: str = None  # type: ignore[assignment]
    down_revision: str | tuple[str, ...] | None = None
    dependencies: str | tuple[str, ...] | None = None
    # most revisions have no labels, so the class has that answer for them
    _own_labels: frozenset[str] = frozenset()
    _noted: frozenset[str] = frozenset()
    _graph: RevisionGraph | None = None

    def __init__(
        self,
        revision: str,
        down_revision: str | tuple[str, ...] | None,
        dependencies: str | tuple[str, ...] | None = None,
        branch_labels: str | tuple[str, ...] | None = None,
    ) -> None:
        below = names(down_revision)
        if revision in below:
            raise LoopDetected(revision)
        if dependencies and revision in names(dependencies):
            raise DependencyLoopDetected([revision])
        self.verify_rev_id(revision)
        self.revision = revision
        self.down_revision = _scalar(below)
        if dependencies:
            self.dependencies = _scalar(names(dependencies))
        if branch_labels:
            self._own_labels = frozenset(names(branch_labels))

    @classmethod
    def verify_rev_id(cls, revision: str) -> None:
        """Do nothing if an identifier may be used.

        :raises RevisionError: it holds a character that has a meaning of its own.
        """
        # most are nothing but letters and digits, which is quicker to see
        if revision.isalnum() or _RESERVED.isdisjoint(revision):
            return
        found = ", ".join(sorted(_RESERVED.intersection(revision)))
        raise RevisionError(
            f"Character(s) '{found}' not allowed in revision identifier '{revision}'"
        )

    def __repr__(self) -> str:
        args = [repr(self.revision), repr(self.down_revision)]
        if self.dependencies:
            args.append(f"dependencies={self.dependencies!r}")
        labels = ", ".join(repr(label) for label in sorted(self.branch_labels))
        if labels:
            args.append(f"branch_labels={{{labels}}}")
        return f"{self.__class__.__name__}({', '.join(args)})"

    @property
    def branch_labels(self) -> AbstractSet[str]:
        """The labels of this revision, those it inherits included.

        The set cannot be changed: it looks up what it holds, because 5,000 labels of
        a line would otherwise be copied for each of its revisions.
        """
        if self._graph is None:
            return self._own_labels
        return self._graph.labels(self.revision)

    @property
    def nextrev(self) -> frozenset[str]:
        """The identifiers of the revisions that follow this one."""
        if self._graph is None:
            return self._noted
        return self._noted.union(self._graph.followers(self.revision))

    def add_nextrev(self, revision: Revision) -> None:
        """Note that another revision follows this one."""
        if self.revision in names(revision.down_revision):
            self._noted = self._noted.union([revision.revision])

    @property
    def is_head(self) -> bool:
        """True if no revision follows this one."""
        return not self.nextrev

    @property
    def is_base(self) -> bool:
        """True if this revision follows no other."""
        return self.down_revision is None

    @property
    def is_branch_point(self) -> bool:
        """True if several revisions follow this one."""
        return len(self.nextrev) > 1

    @property
    def is_merge_point(self) -> bool:
        """True if this revision follows several others."""
        return isinstance(self.down_revision, tuple)

    @property
    def _is_real_head(self) -> bool:
        """True if no revision follows this one or depends on it."""
        if self._graph is None:
            return self.is_head
        return self._graph.is_unused(self.revision)

    # -- names that packages read although they are private in Alembic 1.20; what
    # needs the other revisions is empty, or as written, before there is a map

    @property
    def _is_real_base(self) -> bool:
        """True if this revision follows no other and depends on none."""
        return self.is_base and not self.dependencies

    @property
    def _versioned_down_revisions(self) -> tuple[str, ...]:
        """What this revision follows."""
        return names(self.down_revision)

    @property
    def _resolved_dependencies(self) -> tuple[str, ...]:
        """What this revision depends on, by identifiers."""
        if self._graph is None:
            return names(self.dependencies)
        return self._graph.needed_ids(self.revision)

    @property
    def _all_down_revisions(self) -> tuple[str, ...]:
        """What this revision follows and all that it depends on."""
        both = self._versioned_down_revisions + self._resolved_dependencies
        return tuple(dict.fromkeys(both))

    @property
    def _normalized_down_revisions(self) -> tuple[str, ...]:
        """What this revision follows, and depends on without inheriting it."""
        if self._graph is None:
            return self._all_down_revisions
        return self._graph.name(self._graph.parents[self._graph.number[self.revision]])

    @property
    def _all_nextrev(self) -> frozenset[str]:
        """The revisions that follow this one or depend on it."""
        if self._graph is None:
            return self.nextrev
        return frozenset(self._graph.users(self.revision))


class RevisionMap:
    """All revisions of a project, and the questions one can ask about them.

    :param generator: called once, when something is first asked; gives the
     revisions in load order.

    Example::

        revisions = RevisionMap(lambda: [Revision("a", None), Revision("b", "a")])
        revisions.heads  # ("b",)
    """

    def __init__(self, generator: Callable[[], Iterable[Revision]]) -> None:
        self._generator = generator
        self._revisions: dict[str, Revision] | None = None
        self._numbered: tuple[Revision, ...] = ()
        self._plans: Planner | None = None
        self._applied: AppliedRevisions | None = None

    # -- loading -----------------------------------------------------------

    @property
    def _by_id(self) -> dict[str, Revision]:
        if self._revisions is None:
            revisions: dict[str, Revision] = {}
            for revision in self._generator():
                if revision.revision in revisions:
                    _warn(f"Revision {revision.revision} is present more than once")
                revisions[revision.revision] = revision
            self._revisions = revisions
        return self._revisions

    @property
    def _planner(self) -> Planner:
        if self._plans is None:
            with without_collecting():
                self._plans = Planner(self._build())
        return self._plans

    @property
    def _graph(self) -> RevisionGraph:
        return self._planner.graph

    def _build(self) -> RevisionGraph:
        revisions = self._by_id
        try:
            graph = RevisionGraph(_node(r) for r in revisions.values())
        except MissingRevision as missing:
            self._warn_missing(missing)
            raise
        self._numbered = tuple(revisions.values())
        for revision in self._numbered:
            revision._graph = graph
        return graph

    def _warn_missing(self, missing: MissingRevision) -> None:
        if missing.variable == "down_revision":
            revision = self._by_id[missing.revision]
            _warn(
                f"Revision {missing.missing} referenced from {revision} is not present"
            )

    def add_revision(self, revision: Revision, _replace: bool = False) -> None:
        """Add a revision that was made after the others were loaded.

        :param _replace: it takes the place of the one with the same identifier.
        :raises MissingRevision: it follows, or needs, a revision that is not here.
        """
        revisions = self._by_id
        known = revision.revision in revisions
        if _replace and not known:
            raise RevisionError(f"revision {revision.revision} not in map")
        if known and not _replace:
            _warn(f"Revision {revision.revision} is present more than once")
        changed = dict(revisions)
        changed[revision.revision] = revision
        self._revisions, before = changed, revisions
        try:
            self._plans = Planner(self._build())
        except RevisionError:
            self._revisions = before
            raise

    def append_checked(self, revision: Revision) -> None:
        """Add a new revision that is known to fit the others.

        Links are worked out when something is next asked; until then the revision
        knows only what its file says.
        """
        self._revisions = {**self._by_id, revision.revision: revision}
        self._plans = None

    @property
    def _revision_map(self) -> dict[Any, Revision | None]:
        """The revisions by identifier and by label, as packages read them."""
        owner = self._graph.owner
        labels = {label: self._numbered[i] for label, i in owner.items()}
        return {None: None, (): None, **labels, **self._by_id}

    # -- what is there -----------------------------------------------------

    @property
    def heads(self) -> tuple[str, ...]:
        """The revisions that no other follows, in load order."""
        return self._graph.heads

    @property
    def bases(self) -> tuple[str, ...]:
        """The revisions that follow no other, in load order."""
        return self._graph.bases

    @property
    def _real_heads(self) -> tuple[str, ...]:
        """The revisions that no other follows or depends on, in load order."""
        return self._graph.applied_heads

    def get_current_head(self, branch_label: str | None = None) -> str | None:
        """Return the one head, or the one head of a branch; None if there is none.

        :raises MultipleHeads: there are several.
        """
        heads: Sequence[str] = self.heads
        if branch_label:
            heads = self.filter_for_lineage(heads, branch_label)
        if len(heads) > 1:
            argument = f"{branch_label}@head" if branch_label else "head"
            raise MultipleHeads(heads, argument)
        return heads[0] if heads else None

    def get_revision(self, id_: str | None) -> Revision | None:
        """Return the one revision called so; None for ``base``.

        :raises ResolutionError: none, or more than one prefix, fits.
        :raises MultipleHeads: the symbol stands for several revisions.
        """
        number = self._planner.resolver.single(id_)
        return None if number is None else self._numbered[number]

    def get_revisions(
        self, id_: str | Collection[str | None] | None
    ) -> tuple[Any, ...]:
        """Return the revisions that symbols stand for, in the order given.

        ``-N`` gives the string ``base`` where that many steps down lead just below
        the first revision, and None where they lead further.

        :raises ResolutionError: a symbol stands for nothing known.
        """
        found = self._planner.resolver.several(id_)
        named = self._numbered
        return tuple(
            [None if i is None else "base" if i == BASE else named[i] for i in found]
        )

    def _ordered(self, numbers: Iterable[int]) -> Iterator[Revision]:
        return map(self._numbered.__getitem__, numbers)

    def filter_for_lineage(
        self,
        targets: Iterable[_TR],
        check_against: RevisionIds,
        include_dependencies: bool = False,
    ) -> tuple[_TR, ...]:
        """Return those targets that share lineage with a revision or a branch.

        :param targets: revisions or identifiers.
        :param check_against: a label, an identifier, another symbol or several of
         them; None leaves all targets in.
        :param include_dependencies: follow dependencies as well.
        """
        if not check_against:
            return tuple(targets)
        resolver = self._planner.resolver
        lineage = resolver.lineage(check_against, include_dependencies)
        if lineage is None:
            return tuple(targets)
        return tuple(t for t in targets if self._number(t) in lineage)

    def _number(self, target: Revision | str | None) -> int | None:
        if isinstance(target, Revision):
            return self._graph.number.get(target.revision)
        return self._planner.resolver.single(target)

    # -- ranges and plans --------------------------------------------------

    def iterate_revisions(
        self,
        upper: RevisionIds,
        lower: RevisionIds,
        implicit_base: bool = False,
        inclusive: bool = False,
        assert_relative_length: bool = True,
        select_for_downgrade: bool = False,
    ) -> Iterator[Revision]:
        """Iterate over the revisions of a range, newest first.

        :param upper: symbols for the upper end; ``+N`` counts from the lower end.
        :param lower: symbols for the lower end, which is left out.
        :param implicit_base: take in all that the upper end needs and the lower
         end does not have, instead of only what lies above the lower end.
        :param inclusive: the lower end belongs to the range.
        :param assert_relative_length: ``+N`` past the last revision is an error.
        :param select_for_downgrade: give what a downgrade from ``upper`` to
         ``lower`` runs.
        :raises RangeNotAncestorError: the lower end does not lie below the upper.
        """
        planner = self._planner
        if select_for_downgrade:
            found = planner.downgrade(lower, upper)
            if inclusive:
                found += [i for i in planner.rows(lower) if i not in found]
        else:
            found = planner.between(
                upper,
                lower,
                inclusive=inclusive,
                implicit_base=implicit_base,
                exact=assert_relative_length,
            )
        yield from self._ordered(found)

    def upgrade_revisions(
        self, target: RevisionIds, current: RevisionIds
    ) -> tuple[Revision, ...]:
        """Return the revisions that an upgrade runs, in the order of running.

        :param target: symbols, or a relative target such as ``+2``.
        :param current: the identifiers in the version table.
        """
        return tuple(self._ordered(self._planner.upgrade(target, current)))

    def downgrade_revisions(
        self, target: RevisionIds, current: RevisionIds
    ) -> tuple[Revision, ...]:
        """Return the revisions that a downgrade runs, in the order of running.

        :param target: a symbol for one revision, ``base``, or a relative target.
        :param current: the identifiers in the version table.
        """
        return tuple(self._ordered(self._planner.downgrade(target, current)))

    def stamp_steps(
        self, targets: RevisionIds, current: RevisionIds
    ) -> list[StampStep]:
        """Return the changes after which the targets are rows of the version table.

        :param targets: symbols; ``base`` or ``branch@base`` takes rows away.
        :param current: the identifiers in the version table.
        """
        moves = plan_stamp(self._planner, targets, current)
        return [StampStep(*move, revision_map=self) for move in moves]

    def current_tips(self, ids: RevisionIds) -> tuple[Revision, ...]:
        """Return the tips of all that is applied when these revisions are.

        :param ids: identifiers or symbols; what they follow and depend on is applied
         as well.
        :returns: the applied revisions that no other applied one follows.
        """
        return tuple(self._ordered(self._planner.tips(ids)))

    def parent_ids(self, id_: str) -> tuple[str, ...]:
        """Return what a revision builds upon: what it follows, then what it needs.

        :param id_: a full identifier.
        """
        graph = self._graph
        return graph.name(graph.parents[graph.number[id_]])

    @property
    def applied(self) -> AppliedRevisions:
        """What is applied, as far as steps were asked about rows."""
        if self._applied is None or self._applied.graph is not self._graph:
            self._applied = AppliedRevisions(self._graph)
        return self._applied


def _node(revision: Revision) -> Node:
    return Node(
        revision.revision,
        names(revision.down_revision),
        names(revision.dependencies),
        revision._own_labels,
    )


def _scalar(ids: tuple[str, ...]) -> str | tuple[str, ...] | None:
    if not ids:
        return None
    return ids[0] if len(ids) == 1 else ids


def _warn(message: str) -> None:
    warnings.warn(message, UserWarning, stacklevel=3)


def tuple_rev_as_scalar(rev: Sequence[_T] | None) -> _T | Sequence[_T] | None:
    """Return the one element of a sequence of one, None for an empty one."""
    if not rev:
        return None
    return rev[0] if len(rev) == 1 else rev


def is_revision(rev: Any) -> Revision:
    """Return the argument, which must be a revision."""
    assert isinstance(rev, Revision)
    return rev
