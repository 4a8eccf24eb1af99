"""Operations on rows, and free SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..util.exc import CommandError
from .core import MigrateOperation
from .directive import directive

if TYPE_CHECKING:
    from sqlalchemy.schema import Table
    from sqlalchemy.sql.base import Executable
    from sqlalchemy.sql.selectable import TableClause

    from .ports import Target


@directive("bulk_insert")
class BulkInsertOp(MigrateOperation):
    """Insert rows, online and offline alike.

    ::

        account = table("account", column("id", Integer), column("name", String))
        op.bulk_insert(account, [{"id": 1, "name": "Ada"}, {"id": 2, "name": "Bo"}])

    Online it is one ``executemany``.  Offline each row becomes an INSERT with
    literal values.

    :param table: a table with typed columns, for instance what ``create_table``
        returned
    :param rows: a list of dictionaries, column name to value
    :param multiinsert: False: one INSERT a row also online, for values that differ
        in kind, such as SQL expressions or ``inline_literal``
    """

    def __init__(
        self,
        table: Table | TableClause,
        rows: list[dict[str, Any]],
        *,
        multiinsert: bool = True,
    ) -> None:
        self.table = table
        self.rows = rows
        self.multiinsert = multiinsert

    def apply(self, target: Target) -> None:
        """Insert the rows.

        :raises TypeError: when ``rows`` is no list of dictionaries
        :raises CommandError: when ``table`` is no table
        """
        if not hasattr(self.table, "insert"):
            raise CommandError(
                f"bulk_insert takes a Table or table(), not {self.table!r}."
            )
        target.migration_context.impl.bulk_insert(
            self.table, self.rows, multiinsert=self.multiinsert
        )


@directive("execute", in_batch="sqltext, execution_options")
class ExecuteSQLOp(MigrateOperation):
    """Execute SQL.

    ::

        op.execute("UPDATE account SET name = 'Ada' WHERE id = 1")
        op.execute(account.update().values(name=op.inline_literal("Ada")))

    Inside a batch block it runs at once, before the block's other directives.

    :param sqltext: a string, which is taken as :func:`sqlalchemy.text` is, so that
        a colon that marks no parameter is written ``\\\\:``; or an executable
        SQLAlchemy construct.  Offline it must hold its values in itself
    :param execution_options: execution options for this statement
    """

    def __init__(
        self,
        sqltext: Executable | str,
        *,
        execution_options: dict[str, Any] | None = None,
    ) -> None:
        self.sqltext = sqltext
        self.execution_options = execution_options

    def to_diff_tuple(self) -> tuple[str, Executable | str]:
        """Return ``("execute", sqltext)``."""
        return ("execute", self.sqltext)

    def apply(self, target: Target) -> None:
        """Execute the statement."""
        target.migration_context.impl.execute(
            self.sqltext, execution_options=self.execution_options
        )
