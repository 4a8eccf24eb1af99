"""What commands are given: a revision, a range of revisions, several of them."""

from __future__ import annotations

from typing import Any, Collection

from alembic.util.exc import CommandError
from alembic.util.several import is_several

_RANGE_FORM = "History range requires [start]:[end], [start]:, or :[end]"


def start_and_target(revision: Any, sql: bool) -> tuple[str | None, Any]:
    """Divide ``from:to``, which only offline mode knows; a target stands alone.

    :param revision: what the user typed; programs may give several targets at once
    :param sql: whether this is offline mode
    :returns: the start, or None where only a target was given, and the target
    :raises CommandError: one of them is missing, or there are more than two
    """
    if is_several(revision):
        return None, tuple(revision)
    if not isinstance(revision, str):
        raise CommandError(f"A revision is named by a text, not by {revision!r}")
    start, colon, target = revision.partition(":")
    if not colon:
        start, target = "", revision
    elif not sql:
        raise CommandError("Range revision not allowed")
    elif ":" in target:
        raise CommandError(
            f"Range '{revision}' has more than two ends; please write <start>:<end>"
        )
    elif not start:
        raise CommandError(
            f"Range '{revision}' has no start; please write 'base:{target}' for all "
            "from the beginning"
        )
    refuse_empty(target, "'head' or 'base'")
    return start or None, target


def refuse_empty(revision: object, symbols: str) -> None:
    """Do nothing unless what should name a revision is an empty text.

    :param symbols: what else it may be, for the message
    :raises CommandError: it is empty
    """
    if isinstance(revision, str) and not revision.strip():
        raise CommandError(
            "The revision argument is empty; please name a revision, a branch label, "
            f"{symbols}"
        )


def stamp_start_and_targets(
    given: Collection[Any], sql: bool
) -> tuple[str | None, tuple[Any, ...]]:
    """Divide what ``stamp`` is given; in offline mode all must have one start.

    :param given: each as for :func:`start_and_target`
    :param sql: whether this is offline mode
    :raises CommandError: there are different starts, or one is not as it should be
    """
    pairs = [
        start_and_target(each, sql) if sql or not str(each).strip() else (None, each)
        for each in given
    ]
    starts = dict.fromkeys(start for start, _ in pairs if start is not None)
    if len(starts) > 1:
        raise CommandError(
            "Stamp operation with --sql only supports a single starting revision at a "
            "time"
        )
    return next(iter(starts), None), tuple(target for _, target in pairs)


def history_range(rev_range: str | None) -> tuple[str, str]:
    """Divide ``[start]:[end]``; what is left out is the beginning and all heads.

    :raises CommandError: there is no colon, or more than one
    """
    if rev_range is None:
        return "base", "heads"
    start, colon, end = rev_range.strip().partition(":")
    if not colon or ":" in end:
        raise CommandError(_RANGE_FORM)
    return start or "base", end or "heads"
