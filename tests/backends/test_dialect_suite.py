"""The suite for dialects: on each database, and run by a package that brings one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Mapping, NamedTuple
from xml.etree import ElementTree

import pytest

from alembic.util.sqla_private import sqla_2

PROJECTS = Path(__file__).resolve().parents[1] / "testing"

pytestmark = pytest.mark.skipif(not sqla_2, reason="the suite needs SQLAlchemy 2.0")

# What each class runs where the database can do everything.
TESTS = {
    "AlterColumnTest": 8,
    "AutogenerateCommentsTest": 8,
    "AutogenerateComputedTest": 8,
    "AutogenerateEmptyCommentsTest": 10,
    "AutogenerateFKOptionsTest": 22,
    "AutogenerateForeignKeysTest": 9,
    "AutogenerateIdentityTest": 14,
    "AutoincrementTest": 10,
    "BackendAlterColumnTest": 6,
    "IncludeHooksTest": 5,
    "MigrationTransactionTest": 16,
}
WITHOUT = {
    "sqlite": {
        "AutogenerateCommentsTest": 8,
        "AutogenerateEmptyCommentsTest": 10,
        "AutogenerateIdentityTest": 14,
        "AutoincrementTest": 1,
        "BackendAlterColumnTest": 6,
    },
    "postgresql": {},
    "mariadb": {
        "AutogenerateFKOptionsTest": 7,
        "AutogenerateIdentityTest": 14,
    },
    "ledger": {
        "AutogenerateCommentsTest": 8,
        "AutogenerateEmptyCommentsTest": 10,
        "AutogenerateFKOptionsTest": 7,
        "AutogenerateForeignKeysTest": 1,
        "AutogenerateIdentityTest": 14,
        "AutoincrementTest": 1,
        "BackendAlterColumnTest": 6,
        "MigrationTransactionTest": 2,
    },
}


def expected(database: str) -> dict[str, int]:
    """Return how many tests of each class pass on a database."""
    counts = Counter(TESTS)
    counts.subtract(WITHOUT[database])
    return {name: count for name, count in counts.items() if count}


class Run(NamedTuple):
    """The outcome of a test run, by class."""

    output: str
    passed: Mapping[str, int]
    failed: Mapping[str, int]

    def passed_of_the_suite(self) -> dict[str, int]:
        """Return how many tests of each of the suite's classes have passed."""
        return {name: self.passed[name] for name in TESTS if self.passed[name]}


def run(project: str, folder: Path, *arguments: str) -> Run:
    """Run a project's tests in a process of their own, in a copy of the project."""
    copy = folder / project
    shutil.copytree(str(PROJECTS / project), str(copy))
    command = [sys.executable, "-m", "pytest", "-q", "--junitxml=run.xml", *arguments]
    done = subprocess.run(
        command,
        check=False,
        cwd=copy,
        env={**os.environ, "ALEMBIC_CONFIG": "given.ini"},
        capture_output=True,
        encoding="utf-8",
    )
    output = done.stdout + done.stderr
    assert (copy / "run.xml").exists(), output
    return Run(output, *_counts(copy / "run.xml"))


def _counts(report: Path) -> tuple[Counter[str], Counter[str]]:
    """Return how many tests have passed, and how many failed, of each class."""
    passed: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for case in ElementTree.parse(str(report)).iter("testcase"):
        # The plugin adds database, driver and version to the name of the class.
        found = re.search(r"(\w+?Test)(?:_|$)", case.attrib["classname"])
        name = found.group(1) if found else case.attrib["classname"]
        kinds = {child.tag for child in case}
        if kinds & {"failure", "error"}:
            failed[name] += 1
        elif "skipped" not in kinds:
            passed[name] += 1
    return passed, failed


_runs: dict[str, Run] = {}


@pytest.fixture
def outcome(backend: str, database: Any, tmp_path: Path) -> Run:
    """The run on a database, made once for all tests that look at it."""
    if backend not in _runs:
        _runs[backend] = run("suite_project", tmp_path, "--dburi", database.url)
    return _runs[backend]


def test_the_suite_passes(outcome: Run, backend: str) -> None:
    assert outcome.failed == {}, outcome.output
    assert outcome.passed_of_the_suite() == expected(backend), outcome.output


def test_the_fixtures_do_what_they_say(outcome: Run) -> None:
    assert outcome.failed == {}, outcome.output
    assert outcome.passed["FixtureTest"] == 18
    assert outcome.passed["EnvironmentVariableTest"] == 2
    assert outcome.passed["MetadataFixtureTest"] == 2
    assert outcome.passed["SharedTablesTest"] == 1


def test_the_models_of_the_suite_can_be_used(outcome: Run) -> None:
    assert outcome.passed["ShopTest"] == 3
    assert outcome.passed["SeatTest"] == 1


def test_a_package_that_brings_a_dialect_runs_it(tmp_path: Path) -> None:
    outcome = run("sample_dialect", tmp_path)

    assert outcome.failed == {}, outcome.output
    assert outcome.passed_of_the_suite() == expected("ledger"), outcome.output
    assert outcome.passed["LedgerTest"] == 9


def test_a_run_without_the_requirements_is_told_so(tmp_path: Path) -> None:
    copied = shutil.copytree(str(PROJECTS / "suite_project"), str(tmp_path / "p"))
    settings = Path(copied) / "setup.cfg"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace(
            "requirements:Requirements", "sqlalchemy.testing.requirements:Requirements"
        ),
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "pytest", "-q", "test_suite.py"]
    done = subprocess.run(
        command, check=False, cwd=copied, capture_output=True, encoding="utf-8"
    )

    assert "requirement_cls derives from SuiteRequirements" in done.stdout
    assert done.returncode != 0
