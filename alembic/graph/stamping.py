"""Which rows a stamp changes: the version table is told, no migration is run."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..util.collecting import without_collecting
from ..util.several import is_several
from .graph import RevisionGraph
from .links import Links, reach
from .planner import Planner
from .resolve import Resolver


class Move(NamedTuple):
    """One change of the version table.

    :param from_: the rows that go.
    :param to_: the row that comes instead, if any.
    :param is_upgrade: False where the rows move down.
    :param branch_move: a row comes out of nothing, or goes without replacement.
    """

    from_: tuple[str, ...]
    to_: tuple[str, ...]
    is_upgrade: bool
    branch_move: bool


@without_collecting()
def plan_stamp(planner: Planner, targets: Any, current: Any) -> list[Move]:
    """Return the changes after which the targets are the rows of their branches.

    :param targets: a symbol or several; ``base`` or ``branch@base`` takes away the
     rows of everything or of a branch.
    :param current: the identifiers in the version table.
    :raises ResolutionError: a target or a row is not known.
    :raises RevisionError: one target is an ancestor of another.
    """
    symbols = targets if is_several(targets) else (targets,)
    rows = planner.rows(current)
    gone: list[int] = []
    wanted: list[int] = []
    for symbol in symbols or (None,):
        planner.resolver.refuse_steps(symbol)
        found = planner.rows(symbol)
        wanted += found
        if not found:
            gone += _rows_of_branch(planner.resolver, symbol, rows)
    wanted = list(dict.fromkeys(wanted))
    planner.refuse_overlap(wanted)
    staying = set(rows).intersection(wanted)
    gone += _rows_around(planner.graph, staying, rows)
    # a row that another target asks for stays, as in "stamp heads billing@base"
    leaving = dict.fromkeys(row for row in gone if row not in staying)
    name = planner.graph.name
    moves = [Move(name([row]), (), False, True) for row in leaving]
    left = [row for row in rows if row not in leaving]
    return moves + _Stamp(planner.graph, left, wanted).moves()


def _rows_of_branch(resolver: Resolver, symbol: Any, rows: list[int]) -> list[int]:
    """Return the rows that stamping ``base`` or ``branch@base`` takes away."""
    branch = resolver.split(symbol)[0] if isinstance(symbol, str) else None
    return resolver.on_branch(rows, branch, dependencies=True)


def _rows_around(graph: RevisionGraph, kept: set[int], rows: list[int]) -> list[int]:
    """Return the rows above or below those that stay, and these.

    No run leaves a row above or below another, but an accident may.
    """
    around = reach(kept, graph.parents) | reach(kept, graph.all_children)
    return [row for row in rows if row in around]


class _Stamp:
    """Leads rows to targets, each row to one target only."""

    def __init__(
        self, graph: RevisionGraph, rows: list[int], wanted: list[int]
    ) -> None:
        self.graph = graph
        self.place = {row: i for i, row in enumerate(rows)}
        self.free = set(rows).difference(wanted)
        self.targets = [target for target in wanted if target not in self.place]
        self.above = _Search(graph.all_children, reach(self.free, graph.parents))
        self.below = _Search(graph.parents, reach(self.free, graph.all_children))

    def moves(self) -> list[Move]:
        kept = len(self.place) - len(self.free)
        if kept or self._some_move_down():
            return [self._move(target) for target in self.targets]
        return self._moves_together()

    def _some_move_down(self) -> bool:
        above = reach(self.targets, self.graph.all_children)
        return not above.isdisjoint(self.free)

    def _moves_together(self) -> list[Move]:
        """Return the moves of rows that all move up.

        Alembic 1.20 leads all of them into the first target and adds the others; the
        rows end up the same.
        """
        graph = self.graph
        merged = self.free & reach(self.targets, graph.parents)
        above = reach(merged, graph.all_children)
        from_ = self._names(merged)
        return [self._up(from_ if t in above else (), t) for t in self.targets]

    def _move(self, target: int) -> Move:
        above, _ = self._take(target, self.above)
        below, taken = self._take(target, self.below)
        if above:
            to_ = self.graph.name([target])
            return Move(self._names(above | below), to_, False, False)
        # a row that led to an earlier target still shows where this one began
        return self._up(self._names(below or taken), target)

    def _up(self, from_: tuple[str, ...], target: int) -> Move:
        return Move(from_, self.graph.name([target]), True, not from_)

    def _take(self, target: int, search: _Search) -> tuple[set[int], set[int]]:
        """Return the free rows above or below, and those that another target took."""
        new, taken = search.further(target)
        rows = self.free & new
        self.free -= new
        search.note(new, rows or taken)
        return rows, taken

    def _names(self, rows: set[int]) -> tuple[str, ...]:
        return self.graph.name(sorted(rows, key=self.place.__getitem__))


class _Search:
    """Looks from targets for rows, above them or below them.

    A target looks only where no earlier one has: what lies there has its target
    already.  So all of them together walk over the graph once.

    :param links: where to go from a revision.
    :param ways: the revisions whose links lead to rows, and the rows.
    """

    def __init__(self, links: Links, ways: set[int]) -> None:
        self.links = links
        self.ways = ways
        self.found: dict[int, set[int]] = {}

    def further(self, target: int) -> tuple[set[int], set[int]]:
        """Return what nobody came to before, and what was found where somebody did."""
        new = {target}
        known: set[int] = set()
        todo = [target]
        while todo:
            for i in self.links[todo.pop()]:
                if i in self.found:
                    known = known or self.found[i]
                elif i in self.ways and i not in new:
                    new.add(i)
                    todo.append(i)
        return new, known

    def note(self, new: set[int], rows: set[int]) -> None:
        """Remember which rows were found on the way over revisions."""
        self.found.update(dict.fromkeys(new, rows))
