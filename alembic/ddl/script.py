"""Statements as they stand in a script: layout, terminators, literal values."""

from __future__ import annotations

import datetime
import decimal
import itertools
import operator
import re
import weakref
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    NamedTuple,
    Sequence,
)

from sqlalchemy import types as sqltypes
from sqlalchemy.exc import CompileError
from sqlalchemy.sql.elements import ClauseElement, ColumnElement

from ..util import sqla_compat
from ..util.sqla_compat import compiles

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect
    from sqlalchemy.types import TypeEngine

    from .literals import Literals

    WriteValue = Callable[[Any], str]
    Row = Mapping[str, Any]

_ROWS_AT_A_TIME = 1000
_AWKWARD = "it's \\ 100%\t\n"

# Types whose literals hold nothing that a compiler has to escape.
_WITHOUT_QUOTES_INSIDE = (
    sqltypes.Boolean,
    sqltypes.Date,
    sqltypes.DateTime,
    sqltypes.Time,
)

# What SQLAlchemy raises where a type has no literal for a value; the older it is,
# the more errors of the type itself come through.
_NOT_WRITTEN = (
    AttributeError,
    CompileError,
    LookupError,
    NotImplementedError,
    TypeError,
    ValueError,
)

_QUOTED = r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`"""
_TAB_OR_QUOTED = re.compile(_QUOTED + r"|\t")
_COMMENT_OR_QUOTED = re.compile(
    r"(?P<line>--[^\n]*)|(?P<block>/\*.*?\*/)|\$(\w*)\$.*?\$\3\$|" + _QUOTED,
    re.DOTALL,
)
_keys_of = operator.methodcaller("keys")
_is_finite = decimal.Decimal.is_finite
_SLOT = re.compile("\0(\\d+)\0")


class ScriptWriter:
    """Writes statements of one dialect as text.

    :param dialect: the dialect of the context; it is copied, not changed
    :param literals: makes what knows how the database writes values
    :param terminator: what ends a statement, ``";"`` or nothing
    :param returning: leave the RETURNING that SQLAlchemy adds to an INSERT
    """

    def __init__(
        self,
        dialect: Dialect,
        literals: Callable[[Dialect], Literals],
        terminator: str,
        returning: bool = True,
    ) -> None:
        self.terminator = terminator
        self.returning = returning
        self.dialect = sqla_compat.dialect_for_scripts(dialect, self._write_literal)
        self.literals = literals(self.dialect)
        self._writers: weakref.WeakKeyDictionary[Any, WriteValue | None] = (
            weakref.WeakKeyDictionary()
        )

    def statement(self, construct: Any, values: Row | None = None) -> str:
        """Return a construct as text, stripped, with its terminator.

        :param construct: an executable
        :param values: values for its parameters, or columns, that it does not have
        :raises CommandError: for a parameter without a value, or with a value that
            has no form in SQL
        """
        text = sqla_compat.script_text(construct, self.dialect, self.returning, values)
        if sqla_compat.has_generated_layout(construct):
            text = spaces_for_tabs(text)
        return terminated(text, self.terminator)

    def inserts(self, table: Any, rows: Sequence[Row]) -> Iterator[list[str]]:
        """Return one INSERT a row, with values written into them, some at a time.

        The first row of a shape is compiled, the others are filled into its text.

        :param table: a Table or ``table()``
        :param rows: one mapping a row, from column key to value; a value may be
            an SQL expression
        """
        writers: dict[frozenset[str], RowWriter] = {}
        for start in range(0, len(rows), _ROWS_AT_A_TIME):
            for keys, run in _runs(rows[start : start + _ROWS_AT_A_TIME]):
                if keys not in writers:
                    writers[keys] = self._row_writer(table, run[0])
                written = writers[keys].write(run)
                if written is None:
                    written = [self._insert_of_expressions(table, row) for row in run]
                yield written

    def _insert_of_expressions(self, table: Any, row: Row) -> str:
        values = {key: make() for key, make in _default_makers(table, row).items()}
        plain = sqla_compat.insert_without_returning(table)
        return self.statement(plain.values(**{**values, **row}))

    def _row_writer(self, table: Any, row: Row) -> RowWriter:
        """Return what writes rows that have the keys of this one."""
        defaults = _default_makers(table, row)
        columns = [*row, *defaults]
        slots = {
            key: _slot(index, _type_of(table, key), self.dialect)
            for index, key in enumerate(columns)
        }
        plain = sqla_compat.insert_without_returning(table)
        text = self.statement(plain.values(**slots))
        fields = [
            _Field(columns[int(index)], self._column_writer(table, columns[int(index)]))
            for index in _SLOT.findall(text)
        ]
        return RowWriter(_SLOT.sub("%s", text.replace("%", "%%")), fields, defaults)

    def _column_writer(self, table: Any, key: str) -> ColumnWriter:
        type_ = _type_of(table, key)
        one = self.value_writer(type_)
        plain = None if sqla_compat.evaluates_none(type_) else self._plain_writer(type_)
        processor = type(type_.dialect_impl(self.dialect)).literal_processor
        if processor is sqltypes.String.literal_processor and (
            # The dialect's compiler may have a way of its own.
            one(_AWKWARD) == self.literals.text(_AWKWARD)
        ):
            return StringWriter(one, self.literals)
        if processor is sqltypes.Integer.literal_processor:
            return NumberWriter(one, one)
        if plain == self.literals.fraction and self.literals.writes_plain_numbers:
            return NumberWriter(one, plain)
        if plain is not None:
            iso_class = self.literals.iso_class(type_)
            if iso_class is not None:
                return MomentWriter(one, plain, iso_class)
        return ColumnWriter(one, plain)

    def value_writer(self, type_: TypeEngine[Any]) -> WriteValue:
        """Return a function that writes values of a type, NULL included.

        :param type_: the type of a column
        """
        compiler = self.dialect.statement_compiler(self.dialect, None)
        return lambda value: str(compiler.render_literal_value(value, type_))

    def _plain_writer(self, type_: TypeEngine[Any]) -> WriteValue | None:
        """Return what :meth:`value_writer` comes down to for a value that is no NULL.

        None where that is not known before the value is.
        """
        own = self._own_writer(type_)
        if own is not None or not sqla_compat.writes_literals_by_type(self.dialect):
            return own
        impl = type_.dialect_impl(self.dialect)
        if not isinstance(impl, _WITHOUT_QUOTES_INSIDE):
            # The compiler still has backslashes and percent signs to look at.
            return None
        processor: Any = impl.literal_processor(self.dialect)  # type: ignore[no-untyped-call]
        return processor  # type: ignore[no-any-return]

    # -- literals ------------------------------------------------------------

    def _write_literal(
        self, value: Any, type_: TypeEngine[Any], usual: Callable[[Any, Any], str]
    ) -> str:
        """Return a value as SQL; the compilers of scripts come here for each one."""
        if value is None and not sqla_compat.evaluates_none(type_):
            return "NULL"
        own = self._own_writer(type_)
        if own is not None:
            return own(value)
        try:
            return str(usual(value, type_))
        except _NOT_WRITTEN:
            return self.literals.prepared_writer(type_)(value)

    def _own_writer(self, type_: TypeEngine[Any]) -> WriteValue | None:
        if type_ not in self._writers:
            self._writers[type_] = self.literals.writer(type_)
        return self._writers[type_]


# --------------------------------------------------------------------------
# rows


class ColumnWriter:
    """Writes the values of one column.

    :param one: writes one value, None included
    :param plain: writes most values that are not None, in less time; it may fail
    """

    def __init__(self, one: WriteValue, plain: WriteValue | None = None) -> None:
        self.one = one
        self.plain = plain

    def many(self, values: list[Any], kinds: set[type]) -> Iterable[Any]:
        """Return literals for values, as strings or as what formats like them.

        :param values: one for each row
        :param kinds: the classes that occur among them
        """
        if self.plain is None:
            return map(self.one, values)
        if type(None) not in kinds:
            return self.without_null(values, kinds)
        rest = [value for value in values if value is not None]
        written = iter(self.without_null(rest, kinds - {type(None)}))
        return ["NULL" if value is None else next(written) for value in values]

    def without_null(self, values: list[Any], kinds: set[type]) -> Iterable[Any]:
        """Return literals for values among which no None is."""
        write = self.plain or self.one
        try:
            return [write(value) for value in values]
        except _NOT_WRITTEN:
            return map(self.one, values)


class NumberWriter(ColumnWriter):
    """Writes a column of numbers, which mostly are what ``str()`` makes of them."""

    def without_null(self, values: list[Any], kinds: set[type]) -> Iterable[Any]:
        """Return decimals and integers as they are."""
        if kinds == {int}:
            return values
        if kinds == {decimal.Decimal} and all(map(_is_finite, values)):
            return values
        return super().without_null(values, kinds)


class MomentWriter(ColumnWriter):
    """Writes a column of dates, or of dates with times, in ISO form.

    :param one: writes one value, None included
    :param plain: writes most values that are not None
    :param iso_class: the class of the values that can be written so
    """

    def __init__(self, one: WriteValue, plain: WriteValue, iso_class: type) -> None:
        super().__init__(one, plain)
        self.iso_class = iso_class

    def without_null(self, values: list[Any], kinds: set[type]) -> Iterable[Any]:
        """Return the moments in quotes, without their zones."""
        if kinds != {self.iso_class}:
            return super().without_null(values, kinds)
        if self.iso_class is datetime.date:
            return map("'%s'".__mod__, values)
        whole = len("2026-01-01 00:00:00.000000")
        return [f"'{value.isoformat(' ', 'microseconds')[:whole]}'" for value in values]


class StringWriter(ColumnWriter):
    """Writes a column of strings, all of them with one replacement.

    :param one: writes one value, None included
    :param literals: how the database writes a string
    """

    def __init__(self, one: WriteValue, literals: Literals) -> None:
        super().__init__(one, one)
        self.text = literals.text

    def without_null(self, values: list[Any], kinds: set[type]) -> Iterable[Any]:
        """Return the strings in quotes."""
        if kinds != {str}:
            return super().without_null(values, kinds)
        together = "\0".join(values)
        if together.count("\0") != len(values) - 1:
            # A string that holds the separator itself.
            return super().without_null(values, kinds)
        return self.text(together).replace("\0", "'\0'").split("\0")


class _Field(NamedTuple):
    key: str
    writer: ColumnWriter


class RowWriter(NamedTuple):
    """Writes rows of one shape."""

    #: The INSERT with ``%s`` in the place of each value.
    template: str
    #: What stands in these places, in their order.
    fields: list[_Field]
    #: What makes the Python-side defaults of columns that the rows do not have.
    defaults: dict[str, Callable[[], Any]]

    def write(self, rows: Sequence[Row]) -> list[str] | None:
        """Return an INSERT a row, or None where a value is an SQL expression.

        :param rows: rows with the same keys
        """
        columns: list[Iterable[Any]] = []
        for key, writer in self.fields:
            values = self._values(rows, key)
            kinds = set(map(type, values))
            if any(issubclass(kind, ClauseElement) for kind in kinds):
                return None
            columns.append(writer.many(values, kinds))
        if not columns:
            return [self.template % ()] * len(rows)
        return list(map(self.template.__mod__, zip(*columns)))

    def _values(self, rows: Sequence[Row], key: str) -> list[Any]:
        make = self.defaults.get(key)
        if make is not None:
            return [make() for _ in rows]
        return list(map(operator.itemgetter(key), rows))


def _runs(rows: Sequence[Row]) -> Iterator[tuple[frozenset[str], Sequence[Row]]]:
    """Return rows in runs that have the same keys."""
    first = rows[0].keys()
    if all(map(first.__eq__, map(_keys_of, rows))):
        yield frozenset(first), rows
        return
    for keys, run in itertools.groupby(rows, key=frozenset):
        yield keys, list(run)


class _Slot(ColumnElement):  # type: ignore[type-arg]
    """The place of a value in the text of an INSERT."""

    __visit_name__ = "alembic_slot"
    inherit_cache = False

    def __init__(self, index: int, type_: TypeEngine[Any]) -> None:
        self.index = index
        self.type = type_


@compiles(_Slot)
def _write_slot(element: _Slot, compiler: Any, **kw: Any) -> str:
    return f"\0{element.index}\0"


def _slot(index: int, type_: TypeEngine[Any], dialect: Dialect) -> Any:
    slot = _Slot(index, type_)
    if sqla_compat.wraps_its_values(type_, dialect):
        return sqla_compat.wrapped_value(type_, dialect, slot)
    return slot


def _type_of(table: Any, key: str) -> TypeEngine[Any]:
    # A key that is no column is SQLAlchemy's to complain about.
    return table.c[key].type if key in table.c else sqltypes.NULLTYPE


def _default_makers(table: Any, keys: Iterable[str]) -> dict[str, Callable[[], Any]]:
    """Return what makes the Python-side defaults of the columns not given."""
    given = set(keys)
    makers: dict[str, Callable[[], Any]] = {}
    for column in table.c:
        default = getattr(column, "default", None)
        if column.key in given or default is None:
            continue
        if default.is_callable:
            makers[column.key] = lambda make=default.arg: make(None)  # type: ignore[misc]
        elif default.is_scalar:
            makers[column.key] = lambda value=default.arg: value  # type: ignore[misc]
    return makers


# --------------------------------------------------------------------------
# text


def spaces_for_tabs(text: str) -> str:
    """Return text with four spaces for each tab outside of quotes.

    :param text: DDL as SQLAlchemy lays it out; tabs inside literals are data
    """
    if "\t" not in text:
        return text
    return _TAB_OR_QUOTED.sub(
        lambda found: "    " if found.group() == "\t" else found.group(), text
    )


def terminated(text: str, terminator: str) -> str:
    """Return a statement, stripped, that ends with exactly one terminator.

    :param text: one or several statements; nothing but comments gets no terminator
    :param terminator: ``";"``, or an empty string for a database that has none
    """
    text = text.strip()
    if not terminator or not text:
        return text
    bare, ends_in_comment = _without_comments(text)
    if not bare or bare.endswith(terminator):
        return text
    # Behind "--" a terminator would be part of the comment.
    return f"{text}\n{terminator}" if ends_in_comment else f"{text}{terminator}"


def _without_comments(text: str) -> tuple[str, bool]:
    """Return text without its comments, and whether ``--`` reaches to its end."""
    if "--" not in text and "/*" not in text:
        return text, False
    kept: list[str] = []
    position, at_end = 0, False
    for found in _COMMENT_OR_QUOTED.finditer(text):
        if found.lastgroup in ("line", "block"):
            kept.append(text[position : found.start()])
            position = found.end()
            at_end = found.group("line") is not None and position == len(text)
    return "".join([*kept, text[position:]]).strip(), at_end
