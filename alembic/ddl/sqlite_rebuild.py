"""A table of SQLite made anew without harm to what hangs on it.

It is the procedure of https://sqlite.org/lang_altertable.html#otheralter: foreign
keys off, one transaction, and triggers and the counter of AUTOINCREMENT made again.
"""

from __future__ import annotations

import contextlib
import re
import warnings
from typing import TYPE_CHECKING, Collection, Generator, Mapping

from sqlalchemy.exc import DBAPIError, SAWarning

from ..util import sqla_compat
from ..util.exc import CommandError
from ..util.messaging import warn
from .rebuild import TableRebuild
from .sqlite_foreign_keys import (
    ForeignKeyCheck,
    asker,
    columns_referred,
    has_referring_rows,
    is_enforced,
    set_in_transaction,
    tables_around,
    too_late,
)
from .sqlite_schema import Row, is_same, master_rows, of_schema, quoted
from .sqlite_text import folded, mentioned, needed_by_trigger

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.schema import Table
    from typing_extensions import Self

    from .impl import DefaultImpl
    from .sqlite_transactions import SQLiteTransactionGuard

_PREFIX = "_alembic_tmp_"
_GREATEST_LENGTH = 50
_CREATE_TRIGGER = "CREATE TRIGGER "
_CREATE_VIRTUAL = "CREATE VIRTUAL TABLE "

# What SQLite says where a view or trigger is broken, and before 3.25.
_CANNOT_RENAME = re.compile("^error in |syntax error")

# How SQLAlchemy's warnings begin about what it cannot read, and sqlite_schema does.
_READ_BY_US = (
    "Skipped unsupported reflection of expression-based index",
    "Failed to look up filter predicate of partial index",
    "WARNING: SQL-parsed foreign key constraint",
    "unique constraint key",
    "Could not instantiate type",
)


class SQLiteTableRebuild(TableRebuild):
    """Stands by while a table of SQLite is made anew.

    :param impl: what sends SQL to the database
    :param connection: the connection it sends it on
    :param guard: what watches over the transaction of a running step, or None
    :param table: the bare name of the table
    :param schema: name of an attached database; None for the main one
    """

    def __init__(
        self,
        impl: DefaultImpl,
        connection: Connection,
        guard: SQLiteTransactionGuard | None,
        table: str,
        schema: str | None,
    ) -> None:
        self._impl = impl
        self._connection = connection
        self._guard = guard
        self._table = table
        self._schema = schema
        self._ask = asker(connection)
        self._new_name = f"{_PREFIX}{table}"[:_GREATEST_LENGTH]
        self._rows: list[Row] = []
        self._triggers: list[Row] = []
        self._renames: Mapping[str, str] = {}
        self._check: ForeignKeyCheck | None = None
        # How to switch enforcement on again: by setconfig(), or by PRAGMA.
        self._on_again_at_once = False
        self._on_again_after_commit = False

    # -- foreign keys and the transaction ------------------------------------

    def __enter__(self) -> Self:
        """Switch the enforcement of foreign keys off where any are concerned.

        :raises CommandError: where a running transaction makes it impossible and rows
            refer to the table, an interrupted run has left the rows in another one, or
            the table is a virtual one
        """
        rows = master_rows(self._ask, self._schema)
        self._refuse_half_done(rows)
        self._refuse_virtual(rows)
        if not is_enforced(self._ask):
            return self
        around = tables_around(self._ask, self._table, self._schema)
        if around:
            self._suspend(around)
        return self

    def _suspend(self, around: list[str]) -> None:
        if set_in_transaction(self._connection, False):
            self._on_again_at_once = True
        elif self._guard is not None:
            if self._guard.suspend_foreign_keys():
                return
            self._refuse_referring_rows(around)
        elif self._is_in_transaction():
            self._refuse_referring_rows(around)
        else:
            self._ask("PRAGMA foreign_keys=OFF")
            self._on_again_after_commit = True
        self._check = ForeignKeyCheck(self._ask, self._schema, around)
        if self._guard is not None:
            # A later block of the step may put in order what this one leaves.
            self._guard.check_before_commit(self._check)
            self._check = None

    def _refuse_referring_rows(self, around: list[str]) -> None:
        """Refuse to drop a table under enforcement, unless no row refers to it.

        :raises CommandError: naming the table and the remedies
        """
        if has_referring_rows(self._ask, self._table, self._schema, around):
            raise too_late(self._table)

    def __exit__(self, *exc: object) -> None:
        """Switch the enforcement of foreign keys on again."""
        if self._on_again_at_once:
            set_in_transaction(self._connection, True)
        elif self._on_again_after_commit:
            self._ask("PRAGMA foreign_keys=ON")

    @contextlib.contextmanager
    def transaction(self) -> Generator[None, None, None]:
        """Begin a transaction of the database where nobody else does.

        The driver itself begins one too late: at the first INSERT.
        """
        if self._guard is not None or self._is_in_transaction():
            yield
            self._verify()
            return
        self._ask("BEGIN")
        try:
            yield
            self._verify()
        except BaseException:
            if self._is_in_transaction():
                self._ask("ROLLBACK")
            raise
        if self._is_to_be_committed():
            self._ask("COMMIT")

    def _is_to_be_committed(self) -> bool:
        """Say whether the transaction must not wait for somebody else's commit."""
        if self._on_again_after_commit:
            return True
        driver = sqla_compat.driver_connection(self._connection)
        by_itself = getattr(driver, "autocommit", None) is True
        return by_itself or sqla_compat.is_autocommit(self._connection)

    def _verify(self) -> None:
        if self._check is not None:
            self._check.verify()

    def _is_in_transaction(self) -> bool:
        return bool(sqla_compat.driver_in_transaction(self._connection))

    # -- what hangs on the table ---------------------------------------------

    @contextlib.contextmanager
    def reading(self) -> Generator[None, None, None]:
        """Keep SQLAlchemy from warning of what it cannot read, but we can."""
        with warnings.catch_warnings():
            for message in _READ_BY_US:
                warnings.filterwarnings("ignore", message, SAWarning)
            yield

    def begin(
        self, old: Table, dropped: Collection[str], renamed: Mapping[str, str]
    ) -> bool:
        """Drop what an interrupted run has left, and warn of what will not work."""
        self._rows = master_rows(self._ask, self._schema)
        self._drop_leftover()
        self._renames = self._renames_of_dependents(dropped, renamed)
        lost = {*dropped, *(() if self._renames else renamed)}
        for row in self._rows:
            if row.sql is None or row.type == "index":
                continue
            if not is_same(row.table, self._table):
                self._look_at_other(row, lost)
            elif row.type == "trigger":
                self._look_at_trigger(row, lost)
        return bool(self._renames)

    def _renames_of_dependents(
        self, dropped: Collection[str], renamed: Mapping[str, str]
    ) -> Mapping[str, str]:
        """Return the new names where something else depends on the old ones.

        SQLite renames a column in views, triggers and foreign keys as well, but for
        those that are broken, or will be: at these it fails.
        """
        others = [row for row in self._rows if row.sql is not None]
        used = [row for row in others if self._columns_in(row, renamed)]
        broken = [row for row in others if self._columns_in(row, dropped)]
        if used and not broken and self._would_rename(renamed):
            return renamed
        return {}

    def _would_rename(self, renamed: Collection[str]) -> bool:
        """Try whether SQLite can rename columns; before 3.25 it cannot."""
        self._ask("SAVEPOINT _alembic_rename")
        try:
            for number, name in enumerate(renamed):
                self._ask(self._rename_sql(name, f"{_PREFIX}{number}"))
        except DBAPIError as err:
            if not _CANNOT_RENAME.search(str(err.orig)):
                raise
            return False
        finally:
            self._ask("ROLLBACK TO _alembic_rename")
            self._ask("RELEASE _alembic_rename")
        return True

    def _columns_in(self, row: Row, columns: Collection[str]) -> set[str]:
        """Return the columns of the table that something else speaks of."""
        sql, table = row.sql or "", self._table
        if row.type == "index" or (row.type == "table" and is_same(row.name, table)):
            return set()
        if row.type == "trigger" and is_same(row.table, table):
            return needed_by_trigger(sql, table, columns)
        words = mentioned(sql)
        if folded(table) not in words:
            return set()
        if row.type == "table":
            words = columns_referred(self._ask, self._schema, row.name, table)
        return {column for column in columns if folded(column) in words}

    def _look_at_trigger(self, row: Row, lost: set[str]) -> None:
        found = self._columns_in(row, lost)
        if not found:
            self._triggers.append(row)
            return
        warn(
            f"Trigger {row.name!r} of table {self._table!r} mentions "
            f"{_listed(found)}, which is dropped or renamed; the trigger goes with the "
            "old table. Create it again in this revision with op.execute()."
        )

    def _look_at_other(self, row: Row, lost: set[str]) -> None:
        found = self._columns_in(row, lost)
        if found:
            warn(
                f"The {row.type} {row.name!r} mentions {_listed(found)} of table "
                f"{self._table!r}, which is dropped or renamed; make sure that it "
                "still says what it should."
            )

    def _drop_leftover(self) -> None:
        if not any(is_same(row.name, self._new_name) for row in self._rows):
            return
        warn(
            f"Table {self._new_name!r} is left from an interrupted run; it is dropped, "
            f"table {self._table!r} has all rows."
        )
        self._send(f"DROP TABLE {of_schema(self._schema, quoted(self._new_name))}")

    def _refuse_virtual(self, rows: list[Row]) -> None:
        """Refuse to make a plain table of one that a module keeps, such as FTS5.

        :raises CommandError: naming the table
        """
        for row in rows:
            virtual = (row.sql or "").startswith(_CREATE_VIRTUAL)
            if virtual and is_same(row.name, self._table):
                raise CommandError(
                    f"Table {self._table!r} is a virtual table, which a batch block "
                    "would make a plain one; drop it and create it again, with its "
                    "rows, in op.execute()."
                )

    def _refuse_half_done(self, rows: list[Row]) -> None:
        """Refuse to go on where a former run ended between DROP and RENAME.

        :raises CommandError: naming the table that has the rows
        """
        names = {folded(row.name) for row in rows if row.type in ("table", "view")}
        if folded(self._table) in names or folded(self._new_name) not in names:
            return
        raise CommandError(
            f"Table {self._table!r} does not exist, but {self._new_name!r} does: "
            "another run was interrupted after it had dropped the one and before it "
            "renamed the other, which has the rows. Look at it, then run: ALTER TABLE "
            f"{quoted(self._new_name)} RENAME TO {quoted(self._table)}"
        )

    def making(self, new: Table) -> None:
        """Leave AUTOINCREMENT out where the new type of its column forbids it."""
        options = new.dialect_options["sqlite"]
        if not options["autoincrement"]:
            return
        for column in new.primary_key.columns:
            type_ = column.type.compile(dialect=self._impl.dialect)
            if type_.upper() != "INTEGER":
                options["autoincrement"] = False
                warn(
                    f"Table {self._table!r} loses AUTOINCREMENT: SQLite has it for "
                    f"INTEGER only, and column {column.name!r} is {type_} now."
                )

    def rows_copied(self, new: Table) -> None:
        """Hand on the counter of AUTOINCREMENT, which may be beyond the last row."""
        if not new.dialect_options["sqlite"]["autoincrement"]:
            return
        if not any(row.name == "sqlite_sequence" for row in self._rows):
            return
        sequence = of_schema(self._schema, "sqlite_sequence")
        counters = {
            folded(str(name)): number
            for name, number in self._ask(f"SELECT name, seq FROM {sequence}")
        }
        counter = counters.get(folded(self._table))
        if counter is None or counter == counters.get(folded(self._new_name)):
            return
        made = _literal(self._new_name)
        self._send(f"DELETE FROM {sequence} WHERE name = {made}")
        self._send(
            f"INSERT INTO {sequence} (name, seq) VALUES ({made}, {int(counter)})"
        )

    @contextlib.contextmanager
    def renaming(self) -> Generator[None, None, None]:
        """Let RENAME pass over views and triggers, which name the missing table.

        Since 3.26 it would fail at them: https://sqlite.org/lang_altertable.html
        """
        if not self._has_views_or_triggers() or self._is_legacy():
            yield
            return
        self._ask("PRAGMA legacy_alter_table=ON")
        try:
            yield
        finally:
            self._ask("PRAGMA legacy_alter_table=OFF")

    def _has_views_or_triggers(self) -> bool:
        temporary = master_rows(self._ask, "temp")
        rows = [*self._rows, *temporary]
        return any(row.type in ("view", "trigger") for row in rows)

    def _is_legacy(self) -> bool:
        """Return True when it is on, or an old SQLite does not know it."""
        answer = self._ask("PRAGMA legacy_alter_table")
        return not answer or bool(answer[0][0])

    def finish(self) -> None:
        """Create the triggers of the table again, and rename columns in all places."""
        for row in self._missing_triggers():
            # The text is kept without the schema.
            text = (row.sql or "")[len(_CREATE_TRIGGER) :]
            self._send(f"{_CREATE_TRIGGER}{of_schema(self._schema, text)}")
        for old, new in _one_by_one(self._renames):
            self._send(self._rename_sql(old, new))

    def _missing_triggers(self) -> list[Row]:
        """Return the triggers to make, less those that SpatiaLite's rename brings."""
        if not self._triggers:
            return []
        there = {
            folded(row.name)
            for row in master_rows(self._ask, self._schema)
            if row.type == "trigger"
        }
        return [row for row in self._triggers if folded(row.name) not in there]

    def _rename_sql(self, old: str, new: str) -> str:
        table = of_schema(self._schema, quoted(self._table))
        return f"ALTER TABLE {table} RENAME COLUMN {quoted(old)} TO {quoted(new)}"

    def _send(self, statement: str) -> None:
        self._impl.execute(sqla_compat.verbatim_text(statement))


def _one_by_one(renamed: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return an order in which no column gets the name of another one."""
    olds = {folded(old) for old in renamed}
    if olds.isdisjoint(folded(new) for new in renamed.values()):
        return list(renamed.items())
    between = {old: f"{_PREFIX}{number}" for number, old in enumerate(renamed)}
    last = [(between[old], new) for old, new in renamed.items()]
    return [*between.items(), *last]


def _listed(names: Collection[str]) -> str:
    return ", ".join(repr(name) for name in sorted(names))


def _literal(name: str) -> str:
    doubled = name.replace("'", "''")
    return f"'{doubled}'"
