"""One transaction for one revision on SQLite, whatever the driver thinks of DDL.

SQLite rolls DDL back like anything else.  Python's driver, as it comes, begins a
transaction before INSERT, UPDATE, DELETE and REPLACE only, so that what a revision
did to the schema stays when the rest of it fails or the process dies.  The guard
here looks at each statement just before it is sent and begins the transaction at
the first one that needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, ClassVar

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from ..util import sqla_compat
from ..util.messaging import warn
from .guard import TransactionGuard
from .sqlite_statements import Kind, is_on, judge

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from typing_extensions import Self

    from .sqlite_foreign_keys import ForeignKeyCheck


class SQLiteTransactionGuard(TransactionGuard):
    """Begins a transaction before the first statement of a step that needs one.

    It is SQLite's own transaction: SQLAlchemy's, which the step has begun already,
    ends it by commit or rollback as usual.  Where SQLAlchemy or the driver works in
    autocommit, by the choice of whoever configured it, nothing is begun.

    Some statements act only outside of a transaction (``VACUUM``,
    ``PRAGMA foreign_keys``, …).  Before the first change of a step they simply run.
    Later, what was done so far is committed first, and a warning says so; only a
    change of ``foreign_keys`` that nothing in the step comes after can wait for the
    step's own commit.

    :param connection: the connection that a run of migrations uses
    :param suspend_foreign_keys: True where no foreign key is to be enforced inside of
        a step; what is broken at its end is an error
    """

    def __init__(
        self, connection: Connection, suspend_foreign_keys: bool = False
    ) -> None:
        self._connection = connection
        self._suspend_always = suspend_foreign_keys
        self._step = "the first revision"
        self._watching = False
        self._ours = True
        self._forget()
        # PRAGMA foreign_keys that waits for the end of the transaction.
        self._foreign_keys: bool | None = None
        self._script_ended = False
        self._step_changed = False
        self._step_is_whole = True
        # Set while a connection that is always inside of a transaction (sqlite3
        # with autocommit=False) is let out of it.
        self._let_out: Any = None
        # True while the enforcement of foreign keys is off until the step's end.
        self._suspended = False
        self._checks: list[ForeignKeyCheck] = []

    def _forget(self) -> None:
        self._begun = False
        self._changed = False

    # -- what the run tells --------------------------------------------------

    def __enter__(self) -> Self:
        """Begin to watch the connection's statements."""
        event.listen(self._connection, "before_cursor_execute", self._before)
        return self

    def __exit__(self, *exc: object) -> None:
        """Stop watching."""
        event.remove(self._connection, "before_cursor_execute", self._before)
        self._watching = False
        self._let_back_in()
        if exc[:1] == (None,) and self._foreign_keys is not None:
            self._end_of_run()
        self._checks = []
        if self._suspended:
            self._end_suspension(failed=exc[:1] != (None,))

    def step_begins(self, name: str, ours: bool) -> None:
        """Look at each statement from now on."""
        self._step, self._ours = name, ours
        self._script_ended = False
        self._step_changed = False
        self._step_is_whole = True
        self._watching = True
        if self._suspend_always and bool(self._ask("PRAGMA foreign_keys")):
            self.suspend_foreign_keys()

    @property
    def is_whole(self) -> bool:
        """Whether all that the step did so far is undone by rolling it back."""
        return self._step_is_whole and not self._driver_commits_by_itself()

    @property
    def is_watching(self) -> bool:
        """True inside of steps, but where autocommit was asked for."""
        return self._watching and not sqla_compat.is_autocommit(self._connection)

    def script_ends(self) -> None:
        """Let a change of ``foreign_keys`` wait until the version row is written.

        :raises CommandError: when rows were left without the row they refer to
        """
        self._script_ended = True
        self._verify()

    def step_ends(self, committed: bool) -> None:
        """Do what had to wait for the commit."""
        self._let_back_in()
        if committed:
            self.transaction_ended()

    def transaction_ends(self) -> None:
        """Look at foreign keys while a rollback can still help.

        :raises CommandError: when rows were left without the row they refer to
        """
        self._verify()

    def transaction_ended(self) -> None:
        """Begin anew at the next statement."""
        self._forget()
        self._set_foreign_keys()
        if self._suspended:
            self._end_suspension(failed=False)

    def _end_of_run(self) -> None:
        if not self._in_transaction():
            self._set_foreign_keys()
        elif self._ours:
            self._commit()
            self._set_foreign_keys()
        else:
            self._say_no_effect("PRAGMA foreign_keys")

    # -- one statement -------------------------------------------------------

    def _before(
        self, connection: Connection, cursor: Any, statement: str, *rest: Any
    ) -> None:
        if not self._watching or sqla_compat.is_autocommit(connection):
            return
        self._let_back_in()
        kind, value = judge(statement)
        if kind is Kind.ANYWHERE or self._driver_commits_by_itself():
            return
        if kind is Kind.FOREIGN_KEYS:
            self._change_foreign_keys(statement, is_on(value or ""))
            return
        if self._foreign_keys is not None and not self._script_ended:
            self._step_out("PRAGMA foreign_keys")
            self._set_foreign_keys()
        self._handlers[kind](self, statement)

    def _before_write(self, statement: str) -> None:
        self._before_inside(statement)
        self._changed = self._step_changed = True

    def _before_inside(self, statement: str) -> None:
        if self._in_transaction():
            return
        if self._begun:
            self._say_not_atomic("something else than its statements ended")
        self._begin()

    def _before_outside(self, statement: str) -> None:
        if self._in_transaction():
            self._step_out(statement)
        self._let_out_of_eternal_transaction()

    def _before_commit(self, statement: str) -> None:
        if self._changed and self._in_transaction():
            self._say_not_atomic(f"{_shown(statement)} ended")
        self._forget()

    def _before_question(self, statement: str) -> None:
        """Answer is up to date: what waited was set a moment ago."""

    _handlers: ClassVar[dict[Kind, Callable[[SQLiteTransactionGuard, str], None]]] = {
        Kind.WRITE: _before_write,
        Kind.INSIDE: _before_inside,
        Kind.OUTSIDE: _before_outside,
        Kind.BEGIN: _before_outside,
        Kind.COMMIT: _before_commit,
        Kind.ASK_FOREIGN_KEYS: _before_question,
    }

    # -- foreign keys --------------------------------------------------------

    def _change_foreign_keys(self, statement: str, wanted: bool) -> None:
        """Let the change through, wait with it, or say that it has no effect."""
        self._foreign_keys = None
        if not self._in_transaction():
            return
        if not self._changed and self._may_commit():
            self._commit()
            self._let_out_of_eternal_transaction()
        elif wanted == bool(self._ask("PRAGMA foreign_keys")):
            return
        elif self._may_commit():
            # Inside of a transaction the statement itself does nothing.
            self._foreign_keys = wanted
        else:
            self._say_no_effect(statement)

    def _set_foreign_keys(self) -> None:
        wanted, self._foreign_keys = self._foreign_keys, None
        if wanted is not None:
            self._let_out_of_eternal_transaction()
            self._send(f"PRAGMA foreign_keys={'ON' if wanted else 'OFF'}")
            self._let_back_in()

    def suspend_foreign_keys(self) -> bool:
        """Switch the enforcement off until the transaction ends, if it is on.

        :return: False inside of a transaction that has changed something already
        """
        # Few steps get here; the others start faster without it.
        from .sqlite_foreign_keys import ForeignKeyCheck, asker

        if self._suspended:
            return True
        if self._in_transaction():
            if self._changed or not self._may_commit():
                return False
            self._commit()
        self._let_out_of_eternal_transaction()
        self._checks.append(ForeignKeyCheck(asker(self._connection)))
        self._send("PRAGMA foreign_keys=OFF")
        self._let_back_in()
        self._suspended = True
        return True

    def check_before_commit(self, check: ForeignKeyCheck) -> None:
        """Have foreign keys looked at when the script of the step has ended."""
        self._checks.append(check)

    def _verify(self) -> None:
        checks, self._checks = self._checks, []
        for check in checks:
            check.verify()

    def _end_suspension(self, failed: bool) -> None:
        """Switch the enforcement on again; a failed step is rolled back first."""
        self._suspended = False
        if self._in_transaction() and self._ours:
            with self._translated("ROLLBACK" if failed else "COMMIT"):
                driver = self._connection.connection
                driver.rollback() if failed else driver.commit()
        self._let_out_of_eternal_transaction()
        self._send("PRAGMA foreign_keys=ON")
        self._let_back_in()

    # -- leaving the transaction ---------------------------------------------

    def _may_commit(self) -> bool:
        """Return False inside of what the caller began, and of savepoints."""
        if sqla_compat.in_nested_transaction(self._connection):
            return False
        return self._ours or self._begun

    def _step_out(self, statement: str) -> None:
        """Commit what was done so far, for a statement that acts only outside."""
        if not self._may_commit():
            return  # SQLite itself refuses the statement, and says why.
        self._verify()
        if self._changed:
            self._say_not_atomic(
                f"{_shown(statement)}, which acts only outside of one, ended"
            )
        self._commit()

    def _say_not_atomic(self, cause: str) -> None:
        if self._step_changed:
            self._step_is_whole = False
            effect = (
                f"of {self._step}, which is no longer atomic: if it fails from here "
                "on, what it did so far stays."
            )
        else:
            effect = (
                f"that spans several revisions: those before {self._step} stay "
                "applied, whatever follows."
            )
        warn(f"{cause} the transaction {effect}", stacklevel=4)

    def _say_no_effect(self, statement: str) -> None:
        warn(
            f"{_shown(statement)} has no effect in {self._step}: it acts only outside "
            "of a transaction, and this one was begun by somebody else.",
            stacklevel=4,
        )

    # -- the driver ----------------------------------------------------------

    def _in_transaction(self) -> bool:
        answer = sqla_compat.driver_in_transaction(self._connection)
        return self._begun if answer is None else answer

    def _begin(self) -> None:
        level = getattr(self._connection.connection, "isolation_level", None) or ""
        mode = level if level in ("IMMEDIATE", "EXCLUSIVE") else ""
        try:
            self._send(f"BEGIN {mode}".rstrip())
        except DBAPIError as err:
            # A driver that cannot say whether it is inside of a transaction.
            if "within a transaction" not in str(err.orig):
                raise
        self._begun = True

    def _commit(self) -> None:
        with self._translated("COMMIT"):
            self._connection.connection.commit()
        self._forget()

    def _send(self, statement: str) -> None:
        """Send a statement past SQLAlchemy, which must not see it as the script's."""
        with self._translated(statement):
            cursor = self._connection.connection.cursor()
            try:
                cursor.execute(statement)
            finally:
                cursor.close()

    def _ask(self, statement: str) -> Any:
        with self._translated(statement):
            cursor = self._connection.connection.cursor()
            try:
                cursor.execute(statement)
                row: Any = cursor.fetchone()
                return row[0]
            finally:
                cursor.close()

    def _translated(self, statement: str) -> Any:
        return sqla_compat.driver_errors(self._connection, statement)

    def _driver_commits_by_itself(self) -> bool:
        """Say whether sqlite3 was opened with ``autocommit=True`` (Python 3.12)."""
        driver = sqla_compat.driver_connection(self._connection)
        return getattr(driver, "autocommit", None) is True

    def _let_out_of_eternal_transaction(self) -> None:
        """Leave the transaction that sqlite3 with ``autocommit=False`` is always in."""
        driver = sqla_compat.driver_connection(self._connection)
        if getattr(driver, "autocommit", None) is False:
            self._let_out = driver
            driver.autocommit = True

    def _let_back_in(self) -> None:
        driver, self._let_out = self._let_out, None
        if driver is not None:
            driver.autocommit = False


def _shown(statement: str) -> str:
    """Return the beginning of a statement on one line, for a message."""
    line = " ".join(statement.split())
    return line if len(line) <= 60 else f"{line[:57]}..."
