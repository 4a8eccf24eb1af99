"""What a database can do, asked of a real one."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from alembic.testing.requirements import SuiteRequirements


class Configured:
    """What SQLAlchemy's plugin hands to a requirement: the database."""

    def __init__(self, **flags: Any) -> None:
        self.db = sa.create_engine("sqlite://")
        for name, value in flags.items():
            setattr(self.db.dialect, name, value)


def is_open(name: str, **flags: Any) -> bool:
    """Say whether a test with a requirement runs on a database with such flags."""
    requirement = getattr(SuiteRequirements(), name)
    return bool(requirement.enabled_for_config(Configured(**flags)))


def test_most_databases_alter_columns() -> None:
    assert is_open("alter_column")


def test_computed_columns_are_for_those_who_say_so() -> None:
    assert not is_open("computed_columns")


@pytest.mark.parametrize("name", ["comments", "sequences"])
@pytest.mark.parametrize("can", [True, False])
def test_the_dialect_says_what_it_supports(name: str, can: bool) -> None:
    assert is_open(name, **{f"supports_{name}": can}) == can


@pytest.mark.parametrize("other_case", [True, False])
def test_names_in_another_case_are_asked_of_the_dialect(other_case: bool) -> None:
    flags = {"requires_name_normalize": other_case}

    assert is_open("no_name_normalize", **flags) != other_case


def test_unique_constraints_are_looked_for_in_the_database() -> None:
    assert is_open("unique_constraint_reflection")


def test_an_inspector_without_unique_constraints_is_seen() -> None:
    def refuse(*args: Any, **kw: Any) -> Any:
        raise NotImplementedError

    assert not is_open("unique_constraint_reflection", get_unique_constraints=refuse)


def test_a_requirement_under_an_older_name_follows_the_newer_one() -> None:
    class NoNames(SuiteRequirements):
        @property
        def foreign_key_name_reflection(self) -> Any:
            return SuiteRequirements().computed_columns

    assert is_open("fk_names")
    assert not NoNames().fk_names.enabled_for_config(Configured())


@pytest.mark.parametrize(("can", "warns"), [(True, False), (False, True)])
def test_a_warning_of_computed_columns_depends_on_the_database(
    can: bool, warns: bool
) -> None:
    flags = {"supports_virtual_generated_columns": can}

    assert is_open("computed_columns_warn_no_persisted", **flags) == warns
    assert not is_open("computed_columns_warn_no_persisted")


def test_what_depends_on_the_machine_is_seen(monkeypatch: Any) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    assert is_open("windows")

    monkeypatch.setattr("sys.platform", "linux")
    assert not is_open("windows")


def test_what_depends_on_sqlalchemy_is_seen() -> None:
    assert is_open("sqlalchemy_2_1") == (sa.__version__ >= "2.1")
