"""Rows on their way into an INSERT."""

from __future__ import annotations

import itertools
from typing import Any, Iterator


def alike(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Return rows in runs that have the same keys, as one execution needs them.

    SQLAlchemy looks at the first row only; a key that others have beside would be
    left out without a word.
    """
    first = rows[0].keys()
    if all(row.keys() == first for row in rows):
        yield rows
        return
    for _, group in itertools.groupby(rows, key=lambda row: frozenset(row)):
        yield list(group)
