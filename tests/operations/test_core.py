from __future__ import annotations

import pytest

from alembic.operations.core import AlterTableOp, MigrateOperation, given


def test_an_operation_has_a_dictionary_of_its_own() -> None:
    one, other = MigrateOperation(), MigrateOperation()

    one.info["seen"] = True

    assert (one.info, other.info) == ({"seen": True}, {})


@pytest.mark.parametrize("name", ["reverse", "to_diff_tuple"])
def test_what_an_operation_does_not_say_is_an_error(name: str) -> None:
    with pytest.raises(NotImplementedError, match="AlterTableOp"):
        getattr(AlterTableOp("t"), name)()


def test_an_operation_that_says_not_how_to_apply_it_cannot_be_applied() -> None:
    with pytest.raises(NotImplementedError, match="MigrateOperation"):
        MigrateOperation().apply(None)  # type: ignore[arg-type]


def test_given_leaves_out_what_is_none() -> None:
    assert given(a=None, b=False, c=0) == {"b": False, "c": 0}
