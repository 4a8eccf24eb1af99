"""Check a wish for a new revision against the revisions that exist."""

from __future__ import annotations

import os
from typing import Any, Mapping, NamedTuple, Protocol, Union

from ..util.exc import CommandError
from ..util.langhelpers import dedupe_tuple, to_tuple
from ..util.pyfiles import coerce_resource_to_filename
from .failures import as_command_error
from .identifiers import check_new_id, check_new_labels
from .revision import Revision, RevisionMap

_PathLike = Union[str, "os.PathLike[str]"]


class NewRevision(NamedTuple):
    """What a new revision will be; it fits the others."""

    identifier: str
    message: str | None
    down_revisions: tuple[str, ...]
    branch_labels: tuple[str, ...]
    depends_on: tuple[str, ...]
    location: str
    variables: Mapping[str, Any]


class Directory(Protocol):
    """What is asked of the script directory."""

    revision_map: RevisionMap

    @property
    def locations(self) -> tuple[str, ...]: ...


def checked_request(
    directory: Directory,
    identifier: str,
    message: str | None,
    *,
    head: Any,
    splice: bool,
    branch_labels: Any,
    version_path: _PathLike | None,
    depends_on: Any,
    variables: Mapping[str, Any],
) -> NewRevision:
    """Return the new revision with all names resolved.

    The parameters are those of :meth:`.ScriptDirectory.generate_revision`.

    :raises CommandError: something asked for is not possible.
    :raises RevisionError: a name is unknown or ambiguous.
    """
    revision_map = directory.revision_map
    check_new_id(identifier, revision_map)
    parents = _parents(revision_map, head, splice)
    labels = dedupe_tuple(to_tuple(branch_labels, ()))
    check_new_labels(labels, identifier, revision_map)
    wanted = to_tuple(depends_on, ())
    return NewRevision(
        identifier,
        message,
        tuple(parent.revision for parent in parents),
        labels,
        dedupe_tuple(tuple(_dependency(revision_map, name) for name in wanted)),
        _location(directory.locations, version_path, parents),
        variables,
    )


def _parents(revision_map: RevisionMap, head: Any, splice: bool) -> list[Revision]:
    parents = [
        revision
        for symbol in to_tuple(head, ("head",))
        for revision in revision_map.get_revisions(symbol)
        if isinstance(revision, Revision)  # "-2" may lead to base
    ]
    if len({parent.revision for parent in parents}) != len(parents):
        raise CommandError("Duplicate head revisions specified")
    for parent in parents:
        if not parent.is_head and not splice:
            raise CommandError(
                f"Revision {parent.revision} is not a head revision; please specify "
                "--splice to create a new branch from this revision"
            )
    return parents


def _dependency(revision_map: RevisionMap, name: str) -> str:
    """Return the full identifier of a dependency; a label stays a label."""
    with as_command_error():
        revision = revision_map.get_revision(name)
    if revision is None:
        raise CommandError(f"Can't depend on '{name}', which is not a revision")
    return name if name in (revision.branch_labels or ()) else revision.revision


def _location(
    locations: tuple[str, ...],
    version_path: _PathLike | None,
    parents: list[Revision],
) -> str:
    """Return the version location in which the new file goes."""
    if version_path is not None:
        wanted = os.path.abspath(coerce_resource_to_filename(os.fspath(version_path)))
        if wanted not in locations:
            raise CommandError(
                f"Path {os.fspath(version_path)} is not represented in current "
                "version locations"
            )
        return wanted
    if len(locations) == 1:
        return locations[0]
    for parent in parents:
        return _location_of(parent, locations)
    raise CommandError(
        "Multiple version locations present, please specify --version-path"
    )


def _location_of(parent: Revision, locations: tuple[str, ...]) -> str:
    path: str = getattr(parent, "path")  # noqa: B009  (revisions here are scripts)
    around = [one for one in locations if path.startswith(os.path.join(one, ""))]
    return max(around, key=len)
