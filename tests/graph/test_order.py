"""The order of unrelated revisions, against the rule written out the slow way."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alembic.graph.links import reversed_links
from alembic.graph.order import newest_first


def in_order(chosen: Any, parents: list[tuple[int, ...]]) -> list[int]:
    return newest_first(chosen, parents, reversed_links(parents))


def by_the_rule(parents: list[tuple[int, ...]]) -> list[int]:
    """Follow the rule of ``order.py`` step by step, ancestors computed in full."""
    named = {p for below in parents for p in below}
    row = [i for i in range(len(parents)) if i not in named]
    done = []
    at = 0
    while row:
        leading = [i for i, r in enumerate(row) if row[at] in ancestors(parents, r)]
        if leading:
            at = leading[0]
            continue
        done.append(row[at])
        fresh = [p for p in parents[row[at]] if p not in row]
        if fresh:
            row[at] = fresh[0]
            row += fresh[1:]
        else:
            del row[at]
            at = max(at - 1, 0)
    return done


def ancestors(parents: list[tuple[int, ...]], revision: int) -> set[int]:
    found: set[int] = set()
    todo = [revision]
    while todo:
        for parent in parents[todo.pop()]:
            if parent not in found:
                found.add(parent)
                todo.append(parent)
    return found


@st.composite
def graphs(draw: st.DrawFn) -> list[tuple[int, ...]]:
    size = draw(st.integers(1, 25))
    place = draw(st.permutations(range(size)))
    parents: list[tuple[int, ...]] = [()] * size
    for i in range(1, size):
        chosen = draw(st.lists(st.integers(0, i - 1), max_size=3, unique=True))
        parents[place[i]] = tuple(place[p] for p in chosen)
    return parents


@settings(max_examples=800, deadline=None)
@given(graphs())
def test_the_order_is_that_of_the_rule(parents: list[tuple[int, ...]]) -> None:
    assert in_order(range(len(parents)), parents) == by_the_rule(parents)


@pytest.mark.parametrize("near", [3, 10, 40, 300])
@pytest.mark.parametrize("seed", range(8))
def test_the_order_of_larger_graphs_is_that_of_the_rule(near: int, seed: int) -> None:
    parents = merged_at_random(300, near, random.Random(seed))

    assert in_order(range(len(parents)), parents) == by_the_rule(parents)


@pytest.mark.parametrize("seed", range(8))
def test_climbs_made_shorter_change_no_order(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    # so many steps are rare
    monkeypatch.setattr("alembic.graph.order.MANY_STEPS", 1)
    parents = merged_at_random(300, 20, random.Random(seed))

    assert in_order(range(len(parents)), parents) == by_the_rule(parents)


def merged_at_random(size: int, near: int, rnd: random.Random) -> list[tuple[int, ...]]:
    """Return a graph whose revisions build on some of the ``near`` ones before them."""
    place = rnd.sample(range(size), size)
    parents: list[tuple[int, ...]] = [()] * size
    for i in range(1, size):
        count = rnd.choice((0, 1, 1, 1, 1, 2, 3))
        chosen = {rnd.randrange(max(0, i - near), i) for _ in range(count)}
        parents[place[i]] = tuple(place[p] for p in sorted(chosen))
    return parents


def test_a_branch_is_walked_as_far_as_possible() -> None:
    # a > b > b2, a > c > c2
    assert in_order(range(5), [(), (0,), (0,), (1,), (2,)]) == [3, 1, 4, 2, 0]


def test_a_closed_slot_gives_way_to_the_one_before_it() -> None:
    # two lines; a third revision follows both and a fourth the first
    parents = [(), (), (0, 1), (0,)]

    assert in_order(range(4), parents) == by_the_rule(parents) == [2, 3, 0, 1]


def test_parents_outside_of_the_chosen_ones_do_not_matter() -> None:
    assert in_order([1, 2], [(), (0,), (1,)]) == [2, 1]
