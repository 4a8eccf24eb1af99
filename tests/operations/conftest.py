"""A database that writes down what operations tell it, and SQL to compare."""

from __future__ import annotations

import io
from typing import Any, Callable, Iterator, Mapping

import pytest
import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.schema import (
    AddConstraint,
    CreateIndex,
    CreateTable,
    DropConstraint,
    DropIndex,
)

from alembic.ddl.rebuild import TableRebuild
from alembic.operations import BatchOperations, Operations
from alembic.operations.ports import DatabaseEditor
from alembic.runtime.migration import MigrationContext
from alembic.util import sqla_compat


class RecordingDatabase:
    """Satisfies ``DatabaseEditor``; keeps every call as ``(name, args, options)``."""

    __dialect__ = "default"

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        self.dialect: Any = DefaultDialect()
        self.dialect.supports_comments = True
        self.as_sql = False
        self.bind = None
        self.asks_for_new_table = False

    @property
    def names(self) -> list[str]:
        """The names of the methods called, in order."""
        return [name for name, _, _ in self.calls]

    @property
    def only(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        """The only call there was."""
        (call,) = self.calls
        return call

    def _record(self, name: str, *args: Any, **options: Any) -> None:
        self.calls.append((name, args, options))

    def add_column(self, table_name: str, column: Any, **options: Any) -> None:
        self.calls.append(("add_column", (table_name, column), options))

    def drop_column(self, table_name: str, column: Any, **options: Any) -> None:
        self.calls.append(("drop_column", (table_name, column), options))

    def alter_column(self, table_name: str, column_name: str, **changes: Any) -> None:
        self.calls.append(("alter_column", (table_name, column_name), changes))

    def add_constraint(self, const: Any) -> None:
        self._record("add_constraint", const)

    def drop_constraint(self, const: Any, **options: Any) -> None:
        self._record("drop_constraint", const, **options)

    def create_index(self, index: Any, **options: Any) -> None:
        self._record("create_index", index, **options)

    def drop_index(self, index: Any, **options: Any) -> None:
        self._record("drop_index", index, **options)

    def create_table(self, table: Any, **options: Any) -> None:
        self._record("create_table", table, **options)

    def drop_table(self, table: Any, **options: Any) -> None:
        self._record("drop_table", table, **options)

    def rename_table(
        self, old_table_name: str, new_table_name: Any, schema: Any = None
    ) -> None:
        self._record("rename_table", old_table_name, new_table_name, schema=schema)

    def create_table_comment(self, table: Any) -> None:
        self._record("create_table_comment", table)

    def drop_table_comment(self, table: Any) -> None:
        self._record("drop_table_comment", table)

    def create_column_comment(self, column: Any) -> None:
        self._record("create_column_comment", column)

    def execute(
        self, sql: Any, execution_options: dict[str, Any] | None = None
    ) -> None:
        self._record("execute", sql, execution_options=execution_options)

    def bulk_insert(self, table: Any, rows: Any, multiinsert: bool = True) -> None:
        self._record("bulk_insert", table, rows, multiinsert=multiinsert)

    def requires_recreate_in_batch(self, batch_op: Any) -> bool:
        return self.asks_for_new_table

    def prep_table_for_batch(self, batch_impl: Any, table: Any) -> None:
        self._record("prep_table_for_batch", table)

    def cast_for_batch_migrate(
        self, existing: Any, existing_transfer: Any, new_type: Any
    ) -> None:
        existing_transfer["expr"] = sa.cast(existing_transfer["expr"], new_type)

    def complete_reflected_table(self, table: Any, given: Any) -> None:
        self._record("complete_reflected_table", table, given)

    def table_rebuild(self, table_name: str, schema: str | None) -> TableRebuild:
        return TableRebuild()

    def type_in_rebuild(self, existing: Any, new_type: Any) -> Any:
        return new_type


class RecordingContext:
    """Satisfies ``Context``: the settings around a recording database."""

    def __init__(self, impl: RecordingDatabase, opts: Mapping[str, Any]) -> None:
        self.impl = impl
        self.opts = opts
        self.dialect = impl.dialect
        self.bind = None
        self.as_sql = False


@pytest.fixture
def database() -> RecordingDatabase:
    """A database that writes down what it is told."""
    recording = RecordingDatabase()
    as_port: DatabaseEditor = recording  # what the type checker says to it counts
    assert as_port is recording
    return recording


@pytest.fixture
def operations_with(database: RecordingDatabase) -> Callable[..., Operations]:
    """Return a function: options of the context become ``Operations``."""

    def build(**opts: Any) -> Operations:
        return Operations(RecordingContext(database, opts))

    return build


@pytest.fixture
def op(operations_with: Callable[..., Operations]) -> Operations:
    """``Operations`` on the recording database."""
    return operations_with()


@pytest.fixture
def batch_op(op: Operations) -> Iterator[BatchOperations]:
    """``BatchOperations`` on table ``t`` of schema ``s``; never carried out."""
    with op.batch_alter_table("t", schema="s") as batch:
        yield batch
        batch.impl.batch.clear()


@pytest.fixture
def sql_of() -> Callable[..., str]:
    """Return a function: a schema object becomes the SQL that makes it, on one line."""

    def sql_of(item: Any, dialect: Any = None) -> str:
        kinds = (
            (sa.Table, CreateTable),
            (sa.Index, CreateIndex),
            (sa.schema.Constraint, AddConstraint),
        )
        for kind, ddl in kinds:
            if isinstance(item, kind):
                item = ddl(item)
        return " ".join(str(item.compile(dialect=dialect or DefaultDialect())).split())

    return sql_of


@pytest.fixture
def drop_sql_of() -> Callable[..., str]:
    """Return a function: a constraint or index becomes the SQL that drops it."""

    def drop_sql_of(item: Any) -> str:
        ddl: Any = DropIndex if isinstance(item, sa.Index) else DropConstraint
        return " ".join(str(ddl(item)).split())

    return drop_sql_of


@pytest.fixture
def offline() -> Callable[..., tuple[Operations, io.StringIO]]:
    """Return a function: a dialect's name becomes Operations and their script."""

    def offline(dialect_name: str, **opts: Any) -> tuple[Operations, io.StringIO]:
        script = io.StringIO()
        context = MigrationContext.configure(
            dialect_name=dialect_name,
            opts={"as_sql": True, "output_buffer": script, **opts},
        )
        return Operations(context), script

    return offline


class SqliteDatabase:
    """An SQLite database in memory, as a batch test needs it."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def run(self, *statements: str) -> None:
        """Execute statements and commit."""
        with self.connection.begin():
            for statement in statements:
                self.connection.execute(sa.text(statement))

    def operations(self, **opts: Any) -> Operations:
        """Return Operations on this database."""
        return Operations(MigrationContext.configure(self.connection, opts=opts))

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Return what a SELECT finds, and leave no transaction open."""
        found = [tuple(row) for row in self.connection.execute(sa.text(statement))]
        if sqla_compat.sqla_2:
            self.connection.rollback()
        return found

    def sql(self, kind: str = "table") -> dict[str, str]:
        """Return the SQL of each table or index, by name, on one line."""
        found = self.rows(
            f"SELECT name, sql FROM sqlite_master WHERE type = '{kind}' "
            "AND sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
        return {name: " ".join(sql.split()) for name, sql in found}


@pytest.fixture
def sqlite() -> Iterator[SqliteDatabase]:
    """An SQLite database in memory."""
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        yield SqliteDatabase(connection)
    engine.dispose()
