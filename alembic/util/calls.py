"""Which line of a project asked for what is done later."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any, Generator, Iterator, NamedTuple

if TYPE_CHECKING:
    from types import FrameType

_ATTRIBUTE = "_alembic_call"
_OWN = frozenset(("alembic", "contextlib"))


class Call(NamedTuple):
    """A line that called this package.

    :ivar names: the global names of the module that it stands in
    :ivar line: its number, from 1
    :ivar function: the function that it stands in
    """

    names: dict[str, Any]
    line: int
    function: str


def current_call() -> Call | None:
    """Return the line outside of this package that is being carried out."""
    for frame in _frames(sys._getframe(1)):
        if not _is_own(frame):
            return Call(frame.f_globals, frame.f_lineno, frame.f_code.co_name)
    return None


def levels_to_call() -> int:
    """Return how far above its caller the line is that called this package.

    What ``warn()`` of ``messaging`` takes to name that line, is 2 more.
    """
    own = 0
    for frame in _frames(sys._getframe(1)):
        if not _is_own(frame):
            break
        own += 1
    return own


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _is_own(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__")).partition(".")[0] in _OWN


@contextlib.contextmanager
def on_behalf_of(call: Call | None) -> Generator[None, None, None]:
    """Let an exception know which line asked for what fails.

    :param call: the line; None where it is not known
    """
    try:
        yield
    except Exception as failure:
        if call is not None:
            setattr(failure, _ATTRIBUTE, call)
        raise


def call_behind(failure: BaseException) -> Call | None:
    """Return the line that asked for what failed, where that was done later."""
    found: Call | None = getattr(failure, _ATTRIBUTE, None)
    return found
