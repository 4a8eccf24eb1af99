"""Differences between versions of Python."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

from alembic.util.exc import CommandError
from alembic.util.lazy import lazy_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from configparser import ConfigParser
    from datetime import tzinfo
    from pathlib import Path

    if sys.version_info >= (3, 11):
        import tomllib as tomllib
    else:
        import tomli as tomllib  # noqa: F401 - offered from here

is_posix = os.name == "posix"
py310 = sys.version_info >= (3, 10)
py311 = sys.version_info >= (3, 11)
py312 = sys.version_info >= (3, 12)
py313 = sys.version_info >= (3, 13)
py314 = sys.version_info >= (3, 14)

if not TYPE_CHECKING:
    # the parser is loaded when there is a file to parse; below 3.11 it is a library
    __getattr__ = lazy_names(__name__, {"tomllib": "tomllib:" if py311 else "tomli:"})


class EncodedIO(TextIOWrapper):
    """A text stream over a binary one that stays open when this one is closed."""

    def close(self) -> None:
        """Do nothing: the binary stream belongs to somebody else."""


def importlib_metadata_get(group: str) -> Sequence[Any]:
    """Return the entry points of a group, of all installed distributions."""
    # here, because reading the metadata of distributions is slow and rarely needed
    from importlib import metadata

    if py310:
        return tuple(metadata.entry_points(group=group))
    every: Any = metadata.entry_points()
    return tuple(every.get(group, ()))


def read_config_parser(
    file_config: ConfigParser, file_argument: list[str | os.PathLike[str]]
) -> list[str]:
    """Read ini files in the encoding of the locale; return those that were there."""
    return file_config.read(file_argument, encoding="locale" if py310 else None)


def path_walk(
    path: Path, *, top_down: bool = True
) -> Iterator[tuple[Path, list[str], list[str]]]:
    """Walk a folder as ``pathlib.Path.walk()`` of Python 3.12 does."""
    for folder, subfolders, files in os.walk(path, topdown=top_down):
        yield type(path)(folder), subfolders, files


def path_relative_to(path: Path, other: Path, *, walk_up: bool = False) -> Path:
    """Return a path relative to another one.

    :param walk_up: allow ``..`` in the result, as ``Path.relative_to()`` of Python 3.12
    :raises ValueError: the path does not lie below the other one
    """
    if walk_up and path.is_absolute() == other.is_absolute():
        return type(path)(os.path.relpath(path, other))
    return path.relative_to(other)


def inspect_getfullargspec(func: Callable[..., Any]) -> Any:
    """Return a function's parameters as ``inspect.getfullargspec()`` does."""
    # here, because only the writers of stubs look at signatures
    from inspect import getfullargspec

    return getfullargspec(func)


def inspect_formatargspec(
    args: Sequence[str],
    varargs: str | None = None,
    varkw: str | None = None,
    defaults: Sequence[Any] | None = None,
    kwonlyargs: Sequence[str] = (),
    kwonlydefaults: dict[str, Any] | None = None,
    annotations: dict[str, Any] | None = None,
    formatannotation: Callable[[Any], str] | None = None,
) -> str:
    """Return parameters as source text, as ``inspect.formatargspec()`` once did."""
    given, notes = tuple(defaults or ()), annotations or {}
    # here, because only the writers of stubs look at signatures
    from inspect import formatannotation as as_python_writes_it

    note = formatannotation or as_python_writes_it

    def named(name: str, stars: str = "") -> str:
        return stars + name + (f": {note(notes[name])}" if name in notes else "")

    def with_default(name: str, value: Any) -> str:
        return named(name) + (" = " if name in notes else "=") + repr(value)

    plain = len(args) - len(given)
    parts = [named(name) for name in args[:plain]]
    parts += [with_default(*pair) for pair in zip(args[plain:], given)]
    if varargs or kwonlyargs:
        parts.append(named(varargs, "*") if varargs else "*")
    keyword_values = kwonlydefaults or {}
    for name in kwonlyargs:
        known = name in keyword_values
        parts.append(with_default(name, keyword_values[name]) if known else named(name))
    if varkw:
        parts.append(named(varkw, "**"))
    returned = f" -> {note(notes['return'])}" if "return" in notes else ""
    return f"({', '.join(parts)}){returned}"


def formatannotation_fwdref(annotation: Any, base_module: Any = None) -> str:
    """Return an annotation as source text; names that need an import are quoted.

    Text stays as it is, a class becomes its name in quotes, what the ``typing`` module
    builds loses the module's name.
    """
    # here, because only the writers of stubs look at annotations
    from inspect import formatannotation

    if isinstance(annotation, str):
        return annotation
    text = formatannotation(annotation, base_module)
    return repr(text) if isinstance(annotation, type) else text.replace("typing.", "")


def zone_info_class() -> Callable[[str], tzinfo]:
    """Return the class that makes a time zone of a key such as ``Europe/Paris``.

    :raises CommandError: Python 3.8 has none of its own, and the library is missing
    """
    # here, because only a project with a time zone writes dates in it
    from importlib import import_module

    for module in ("zoneinfo", "backports.zoneinfo"):
        try:
            found: Callable[[str], tzinfo] = import_module(module).ZoneInfo
        except ImportError:
            continue
        return found
    raise CommandError(
        "The library 'backports.zoneinfo' is required for timezone support; install it "
        "with: pip install alembic[tz]"
    )


def bit_count(bits: int) -> int:
    """Return how many bits of a number are set."""
    if sys.version_info >= (3, 10):
        return bits.bit_count()
    return bin(bits).count("1")
