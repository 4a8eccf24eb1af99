"""Write a new revision file: check everything first, write last.

The finished text is made and checked in memory and written whole, under a name that
no file has. Then the post-write hooks run on it. Hooks expect the file's own name
(formatters and linters decide by it), so they work on the real file; when one fails,
the file is removed again, as are folders made for it. A command that fails leaves
nothing, and one that is killed leaves either nothing or a whole revision.
"""

from __future__ import annotations

import datetime
import os
from contextlib import ExitStack
from typing import (
    Any,
    Callable,
    Container,
    Mapping,
    Protocol,
)

from ..util.exc import CommandError
from ..util.files import write_whole
from ..util.langhelpers import to_tuple
from ..util.messaging import format_as_comma, status
from ..util.pyfiles import render_template
from .folder import is_revision_file_name
from .naming import creation_date, revision_file_path, slug_of
from .parse import NeedsExecution, parse_tree
from .reader import RevisionFacts, read_revision_file, read_source
from .rendering import fill_safely
from .request import NewRevision
from .revision import tuple_rev_as_scalar

TEMPLATE_NAME = "script.py.mako"


class WriterSettings(Protocol):
    """What the writer asks of the script directory."""

    dir: str
    file_template: str
    truncate_slug_length: int
    output_encoding: str
    timezone: str | None
    hooks: list[Mapping[str, str]]
    recursive_version_locations: bool
    messaging_opts: Mapping[str, Any]

    @property
    def locations(self) -> tuple[str, ...]: ...


def write_revision(
    settings: WriterSettings,
    new: NewRevision,
    known_files: Container[str],
) -> tuple[RevisionFacts, str]:
    """Write the file of a new revision, run the hooks, and read it back.

    :param settings: the script directory.
    :param new: the revision.
    :param known_files: the real paths of the files that ``new`` was checked against.
    :returns: what the file says at last, and its path.
    :raises CommandError: something keeps the file from being written, or a hook
        fails; then there is no new file.
    """
    date = creation_date(settings.timezone)
    path = _path_for(settings, new, date)
    data = _source(settings, new, date, path)
    with ExitStack() as undo:
        _make_folders(os.path.dirname(path), undo, settings.messaging_opts)
        with status(f"Generating {path}", **settings.messaging_opts):
            _write(path, data)
            undo.callback(_take_back, os.unlink, path)
        _refuse_rival(path, new.identifier, known_files)
        _run_hooks(path, settings)
        facts = _read_back(path, new, settings)
        undo.pop_all()
    return facts, path


def _take_back(remove: Callable[[str], None], path: str) -> None:
    try:
        remove(path)
    except OSError:
        return  # a hook has removed the file, or another command uses the folder


def _path_for(
    settings: WriterSettings, new: NewRevision, date: datetime.datetime
) -> str:
    slug = slug_of(new.message or "", settings.truncate_slug_length)
    path = revision_file_path(
        new.location, settings.file_template, new.identifier, slug, date
    )
    folder = os.path.dirname(path)
    if folder not in settings.locations and not settings.recursive_version_locations:
        raise CommandError(
            f"Revision file {path} would lie in a subfolder, where it is not found "
            "again; set 'recursive_version_locations' to true, or take the folder out "
            "of 'file_template'"
        )
    if os.path.lexists(path):
        raise CommandError(f"Revision file {path} already exists")
    return path


def _source(
    settings: WriterSettings, new: NewRevision, date: datetime.datetime, path: str
) -> bytes:
    template = os.path.join(settings.dir, TEMPLATE_NAME)
    if not os.path.isfile(template):
        raise CommandError(
            f"Can't find {template}, the template of revision files; restore it, or "
            "copy that of a new environment made by the 'init' command"
        )

    def render(message: str) -> bytes:
        return render_template(
            template,
            settings.output_encoding,
            **{
                "up_revision": new.identifier,
                "down_revision": tuple_rev_as_scalar(new.down_revisions),
                "branch_labels": new.branch_labels or None,
                "depends_on": tuple_rev_as_scalar(list(new.depends_on)),
                "create_date": date,
                "comma": format_as_comma,
                "message": message,
                **new.variables,
            },
        )

    message = "empty message" if new.message is None else new.message
    data = fill_safely(render, message, settings.output_encoding, path)
    try:
        _check_facts(read_source(data, path), new, path)
    except NeedsExecution:
        return data  # checked when the written file has been executed
    return data


def _check_facts(facts: RevisionFacts, new: NewRevision, path: str) -> None:
    """Refuse a file that does not say what was asked for."""
    missing = set(new.branch_labels).difference(to_tuple(facts.branch_labels, ()))
    if missing:
        raise CommandError(
            f"Version {new.identifier} specified branch_labels "
            f"{', '.join(new.branch_labels)}, however the migration file {path} does "
            "not have them; have you upgraded your script.py.mako to include the "
            "'branch_labels' section?"
        )
    if set(new.depends_on).difference(to_tuple(facts.depends_on, ())):
        raise CommandError(
            f"Version {new.identifier} specified depends_on "
            f"{', '.join(new.depends_on)}, however the migration file {path} does "
            "not have it; have you upgraded your script.py.mako to include the "
            "'depends_on' section?"
        )
    wanted = (new.identifier, new.down_revisions)
    if (facts.revision, to_tuple(facts.down_revision, ())) != wanted:
        raise CommandError(
            f"The template {TEMPLATE_NAME} (or a hook) did not write revision "
            f"{new.identifier} with its down_revision into {path}; it must assign "
            "'revision' and 'down_revision' from ${repr(up_revision)} and "
            "${repr(down_revision)}"
        )


def _make_folders(
    folder: str, undo: ExitStack, messaging_opts: Mapping[str, Any]
) -> None:
    missing: list[str] = []
    while not os.path.isdir(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    for folder in reversed(missing):
        with status(f"Creating directory {folder}", **messaging_opts):
            try:
                os.mkdir(folder)
                undo.callback(_take_back, os.rmdir, folder)
            except FileExistsError as error:
                if not os.path.isdir(folder):  # else made by another command just now
                    raise CommandError(f"{folder} is not a folder") from error
            except OSError as error:
                raise CommandError(
                    f"Can't create folder {folder}: {error.strerror}"
                ) from error


def _write(path: str, data: bytes) -> None:
    try:
        write_whole(path, data, overwrite=False)
    except FileExistsError as error:
        raise CommandError(f"Revision file {path} already exists") from error
    except OSError as error:
        raise CommandError(
            f"Can't write revision file {path}: {error.strerror}"
        ) from error


def _refuse_rival(path: str, identifier: str, known_files: Container[str]) -> None:
    """Refuse the identifier when another command wrote a file with it meanwhile.

    Each of two such commands sees the other's file, whichever came first.
    """
    own_path = os.path.realpath(path)
    folder = os.path.join(os.path.dirname(own_path), "")
    for name in sorted(os.listdir(folder)):
        other = folder + name
        if other in known_files or other == own_path or not is_revision_file_name(name):
            continue
        if read_revision_file(other)[0].revision == identifier:
            raise CommandError(
                f"Revision identifier '{identifier}' was taken by {other} just now"
            )


def _run_hooks(path: str, settings: WriterSettings) -> None:
    if settings.hooks:
        # most projects have none, and running programs takes many imports
        from .write_hooks import run_hooks

        run_hooks(path, settings.hooks, **settings.messaging_opts)


def _read_back(path: str, new: NewRevision, settings: WriterSettings) -> RevisionFacts:
    """Return what the file says after the hooks; they may have changed it."""
    if not os.path.isfile(path):
        raise CommandError(f"A post write hook has removed the revision file {path}")
    if settings.hooks:
        with open(path, "rb") as file:
            parse_tree(file.read(), path)
    facts, _ = read_revision_file(path)
    _check_facts(facts, new, path)
    return facts
