from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from alembic.operations import Operations, ops, toimpl

OPERATIONS = {
    "add_column": ops.AddColumnOp("t", sa.Column("a", sa.Integer)),
    "alter_column": ops.AlterColumnOp("t", "a", modify_nullable=True),
    "bulk_insert": ops.BulkInsertOp(sa.table("t"), []),
    "create_constraint": ops.CreateUniqueConstraintOp("u", "t", ["a"]),
    "create_index": ops.CreateIndexOp("i", "t", ["a"]),
    "create_table": ops.CreateTableOp("t", [sa.Column("a", sa.Integer)]),
    "create_table_comment": ops.CreateTableCommentOp("t", "c"),
    "drop_column": ops.DropColumnOp("t", "a"),
    "drop_constraint": ops.DropConstraintOp("u", "t"),
    "drop_index": ops.DropIndexOp("i", "t"),
    "drop_table": ops.DropTableOp("t"),
    "drop_table_comment": ops.DropTableCommentOp("t"),
    "execute_sql": ops.ExecuteSQLOp("SELECT 1"),
    "rename_table": ops.RenameTableOp("t", "u"),
}
METHODS = {"create_constraint": "add_constraint", "execute_sql": "execute"}


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_implementation_calls_the_method_of_the_database(
    op: Operations, database: Any, name: str
) -> None:
    result = getattr(toimpl, name)(op, OPERATIONS[name])

    assert database.names == [METHODS.get(name, name)]
    assert (result is None) == (name != "create_table")
