"""For packages that bring a dialect: fixtures, assertions and a suite of tests.

Everything here is for tests that run with SQLAlchemy's pytest plugin; nothing else of
Alembic loads it. The suite, :mod:`alembic.testing.suite`, needs SQLAlchemy 2.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic.util.lazy import lazy_names

if TYPE_CHECKING:
    from unittest import mock

    from sqlalchemy.testing import config, engines, exclusions
    from sqlalchemy.testing.assertions import (
        emits_warning,
        eq_,
        is_,
        is_false,
        is_not_,
        is_true,
        ne_,
        uses_deprecated,
    )
    from sqlalchemy.testing.config import (
        Variation,
        combinations,
        fixture,
        variation,
    )
    from sqlalchemy.testing.exclusions import skip_if
    from sqlalchemy.testing.util import provide_metadata

    from alembic.testing.assertions import (
        assert_raises,
        assert_raises_message,
        emits_python_deprecation_warning,
        eq_ignore_whitespace,
        expect_deprecated,
        expect_raises,
        expect_raises_message,
        expect_sqlalchemy_deprecated,
        expect_warnings,
    )
    from alembic.testing.fixtures import TestBase
    from alembic.testing.util import resolve_lambda

__all__ = [
    "TestBase",
    "Variation",
    "assert_raises",
    "assert_raises_message",
    "combinations",
    "config",
    "emits_python_deprecation_warning",
    "emits_warning",
    "engines",
    "eq_",
    "eq_ignore_whitespace",
    "exclusions",
    "expect_deprecated",
    "expect_raises",
    "expect_raises_message",
    "expect_sqlalchemy_deprecated",
    "expect_warnings",
    "fixture",
    "is_",
    "is_false",
    "is_not_",
    "is_true",
    "mock",
    "ne_",
    "provide_metadata",
    "resolve_lambda",
    "skip_if",
    "uses_deprecated",
    "variation",
]

# An old SQLAlchemy does not have all of them; it can do with the others.
__getattr__ = lazy_names(
    __name__,
    {
        **dict.fromkeys(__all__, "sqlalchemy.testing"),
        **dict.fromkeys(
            (
                "assert_raises",
                "assert_raises_message",
                "emits_python_deprecation_warning",
                "eq_ignore_whitespace",
                "expect_deprecated",
                "expect_raises",
                "expect_raises_message",
                "expect_sqlalchemy_deprecated",
                "expect_warnings",
            ),
            "alembic.testing.assertions",
        ),
        "TestBase": "alembic.testing.fixtures",
        "resolve_lambda": "alembic.testing.util",
        **{
            name: f"alembic.testing.{name}:"
            for name in (
                "assertions",
                "env",
                "fixtures",
                "requirements",
                "schemacompare",
                "suite",
                "util",
                "warnings",
            )
        },
    },
)
