"""How PostgreSQL writes values in a script."""

from __future__ import annotations

import datetime
import decimal
import math
from typing import TYPE_CHECKING, Any, Callable

from sqlalchemy import types as sqltypes
from sqlalchemy.dialects.postgresql import HSTORE, INTERVAL

from ..util import sqla_compat
from ..util.several import is_listed
from .literals import Literals

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect
    from sqlalchemy.types import TypeEngine


class PostgresqlLiterals(Literals):
    """How PostgreSQL writes values."""

    def __init__(self, dialect: Dialect) -> None:
        # A backslash has been a plain character since 9.1; a driver asks the server,
        # which a script cannot.
        sqla_compat.set_backslash_escapes(dialect, False)
        super().__init__(dialect)

    def binary(self, value: bytes) -> str:
        """Return bytes in the hexadecimal form of bytea."""
        return f"'\\x{value.hex()}'::bytea"

    def odd_number(self, value: float | decimal.Decimal) -> str:
        """Return NaN or an infinity."""
        cast = "float8" if isinstance(value, float) else "numeric"
        if math.isnan(value):
            return f"'NaN'::{cast}"
        return f"'Infinity'::{cast}" if value > 0 else f"'-Infinity'::{cast}"

    def interval(self, value: datetime.timedelta) -> str:
        """Return a length of time; a day is not 24 hours for PostgreSQL."""
        seconds = f"{value.seconds}.{value.microseconds:06}"
        return f"'{value.days} days {seconds} seconds'::interval"

    def array(self, values: Any) -> str:
        """Return an array of whatever the values are."""
        return self._array(values, self.by_value)

    def _array(self, values: Any, write: Callable[[Any], str]) -> str:
        if not values:
            # ARRAY[] has no type, a plain string takes that of the column.
            return "'{}'"
        return f"ARRAY[{self._items(values, write)}]"

    def _items(self, values: Any, write: Callable[[Any], str]) -> str:
        return ", ".join(
            f"[{self._items(value, write)}]"
            if is_listed(value)
            else "NULL"
            if value is None
            else write(value)
            for value in values
        )

    def writer(self, type_: TypeEngine[Any]) -> Callable[[Any], str] | None:
        """Return the function for values of a type; None leaves it to SQLAlchemy."""
        plain = self.plain_type(type_)
        if plain is type_.dialect_impl(self.dialect):
            if isinstance(plain, (INTERVAL, sqltypes.Interval)):
                return self.by_value
            if isinstance(plain, HSTORE):
                return self._hstore_writer(plain)
            if str(plain.__visit_name__).endswith("RANGE"):
                return self._range
            if isinstance(plain, sqltypes.ARRAY):
                return self._array_writer(plain)
        return super().writer(type_)

    def _array_writer(self, type_: Any) -> Callable[[Any], str]:
        item_type = type_.item_type
        write = self.item_writer(item_type)
        cast = ""
        if not isinstance(item_type, sqltypes.String) or isinstance(
            item_type, sqltypes.Enum
        ):
            # ARRAY['x'] is text[], which is no array of enums. A cast to
            # VARCHAR(n)[] would cut what is too long.
            cast = "::" + sqla_compat.type_compiler_of(self.dialect).process(type_)
        return lambda values: self._array(values, write) + (cast if values else "")

    def item_writer(self, type_: TypeEngine[Any]) -> Callable[[Any], str]:
        """Return the function for the items of an array."""
        own = self.writer(type_)
        if own is not None:
            return own
        compiler = self.dialect.statement_compiler(self.dialect, None)
        return lambda value: compiler.render_literal_value(value, type_)

    def _hstore_writer(self, type_: HSTORE) -> Callable[[Any], str]:
        # The form for a driver that knows nothing of the type, which is text.
        as_text: Any = HSTORE.bind_processor(type_, self.dialect)
        return lambda value: self.by_value(as_text(value))

    def _range(self, value: Any) -> str:
        """Return a range, or a list of them, of SQLAlchemy or of the driver."""
        if is_listed(value):
            return self.text(f"{{{','.join(map(_range_text, value))}}}")
        if not hasattr(value, "lower_inc"):
            return self.by_value(value)
        return self.text(_range_text(value))


def _range_text(value: Any) -> str:
    if value.isempty:
        return "empty"
    first = "[" if value.lower_inc else "("
    last = "]" if value.upper_inc else ")"
    return f"{first}{_bound(value.lower)},{_bound(value.upper)}{last}"


def _bound(value: Any) -> str:
    if value is None:
        return ""
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
