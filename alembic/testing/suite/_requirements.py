"""Tests that run only where the database meets a requirement."""

from __future__ import annotations

from typing import Any, Callable, TypeVar

from sqlalchemy.testing import config

_F = TypeVar("_F", bound=Callable[..., Any])


def requires(*names: str) -> Callable[[_F], _F]:
    """Return a decorator that skips a test unless the database can do something.

    :param names: properties of the requirements that the run was configured with
    :raises ImportError: they do not know one of them
    """
    found = [_requirement(name) for name in names]

    def decorate(test: _F) -> _F:
        for requirement in found:
            test = requirement(test)
        return test

    return decorate


def _requirement(name: str) -> Any:
    given = config.requirements
    if not hasattr(given, name):
        raise ImportError(
            "alembic.testing.suite can be imported in a test run of SQLAlchemy's "
            "pytest plugin, whose requirement_cls derives from SuiteRequirements of "
            f"alembic.testing.requirements; {type(given).__name__} has no {name!r}."
        )
    return getattr(given, name)
