"""A table of SQLite as it is written, where SQLAlchemy's reflection falls short."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Iterable, NamedTuple

from sqlalchemy import text
from sqlalchemy.exc import ArgumentError, CompileError
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
from sqlalchemy.types import NULLTYPE, SchemaType, String, TypeDecorator

from ..util import sqla_compat
from ..util.messaging import warn
from ..util.sqla_compat import Computed, compiles
from .sqlite_text import (
    ColumnText,
    IndexText,
    Key,
    NotUnderstood,
    TableText,
    folded,
    read_index_text,
    read_table_text,
)

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Dialect
    from sqlalchemy.types import TypeEngine

# A bare word behind DEFAULT is a string to SQLite, but for these.
_WORDS_WITH_MEANING = {
    "NULL",
    "TRUE",
    "FALSE",
    "CURRENT_TIME",
    "CURRENT_DATE",
    "CURRENT_TIMESTAMP",
}


class DeclaredType(TypeDecorator):  # type: ignore[type-arg]
    """A type that is written as the table's text has it, collation included.

    :param known: what SQLAlchemy makes of it; values are those of this type
    :param written: the type as it is written; empty for a column without one
    :param collation: the name behind COLLATE, with its quotes
    """

    impl = NULLTYPE.__class__
    cache_ok = True

    def __init__(
        self, known: TypeEngine[Any], written: str, collation: str | None = None
    ) -> None:
        super().__init__()
        self.impl = known  # type: ignore[assignment]  # an instance does as well
        self.written = written
        self.collation = collation


@compiles(DeclaredType)
def visit_declared_type(type_: DeclaredType, compiler: Any, **kw: Any) -> str:
    """Return the type as it was written, and COLLATE where a column is defined.

    SQLAlchemy hands on the column only there, not where it writes a CAST.
    """
    in_column = isinstance(kw.get("type_expression"), Column)
    collation = f"COLLATE {type_.collation}" if type_.collation and in_column else ""
    return " ".join(filter(None, (type_.written, collation)))


class Row(NamedTuple):
    """A row of ``sqlite_master``."""

    type: str
    name: str
    table: str
    sql: str | None


def quoted(name: str) -> str:
    """Return a name in quotes."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def of_schema(schema: str | None, name: str) -> str:
    """Return a name with its schema in front; names that SQLite knows need none."""
    return f"{quoted(schema)}.{name}" if schema else name


def master_rows(ask: Any, schema: str | None) -> list[Row]:
    """Return what the database consists of, in the order of its making.

    :param ask: takes an SQL statement and returns its rows
    :param schema: name of an attached database; None for the main one
    """
    master = of_schema(schema or "main", "sqlite_master")
    found = ask(f"SELECT type, name, tbl_name, sql FROM {master} ORDER BY rowid")
    return [Row(*row) for row in found]


def generated_by(ask: Any, schema: str | None, table: str, column: str) -> str | None:
    """Return the expression of a generated column as it is written.

    :param ask: takes an SQL statement and returns its rows
    :param schema: name of an attached database; None for the main one
    :return: None where there is no such column, or its table is not understood
    """
    for row in master_rows(ask, schema):
        if row.type == "table" and row.sql and is_same(row.name, table):
            try:
                columns = read_table_text(row.sql).columns
            except NotUnderstood:
                return None
            for each in columns:
                if is_same(each.name, column) and each.generated:
                    return each.generated[0]
    return None


def is_same(one: str, other: str) -> bool:
    """Return True for names that SQLite takes for one: only ASCII letters fold."""
    return folded(one) == folded(other)


def with_collation_of(
    existing: TypeEngine[Any], new_type: TypeEngine[Any], dialect: Dialect
) -> TypeEngine[Any]:
    """Return a new type of text that compares as the existing one does."""
    collation = getattr(existing, "collation", None)
    # A text type without a CHECK of its own, which Enum has.
    is_text = isinstance(new_type, String) and not isinstance(new_type, SchemaType)
    if not isinstance(existing, DeclaredType) or not collation or not is_text:
        return new_type
    if getattr(new_type, "collation", None):
        return new_type
    written = sqla_compat.type_compiler_of(dialect).process(new_type)
    return DeclaredType(new_type, written, collation)


# --------------------------------------------------------------------------
# completing what was reflected


def complete(
    table: Table, connection: Connection, rows: Iterable[Row], given: Iterable[Any]
) -> None:
    """Add to a reflected table what its text says and SQLAlchemy did not see.

    :param table: the table as it was reflected; it is changed
    :param connection: what it was reflected from
    :param rows: those of ``sqlite_master``
    :param given: columns and constraints that the caller put in place of reflected
        ones; they stay
    """
    own = [row for row in rows if is_same(row.table, table.name)]
    for row in own:
        if row.sql is None:
            continue
        if row.type == "table":
            _complete_table(table, connection.dialect, row.sql, given)
        elif row.type == "index":
            _complete_index(table, row.sql)


def _complete_table(
    table: Table, dialect: Dialect, sql: str, given: Iterable[Any]
) -> None:
    try:
        written = read_table_text(sql)
    except NotUnderstood as err:
        warn(
            f"The text of table {table.name!r} is {err}; of what it says, only what "
            "SQLAlchemy reflects is kept."
        )
        return
    _Completion(table, dialect, written, given).carry_out()


class _Completion:
    """Goes through a table and its text side by side."""

    def __init__(
        self, table: Table, dialect: Dialect, written: TableText, given: Iterable[Any]
    ) -> None:
        self.table = table
        self.dialect = dialect
        self.written = written
        self.given = {id(item) for item in given}
        self.given_columns: set[str] = {
            item.name for item in given if isinstance(item, Column)
        }
        self.names = {folded(column.name): column.name for column in table.columns}

    def carry_out(self) -> None:
        self._options()
        for written in self.written.columns:
            name = self.names.get(folded(written.name))
            if name is not None and name not in self.given_columns:
                self._column(self.table.columns[name], written)
        self._keys()

    # -- the table's options -------------------------------------------------

    def _options(self) -> None:
        wanted = {
            "with_rowid": False if self.written.without_rowid else None,
            "strict": True if self.written.strict else None,
            "autoincrement": True if self.written.autoincrement else None,
        }
        for option, value in wanted.items():
            if value is not None:
                self._set_option(option, value)

    def _set_option(self, option: str, value: bool) -> None:
        try:
            options: dict[str, Any] = {f"sqlite_{option}": value}
            Table("t", MetaData(), **options)
        except ArgumentError:
            warn(
                f"Table {self.table.name!r} is {option.upper()}, which this version of "
                "SQLAlchemy cannot say; the new table will not be."
            )
            return
        self.table.dialect_options["sqlite"][option] = value

    # -- columns -------------------------------------------------------------

    def _column(self, column: Column[Any], written: ColumnText) -> None:
        if written.collation or not self._is_written_so(column.type, written.type):
            column.type = DeclaredType(column.type, written.type, written.collation)
        if column.primary_key and not self.written.without_rowid:
            # SQLAlchemy 1.3 takes every such column for NOT NULL.
            column.nullable = not written.not_null
        options = column.dialect_options["sqlite"]
        if written.not_null_conflict:
            options["on_conflict_not_null"] = written.not_null_conflict
        if written.generated is not None:
            sql, stored = written.generated
            generated = Computed(text(sql), persisted=stored)
            self._set_default(column, generated)
        elif written.default is not None and _is_bare_word(written.default):
            self._set_default(column, text(f"'{written.default}'"))

    def _set_default(self, column: Column[Any], value: Any) -> None:
        nullable = column.nullable
        sqla_compat.set_server_default(column, value)
        column.nullable = nullable

    def _is_written_so(self, type_: TypeEngine[Any], written: str) -> bool:
        try:
            known: str = sqla_compat.type_compiler_of(self.dialect).process(type_)
        except CompileError:
            return False
        return _without_layout(known) == _without_layout(written)

    # -- constraints ---------------------------------------------------------

    def _keys(self) -> None:
        reflected = [
            constraint
            for constraint in sqla_compat.sorted_constraints(self.table)
            if id(constraint) not in self.given
            and not sqla_compat.is_type_bound(constraint)
            and not self._is_of_given_column(constraint)
        ]
        targets = {
            tuple(sqla_compat.columns_of(each)): each
            for each in reflected
            if isinstance(each, ForeignKeyConstraint)
        }
        for constraint in reflected:
            if not isinstance(constraint, PrimaryKeyConstraint):
                _forget(self.table, constraint)
        for key in self.written.keys:
            if not self._has_columns(key):
                continue
            self._warn_of_parts(key)
            if key.kind == "primary":
                self._primary(key)
            elif key.kind == "foreign":
                self.table.append_constraint(self._foreign(key, targets))
            else:
                self.table.append_constraint(self._plain(key))

    def _is_of_given_column(self, constraint: Any) -> bool:
        if isinstance(constraint, (CheckConstraint, PrimaryKeyConstraint)):
            return False
        return bool(self.given_columns.intersection(_columns(constraint)))

    def _warn_of_parts(self, key: Key) -> None:
        if key.plain:
            return
        which = f"constraint {key.name!r}" if key.name else f"{key.kind} constraint"
        warn(
            f"The {which} of table {self.table.name!r} has COLLATE or DESC in its "
            "list of columns, which SQLAlchemy cannot say; the new table will have "
            "the constraint without it."
        )

    def _has_columns(self, key: Key) -> bool:
        """Return False where ``include_columns`` left some of them out."""
        return all(folded(name) in self.names for name in key.columns)

    def _local(self, key: Key) -> list[str]:
        return [self.names.get(folded(name), name) for name in key.columns]

    def _primary(self, key: Key) -> None:
        columns = [self.table.columns[name] for name in self._local(key)]
        nullable = [column.nullable for column in columns]
        if self.written.autoincrement:
            self._warn_of_autoincrement(key)
        again = PrimaryKeyConstraint(*columns, name=key.name)
        if key.conflict:
            again.dialect_options["sqlite"]["on_conflict"] = key.conflict
            columns[0].dialect_options["sqlite"]["on_conflict_primary_key"] = (
                key.conflict
            )
        self.table.append_constraint(again)
        for column, value in zip(columns, nullable):
            column.nullable = value

    def _warn_of_autoincrement(self, key: Key) -> None:
        if any(_names(key) & _names(each) for each in self._foreign_keys()):
            warn(
                f"Table {self.table.name!r} loses AUTOINCREMENT: SQLAlchemy does not "
                "write it for a column with a foreign key."
            )
        elif key.name:
            warn(
                f"The primary key of table {self.table.name!r} loses its name "
                f"{key.name!r}: SQLAlchemy writes none beside AUTOINCREMENT."
            )

    def _foreign_keys(self) -> list[Key]:
        return [key for key in self.written.keys if key.kind == "foreign"]

    def _plain(self, key: Key) -> CheckConstraint | UniqueConstraint:
        made: CheckConstraint | UniqueConstraint
        if key.kind == "check":
            made = CheckConstraint(text(key.sql), name=key.name)
        else:
            made = UniqueConstraint(*self._local(key), name=key.name)
        if key.conflict:
            made.dialect_options["sqlite"]["on_conflict"] = key.conflict
        return made

    def _foreign(
        self, key: Key, reflected: dict[tuple[str, ...], ForeignKeyConstraint]
    ) -> ForeignKeyConstraint:
        local = self._local(key)
        table_name, remote = key.target
        if is_same(table_name, self.table.name):
            table_name = self.table.name
            remote = tuple(self.names.get(folded(name), name) for name in remote)
        if not remote:
            remote = self._implied_target(local, table_name, reflected)
        # A table of columns, not "table.column": names may hold dots.
        target = Table(
            table_name,
            MetaData(),
            *[Column(name, NULLTYPE) for name in dict.fromkeys(remote)],
            schema=self.table.schema,
        )
        return ForeignKeyConstraint(
            local,
            [target.columns[name] for name in remote],
            name=key.name,
            ondelete=key.ondelete,
            onupdate=key.onupdate,
            match=key.match,
            deferrable=key.deferrable,
            initially=key.initially,
        )

    def _implied_target(
        self,
        local: list[str],
        table_name: str,
        reflected: dict[tuple[str, ...], ForeignKeyConstraint],
    ) -> tuple[str, ...]:
        """Return the primary key that a REFERENCES without columns means."""
        if table_name == self.table.name:
            return tuple(column.name for column in self.table.primary_key.columns)
        known = reflected.get(tuple(local))
        if known is None:
            return tuple(local)
        return tuple(sqla_compat.resolved_target(key)[2] for key in known.elements)


def _columns(constraint: Any) -> list[str]:
    return sqla_compat.columns_of(constraint)


def _forget(table: Table, constraint: Any) -> None:
    table.constraints.discard(constraint)
    if isinstance(constraint, ForeignKeyConstraint):
        for key in constraint.elements:
            table.foreign_keys.discard(key)
            key.parent.foreign_keys.discard(key)


def _without_layout(type_: str) -> str:
    return re.sub(r"\s*([(),])\s*", r"\1", type_).lower()


def _names(key: Key) -> set[str]:
    return {folded(name) for name in key.columns}


def _is_bare_word(default: str) -> bool:
    is_word = default[:1].isalpha() or default[:1] == "_"
    is_blob = default[:2] in ("x'", "X'")
    return is_word and not is_blob and default.upper() not in _WORDS_WITH_MEANING


def _complete_index(table: Table, sql: str) -> None:
    """Put an index as its text has it in the place of the reflected one."""
    written = read_index_text(sql)
    for known in list(table.indexes):
        if known.name == written.name:
            table.indexes.discard(known)
    _make_index(table, written)


def _make_index(table: Table, written: IndexText) -> None:
    names = {folded(column.name): column for column in table.columns}
    elements: list[Any] = [
        names.get(folded(part.column or ""), text(part.sql)) for part in written.parts
    ]
    options: dict[str, Any] = {}
    if written.where is not None:
        options["sqlite_where"] = text(written.where)
    index = Index(written.name, *elements, unique=written.unique, **options)
    if index.table is None:
        table.append_constraint(index)
