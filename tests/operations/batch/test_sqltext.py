from __future__ import annotations

import pytest

from alembic.operations.batch.sqltext import columns_mentioned, with_columns_renamed


@pytest.mark.parametrize(
    "text, found",
    [
        ("a > 5", {"a"}),
        ("A > 5", {"a"}),
        ('"a" > 5', {"a"}),
        ('"A" > 5', set()),
        ("`a` > [b]", {"a", "b"}),
        ("aa > 5 AND a_ < 1 AND ca = 'a'", set()),
        ("a(1) > b (2)", set()),
        ("'it''s a' = b", {"b"}),
        ('"x""y" = 1', {'x"y'}),
        ("1a = a1", set()),
        ("lower(a)||b", {"a", "b"}),
        ("'unfinished a", {"a"}),
    ],
)
def test_columns_are_found_in_sql_text(text: str, found: set[str]) -> None:
    assert columns_mentioned(text, ["a", "b", 'x"y']) == found


def test_columns_are_renamed_all_at_once() -> None:
    text = "a > b AND \"a\" <> 'a' AND abs(a) > 1"

    assert with_columns_renamed(text, {"a": "b", "b": '"Order"'}) == (
        "b > \"Order\" AND b <> 'a' AND abs(b) > 1"
    )


def test_text_without_the_columns_stays_as_it_is() -> None:
    text = "x  >\n5 -- é 'y'"

    assert with_columns_renamed(text, {"a": "b"}) == text
