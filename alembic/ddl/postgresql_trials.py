"""What PostgreSQL makes of a type or an expression: it is asked, or tries it.

Trials are made on an empty temporary table, which a savepoint takes away again.
"""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING, Any, Generator, Mapping, Sequence

from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from ..util import sqla_compat
from .defaults import folded, without_parentheses
from .trials import columns_of, tried_in_halves

if TYPE_CHECKING:
    from sqlalchemy import Column, Index
    from sqlalchemy.engine import Connection
    from sqlalchemy.types import TypeEngine


def same_default_on_server(
    connection: Connection, column: Column[Any], found: str, wanted: str
) -> bool:
    """Ask the server whether two defaults are the same value of a column's type.

    :param column: the column of the model
    :param found: the default as the database reports it
    :param wanted: the default of the model as SQL
    """
    type_ = sqla_compat.type_compiler_of(connection.dialect).process(column.type)
    if "nextval(" in found or "nextval(" in wanted:
        # Asking would use up a number.
        return False
    question = (
        f"SELECT CAST({found} AS {type_})::text = CAST({wanted} AS {type_})::text"
    )
    try:
        # A question that fails would end a running transaction.
        running = sqla_compat.in_transaction(connection)
        with connection.begin_nested() if running else connection.begin():
            answer = connection.execute(sqla_compat.verbatim_text(question)).scalar()
    except DBAPIError:
        # What cannot be evaluated by itself cannot be called the same.
        return False
    return bool(answer)


@contextlib.contextmanager
def _trial(connection: Connection, *statements: str) -> Generator[None, None, None]:
    """Carry statements out for the length of a block."""
    running = sqla_compat.in_transaction(connection)
    savepoint = connection.begin_nested() if running else connection.begin()
    try:
        for statement in statements:
            connection.execute(sqla_compat.verbatim_text(statement))
        yield
    finally:
        savepoint.rollback()


def types_as_reported(
    connection: Connection | None, definitions: Sequence[str]
) -> Mapping[str, TypeEngine[Any] | None]:
    """Return what PostgreSQL makes of types, which are tried together.

    :param connection: an open connection, or None
    :param definitions: types as they stand in CREATE TABLE
    :return: by definition; None where it cannot be tried
    """
    if connection is None:
        return dict.fromkeys(definitions)
    create = f"CREATE TEMPORARY TABLE alembic_trial ({columns_of(definitions)})"
    try:
        with _trial(connection, create):
            found = inspect(connection).get_columns("alembic_trial")
    except DBAPIError:
        # Such as a read-only server, or no right to make temporary tables.
        return tried_in_halves(partial(types_as_reported, connection), definitions)
    return dict(zip(definitions, (column["type"] for column in found)))


def is_same_computed(
    connection: Connection | None, table: str, type_: str, found: str, wanted: str
) -> bool | None:
    """Return whether two expressions of a computed column are the same.

    :param connection: an open connection, or None
    :param table: the table, with quotes and schema
    :param type_: the column's type as it stands in CREATE TABLE
    :param found: the expression as the database reports it
    :param wanted: the model's expression as SQL
    :return: None where that is not known for certain
    """
    return _are_same(
        connection,
        table,
        f"ALTER TABLE alembic_trial ADD COLUMN alembic_c {type_} "
        "GENERATED ALWAYS AS (%s) STORED",
        "SELECT pg_get_expr(adbin, adrelid) FROM pg_catalog.pg_attrdef "
        "WHERE adrelid = CAST('pg_temp.alembic_trial' AS regclass)",
        (found, wanted),
    )


def is_other_predicate(
    connection: Connection | None, index: Index, found: str, wanted: str
) -> bool:
    """Return True for a predicate that the server writes in another way.

    :param connection: an open connection; None: nothing is known for certain
    :param index: the index as the database has it
    :param found: its predicate
    :param wanted: the model's predicate as SQL
    """
    if _plain(found) == _plain(wanted) or connection is None:
        return False
    table: Any = index.table
    is_same = _are_same(
        connection,
        connection.dialect.identifier_preparer.format_table(table),
        "CREATE INDEX alembic_trial_ix ON alembic_trial ((1)) WHERE %s",
        "SELECT pg_get_expr(indpred, indrelid) FROM pg_catalog.pg_index "
        "WHERE indrelid = CAST('pg_temp.alembic_trial' AS regclass)",
        (found, wanted),
    )
    return is_same is False


def _are_same(
    connection: Connection | None,
    table: str,
    change: str,
    question: str,
    expressions: tuple[str, str],
) -> bool | None:
    """Return whether the server writes two expressions in the same way.

    :param change: uses an expression, for which ``%s`` stands, in a copy of the table
    :param question: asks how it was written
    :return: None where that cannot be tried
    """
    if connection is None:
        return None
    create = f"CREATE TEMPORARY TABLE alembic_trial (LIKE {table})"

    def written(expression: str) -> str:
        with _trial(connection, create, change.replace("%s", expression)):
            return str(connection.execute(text(question)).scalar())

    try:
        # What stands for IN is written in another way when it is read once more.
        return len({_plain(written(written(each))) for each in expressions}) == 1
    except DBAPIError:
        # Such as a read-only server, or a column that is not there yet.
        return None


def _plain(predicate: str) -> str:
    return folded(without_parentheses(predicate))
