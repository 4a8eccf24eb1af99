"""Open the user's editor."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from alembic.util.exc import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_POSIX_EDITORS = ("sensible-editor", "editor", "nano", "vim", "code")
_WINDOWS_EDITORS = ("code.exe", "notepad++.exe", "notepad.exe")


def open_in_editor(filename: str, environ: dict[str, str] | None = None) -> None:
    """Open a file in the user's editor and wait until that is closed.

    :param filename: the file
    :param environ: the environment to read ``EDITOR``, ``VISUAL`` and ``PATH`` from
    :raises CommandError: there is no editor, or it fails
    """
    # here, because only one command needs another process
    from subprocess import check_call

    try:
        command = _editor_command(os.environ if environ is None else environ)
        check_call([*command, filename])
    except Exception as failure:
        raise CommandError(f"Error executing editor ({failure})") from failure


def _editor_command(environ: Mapping[str, str]) -> list[str]:
    search_path = environ.get("PATH")
    for candidate in _candidates(environ):
        command = _usable(candidate, search_path)
        if command:
            return command
    raise OSError(
        'No suitable editor found. Please set the "EDITOR" or "VISUAL" '
        "environment variables"
    )


def _candidates(environ: Mapping[str, str]) -> Iterator[str]:
    for variable in ("EDITOR", "VISUAL"):
        if environ.get(variable):
            yield environ[variable]
    yield from _POSIX_EDITORS if os.name == "posix" else _WINDOWS_EDITORS


def _usable(candidate: str, search_path: str | None) -> list[str] | None:
    """Return the command that starts an editor, if there is such a program.

    The candidate may be a file, a program on the search path, or such a program with
    arguments (``code --wait``).
    """
    # here, because only one command needs them
    import shlex
    from shutil import which

    if os.path.isfile(candidate):
        return [candidate]
    program = which(candidate, path=search_path)
    if program:
        return [program]
    first, *arguments = shlex.split(candidate, posix=os.name == "posix") or [""]
    program = first if os.path.isfile(first) else which(first, path=search_path)
    return [program, *arguments] if program and arguments else None
