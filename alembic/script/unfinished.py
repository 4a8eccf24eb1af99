"""A folder that an ``init`` did not finish, because its process was killed.

While ``init`` is at work in a folder, an empty file of the name ``UNFINISHED`` stands
there. A folder that has it, and beside it nothing but what ``init`` writes, counts as
empty. Whatever a person has put or changed there makes it an ordinary folder again.
"""

from __future__ import annotations

import os
from typing import Collection, Mapping

from alembic.script.steps import content_of, writing

UNFINISHED = ".alembic-init"


def clear_unfinished(
    folder: str, known: Mapping[str, Collection[bytes]], kept: Collection[str]
) -> bool:
    """Empty a folder that was left unfinished; touch nothing in any other.

    :param folder: the folder
    :param known: by file name, the contents that ``init`` may have written
    :param kept: paths to leave alone: settings files that lie in the folder or below
    :returns: whether the folder may be used
    :raises CommandError: something in it cannot be read or removed
    """
    mark = os.path.join(folder, UNFINISHED)
    if mark in kept or not os.path.lexists(mark):
        return False
    with writing(folder):
        found = _all_removable(folder, known, kept)
        for path in found or ():
            (os.rmdir if os.path.isdir(path) else os.unlink)(path)
    return found is not None


def _all_removable(
    folder: str, known: Mapping[str, Collection[bytes]], kept: Collection[str]
) -> list[str] | None:
    """Return what to remove in a folder, in order; None where not all of it is ours."""
    found: list[str] = []
    for name in os.listdir(folder):
        paths = _removable(os.path.join(folder, name), known, kept)
        if paths is None:
            return None
        found += paths
    return found


def _removable(
    path: str, known: Mapping[str, Collection[bytes]], kept: Collection[str]
) -> list[str] | None:
    """Return what to remove of one path, in order; None where it is not ours."""
    name = os.path.basename(path)
    if path in kept:
        return []
    if os.path.islink(path):
        return None
    if os.path.isfile(path):
        ours = _is_temporary(name) or content_of(path) in _contents(name, known)
        return [path] if ours else None
    leads_to_kept = any(each.startswith(os.path.join(path, "")) for each in kept)
    if not leads_to_kept and name != "versions":
        return None
    inside = _all_removable(path, {}, kept)
    return inside if inside is None or leads_to_kept else [*inside, path]


def _contents(name: str, known: Mapping[str, Collection[bytes]]) -> Collection[bytes]:
    if name in (UNFINISHED, "__init__.py"):
        return (b"",)
    return known.get(name, ())


def _is_temporary(name: str) -> bool:
    """Say whether a name is one that ``write_whole`` gives before the last rename."""
    return name.startswith(".") and name.endswith(".tmp")
