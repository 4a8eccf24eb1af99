"""Say what is wrong with a question about revisions, to the person who asked it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Generator

from ..graph.errors import (
    MultipleHeads,
    RangeNotAncestorError,
    ResolutionError,
    RevisionError,
)
from ..util.exc import CommandError
from ..util.several import is_listed

# The wording is interface: scripts around Alembic match it.
_MULTIPLE_HEADS = (
    "Multiple head revisions are present for given argument '{argument}'; please "
    "specify a specific target revision, '<branchname>@{argument}' to narrow to a "
    "specific head, or 'heads' for all heads"
)
_NOT_IN_LINE = (
    "Requested range {start}:{end} does not refer to ancestor/descendant revisions "
    "along the same branch"
)


@contextmanager
def as_command_error(
    *,
    multiple_heads: str = _MULTIPLE_HEADS,
    not_in_line: str = _NOT_IN_LINE,
    start: Any = None,
    end: Any = None,
    target: Any = None,
) -> Generator[None, None, None]:
    """Turn a :class:`.RevisionError` of the block into a :class:`.CommandError`.

    :param multiple_heads: the text where one head was asked for; may use
        ``{argument}``.
    :param not_in_line: the text where the ends of a range do not fit; may use
        ``{start}`` and ``{end}``.
    :param start: the lower end as the user gave it; that of the error by default.
    :param end: the upper end, likewise.
    :param target: the whole of what the user gave, where the error names a part of it.
    """
    try:
        yield
    except MultipleHeads as error:
        given = target if isinstance(target, str) else error.argument
        text = multiple_heads.replace("{argument}", str(given))
        raise CommandError(text) from error
    except ResolutionError as error:
        raise CommandError(
            f"Can't locate revision identified by '{error.argument}'"
        ) from error
    except RangeNotAncestorError as error:
        lower = _shown(error.lower if start is None else start)
        upper = _shown(error.upper if end is None else end)
        text = not_in_line.replace("{start}", lower).replace("{end}", upper)
        raise CommandError(text) from error
    except RevisionError as error:
        raise CommandError(str(error)) from error


def _shown(end: Any) -> str:
    if is_listed(end):
        return ", ".join(map(str, end))
    return str(end) if end else "base"
