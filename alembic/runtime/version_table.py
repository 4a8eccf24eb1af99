"""The version table: the one place that reads and writes it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Callable, ContextManager

from sqlalchemy import type_coerce

from ..util import sqla_compat
from ..util.exc import CommandError
from ..util.messaging import warn
from .ports import DatabaseContext

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.schema import Table

#: Words that name revisions but are none: as a row they would be taken for others.
SYMBOLS = frozenset({"base", "head", "heads", "current"})


# Of the parameters of an UPDATE; no column is called so.
_NAMES = ("alembic_old", "alembic_new")


class VersionTable:
    """The table that holds one row for each head of the applied revisions.

    :param context: where statements go
    :param name: name of the table
    :param schema: its schema, or None for the connection's default
    :param primary_key: create it with a primary key constraint
    :param longest_id: tells the length of the longest identifier of the project;
        asked only when the table is about to be created
    """

    def __init__(
        self,
        context: DatabaseContext,
        *,
        name: str,
        schema: str | None,
        primary_key: bool,
        longest_id: Callable[[], int],
    ) -> None:
        self.name = name
        self.schema = schema
        self.created = False
        self.was_missing = False
        self._context = context
        self._primary_key = primary_key
        self._longest_id = longest_id
        self._table: Table | None = None
        self._update: Any = None

    @property
    def table(self) -> Table:
        """The table as the dialect describes it."""
        if self._table is None:
            self._table = self._context.impl.version_table_impl(
                version_table=self.name,
                version_table_schema=self.schema,
                version_table_pk=self._primary_key,
            )
        return self._table

    # -- the table -----------------------------------------------------------

    def exists(self) -> bool:
        """Return True when the database has the table."""
        connection = self._connection
        schema = sqla_compat.schema_of(self.table, connection)
        return sqla_compat.has_table(connection, self.name, schema)

    def create(self) -> None:
        """Create the table unless it exists; offline, write CREATE TABLE once."""
        if self.created:
            return
        if self._context.as_sql:
            self._create()
        elif not self.exists():
            self.was_missing = True
            # Before 2.0 a statement outside of a transaction commits with a warning.
            with _running_or_new_transaction(self._connection):
                self._create()

    def _create(self) -> None:
        self._widen_description(self._longest_id())
        self.table.create(self._connection, checkfirst=False)
        self.created = True
        self.was_missing = False

    def make_room(self, longest: int) -> None:
        """See to it that an identifier of this length fits into the column.

        :param longest: length of the longest identifier that will be written
        :raises CommandError: when the column is too narrow and cannot be changed
        """
        length = self._described_length()
        if length is None or longest <= length:
            return
        if self._context.as_sql:
            self._say_too_long_for_scripts(longest, length)
            return
        found = self._length_in_database()
        if found is not None and found < longest:
            self._context.impl.widen_version_column(
                self.table, existing_length=found, length=longest
            )
        self._widen_description(longest)

    def _widen_description(self, longest: int) -> None:
        length = self._described_length()
        if length is not None and length < longest:
            type_ = self._column.type
            self._column.type = type_.adapt(type(type_), length=longest)

    def _described_length(self) -> int | None:
        """Return the width that the dialect's own description has; None: no limit."""
        return getattr(self._column.type, "length", None)

    def _length_in_database(self) -> int | None:
        for column in sqla_compat.reflected_columns(
            self._connection,
            self.name,
            sqla_compat.schema_of(self.table, self._connection),
        ):
            if column["name"] == self._column.name:
                return getattr(column["type"], "length", None)
        return None

    def _say_too_long_for_scripts(self, longest: int, length: int) -> None:
        warn(
            f"A revision identifier of {longest} characters is written into "
            f"'{self.name}', whose column usually holds {length}; widen the column "
            "before you run this script."
        )

    # -- its rows ------------------------------------------------------------

    def read(self) -> tuple[str, ...]:
        """Return all rows; nothing when there is no table."""
        if not self.exists():
            return ()
        query = sqla_compat.select_columns(self._column)
        return tuple(row[0] for row in self._connection.execute(query))

    def clear(self) -> None:
        """Delete every row."""
        self._context.impl._exec(self.table.delete())

    def insert(self, version: str) -> None:
        """Add a row.

        :param version: the identifier; whatever it contains, it is only a value
        """
        if self._context.as_sql:
            # As an expression, so that SQLAlchemy adds the RETURNING scripts have had.
            value = type_coerce(self._value(version), self._column.type)
            statement = self.table.insert()
        else:
            value = self._value(version)
            statement = sqla_compat.insert_without_returning(self.table)
        self._context.impl._exec(statement.values(**{self._key: value}))

    def update(self, from_: str, to_: str) -> None:
        """Let one row name another revision.

        :param from_: the identifier that is a row now
        :param to_: the identifier that takes its place
        :raises CommandError: unless exactly one row was changed
        """
        statement, values = self._updating(from_, to_)
        result = self._context.impl._exec(statement, params=values)
        self._expect_one_row(result, f"updating '{from_}' to '{to_}'")

    def _updating(self, from_: str, to_: str) -> tuple[Any, dict[str, str]]:
        """Return an UPDATE and its parameters.

        Thousands of them may be sent, so it is compiled but once where that is
        possible: in a database, from SQLAlchemy 1.4 on.
        """
        if not self._context.as_sql:
            if self._update is None:
                self._update = self._update_of(*map(self._parameter, _NAMES))
            if self._update is not None:
                return self._update, dict(zip(_NAMES, (from_, to_)))
        return self._update_of(self._value(from_), self._value(to_)), {}

    def _update_of(self, from_: Any, to_: Any) -> Any:
        if from_ is None:
            return None
        update = self.table.update().values(**{self._key: to_})
        return update.where(self._column == from_)

    def delete(self, version: str) -> None:
        """Remove a row.

        :param version: the identifier of the row
        :raises CommandError: unless exactly one row was removed
        """
        statement = self.table.delete().where(self._column == self._value(version))
        result = self._context.impl._exec(statement)
        self._expect_one_row(result, f"deleting '{version}'")

    def _expect_one_row(self, result: Any, doing: str) -> None:
        context = self._context
        if context.as_sql or not context.dialect.supports_sane_rowcount:
            return
        if result.rowcount != 1:
            raise CommandError(
                f"Online migration expected to match one row when {doing} in "
                f"'{self.name}'; {result.rowcount} found"
            )

    def _value(self, version: str) -> Any:
        # Literals, not parameters: logs and scripts show what is written, and the
        # dialect's own rules for quotes and backslashes apply.
        return sqla_compat.InlineLiteral(version, self._column.type)

    def _parameter(self, name: str) -> Any:
        return sqla_compat.literal_parameter(name, self._column.type)

    @property
    def _column(self) -> Any:
        return self.table.c.version_num

    @property
    def _key(self) -> str:
        return str(self._column.key)

    @property
    def _connection(self) -> Connection:
        connection = self._context.connection
        assert connection is not None
        return connection


def _running_or_new_transaction(connection: Connection) -> ContextManager[Any]:
    if sqla_compat.in_transaction(connection):
        return contextlib.nullcontext()
    return connection.begin()


def refuse_symbols(rows: tuple[str, ...], table_name: str) -> None:
    """Refuse rows that are no identifiers but words for other revisions.

    :param rows: what the version table holds
    :param table_name: for the message
    :raises CommandError: when a row is ``head``, ``base`` or the like
    """
    for row in rows:
        if row in SYMBOLS:
            raise CommandError(
                f"Version table '{table_name}' holds '{row}', which is a symbol and "
                "no revision identifier; set the right revision with "
                "'alembic stamp --purge <revision>'."
            )
