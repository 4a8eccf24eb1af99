"""Foreign keys that a table made anew gets when it has its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Collection, Mapping

from sqlalchemy.schema import ForeignKeyConstraint

from ..util import sqla_compat
from .rebuild import TableRebuild

if TYPE_CHECKING:
    from sqlalchemy.schema import Table

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
