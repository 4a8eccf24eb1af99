"""``Rewriter``: change directives before they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, ClassVar, Iterable, Iterator

from ..operations.containers import (
    DowngradeOps,
    MigrationScript,
    OpContainer,
    UpgradeOps,
)
from ..operations.core import MigrateOperation
from ..runtime.hooks import ProcessRevisionDirectiveFn as ProcessRevisionDirectiveFn
from ..util.dispatch import Dispatcher
from ..util.messaging import warn

if TYPE_CHECKING:
    from typing import Union

    from ..runtime.migration import MigrationContext

    # What a rewriting function may return.
    Rewritten = Union[MigrateOperation, Iterable[MigrateOperation]]
    RewriteFn = Callable[[MigrationContext, Any, Any], Rewritten]

#: Attribute of an operation: the rewriters that it comes from.
_MARK = "_rewritten_by"


class Rewriter:
    """Functions that replace operations, given as ``process_revision_directives``.

    Each function is for one class of operations, and for those derived from it. It
    returns an operation, a list of them (an empty one takes the operation out), or
    the operation it was given, changed or not::

        writer = Rewriter()

        @writer.rewrites(ops.AddColumnOp)
        def add_column_in_two_steps(context, revision, op):
            if op.column.nullable:
                return op
            op.column.nullable = True
            return [
                op,
                ops.AlterColumnOp(
                    op.table_name,
                    op.column.name,
                    modify_nullable=False,
                    existing_type=op.column.type,
                ),
            ]

        context.configure(..., process_revision_directives=writer)

    Upgrade and downgrade are treated alike. What a function returned is not given to
    the same rewriter again, but what it holds is. Interface of Alembic 1.20.
    """

    #: Who walks through an operation of some class:
    #: ``(rewriter, context, revision, operation)``.
    _traverse: ClassVar[Dispatcher] = Dispatcher()

    def __init__(self) -> None:
        self.dispatch = Dispatcher()
        self._followers: tuple[ProcessRevisionDirectiveFn | Rewriter, ...] = ()

    def chain(self, other: ProcessRevisionDirectiveFn | Rewriter) -> Rewriter:
        """Return a rewriter that does what this one does, and then another one.

        :param other: a ``Rewriter``, or any ``process_revision_directives`` function
        """
        chained = Rewriter()
        chained.dispatch = self.dispatch
        chained._followers = (*self._followers, other)
        return chained

    def rewrites(
        self, operator: type[MigrateOperation]
    ) -> Callable[[RewriteFn], RewriteFn]:
        """Return a decorator: the function rewrites operations of a class.

        :param operator: the class; ``MigrationScript`` and containers are among them
        :raises ValueError: there is a function for this class already
        """
        return self.dispatch.dispatch_for(operator)

    def process_revision_directives(
        self,
        context: MigrationContext,
        revision: Any,
        directives: list[MigrationScript],
    ) -> None:
        """Rewrite directives in place.

        :param context: the migration context
        :param revision: the rows of the version table
        :param directives: the scripts about to be written
        """
        self._rewrite_list(context, revision, directives)
        for follower in self._followers:
            follower(context, revision, directives)

    def __call__(
        self,
        context: MigrationContext,
        revision: Any,
        directives: list[MigrationScript],
    ) -> None:
        """Do as :meth:`process_revision_directives` does."""
        self.process_revision_directives(context, revision, directives)

    # -- walking -------------------------------------------------------------

    def _rewrite_list(self, context: Any, revision: Any, directives: list[Any]) -> None:
        """Replace each operation of a list by what it becomes."""
        directives[:] = [
            new
            for directive in directives
            for new in self._rewrite(context, revision, directive)
        ]

    def _rewrite(
        self, context: Any, revision: Any, directive: MigrateOperation
    ) -> list[MigrateOperation]:
        """Return what an operation becomes, walked through to its leaves."""
        found = list(self._replacements(context, revision, directive))
        for new in found:
            walk = self._traverse.dispatch(new)
            walk(self, context, revision, new)
        return found

    def _replacements(
        self, context: Any, revision: Any, directive: MigrateOperation
    ) -> Iterator[MigrateOperation]:
        rewrite = self._function_for(directive)
        if rewrite is None or self.dispatch in _marks(directive):
            yield directive
            return
        for new in _returned(rewrite, rewrite(context, revision, directive)):
            vars(new)[_MARK] = (*_marks(new), self.dispatch)
            yield new

    def _function_for(self, directive: MigrateOperation) -> RewriteFn | None:
        try:
            found: RewriteFn = self.dispatch.dispatch(directive)
        except ValueError:
            # Dispatcher's way to say that nothing is registered.
            return None
        return found

    def _rewrite_one(self, context: Any, revision: Any, container: Any) -> Any:
        """Return the one container that another one becomes.

        :raises ValueError: when it becomes several, or none
        """
        found = self._rewrite(context, revision, container)
        if len(found) != 1:
            kind = type(container).__name__
            raise ValueError(
                f"Can only return single object for {kind} traverse, not {len(found)}"
            )
        return found[0]


def _returned(rewrite: RewriteFn, found: Any) -> Iterable[MigrateOperation]:
    """Return the operations that a rewriting function returned.

    None stands for an empty list, as in Alembic 1.20; but it is also what a function
    without ``return`` returns, so a warning names the function.
    """
    if isinstance(found, MigrateOperation):
        return (found,)
    if found is None:
        name = getattr(rewrite, "__name__", repr(rewrite))
        warn(
            f"The rewriter function {name} returned None, which takes the operation "
            "out; return [] to say so, or the operation to keep it."
        )
        return ()
    operations: Iterable[MigrateOperation] = found
    return operations


def _marks(operation: MigrateOperation) -> tuple[Dispatcher, ...]:
    found: tuple[Dispatcher, ...] = vars(operation).get(_MARK, ())
    return found


@Rewriter._traverse.dispatch_for(MigrationScript)
def _walk_script(
    rewriter: Rewriter, context: Any, revision: Any, script: MigrationScript
) -> None:
    up: list[UpgradeOps] = [
        rewriter._rewrite_one(context, revision, each)
        for each in script.upgrade_ops_list
    ]
    script.upgrade_ops = up
    down: list[DowngradeOps] = [
        rewriter._rewrite_one(context, revision, each)
        for each in script.downgrade_ops_list
    ]
    script.downgrade_ops = down


@Rewriter._traverse.dispatch_for(OpContainer)
def _walk_container(
    rewriter: Rewriter, context: Any, revision: Any, container: OpContainer
) -> None:
    rewriter._rewrite_list(context, revision, container.ops)


@Rewriter._traverse.dispatch_for(MigrateOperation)
def _walk_operation(
    rewriter: Rewriter, context: Any, revision: Any, operation: MigrateOperation
) -> None:
    """Do nothing: an operation that holds no others."""
