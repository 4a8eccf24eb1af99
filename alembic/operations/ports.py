"""What operations ask of a database and of a context, as Protocols.

Nothing here is implemented: the dialects of ``alembic.ddl`` and the contexts of
``alembic.runtime`` happen to have these methods.
"""

from __future__ import annotations

from typing import (
    TYPE_CHECKING,
    Any,
    Collection,
    ContextManager,
    Mapping,
    Protocol,
    Sequence,
)

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Dialect
    from sqlalchemy.schema import Column, Constraint, Index, Table
    from sqlalchemy.sql.selectable import TableClause
    from sqlalchemy.types import TypeEngine


class SchemaEditor(Protocol):
    """What applying an operation may ask of a database, or of a batch block."""

    @property
    def dialect(self) -> Dialect: ...

    def add_column(
        self,
        table_name: str,
        column: Column[Any],
        *,
        schema: str | None = None,
        if_not_exists: bool | None = None,
        inline_references: bool | None = None,
        inline_primary_key: bool | None = None,
    ) -> None: ...

    def drop_column(
        self, table_name: str, column: Column[Any], **options: Any
    ) -> None: ...

    def alter_column(
        self, table_name: str, column_name: str, **changes: Any
    ) -> None: ...

    def add_constraint(self, const: Any) -> None: ...

    def drop_constraint(self, const: Constraint, **options: Any) -> None: ...

    def create_index(self, index: Index, **options: Any) -> None: ...

    def drop_index(self, index: Index, **options: Any) -> None: ...

    def create_table(self, table: Table, **options: Any) -> None: ...

    def drop_table(self, table: Table, **options: Any) -> None: ...

    def rename_table(
        self, old_table_name: str, new_table_name: Any, schema: Any = None
    ) -> None: ...

    def create_table_comment(self, table: Table) -> None: ...

    def drop_table_comment(self, table: Table) -> None: ...

    def create_column_comment(self, column: Column[Any]) -> None: ...


class DatabaseEditor(SchemaEditor, Protocol):
    """A :class:`SchemaEditor` that reaches the database: a dialect's ``impl``."""

    __dialect__: str

    @property
    def as_sql(self) -> bool: ...

    @property
    def bind(self) -> Connection | None: ...

    def execute(
        self, sql: Any, execution_options: dict[str, Any] | None = None
    ) -> None: ...

    def bulk_insert(
        self,
        table: TableClause | Table,
        rows: list[dict[str, Any]],
        multiinsert: bool = True,
    ) -> None: ...

    def requires_recreate_in_batch(self, batch_op: Any) -> bool: ...

    def prep_table_for_batch(self, batch_impl: Any, table: Table) -> None: ...

    def complete_reflected_table(self, table: Table, given: Sequence[Any]) -> None: ...

    def table_rebuild(self, table_name: str, schema: str | None) -> TableRebuild: ...

    def type_in_rebuild(
        self, existing: TypeEngine[Any], new_type: TypeEngine[Any]
    ) -> TypeEngine[Any]: ...

    def cast_for_batch_migrate(
        self, existing: Any, existing_transfer: Any, new_type: TypeEngine[Any]
    ) -> None: ...


class TableRebuild(Protocol):
    """What a database needs around a table that is made anew."""

    def __enter__(self) -> Any: ...

    def __exit__(self, *exc: object) -> None: ...

    def transaction(self) -> ContextManager[None]: ...

    def reading(self) -> ContextManager[None]: ...

    def begin(
        self, old: Table, dropped: Collection[str], renamed: Mapping[str, str]
    ) -> bool: ...

    def making(self, new: Table) -> None: ...

    def rows_copied(self, new: Table) -> None: ...

    def renaming(self) -> ContextManager[None]: ...

    def finish(self) -> None: ...


class Context(Protocol):
    """What operations ask of the migration context they run in."""

    @property
    def impl(self) -> DatabaseEditor: ...

    @property
    def dialect(self) -> Dialect: ...

    @property
    def bind(self) -> Connection | None: ...

    @property
    def as_sql(self) -> bool: ...

    @property
    def opts(self) -> Mapping[str, Any]: ...


class Target(Protocol):
    """The place where an operation is applied: ``op``, or a batch block."""

    @property
    def impl(self) -> SchemaEditor: ...

    @property
    def migration_context(self) -> Context: ...
