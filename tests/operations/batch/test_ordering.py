from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alembic.operations.batch.ordering import with_partial_order, with_placements
from alembic.util.exc import CommandError


@pytest.mark.parametrize(
    "places, expected",
    [
        ([], "abcd"),
        ([("d", "a", None)], "dabc"),
        ([("d", None, "a")], "adbc"),
        ([("a", None, "d")], "bcda"),
        ([("c", "b", None), ("d", "c", None)], "adcb"),
        ([("c", None, "d"), ("d", "a", None)], "dcab"),
        ([("d", None, "a"), ("c", None, "a")], "adcb"),
        ([("d", None, "a"), ("c", None, "b"), ("d", None, "b")], "abcd"),
    ],
)
def test_columns_are_placed_beside_others(places: Any, expected: str) -> None:
    assert "".join(with_placements("abcd", places, table="t")) == expected


@pytest.mark.parametrize("beside", ["zz", "a"])
def test_a_column_is_placed_beside_another_one_that_exists(beside: str) -> None:
    with pytest.raises(CommandError, match=f"'a' cannot be placed beside '{beside}'"):
        with_placements("ab", [("a", beside, None)], table="t")


def test_columns_placed_beside_each_other_in_a_circle_are_refused() -> None:
    places = [("a", "b", None), ("b", None, "a")]

    with pytest.raises(CommandError, match="'a', 'b' of table 't' are each placed"):
        with_placements("abc", places, table="t")


@pytest.mark.parametrize(
    "names, rules, expected",
    [
        ("iabc", [("c", "a", "i")], "bcai"),
        ("iabn", [("i", "n", "a")], "ibna"),
        ("iabcd", [("d", "c"), ("b", "a")], "ibdac"),
        ("iab", [("a", "z")], "iab"),
    ],
)
def test_a_partial_order_is_kept_to(names: str, rules: Any, expected: str) -> None:
    assert "".join(with_partial_order(names, rules, table="t")) == expected


def test_rules_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(CommandError, match="table 't' contradicts itself"):
        with_partial_order("ab", [("a", "b"), ("b", "a")], table="t")


@given(st.permutations("abcdefg"), st.lists(st.permutations("abcdefg"), max_size=1))
def test_every_rule_of_a_partial_order_holds(
    names: list[str], rules: list[list[str]]
) -> None:
    order = with_partial_order(names, [tuple(rule) for rule in rules], table="t")

    assert sorted(order) == sorted(names)
    for rule in rules:
        assert order == rule
