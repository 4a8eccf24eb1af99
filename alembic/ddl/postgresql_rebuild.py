"""A table of PostgreSQL made anew: who refers to it, and where its sequences stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Collection, Iterator, Mapping

from sqlalchemy import text

from ..util import sqla_compat
from ..util.exc import CommandError
from .late_keys import KeepingKeysBack, refers_to

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.schema import Column, ForeignKeyConstraint, Table

    from .impl import DefaultImpl

_REFERRING = """
SELECT conname, CAST(CAST(conrelid AS regclass) AS text) FROM pg_constraint
WHERE contype = 'f' AND conrelid <> confrelid AND confrelid = to_regclass(:name)
ORDER BY 2, 1
"""


class PostgresqlTableRebuild(KeepingKeysBack):
    """Stands by while a table of PostgreSQL is made anew.

    :param impl: what sends SQL to the database
    """

    def __init__(self, impl: DefaultImpl) -> None:
        super().__init__(impl)
        self._format_table = impl.dialect.identifier_preparer.format_table
        self._quote = impl.dialect.identifier_preparer.quote
        self._old_names: dict[str, str] = {}

    def begin(
        self, old: Table, dropped: Collection[str], renamed: Mapping[str, str]
    ) -> bool:
        """Refuse what the database would refuse when the old table is dropped.

        :raises CommandError: where foreign keys of other tables refer to it
        """
        self._old_names = {new: name for name, new in renamed.items()}
        if not self._impl.as_sql and self._impl.connection is not None:
            name = {"name": self._format_table(old)}
            found = self._impl.connection.execute(text(_REFERRING), name).fetchall()
            if found:
                raise CommandError(_complaint(old, [tuple(row) for row in found]))
        return super().begin(old, dropped, renamed)

    def waits(self, old: Table, key: ForeignKeyConstraint) -> bool:
        """Say whether a key leads to the table itself, which has lost its keys."""
        return refers_to(key, old)

    def holds_for_rows(self, key: ForeignKeyConstraint, connection: Connection) -> bool:
        """Say whether a key is to be valid from the beginning."""
        return not key.dialect_kwargs.get("postgresql_not_valid")

    def rows_copied(self, new: Table) -> None:
        """Let the sequences of the new table go on where those of the old one stand."""
        super().rows_copied(new)
        for column in _counted(new):
            name = self._old_names.get(column.name, column.name)
            if self._old is not None and name in self._old.columns:
                self._hand_on(self._old, name, new, column.name)

    def _hand_on(self, old: Table, old_name: str, new: Table, name: str) -> None:
        was, now = self._format_table(old), self._format_table(new)
        highest = f"(SELECT max({self._quote(old_name)}) + 1 FROM {was})"
        before = f"pg_get_serial_sequence({_literal(was)}, {_literal(old_name)})"
        after = f"pg_get_serial_sequence({_literal(now)}, {_literal(name)})"
        following = f"coalesce(nextval({before}), {highest}, 1)"
        statement = f"SELECT setval({after}, {following}, false)"
        self._impl.execute(sqla_compat.verbatim_text(statement))


def _counted(table: Table) -> Iterator[Column[Any]]:
    """Yield the columns that get a sequence of their own with the table."""
    for column in table.columns:
        default = column.server_default
        is_serial = column is sqla_compat.autoincrement_column(table)
        if sqla_compat.is_identity(default) or (is_serial and default is None):
            yield column


def _complaint(table: Table, found: list[tuple[Any, ...]]) -> str:
    listed = ", ".join(f"{name!r} of table {referring!r}" for name, referring in found)
    return (
        f"Table {table.name!r} cannot be made anew on PostgreSQL: foreign keys refer "
        f"to it ({listed}). Leave recreate='always' away, so that the block runs "
        "ALTER statements, or drop these foreign keys before the block and create "
        "them again after it."
    )


def _literal(value: str) -> str:
    doubled = value.replace("'", "''")
    return f"'{doubled}'"
