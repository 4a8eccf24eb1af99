"""A folder that an ``init`` did not finish, because its process was killed.

While ``init`` is at work in a folder, an empty file of the name ``UNFINISHED`` stands
there. A folder that has it, and beside it nothing but what ``init`` writes, counts as
empty. Whatever a person has put or changed there makes it an ordinary folder again.
"""

from __future__ import annotations

import os
from typing import Collection, Iterable, Mapping

from alembic.script.steps import content_of, writing

UNFINISHED = ".alembic-init"


def clear_unfinished(
    folder: str,
    entries: Iterable[str],
    known: Mapping[str, Collection[bytes]],
    kept: Collection[str],
) -> bool:
    """Empty a folder that was left unfinished; touch nothing in any other.

    :param folder: the folder
    :param entries: the names in it
    :param known: by file name, the contents that ``init`` may have written
    :param kept: names to leave alone: settings files that lie in the folder
    :returns: whether the folder may be used
    :raises CommandError: something in it cannot be read or removed
    """
    names = [name for name in entries if name not in kept]
    if UNFINISHED not in names:
        return False
    with writing(folder):
        found = [_removable(folder, name, known) for name in names]
        if None in found:
            return False
        for path in (path for paths in found for path in paths or ()):
            (os.rmdir if os.path.isdir(path) else os.unlink)(path)
    return True


def _removable(
    folder: str, name: str, known: Mapping[str, Collection[bytes]]
) -> list[str] | None:
    """Return what to remove for one name, in order; None where it is not ours."""
    path = os.path.join(folder, name)
    if os.path.islink(path):
        return None
    if os.path.isfile(path):
        ours = _is_temporary(name) or content_of(path) in _contents(name, known)
        return [path] if ours else None
    inside = [_removable(path, each, {}) for each in os.listdir(path)]
    if "versions" != name or None in inside:
        return None
    return [*(path for paths in inside for path in paths or ()), path]


def _contents(name: str, known: Mapping[str, Collection[bytes]]) -> Collection[bytes]:
    if name in (UNFINISHED, "__init__.py"):
        return (b"",)
    return known.get(name, ())


def _is_temporary(name: str) -> bool:
    """Say whether a name is one that ``write_whole`` gives before the last rename."""
    return name.startswith(".") and name.endswith(".tmp")
