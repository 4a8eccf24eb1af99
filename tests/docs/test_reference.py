"""The reference leaves out no command, option, directive or setting."""

from __future__ import annotations

import argparse
import inspect
import re
from pathlib import Path
from typing import Any, Iterator

import pytest

from alembic.cli.main import CommandLine
from alembic.operations import BatchOperations
from alembic.runtime.environment import EnvironmentContext

PROJECT = Path(__file__).resolve().parents[2]
REFERENCE = PROJECT / "docs" / "reference"

# What an extension or an env.py uses; the page on extending tells of it.
NOT_DIRECTIVES = {
    "context",
    "create_module_class_proxy",
    "implementation_for",
    "register_operation",
}


def sections_of(text: str) -> dict[str, str]:
    """Return what stands below each heading of the lower kind."""
    pieces = re.split(r"^(\S.*)\n-+\n", text, flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2]))


def flags_of(parser: argparse.ArgumentParser) -> set[str]:
    """Return the options of a parser, but not the one for help."""
    actions = [each for each in parser._actions if each.dest != "help"]
    return {flag for action in actions for flag in action.option_strings}


def options_in(text: str) -> set[str]:
    """Return the options that a section explains."""
    terms = re.findall(r"^(``-.*)$", text, re.MULTILINE)
    return {flag for term in terms for flag in re.findall(r"``(--?[\w-]+)", term)}


def parsers() -> dict[str, argparse.ArgumentParser]:
    """Return the parser of each command."""
    choices: Any = CommandLine().subparsers.choices
    return dict(choices)


@pytest.fixture
def commands() -> dict[str, str]:
    """The sections of the page on commands."""
    return sections_of((REFERENCE / "commands.rst").read_text(encoding="utf-8"))


def rows_of(page: str) -> Iterator[tuple[str, ...]]:
    """Return the rows of the tables of a page, as the texts of their cells."""
    text = (REFERENCE / f"{page}.rst").read_text(encoding="utf-8")
    for row in re.findall(r"^   \* - (.*\n(?:     .*\n)*)", text, re.MULTILINE):
        yield tuple(
            cell.strip() for cell in re.split(r"^     -", row, flags=re.MULTILINE)
        )


@pytest.mark.parametrize("command", sorted(parsers()))
def test_each_option_of_the_command_is_explained(
    command: str, commands: dict[str, str]
) -> None:
    assert options_in(commands[command]) == flags_of(parsers()[command])


def test_each_option_of_the_program_is_explained(commands: dict[str, str]) -> None:
    explained = options_in(commands["Options of the program"])

    assert explained == flags_of(CommandLine().parser) | {"-h", "--help"}


def test_each_option_of_configure_is_explained() -> None:
    explained = {
        name
        for row in rows_of("environment")
        for name in re.findall(r"``(\w+)``", row[0])
    }
    parameters = inspect.signature(EnvironmentContext.configure).parameters

    assert set(parameters) - explained == {"self", "kw"}


def test_each_directive_is_explained() -> None:
    rows = [row for row in rows_of("operations") if row[0].startswith("``")]
    names = {row[0].strip("`"): row[1] == "batch" for row in rows}

    published = (PROJECT / "alembic" / "op.pyi").read_text(encoding="utf-8")
    public = set(re.findall(r"^(?:async )?def (\w+)", published, re.MULTILINE))

    assert set(names) == public - NOT_DIRECTIVES
    assert {name for name, in_batch in names.items() if in_batch} == {
        name for name in names if hasattr(BatchOperations, name)
    } - {"batch_alter_table"}


def test_each_setting_is_explained() -> None:
    page = (PROJECT / "docs/guide/configuration.rst").read_text(encoding="utf-8")
    template = PROJECT / "alembic/templates/generic/alembic.ini.mako"
    main_section = template.read_text(encoding="utf-8").partition("[post_write")[0]
    keys = set(re.findall(r"^#? ?([a-z_.]+) =", main_section, re.MULTILINE))

    assert len(keys) > 10
    assert [key for key in sorted(keys) if f"* - ``{key}``" not in page] == []


def test_an_option_that_is_not_explained_is_seen() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("-v", "--verbose")

    assert flags_of(parser) == {"-v", "--verbose"}
    assert options_in("``-v X``, ``--verbose X``\n    Text ``--no``.\n") == {
        "-v",
        "--verbose",
    }
    assert sections_of("A\n=\n\nB\n-\n\n``-v``\n")["B"].strip() == "``-v``"
