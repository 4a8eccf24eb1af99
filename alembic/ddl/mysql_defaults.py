"""Defaults of MySQL and MariaDB that SQLAlchemy does not report.

It does not read functions and ``b'1'``, nor the comments that follow them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    _Columns = dict[tuple[str, str], "DefaultAndComment"]

_COLUMNS = """
SELECT table_name, column_name, column_default, column_comment, extra
FROM information_schema.columns
WHERE table_schema = coalesce(:schema, database())
  AND column_default IS NOT NULL AND column_default <> 'NULL'
"""


def is_whole(default: str | None) -> bool:
    """Return True for a default that SQLAlchemy has read to its end.

    Before 2.0 it stops at the first blank: ``(1``.
    """
    return default is not None and (
        default[:1] == "'" or default.count("(") == default.count(")")
    )


class DefaultAndComment(NamedTuple):
    """What a column has as default, as SQL, and as comment."""

    default: str
    comment: str | None


def columns_with_defaults(
    connection: Connection, inspector: Any, schema: str | None
) -> _Columns:
    """Return all columns with defaults, by table and column.

    They are read once for each inspector and schema.

    :param connection: an open connection
    :param inspector: SQLAlchemy's inspector, whose cache keeps them
    :param schema: the schema; None for the default one
    """
    key = ("alembic: defaults", schema)
    if key not in inspector.info_cache:
        rows = connection.execute(text(_COLUMNS), {"schema": schema})
        inspector.info_cache[key] = dict(_entry(*row) for row in rows)
    return cast("_Columns", inspector.info_cache[key])


def _entry(*row: str | bytes) -> tuple[tuple[str, str], DefaultAndComment]:
    """Return a column's table and name, and its default as it can stand in DDL.

    MySQL, unlike MariaDB, leaves out the parentheses and adds backslashes.
    """
    # Some drivers return some of these columns as bytes.
    table, column, default, comment, extra = (
        value.decode() if isinstance(value, bytes) else value for value in row
    )
    if "DEFAULT_GENERATED" in extra:
        default = "(" + default.replace("\\'", "'") + ")"
    return (table, column), DefaultAndComment(default, comment or None)
