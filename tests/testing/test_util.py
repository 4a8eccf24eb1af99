"""Small tools: lambdas with names to fill in, warnings as errors."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import exc as sa_exc

from alembic.testing.util import flag_combinations, resolve_lambda
from alembic.testing.warnings import setup_filters


def test_a_lambda_gets_the_names_it_mentions() -> None:
    assert resolve_lambda(lambda: one + 1, one=1) == 2  # type: ignore[name-defined] # noqa: F821


def test_a_lambda_gets_its_arguments_too() -> None:
    assert resolve_lambda(lambda a: (a, b), a=1, b=2) == (1, 2)  # type: ignore[name-defined] # noqa: F821


def test_a_lambda_still_sees_its_module() -> None:
    assert resolve_lambda(lambda: sa.Integer) is sa.Integer


@pytest.fixture
def combinations(monkeypatch: Any) -> list[Any]:
    """What is handed to SQLAlchemy's plugin, which is not there in these tests."""
    from sqlalchemy.testing import config

    given: list[Any] = []
    monkeypatch.setattr(
        config, "combinations", lambda *rows, **kw: given.append((rows, kw))
    )
    return given


def test_flags_become_arguments_and_name_the_test(combinations: list[Any]) -> None:
    flag_combinations({"b": True}, {"a": True, "b": True}, {"a": False})

    assert combinations == [
        (
            (("b", False, True), ("a_b", True, True), ("", False, False)),
            {"id_": "iaa", "argnames": "a,b"},
        )
    ]


@pytest.mark.parametrize(
    "category",
    [DeprecationWarning, sa_exc.SAWarning, sa_exc.SADeprecationWarning],
)
def test_such_warnings_become_errors(category: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        setup_filters()
        with pytest.raises(category):
            warnings.warn("old", category, stacklevel=1)
        warnings.warn("other", UserWarning, stacklevel=1)
