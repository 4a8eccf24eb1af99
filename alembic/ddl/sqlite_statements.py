"""How an SQLite statement stands to transactions, judged by its first words."""

from __future__ import annotations

import enum
import re
from typing import NamedTuple


class Kind(enum.Enum):
    """What a statement asks of the transaction around it."""

    #: Reads, or sets something that no transaction touches.
    ANYWHERE = "anywhere"
    #: Changes the database.
    WRITE = "write"
    #: Changes nothing, but its effect ends with the transaction.
    INSIDE = "inside"
    #: Fails, or does nothing, inside of a transaction.
    OUTSIDE = "outside"
    #: ``PRAGMA foreign_keys = …``: silently without effect inside of a transaction.
    FOREIGN_KEYS = "foreign keys"
    #: ``PRAGMA foreign_keys``: shows whether the above had an effect.
    ASK_FOREIGN_KEYS = "ask foreign keys"
    BEGIN = "begin"
    COMMIT = "commit"


class Statement(NamedTuple):
    """A judged statement; ``value`` is what a PRAGMA is set to."""

    kind: Kind
    value: str | None = None


# Blanks, comments and empty statements.
_BEFORE_FIRST_WORD = re.compile(r"(?:\s|;|--[^\n]*|/\*(?:.*?\*/|.*))*", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]+")
_PRAGMA = re.compile(
    r"""PRAGMA\s+
    (?:["'`\[]?\w+["'`\]]?\s*\.\s*)?         # schema
    ["'`\[]?(?P<name>\w+)["'`\]]?\s*
    (?:=\s*(?P<set>[^;]+)|\(\s*(?P<call>[^)]*)\))?""",
    re.IGNORECASE | re.VERBOSE,
)
_WRITES = re.compile(
    r"\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM)\b",
    re.IGNORECASE,
)

_BY_FIRST_WORD = {
    "SELECT": Kind.ANYWHERE,
    "VALUES": Kind.ANYWHERE,
    "EXPLAIN": Kind.ANYWHERE,
    "ROLLBACK": Kind.ANYWHERE,
    "RELEASE": Kind.ANYWHERE,
    # Outside of a transaction a savepoint would be one of its own, and releasing
    # it would commit: https://www.sqlite.org/lang_savepoint.html
    "SAVEPOINT": Kind.INSIDE,
    "BEGIN": Kind.BEGIN,
    "COMMIT": Kind.COMMIT,
    "END": Kind.COMMIT,
    # https://www.sqlite.org/lang_vacuum.html; ATTACH and DETACH are refused inside
    # of a transaction by all but recent versions.
    "VACUUM": Kind.OUTSIDE,
    "ATTACH": Kind.OUTSIDE,
    "DETACH": Kind.OUTSIDE,
}

# https://www.sqlite.org/pragma.html
_WRITING_PRAGMAS = {
    "application_id",
    "incremental_vacuum",
    "optimize",
    "schema_version",
    "user_version",
}
_PRAGMAS_FOR_OUTSIDE = {"journal_mode", "synchronous", "temp_store"}


def judge(statement: str) -> Statement:
    """Say what a statement asks of the transaction around it.

    :param statement: SQL text as it goes to the driver
    """
    found = _BEFORE_FIRST_WORD.match(statement)
    start = found.end() if found else 0
    word = _WORD.match(statement, start)
    if word is None:
        return Statement(Kind.ANYWHERE)
    first = word.group().upper()
    if first == "PRAGMA":
        return _judge_pragma(statement, start)
    if first == "WITH":
        writes = _WRITES.search(statement, start)
        return Statement(Kind.WRITE if writes else Kind.ANYWHERE)
    return Statement(_BY_FIRST_WORD.get(first, Kind.WRITE))


def _judge_pragma(statement: str, start: int) -> Statement:
    found = _PRAGMA.match(statement, start)
    if found is None:
        return Statement(Kind.ANYWHERE)
    name = found.group("name").lower()
    value = found.group("set") or found.group("call")
    if name == "foreign_keys":
        kind = Kind.ASK_FOREIGN_KEYS if value is None else Kind.FOREIGN_KEYS
        return Statement(kind, value)
    if name == "wal_checkpoint":
        return Statement(Kind.OUTSIDE)
    if name == "optimize" or name == "incremental_vacuum":
        return Statement(Kind.WRITE)
    if value is None:
        return Statement(Kind.ANYWHERE)
    if name == "defer_foreign_keys":
        return Statement(Kind.INSIDE, value)
    if name in _WRITING_PRAGMAS:
        return Statement(Kind.WRITE, value)
    return Statement(
        Kind.OUTSIDE if name in _PRAGMAS_FOR_OUTSIDE else Kind.ANYWHERE, value
    )


def is_on(value: str) -> bool:
    """Return the truth of a PRAGMA's value, as SQLite reads it.

    :param value: such as ``ON``, ``1``, ``'true'``
    """
    word = value.strip().strip("'\"`[]").lower()
    if word.lstrip("+-").isdigit():
        return int(word) != 0
    return word in ("on", "yes", "true")
