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
    gone += _rows_around(planner.graph, set(rows).intersection(wanted), rows)
    # a row that another target asks for stays, as in "stamp heads billing@base"
    gone = [row for row in dict.fromkeys(gone) if row not in set(wanted)]
    name = planner.graph.name
    moves = [Move(name([row]), (), False, True) for row in gone]
    left = [row for row in rows if row not in set(gone)]
    return moves + _Stamp(planner, left, wanted).moves()


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

    def __init__(self, planner: Planner, rows: list[int], wanted: list[int]) -> None:
        self.graph = planner.graph
        self.rows = rows
        self.wanted = [target for target in wanted if target not in set(rows)]
        kept = set(rows).intersection(wanted)
        self.movable = set(rows) - kept
        self.below = {target: self._rows_below(target) for target in self.wanted}
        self.above = {target: self._rows_above(target) for target in self.wanted}
        self.together = not kept and not any(self.above.values())

    def moves(self) -> list[Move]:
        return [self._move(target) for target in self.wanted]

    def _move(self, target: int) -> Move:
        name = self.graph.name
        above = self._free(self.above[target])
        if above:
            self.movable -= above
            below = self._free(self.below[target])
            self.movable -= below
            return Move(
                name(self._ordered(above | below)), name([target]), False, False
            )
        below = self._rows_to_merge(target)
        if below:
            return Move(name(self._ordered(below)), name([target]), True, False)
        return Move((), name([target]), True, True)

    def _rows_to_merge(self, target: int) -> set[int]:
        """Return the rows that move up to a target.

        When all rows move up, Alembic 1.20 leads all of them into the first target
        and adds the others; the rows end up the same.
        """
        own = self.below[target]
        if not own:
            return own
        if self.together:
            return {row for rows in self.below.values() for row in rows}
        free = self._free(own)
        self.movable -= free
        # a row that led to an earlier target still shows where this one began
        return free or own

    def _free(self, rows: set[int]) -> set[int]:
        return rows & self.movable

    def _ordered(self, rows: set[int]) -> list[int]:
        return [row for row in self.rows if row in rows]

    def _rows_below(self, target: int) -> set[int]:
        return self._search(target, self.graph.parents)

    def _rows_above(self, target: int) -> set[int]:
        return self._search(target, self.graph.all_children)

    def _search(self, start: int, links: Links) -> set[int]:
        """Return the movable rows that the links lead to, also through each other."""
        seen = {start}
        found: set[int] = set()
        todo = [start]
        while todo and found != self.movable:
            for i in links[todo.pop()]:
                if i not in seen:
                    seen.add(i)
                    todo.append(i)
                    if i in self.movable:
                        found.add(i)
        return found
