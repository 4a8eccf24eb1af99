"""Foreign keys of SQLite while the table they lead to is dropped and made anew.

With enforcement on, DROP TABLE deletes the rows first, and the foreign keys of other
tables act on that: https://sqlite.org/foreignkeys.html#fk_schemacommands
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Callable, Iterable, List, Sequence

from sqlalchemy.exc import DBAPIError

from ..util import sqla_compat
from ..util.exc import CommandError
from .sqlite_schema import is_same, master_rows, of_schema, quoted
from .sqlite_text import folded

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    Ask = Callable[[str], List[Sequence[Any]]]

# SQLITE_DBCONFIG_ENABLE_FKEY of https://sqlite.org/c3ref/c_dbconfig_defensive.html.
# Drivers other than Python's own have the method without the constant.
_ENABLE_FKEY = 1002


def asker(connection: Connection) -> Ask:
    """Return a function that asks the driver, past SQLAlchemy, and returns rows.

    Neither a transaction of SQLAlchemy's nor a line in its log comes of it.
    """

    def ask(statement: str) -> list[Sequence[Any]]:
        with sqla_compat.driver_errors(connection, statement):
            cursor: Any = connection.connection.cursor()
            try:
                cursor.execute(statement)
                return list(cursor.fetchall())
            finally:
                cursor.close()

    return ask


def is_enforced(ask: Ask) -> bool:
    """Return True when SQLite enforces foreign keys on the connection."""
    return bool(ask("PRAGMA foreign_keys")[0][0])


def set_in_transaction(connection: Connection, enforced: bool) -> bool:
    """Switch enforcement, which this way works inside of a transaction as well.

    :return: False where the driver has no way to say it (sqlite3 before Python 3.12)
    """
    driver = sqla_compat.driver_connection(connection)
    if not hasattr(driver, "setconfig"):
        return False
    driver.setconfig(_ENABLE_FKEY, enforced)
    return True


def tables_around(ask: Ask, table: str, schema: str | None) -> list[str]:
    """Return the table and those that refer to it; none without any foreign key.

    :param ask: asks the database
    :param table: the table
    :param schema: name of an attached database; None for the main one
    """
    targets = _targets(ask, schema)
    own = folded(table)
    return [
        name for name, leads_to in targets if folded(name) == own or own in leads_to
    ]


def has_referring_rows(
    ask: Ask, table: str, schema: str | None, around: list[str]
) -> bool:
    """Return True where rows refer to the table, which dropping it would act on.

    :param ask: asks the database
    :param table: the table
    :param schema: name of an attached database; None for the main one
    :param around: the tables to look at
    """
    for name in around:
        source = of_schema(schema, quoted(name))
        for columns in _keys_to(ask, schema, name, table):
            # a foreign key with a null in it refers to nothing
            full = " AND ".join(f"{quoted(column)} IS NOT NULL" for column in columns)
            if ask(f"SELECT 1 FROM {source} WHERE {full} LIMIT 1"):
                return True
    return False


def _keys_to(
    ask: Ask, schema: str | None, table: str, target: str
) -> Iterable[list[str]]:
    """Return the columns of each foreign key of one table that leads to another."""
    columns: dict[int, list[str]] = {}
    for number, _, leads_to, column, *_ in _key_rows(ask, schema, table):
        if is_same(leads_to, target):
            columns.setdefault(number, []).append(column)
    return columns.values()


def _key_rows(ask: Ask, schema: str | None, table: str) -> list[Sequence[Any]]:
    """Return number, place, target, column and so on of each column of a key."""
    pragma = of_schema(schema, f"foreign_key_list({quoted(table)})")
    return ask(f"PRAGMA {pragma}")


def _targets(ask: Ask, schema: str | None) -> list[tuple[str, set[str]]]:
    """Return each table that has foreign keys, and where they lead to."""
    found: list[tuple[str, set[str]]] = []
    for row in master_rows(ask, schema):
        if row.type != "table":
            continue
        leads_to = {folded(str(key[2])) for key in _key_rows(ask, schema, row.name)}
        if leads_to:
            found.append((row.name, leads_to))
    return found


def columns_referred(
    ask: Ask, schema: str | None, table: str, target: str
) -> frozenset[str]:
    """Return the columns of one table that another refers to, folded.

    :param ask: asks the database
    :param schema: name of an attached database; None for the main one
    :param table: the table that has the foreign keys
    :param target: the one that they lead to
    """
    keys = _key_rows(ask, schema, table)
    # Where REFERENCES has no columns, the fifth is null.
    return frozenset(
        folded(str(key[4])) for key in keys if key[4] and is_same(key[2], target)
    )


class ForeignKeyCheck:
    """Counts rows without the row that they refer to, before a change and after.

    Rows that were in this state before, such as those written without enforcement,
    are nobody's fault now.

    :param ask: asks the database
    :param schema: name of an attached database; None for the main one
    :param tables: the tables to look at; None for all
    """

    def __init__(
        self, ask: Ask, schema: str | None = None, tables: list[str] | None = None
    ) -> None:
        self._ask = ask
        self._schema = schema
        self._tables = tables
        self._before = self._count()

    def verify(self) -> None:
        """Compare with the time when this object was made.

        :raises CommandError: when there are more such rows than before
        """
        for (table, parent), number in self._count().items():
            if number > self._before[table, parent]:
                raise CommandError(_complaint(table, parent, number))

    def _count(self) -> Counter[tuple[str, str]]:
        tables = self._tables
        if tables is None:
            tables = [name for name, _ in _targets(self._ask, self._schema)]
        found: Counter[tuple[str, str]] = Counter()
        for table in tables:
            found.update(self._violations(table))
        return found

    def _violations(self, table: str) -> Counter[tuple[str, str]]:
        pragma = of_schema(self._schema, f"foreign_key_check({quoted(table)})")
        try:
            rows = self._ask(f"PRAGMA {pragma}")
        except DBAPIError as err:
            if "mismatch" not in str(err.orig):
                raise
            # The columns referred to are gone, or no longer unique.
            return Counter({(table, ""): 1})
        return Counter((str(row[0]), str(row[2])) for row in rows)


def _complaint(table: str, parent: str, number: int) -> str:
    if not parent:
        return (
            f"A foreign key of table {table!r} leads to columns that would be gone or "
            "no longer unique (PRAGMA foreign_key_check: foreign key mismatch); change "
            "this foreign key in the same revision. Nothing was changed."
        )
    rows = "1 row" if number == 1 else f"{number} rows"
    return (
        f"{rows} of table {table!r} would refer to no row of table {parent!r} (PRAGMA "
        "foreign_key_check); put the rows in order in this revision, before the table "
        "is changed. Nothing was changed."
    )


def too_late(table: str) -> CommandError:
    """Return the error for a table that cannot be made anew at this point."""
    return CommandError(
        f"Table {table!r} cannot be made anew here: PRAGMA foreign_keys is on, so that "
        "dropping the old table would delete or change the rows that refer to it, and "
        "SQLite switches it off only outside of a transaction, but this one has "
        "changed something already. Move the batch_alter_table() block to the "
        "beginning of the revision or into a revision of its own, configure the "
        "context with sqlite_suspend_foreign_keys=True, or use Python 3.12 or later."
    )
