"""Read what a revision file says about itself, if possible without executing it.

Three readers, each for what the one before leaves over: ``scan`` looks at the lines
of a file as the templates write it, ``parse`` at the syntax tree of any other, and
what is computed, or has no source, is executed. All give what executing the file
would give.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Iterable, NamedTuple, Tuple, Union

from ..util.exc import CommandError
from ..util.messaging import printable
from ..util.pyfiles import load_python_file
from .parse import IDENTIFIERS, NeedsExecution, parse, syntax_sentence
from .scan import scan

if TYPE_CHECKING:
    from types import ModuleType

_Names = Union[str, Tuple[str, ...], None]

_ID_IN_FILE_NAME = re.compile(r"([a-f0-9]+)\.py")


class RevisionFacts(NamedTuple):
    """The identifiers and the docstring of one revision file."""

    revision: str
    down_revision: _Names
    branch_labels: _Names
    depends_on: _Names
    docstring: str | None


def read_revision_file(path: str) -> tuple[RevisionFacts, bool]:
    """Return the facts of a revision file, and whether the file alone decides them.

    The second value is false when the file had to be executed: what it computes may
    depend on anything, so such facts must not be remembered.

    :param path: a ``.py`` file, or compiled ``.pyc`` / ``.pyo``.
    :raises CommandError: the file cannot be read, is not Python, fails when executed,
        or does not say what a revision must.
    """
    facts = _facts_of_source(path) if path.endswith(".py") else None
    if facts is not None:
        return facts, True
    return facts_of_module(load_revision_module(path), path), False


def _facts_of_source(path: str) -> RevisionFacts | None:
    try:
        return read_source(_read_bytes(path), path)
    except NeedsExecution:
        return None


def read_source(data: bytes, path: str) -> RevisionFacts:
    """Return the facts that stand in the source of a revision file.

    :param data: the bytes of the file.
    :param path: its name, for messages and for old files that have their id there.
    :raises CommandError: as :func:`read_revision_file`.
    :raises NeedsExecution: an identifier is computed.
    """
    values = scan(data)
    if values is None:
        values = parse(data, path)
    return _checked_facts(values, path)


def facts_of_module(module: ModuleType, path: str) -> RevisionFacts:
    """Return the facts of a revision file that was executed.

    :raises CommandError: an identifier is missing or of the wrong type.
    """
    known: dict[str, Any] = vars(module)
    values = {name: known[name] for name in IDENTIFIERS if name in known}
    values["__doc__"] = module.__doc__
    return _checked_facts(values, path)


def load_revision_module(path: str) -> ModuleType:
    """Execute a revision file and return it as a module.

    :raises CommandError: the file has a syntax error, cannot be imported or ends the
        program; the cause is chained.
    """
    try:
        return load_python_file(*os.path.split(path))
    except SyntaxError as error:
        if error.filename != path:
            raise CommandError(_failure(path, error)) from error
        raise CommandError(syntax_sentence(path, error, _read_bytes(path))) from error
    except SystemExit as error:
        raise CommandError(
            f"Revision file {path} ends the program with sys.exit() while it is "
            "loaded; raise an exception instead."
        ) from error
    except Exception as error:
        raise CommandError(_failure(path, error)) from error


def _failure(path: str, error: Exception) -> str:
    line = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            line = trace.tb_lineno
        trace = trace.tb_next
    where = f", line {line}" if line is not None else ""
    return (
        f"Can't load revision file {path}{where}: "
        f"{type(error).__name__}: {printable(str(error))}"
    )


def _read_bytes(path: str) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read()
    except OSError as error:
        raise CommandError(
            f"Can't read revision file {path}: {error.strerror}."
        ) from error


def _checked_facts(values: dict[str, Any], path: str) -> RevisionFacts:
    docstring = values["__doc__"]
    return RevisionFacts(
        _revision_id(values, path),
        _down_revision(values, path),
        _names(values.get("branch_labels"), "branch_labels", path),
        _names(values.get("depends_on"), "depends_on", path),
        docstring if isinstance(docstring, str) else None,
    )


def _revision_id(values: dict[str, Any], path: str) -> str:
    if "revision" in values:
        revision = values["revision"]
        if isinstance(revision, str) and revision:
            return revision
        raise CommandError(
            f"The 'revision' variable of {path} must be a non-empty string, not "
            f"{printable(repr(revision))}."
        )
    name = os.path.basename(path)
    in_name = _ID_IN_FILE_NAME.match(name)
    if in_name is None:
        raise CommandError(
            f"Could not determine revision id from filename {name}. Be sure the "
            "'revision' variable is declared inside the script, or move the file out "
            f"of {os.path.dirname(path)}."
        )
    return in_name.group(1)


def _down_revision(values: dict[str, Any], path: str) -> _Names:
    if "down_revision" not in values:
        raise CommandError(
            f"Revision file {path} has no 'down_revision' variable; declare the "
            "revision it follows, or None for the first one."
        )
    return _names(values["down_revision"], "down_revision", path)


def _names(value: str | Iterable[Any] | int | None, variable: str, path: str) -> _Names:
    if value is None or isinstance(value, str):
        return value
    names: tuple[Any, ...] = ()
    if isinstance(value, (set, frozenset)):
        # a set has no order of its own; the same answer on every run needs one
        names = tuple(sorted(value, key=repr))
    elif isinstance(value, Iterable) and not isinstance(value, bytes):
        names = tuple(value)
    else:
        names = (value,)
    if all(isinstance(name, str) for name in names):
        return names
    raise CommandError(
        f"The '{variable}' variable of {path} must be None, a string or a tuple of "
        f"strings, not {printable(repr(value))}."
    )
