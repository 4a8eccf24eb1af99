"""A function's signature becomes a subcommand."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, HelpFormatter
from types import FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from alembic.cli.options import (
    GLOBAL_OPTIONS,
    OPTION_BY_PARAMETER,
    POSITIONAL_BY_PARAMETER,
    POSITIONAL_OF_COMMAND,
    Positional,
)

if TYPE_CHECKING:
    from alembic.settings.config import Config


class CommandFunction(Protocol):
    """A function that can be a subcommand: named, with the ``Config`` first."""

    __name__: str

    def __call__(self, config: Config, *args: Any, **kwargs: Any) -> Any: ...


class Parameters(NamedTuple):
    """The names of a function's parameters after the first."""

    required: tuple[str, ...]
    optional: tuple[str, ...]


def new_parser(prog: str | None, version: str) -> ArgumentParser:
    """Return a parser that knows the global options and no subcommand."""
    # Prefixes of options are allowed: scripts write "--autogen".
    parser = ArgumentParser(prog=prog, formatter_class=_formatter)
    parser.add_argument("--version", action="version", version=f"%(prog)s {version}")
    for flags, settings in GLOBAL_OPTIONS:
        parser.add_argument(*flags, **settings)
    return parser


def add_subcommand(subparsers: Any, fn: CommandFunction) -> None:
    """Add the subcommand that a function's signature describes.

    :param subparsers: what ``ArgumentParser.add_subparsers()`` returned
    :param fn: the function; a parameter without default becomes a positional argument,
        one with a default the option that the house has under its name, if any
    """
    parameters = parameters_of(fn)
    name = fn.__name__
    summary = summary_of(fn)
    subparser = subparsers.add_parser(
        name, help=summary, description=summary, formatter_class=_formatter
    )
    for parameter in parameters.optional:
        option = OPTION_BY_PARAMETER.get(parameter)
        if option is not None:
            subparser.add_argument(*option.flags, dest=parameter, **option.settings)
    positionals = [_positional(name, each) for each in parameters.required]
    for dest, settings in positionals:
        subparser.add_argument(dest, **settings)
    names = [dest for dest, _ in positionals]
    subparser.set_defaults(cmd=(fn, names, list(parameters.optional)))


def _formatter(prog: str, **settings: Any) -> HelpFormatter:
    """Return argparse's own formatter for lines as wide as the terminal.

    It would find out by itself, but loads ``shutil`` and with it every compressor.
    """
    return HelpFormatter(prog, **{"width": _terminal_width() - 2, **settings})


def _terminal_width() -> int:
    wanted = os.environ.get("COLUMNS", "")
    if wanted.isdigit() and int(wanted):
        return int(wanted)
    stdout = sys.__stdout__
    try:
        columns = os.get_terminal_size(stdout.fileno()).columns if stdout else 0
    except (ValueError, OSError):
        columns = 0
    return columns or 80  # as the standard library answers without a terminal


def _positional(command: str, parameter: str) -> Positional:
    name = POSITIONAL_OF_COMMAND.get((command, parameter), parameter)
    return POSITIONAL_BY_PARAMETER.get(name) or Positional(name, {})


def parameters_of(fn: Any) -> Parameters:
    """Return the names of a function's parameters after its first."""
    if type(fn) is not FunctionType or hasattr(fn, "__wrapped__"):
        return _inspected(fn)
    code = fn.__code__
    names = code.co_varnames[1 : code.co_argcount]
    optional = len(fn.__defaults__ or ())
    return Parameters(names[: len(names) - optional], names[len(names) - optional :])


def _inspected(fn: Any) -> Parameters:
    # here, because our own commands are plain functions and "inspect" is slow to load
    from inspect import Parameter, signature

    by_position = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    _, *found = signature(fn).parameters.values()
    plain = [each for each in found if each.kind in by_position]
    return Parameters(
        tuple(each.name for each in plain if each.default is Parameter.empty),
        tuple(each.name for each in plain if each.default is not Parameter.empty),
    )


def summary_of(fn: Any) -> str:
    """Return a docstring up to its first blank line, as one line."""
    summary: list[str] = []
    for line in (fn.__doc__ or "").strip().splitlines():
        if not line.strip():
            break
        summary.append(line.strip())
    # a literal percent sign, for argparse, which formats its help texts
    return " ".join(summary).replace("%", "%%")
