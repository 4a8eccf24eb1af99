"""What a database needs around a table that is made anew in batch mode."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Collection, Generator, Mapping

if TYPE_CHECKING:
    from sqlalchemy.schema import Table
    from typing_extensions import Self


class TableRebuild:
    """Stands by while a table is made anew; this one has nothing to do.

    ``DefaultImpl.table_rebuild()`` returns this one; a dialect that needs more
    returns a subclass.  The calls come in the order in which they are written here.
    """

    def __enter__(self) -> Self:
        """Prepare what only works before a transaction begins."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Restore what ``__enter__`` changed."""

    @contextlib.contextmanager
    def transaction(self) -> Generator[None, None, None]:
        """See to it that what happens inside happens wholly or not at all."""
        yield

    @contextlib.contextmanager
    def reading(self) -> Generator[None, None, None]:
        """Stand around the reflection of the table."""
        yield

    def begin(
        self, old: Table, dropped: Collection[str], renamed: Mapping[str, str]
    ) -> bool:
        """Look at what depends on the table; nothing has been changed yet.

        :param old: the table as it is
        :param dropped: its columns that will not be there under this name
        :param renamed: new names of columns by the names so far
        :return: True where ``finish()`` renames the columns, for what depends on them
        """
        return False

    def making(self, new: Table) -> None:
        """Change the new table, which has its temporary name, before it is created."""

    def rows_copied(self, new: Table) -> None:
        """Take over what is not in the rows; the old table is dropped next."""

    @contextlib.contextmanager
    def renaming(self) -> Generator[None, None, None]:
        """Stand around the statement that gives the new table its name."""
        yield

    def finish(self) -> None:
        """Make anew what went with the old table; its indexes are there already."""
