"""The end of a batch block: the table is read, changed on paper, and made anew."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Generator

from ...util import sqla_compat
from ...util.calls import on_behalf_of
from .reading import read_table
from .recreate import ApplyBatchImpl

if TYPE_CHECKING:
    from sqlalchemy.schema import Constraint, Index

    from ..ports import DatabaseEditor


def recreate_table(batch: Any) -> None:
    """Carry out what a batch block recorded by making its table anew.

    :param batch: a ``BatchOperationsImpl``
    :raises CommandError: in offline mode without ``copy_from``
    """
    rebuild = batch.impl.table_rebuild(batch.table_name, batch.schema)
    # Reading the table would begin a transaction that nobody ends.
    with rebuild, _transaction(batch.impl), rebuild.transaction():
        table = batch.copy_from
        if table is None:
            with rebuild.reading():
                table = read_table(batch)
        applied = ApplyBatchImpl(
            batch.impl,
            table,
            batch.table_args,
            batch.table_kwargs,
            reflected=batch.copy_from is None,
            partial_reordering=batch.partial_reordering or (),
        )
        for call, (name, args, options) in batch.recorded():
            with on_behalf_of(call):
                _apply(applied, name, args, options)
        applied.create(rebuild)


def _apply(
    applied: ApplyBatchImpl, name: str, args: tuple[Any, ...], options: dict[str, Any]
) -> None:
    if name in ("create_index", "drop_index"):
        _apply_index(applied, name, args[0], **options)
    elif name == "drop_constraint":
        _drop_constraint(applied, args[0], **options)
    else:
        getattr(applied, name)(*args, **options)


def _apply_index(
    applied: ApplyBatchImpl,
    name: str,
    index: Index,
    *,
    if_exists: bool | None = None,
    if_not_exists: bool | None = None,
) -> None:
    there = applied.has_index(index.name)
    if (if_exists and not there) or (if_not_exists and there):
        return
    getattr(applied, name)(index)


def _drop_constraint(
    applied: ApplyBatchImpl, constraint: Constraint, *, if_exists: bool | None = None
) -> None:
    if if_exists and constraint.name:
        applied.forget_constraint(str(constraint.name))
    else:
        applied.drop_constraint(constraint)


@contextlib.contextmanager
def _transaction(impl: DatabaseEditor) -> Generator[None, None, None]:
    """Begin a transaction where none is running."""
    if impl.as_sql or impl.bind is None or sqla_compat.in_transaction(impl.bind):
        yield
        return
    with impl.bind.begin():
        yield
