"""Foreign keys that a table made anew gets when it has its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Collection, Mapping

from sqlalchemy import and_, func
from sqlalchemy.schema import Column, ForeignKeyConstraint, MetaData, Table

from ..util import sqla_compat
from ..util.exc import CommandError
from .rebuild import TableRebuild

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from .impl import DefaultImpl


class KeepingKeysBack(TableRebuild):
    """Lets foreign keys wait until the new table has its name, and adds them then.

    :param impl: what sends SQL to the database
    """

    def __init__(self, impl: DefaultImpl) -> None:
        self._impl = impl
        self._old: Table | None = None
        self._new: Table | None = None
        self._waiting: list[ForeignKeyConstraint] = []

    def begin(
        self, old: Table, dropped: Collection[str], renamed: Mapping[str, str]
    ) -> bool:
        """Remember the name that the new table will have."""
        self._old = old
        return False

    def waits(self, old: Table, key: ForeignKeyConstraint) -> bool:
        """Say whether a foreign key of the new table has to wait.

        Here those do that lead to the table itself, and those whose names the old
        table has.  Others are created with the table, so that rows that break one are
        found while the old table is there.
        """
        taken = {constraint.name for constraint in old.constraints}
        return refers_to(key, old) or key.name in taken

    def making(self, new: Table) -> None:
        """Take the keys that wait out of the new table."""
        for key in sqla_compat.sorted_constraints(new):
            if (
                isinstance(key, ForeignKeyConstraint)
                and self._old is not None
                and self.waits(self._old, key)
            ):
                new.constraints.discard(key)
                self._waiting.append(key)
        self._new = new

    def rows_copied(self, new: Table) -> None:
        """Look for rows that break a key that waits, while the old table is there.

        :raises CommandError: where there are any
        """
        connection = self._impl.connection
        if self._impl.as_sql or connection is None or self._old is None:
            return
        for key in self._waiting:
            if self.holds_for_rows(key, connection):
                _refuse_broken(key, new, self._old, connection)

    def holds_for_rows(self, key: ForeignKeyConstraint, connection: Connection) -> bool:
        """Say whether the database looks at the rows when it is given a key."""
        return True

    def finish(self) -> None:
        """Add the keys that wait."""
        if self._new is not None and self._old is not None:
            self._new.name = self._old.name
            for key in self._waiting:
                self._impl.add_constraint(key)


def refers_to(key: ForeignKeyConstraint, table: Table) -> bool:
    """Say whether a foreign key leads to a table.

    :param key: a foreign key of any table object
    :param table: a table object, perhaps another one for the same table
    """
    schema, name, _ = sqla_compat.resolved_target(key.elements[0])
    return (schema, name) == (table.schema, table.name)


def _refuse_broken(
    key: ForeignKeyConstraint, new: Table, old: Table, connection: Connection
) -> None:
    schema, parent, _ = sqla_compat.resolved_target(key.elements[0])
    copied = parent if not refers_to(key, old) else new.name
    broken = _rows_without_parent(key, new, schema, copied)
    number = int(connection.execute(broken).scalar() or 0)
    if number:
        rows = "1 row" if number == 1 else f"{number} rows"
        which = f"foreign key {key.name!r}" if key.name else "a foreign key"
        raise CommandError(
            f"{rows} of table {old.name!r} would refer to no row of table {parent!r} "
            f"({which}); put the rows in order in this revision, before the table is "
            "changed. The table is as it was."
        )


def _rows_without_parent(
    key: ForeignKeyConstraint, new: Table, schema: str | None, parent: str
) -> Any:
    """Return a SELECT that counts rows of a table that break a foreign key."""
    local = sqla_compat.columns_of(key)
    referred = [sqla_compat.resolved_target(each)[2] for each in key.elements]
    rows = _free_table(new.schema, new.name, local).alias()
    parents = _free_table(schema, parent, referred).alias()
    pairs = [(rows.c[name], parents.c[to]) for name, to in zip(local, referred)]
    joined = rows.outerjoin(parents, and_(*[one == other for one, other in pairs]))
    # a key says nothing of a row where one of its columns is NULL
    return (
        sqla_compat.select_of([func.count()])
        .select_from(joined)
        .where(and_(*[one.isnot(None) for one, _ in pairs], pairs[0][1].is_(None)))
    )


def _free_table(schema: str | None, name: str, columns: Collection[str]) -> Table:
    table = Table(name, MetaData(), schema=schema)
    for column in dict.fromkeys(columns):
        table.append_column(Column(column))
    return table
