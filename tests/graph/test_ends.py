"""The ends above a revision, against walking up from it."""

from __future__ import annotations

import random

import pytest

from alembic.graph.ends import Ends
from alembic.graph.links import reach, reversed_links


@pytest.mark.parametrize("seed", range(20))
def test_the_ends_above_are_those_that_can_be_reached(seed: int) -> None:
    rnd = random.Random(seed)
    size = 60
    parents = [
        tuple(
            {rnd.randrange(max(0, i - 9), i) for _ in range(rnd.choice((0, 1, 1, 2)))}
        )
        if i
        else ()
        for i in range(size)
    ]
    children = reversed_links(parents)
    ends = Ends(children)

    for i in rnd.sample(range(size), size):
        reached = reach([i], children)
        assert ends.above(i) == [end for end in ends.all if end in reached]


def test_the_ends_of_a_long_line_need_no_recursion() -> None:
    children = [*((i + 1,) for i in range(5000)), ()]

    assert Ends(children).above(0) == [5000]
