"""What a comparison asks of the run that it takes part in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Dialect
    from sqlalchemy.engine.reflection import Inspector
    from sqlalchemy.schema import Table

    from alembic.runtime.migration import MigrationContext
    from alembic.util.dispatch import PriorityDispatcher


class Comparison(Protocol):
    """One comparison of a model with a database: an ``AutogenContext``."""

    @property
    def migration_context(self) -> MigrationContext: ...

    @property
    def connection(self) -> Connection | None: ...

    @property
    def dialect(self) -> Dialect: ...

    @property
    def opts(self) -> dict[str, Any]: ...

    @property
    def comparators(self) -> PriorityDispatcher: ...

    @property
    def inspector(self) -> Inspector: ...

    @property
    def table_key_to_table(self) -> dict[str, Table]: ...

    @property
    def sorted_tables(self) -> list[Table]: ...

    def run_name_filters(
        self, name: str | None, type_: Any, parent_names: Any
    ) -> bool: ...

    def run_object_filters(
        self,
        object_: Any,
        name: Any,
        type_: Any,
        reflected: bool,
        compare_to: Any,
    ) -> bool: ...
