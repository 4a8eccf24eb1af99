"""Find revisions that follow or need each other in a circle."""

from __future__ import annotations

from typing import Iterable, Sequence

from .errors import CycleDetected, DependencyCycleDetected
from .links import Links, joined, reach, reversed_links


def refuse_cycles(ids: Sequence[str], down: Links, needs: Links) -> None:
    """Do nothing unless there is a cycle.

    :raises CycleDetected: by ``down_revision`` alone.
    :raises DependencyCycleDetected: when dependencies are counted too.
    """
    if is_cyclic(down, reversed_links(down)):
        raise CycleDetected(_members(ids, down))
    if not any(needs):
        return
    parents = joined(down, needs)
    if is_cyclic(parents, reversed_links(parents)):
        raise DependencyCycleDetected(_members(ids, parents))


def is_cyclic(parents: Links, children: Links) -> bool:
    """Say whether something is left after taking away bases again and again.

    :param parents: for each revision those that it builds upon.
    :param children: the same links the other way.
    """
    waiting = [len(below) for below in parents]
    ready = [i for i, count in enumerate(waiting) if not count]
    for i in ready:
        for child in children[i]:
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    return len(ready) < len(parents)


def _peeled(among: Iterable[int], parents: Links, children: Links) -> set[int]:
    left = set(among)
    waiting = {i: sum(p in left for p in parents[i]) for i in left}
    ready = [i for i, count in waiting.items() if not count]
    for i in ready:
        left.discard(i)
        for child in children[i]:
            if child not in left:
                continue
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    return left


def _members(ids: Sequence[str], parents: Links) -> list[str]:
    """Return the revisions to name, as Alembic 1.20 does.

    Those that do not lie between a base and a head, sorted; everything in load
    order where there is no base or no head.  Alembic 1.20 overlooks a cycle that
    lies between a base and a head: there it is the cycle itself.
    """
    children = reversed_links(parents)
    bases = [i for i, below in enumerate(parents) if not below]
    heads = [i for i, above in enumerate(children) if not above]
    if not bases or not heads:
        return list(ids)
    outside = set(range(len(ids)))
    outside -= reach(bases, children) & reach(heads, parents)
    if not outside:
        caught = _peeled(range(len(ids)), parents, children)
        outside = _peeled(caught, children, parents)
    return sorted(ids[i] for i in outside)
