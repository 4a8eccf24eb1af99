"""The order of the columns in a table that is created anew."""

from __future__ import annotations

from typing import Iterable, Sequence

from ...util.exc import CommandError


def with_placements(
    names: Sequence[str],
    placements: Iterable[tuple[str, str | None, str | None]],
    *,
    table: str,
) -> list[str]:
    """Return names with some of them moved before or after others.

    A column may be placed beside one that is itself placed later. Columns placed
    behind the same one follow it in the order in which they were placed; the last
    place of a column counts.

    :param names: the names in their order so far, each once
    :param placements: ``(name, before, after)``; one of the last two is None
    :raises CommandError: for an unknown name, or places that form a circle
    """
    order = list(names)
    latest: dict[str, tuple[str, str | None, str | None]] = {}
    for place in placements:
        if place[1] or place[2]:
            latest.pop(place[0], None)
            latest[place[0]] = place
    waiting = list(latest.values())
    for name, before, after in waiting:
        for beside in (before, after):
            if beside is not None and (beside not in order or beside == name):
                raise CommandError(
                    f"Column {name!r} cannot be placed beside {beside!r}: the table "
                    f"{table!r} has no other column of that name."
                )
    unplaced = {name for name, _, _ in waiting}
    last_behind: dict[str, str] = {}
    while waiting:
        later: list[tuple[str, str | None, str | None]] = []
        for place in waiting:
            name, before, after = place
            beside = before or after
            if beside in unplaced:
                later.append(place)
                continue
            order.remove(name)
            if before is not None:
                order.insert(order.index(before), name)
            elif after is not None:
                last = last_behind.get(after, after)
                order.insert(order.index(last) + 1, name)
                last_behind[after] = name
            unplaced.discard(name)
        if len(later) == len(waiting):
            stuck = ", ".join(repr(name) for name, _, _ in later)
            raise CommandError(
                f"The columns {stuck} of table {table!r} are each placed beside "
                "another of them; place one of them beside another column."
            )
        waiting = later
    return order


def with_partial_order(
    names: Sequence[str], rules: Iterable[tuple[str, ...]], *, table: str
) -> list[str]:
    """Return names in an order that keeps to every rule.

    Columns that need no other one before them come first, then those that need
    only these, and so on; within such a layer the order stays as it was.

    :param names: the names in their order so far, each once
    :param rules: tuples of names, each in the order that is wanted; unknown names
        are passed over
    :raises CommandError: when the rules contradict each other
    """
    needs: dict[str, set[str]] = {name: set() for name in names}
    for rule in rules:
        for first, second in zip(rule, rule[1:]):
            if first in needs and second in needs:
                needs[second].add(first)
    order: list[str] = []
    waiting: list[str] = list(names)
    while waiting:
        left = set(waiting)
        layer = [name for name in waiting if not needs[name] & left]
        if not layer:
            stuck = ", ".join(repr(name) for name in waiting)
            raise CommandError(
                f"partial_reordering of table {table!r} contradicts itself about "
                f"the columns {stuck}."
            )
        order.extend(layer)
        waiting = [name for name in waiting if name not in set(layer)]
    return order
