"""The table of a batch block, read from the database."""

from __future__ import annotations

from typing import Any, Mapping

from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.schema import Column, MetaData, Table

from ...util import sqla_compat
from ...util.exc import CommandError
from ..again import constraint_again
from .copies import Names


def read_table(batch: Any) -> Table:
    """Return the table of a batch block as the database has it now.

    :param batch: a ``BatchOperationsImpl``
    :raises CommandError: in offline mode
    """
    impl = batch.impl
    if impl.as_sql or impl.bind is None:
        raise CommandError(
            "This operation cannot proceed in --sql mode; batch mode with dialect "
            f"{impl.dialect.name} requires a live database connection with which to "
            f'reflect the table "{batch.table_name}". To generate a batch SQL '
            'migration script using table "move and copy", a complete Table object '
            'should be passed to the "copy_from" argument of the batch_alter_table() '
            "method so that table reflection can be skipped."
        )
    options: dict[str, Any] = {"resolve_fks": False, **batch.reflect_kwargs}
    told = _ToldTypes()
    listeners = told.around(list(options.pop("listeners", ())))
    hook = getattr(impl, "autogen_column_reflect", None)
    if hook is not None:
        listeners.append(("column_reflect", hook))
    given = [sqla_compat.free(item) for item in batch.reflect_args]
    table = Table(
        batch.table_name,
        MetaData(),
        *given,
        schema=batch.schema,
        autoload_with=impl.bind,
        listeners=listeners,
        **options,
    )
    given += [table.columns[name] for name in told.names if name in table.columns]
    impl.complete_reflected_table(table, given)
    if batch.naming_convention:
        _name_by_convention(table, batch.naming_convention, impl.dialect)
    return table


class _ToldTypes:
    """Notes the columns whose types a listener of the caller's replaces."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._type: Any = None

    def around(self, listeners: list[Any]) -> list[Any]:
        """Return the listeners with one before them and one behind them."""
        if not listeners:
            return []
        before, after = self._before, self._after
        return [("column_reflect", before), *listeners, ("column_reflect", after)]

    def _before(self, inspector: Any, table: Table, info: dict[str, Any]) -> None:
        self._type = info["type"]

    def _after(self, inspector: Any, table: Table, info: dict[str, Any]) -> None:
        if info["type"] is not self._type:
            self.names.append(info["name"])


def _name_by_convention(
    table: Table, convention: Mapping[str, str], dialect: Any
) -> None:
    """Give constraints without a name in the database one to be dropped by."""
    columns = [Column(column.name, column.type) for column in table.columns]
    shadow = Table(
        table.name,
        MetaData(naming_convention=convention),
        *columns,
        schema=table.schema,
    )
    names = Names({}, dialect, verbatim=True)
    for constraint in sqla_compat.sorted_constraints(table):
        if constraint.name is not None or sqla_compat.is_type_bound(constraint):
            continue
        again = constraint_again(constraint, names.now, names.expression)
        try:
            shadow.append_constraint(again)
        except InvalidRequestError:
            # A convention with %(constraint_name)s has nothing to say about it.
            continue
        constraint.name = again.name
