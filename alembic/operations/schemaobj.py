"""Names and types become SQLAlchemy tables, columns, indexes and constraints."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Callable, Iterable, Sequence, TypeVar

from sqlalchemy import column as plain_column
from sqlalchemy import schema as sa_schema
from sqlalchemy import text as sa_text
from sqlalchemy import types as sa_types
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import TextClause

from ..util import sqla_compat
from ..util.exc import CommandError
from .again import constraint_again

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import ExcludeConstraint
    from sqlalchemy.schema import (
        CheckConstraint,
        Column,
        ForeignKeyConstraint,
        Index,
        MetaData,
        PrimaryKeyConstraint,
        Table,
        UniqueConstraint,
    )
    from sqlalchemy.sql.elements import ColumnElement
    from sqlalchemy.types import TypeEngine

    from .ports import Context

_Attached = TypeVar("_Attached", bound=sa_schema.Constraint)


class SchemaObjects:
    """Make schema objects, each on a ``MetaData`` of its own.

    The objects exist to be rendered: what a directive does not say (the types of
    an index's columns, the table that a foreign key leads to) is filled with
    placeholders.  The naming convention is that of ``target_metadata``, when that
    is a single ``MetaData``.

    :param migration_context: where ``target_metadata`` is found; None for no
        naming convention
    """

    def __init__(self, migration_context: Context | None = None) -> None:
        self.migration_context = migration_context

    def metadata(self) -> MetaData:
        """Return a new, empty ``MetaData`` with the project's naming convention."""
        convention = _convention_of(self.migration_context)
        if convention is None:
            return sa_schema.MetaData()
        return sa_schema.MetaData(naming_convention=convention)

    def table(self, name: str, *columns: Any, **kw: Any) -> Table:
        """Return a table of columns, constraints and indexes.

        Items that belong to another table already are copied.

        :param columns: what :class:`sqlalchemy.schema.Table` takes
        :param kw: options of the table; ``_constraints_included`` says that the
            items hold every constraint already, so ``unique=`` and ``index=`` on
            a column add none; ``_is_whole=False`` that it has more columns than
            these
        """
        included = kw.pop("_constraints_included", False)
        is_whole = kw.pop("_is_whole", True)
        items = [_own(item, flags_off=included) for item in columns]
        table = sa_schema.Table(name, self.metadata(), *items, **kw)
        for constraint in list(table.foreign_key_constraints):
            for key in constraint.elements:
                _ensure_target(table, key, is_whole)
        return table

    def column(self, name: str, type_: TypeEngine[Any], **kw: Any) -> Column[Any]:
        """Return a column that belongs to no table."""
        return sa_schema.Column(name, type_, **kw)

    def index(
        self,
        name: str | None,
        tablename: str | None,
        columns: Sequence[str | TextClause | ColumnElement[Any]],
        schema: str | None = None,
        **kw: Any,
    ) -> Index:
        """Return an index on a placeholder table.

        :param tablename: None where only the index's name matters
        :param columns: names, ``text()`` or expressions, in the index's order
        :param kw: ``unique`` and dialect options
        :raises CommandError: where it has no name, and nothing to be named after
        """
        if name is None:
            _refuse_to_name(tablename, columns)
            if any(isinstance(part, TextClause) for part in columns):
                name = self._name_by_text(tablename, columns, schema)
        table = self._placeholder(tablename or "no_table", schema)
        elements = [_index_element(table, element) for element in columns]
        index = sa_schema.Index(name, *elements, **kw)
        if index.table is None:
            # Without a column among its elements it found no table by itself.
            table.append_constraint(index)
        return index

    def _name_by_text(
        self, tablename: str | None, columns: Sequence[Any], schema: str | None
    ) -> Any:
        """Return the conventional name of an index, with texts for column names.

        Without them all indexes on expressions would have the same name.
        """
        names = [
            str(part) if isinstance(part, TextClause) else part for part in columns
        ]
        return self.index(None, tablename, names, schema).name

    def primary_key_constraint(
        self,
        name: str | None,
        table_name: str,
        cols: Sequence[str],
        schema: str | None = None,
        **dialect_kw: Any,
    ) -> PrimaryKeyConstraint:
        """Return the primary key of a placeholder table."""
        table = self._placeholder(table_name, schema, cols)
        constraint = sa_schema.PrimaryKeyConstraint(
            *[table.c[_name_of(col)] for col in cols], name=name, **dialect_kw
        )
        return _on(table, constraint)

    def unique_constraint(
        self,
        name: str | None,
        source: str,
        local_cols: Sequence[str],
        schema: str | None = None,
        **kw: Any,
    ) -> UniqueConstraint:
        """Return a unique constraint on a placeholder table."""
        table = self._placeholder(source, schema, local_cols)
        names = [_name_of(col) for col in local_cols]
        return _on(table, sa_schema.UniqueConstraint(*names, name=name, **kw))

    def check_constraint(
        self,
        name: str | None,
        source: str,
        condition: str | TextClause | ColumnElement[Any],
        schema: str | None = None,
        **kw: Any,
    ) -> CheckConstraint:
        """Return a check on a placeholder table."""
        table = self._placeholder(source, schema)
        # A condition over the columns of a model would attach itself to the model.
        free = condition if isinstance(condition, str) else _unbound(condition)
        return _on(table, sa_schema.CheckConstraint(free, name=name, **kw))

    def foreign_key_constraint(
        self,
        name: str | None,
        source: str,
        referent: str,
        local_cols: Sequence[str],
        remote_cols: Sequence[str],
        onupdate: str | None = None,
        ondelete: str | None = None,
        deferrable: bool | None = None,
        source_schema: str | None = None,
        referent_schema: str | None = None,
        initially: str | None = None,
        match: str | None = None,
        **dialect_kw: Any,
    ) -> ForeignKeyConstraint:
        """Return a foreign key between two placeholder tables (or within one)."""
        table = self._placeholder(source, source_schema, local_cols)
        target = table
        if (source, source_schema) != (referent, referent_schema):
            target = sa_schema.Table(referent, table.metadata, schema=referent_schema)
        # Columns, not "table.column": names may hold dots.
        remote = [_ensure_column(target, col) for col in remote_cols]
        constraint = sa_schema.ForeignKeyConstraint(
            [_name_of(col) for col in local_cols],
            remote,
            name=name,
            onupdate=onupdate,
            ondelete=ondelete,
            deferrable=deferrable,
            initially=initially,
            match=match,
            **dialect_kw,
        )
        return _on(table, constraint)

    def exclude_constraint(
        self,
        name: str | None,
        source: str,
        elements: Iterable[tuple[Any, str]],
        where: Any = None,
        schema: str | None = None,
        **kw: Any,
    ) -> ExcludeConstraint:
        """Return an exclude constraint (PostgreSQL) on a placeholder table.

        :param elements: pairs of a column name or expression, and an operator
        """
        # Loaded here: importing a dialect takes longer than all of this package.
        from sqlalchemy.dialects.postgresql import ExcludeConstraint

        table = self._placeholder(source, schema)
        pairs = [(_index_element(table, expr), operator) for expr, operator in elements]
        if where is not None:
            where = _unbound(sa_text(where) if isinstance(where, str) else where)
        return _on(table, ExcludeConstraint(*pairs, name=name, where=where, **kw))

    def generic_constraint(
        self,
        name: str | None,
        table_name: str,
        type_: str | None,
        schema: str | None = None,
        **kw: Any,
    ) -> Any:
        """Return a constraint that has a name and a kind but no content, to drop.

        :param type_: ``foreignkey``, ``primary``, ``unique``, ``check`` or None
        :raises TypeError: for any other kind, listing these
        """
        try:
            make = _GENERIC[type_]
        except KeyError:
            known = ", ".join(sorted(repr(kind) for kind in _GENERIC if kind))
            raise TypeError(f"'type' can be one of {known}, None") from None
        return _on(self._placeholder(table_name, schema), make(name=name, **kw))

    def _placeholder(
        self, name: str, schema: str | None, columns: Iterable[Any] = ()
    ) -> Table:
        table = sa_schema.Table(name, self.metadata(), schema=schema)
        for column in columns:
            _ensure_column(table, column)
        return table


_GENERIC: dict[str | None, Callable[..., Any]] = {
    "foreignkey": partial(sa_schema.ForeignKeyConstraint, (), ()),
    "primary": sa_schema.PrimaryKeyConstraint,
    "unique": sa_schema.UniqueConstraint,
    "check": partial(sa_schema.CheckConstraint, "TRUE"),
    None: sa_schema.Constraint,
}


def _convention_of(context: Context | None) -> Any:
    if context is None:
        return None
    target = context.opts.get("target_metadata")
    # A list of MetaData may hold several conventions: none of them counts.
    return getattr(target, "naming_convention", None)


def _on(table: Table, constraint: _Attached) -> _Attached:
    """Attach a constraint to its table unless it found the table by itself."""
    if constraint not in table.constraints:
        table.append_constraint(constraint)
    return constraint


def _own(item: Any, *, flags_off: bool) -> Any:
    """Return an item for a new table: itself, or a copy where it belongs to one."""
    if isinstance(item, sa_schema.Column):
        return _own_column(item, flags_off)
    if not sqla_compat.is_attached(item):
        return item
    if isinstance(item, sa_schema.Index):
        columns = [_index_part(part) for part in item.expressions]
        options = dict(item.dialect_kwargs, unique=item.unique)
        return sa_schema.Index(item.name, *columns, **options)
    known = {} if flags_off else _key_by_name(sqla_compat.table_of(item))
    again = constraint_again(item, lambda name: known.get(name, name), _unbound)
    if isinstance(item, sa_schema.ForeignKeyConstraint):
        # Only here: where a table is made anew it holds all of its foreign keys.
        again.use_alter = item.use_alter  # type: ignore[attr-defined]
    return again


def _own_column(column: Any, flags_off: bool) -> Any:
    if not (flags_off or sqla_compat.is_attached(column)):
        return column
    copy: Column[Any] = sqla_compat.copy_of(column)
    if flags_off:
        # The constraints are listed, and name the columns as the database does.
        copy.unique = copy.index = None
        copy.key = copy.name
    return copy


def _key_by_name(table: Table) -> dict[str, str]:
    return {column.name: column.key for column in table.columns}


def _index_part(part: Any) -> Any:
    return part.key if isinstance(part, sa_schema.Column) else _unbound(part)


def _name_of(column: Any) -> str:
    """Return the name of a column that is given by name or as an object."""
    name: str = column if isinstance(column, str) else column.name
    return name


def _ensure_column(table: Table, column: Any) -> Column[Any]:
    """Return a column of a placeholder table, added when it is new."""
    name = _name_of(column)
    if name not in table.c:
        table.append_column(sa_schema.Column(name, sa_types.NULLTYPE))
    return table.c[name]


def _ensure_target(table: Table, key: Any, is_whole: bool) -> None:
    """Make sure that the table and column exist which a foreign key leads to.

    :param is_whole: the table is written out as it is: nothing may be added to it
    """
    schema, name, column = sqla_compat.foreign_key_target(key)
    if is_whole and (schema, name) == (table.schema, table.name):
        return
    found = sa_schema.Table(name, table.metadata, schema=schema, keep_existing=True)
    _ensure_column(found, column)


def _refuse_to_name(tablename: str | None, columns: Iterable[Any]) -> None:
    """Refuse an expression that no convention can make a name of."""
    for part in columns:
        if isinstance(part, (str, TextClause)):
            continue
        parts = visitors.iterate(part, {})
        if not any(isinstance(each, sa_schema.Column) for each in parts):
            raise CommandError(
                f"An index on table {str(tablename)!r} over the expression '{part}' "
                "needs a name; only names, text() and the columns of a table bring one."
            )


def _plain(column: Any) -> Any:
    return plain_column(column.name, column.type)


def _index_element(table: Table, element: Any) -> Any:
    """Return what to index, over columns of the given table."""
    if isinstance(element, str):
        return _ensure_column(table, element)

    def onto_table(part: Any) -> Any:
        if not isinstance(part, sa_schema.Column):
            return None
        for known in table.c:
            if known.name == part.name:
                return known
        mine = _own_column(part, flags_off=True)
        # Dialect options such as postgresql_ops name columns by their key.
        mine.key = part.key
        mine.foreign_keys.clear()
        table.append_column(mine)
        return mine

    return sqla_compat.replaced(element, onto_table)


def _unbound(expression: Any) -> Any:
    """Return an expression whose columns belong to no table."""

    def without_table(part: Any) -> Any:
        return _plain(part) if isinstance(part, sa_schema.Column) else None

    if not hasattr(expression, "self_group"):
        return expression
    return sqla_compat.replaced(expression, without_table)
