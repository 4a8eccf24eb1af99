"""Schema objects as operations copy them."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from alembic.util import sqla_compat


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()])
def test_a_copied_enum_stays_another_type_on_another_database(dialect: Any) -> None:
    enum = sa.Enum("a", name="e").with_variant(sa.String(4), "sqlite")
    column = sa.Column("c", enum)

    copy = sqla_compat.copy_of(column)

    assert _type_of(copy, dialect) == _type_of(column, dialect)


def test_a_copied_enum_checks_its_variant() -> None:
    variant = sa.Enum("b", name="v", native_enum=False, create_constraint=True)
    column = sa.Column("c", sa.Enum("a", name="e").with_variant(variant, "sqlite"))

    copy = sqla_compat.copy_of(column)
    table = sa.Table("t", sa.MetaData(), copy)

    ddl = CreateTable(table).compile(dialect=sqlite.dialect())
    assert "CHECK (c IN ('b'))" in str(ddl)


def _type_of(column: Any, dialect: Any) -> str:
    return str(column.type.compile(dialect=dialect))
