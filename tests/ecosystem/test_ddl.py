"""How packages with dialects bring an implementation, and SQL, of their own."""

from __future__ import annotations

from typing import Any, Callable, Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, registry
from sqlalchemy.ext.compiler import compiles

from alembic.ddl import base
from alembic.ddl.base import ColumnComment, ColumnType, RenameTable
from alembic.ddl.impl import DefaultImpl
from alembic.ddl.postgresql import PostgresqlImpl, visit_column_comment


class ShelfDialect(postgresql.dialect):  # type: ignore[misc,valid-type]
    """Speaks as PostgreSQL does, under a name of its own."""

    name = "shelf"
    supports_statement_cache = True


class ShelfImpl(DefaultImpl):
    """What a dialect brings that is like no other."""

    __dialect__ = "shelf"


class NewShelfImpl(PostgresqlImpl):
    """What a dialect brings that is like PostgreSQL."""

    __dialect__ = "newshelf"


@compiles(RenameTable, "shelf")
def _rename(element: RenameTable, compiler: Any, **kw: Any) -> str:
    old = base.format_table_name(compiler, element.table_name, element.schema)
    new = base.format_table_name(compiler, element.new_table_name, None)
    return f"RENAME {old} AS {new}"


@compiles(ColumnType, "shelf")
def _change(element: ColumnType, compiler: Any, **kw: Any) -> str:
    table = base.alter_table(compiler, element.table_name, element.schema)
    column = base.alter_column(compiler, element.column_name)
    written = base.format_type(compiler, element.type_)
    default = base.format_server_default(compiler, sa.text("5"))
    named = base.format_column_name(compiler, element.column_name)
    return f"{table} {column} AS {written} OR {default} INSTEAD OF {named}"


compiles(ColumnComment, "shelf")(visit_column_comment)


@pytest.fixture(autouse=True)
def _registered() -> Iterator[None]:
    """The dialect can be found by its name, for one test."""
    registry.register("shelf", __name__, "ShelfDialect")
    registry.impls["shelf"] = lambda: ShelfDialect
    yield
    del registry.impls["shelf"]


@pytest.mark.shows(
    "alembic.ddl.impl.DefaultImpl.__dialect__",
    "alembic.ddl.postgresql.PostgresqlImpl.__dialect__",
)
def test_an_implementation_is_found_by_the_name_of_its_dialect() -> None:
    assert DefaultImpl.get_by_dialect(ShelfDialect()) is ShelfImpl
    assert DefaultImpl.get_by_dialect(postgresql.dialect()) is PostgresqlImpl


@pytest.mark.shows("alembic.ddl.base.RenameTable", "alembic.ddl.base.format_table_name")
def test_a_dialect_renames_in_its_own_words(
    script: Callable[..., str],
) -> None:
    written = script("shelf", lambda op: op.rename_table("old one", "two", schema="s"))

    assert written == 'RENAME s."old one" AS two;'


@pytest.mark.shows(
    "alembic.ddl.base.ColumnType.column_name",
    "alembic.ddl.base.ColumnType.schema",
    "alembic.ddl.base.ColumnType.table_name",
    "alembic.ddl.base.ColumnType.type_",
    "alembic.ddl.base.alter_column",
    "alembic.ddl.base.alter_table",
    "alembic.ddl.base.format_column_name",
    "alembic.ddl.base.format_server_default",
    "alembic.ddl.base.format_type",
)
def test_a_dialect_changes_a_type_in_its_own_words(script: Callable[..., str]) -> None:
    written = script(
        "shelf", lambda op: op.alter_column("t", "a c", type_=sa.Integer(), schema="s")
    )

    assert written == (
        'ALTER TABLE s.t ALTER COLUMN "a c" AS INTEGER OR 5 INSTEAD OF "a c";'
    )


@pytest.mark.shows(
    "alembic.ddl.base.ColumnComment", "alembic.ddl.postgresql.visit_column_comment"
)
def test_a_dialect_comments_as_postgresql_does(script: Callable[..., str]) -> None:
    written = script("shelf", lambda op: op.alter_column("t", "c", comment="it's"))

    assert written == "COMMENT ON COLUMN t.c IS 'it''s';"
