"""The little language in which revisions are named.

``ae10``, ``head``, ``billing@head``, ``+2``, ``ae10-1`` and ``billing@-1`` become
values here; what they stand for in a particular graph is found in ``resolve``.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_RELATIVE = re.compile(
    r"(?:(?P<branch>[^@]+)@)?(?P<symbol>[^@:+-]+)?(?P<steps>[+-]\d+)", re.DOTALL
)
_STEPS_DOWN = re.compile(r"-[1-9]\d*")


class Relative(NamedTuple):
    """A number of steps away from some revision.

    :param branch: the branch to stay on, if one was given.
    :param symbol: where to start; None for "from the current revision".
    :param steps: how many revisions up, or down if negative.
    :param text: the steps as they were written, ``+2`` or ``-1``.
    """

    branch: str | None
    symbol: str | None
    steps: int
    text: str


def split_branch(text: str) -> tuple[str | None, str]:
    """Return the branch in front of the first ``@``, if any, and the rest.

    Example::

        split_branch("billing@head")  # ("billing", "head")
        split_branch("ae10")  # (None, "ae10")
    """
    branch, at, rest = text.partition("@")
    if not at:
        return None, text
    return branch or None, rest


def as_relative(target: object) -> Relative | None:
    """Return a relative target as a value; None if the text is not one."""
    found = _RELATIVE.fullmatch(target) if isinstance(target, str) else None
    if found is None:
        return None
    steps = found["steps"]
    return Relative(found["branch"], found["symbol"], int(steps), steps)


def steps_down(text: str) -> int:
    """Return how many steps down a bare negative number asks for, else 0."""
    return -int(text) if _STEPS_DOWN.fullmatch(text) else 0
