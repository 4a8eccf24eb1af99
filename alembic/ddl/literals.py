"""Values as SQL text, for scripts that carry no parameters beside them.

SQLAlchemy writes most values itself. Here stands what it cannot write (bytes,
JSON, values of unknown type), what databases have no form for, and the sentence
about a value that cannot be written at all.
"""

from __future__ import annotations

import datetime
import decimal
import json
import math
import uuid
from typing import TYPE_CHECKING, Any, Callable

from sqlalchemy import types as sqltypes

from ..util import sqla_compat
from ..util.exc import CommandError

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect
    from sqlalchemy.types import TypeEngine

    WriteValue = Callable[[Any], str]


class Literals:
    """How one database writes values; dialects answer single questions differently.

    :param dialect: the dialect that the script is written for, as
        :func:`.sqla_compat.dialect_for_scripts` returns it
    """

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._found: dict[type[Any], WriteValue] = {}
        self._by_class: tuple[tuple[Any, WriteValue], ...] = (
            (str, self.text),
            (bool, self.boolean),
            ((int, float, decimal.Decimal), self.number),
            ((bytes, bytearray, memoryview), lambda value: self.binary(bytes(value))),
            ((datetime.date, datetime.time), self.moment),
            (datetime.timedelta, self.interval),
            (uuid.UUID, lambda value: self.text(str(value))),
            ((list, tuple), self.array),
        )

    @property
    def writes_plain_numbers(self) -> bool:
        """Whether decimals are written as ``str()`` does: no dialect says else."""
        cls = type(self)
        return cls.number is Literals.number and cls.fraction is Literals.fraction

    # -- one question for each kind of value ---------------------------------

    def text(self, value: str) -> str:
        """Return a string in quotes."""
        quoted = value.replace("'", "''")
        if sqla_compat.uses_backslash_escapes(self.dialect):
            quoted = quoted.replace("\\", "\\\\")
        return f"'{quoted}'"

    def binary(self, value: bytes) -> str:
        """Return bytes in the form of the SQL standard: ``X'00ff'``."""
        return f"X'{value.hex()}'"

    def boolean(self, value: bool) -> str:
        """Return a truth value."""
        if self.dialect.supports_native_boolean:
            return "true" if value else "false"
        return "1" if value else "0"

    def number(self, value: Any) -> str:
        """Return a number; NaN and the infinities have no standard form."""
        if isinstance(value, float):
            return repr(value) if math.isfinite(value) else self.odd_number(value)
        if isinstance(value, decimal.Decimal) and not value.is_finite():
            return self.odd_number(value)
        return str(value)

    def whole_number(self, value: Any) -> str:
        """Return an integer; what is none is written as what it is."""
        return str(int(value)) if isinstance(value, int) else self.by_value(value)

    def fraction(self, value: Any) -> str:
        """Return a number; what is none is written as what it is."""
        is_number = isinstance(value, (float, decimal.Decimal))
        return self.number(value) if is_number else self.by_value(value)

    def odd_number(self, value: float | decimal.Decimal) -> str:
        """Return NaN or an infinity."""
        raise self.no_form(value)

    def moment(self, value: Any) -> str:
        """Return a date, a time, or both in ISO form."""
        if isinstance(value, datetime.datetime):
            return f"'{value.isoformat(' ')}'"
        return f"'{value.isoformat()}'"

    def iso_class(self, type_: TypeEngine[Any]) -> type | None:
        """Return date or datetime where a type writes these, and no other, as in ISO.

        To the microsecond, without a zone. None says that nothing is known.

        :param type_: the type of a column
        """
        return None

    def interval(self, value: datetime.timedelta) -> str:
        """Return a length of time."""
        raise self.no_form(value)

    def array(self, values: Any) -> str:
        """Return a list of values."""
        raise self.no_form(values)

    def no_form(self, value: Any, reason: object = "") -> CommandError:
        """Return the error about a value that this database cannot be told in SQL.

        :param value: the value
        :param reason: what is known about the cause
        """
        because = f" ({reason})" if str(reason) else ""
        return CommandError(
            f"The value {value!r} of class {type(value).__name__} cannot be written "
            f"as SQL text for {self.dialect.name}{because}; give it as SQL with "
            "text(), or run this migration online."
        )

    # -- from a type to the function that writes its values -------------------

    def by_value(self, value: object) -> str:
        """Return the literal that the Python class of a value asks for."""
        if value is None:
            return "NULL"
        write = self._found.get(type(value))
        if write is None:
            write = self._found[type(value)] = self._writer_of(value)
        return write(value)

    def _writer_of(self, value: Any) -> WriteValue:
        for classes, write in self._by_class:
            if isinstance(value, classes):
                return write
        raise self.no_form(value)

    def writer(self, type_: TypeEngine[Any]) -> WriteValue | None:
        """Return the function for values of a type; None leaves it to SQLAlchemy.

        :param type_: the type of a column or parameter
        """
        plain = self.plain_type(type_)
        if isinstance(plain, sqltypes.JSON):
            return self._json_writer(type_, plain)
        if isinstance(plain, sqltypes.NullType) or sqla_compat.is_binary(plain):
            return self.prepared_writer(type_)
        if plain is not type_.dialect_impl(self.dialect):
            return None
        if _writes_like(plain, sqltypes.Float) or _writes_like(plain, sqltypes.Numeric):
            return self.fraction
        if _writes_like(plain, sqltypes.Integer):
            return self.whole_number
        return None

    def plain_type(self, type_: TypeEngine[Any]) -> TypeEngine[Any]:
        """Return what is left of a type when all decorators are taken off."""
        plain: Any = type_.dialect_impl(self.dialect)
        while isinstance(plain, sqltypes.TypeDecorator):
            decorated = plain.load_dialect_impl(self.dialect)
            plain = decorated.dialect_impl(self.dialect)
            if not isinstance(decorated, sqltypes.TypeDecorator):
                # a dialect that decorates a type of SQLAlchemy's would do it again
                return decorated if isinstance(plain, sqltypes.TypeDecorator) else plain
        return plain  # type: ignore[no-any-return]

    def prepared_writer(self, type_: TypeEngine[Any]) -> WriteValue:
        """Return a function that writes what the driver would be given.

        :param type_: a type that SQLAlchemy has no literals for
        """
        prepare = sqla_compat.bind_function(type_, self.dialect)
        if prepare is None:
            return self.by_value

        def write(value: Any) -> str:
            try:
                prepared = prepare(value)
            except (AttributeError, LookupError, TypeError, ValueError) as err:
                raise self.no_form(value, err) from err
            return self.by_value(prepared)

        return write

    def _json_writer(self, type_: TypeEngine[Any], plain: Any) -> WriteValue:
        encode = sqla_compat.json_serializer(self.dialect) or json.dumps

        def write(value: Any) -> str:
            inner = type_
            while isinstance(inner, sqltypes.TypeDecorator):
                value = inner.process_bind_param(value, self.dialect)
                inner = inner.load_dialect_impl(self.dialect)
            if value is None and plain.none_as_null:
                return "NULL"
            if value is sqltypes.JSON.NULL:
                value = None
            return self.text(encode(value))

        return write


def _writes_like(type_: TypeEngine[Any], cls: type[TypeEngine[Any]]) -> bool:
    """Return True where a type writes literals the way SQLAlchemy's class does."""
    return isinstance(type_, cls) and (
        type(type_).literal_processor is cls.literal_processor
    )
