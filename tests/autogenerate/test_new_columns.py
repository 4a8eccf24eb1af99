"""A new column brings its checks along, once."""

from __future__ import annotations

from typing import Any, Callable

import pytest
import sqlalchemy as sa

from alembic.autogenerate import produce_migrations
from alembic.operations import ops
from alembic.runtime.migration import MigrationContext

PLUGINS = ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"]


@pytest.mark.parametrize(
    "column",
    [
        lambda: sa.Column("b", sa.Integer, sa.CheckConstraint("b > 1", name="ck")),
        lambda: sa.Column("b", sa.Boolean(create_constraint=True, name="ck")),
    ],
)
def test_the_check_of_a_new_column_is_part_of_it(
    column: Callable[[], sa.Column[Any]],
) -> None:
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("a", sa.Integer), column())
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer)).create(connection)
        context = MigrationContext.configure(
            connection, opts={"autogenerate_plugins": PLUGINS}
        )
        script = produce_migrations(context, metadata)
    engine.dispose()

    (changes,) = script.upgrade_ops.ops  # type: ignore[union-attr]
    assert [type(each) for each in changes.ops] == [ops.AddColumnOp]


def test_the_check_of_an_old_column_is_added() -> None:
    metadata = sa.MetaData()
    check = sa.CheckConstraint("a > 1", name="ck")
    sa.Table("t", metadata, sa.Column("a", sa.Integer, check))
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer)).create(connection)
        context = MigrationContext.configure(
            connection, opts={"autogenerate_plugins": PLUGINS}
        )
        script = produce_migrations(context, metadata)
    engine.dispose()

    (changes,) = script.upgrade_ops.ops  # type: ignore[union-attr]
    assert [type(each) for each in changes.ops] == [ops.CreateCheckConstraintOp]
