"""What a database needs so that a step is applied whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Self


class TransactionGuard:
    """Watches the statements of one run of migrations; this one has nothing to do.

    A database whose driver begins transactions in good time, or whose schema
    cannot be rolled back anyway, needs no guard.  ``DefaultImpl.transaction_guard()``
    returns this one; a dialect that needs more returns a subclass.

    The calls come in this order: the guard is entered; for each step
    :meth:`step_begins`, :meth:`script_ends` and, after the step's transaction is
    committed, :meth:`step_ends`; the guard is left.
    """

    @property
    def is_whole(self) -> bool:
        """Whether all that the step did so far is undone by rolling it back.

        Asked where the database's DDL is not transactional by itself.
        """
        return False

    def __enter__(self) -> Self:
        """Begin to watch."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Stop watching."""

    def step_begins(self, name: str, ours: bool) -> None:
        """Take note that a step begins.

        :param name: what to call it in a warning, as in ``revision ae1027``
        :param ours: False when the caller began the transaction around the run
        """

    def script_ends(self) -> None:
        """Take note that only the version rows and callbacks are still to come."""

    def step_ends(self, committed: bool) -> None:
        """Take note that a step is complete.

        :param committed: True when it was committed too, False when it is part of a
            greater transaction
        """

    def transaction_ends(self) -> None:
        """Look at what is about to be committed on purpose in mid-step.

        :raises CommandError: it must not be committed
        """

    def transaction_ended(self) -> None:
        """Take note that the transaction was committed on purpose in mid-step."""
