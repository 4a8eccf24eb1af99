"""The dialect, and its type of column."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import types
from sqlalchemy.dialects.sqlite.base import SQLiteTypeCompiler
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite


class CENTS(types.TypeEngine[int]):
    """An amount of money, in hundredths."""

    __visit_name__ = "CENTS"


class LedgerTypeCompiler(SQLiteTypeCompiler):
    """Writes types as a ledger has them."""

    def visit_CENTS(self, type_: CENTS, **kw: Any) -> str:
        """Return the name by which columns of money are known."""
        return "CENTS"


class LedgerDialect(SQLiteDialect_pysqlite):
    """Speaks to a ledger."""

    name = "ledger"
    type_compiler_cls = LedgerTypeCompiler
    supports_statement_cache = True
    ischema_names: ClassVar[dict[str, Any]] = {
        **SQLiteDialect_pysqlite.ischema_names,
        "CENTS": CENTS,
    }
