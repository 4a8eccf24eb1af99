"""Server defaults in a form in which the same default is the same value."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Mapping, NamedTuple

from sqlalchemy import types as sqltypes
from sqlalchemy.exc import DBAPIError

from ..util import sqla_compat

if TYPE_CHECKING:
    from sqlalchemy import Column
    from sqlalchemy.engine import Connection

_STRING = r"'(?:[^']|'')*'"
_STRINGS = re.compile(rf"({_STRING})")
_ON_UPDATE = re.compile(r"\s+on\s+update\s+(?=[\w()]+$)", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.IGNORECASE)
_CALL = re.compile(r"([a-z_]+)(?:\((\d*)\))?")
_MOMENT = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{1,2})(?::(\d{1,2}(?:\.\d+)?))?)?"
)
# Before 2.1 a Float is a Numeric.
_NUMERIC = (sqltypes.Integer, sqltypes.Numeric, sqltypes.Float)
_TRUTHS = {
    "true": True,
    "t": True,
    "1": True,
    "false": False,
    "f": False,
    "0": False,
}
_KEYWORDS = {
    *("null", "true", "false"),
    *("current_date", "current_time", "current_timestamp"),
}


class Style(NamedTuple):
    """How a database writes defaults back."""

    #: Functions under several names: each name and the one it stands for.
    synonyms: Mapping[str, str] = {}
    #: What stands behind a value and says no more than its type.
    cast: str = ""
    #: ``"x"`` and a bare ``x``, which cannot be a column, are strings.
    names_are_strings: bool = False
    #: A backslash stands before a special character.
    backslashes: bool = False
    #: ``2020-1-1`` is kept as ``2020-01-01``.
    keeps_moments: bool = False


def same_default(
    style: Style, column: Column[Any], found: str | None, wanted: str | None
) -> bool:
    """Return True for two defaults that are certainly the same.

    :param style: how this database writes
    :param column: the column of the model
    :param found: the default as the database reports it
    :param wanted: the model's as text: a string as it is, else SQL
    """
    reader = _Reader(style, column)
    as_found = reader.read(found)
    default = getattr(column.server_default, "arg", None)
    if isinstance(default, str):
        return bool(as_found == reader.of_string(default))
    if as_found == reader.read(wanted):
        return True
    if column.server_default is not None or wanted is None or found is None:
        return False
    # Somebody gave texts alone, which may be strings as they are.
    return bool(
        as_found == reader.of_string(wanted)
        or reader.of_string(found) == reader.read(wanted)
    )


class _Reader:
    """Reads defaults of one column."""

    def __init__(self, style: Style, column: Column[Any]) -> None:
        self._style = style
        self._family = sqla_compat.affinity(column.type)

    def read(self, sql: str | None) -> Any:
        """Return what an SQL text means; equal meanings are equal values."""
        if sql is None:
            return None
        bare, *update = _ON_UPDATE.split(sql.strip())
        if update:
            return self.read(bare), self.read(update[0])
        bare = self._without_cast(without_parentheses(bare))
        string = self._string(bare)
        if string is not None:
            return self.of_string(string)
        if _NUMBER.fullmatch(bare):
            return self.of_string(bare)
        return self._expression(bare)

    def of_string(self, value: str) -> Any:
        """Return what a string means in a column of this type."""
        if issubclass(self._family, sqltypes.Boolean):
            return (
                ("number", Decimal(_TRUTHS[value.lower()]))
                if (value.lower() in _TRUTHS)
                else ("string", value)
            )
        if issubclass(self._family, _NUMERIC):
            return _number(value)
        if self._style.keeps_moments and issubclass(
            self._family, (sqltypes.Date, sqltypes.DateTime)
        ):
            return _moment(value)
        return "string", value

    def _expression(self, bare: str) -> Any:
        plain = folded(bare)
        if plain == "null":
            return None
        if plain in ("true", "false"):
            return "number", Decimal(_TRUTHS[plain])
        call = _CALL.fullmatch(plain)
        if call is not None and call.group(1) in self._style.synonyms:
            return "call", self._style.synonyms[call.group(1)], call.group(2) or ""
        return "expression", plain

    def _without_cast(self, bare: str) -> str:
        if not self._style.cast:
            return bare
        found = re.fullmatch(
            rf"({_STRING}|[-+\w.]+|\(.*\))(?:{self._style.cast})+", bare, re.DOTALL
        )
        return without_parentheses(found.group(1)) if found else bare

    def _string(self, bare: str) -> str | None:
        """Return the value of a string literal, None for anything else."""
        if self._style.names_are_strings and re.fullmatch(r'"(?:[^"]|"")*"', bare):
            inside = bare[1:-1].replace('""', '"')
            # SQLAlchemy's own reading of such a default keeps the quotes inside.
            return self._string(inside) if inside[:1] == "'" else inside
        if self._style.names_are_strings and re.fullmatch(r"[^\W\d]\w*", bare):
            return None if bare.lower() in _KEYWORDS else bare
        found = re.fullmatch(rf"N?({_STRING})", bare, re.DOTALL)
        if found is None:
            return None
        inside = found.group(1)[1:-1].replace("''", "'")
        if self._style.backslashes:
            return re.sub(r"\\(.)", _unescaped, inside, flags=re.DOTALL)
        return inside


# https://dev.mysql.com/doc/refman/8.0/en/string-literals.html
_ESCAPES = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a"}


def _unescaped(found: re.Match[str]) -> str:
    return _ESCAPES.get(found.group(1), found.group(1))


def without_parentheses(sql: str) -> str:
    """Return SQL without the parentheses around all of it, however many."""
    bare = sql.strip()
    while bare.startswith("(") and _closes_at_end(bare):
        bare = bare[1:-1].strip()
    return bare


def _closes_at_end(sql: str) -> bool:
    depth = 0
    for found in re.finditer(rf"{_STRING}|[()]", sql):
        depth += {"(": 1, ")": -1}.get(found.group(), 0)
        if depth == 0:
            return found.end() == len(sql)
    return False


def folded(sql: str) -> str:
    """Return SQL in lower case, without blanks and quoted names; strings stay."""
    parts = _STRINGS.split(sql)
    parts[::2] = [re.sub(r'[\s"`\[\]]', "", part).lower() for part in parts[::2]]
    return "".join(parts)


def _number(value: str) -> Any:
    try:
        return "number", Decimal(value.strip())
    except InvalidOperation:
        return "string", value


def _moment(value: str) -> Any:
    found = _MOMENT.fullmatch(value.strip())
    if found is None:
        return "string", value
    return "moment", *(Decimal(part or 0) for part in found.groups())


def same_constants(
    connection: Connection | None, column: Column[Any], found: str, wanted: str
) -> bool:
    """Ask the server whether two expressions of numbers alone are the same number.

    :param connection: an open connection, or None: then they are not
    :param column: the column of the model
    :param found: the default as the database reports it
    :param wanted: the model's as SQL
    """
    family = sqla_compat.affinity(column.type)
    if connection is None or not issubclass(family, _NUMERIC):
        return False
    if not all(re.fullmatch(r"[-\d\s()+*/.%']+", sql) for sql in (found, wanted)):
        return False
    question = f"SELECT ({found}) + 0 = ({wanted}) + 0"
    try:
        answer = connection.execute(sqla_compat.verbatim_text(question)).scalar()
    except DBAPIError:
        # Not an expression: SQLAlchemy 1.3 reads half of one back from MySQL.
        return False
    return bool(answer)
