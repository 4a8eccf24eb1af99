"""Steps that are announced, done in order, and taken back when one fails."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any, Callable, Generator, Iterable, NamedTuple

from alembic.util.exc import CommandError
from alembic.util.files import write_whole
from alembic.util.messaging import msg, status

if TYPE_CHECKING:
    from typing_extensions import TypeAlias

TakeBack: TypeAlias = Callable[[], None]


class Step(NamedTuple):
    """One thing to do."""

    path: str
    """what it is about, for the message when it fails"""
    run: Callable[[], TakeBack | None] | None
    """does it and returns how to take it back; nothing where the text is all"""
    text: str | None = None
    """how it is announced; None where it is not"""


def carry_out(steps: Iterable[Step], *, quiet: bool) -> None:
    """Do the steps in order; when one fails, take back those before it.

    :param quiet: announce nothing
    :raises CommandError: a step meets an error of the system
    """
    undo: list[TakeBack] = []
    try:
        for step in steps:
            _do(step, undo, quiet)
    except BaseException:
        for take_back in reversed(undo):
            # What cannot be taken back stays; the failure itself is what is reported.
            with contextlib.suppress(OSError):
                take_back()
        raise


def _do(step: Step, undo: list[TakeBack], quiet: bool) -> None:
    if step.run is None:
        msg(step.text or "", quiet=quiet)
        return
    with writing(step.path), _announced(step.text, quiet):
        take_back = step.run()
        if take_back is not None:
            undo.append(take_back)


def _announced(text: str | None, quiet: bool) -> Any:
    return contextlib.nullcontext() if text is None else status(text, quiet=quiet)


def new_folder(path: str) -> Step:
    """Return the step that makes a folder, and what is missing above it."""
    return Step(path, lambda: _make_folders(path), f"Creating directory {path}")


def _make_folders(path: str) -> TakeBack:
    missing: list[str] = []
    above = path
    while above and not os.path.isdir(above):
        missing.append(above)
        above = os.path.dirname(above)
    os.makedirs(path, exist_ok=True)
    return lambda: _remove_folders(missing)


def _remove_folders(paths: Iterable[str]) -> None:
    for path in paths:
        os.rmdir(path)


def new_mark(path: str) -> Step:
    """Return the step that makes an empty file and says nothing of it."""

    def write() -> TakeBack:
        # One call of the system: no moment at which the folder holds anything else.
        open(path, "xb").close()
        return lambda: os.unlink(path)

    return Step(path, write)


def new_file(path: str, data: bytes, verb: str) -> Step:
    """Return the step that writes a file which must not exist."""

    def write() -> TakeBack:
        write_whole(path, data, overwrite=False)
        return lambda: os.unlink(path)

    return Step(path, write, f"{verb} {path}")


def longer_file(path: str, old: bytes, addition: bytes) -> Step:
    """Return the step that adds to a file.

    :param old: what the file holds
    """

    def write() -> TakeBack:
        write_whole(path, old + addition, overwrite=True)
        # Shortening needs no room, even where the disk is full.
        return lambda: os.truncate(path, len(old))

    return Step(path, write, f"Appending to existing {path}")


def content_of(path: str) -> bytes:
    """Return what a file holds.

    :raises CommandError: it cannot be read
    """
    with reading(path), open(path, "rb") as stream:
        return stream.read()


@contextlib.contextmanager
def reading(path: str) -> Generator[None, None, None]:
    """Turn an error of the system into a sentence about reading a path."""
    try:
        yield
    except OSError as error:
        raise CommandError(
            f"Can't read {path}: {error.strerror}; please check its permissions"
        ) from error


@contextlib.contextmanager
def writing(path: str) -> Generator[None, None, None]:
    """Turn an error of the system into a sentence about writing a path."""
    try:
        yield
    except OSError as error:
        raise CommandError(
            f"Can't write {path}: {error.strerror}; nothing was created"
        ) from error
