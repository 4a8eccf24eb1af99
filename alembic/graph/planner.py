"""Which revisions an upgrade or a downgrade runs, and in which order."""

from __future__ import annotations

import warnings
from typing import Any, Iterable

from ..util.collecting import without_collecting
from ..util.several import is_several
from .errors import RangeNotAncestorError, RevisionError
from .graph import RevisionGraph
from .links import reach
from .order import newest_first
from .resolve import BASE, Resolver
from .targets import Relative, as_relative


class Planner:
    """Makes plans for one graph.  Revisions are numbers; None stands for base.

    :param graph: the graph.
    """

    def __init__(self, graph: RevisionGraph) -> None:
        self.graph = graph
        self.resolver = Resolver(graph)

    # -- upgrade -----------------------------------------------------------

    @without_collecting()
    def upgrade(self, target: Any, current: Any, exact: bool = True) -> list[int]:
        """Return what leads from the current revisions to a target, in order.

        :param target: symbols, or a relative target such as ``+1``.
        :param current: the identifiers in the version table.
        :param exact: a relative target that leads past the last revision is an
         error; otherwise it means the last one.
        """
        targets = self.upgrade_targets(target, current, exact)
        self.refuse_overlap(targets)
        rows = self.rows(current)
        self.refuse_overlap(rows)
        if set(targets).issubset(rows):
            return []
        parents = self.graph.parents
        wanted = reach(targets, parents) - reach(rows, parents)
        return newest_first(wanted, parents, self.graph.all_children)[::-1]

    def rows(self, current: Any) -> list[int]:
        """Return the revisions in the version table, each once."""
        found = self.resolver.several(current)
        return list(dict.fromkeys(i for i in found if i is not None and i != BASE))

    def upgrade_targets(self, target: Any, current: Any, exact: bool) -> list[int]:
        """Return the revisions that an upgrade goes to."""
        if is_several(target):
            parts = [self.upgrade_targets(one, current, exact) for one in target]
            return list(dict.fromkeys(i for part in parts for i in part))
        relative = as_relative(target)
        if relative is None or self._is_known(target):
            return self.rows(target)
        found = self._above(relative, current, exact)
        return [] if found is None else [found]

    def _is_known(self, target: Any) -> bool:
        return target in self.graph.number or target in self.graph.owner

    def _above(self, relative: Relative, current: Any, exact: bool) -> int | None:
        if relative.symbol is None:
            if relative.steps <= 0:
                raise _not_produced(relative)
            start = self._upgrade_start(relative, self.rows(current))
        else:
            start = self._relative_start(relative)
        end, too_far = self._walk(start, relative.steps, relative.branch)
        below = relative.steps < 0 and end is None
        if below or (too_far and exact):
            raise _not_produced(relative)
        return end

    def _relative_start(self, relative: Relative) -> int | None:
        """Return where to start; on the way up the branch only says where to go."""
        up_from_anywhere = relative.steps > 0 and self._is_known(relative.symbol)
        if relative.branch is None or up_from_anywhere:
            return self.resolver.single(relative.symbol)
        return self.resolver.single(f"{relative.branch}@{relative.symbol}")

    def _upgrade_start(self, relative: Relative, rows: list[int]) -> int | None:
        """Return the current revision that ``+N`` or ``L@+N`` counts from."""
        starts = rows
        if relative.branch is not None:
            starts = self.resolver.on_branch(rows, relative.branch)
            if not starts:
                applied = sorted(reach(rows, self.graph.parents))
                tips = self.resolver.on_branch(applied, relative.branch)
                starts = self._tips(tips)
        if len(starts) > 1:
            raise RevisionError("Ambiguous upgrade from multiple current revisions")
        return starts[0] if starts else None

    def tips(self, ids: Any) -> list[int]:
        """Return the applied revisions that no other applied one follows."""
        return self._tips(reach(self.rows(ids), self.graph.parents))

    def _tips(self, numbers: Iterable[int]) -> list[int]:
        """Return those revisions that no other of them follows."""
        among = set(numbers)
        children = self.graph.children
        return sorted(i for i in among if among.isdisjoint(children[i]))

    # -- downgrade ---------------------------------------------------------

    @without_collecting()
    def downgrade(self, target: Any, current: Any) -> list[int]:
        """Return what must go to bring the current revisions down to a target.

        :param target: a symbol for one revision or ``base``, or a relative target.
        :param current: the identifiers in the version table; the first of them
         is where a bare ``-N`` counts from.
        """
        rows = self.rows(current)
        branch, end = self.downgrade_target(target, rows)
        parents = self.graph.parents
        applied = reach(rows, parents)
        dropped = reach(self._roots(branch, end), self.graph.all_children) & applied
        if not dropped and end is not None and end not in rows:
            raise RangeNotAncestorError(target, self.graph.name(rows))
        return newest_first(dropped, parents, self.graph.all_children)

    def downgrade_target(
        self, target: Any, rows: list[int]
    ) -> tuple[int | None, int | None]:
        """Return the revision that names the branch, and the one to stop at."""
        relative = as_relative(target)
        if relative is None or self._is_known(target):
            return self._plain_below(target)
        if relative.symbol is not None:
            return self._named_below(relative)
        return self._current_below(relative, rows)

    def _plain_below(self, target: Any) -> tuple[int | None, int | None]:
        branch, name = self.resolver.split(target)
        end = self.resolver.single(name)
        return (None if branch is None else self.resolver.branch(branch)), end

    def _named_below(self, relative: Relative) -> tuple[int | None, int | None]:
        start = self._relative_start(relative)
        end, too_far = self._walk(start, relative.steps, relative.branch)
        if too_far:
            raise RevisionError("Walked too far")
        branch = relative.branch
        return (None if branch is None else self.resolver.branch(branch)), end

    def _current_below(
        self, relative: Relative, rows: list[int]
    ) -> tuple[int | None, int | None]:
        if relative.steps >= 0 or not rows:
            raise _not_produced(relative)
        start = self._downgrade_start(relative, rows)
        end, too_far = self._walk(start, relative.steps, relative.branch)
        if too_far:
            raise _not_produced(relative)
        if relative.branch is None:
            return start, end
        return self.resolver.branch(relative.branch), end

    def _downgrade_start(self, relative: Relative, rows: list[int]) -> int:
        """Return the current revision that ``-N`` or ``L@-N`` counts from."""
        if relative.branch is None:
            if len(rows) > 1:
                _warn_ambiguous()
            return rows[0]
        starts = self.resolver.on_branch(rows, relative.branch)
        if not starts:
            starts = self._implied(relative.branch, rows)
        if not starts:
            raise _not_produced(relative)
        if len(starts) > 1:
            names = ", ".join(self.graph.name(starts))
            raise RevisionError(
                f"Ambiguous downgrade: branch '{relative.branch}' has several "
                f"current revisions, {names}; name one of them"
            )
        return starts[0]

    def _implied(self, branch: str, rows: list[int]) -> list[int]:
        """Return what the rows have applied on a branch without being on it."""
        applied = reach(rows, self.graph.parents)
        return self.resolver.on_branch(self._tips(applied), branch)

    def _roots(self, branch: int | None, end: int | None) -> list[int]:
        """Return the lowest revisions to go: what follows the end of the way."""
        graph = self.graph
        if end is None:
            roots = [i for i, down in enumerate(graph.down) if not down]
        else:
            roots = list(graph.children[end])
        if branch is None or len(roots) < 2:
            return roots
        below = reach([branch], graph.down)
        roots = [i for i in roots if i in below]
        if not roots:
            raise RevisionError("Not a valid downgrade target from current heads")
        return roots

    # -- walking -----------------------------------------------------------

    def _walk(
        self, start: int | None, steps: int, branch: str | None
    ) -> tuple[int | None, bool]:
        """Go up or down; return where that ends and whether it was too soon."""
        lineage = self.resolver.lineage(branch) if branch and steps > 0 else None
        at = start
        for _ in range(abs(steps)):
            if steps < 0 and at is None:
                return at, True
            ways = self._ways_up(at, lineage) if steps > 0 else self._ways_down(at)
            if len(ways) > 1:
                raise RevisionError("Ambiguous walk")
            if not ways and steps > 0:
                return at, True
            at = ways[0] if ways else None
        return at, False

    def _ways_up(self, at: int | None, lineage: set[int] | None) -> list[int]:
        graph = self.graph
        if at is None:
            ways = [i for i, down in enumerate(graph.down) if not down]
        else:
            ways = list(graph.children[at])
        return ways if lineage is None else [i for i in ways if i in lineage]

    def _ways_down(self, at: int | None) -> tuple[int, ...]:
        return () if at is None else self.graph.down[at]

    # -- ranges ------------------------------------------------------------

    def between(
        self,
        upper: Any,
        lower: Any,
        *,
        inclusive: bool,
        implicit_base: bool,
        exact: bool,
    ) -> list[int]:
        """Return the revisions of a range, newest first.

        :param upper: symbols for the upper end; may be relative to the lower end.
        :param lower: symbols for the lower end, ``base`` for everything,
         ``billing@base`` for the branch.
        :param inclusive: the lower end belongs to the range.
        :param implicit_base: take in all that the upper end needs and the lower
         end does not, instead of only what lies above the lower end.
        :param exact: see :meth:`upgrade`.
        """
        uppers = self._above_base(self.upgrade_targets(upper, lower, exact), lower)
        self.refuse_overlap(uppers)
        lowers = self.rows(lower)
        parents = self.graph.parents
        chosen = reach(uppers, parents)
        if implicit_base:
            chosen -= reach(lowers, parents)
        elif lowers:
            if not chosen.issuperset(lowers):
                raise RangeNotAncestorError(lower, upper)
            chosen &= reach(lowers, self.graph.children)
            # what only depends on the lower end cannot end a range that begins there
            endless = chosen.isdisjoint(uppers)
            chosen.difference_update(lowers)
            if chosen and endless:
                raise RangeNotAncestorError(lower, upper)
        self.refuse_overlap(lowers)
        if inclusive:
            chosen.update(lowers)
        return newest_first(chosen, parents, self.graph.all_children)

    def _above_base(self, numbers: list[int], lower: Any) -> list[int]:
        """Return those revisions that a range may reach from its lower end.

        From ``billing@base`` these are what follows the first revision of that branch;
        other lower ends are looked at later.
        """
        branch, name = (
            self.resolver.split(lower) if isinstance(lower, str) else (None, lower)
        )
        owner = self.resolver.branch(branch) if branch and name == "base" else None
        if owner is None:
            return numbers
        graph = self.graph
        bases = [i for i in reach([owner], graph.down) if not graph.down[i]]
        above = reach(bases, graph.children)
        return [i for i in numbers if i in above]

    def refuse_overlap(self, numbers: list[int]) -> None:
        """Raise if one revision of several is an ancestor of another."""
        if len(numbers) < 2:
            return
        graph = self.graph
        above = [p for i in numbers for p in graph.parents[i]]
        lower = reach(above, graph.parents).intersection(numbers)
        if not lower:
            return
        higher = reach(
            (c for i in lower for c in graph.all_children[i]), graph.all_children
        )
        first = next(i for i in numbers if i in higher)
        below = sorted(reach(graph.parents[first], graph.parents) & lower)
        names = ", ".join(graph.name(below))
        raise RevisionError(
            f"Requested revision {graph.ids[first]} overlaps with other "
            f"requested revisions {names}"
        )


def _not_produced(relative: Relative) -> RevisionError:
    given = relative.symbol or ""
    if given and relative.branch:
        given = f"{relative.branch}@{given}"
    return RevisionError(
        f"Relative revision {given}{relative.text} didn't produce "
        f"{abs(relative.steps)} migrations"
    )


def _warn_ambiguous() -> None:
    warnings.warn(
        "downgrade -1 from multiple heads is ambiguous; this usage will be "
        "disallowed in a future release.",
        UserWarning,
        stacklevel=2,
    )
