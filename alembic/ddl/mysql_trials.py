"""What MySQL and MariaDB make of a type or an expression: it is tried.

Trials are made on temporary tables, with which no transaction ends.
"""

from __future__ import annotations

import contextlib
import re
from functools import partial
from typing import TYPE_CHECKING, Any, Generator, Mapping, Sequence

from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from ..util import sqla_compat
from .trials import columns_of, tried_in_halves

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.types import TypeEngine


@contextlib.contextmanager
def _trial(connection: Connection, *statements: str) -> Generator[bool, None, None]:
    """Carry statements out for the length of a block; yield whether they succeed."""
    try:
        for statement in statements:
            connection.execute(sqla_compat.verbatim_text(statement))
        succeeds = True
    except DBAPIError:
        succeeds = False
    try:
        yield succeeds
    finally:
        connection.execute(text("DROP TEMPORARY TABLE IF EXISTS alembic_trial"))


def types_as_reported(
    connection: Connection | None, definitions: Sequence[str]
) -> Mapping[str, TypeEngine[Any] | None]:
    """Return what the server makes of types, which are tried together.

    :param connection: an open connection, or None
    :param definitions: types as they stand in CREATE TABLE
    :return: by definition; None where it cannot be tried
    """
    if connection is None:
        return dict.fromkeys(definitions)
    create = f"CREATE TEMPORARY TABLE alembic_trial ({columns_of(definitions)})"
    with _trial(connection, create) as succeeds:
        if succeeds:
            found = inspect(connection).get_columns("alembic_trial")
            return dict(zip(definitions, (column["type"] for column in found)))
    # Such as a type that does not exist, or more than a row may hold.
    return tried_in_halves(partial(types_as_reported, connection), definitions)


def default_as_reported(connection: Connection, type_: str, default: str) -> str | None:
    """Return how the server writes a default, None where it cannot be tried.

    :param connection: an open connection
    :param type_: the column's type as it stands in CREATE TABLE
    :param default: the default as SQL
    """
    create = f"CREATE TEMPORARY TABLE alembic_trial (c {type_} DEFAULT {default})"
    with _trial(connection, create) as succeeds:
        if not succeeds:
            return None
        shown = connection.execute(text("SHOW CREATE TABLE alembic_trial"))
        written = re.search(r" DEFAULT (.*)$", shown.fetchall()[0][1], re.MULTILINE)
        return written.group(1) if written else None


def computed_as_reported(
    connection: Connection | None, table: str, type_: str, expression: str
) -> str | None:
    """Return how the server writes the expression of a computed column.

    :param connection: an open connection, or None
    :param table: the table, with quotes and schema
    :param type_: the column's type as it stands in CREATE TABLE
    :param expression: the expression as SQL
    :return: None where it cannot be tried
    """
    if connection is None:
        return None
    column = f"alembic_c {type_} GENERATED ALWAYS AS ({expression}) VIRTUAL"
    # ALTER TABLE, even of a temporary table, would commit.
    create = (
        f"CREATE TEMPORARY TABLE alembic_trial ({column}) SELECT * FROM {table} LIMIT 0"
    )
    with _trial(connection, create) as succeeds:
        if not succeeds:
            return None
        (found,) = (
            each
            for each in inspect(connection).get_columns("alembic_trial")
            if each["name"] == "alembic_c"
        )
        return found["computed"]["sqltext"] if "computed" in found else None
