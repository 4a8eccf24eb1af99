"""Assertions that tests make of errors, warnings and texts."""

from __future__ import annotations

import inspect
import warnings
from typing import Any

import pytest
from sqlalchemy import exc as sa_exc

from alembic.testing import assertions as a


def without_cause() -> None:
    try:
        int("x")
    except ValueError:
        raise KeyError("lost") from None  # suppressed: no cause is missing


def careless() -> None:
    try:
        int("x")
    except ValueError:
        raise KeyError("lost")


def careful() -> None:
    try:
        int("x")
    except ValueError as error:
        raise KeyError("lost") from error


def test_the_error_is_returned() -> None:
    error = a.assert_raises(ValueError, int, "x", base=3)

    assert "base 3" in str(error)


def test_an_error_of_another_class_passes() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        a.assert_raises((KeyError, TypeError), int, "x")


def test_no_error_at_all_is_a_failure_that_names_what_was_wanted() -> None:
    with pytest.raises(AssertionError, match="no KeyError or TypeError"):
        a.assert_raises((KeyError, TypeError), int, "1")


@pytest.mark.parametrize("function", [careful, without_cause])
def test_an_error_with_a_cause_or_without_context_is_fine(function: Any) -> None:
    assert a.assert_raises(KeyError, function)


def test_an_error_that_hides_another_one_is_a_failure() -> None:
    with pytest.raises(AssertionError, match="invalid literal.*as its cause"):
        a.assert_raises(KeyError, careless)


def test_the_context_may_be_left_out_of_account() -> None:
    assert a.assert_raises_context_ok(KeyError, careless)
    assert a.assert_raises_message_context_ok(KeyError, "lost", careless)


def test_what_was_handled_around_the_assertion_does_not_count() -> None:
    try:
        int("x")
    except ValueError:
        assert a.assert_raises(KeyError, {}.pop, "y")


def test_a_message_is_searched_for() -> None:
    assert a.assert_raises_message(ValueError, "literal.*10", int, "x")
    with pytest.raises(AssertionError, match="'LITERAL' is not found"):
        a.assert_raises_message(ValueError, "LITERAL", int, "x")


def test_the_block_form_keeps_the_error() -> None:
    with a.expect_raises(ValueError) as caught:
        assert caught.error is None
        int("x")

    assert isinstance(caught.error, ValueError)


def test_a_message_can_be_demanded_word_for_word() -> None:
    with a.expect_raises_message(KeyError, "'a.'", text_exact=True):
        raise KeyError("a.")
    exactly = a.expect_raises_message(KeyError, "'a.'", text_exact=True)
    with pytest.raises(AssertionError, match="instead of"), exactly:
        raise KeyError("ab")


def test_layout_does_not_count() -> None:
    a.eq_ignore_whitespace(" SELECT a,\n\t b", "SELECT a,   b")
    with pytest.raises(AssertionError, match="'a b' != 'ab'"):
        a.eq_ignore_whitespace("a b", "ab")


CATEGORIES = [
    (a.expect_warnings, UserWarning),
    (a.expect_warnings, sa_exc.SAWarning),
    (a.expect_deprecated, DeprecationWarning),
    (a.expect_sqlalchemy_deprecated, sa_exc.SADeprecationWarning),
]


@pytest.mark.parametrize(("expect", "category"), CATEGORIES)
def test_an_expected_warning_is_taken_out(expect: Any, category: Any) -> None:
    with warnings.catch_warnings(record=True) as passed, expect("old.*way", "NEW"):
        warnings.warn("Old\nway", category, stacklevel=1)
        warnings.warn("new way", category, stacklevel=1)

    assert passed == []


@pytest.mark.parametrize(("expect", "category"), CATEGORIES)
def test_a_warning_that_is_not_seen_is_a_failure(expect: Any, category: Any) -> None:
    expected = expect("a", "b", "way")
    with pytest.raises(AssertionError, match=r"that says 'b', 'way'"), expected:
        warnings.warn("a way", category, stacklevel=1)


@pytest.mark.parametrize(
    ("expect", "category"),
    [
        (a.expect_deprecated, UserWarning),
        (a.expect_sqlalchemy_deprecated, DeprecationWarning),
    ],
)
def test_the_category_counts(expect: Any, category: Any) -> None:
    with pytest.warns(category, match="old"), expect("old", assert_=False):
        warnings.warn("old", category, stacklevel=1)


def test_another_warning_passes_with_its_place() -> None:
    with warnings.catch_warnings(record=True) as passed:
        warnings.simplefilter("always")
        with a.expect_warnings("old"):
            warnings.warn("old", stacklevel=1)
            warnings.warn("another", stacklevel=1)

    (seen,) = passed
    assert str(seen.message) == "another"
    assert seen.filename == __file__


def test_another_warning_is_an_error_where_warnings_are() -> None:
    with pytest.raises(UserWarning, match="another"), a.expect_deprecated("old"):
        warnings.warn("another", stacklevel=1)


def test_without_messages_a_category_is_kept_quiet() -> None:
    with a.expect_deprecated():
        warnings.warn("old", DeprecationWarning, stacklevel=1)


def test_a_message_can_be_taken_word_for_word_or_found_anywhere() -> None:
    with a.expect_warnings("a (b)", regex=False):
        warnings.warn("a (b)", stacklevel=1)
    with a.expect_warnings("b", search_msg=True):
        warnings.warn("a b c", stacklevel=1)


def test_an_error_in_the_block_is_not_hidden_by_a_missing_warning() -> None:
    with pytest.raises(ZeroDivisionError), a.expect_warnings("old"):
        1 / 0  # noqa: B018


def test_a_decorated_test_keeps_its_signature_and_may_warn_or_not() -> None:
    @a.emits_python_deprecation_warning("old")
    def decorated(self, warn=True):  # type: ignore[no-untyped-def]
        if warn:
            warnings.warn("old", DeprecationWarning, stacklevel=1)
        return warn

    assert [*inspect.signature(decorated).parameters] == ["self", "warn"]
    assert decorated(None) is True
    assert decorated(None, warn=False) is False
