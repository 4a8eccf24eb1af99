"""Notice that another process migrates the same database.

No lock keeps two runs apart.  Whoever comes second fails at whatever statement meets
the work of the first, and what the database says of it ("table account already
exists") leads astray.  So when a run has failed and is rolled back, the version table
is read once more: if it holds what this run has never left there, somebody else wrote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, Protocol

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ..util import sqla_compat
from ..util.exc import CommandError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from .version_table import VersionTable


class WitnessedContext(Protocol):
    """What a witness asks of the context of a run."""

    connection: Connection | None
    purge: bool
    as_sql: bool
    _in_external_transaction: bool

    @property
    def _versions(self) -> VersionTable: ...


class Witness:
    """Knows which rows one run has left in the version table.

    :param context: the context of the run
    """

    def __init__(self, context: WitnessedContext) -> None:
        self._context = context
        # hashes, because there may be thousands of rows after each of thousands of
        # steps
        self._known: set[int] = set()

    def note(self, rows: Iterable[str]) -> None:
        """Take down the rows that the table holds, or will once this is committed."""
        self._known.add(hash(frozenset(rows)))

    def refuse_others(self, failure: BaseException | None) -> None:
        """Do nothing unless another process is the reason of a failure.

        The transaction of the run must be rolled back by now.

        :param failure: what a statement of the run ended with
        :raises CommandError: somebody else has written into the version table
        """
        if not isinstance(failure, DBAPIError) or not self._can_tell():
            return
        try:
            rows = self._rows_of_others()
        except SQLAlchemyError:
            return  # a database that cannot be asked: the failure itself says why
        if rows is not None:
            raise CommandError(
                f"Version table '{self._context._versions.name}' was changed by "
                f"another process while this command ran; it holds {rows} now. Wait "
                "until the other one has ended, then run the command again."
            ) from failure

    def _can_tell(self) -> bool:
        context = self._context
        connection = context.connection
        if context.as_sql or context._in_external_transaction or context.purge:
            return False
        if not self._known:
            return False  # the run failed before it had read the table
        if connection is None or connection.closed or connection.invalidated:
            return False
        return not sqla_compat.in_transaction(connection)

    def _rows_of_others(self) -> str | None:
        """Return what others have written, as text; None where nobody did."""
        connection, versions = self._context.connection, self._context._versions
        assert connection is not None
        # A transaction whose COMMIT failed may still be open; it must stay undone.
        transaction = connection.begin()
        try:
            rows = versions.read()
            appeared = versions.was_missing and versions.exists()
        finally:
            transaction.rollback()
        if hash(frozenset(rows)) in self._known and not appeared:
            return None
        return ", ".join(f"'{row}'" for row in sorted(rows)) or "no row"
