"""``import alembic`` itself, and the names that are loaded on demand."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

import alembic
from alembic import util
from alembic.util import lazy, loggers


def test_the_logger_of_the_package_has_a_silent_handler() -> None:
    loggers.logger("alembic.any")

    handlers = logging.getLogger("alembic").handlers
    assert handlers


def test_a_failure_is_not_said_twice_where_logging_is_not_set_up() -> None:
    code = "from alembic.util import err; err('no')"

    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True
    )

    assert (done.returncode, done.stdout, done.stderr) == (255, "FAILED: no\n", "")


def test_importing_the_package_or_its_settings_loads_no_logging() -> None:
    code = "import sys, alembic.config; print('logging' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )

    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    "name",
    ["op", "context", "config", "command", "script", "runtime", "ddl", "util"],
)
def test_a_public_submodule_is_there_after_a_plain_import(name: str) -> None:
    assert getattr(alembic, name).__name__ == f"alembic.{name}"


def test_plugins_are_those_of_the_runtime() -> None:
    assert alembic.plugins.__name__ == "alembic.runtime.plugins"


def test_an_unknown_name_of_the_package_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        alembic.nothing  # noqa: B018


def test_importing_util_loads_no_sqlalchemy() -> None:
    code = "import sys, alembic.util; print('sqlalchemy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, encoding="utf-8"
    )

    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    "name", ["asbool", "immutabledict", "memoized_property", "to_list", "unique_list"]
)
def test_util_hands_on_what_sqlalchemy_defines(name: str) -> None:
    import sqlalchemy.util

    assert getattr(util, name) is getattr(sqlalchemy.util, name)


def test_an_unknown_name_of_util_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"'alembic\.util' has no attribute 'no'"):
        util.no  # noqa: B018


def test_a_lazy_name_may_come_under_another_name() -> None:
    fetch = lazy.lazy_names(__name__, {"minus": "operator:sub", "maths": "math:"})

    assert fetch("minus")(5, 3) == 2
    assert fetch("maths").floor(2.5) == 2
