from __future__ import annotations

import inspect
from typing import Any

import pytest

from alembic.operations import BatchOperations, Operations, ops


def names(function: Any) -> str:
    return str(
        inspect.signature(function).replace(
            parameters=[
                parameter.replace(annotation=parameter.empty)
                for parameter in inspect.signature(function).parameters.values()
            ],
            return_annotation=inspect.Signature.empty,
        )
    )


def test_a_directive_is_made_from_the_constructor() -> None:
    expected = "old_table_name, new_table_name, *, schema=None)"

    assert names(ops.RenameTableOp.rename_table) == f"(operations, {expected}"
    assert names(Operations.rename_table) == f"(self, {expected}"
    assert names(ops.RenameTableOp) == f"({expected}"


def test_a_directive_has_no_private_parameters() -> None:
    assert "_reverse" in inspect.signature(ops.DropIndexOp).parameters
    assert "_reverse" not in inspect.signature(Operations.drop_index).parameters


def test_a_directive_may_take_less_than_the_constructor() -> None:
    assert "kw" in inspect.signature(ops.CreatePrimaryKeyOp).parameters
    assert names(Operations.create_primary_key) == (
        "(self, constraint_name, table_name, columns, *, schema=None)"
    )


def test_a_batch_directive_knows_its_table() -> None:
    assert names(BatchOperations.create_index) == "(self, index_name, columns, **kw)"
    assert names(BatchOperations.create_primary_key) == (
        "(self, constraint_name, columns)"
    )
    assert names(BatchOperations.drop_table_comment) == (
        "(self, *, existing_comment=None)"
    )


def test_the_docstring_is_that_of_the_class() -> None:
    assert Operations.drop_index.__doc__ == inspect.getdoc(ops.DropIndexOp)
    assert Operations.alter_column.__doc__ == inspect.getdoc(ops.AlterColumnOp)
    assert BatchOperations.drop_index.__doc__.endswith("is that of the block.")


def test_every_directive_has_a_docstring() -> None:
    for cls in (Operations, BatchOperations):
        for name, member in vars(cls).items():
            assert name.startswith("_") or not callable(member) or member.__doc__, name


def test_what_works_on_whole_tables_is_not_offered_in_a_batch() -> None:
    for name in ("create_table", "drop_table", "rename_table", "bulk_insert"):
        assert not hasattr(BatchOperations, name)


@pytest.mark.parametrize(
    "call, complaint",
    [
        (lambda op: op.create_index("i"), r"create_index\(\) missing.*'table_name'"),
        (lambda op: op.drop_index(), r"drop_index\(\) missing.*'index_name'"),
        (lambda op: op.rename_table("a", "b", "c"), r"rename_table\(\) too many"),
        (
            lambda op: op.create_primary_key("p", "t", ["a"], wibble=1),
            r"create_primary_key\(\) got an unexpected keyword argument 'wibble'",
        ),
        (
            lambda op: op.add_column("t", None, wibble=1),
            r"add_column\(\) got an unexpected keyword argument 'wibble'",
        ),
    ],
)
def test_a_wrong_call_is_a_type_error_that_names_the_directive(
    op: Operations, call: Any, complaint: str
) -> None:
    with pytest.raises(TypeError, match=complaint):
        call(op)


def test_a_batch_directive_takes_no_schema(batch_op: BatchOperations) -> None:
    with pytest.raises(TypeError, match="schema"):
        batch_op.create_index("i", ["a"], schema="other")


def test_arguments_may_be_given_by_name(op: Operations, database: Any) -> None:
    op.rename_table(new_table_name="b", old_table_name="a", schema="s")

    assert database.only == ("rename_table", ("a", "b"), {"schema": "s"})
