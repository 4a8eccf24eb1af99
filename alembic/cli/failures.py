"""What went wrong, in one sentence without passwords."""

from __future__ import annotations

import errno
import re
import sys
from typing import TYPE_CHECKING, Any, Iterator
from urllib.parse import unquote

from alembic.graph.errors import RevisionError
from alembic.util.exc import CommandError
from alembic.util.masking import hide_passwords

if TYPE_CHECKING:
    from types import FrameType

    from alembic.settings.config import Config

_DISK_ERRORS = frozenset((errno.ENOSPC, errno.EROFS, errno.EIO, errno.EFBIG))
_FILE_CONDITIONS = (
    "attempt to write a readonly database",
    "database is locked",
    "database or disk is full",
    "disk I/O error",
    "file is not a database",
)
"""How SQLite says that its file is the problem, not the statement that met it
(https://www.sqlite.org/rescode.html)."""

_EXECUTOR = "alembic.runtime.executor"
"""The module that calls the functions of revisions."""

_EXECUTOR_LOG = "alembic.runtime.migration"
"""The logger that names the place of a revision that failed."""

_LIBRARIES = frozenset(("alembic", "sqlalchemy", "contextlib"))

_REFUSALS = NotImplementedError, TypeError, ValueError
"""What libraries raise over their arguments, beside errors of classes of their own."""

_MISWRITTEN = AttributeError, NameError, ImportError, TypeError
"""What Python raises over names and calls that do not fit what is there."""

_LOOK_UPS = frozenset(("__getattr__", "__getitem__"))

_ENV_MODULE = "env_py"
"""The name under which ``env.py`` is executed."""


def as_sentence(failure: BaseException) -> str | None:
    """Return what to tell a person about an exception; None where it is no mistake.

    A sentence have: the errors that commands raise on purpose, databases that cannot be
    reached or whose URL or driver is wrong, and files that cannot be read or written.
    Anything else comes from a project's own code, whose author needs the traceback.
    """
    if isinstance(failure, (CommandError, RevisionError)):
        return str(failure)
    for explain in (_of_disk, _of_url, _of_driver, _of_connection, _of_file):
        sentence = explain(failure)
        if sentence is not None:
            return _in_one_line(sentence)
    return None


def _of_url(failure: BaseException) -> str | None:
    if _is_from_sqlalchemy(failure, "NoSuchModuleError"):
        return f"The database URL names a dialect that is not installed: {failure}"
    if _is_from_sqlalchemy(failure, "ArgumentError") and "URL" in str(failure):
        return f"{failure}; please check the database URL"
    in_url = [*map(_module_of, _frames(failure))][-1:] == ["sqlalchemy.engine.url"]
    if isinstance(failure, ValueError) and in_url:
        return (
            "The database URL can't be understood: its port is not a number; please "
            "write '/', '@' and ':' in a user name or password as '%2F', '%40', '%3A'"
        )
    return None


def _of_driver(failure: BaseException) -> str | None:
    if not isinstance(failure, ImportError):
        return None
    if not any(_is_driver_import(frame) for frame in _frames(failure)):
        return None
    return (
        f"The database driver can't be loaded: {failure}; please install it, or name "
        "another one in the database URL"
    )


def _is_driver_import(frame: FrameType) -> bool:
    names = ("import_dbapi", "dbapi")  # since SQLAlchemy 2.0, before
    return _package_of(frame) == "sqlalchemy" and frame.f_code.co_name in names


def _of_connection(failure: BaseException) -> str | None:
    """Explain a database that refuses connections.

    SQLAlchemy wraps what drivers raise. Asyncio drivers raise the errors of sockets,
    which it does not wrap.
    """
    if _is_from_sqlalchemy(failure, "DBAPIError"):
        return _of_driver_error(failure, str(getattr(failure, "orig", failure)))
    if isinstance(failure, OSError) and _is_below_sqlalchemy(failure):
        return f"Can't connect to the database: {failure}"
    return None


def _is_below_sqlalchemy(failure: BaseException) -> bool:
    """Say whether SQLAlchemy, not code of the project, called what failed."""
    for frame in reversed([*_frames(failure)]):
        package = _package_of(frame)
        if package in ("alembic", _ENV_MODULE):
            return False
        if package == "sqlalchemy":
            return True
    return False


def _of_driver_error(failure: BaseException, text: str) -> str | None:
    # a connection comes out of a pool; a statement is sent, or committed, without one
    if any(
        _module_of(frame).startswith("sqlalchemy.pool") for frame in _frames(failure)
    ):
        return f"Can't connect to the database: {text}"
    if getattr(failure, "connection_invalidated", False):
        return f"The connection to the database was lost: {text}"
    if any(condition in text for condition in _FILE_CONDITIONS):
        return f"The database can't be used: {text}"
    return None


def _of_disk(failure: BaseException) -> str | None:
    is_full = isinstance(failure, OSError) and failure.errno in _DISK_ERRORS
    return _file_sentence(failure) if is_full else None


def _of_file(failure: BaseException) -> str | None:
    if not isinstance(failure, OSError) or isinstance(failure, BrokenPipeError):
        return None
    in_env = any(_module_of(frame) == _ENV_MODULE for frame in _frames(failure))
    return None if in_env else _file_sentence(failure)


def _file_sentence(failure: Any) -> str:
    reason = failure.strerror or str(failure)
    if failure.filename is None:
        return f"A file can't be read or written: {reason}"
    return f"Can't read or write {failure.filename}: {reason}"


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def _is_from_sqlalchemy(failure: BaseException, name: str) -> bool:
    # not imported: where SQLAlchemy is not loaded, nothing can have come from it
    module = sys.modules.get("sqlalchemy.exc")
    return module is not None and isinstance(failure, getattr(module, name))


def _frames(failure: BaseException) -> Iterator[FrameType]:
    trace = failure.__traceback__
    while trace is not None:
        yield trace.tb_frame
        trace = trace.tb_next


def _module_of(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__") or "")


def _package_of(frame: FrameType) -> str:
    return _module_of(frame).partition(".")[0]


def is_told_by_log(failure: BaseException) -> bool:
    """Say whether the log's line about a failed revision tells all there is to tell.

    It names the file, the line and the reason. Where a database, SQLAlchemy or a
    directive refused what stands there, or a name there means nothing, a traceback
    adds only frames of libraries; where the revision called other code of its project,
    or calculated something, it adds the way through that.

    :param failure: what ended a command
    """
    # here, because most commands succeed
    import logging

    frames = _frames_of_step(failure)
    if not frames or not logging.getLogger(_EXECUTOR_LOG).isEnabledFor(logging.ERROR):
        return False
    for frame in frames:
        package = _package_of(frame)
        if package == "sqlalchemy" and _is_from_sqlalchemy(failure, "SQLAlchemyError"):
            return not _wraps_own_error(failure)
        if package not in _LIBRARIES and not _is_revision(frame):
            return False
    last = frames[-1]
    if _is_revision(last):
        has_no_way = sum(map(_is_revision, frames)) == 1
        return has_no_way and isinstance(failure, _MISWRITTEN)
    # SQLAlchemy 1.4 raises in a function called raise_(), below the one that looks up
    if any(frame.f_code.co_name in _LOOK_UPS for frame in frames[-2:]):
        return isinstance(failure, (AttributeError, LookupError))
    return isinstance(failure, _REFUSALS)


def _frames_of_step(failure: BaseException) -> list[FrameType]:
    """Return the frames below the executor: those of a revision and what it called."""
    frames = iter([*_frames(failure)])
    begun = any(_module_of(frame) == _EXECUTOR for frame in frames)
    return [*frames] if begun else []


def _is_revision(frame: FrameType) -> bool:
    return "down_revision" in frame.f_globals


def _wraps_own_error(failure: BaseException) -> bool:
    """Say whether SQLAlchemy hands on what a type or a listener of a project raised."""
    cause = getattr(failure, "orig", None)
    if cause is None or _is_from_sqlalchemy(failure, "DBAPIError"):
        return False
    return any(_package_of(frame) not in _LIBRARIES for frame in _frames(cause))


def hide_passwords_in(failure: BaseException, config: Config) -> None:
    """Mask passwords in the texts of an exception and of those that led to it.

    The exceptions stay what they are, so a traceback shows them as ever.

    :param failure: changed in place
    :param config: its URLs hold the passwords to look for
    """
    known = tuple(_passwords_of(config))
    for each in _chain(failure):
        each.args = tuple(
            hide_passwords(part, known) if isinstance(part, str) else part
            for part in each.args
        )


def _chain(failure: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting: list[BaseException | None] = [failure]
    while waiting:
        each = waiting.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        # SQLAlchemy keeps the driver's exception beside the chain
        waiting += [each.__cause__, each.__context__, getattr(each, "orig", None)]


def _passwords_of(config: Config) -> Iterator[str]:
    """Return the passwords in the ini file's URLs, as written and as sent."""
    try:
        parser = config.file_config
        texts = [
            text
            for section in parser.sections()
            for _, text in parser.items(section, raw=True)
        ]
    except CommandError:
        return  # the file that cannot be read is what the command failed on
    for text in texts:
        for found in re.finditer(r"://[^\s:/@]*:(\S+)@", text):
            written = found.group(1).replace("%%", "%")
            yield from {written, unquote(written)}
