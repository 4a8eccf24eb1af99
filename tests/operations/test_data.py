from __future__ import annotations

from typing import Any, Callable

import pytest
import sqlalchemy as sa

from alembic.operations import BatchOperations, Operations, ops
from alembic.util.exc import CommandError


def test_execute_hands_on_statement_and_options(op: Operations, database: Any) -> None:
    statement = sa.text("SELECT 1")

    op.execute("SELECT 2")
    op.execute(statement, execution_options={"no_parameters": True})

    assert database.calls == [
        ("execute", ("SELECT 2",), {"execution_options": None}),
        ("execute", (statement,), {"execution_options": {"no_parameters": True}}),
    ]


def test_in_a_batch_execute_runs_at_once(
    batch_op: BatchOperations, database: Any
) -> None:
    batch_op.create_index("ix", ["a"])
    batch_op.execute("UPDATE t SET a = 1")

    assert database.names == ["execute"]


def test_the_difference_of_a_statement() -> None:
    assert ops.ExecuteSQLOp("SELECT 1").to_diff_tuple() == ("execute", "SELECT 1")


@pytest.mark.parametrize("kind", [ops.ExecuteSQLOp, ops.BulkInsertOp])
def test_what_changed_rows_cannot_be_reversed(kind: Any) -> None:
    operation = kind("x") if kind is ops.ExecuteSQLOp else kind(sa.table("t"), [])

    with pytest.raises(NotImplementedError):
        operation.reverse()


def test_bulk_insert_hands_on_table_and_rows(op: Operations, database: Any) -> None:
    table = sa.table("t", sa.column("a"))

    op.bulk_insert(table, [{"a": 1}], multiinsert=False)

    assert database.only == ("bulk_insert", (table, [{"a": 1}]), {"multiinsert": False})


@pytest.mark.parametrize(
    "rows, complaint",
    [
        ({"a": 1}, "List expected"),
        (({"a": 1},), "List expected"),
        ([1], "List of dictionaries expected"),
    ],
)
def test_rows_are_a_list_of_dictionaries(
    offline: Callable[..., Any], rows: Any, complaint: str
) -> None:
    op, script = offline("sqlite")

    with pytest.raises(TypeError, match=complaint):
        op.bulk_insert(sa.table("t", sa.column("a")), rows)

    assert not script.getvalue()


def test_what_create_table_returns_takes_rows(offline: Callable[..., Any]) -> None:
    op, script = offline("sqlite")

    table = op.create_table(
        "t", sa.Column("a", sa.Integer), sa.Column("b", sa.String(4))
    )
    op.bulk_insert(table, [{"a": 1, "b": "x"}, {"a": 2, "b": None}])

    assert "INSERT INTO t (a, b) VALUES (1, 'x');" in script.getvalue()
    assert "INSERT INTO t (a, b) VALUES (2, NULL);" in script.getvalue()


def test_rows_go_into_a_table(op: Operations, database: Any) -> None:
    with pytest.raises(CommandError, match="bulk_insert takes a Table .*, not 't'"):
        op.bulk_insert("t", [{"a": 1}])  # type: ignore[arg-type]

    assert not database.calls
