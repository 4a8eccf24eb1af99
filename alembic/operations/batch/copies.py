"""What becomes of columns, and of constraints and indexes that speak of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, Mapping

from sqlalchemy import column as free_column
from sqlalchemy import text
from sqlalchemy.schema import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ColumnClause, TextClause

from ...util import sqla_compat, sqla_reflection
from ...util.several import is_keyed, is_listed
from .sqltext import columns_mentioned, with_columns_renamed

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


_OF_COLUMNS = (ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint)


class NewColumn:
    """A column on its way from the old table to the new one.

    :ivar column: the column as it will be; it belongs to no table
    :ivar old: the column that its values come from; None for a new column
    :ivar dropped: True from the moment on when the block drops it
    """

    def __init__(self, column: Column[Any], old: Column[Any] | None = None) -> None:
        self.column = column
        self.old = old
        self.dropped = False

    @property
    def name(self) -> str:
        """The name that the column has now."""
        return self.column.name

    @property
    def old_name(self) -> str:
        """The name that it has in the old table; a new column has none there."""
        return "" if self.old is None else self.old.name

    def forbid_null(self) -> None:
        """Make a column of a new primary key NOT NULL unless somebody said otherwise.

        A reflected column says it: SQLite allows NULL in a primary key.
        """
        if sqla_reflection.is_nullable_by_default(self.column):
            self.column.nullable = False


def plain_copy(column: Column[Any]) -> Column[Any]:
    """Return a free copy of a column; what its flags stand for is listed elsewhere."""
    copy: Column[Any] = sqla_compat.copy_of(column)
    copy.unique = copy.index = None
    copy.primary_key = False
    copy.nullable = column.nullable
    copy.key = copy.name
    return copy


class Names:
    """What became of the columns that a constraint or an index speaks of.

    :param columns: by the name that the constraint or index uses
    :param dialect: decides how a name is quoted in SQL text
    :param verbatim: True where SQL text came from a database: a colon in it never
        marks a parameter
    """

    def __init__(
        self, columns: Mapping[str, NewColumn], dialect: Dialect, verbatim: bool
    ) -> None:
        self._columns = dict(columns)
        self._quote = dialect.identifier_preparer.quote
        self._verbatim = verbatim

    def now(self, name: str) -> str:
        """Return the name that a column has now."""
        found = self._columns.get(name)
        return name if found is None else found.name

    def gone(self, item: Any) -> set[str]:
        """Return those of the columns used by a constraint or index that are gone."""
        dropped = {name for name, each in self._columns.items() if each.dropped}
        return _used_columns(item, dropped) if dropped else set()

    def used(self, item: Any) -> set[str]:
        """Return the columns of the table that a constraint or index uses."""
        return _used_columns(item, set(self._columns))

    def missing(self, item: Any, present: set[str]) -> list[str]:
        """Return the columns asked for by name that the new table has not.

        :param item: a constraint or index; of a check, SQL text says nothing certain
        :param present: the names of the new table's columns
        """
        if isinstance(item, Index):
            asked = [e.name for e in item.expressions if isinstance(e, ColumnClause)]
        elif isinstance(item, _OF_COLUMNS):
            asked = sqla_compat.columns_of(item)
        else:
            return []
        return [name for name in asked if self.now(name) not in present]

    def still_there(self, constraint: Any) -> list[str]:
        """Return the names of now of a constraint's columns but the dropped ones."""
        names = sqla_compat.columns_of(constraint)
        gone = self.gone(constraint)
        return [self.now(name) for name in names if name not in gone]

    def text(self, part: TextClause) -> TextClause:
        """Return SQL text with the names that columns have now."""
        renamed = {
            name: self._quote(each.name)
            for name, each in self._columns.items()
            if name != each.name
        }
        if not renamed and not self._verbatim:
            return part
        sql = with_columns_renamed(part.text, renamed) if renamed else part.text
        return sqla_compat.verbatim_text(sql) if self._verbatim else text(sql)

    def expression(self, value: Any, onto: Mapping[str, Any] | None = None) -> Any:
        """Return an expression with the names that columns have now.

        :param value: a clause; anything else is returned as it is
        :param onto: columns by name to use; by default such without a table
        """

        def replace(part: Any) -> Any:
            if isinstance(part, TextClause):
                return self.text(part)
            if isinstance(part, ColumnClause) and not part.is_literal:
                return self._column(part, onto)
            return None

        if isinstance(value, TextClause):
            return self.text(value)
        if not hasattr(value, "self_group"):
            return value
        return sqla_compat.replaced(value, replace)

    def _column(self, part: Any, onto: Mapping[str, Any] | None) -> Any:
        name = self.now(part.name)
        return free_column(name, part.type) if onto is None else onto.get(name)

    def option(self, value: Any) -> Any:
        """Return the value of a dialect's option: columns in it are named anew."""
        if is_keyed(value):
            return {self.now(key): each for key, each in value.items()}
        if is_listed(value):
            return [self._listed(each) for each in value]
        return self.expression(value)

    def _listed(self, value: Any) -> Any:
        return self.now(value) if isinstance(value, str) else self.expression(value)

    def computed(self, column: Column[Any]) -> Column[Any]:
        """Return a column whose generating expression names columns as of now."""
        computed = column.computed
        if computed is None:
            return column
        bare = sqla_compat.copy_of(column)
        sqla_compat.set_server_default(bare, None)
        again = sqla_compat.Computed(
            self.expression(computed.sqltext), persisted=computed.persisted
        )
        sqla_compat.set_server_default(bare, again)
        return bare  # type: ignore[no-any-return]


class Kept:
    """A constraint or index of the new table, and the columns it speaks of."""

    def __init__(self, item: Any, names: Names, is_new: bool) -> None:
        self.item = item
        self.names = names
        self.is_new = is_new

    def is_missed(self, gone: set[str]) -> bool:
        """Say whether it did something for columns that stay when others go.

        That the values of two columns are unique together says nothing about one.
        """
        if isinstance(self.item, UniqueConstraint):
            return False
        return gone != self.names.used(self.item)


def replaces(new: Kept, old: Kept) -> bool:
    """Say whether a constraint or index of the block stands for one of the table."""
    if not new.is_new or type(new.item) is not type(old.item):
        return False
    if new.item.name is not None and new.item.name == old.item.name:
        return True
    if not isinstance(old.item, (ForeignKeyConstraint, UniqueConstraint)):
        return False
    return sqla_compat.columns_of(new.item) == sqla_compat.columns_of(old.item)


def _used_columns(item: Any, among: set[str]) -> set[str]:
    """Return those columns that a constraint or index uses."""
    if isinstance(item, Index):
        options = [v for v in item.dialect_kwargs.values() if hasattr(v, "self_group")]
        return _in_expressions([*item.expressions, *options], among)
    if isinstance(item, CheckConstraint):
        return _in_expressions([item.sqltext], among)
    return among.intersection(sqla_compat.columns_of(item))


def _in_expressions(expressions: Iterable[Any], among: set[str]) -> set[str]:
    found: set[str] = set()
    for expression in expressions:
        for part in visitors.iterate(expression, {}):
            if isinstance(part, TextClause):
                found |= columns_mentioned(part.text, among)
            elif isinstance(part, ColumnClause):
                found |= among.intersection((part.name,))
    return found


def index_again(index: Index, names: Names, table: Table) -> Index:
    """Return an index on a table that has the columns of now.

    :param index: an index of another table
    :param table: the table it shall belong to
    """
    onto = {column.name: column for column in table.columns}
    elements = [names.expression(each, onto) for each in index.expressions]
    options = {key: names.option(value) for key, value in index.dialect_kwargs.items()}
    again = Index(index.name, *elements, unique=index.unique, **options)
    if again.table is None:
        # Without a column among its elements it found no table by itself.
        table.append_constraint(again)
    return again
