"""How values are written into scripts for MySQL and MariaDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import types as sqltypes

from .literals import Literals

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine


class MySQLLiterals(Literals):
    """How MySQL and MariaDB write values."""

    def moment(self, value: Any) -> str:
        """Return a date or time without its offset, as the drivers send it."""
        if getattr(value, "tzinfo", None) is not None:
            value = value.replace(tzinfo=None)
        return super().moment(value)

    def writer(self, type_: TypeEngine[Any]) -> Any:
        """Return the function for values of a type; None leaves it to SQLAlchemy."""
        plain = self.plain_type(type_)
        if plain is type_.dialect_impl(self.dialect) and isinstance(
            plain, (sqltypes.DateTime, sqltypes.Time)
        ):
            return self.by_value
        return super().writer(type_)
