"""Tuples, remembered values, new identifiers."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from alembic.util.langhelpers import (
    EMPTY_DICT,
    dedupe_tuple,
    frozendict,
    memoized_property,
    not_none,
    rev_id,
    to_tuple,
    truth_of,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("ab", ("ab",)),
        (["a", "b"], ("a", "b")),
        (("a",), ("a",)),
        ({"a": 1}, ("a",)),
        ((c for c in "ab"), ("a", "b")),
        (7, (7,)),
        ("", ("",)),
    ],
)
def test_a_value_becomes_a_tuple(value: Any, expected: Any) -> None:
    assert to_tuple(value) == expected


def test_none_becomes_the_default() -> None:
    assert to_tuple(None, default=("x",)) == ("x",)


def test_repetitions_go_and_the_order_stays() -> None:
    assert dedupe_tuple(("b", "a", "b", "c", "a")) == ("b", "a", "c")


def test_an_identifier_is_twelve_hexadecimal_digits() -> None:
    assert len(rev_id()) == 12
    assert int(rev_id(), 16) >= 0


def test_identifiers_do_not_repeat() -> None:
    assert len({rev_id() for _ in range(1000)}) == 1000


def test_none_is_refused_where_a_value_is_expected() -> None:
    assert not_none(0) == 0
    with pytest.raises(AssertionError):
        not_none(None)


class Counted:
    calls = 0

    @memoized_property
    def value(self) -> int:
        """The value."""
        self.calls += 1
        return 42


def test_a_memoized_property_is_computed_once_for_each_object() -> None:
    one, other = Counted(), Counted()

    assert (one.value, one.value, other.value) == (42, 42, 42)
    assert (one.calls, other.calls) == (1, 1)


def test_a_memoized_property_of_the_class_is_itself() -> None:
    assert Counted.value.__doc__ == "The value."


def test_a_memoized_property_can_be_replaced_and_forgotten() -> None:
    one = Counted()
    one.value = 3  # type: ignore[misc,assignment]
    assert one.value == 3

    del one.__dict__["value"]
    assert one.value == 42


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(a=2),
        lambda d: d.pop("a"),
        lambda d: d.popitem(),
        lambda d: d.clear(),
        lambda d: d.setdefault("b", 1),
        lambda d: d.__setitem__("a", 2),
        lambda d: d.__delitem__("a"),
    ],
)
def test_a_frozen_dictionary_refuses_every_change(change: Any) -> None:
    frozen = frozendict(a=1)

    with pytest.raises(TypeError, match="immutable"):
        change(frozen)
    assert frozen == {"a": 1}


def test_a_frozen_dictionary_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(frozendict(a=1))) == {"a": 1}


def test_the_empty_dictionary_shows_itself_as_sqlalchemys() -> None:
    assert repr(EMPTY_DICT) == "immutabledict({})"


@pytest.mark.parametrize(
    ("word", "truth"),
    [("true", True), (" YES ", True), ("1", True), ("Off", False), ("", False)],
)
def test_a_word_means_yes_or_no(word: str, truth: bool) -> None:
    assert truth_of(word) is truth


def test_a_word_that_means_neither_is_an_error() -> None:
    with pytest.raises(ValueError, match="must be true or false, not 'maybe'"):
        truth_of("maybe")
