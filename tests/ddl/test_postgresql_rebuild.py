from __future__ import annotations

import io
from typing import Any

import pytest
import sqlalchemy as sa

from alembic.operations import Operations, ops
from alembic.runtime.migration import MigrationContext
from alembic.util import sqla_compat


@pytest.mark.parametrize(
    "column, hands_on",
    [
        (sa.Column("k", sa.Integer, primary_key=True), True),
        (sa.Column("k", sa.Integer, primary_key=True, autoincrement=False), False),
        (sa.Column("k", sa.String(3), primary_key=True), False),
        pytest.param(
            sa.Column("k", sa.Integer, sqla_compat.identity_with(always=False))
            if sqla_compat.sqla_2
            else None,
            True,
            marks=pytest.mark.skipif(not sqla_compat.sqla_2, reason="no Identity"),
        ),
    ],
)
def test_sequences_of_a_table_made_anew_go_on(
    column: sa.Column, hands_on: bool
) -> None:
    script = io.StringIO()
    options = {"as_sql": True, "output_buffer": script}
    op = Operations(MigrationContext.configure(dialect_name="postgresql", opts=options))
    table = sa.Table("T", sa.MetaData(), column, schema="s")

    with op.batch_alter_table(
        "T", schema="s", copy_from=table, recreate="always"
    ) as batch_op:
        batch_op.alter_column("k", new_column_name="n'o")

    handed_on = (
        """SELECT setval(pg_get_serial_sequence('s."_alembic_tmp_T"', 'n''o'), """
        """coalesce(nextval(pg_get_serial_sequence('s."T"', 'k')), """
        """(SELECT max(k) + 1 FROM s."T"), 1), false);"""
    )
    assert (handed_on in script.getvalue()) is hands_on


@pytest.mark.parametrize(
    "change, key",
    [
        (lambda b: b.alter_column("b", nullable=False), "pk_t PRIMARY KEY (a)"),
        (
            lambda b: b.add_column(sa.Column("c", sa.Integer, primary_key=True)),
            "pk_t PRIMARY KEY (a, c)",
        ),
        (
            lambda b: b.invoke(
                ops.CreatePrimaryKeyOp(
                    "pk_n", "t", ["b"], deferrable=True, initially="DEFERRED"
                )
            ),
            "pk_n PRIMARY KEY (b)",
        ),
    ],
)
def test_a_table_made_anew_keeps_what_its_primary_key_says_of_time(
    change: Any, key: str
) -> None:
    script = io.StringIO()
    options = {"as_sql": True, "output_buffer": script}
    op = Operations(MigrationContext.configure(dialect_name="postgresql", opts=options))
    columns = [sa.Column("a", sa.Integer), sa.Column("b", sa.Integer)]
    key_so_far = sa.PrimaryKeyConstraint(
        "a", name="pk_t", deferrable=True, initially="DEFERRED"
    )
    table = sa.Table("t", sa.MetaData(), *columns, key_so_far)

    with op.batch_alter_table("t", copy_from=table, recreate="always") as batch_op:
        change(batch_op)

    assert f"CONSTRAINT {key} DEFERRABLE INITIALLY DEFERRED" in script.getvalue()
