"""What migrations must know of ledgers."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Column, types

from alembic.autogenerate.api import AutogenContext
from alembic.ddl.base import (
    AlterColumn,
    ColumnDefault,
    ColumnName,
    ColumnNullable,
    ColumnType,
    alter_table,
    format_column_name,
)
from alembic.ddl.impl import DefaultImpl
from alembic.util.sqla_compat import compiles

from .base import CENTS


class LedgerImpl(DefaultImpl):
    """Carries migrations out on a ledger.

    It derives from no implementation of Alembic's but the one that all have.
    """

    __dialect__ = "ledger"

    transactional_ddl = False
    # Amounts were kept in DECIMAL before the ledger had a type for them.
    type_synonyms = (*DefaultImpl.type_synonyms, {"CENTS", "NUMERIC", "DECIMAL"})

    def compare_server_default(
        self,
        inspector_column: Column[Any],
        metadata_column: Column[Any],
        rendered_metadata_default: str | None,
        rendered_inspector_default: str | None,
    ) -> bool:
        """Compare them without the parentheses that a ledger takes away."""
        return _bare(rendered_metadata_default) != _bare(rendered_inspector_default)

    def render_type(
        self, type_obj: types.TypeEngine[Any], autogen_context: AutogenContext
    ) -> str | bool:
        """Write the ledger's own type with its import."""
        if not isinstance(type_obj, CENTS):
            return False
        autogen_context.imports.add("from ledger_dialect.base import CENTS")
        return "CENTS()"


def _bare(default: str | None) -> str | None:
    return default and re.sub(r"^\((.*)\)$", r"\1", default)


@compiles(ColumnDefault, "ledger")
@compiles(ColumnNullable, "ledger")
@compiles(ColumnType, "ledger")
def refuse(element: AlterColumn, compiler: Any, **kw: Any) -> str:
    """Say that columns of a ledger stay as they are."""
    raise NotImplementedError(f"{element.column_name} cannot be altered in a ledger")


@compiles(ColumnName, "ledger")
def rename(element: ColumnName, compiler: Any, **kw: Any) -> str:
    """Return the one statement that changes a column."""
    table = alter_table(compiler, element.table_name, element.schema)
    old = format_column_name(compiler, element.column_name)
    new = format_column_name(compiler, element.newname)
    return f"{table} RENAME COLUMN {old} TO {new}"
