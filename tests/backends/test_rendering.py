"""A model, rendered and run, is the model; the way back leaves nothing."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from alembic import op
from alembic.autogenerate import (
    compare_metadata,
    produce_migrations,
    render_python_code,
)
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

pytestmark = pytest.mark.backend


def strange_model() -> sa.MetaData:
    """Return tables whose names, texts and defaults need quoting of every kind."""
    metadata = sa.MetaData()
    sa.Table("p", metadata, sa.Column("id", sa.Integer, primary_key=True, key="pk"))
    table = sa.Table(
        'we\'ird "t" 5%',
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("select", sa.String(50), comment='it\'s "c" 100% \\ :x'),
        sa.Column("ünï", sa.Unicode(20), server_default="it's 5% :x \\"),
        sa.Column("d2", sa.Integer, server_default=sa.text("(5)")),
        sa.Column("d4", sa.String(9), server_default="'x'"),
        sa.Column("d5", sa.String(9), server_default=""),
        sa.Column("key", sa.Integer, sa.ForeignKey("p.pk", name="f%k"), key="k"),
        sa.Column("yes", sa.Boolean(create_constraint=True, name="yes_ck")),
        sa.UniqueConstraint("id", "select", name="uq'1"),
        sa.CheckConstraint(sa.text(r"d2 % 2 = 1 AND ' \:y' <> ''"), name="ck 1"),
        sa.CheckConstraint("d2 > 0 and 'a' <> '%'", name="ck"),
        comment='table\'s "comment" 5% :x',
    )
    sa.Index("i x", table.c["select"], unique=True)
    return metadata


@pytest.mark.parametrize("render_as_batch", [False, True])
def test_a_strange_model_comes_and_goes(database: Any, render_as_batch: bool) -> None:
    metadata = strange_model()
    opts = {"compare_server_default": True}
    with database.engine.begin() as connection:
        context = MigrationContext.configure(connection, opts=opts)
        script = produce_migrations(context, metadata)
        names: dict[str, Any] = {"sa": sa, "op": op}

        def run(operations: Any) -> None:
            code = render_python_code(
                operations, render_as_batch=render_as_batch, migration_context=context
            )
            with Operations.context(context):
                exec(f"if True:\n    {code}", names)  # noqa: S102

        run(script.upgrade_ops)
        again = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(again, metadata) == []
        run(script.downgrade_ops)
        assert sa.inspect(connection).get_table_names() == []
