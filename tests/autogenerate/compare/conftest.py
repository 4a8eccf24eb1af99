"""A database in memory, made by one model and compared with another."""

from __future__ import annotations

from typing import Any, Callable, Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from alembic.autogenerate import produce_migrations
from alembic.runtime.migration import MigrationContext

Fill = Callable[[Any], Any]


class Comparing:
    """Two models: one for the database, one that it is compared with."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def script(self, database: Fill, model: Fill, **options: Any) -> Any:
        """Return the operations that lead from one model to the other."""
        made, wanted = sa.MetaData(), sa.MetaData()
        database(made)
        made.create_all(self.connection)
        model(wanted)
        return self.again(wanted, **options)

    def again(self, wanted: Any, **options: Any) -> Any:
        """Compare the database, as it is, with a model."""
        context = MigrationContext.configure(self.connection, opts=options)
        return produce_migrations(context, wanted)

    def diffs(self, database: Fill, model: Fill, **options: Any) -> list[Any]:
        """Return the differences as tuples."""
        diffs: list[Any] = self.script(
            database, model, **options
        ).upgrade_ops.as_diffs()
        return diffs

    def kinds(self, database: Fill, model: Fill, **options: Any) -> list[Any]:
        """Return the first word of each difference, or words of a changed column."""
        return [
            [each[0] for each in diff] if isinstance(diff, list) else diff[0]
            for diff in self.diffs(database, model, **options)
        ]


@pytest.fixture
def comparing() -> Iterator[Comparing]:
    """Compare models by way of an empty SQLite database."""
    engine = sa.create_engine("sqlite://", poolclass=StaticPool)
    with engine.begin() as connection:
        yield Comparing(connection)
    engine.dispose()
