"""Remember what revision files say, so that unchanged ones need not be opened.

One file in the ``__pycache__`` of a version location holds the identifiers and the
docstring of each revision file, with its times and size. It is only a shortcut: when
it is missing, damaged, out of date or cannot be written, the files are read and the
answer is the same. Like bytecode it is not written when
``sys.dont_write_bytecode`` is set, and goes below ``sys.pycache_prefix`` if there is
one; a folder with few files has none.
"""

from __future__ import annotations

import functools
import marshal
import operator
import os
import sys
import zlib
from typing import Iterable, Iterator, Sequence, Tuple

from ..util.files import write_whole
from .folder import FoundFile
from .reader import RevisionFacts, read_revision_file

# key, mtime, change time, size
_Stamp = Tuple[str, int, int, int]
_Facts = Tuple[object, ...]

INDEX_NAME = "alembic-revisions.index"
#: Fewer files than this are read quicker than an index is kept.
FEWEST_FILES = 64

# Called for each of thousands of files, so these are no functions of Python.
_remembered = functools.partial(
    tuple.__new__,  # pyright: ignore[reportUnknownMemberType]
    RevisionFacts,
)
_stamp_of = operator.attrgetter("key", "mtime_ns", "ctime_ns", "size")

_MAGIC = b"alembic revisions 1\n"
_MARSHAL_VERSION = 4  # understood by every Python since 3.4
_SECOND = 1_000_000_000


def read_location(
    location: str, files: Iterable[FoundFile], *, fewest: int = FEWEST_FILES
) -> Iterator[tuple[FoundFile, RevisionFacts]]:
    """Yield what each file of a version location says, in the order of the files.

    :param location: the folder that was searched.
    :param files: its revision files, as just listed.
    :param fewest: the number of files from which on an index is kept.
    :raises CommandError: as :func:`alembic.script.reader.read_revision_file`.
    """
    listed = tuple(files)
    if len(listed) < fewest:
        for file in listed:
            yield file, read_revision_file(file.path)[0]
        return
    yield from zip(listed, _Index(location).facts(listed))


class _Index:
    def __init__(self, location: str) -> None:
        self.folder = _cache_folder(location)
        self.path = os.path.join(self.folder, INDEX_NAME)
        self._begun: int | None = None

    def facts(self, files: Sequence[FoundFile]) -> list[RevisionFacts]:
        """Return what the files say, opening only those that changed."""
        stamps = list(map(_stamp_of, files))
        known_stamps, known_facts = _load(self.path)
        if stamps == known_stamps:
            return list(map(_remembered, known_facts))
        remembered = dict(zip(known_stamps, known_facts))
        all_facts: list[RevisionFacts] = []
        lasting: list[int] = []
        for number, (file, stamp) in enumerate(zip(files, stamps)):
            known = remembered.get(stamp)
            if known is None:
                facts, is_lasting = self._read(file)
            else:
                facts, is_lasting = _remembered(known), True
            all_facts.append(facts)
            if is_lasting:
                lasting.append(number)
        kept = [stamps[number] for number in lasting]
        if kept != known_stamps:
            self._save(kept, [tuple(all_facts[number]) for number in lasting])
        return all_facts

    def _read(self, file: FoundFile) -> tuple[RevisionFacts, bool]:
        """Return what a file says, and whether that may be remembered."""
        begun = self._clock()
        facts, decided_by_file = read_revision_file(file.path)
        return facts, decided_by_file and _settled_at(file) < begun

    def _clock(self) -> int:
        """Return the time before the first file was opened, by the folder's clock.

        What a file holds is remembered only if its times lie well before: later
        changes then show in them, however coarse the clock. 0 trusts no file.
        """
        if self._begun is None:
            self._begun = 0 if sys.dont_write_bytecode else _folder_time(self.folder)
        return self._begun

    def _save(self, stamps: list[_Stamp], facts: list[_Facts]) -> None:
        if sys.dont_write_bytecode:
            return
        payload = marshal.dumps((stamps, facts), _MARSHAL_VERSION)
        checksum = zlib.crc32(payload).to_bytes(4, "big")
        try:
            write_whole(self.path, _MAGIC + checksum + payload, overwrite=True)
        except OSError:
            return  # a folder that cannot be written to has no index, as documented


def _cache_folder(location: str) -> str:
    if sys.pycache_prefix is None:
        return os.path.join(location, "__pycache__")
    below = os.path.splitdrive(os.path.abspath(location))[1].lstrip(os.sep)
    return os.path.join(sys.pycache_prefix, below)


def _load(path: str) -> tuple[list[_Stamp], list[_Facts]]:
    try:
        with open(path, "rb", buffering=0) as file:
            data = file.read()
    except OSError:
        return [], []
    checked = len(_MAGIC) + 4
    payload = memoryview(data)[checked:]
    checksum = zlib.crc32(payload).to_bytes(4, "big")
    if data[:checked] != _MAGIC + checksum:
        return [], []
    try:
        stamps, facts = marshal.loads(payload)
    except (ValueError, EOFError, TypeError):
        return [], []
    return stamps, facts


def _folder_time(folder: str) -> int:
    try:
        os.makedirs(folder, exist_ok=True)
        probe = os.path.join(folder, f"{INDEX_NAME}.{os.getpid()}")
        with open(probe, "wb", buffering=0) as file:
            file.write(b"?")  # an existing empty file would keep its old time
            written = os.fstat(file.fileno()).st_mtime_ns
        os.unlink(probe)
    except OSError:
        return 0
    return written


def _settled_at(file: FoundFile) -> int:
    """Return the time from which on a further change must show in the file's times.

    Whole seconds come from a file system that counts seconds (or pairs of them, as
    FAT does); others follow the system's clock, which ticks every 10 ms or faster.
    """
    latest = max(file.mtime_ns, file.ctime_ns)
    return latest + (2 * _SECOND if latest % _SECOND == 0 else _SECOND // 20)
