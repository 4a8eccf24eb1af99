"""What commands are given: a revision, a range of revisions, several of them."""

from __future__ import annotations

from typing import Any

import pytest

from alembic.graph.arguments import (
    history_range,
    stamp_start_and_targets,
    start_and_target,
)
from alembic.util.exc import CommandError


@pytest.mark.parametrize(
    ("given", "sql", "expected"),
    [
        ("head", False, (None, "head")),
        ("head", True, (None, "head")),
        ("a:b", True, ("a", "b")),
        ("base:x@+2", True, ("base", "x@+2")),
        (["a", "b"], False, (None, ("a", "b"))),
    ],
)
def test_a_range_is_divided_in_offline_mode(
    given: Any, sql: bool, expected: tuple[str | None, Any]
) -> None:
    assert start_and_target(given, sql) == expected


@pytest.mark.parametrize(
    ("given", "sql", "sentence"),
    [
        ("a:b", False, "Range revision not allowed"),
        ("a:b:c", True, "Range 'a:b:c' has more than two ends"),
        (":b", True, "Range ':b' has no start; please write 'base:b'"),
        ("a:", True, "The revision argument is empty"),
        (" ", False, "The revision argument is empty"),
        (None, False, "A revision is named by a text, not by None"),
        (3, False, "A revision is named by a text, not by 3"),
    ],
)
def test_what_is_no_target_says_so(given: Any, sql: bool, sentence: str) -> None:
    with pytest.raises(CommandError) as caught:
        start_and_target(given, sql)

    assert str(caught.value).startswith(sentence)


def test_all_that_is_stamped_offline_has_one_start() -> None:
    assert stamp_start_and_targets(["a:b", "a:c", "d"], True) == ("a", ("b", "c", "d"))
    assert stamp_start_and_targets(["b", "c"], True) == (None, ("b", "c"))
    # online a colon belongs to the name, which nothing has
    assert stamp_start_and_targets(["a:b"], False) == (None, ("a:b",))
    with pytest.raises(CommandError, match="only supports a single starting revision"):
        stamp_start_and_targets(["a:b", "c:d"], True)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, ("base", "heads")),
        (":", ("base", "heads")),
        (" a:b ", ("a", "b")),
        ("-3:", ("-3", "heads")),
        (":+2", ("base", "+2")),
    ],
)
def test_a_history_may_leave_its_ends_out(
    given: str | None, expected: tuple[str, str]
) -> None:
    assert history_range(given) == expected
