"""Statements as they stand in a script: layout, terminators, literal values."""

from __future__ import annotations

import re
import weakref
from typing import TYPE_CHECKING, Any, Callable, Iterable, Iterator, Mapping

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
_SLOT = re.compile("\0(\\d+)\0")


class ScriptWriter:
    """Writes statements of one dialect as text.

    :param dialect: the dialect of the context; it is copied, not changed
    :param literals: makes what knows how the database writes values
    :param terminator: what ends a statement, ``";"`` or nothing
    """

    def __init__(
        self, dialect: Dialect, literals: Callable[[Dialect], Literals], terminator: str
    ) -> None:
        self.terminator = terminator
        self.dialect = sqla_compat.dialect_for_scripts(dialect, self._write_literal)
        self.literals = literals(self.dialect)
        self._writers: weakref.WeakKeyDictionary[Any, WriteValue | None] = (
            weakref.WeakKeyDictionary()
        )

    def statement(self, construct: Any) -> str:
        """Return a construct as text, stripped, with its terminator.

        :param construct: an executable
        :raises CommandError: for a parameter without a value, or with a value that
            has no form in SQL
        """
        text = sqla_compat.script_text(construct, self.dialect)
        if sqla_compat.has_generated_layout(construct):
            text = spaces_for_tabs(text)
        return terminated(text, self.terminator)

    def inserts(self, table: Any, rows: Iterable[Row]) -> Iterator[str]:
        """Return one INSERT after the other, with values written into them.

        The first row of a shape is compiled, the others are filled into its text.

        :param table: a Table or ``table()``
        :param rows: one mapping a row, from column key to value; a value may be
            an SQL expression
        """
        row_writers: dict[tuple[str, ...], Callable[[Row], str]] = {}
        for row in rows:
            if _has_expressions(row):
                yield self._insert_of_expressions(table, row)
                continue
            keys = tuple(row)
            write = row_writers.get(keys)
            if write is None:
                write = row_writers[keys] = self._row_writer(table, keys)
            yield write(row)

    def _insert_of_expressions(self, table: Any, row: Row) -> str:
        values = {**_default_values(table, row), **row}
        plain = sqla_compat.insert_without_returning(table)
        return self.statement(plain.values(**values))

    def _row_writer(self, table: Any, keys: tuple[str, ...]) -> Callable[[Row], str]:
        """Return a function that writes rows with exactly these keys."""
        defaults = _default_makers(table, keys)
        columns = [*keys, *defaults]
        template, order = self._insert_template(table, columns)
        fields = [
            (columns[index], self.value_writer(table.c[columns[index]].type))
            for index in order
        ]

        def write_given(row: Row) -> str:
            return template % tuple([write(row[key]) for key, write in fields])

        if not defaults:
            return write_given
        return lambda row: write_given(
            {**{key: make() for key, make in defaults.items()}, **row}
        )

    def _insert_template(self, table: Any, columns: list[str]) -> tuple[str, list[int]]:
        """Return an INSERT with ``%s`` for values, and which column each stands for."""
        slots = {
            key: _slot(index, _type_of(table, key), self.dialect)
            for index, key in enumerate(columns)
        }
        plain = sqla_compat.insert_without_returning(table)
        text = self.statement(plain.values(**slots))
        order = [int(index) for index in _SLOT.findall(text)]
        return _SLOT.sub("%s", text.replace("%", "%%")), order

    def value_writer(self, type_: TypeEngine[Any]) -> WriteValue:
        """Return a function that writes values of a type, NULL included.

        :param type_: the type of a column
        """
        usual = self._usual_writer(type_)
        if sqla_compat.evaluates_none(type_):
            return usual
        return lambda value: "NULL" if value is None else usual(value)

    def _usual_writer(self, type_: TypeEngine[Any]) -> WriteValue:
        own = self._own_writer(type_)
        if own is not None:
            return own
        processor = type(type_.dialect_impl(self.dialect)).literal_processor
        if processor is sqltypes.String.literal_processor:
            return self._string_writer(type_)
        compiler = self.dialect.statement_compiler(self.dialect, None)
        return lambda value: compiler.render_literal_value(value, type_)

    def _string_writer(self, type_: TypeEngine[Any]) -> WriteValue:
        """Write plain strings without asking the compiler: they are the many."""
        text = self.literals.text
        careful = self.literals.prepared_writer(type_)
        return lambda value: text(value) if type(value) is str else careful(value)

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


def _has_expressions(row: Row) -> bool:
    for value in row.values():
        if isinstance(value, ClauseElement):
            return True
    return False


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


def _default_values(table: Any, row: Row) -> dict[str, Any]:
    return {key: make() for key, make in _default_makers(table, row).items()}


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
    kept, position, at_end = [], 0, False
    for found in _COMMENT_OR_QUOTED.finditer(text):
        if found.lastgroup in ("line", "block"):
            kept.append(text[position : found.start()])
            position = found.end()
            at_end = found.group("line") is not None and position == len(text)
    return "".join([*kept, text[position:]]).strip(), at_end
