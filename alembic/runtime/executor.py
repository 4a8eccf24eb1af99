"""Carry steps into a database: begin, run the script, move the heads, commit."""

from __future__ import annotations

import contextlib
import logging
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    ContextManager,
    Generator,
    Iterable,
    Mapping,
    Protocol,
    Sequence,
    Union,
)

from ..util.exc import CommandError
from ..util.messaging import printable
from . import transactions
from .failing import telling_where
from .heads import HeadMaintainer
from .transactions import TransactionHolder
from .version_table import VersionTable, refuse_symbols
from .witness import Witness

if TYPE_CHECKING:
    from ..ddl.guard import TransactionGuard
    from ..graph.steps import RevisionStep, StampStep
    from ..script.base import ScriptDirectory

    Step = Union[RevisionStep, StampStep]

log = logging.getLogger("alembic.runtime.migration")


class RunnableContext(TransactionHolder, Protocol):
    """What a run asks of its context."""

    opts: dict[str, Any]
    purge: bool
    version_table: str
    script: ScriptDirectory | None
    on_version_apply_callbacks: Sequence[Callable[..., Any]]

    @property
    def _versions(self) -> VersionTable: ...

    @property
    def _migrations_fn(self) -> Callable[..., Iterable[Step]] | None: ...

    def begin_transaction(self, _per_migration: bool = ...) -> ContextManager[Any]: ...

    def get_current_heads(self) -> tuple[str, ...]: ...


class Run:
    """One run of migrations, from the rows that are there to the rows wanted.

    :param context: the database
    :param run_args: handed to each ``upgrade()`` and ``downgrade()``
    :param operations: returns a context manager that makes ``alembic.op`` speak for
        the context; entered before the first step, so that a run without steps need
        not load the operations
    """

    def __init__(
        self,
        context: RunnableContext,
        run_args: Mapping[str, Any],
        operations: Callable[[], ContextManager[Any]],
    ) -> None:
        self._context = context
        self._run_args = run_args
        self._operations = operations
        self._purge_waits = False
        self._table_waits = False
        self._witness = context._witness = Witness(context)

    def carry_out(self) -> None:
        """Ask the work function for steps and take them, one after the other.

        :raises CommandError: for a step that cannot be taken
        """
        context = self._context
        context.impl.start_migrations()
        with contextlib.ExitStack() as stack:
            guard = stack.enter_context(context.impl.transaction_guard())
            context._guard = guard
            stack.callback(setattr, context, "_guard", None)
            try:
                self._take_steps(guard, stack)
            except Exception as failure:
                # otherwise the rollback of the whole run comes first
                if context._transaction is None:
                    transactions.roll_back_autobegun(context)
                    self._witness.refuse_others(failure)
                raise

    def _take_steps(self, guard: TransactionGuard, stack: contextlib.ExitStack) -> None:
        context = self._context
        heads = self._starting_heads()
        maintainer = HeadMaintainer(context, heads)
        steps = self._steps(heads)
        self._refuse_unknown(heads)
        longest = _longest_id(steps)
        for number, step in enumerate(steps):
            if number == 0:
                stack.enter_context(self._operations())
            with _in_step(step):
                self._take(step, maintainer, guard, max(longest, _longest_id([step])))
        self._finish()

    # -- before the first step -----------------------------------------------

    def _starting_heads(self) -> tuple[str, ...]:
        """Return the rows; see to it that there is a table for those to come."""
        context = self._context
        if context.purge:
            if context.as_sql:
                raise CommandError("Can't purge the version table in offline mode")
            context._versions.create()
            self._purge_waits = True
            return ()
        heads = context.get_current_heads()
        self._witness.note(heads)
        if context.as_sql:
            self._table_waits = not heads
            return heads
        refuse_symbols(heads, context.version_table)
        if not heads and not context.opts.get("dont_mutate"):
            context._versions.create()
        return heads

    def _steps(self, heads: tuple[str, ...]) -> Iterable[Step]:
        work = self._context._migrations_fn
        if work is None:
            raise CommandError(
                "No work function is configured; give the context the option 'fn'."
            )
        return work(heads, self._context)

    def _refuse_unknown(self, heads: tuple[str, ...]) -> None:
        """Refuse rows that are no identifiers, though they may begin like one."""
        script = self._context.script
        unknown = script.unknown_identifiers(heads) if script is not None else ()
        if unknown:
            raise CommandError(f"Can't locate revision identified by '{unknown[0]}'")

    # -- one step ------------------------------------------------------------

    def _take(
        self,
        step: Step,
        maintainer: HeadMaintainer,
        guard: TransactionGuard,
        longest: int,
    ) -> None:
        context = self._context
        name = _name_of(step)
        with context.begin_transaction(_per_migration=True) as own_transaction:
            alone = own_transaction is not None
            with telling_where(context, step, alone):
                guard.step_begins(name, not context._in_external_transaction)
                self._prepare_table(longest)
                self._run_script(step)
                transactions.resume(context, name)
                guard.script_ends()
                maintainer.update_to_step(step)
                # Before the commit: whoever fails from there on may have left them.
                self._witness.note(maintainer.heads)
                self._call_back(step, maintainer)
        guard.step_ends(committed=alone)

    def _prepare_table(self, longest: int) -> None:
        context = self._context
        if self._table_waits:
            context._versions.create()
            self._table_waits = False
        if self._purge_waits:
            context._versions.clear()
            self._purge_waits = False
        context._versions.make_room(longest)

    def _run_script(self, step: Step) -> None:
        context = self._context
        log.info("Running %s", printable(str(step)))
        if context.as_sql:
            # a line feed would end the comment, and what follows would be run
            what = printable(step.short_log).replace("\n", "\\n")
            context.impl.static_output(f"-- Running {what}")
        _refuse_unrun(step, step.migration_fn(**self._run_args))

    def _call_back(self, step: Step, maintainer: HeadMaintainer) -> None:
        context = self._context
        for callback in context.on_version_apply_callbacks:
            callback(
                ctx=context,
                step=step.info,
                heads=set(maintainer.heads),
                run_args=self._run_args,
            )

    # -- after the last step -------------------------------------------------

    def _finish(self) -> None:
        """Commit what was changed without a step: a new table, a purge."""
        context = self._context
        if self._purge_waits:
            with context.begin_transaction(_per_migration=True):
                context._versions.clear()
            self._purge_waits = False
        if context._versions.created and not context.as_sql:
            transactions.commit_autobegun(context)


@contextlib.contextmanager
def _in_step(step: Step) -> Generator[None, None, None]:
    """Refuse a revision that ends the program, which would look like success.

    :raises CommandError: naming the revision and its file
    """
    try:
        yield
    except SystemExit as exit_:
        raise CommandError(
            f"{_place_of(step)} called sys.exit({exit_.code!r}); a revision that "
            "cannot go on must raise an exception. It was not applied."
        ) from exit_


def _refuse_unrun(step: Step, result: Any) -> None:
    """Refuse a coroutine or generator: its body has not run and never will.

    :raises CommandError: naming the revision
    """
    kinds = {
        "__await__": "'async def'",
        "__anext__": "an asynchronous generator",
        "__next__": "a generator",
    }
    for method, kind in kinds.items():
        if result is not None and hasattr(result, method):
            if hasattr(result, "close"):
                result.close()
            raise CommandError(
                f"{step.name}() of {_place_of(step)} is {kind}, so nothing of it was "
                "run; write it as a plain function (op.run_async() runs a coroutine)."
            )


def _name_of(step: Step) -> str:
    """Return what to call a step in a message."""
    revision = getattr(step, "revision", None)
    return f"revision {revision.revision}" if revision is not None else "the stamp"


def _place_of(step: Step) -> str:
    path = getattr(getattr(step, "revision", None), "path", None)
    return f"{_name_of(step)} ({path})" if path else _name_of(step)


def _longest_id(steps: Iterable[Step]) -> int:
    """Return the length of the longest identifier that the steps may write.

    A generator is not looked into: its later steps may depend on the earlier ones.
    """
    if not isinstance(steps, (list, tuple)):
        return 0
    return max(
        (len(id_) for step in steps for id_ in step.to_revisions_no_deps), default=0
    )
