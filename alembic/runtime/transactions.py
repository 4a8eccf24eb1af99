"""Where a transaction begins and ends."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Generator, Protocol

from ..util import sqla_compat
from ..util.messaging import warn
from .ports import DatabaseContext

if TYPE_CHECKING:
    from types import TracebackType

    from sqlalchemy.engine import Connection, Transaction
    from typing_extensions import Self

    from ..ddl.guard import TransactionGuard
    from .witness import Witness


class TransactionHolder(DatabaseContext, Protocol):
    """A context that may have a transaction running."""

    _transaction: Transaction | None
    _guard: TransactionGuard | None
    _witness: Witness | None
    _in_external_transaction: bool


class _ProxyTransaction:
    """The context's transaction, whichever it is by now.

    An ``autocommit_block()`` ends one SQLAlchemy transaction and begins another;
    who holds this object need not know.
    """

    def __init__(self, context: TransactionHolder) -> None:
        self._context = context

    def rollback(self) -> None:
        """Roll the running transaction back."""
        transaction, self._context._transaction = self._context._transaction, None
        if transaction is not None:
            transaction.rollback()

    def commit(self) -> None:
        """Commit the running transaction."""
        transaction = self._context._transaction
        if transaction is not None:
            transaction.commit()
        self._context._transaction = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        type_: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if type_ is None:
            try:
                self.commit()
            except BaseException:
                self.rollback()
                raise
        else:
            self.rollback()
            if self._context._witness is not None:
                self._context._witness.refuse_others(value)


def begin(context: TransactionHolder) -> _ProxyTransaction:
    """Begin a transaction on the context's connection, or take the running one."""
    connection = _connection_of(context)
    if sqla_compat.in_transaction(connection):
        context._transaction = sqla_compat.running_transaction(connection)
    else:
        context._transaction = connection.begin()
    return _ProxyTransaction(context)


@contextlib.contextmanager
def begin_script(context: TransactionHolder) -> Generator[None, None, None]:
    """Write BEGIN and COMMIT around what the block writes."""
    context.impl.emit_begin()
    yield
    context.impl.emit_commit()


def resume(context: TransactionHolder, step: str) -> None:
    """Go on in a new transaction where a script has ended the step's own.

    Otherwise the version row would be written into a transaction that nobody
    commits.

    :param step: what to call the step in a warning
    """
    transaction = context._transaction
    if transaction is None or not has_ended(context, transaction):
        return
    warn(
        f"The transaction of {step} was ended by the revision itself, which is "
        "therefore not atomic: if it had failed, part of it would have stayed."
    )
    begin(context)


def has_ended(context: TransactionHolder, transaction: Transaction) -> bool:
    """Say whether a transaction of the context was committed or rolled back."""
    if transaction.is_active:
        return False
    # one that waits for a rollback has not: SQLAlchemy says so at the next statement
    connection = _connection_of(context)
    return sqla_compat.running_transaction(connection) is not transaction


@contextlib.contextmanager
def autocommit_block(context: TransactionHolder) -> Generator[None, None, None]:
    """Run a block outside of any transaction, then begin a new one."""
    if context.as_sql:
        with _autocommit_in_script(context):
            yield
        return
    transaction_was_running = _commit_own_transaction(context)
    level = _connection_of(context).get_isolation_level()
    _set_isolation_level(context, "AUTOCOMMIT")
    try:
        yield
    finally:
        if not _connection_of(context).invalidated:
            _end_autobegun_transaction(context)
            _set_isolation_level(context, level)
            if transaction_was_running:
                context._transaction = _connection_of(context).begin()


@contextlib.contextmanager
def _autocommit_in_script(context: TransactionHolder) -> Generator[None, None, None]:
    if not context.impl.transactional_ddl:
        yield
        return
    context.impl.emit_commit()
    yield
    context.impl.emit_begin()


def _commit_own_transaction(context: TransactionHolder) -> bool:
    """Commit what runs; return False when nothing did."""
    if not sqla_compat.in_transaction(_connection_of(context)):
        return False
    transaction = context._transaction
    assert transaction is not None, (
        "autocommit_block() cannot commit a transaction that was begun outside of "
        "the migration context"
    )
    guard = context._guard
    if guard is not None:
        guard.transaction_ends()
    transaction.commit()
    context._transaction = None
    if guard is not None:
        guard.transaction_ended()
    return True


def _end_autobegun_transaction(context: TransactionHolder) -> None:
    # From SQLAlchemy 2.0 on every statement begins one, though there is nothing to
    # commit; while it lasts, the isolation level cannot be changed.
    connection = _connection_of(context)
    if sqla_compat.in_transaction(connection):
        sqla_compat.running_transaction(connection).commit()


def _set_isolation_level(context: TransactionHolder, level: Any) -> None:
    # Before 2.0 this returns another Connection object for the same connection.
    connection = _connection_of(context).execution_options(isolation_level=level)
    context.connection = connection
    context.impl.connection = connection


def _connection_of(context: DatabaseContext) -> Connection:
    connection = context.connection
    assert connection is not None
    return connection


def commit_autobegun(context: TransactionHolder) -> None:
    """Commit what SQLAlchemy 2.0 began by itself, unless somebody else will."""
    connection = _connection_of(context)
    ours = context._transaction is None and not context._in_external_transaction
    if ours and sqla_compat.in_transaction(connection):
        sqla_compat.running_transaction(connection).commit()


def roll_back_autobegun(context: TransactionHolder) -> None:
    """Roll back what SQLAlchemy 2.0 began by itself, unless somebody else will."""
    connection = context.connection
    if connection is None or context.as_sql or context._in_external_transaction:
        return
    if not connection.invalidated and sqla_compat.in_transaction(connection):
        sqla_compat.running_transaction(connection).rollback()


@contextlib.contextmanager
def whole(context: TransactionHolder) -> Generator[None, None, None]:
    """Make one transaction of a block, unless it is part of a greater one."""
    is_part = context._in_external_transaction or context._transaction is not None
    if context.as_sql or is_part:
        yield
        return
    with context.impl.transaction_guard() as guard:
        guard.step_begins("the stamp", True)
        with begin(context):
            yield
        guard.step_ends(committed=True)
