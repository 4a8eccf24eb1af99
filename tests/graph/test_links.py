from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alembic.graph.links import marked


@given(st.lists(st.booleans()))
def test_the_numbers_whose_bits_are_set(flags: list[bool]) -> None:
    numbers = [100 + place for place in range(len(flags))]
    bits = sum(1 << place for place, flag in enumerate(flags) if flag)

    wanted = [number for number, flag in zip(numbers, flags) if flag]
    assert list(marked(numbers, bits)) == wanted
