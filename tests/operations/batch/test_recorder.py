from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from alembic.operations import Operations
from alembic.operations.batch import ApplyBatchImpl, BatchOperationsImpl
from alembic.util.exc import CommandError


def test_changes_run_one_by_one_when_the_block_ends(
    op: Operations, database: Any
) -> None:
    with op.batch_alter_table("t", schema="s") as batch_op:
        batch_op.add_column(sa.Column("a", sa.Integer, index=True))
        batch_op.drop_column("b")
        batch_op.create_unique_constraint("uq", ["a"])
        assert not database.calls

    assert database.names == [
        "add_column",
        "create_index",
        "drop_column",
        "add_constraint",
    ]
    assert database.calls[0][2]["schema"] == "s"


def test_the_comment_of_a_new_column_follows_it(op: Operations, database: Any) -> None:
    with op.batch_alter_table("t") as batch_op:
        batch_op.add_column(sa.Column("a", sa.Integer, comment="note"))

    assert database.names == ["add_column", "create_column_comment"]


def test_a_block_that_raises_changes_nothing(op: Operations, database: Any) -> None:
    with pytest.raises(KeyError), op.batch_alter_table("t") as batch_op:
        batch_op.drop_column("b")
        raise KeyError

    assert not database.calls


@pytest.mark.parametrize("place", ["insert_before", "insert_after"])
def test_a_place_needs_a_new_table(op: Operations, database: Any, place: str) -> None:
    complaint = "please specify recreate='always'"
    with pytest.raises(CommandError, match=complaint), op.batch_alter_table("t") as b:
        b.drop_column("b")
        b.add_column(sa.Column("a", sa.Integer), **{place: "c"})  # type: ignore[arg-type]

    assert not database.calls


def test_an_altered_column_without_a_place_is_altered(
    op: Operations, database: Any
) -> None:
    with op.batch_alter_table("t") as batch_op:
        batch_op.alter_column("a", nullable=False)

    assert "insert_before" not in database.only[2]


def test_recreate_is_one_of_three(op: Operations) -> None:
    with pytest.raises(ValueError, match="one of 'auto', 'always', or 'never'"):
        op.batch_alter_table("t", recreate="maybe").__enter__()  # type: ignore[arg-type]


def test_never_is_never(op: Operations, database: Any) -> None:
    database.asks_for_new_table = True

    with op.batch_alter_table("t", recreate="never") as batch_op:
        batch_op.drop_column("a")

    assert database.names == ["drop_column"]


def test_auto_asks_the_database(op: Operations, database: Any) -> None:
    database.asks_for_new_table = True
    table = sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer))

    with op.batch_alter_table("t", copy_from=table):
        pass

    assert database.names == [
        "prep_table_for_batch",
        "create_table",
        "execute",
        "drop_table",
        "rename_table",
    ]


@pytest.mark.parametrize("name", ["create_table", "drop_table"])
def test_whole_tables_are_not_for_a_batch(op: Operations, name: str) -> None:
    with op.batch_alter_table("t") as b, pytest.raises(NotImplementedError):
        getattr(b.impl, name)(sa.Table("u", sa.MetaData()))


def test_the_parameters_of_the_block_are_attributes(op: Operations) -> None:
    with op.batch_alter_table(
        "t",
        schema="s",
        table_kwargs={"mysql_engine": "x"},
        naming_convention={"uq": "u"},
        partial_reordering=[("a", "b")],
    ) as batch_op:
        impl = batch_op.impl

    assert isinstance(impl, BatchOperationsImpl)
    assert (impl.table_name, impl.schema, impl.recreate) == ("t", "s", "auto")
    assert impl.table_kwargs == {"mysql_engine": "x"}
    assert impl.naming_convention == {"uq": "u"}
    assert impl.partial_reordering == [("a", "b")]
    assert impl.dialect is op.impl.dialect
    assert impl.impl is op.impl


def test_the_class_that_makes_the_new_table_is_loaded_when_asked_for() -> None:
    assert ApplyBatchImpl.__module__ == "alembic.operations.batch.recreate"


def test_a_constraint_that_may_be_missing_is_told_to_the_database(
    op: Operations, database: Any
) -> None:
    with op.batch_alter_table("t") as batch_op:
        batch_op.drop_constraint("u", "unique", if_exists=True)

    name, _, options = database.only
    assert (name, options) == ("drop_constraint", {"if_exists": True})


def test_a_batch_block_refuses_what_nobody_takes(op: Operations) -> None:
    complaint = r"drop_constraint\(\) .*'schema'"
    with pytest.raises(TypeError, match=complaint), op.batch_alter_table("t") as b:
        b.drop_constraint("u", schema="s")  # type: ignore[call-arg]
