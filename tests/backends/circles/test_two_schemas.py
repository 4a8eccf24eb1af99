"""Tables of the same name in two schemas, with foreign keys between them."""

from __future__ import annotations

from typing import Any, Callable, Iterator

import pytest
import sqlalchemy as sa

pytestmark = pytest.mark.backend


def with_schemas(metadata: sa.MetaData, other: str) -> None:
    """Add tables of the same name in two schemas, with foreign keys between them."""
    sa.Table(
        "same",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("n", sa.Integer, index=True, comment="here"),
    )
    there = sa.Table(
        "same",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("n", sa.Integer, unique=True, comment="there"),
        sa.Column("up", sa.Integer, sa.ForeignKey(f"{other}.same.id", name="fk_up")),
        sa.CheckConstraint("n > 5", name="ck"),
        schema=other,
        comment="elsewhere",
    )
    sa.Index("ix there", there.c.up, there.c.n)


@pytest.fixture
def other_schema(database: Any) -> Iterator[str]:
    """A second schema: a file of SQLite, a database of MariaDB."""
    name = database.engine.url.database.rpartition("/")[2] + " Ö'"
    quoted = database.engine.dialect.identifier_preparer.quote(name)
    if database.backend == "sqlite":
        sa.event.listen(
            database.engine,
            "connect",
            lambda connection, _: connection.execute(
                f"ATTACH '{database.engine.url.database}.2' AS {quoted}"
            ),
        )
        yield name
        return
    what = "SCHEMA" if database.backend == "postgresql" else "DATABASE"
    with database.engine.begin() as connection:
        connection.execute(sa.schema.DDL(f"CREATE {what} {quoted}"))
    yield name
    if database.backend == "mariadb":
        with database.engine.begin() as connection:
            connection.execute(sa.schema.DDL(f"DROP {what} {quoted}"))


def test_a_second_schema(circle: Callable[..., Any], other_schema: str) -> None:
    metadata = sa.MetaData()
    with_schemas(metadata, other_schema)

    circle(other_schema).there_and_away(metadata)
