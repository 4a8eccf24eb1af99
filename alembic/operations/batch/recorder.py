"""What happens in a batch block is written down, and carried out at its end."""

from __future__ import annotations

from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any, Dict, Iterator, Tuple

from ...util.calls import current_call, on_behalf_of
from ...util.exc import CommandError

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect
    from sqlalchemy.schema import Constraint, Index

    from ...util.calls import Call
    from ..ports import DatabaseEditor

_Recorded = Tuple[str, Tuple[Any, ...], Dict[str, Any]]
_RECREATE = ("auto", "always", "never")
_POSITION = ("insert_before", "insert_after")


class BatchOperationsImpl:
    """Stands in a batch block for the database, and records what it is told.

    :ivar batch: what was recorded: ``(method name, arguments, keywords)`` each,
        with the method names of a dialect's ``impl``
    """

    def __init__(
        self,
        operations: Any,
        table_name: str,
        schema: str | None,
        recreate: str,
        copy_from: Any,
        table_args: Any,
        table_kwargs: dict[str, Any],
        reflect_args: Any,
        reflect_kwargs: dict[str, Any],
        naming_convention: dict[str, str] | None,
        partial_reordering: Any,
    ) -> None:
        if recreate not in _RECREATE:
            raise ValueError("recreate may be one of 'auto', 'always', or 'never'.")
        self.operations = operations
        self.table_name = table_name
        self.schema = schema
        self.recreate = recreate
        self.copy_from = copy_from
        self.table_args = table_args
        self.table_kwargs = dict(table_kwargs)
        self.reflect_args = reflect_args
        self.reflect_kwargs = dict(reflect_kwargs)
        self.naming_convention = naming_convention
        self.partial_reordering = partial_reordering
        self.batch: list[_Recorded] = []
        self._call_by_number: dict[int, Call | None] = {}

    @property
    def dialect(self) -> Dialect:
        """The dialect of the database that is changed."""
        return self.impl.dialect

    @property
    def impl(self) -> DatabaseEditor:
        """What changes the database when the block ends."""
        impl: DatabaseEditor = self.operations.impl
        return impl

    def flush(self) -> None:
        """Carry out what was recorded.

        :raises CommandError: where the table would have to be created anew and
            cannot be
        """
        if self._is_recreated():
            # Few migrations get here; the others start faster without it.
            from .rebuild import recreate_table

            recreate_table(self)
        else:
            self._alter_directly()

    def _is_recreated(self) -> bool:
        if self.recreate == "auto":
            return self.impl.requires_recreate_in_batch(self)
        return self.recreate == "always"

    def _alter_directly(self) -> None:
        for call, (_, _, options) in self.recorded():
            with on_behalf_of(call):
                _refuse_position(options)
        for call, (name, args, options) in self.recorded():
            with on_behalf_of(call):
                getattr(self.impl, name)(*args, **options)

    def recorded(self) -> Iterator[tuple[Call | None, _Recorded]]:
        """Return what was recorded, with the lines that asked for it.

        Whoever added to ``batch`` without a method of this class has no line there.
        """
        for number, each in enumerate(self.batch):
            yield self._call_by_number.get(number), each

    def _record(self, name: str, args: tuple[Any, ...], kw: dict[str, Any]) -> None:
        self._call_by_number[len(self.batch)] = current_call()
        self.batch.append((name, args, kw))

    def add_column(self, *arg: Any, **kw: Any) -> None:
        """Record a new column."""
        self._record("add_column", arg, kw)

    def drop_column(self, *arg: Any, **kw: Any) -> None:
        """Record a column that goes."""
        self._record("drop_column", arg, kw)

    def alter_column(self, *arg: Any, **kw: Any) -> None:
        """Record changes of a column."""
        self._record("alter_column", arg, kw)

    def add_constraint(self, const: Constraint) -> None:
        """Record a new constraint."""
        self._record("add_constraint", (const,), {})

    def drop_constraint(self, const: Constraint, **kw: Any) -> None:
        """Record a constraint that goes.

        :param kw: ``if_exists``: whether one that is missing is left alone
        """
        self._record("drop_constraint", (const,), kw)

    # That of Alembic 1.20, where no batch block knows if_exists.
    drop_constraint.__signature__ = Signature(  # type: ignore[attr-defined]
        [Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name in ("self", "const")]
    )

    def create_index(self, idx: Index, **kw: Any) -> None:
        """Record a new index."""
        self._record("create_index", (idx,), kw)

    def drop_index(self, idx: Index, **kw: Any) -> None:
        """Record an index that goes."""
        self._record("drop_index", (idx,), kw)

    def create_table_comment(self, table: Any) -> None:
        """Record a new comment of the table."""
        self._record("create_table_comment", (table,), {})

    def drop_table_comment(self, table: Any) -> None:
        """Record that the table's comment goes."""
        self._record("drop_table_comment", (table,), {})

    def create_column_comment(self, column: Any) -> None:
        """Record the comment of a new column."""
        self._record("create_column_comment", (column,), {})

    def create_table(self, table: Any) -> None:
        """Refuse: a batch block is about one table that exists."""
        raise NotImplementedError("Can't create table in batch mode")

    def drop_table(self, table: Any) -> None:
        """Refuse: a batch block is about one table that stays."""
        raise NotImplementedError("Can't drop table in batch mode")

    def rename_table(self, *arg: Any, **kw: Any) -> None:
        """Record a new name of the table."""
        self._record("rename_table", arg, kw)


def _refuse_position(options: dict[str, Any]) -> None:
    """Refuse a column's place, which no ALTER can say.

    :raises CommandError: when a place is asked for
    """
    if any(options.get(name) is not None for name in _POSITION):
        raise CommandError(
            "Can't specify insert_before or insert_after when using ALTER; please "
            "specify recreate='always'"
        )
