"""Say something to the person at the terminal."""

from __future__ import annotations

import os
import sys
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generator, Iterable, NoReturn, TextIO

from alembic.util.loggers import logger
from alembic.util.masking import hide_passwords

if TYPE_CHECKING:
    from logging import Logger

    TERMWIDTH: int | None
    log: Logger

__all__ = [
    "err",
    "format_as_comma",
    "msg",
    "obfuscate_url_pw",
    "printable",
    "speak_on_stderr",
    "status",
    "warn",
    "warn_deprecated",
    "write_outstream",
]

_on_stderr = False


def _terminal_width() -> int | None:
    """Return the columns of the terminal on file descriptor 0; None without one."""
    try:
        return os.get_terminal_size(0).columns or None
    except (OSError, ValueError):
        return None


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Return ``TERMWIDTH``, measured when asked for, or the logger ``log``."""
        if name == "TERMWIDTH":
            return globals().setdefault(name, _terminal_width())
        if name == "log":
            return logger(__name__)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _escapes() -> dict[int, str]:
    """Return what each character that can steer a terminal is shown as."""
    hidden = [*range(0x20), *range(0x7F, 0xA0)]
    hidden += [0x061C, 0x200E, 0x200F, 0x2028, 0x2029]  # marks of writing direction,
    hidden += [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]  # separators, overrides
    shown = {code: ascii(chr(code))[1:-1] for code in hidden}
    for kept in "\n\t":
        del shown[ord(kept)]
    return shown


_ESCAPES = _escapes()


def printable(text: str) -> str:
    r"""Return a text that cannot steer a terminal.

    Control characters and marks that change the direction of writing appear as escapes
    (``\x1b``); line feeds and tabs stay.
    """
    return text if text.isprintable() else text.translate(_ESCAPES)


@contextmanager
def speak_on_stderr() -> Generator[None, None, None]:
    """Send what this module says to stderr, because stdout carries SQL."""
    global _on_stderr
    before, _on_stderr = _on_stderr, True
    try:
        yield
    finally:
        _on_stderr = before


def write_outstream(stream: TextIO, *text: str | bytes, quiet: bool = False) -> None:
    """Write to a stream; what its encoding does not know is replaced by ``?``.

    A reader that has gone away (a broken pipe) ends the writing without an error.

    :param stream: where to write
    :param text: the pieces; bytes are read in the stream's encoding
    :param quiet: write nothing
    :raises OSError: the disk is full, the terminal is gone, …
    """
    if quiet:
        return
    encoding = getattr(stream, "encoding", None) or "ascii"
    try:
        stream.writelines(_encodable(piece, encoding) for piece in text)
    except BrokenPipeError:
        return


def _encodable(piece: str | bytes, encoding: str) -> str:
    raw = piece if isinstance(piece, bytes) else piece.encode(encoding, "replace")
    return raw.decode(encoding, "replace")


def msg(
    msg: str, newline: bool = True, flush: bool = False, quiet: bool = False
) -> None:
    """Write a message to stdout, wrapped to the terminal when its width is known.

    :param msg: the text
    :param newline: end the line
    :param flush: show it at once
    :param quiet: say nothing
    """
    if quiet:
        return
    stream = sys.stderr if _on_stderr else sys.stdout
    width = sys.modules[__name__].TERMWIDTH
    text = printable(msg) if width is None else _wrapped(printable(msg), width)
    write_outstream(stream, text, "\n" if newline else "")
    if flush:
        _flush(stream)


def _wrapped(text: str, width: int) -> str:
    # here, because only a terminal needs it and the light commands start without it
    from textwrap import wrap

    return "\n".join("  " + line for line in wrap(text, max(width - 2, 1)))


def _flush(stream: TextIO) -> None:
    try:
        stream.flush()
    except BrokenPipeError:
        return


@contextmanager
def status(
    status_msg: str, newline: bool = False, quiet: bool = False
) -> Generator[None, None, None]:
    """Say what is being done, then how it ended: ``Generating x ...  done``.

    :param status_msg: what is being done
    :param newline: end the line before the work, for work that writes lines of its own
    :param quiet: say nothing
    """
    msg(status_msg + " ...", newline, flush=True, quiet=quiet)
    stream = sys.stderr if _on_stderr else sys.stdout
    try:
        yield
    except BaseException:
        write_outstream(stream, "  FAILED\n", quiet=quiet)
        raise
    write_outstream(stream, "  done\n", quiet=quiet)


def err(message: str, quiet: bool = False) -> NoReturn:
    """Report a failure and end the program with status 255.

    :param message: the sentence that says what went wrong
    :param quiet: only log it
    :raises SystemExit: always
    """
    shown = printable(hide_passwords(message))
    logger(__name__).error("%s", shown)
    msg(f"FAILED: {shown}", quiet=quiet)
    sys.exit(-1)


def warn(msg: str, stacklevel: int = 2) -> None:
    """Warn with a ``UserWarning``; by default about the caller's line."""
    warnings.warn(msg, UserWarning, stacklevel=stacklevel)


def warn_deprecated(msg: str, stacklevel: int = 2) -> None:
    """Warn with a ``DeprecationWarning``; by default about the caller's line."""
    warnings.warn(msg, DeprecationWarning, stacklevel=stacklevel)


def obfuscate_url_pw(input_url: str) -> str:
    """Return a database URL with its password shown as ``***``.

    :param input_url: the URL, as text or as SQLAlchemy's object
    :raises sqlalchemy.exc.ArgumentError: the text is no database URL
    """
    # here, because the light commands never load SQLAlchemy
    from sqlalchemy.engine.url import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        shown = repr(make_url(input_url))
    except ArgumentError as failure:
        raise ArgumentError(hide_passwords(str(failure))) from None
    return hide_passwords(shown)


def format_as_comma(value: str | Iterable[str] | None) -> str:
    """Return texts joined by commas.

    :param value: None gives nothing; a string stays as it is; texts are joined
    :raises ValueError: it is none of these
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if hasattr(value, "__iter__"):
        return ", ".join(value)
    raise ValueError(f"Don't know how to comma-format {value!r}")
