"""Find the revision files of a folder; nothing is opened here."""

from __future__ import annotations

import functools
import operator
import os
import stat
import sys
from typing import Any, Callable, Iterable, Iterator, NamedTuple, Sequence

from ..util.exc import CommandError

_SOURCE = ".py"
_COMPILED = (".py", ".pyc", ".pyo")
_NO_REVISION = (".#", "__init__")

# Called for each of thousands of files, so these are no functions of Python.
_name_of: Callable[[os.DirEntry[str]], str] = operator.attrgetter("name")
_mode_of = operator.attrgetter("st_mode")
_times_and_size_of = operator.attrgetter("st_mtime_ns", "st_ctime_ns", "st_size")


class FoundFile(NamedTuple):
    """A revision file as the folder lists it.

    ``key`` is the path below the version location; ``mtime_ns`` and ``ctime_ns`` are
    the times of modification and of status change in nanoseconds, ``size`` counts
    bytes.
    """

    path: str
    key: str
    real_path: str
    mtime_ns: int
    ctime_ns: int
    size: int


# As FoundFile(...), in a third of the time.
_found: Callable[[tuple[Any, ...]], FoundFile] = functools.partial(
    tuple.__new__,  # pyright: ignore[reportUnknownMemberType]
    FoundFile,
)


def is_revision_file_name(name: str, sourceless: bool = False) -> bool:
    """Return whether a file of this name counts as a revision.

    Names that begin with ``.#`` (locks of an editor) or ``__init__`` do not.
    """
    suffixes = _COMPILED if sourceless else _SOURCE
    return name.endswith(suffixes) and not name.startswith(_NO_REVISION)


def find_revision_files(
    location: str, *, recursive: bool = False, sourceless: bool = False
) -> Iterator[FoundFile]:
    """Yield the revision files of a version location, sorted by name in each folder.

    :param location: an existing folder.
    :param recursive: also look in subfolders; a folder's own files come first, then
        its subfolders by name. Links to folders are not followed.
    :param sourceless: also accept ``.pyc`` and ``.pyo`` files that have no source
        beside them, in the folder itself or in its ``__pycache__``.
    :raises CommandError: a folder cannot be listed, or what has the name of a
        revision file is something else.
    """
    pending = [(location, "")]
    while pending:
        folder, prefix = pending.pop()
        entries = sorted(_entries(folder), key=_name_of)
        chosen = _compiled_too(folder, entries) if sourceless else _sources(entries)
        real_folder = os.path.join(os.path.realpath(folder), "")
        for entry, state in zip(chosen, _states(chosen)):
            name, path = entry.name, entry.path
            real = os.path.realpath(path) if entry.is_symlink() else real_folder + name
            yield _found((path, prefix + name, real, *_times_and_size_of(state)))
        if recursive:
            pending.extend(
                (entry.path, f"{prefix}{entry.name}/")
                for entry in reversed(entries)
                if entry.name != "__pycache__" and entry.is_dir(follow_symlinks=False)
            )


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as listing:
            return list(listing)
    except OSError as error:
        raise CommandError(
            f"Can't list the version folder {folder}: {error.strerror}."
        ) from error


def _sources(entries: Iterable[os.DirEntry[str]]) -> list[os.DirEntry[str]]:
    sources = [entry for entry in entries if entry.name.endswith(_SOURCE)]
    return [entry for entry in sources if not entry.name.startswith(_NO_REVISION)]


def _compiled_too(
    folder: str, entries: Iterable[os.DirEntry[str]]
) -> list[os.DirEntry[str]]:
    """Return sources, and compiled files that stand for a missing source."""
    best: dict[str, os.DirEntry[str]] = {}
    for entry in entries:
        if not is_revision_file_name(entry.name, sourceless=True):
            continue
        module, _, suffix = entry.name.rpartition(".")
        # "py" < "pyc" < "pyo": the source is preferred, then the plain bytecode
        if module not in best or suffix < best[module].name.rpartition(".")[2]:
            best[module] = entry
    cached = os.path.join(folder, "__pycache__")
    if os.path.isdir(cached):
        for module, entry in _cached_modules(_entries(cached)).items():
            best.setdefault(module, entry)
    return sorted(best.values(), key=_name_of)


def _cached_modules(
    entries: Iterable[os.DirEntry[str]],
) -> dict[str, os.DirEntry[str]]:
    """Return one compiled file for each module, this interpreter's if there is one."""
    chosen: dict[str, os.DirEntry[str]] = {}
    for entry in sorted(entries, key=_name_of):
        if not is_revision_file_name(entry.name, sourceless=True):
            continue
        module, _, tag = entry.name.partition(".")
        if module not in chosen or tag == f"{sys.implementation.cache_tag}.pyc":
            chosen[module] = entry
    return chosen


def _states(entries: Sequence[os.DirEntry[str]]) -> list[os.stat_result]:
    """Return times and size of plain files; see :func:`_state` for what is none."""
    try:
        states = [entry.stat() for entry in entries]
    except OSError:
        return list(map(_state, entries))
    if all(map(stat.S_ISREG, map(_mode_of, states))):
        return states
    return list(map(_state, entries))


def _state(entry: os.DirEntry[str]) -> os.stat_result:
    try:
        state = entry.stat()
    except OSError as error:
        what = "a broken link" if entry.is_symlink() else error.strerror
        raise CommandError(
            f"Can't read revision file {entry.path}: it is {what}; remove it or "
            "put the file in its place."
        ) from error
    if stat.S_ISREG(state.st_mode):
        return state
    kind = "a folder" if stat.S_ISDIR(state.st_mode) else "not a plain file"
    raise CommandError(
        f"Can't read revision file {entry.path}: it is {kind}; rename it or move it "
        "out of the version folder."
    )
