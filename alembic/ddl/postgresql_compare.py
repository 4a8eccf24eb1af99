"""What PostgreSQL makes of expressions, and how to see that two are the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from ..util import sqla_compat
from .compare import is_parenthesized
from .defaults import Style

if TYPE_CHECKING:
    from sqlalchemy import Column, Index
    from sqlalchemy.engine import Connection

_TYPE_NAME = r'(?:"[^"]+"|\w+)(?:\.(?:"[^"]+"|\w+))?'
# ::character varying(5)[] and the like; words that follow belong to few types.
_TYPE_CAST = re.compile(
    rf"::\s*{_TYPE_NAME}(?: varying| precision| with(?:out)? time zone)?"
    r"(?:\(\d+(?:,\s*\d+)?\))?(?:\[\])*"
)
#: How PostgreSQL writes defaults back: with the type behind each constant.
POSTGRESQL_DEFAULTS = Style(cast=_TYPE_CAST.pattern)
_OPERATOR_CLASS = re.compile(r"\s\w+_ops$")
_SERIAL = re.compile(r"nextval\('((?:[^']|'')+)'::regclass\)")

#: By its name in ``nextval('…')``: the column that a sequence belongs to.
_OWNED_SEQUENCES = """
SELECT sequence.oid::regclass::text, owner.relname, space.nspname, part.attname
FROM pg_catalog.pg_class AS sequence
JOIN pg_catalog.pg_depend AS link ON link.objid = sequence.oid
JOIN pg_catalog.pg_class AS owner ON owner.oid = link.refobjid
JOIN pg_catalog.pg_namespace AS space ON space.oid = owner.relnamespace
JOIN pg_catalog.pg_attribute AS part
  ON part.attrelid = link.refobjid AND part.attnum = link.refobjsubid
WHERE sequence.relkind = 'S' AND link.deptype = 'a'
  AND link.classid = 'pg_catalog.pg_class'::regclass
  AND link.refclassid = 'pg_catalog.pg_class'::regclass
"""


def without_casts(sql: str) -> str:
    """Return an expression without ``::type``.

    :param sql: an expression as PostgreSQL reports it, or as a model has it
    """
    return _TYPE_CAST.sub("", sql)


def bare_expression(sql: str, table_name: str | None = None) -> str:
    """Return the element of an index in a form in which equal ones are equal texts.

    :param sql: an element as PostgreSQL reports it, or as a model has it
    :param table_name: the table's name, which may stand before columns
    """
    bare = sql.lower().replace('"', "").replace("'", "")
    if table_name is not None:
        bare = bare.replace(f"{table_name.lower()}.", "")
    bare = re.sub(r"\bcast\((.+?) as [\w\s]+?\)", r"(\1)", bare)
    bare = without_casts(bare)
    # (a)::text leaves parentheses around a single word.
    bare = re.sub(r"(?<!\w)\((\w+)\)", r"\1", bare)
    bare, modifiers = _modifiers(bare.strip())
    while is_parenthesized(bare):
        bare = bare[1:-1].strip()
    return re.sub(r"\s+", "", bare) + modifiers


def _modifiers(bare: str) -> tuple[str, str]:
    """Return an element apart from its order, and the order where it is no default."""
    found = re.search(
        r"\s+(?:(asc|desc)(?:\s+nulls\s+(first|last))?|nulls\s+(first|last))$", bare
    )
    if found is None:
        return bare, ""
    descending = found.group(1) == "desc"
    nulls = found.group(2) or found.group(3) or ("first" if descending else "last")
    kept = " desc" if descending else ""
    if nulls != ("first" if descending else "last"):
        kept += f" nulls {nulls}"
    return bare[: found.start()], kept


def has_operator_class(sql: str) -> bool:
    """Return True where an operator class stands behind an expression."""
    return _OPERATOR_CLASS.search(sql.strip().lower()) is not None


def sequence_of_default(default: str) -> str | None:
    """Return the name in ``nextval('…'::regclass)``, None for other defaults."""
    found = _SERIAL.fullmatch(default)
    return found.group(1).replace("''", "'") if found else None


class OwnedSequences:
    """Knows which sequences belong to columns; asks once for all of them.

    :param connection: the connection of the run
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._owners: dict[str, tuple[str, str, str]] = {}

    def owner_of(self, sequence: str) -> tuple[str, str, str] | None:
        """Return table, schema and column that a sequence belongs to, or None.

        :param sequence: its name as it stands in ``nextval('…')``
        """
        if sequence not in self._owners:
            rows = self._connection.execute(text(_OWNED_SEQUENCES))
            self._owners = {
                name: (table, schema, col) for name, table, schema, col in rows
            }
        return self._owners.get(sequence)


def default_as_sql(column: Column[Any], rendered: str) -> str:
    """Return the default of a model's column as it stands behind DEFAULT.

    :param column: the column of the model
    :param rendered: its default as text
    """
    default = getattr(column.server_default, "arg", None)
    if isinstance(default, str):
        return "'" + default.replace("'", "''") + "'"
    return rendered


def nextval_without_class(default: str) -> str:
    """Return a default in which ``nextval('x'::regclass)`` is ``nextval('x')``."""
    return default.replace("::regclass", "")


def text_of(condition: Any) -> Any:
    """Return a condition as a construct; a string is SQL text."""
    return sqla_compat.text_of(condition)


def index_options(index: Index) -> tuple[str, ...]:
    """Return what is compared of an index's options, each as a text.

    :param index: of a model, or read from a database
    """
    options = index.dialect_kwargs
    method = str(options.get("postgresql_using") or "btree").lower()
    included = [
        getattr(column, "name", column)
        for column in options.get("postgresql_include") or ()
    ]
    storage: dict[str, Any] = options.get("postgresql_with") or {}
    return (
        *([] if method == "btree" else [f"using {method}"]),
        *([f"include {', '.join(map(str, included))}"] if included else []),
        *(f"with {name}={storage[name]}" for name in sorted(storage)),
    )
