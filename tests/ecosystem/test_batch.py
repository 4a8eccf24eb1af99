"""What is done inside ``batch_alter_table()``, with the keywords that are in use."""

from __future__ import annotations

from typing import Any, Callable

import pytest
import sqlalchemy as sa

from alembic.util.sqla_compat import sqla_1_4

Call = Callable[[Any], Any]

ROWS: list[tuple[str, Call, str]] = [
    (
        "postgresql",
        lambda batch: batch.add_column(sa.Column("c", sa.Integer)),
        "ALTER TABLE t ADD COLUMN c INTEGER;",
    ),
    (
        "postgresql",
        lambda batch: batch.drop_column("c"),
        "ALTER TABLE t DROP COLUMN c;",
    ),
    (
        "postgresql",
        lambda batch: batch.alter_column(
            column_name="c", nullable=False, server_default="5"
        ),
        (
            "ALTER TABLE t ALTER COLUMN c SET NOT NULL;"
            " ALTER TABLE t ALTER COLUMN c SET DEFAULT '5';"
        ),
    ),
    (
        "postgresql",
        lambda batch: batch.alter_column(
            "c", type_=sa.Integer(), postgresql_using="c::integer"
        ),
        "ALTER TABLE t ALTER COLUMN c TYPE INTEGER USING c::integer;",
    ),
    (
        "mysql",
        lambda batch: batch.alter_column(
            "c",
            new_column_name="d",
            existing_type=sa.Integer(),
            existing_nullable=False,
            existing_server_default=sa.text("5"),
        ),
        "ALTER TABLE t CHANGE c d INTEGER NOT NULL DEFAULT 5;",
    ),
    (
        "postgresql",
        lambda batch: batch.create_foreign_key(
            constraint_name="f",
            referent_table="u",
            local_cols=["c"],
            remote_cols=["id"],
            ondelete="CASCADE",
            onupdate="SET NULL",
            use_alter=True,
        ),
        (
            "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY(c) REFERENCES u (id)"
            " ON DELETE CASCADE ON UPDATE SET NULL;"
        ),
    ),
    (
        "postgresql",
        lambda batch: batch.create_primary_key(constraint_name="p", columns=["a", "b"]),
        "ALTER TABLE t ADD CONSTRAINT p PRIMARY KEY (a, b);",
    ),
    (
        "postgresql",
        lambda batch: batch.create_unique_constraint(
            constraint_name="u", columns=["a", "b"]
        ),
        "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a, b);",
    ),
    (
        "postgresql",
        lambda batch: batch.create_check_constraint("k", "c > 0"),
        "ALTER TABLE t ADD CONSTRAINT k CHECK (c > 0);",
    ),
    (
        "mysql",
        lambda batch: batch.drop_constraint(constraint_name="f", type_="foreignkey"),
        "ALTER TABLE t DROP FOREIGN KEY f;",
    ),
    (
        "postgresql",
        lambda batch: batch.create_index(
            batch.f("i"), columns=["c"], unique=True, postgresql_where=sa.text("c > 0")
        ),
        "CREATE UNIQUE INDEX i ON t (c) WHERE c > 0;",
    ),
    (
        "sqlite",
        lambda batch: batch.create_index("i", ["c"], sqlite_where=sa.text("c > 0")),
        "CREATE INDEX i ON t (c) WHERE c > 0;",
    ),
    (
        "postgresql",
        lambda batch: batch.drop_index(
            "i", postgresql_where=sa.text("c > 0"), sqlite_where=sa.text("c > 0")
        ),
        "DROP INDEX i;",
    ),
    ("postgresql", lambda batch: batch.execute("DELETE FROM t"), "DELETE FROM t;"),
]

# SQLAlchemy 1.3 cannot write these.
CONDITIONS: list[tuple[str, Call, str]] = [
    (
        "postgresql",
        lambda batch: batch.create_index("i", ["c"], if_not_exists=True),
        "CREATE INDEX IF NOT EXISTS i ON t (c);",
    ),
]

CALLS = {
    "alembic.operations.BatchOperations": [call for _, call, _ in [*ROWS, *CONDITIONS]]
}


@pytest.fixture
def in_a_batch(script: Callable[[str, Call], str]) -> Callable[[str, Call], str]:
    """A function ``(dialect, call)``: the SQL of a call with the batch of a table."""

    def written(dialect: str, call: Call) -> str:
        def within(op: Any) -> None:
            with op.batch_alter_table("t") as batch:
                call(batch)

        return script(dialect, within)

    return written


@pytest.mark.parametrize(("dialect", "call", "sql"), ROWS)
def test_the_statements_say_what_was_given(
    in_a_batch: Callable[[str, Call], str], dialect: str, call: Call, sql: str
) -> None:
    assert in_a_batch(dialect, call) == sql


@pytest.mark.skipif(not sqla_1_4, reason="SQLAlchemy 1.3 knows no conditions")
@pytest.mark.parametrize(("dialect", "call", "sql"), CONDITIONS)
def test_the_statements_have_conditions(
    in_a_batch: Callable[[str, Call], str], dialect: str, call: Call, sql: str
) -> None:
    assert in_a_batch(dialect, call) == sql
