"""Names of columns inside SQL text that came from a database."""

from __future__ import annotations

import re
from typing import Iterable, Iterator, Mapping

# Strings, quoted names in every database's way, words, and anything else.
_TOKENS = re.compile(
    r"""
    (?P<string>'(?:[^']|'')*')
    | (?P<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])
    | (?P<word>[^\W\d]\w*)
    | (?P<other>\d\w*|.)
    """,
    re.VERBOSE | re.DOTALL,
)


def columns_mentioned(text: str, columns: Iterable[str]) -> set[str]:
    """Return those of the columns that SQL text uses.

    :param text: an expression over the columns of one table
    :param columns: their names
    """
    known = _Names({column: column for column in columns})
    found = (known.of(*token) for token in _tokens(text))
    return {column for column in found if column is not None}


def with_columns_renamed(text: str, new_names: Mapping[str, str]) -> str:
    """Return SQL text with other names for columns.

    :param text: an expression over the columns of one table
    :param new_names: by the name so far, the new name as SQL, with quotes where it
        needs them
    """
    known = _Names(new_names)
    return "".join(known.of(*token) or token[0] for token in _tokens(text))


class _Names:
    """Columns as text names them: as written in quotes, in any case without."""

    def __init__(self, value_by_name: Mapping[str, str]) -> None:
        self._exact = value_by_name
        self._folded = {name.lower(): value for name, value in value_by_name.items()}

    def of(self, written: str, kind: str, following: str) -> str | None:
        """Return the value for a token that names one of the columns."""
        if kind == "quoted":
            return self._exact.get(written[1:-1].replace(written[-1] * 2, written[-1]))
        # A word before "(" is a function.
        if kind == "word" and following != "(":
            return self._folded.get(written.lower())
        return None


def _tokens(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield each token as it is written, its kind, and what follows it."""
    for found in _TOKENS.finditer(text):
        rest = text[found.end() : found.end() + 20].lstrip()
        yield found.group(), found.lastgroup or "", rest[:1]
