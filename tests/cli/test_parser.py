"""A function's signature becomes a subcommand."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from alembic import command
from alembic.cli.parser import parameters_of, summary_of
from alembic.config import CommandLine, Config

# What cli.md says about each command: positional arguments, then the options.
COMMANDS = {
    "branches": "-v",
    "check": "",
    "current": "-c -v",
    "downgrade": "revision --sql --tag",
    "edit": "rev",
    "ensure_version": "--sql",
    "heads": "-v --resolve-dependencies",
    "history": "-r -v -i",
    "init": "directory -t --package",
    "list_templates": "",
    "merge": "revisions -m --branch-label --rev-id --splice",
    "revision": "-m --autogenerate --sql --head --splice --branch-label "
    "--version-path --rev-id --depends-on",
    "show": "rev",
    "stamp": "revisions --sql --tag --purge",
    "upgrade": "revision --sql --tag",
}


@pytest.fixture
def line() -> CommandLine:
    return CommandLine("alembic")


def test_the_commands_are_those_of_the_module_in_the_order_of_names(
    line: CommandLine,
) -> None:
    assert [*line.subparsers.choices] == sorted(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_has_its_arguments(line: CommandLine, name: str) -> None:
    actions = line.subparsers.choices[name]._actions[1:]  # after --help
    found = [(each.option_strings or [each.dest])[0] for each in actions if each.dest]

    assert sorted(found) == sorted(COMMANDS[name].split())


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_says_what_it_does(line: CommandLine, name: str) -> None:
    description = line.subparsers.choices[name].description

    assert description
    assert description.startswith(getattr(command, name).__doc__.split("\n")[0])


def test_the_namespace_carries_the_command(line: CommandLine) -> None:
    options = line.parser.parse_args(["stamp", "a", "b", "--purge"])

    assert options.cmd == (command.stamp, ["revisions"], ["sql", "tag", "purge"])
    assert (options.revisions, options.purge, options.sql) == (["a", "b"], True, False)


def test_prefixes_of_options_are_enough(line: CommandLine) -> None:
    assert line.parser.parse_args(["revision", "--autogen"]).autogenerate is True


def test_repeated_options_are_lists(line: CommandLine) -> None:
    options = line.parser.parse_args(
        ["-x", "a=1", "-x", "b", "-c", "x.ini", "-c", "pyproject.toml"]
        + ["revision", "--depends-on", "c", "--depends-on", "d"]
    )

    assert options.x == ["a=1", "b"]
    assert options.config == ["x.ini", "pyproject.toml"]
    assert options.depends_on == ["c", "d"]


def test_what_is_not_given_is_none_or_false(line: CommandLine) -> None:
    options = line.parser.parse_args(["revision"])

    assert (options.message, options.head, options.depends_on) == (None, None, None)
    assert (options.sql, options.splice, options.raiseerr) == (False, False, False)
    assert (options.name, options.config, options.x) == ("alembic", None, None)


def test_a_function_of_ones_own_becomes_a_command(line: CommandLine) -> None:
    called: list[Any] = []

    def greet(
        config: Config, rev: str, thing: str, verbose: bool = False, odd: str = "x"
    ) -> None:
        """Say hello,
        at 100%.

        More about it.
        """
        called.append((rev, thing, verbose, odd))

    line.register_command(greet)
    line.main(["greet", "r", "t", "-v"])

    # a parameter that no option is known for arrives as None
    assert called == [("r", "t", True, None)]
    assert "Say hello, at 100%." in line.parser.format_help().replace("\n", " ")


def test_a_wrapped_function_becomes_a_command_too(line: CommandLine) -> None:
    called: list[Any] = []

    def shouting(fn: Any) -> Any:
        @functools.wraps(fn)
        def wrapper(*args: Any, **kw: Any) -> Any:
            called.append((args[1:], kw))

        return wrapper

    @shouting
    def greet(config: Config, rev: str, sql: bool = False) -> None: ...

    line.register_command(greet)
    line.main(["greet", "r", "--sql"])

    assert called == [(("r",), {"sql": True})]


def test_a_function_without_a_docstring_has_no_summary() -> None:
    def bare(config: Config) -> None: ...

    assert summary_of(bare) == ""


def test_the_summary_ends_at_the_first_blank_line() -> None:
    def two(config: Config) -> None:
        """

        First
           line.

        Not this.
        """

    assert summary_of(two) == "First line."


def test_parameters_are_found_with_and_without_defaults() -> None:
    def one(config, a, b, c=1, d=None): ...  # type: ignore[no-untyped-def]

    def none(config): ...  # type: ignore[no-untyped-def]

    def all_optional(config, a=1): ...  # type: ignore[no-untyped-def]

    assert parameters_of(one) == (("a", "b"), ("c", "d"))
    assert parameters_of(none) == ((), ())
    assert parameters_of(all_optional) == ((), ("a",))
    assert parameters_of(functools.partial(one)) == (("a", "b"), ("c", "d"))
