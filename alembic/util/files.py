"""Write a file whole or not at all."""

from __future__ import annotations

import os
import sys


def write_whole(path: str | os.PathLike[str], data: bytes, *, overwrite: bool) -> None:
    """Write a file so that nobody ever finds half of it.

    The data goes to a temporary file in the same folder, which then takes the name. On
    any failure nothing is left behind; a process killed in between leaves at most a
    file ``.<name>.<digits>.tmp``, which no command reads.

    :param path: the file to write; where it is a symbolic link and may be overwritten,
        the file that the link leads to
    :param data: all of its bytes
    :param overwrite: replace an existing file, keeping its permissions
    :raises FileExistsError: the file exists and ``overwrite`` is not set
    :raises OSError: the folder is missing or unwritable, the disk is full, …
    """
    target = os.path.realpath(path) if overwrite else os.fspath(path)
    temporary = _temporary_beside(target)
    try:
        _write_new(temporary, data)
        if overwrite:
            _replace(temporary, target)
        else:
            _claim(temporary, target)
    except BaseException:
        _remove_if_there(temporary)
        raise


def _temporary_beside(path: str) -> str:
    folder, name = os.path.split(path)
    # file systems count bytes, and no character may be cut in two
    begin = os.fsencode(name)[:100].decode(sys.getfilesystemencoding(), "ignore")
    return os.path.join(folder, f".{begin}.{os.urandom(4).hex()}.tmp")


def _write_new(path: str, data: bytes) -> None:
    with open(path, "xb") as stream:
        stream.write(data)


def _replace(temporary: str, target: str) -> None:
    if os.path.exists(target):
        os.chmod(temporary, os.stat(target).st_mode & 0o7777)
    os.replace(temporary, target)


def _claim(temporary: str, target: str) -> None:
    """Give the temporary file its name unless somebody else has taken that."""
    if os.name == "nt":  # pragma: no cover - there, rename() never overwrites
        os.rename(temporary, target)
        return
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:
        # Some file systems have no hard links. Reserve the name, then fill it; only a
        # kill exactly between the two calls can leave the empty file.
        open(target, "xb").close()
        os.replace(temporary, target)
        return
    os.unlink(temporary)


def _remove_if_there(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
