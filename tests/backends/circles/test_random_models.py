"""Models made by chance: there, one step on, and back, on every database.

``ALEMBIC_CIRCLES=500`` tries as many models on each, in place of what 12 s allow, and
``ALEMBIC_CHANCE=1`` other ones in each run.
What is left out on purpose stands in ``docs/design/autogenerate-circle.md``.
"""

from __future__ import annotations

import contextlib
import os
import time
from typing import Any, Callable, Iterator

import hypothesis
import pytest
import sqlalchemy as sa
from hypothesis import strategies as st

from alembic.util import sqla_compat

from .chance import Chance
from .models import Model, build

MODELS = int(os.environ.get("ALEMBIC_CIRCLES", "0"))
SECONDS = 1e9 if MODELS else 12.0

pytestmark = [
    pytest.mark.backend,
    # Tables that need each other; what SQLAlchemy cannot read of tables.
    pytest.mark.filterwarnings("ignore:Cannot correctly sort tables"),
]


@contextlib.contextmanager
def emptied(database: Any, other: str) -> Iterator[Any]:
    """Yield a connection to an empty database with a second schema."""
    if database.backend == "sqlite":
        engine = sa.create_engine("sqlite://")
        with engine.connect() as connection:
            connection.execute(sa.text(f"ATTACH ':memory:' AS {other}"))
            yield connection
    elif database.backend == "postgresql":
        with database.engine.connect() as connection:
            transaction = connection.begin()
            connection.execute(sa.text(f"CREATE SCHEMA {other}"))
            yield connection
            transaction.rollback()
    else:
        with database.engine.connect() as connection:
            connection.execute(sa.text("SET FOREIGN_KEY_CHECKS = 0"))
            for schema in (connection.engine.url.database, other):
                connection.execute(sa.text(f"DROP DATABASE IF EXISTS {schema}"))
                connection.execute(sa.text(f"CREATE DATABASE {schema}"))
            connection.execute(sa.text("SET FOREIGN_KEY_CHECKS = 1"))
            connection.execute(sa.text(f"USE {connection.engine.url.database}"))
            yield connection
            connection.execute(sa.text("SET FOREIGN_KEY_CHECKS = 0"))
            connection.execute(sa.text(f"DROP DATABASE {other}"))
            connection.execute(sa.text("SET FOREIGN_KEY_CHECKS = 1"))


def test_a_circle_closes(database: Any, rehearsal: Callable[..., Any]) -> None:
    if database.backend == "sqlite" and not sqla_compat.sqla_2:
        pytest.skip("before 2.0 SQLAlchemy reads no keys with quoted names there")
    ending = time.monotonic() + SECONDS
    # What has failed once is tried again, to find the smallest such model.
    failed: list[bool] = []
    other = (
        "other"
        if database.backend != "mariadb"
        else f"{database.engine.url.database}_o"
    )

    @hypothesis.settings(
        max_examples=MODELS or 60,
        suppress_health_check=list(hypothesis.HealthCheck),
        print_blob=True,
    )
    @hypothesis.given(st.data())
    def closes(data: Any) -> None:
        chance = Chance(data.draw, database.backend, (None, None, other))
        first = chance.model()
        second = chance.step(first)
        hypothesis.note(f"{first}\n{second}")
        if time.monotonic() > ending and not failed:
            return
        failed.append(True)
        with emptied(database, other) as connection:
            go_round(rehearsal(connection, other), database.backend, first, second)
        failed.clear()

    closes()


def go_round(made: Any, backend: str, first: Model, second: Model) -> None:
    """Make a model, go one step, and return by the way back of both."""
    to_nothing = made.go(build(first, backend))
    before = made.schema()
    to_first = made.go(build(second, backend))
    after = made.schema()
    made.run(to_first)
    made.assert_schema(before)
    made.run(to_nothing)
    made.assert_schema({})
    build(second, backend).create_all(made.connection)
    made.assert_schema(after)
