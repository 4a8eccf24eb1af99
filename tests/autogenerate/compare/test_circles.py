"""Tables that need each other."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.compare.circles import forward_keys, leave_out, made_later
from alembic.operations.tables import CreateTableOp
from alembic.runtime.migration import MigrationContext


def _context(dialect_name: str) -> AutogenContext:
    context = MigrationContext.configure(
        dialect_name=dialect_name, opts={"as_sql": True}
    )
    return AutogenContext(context, autogenerate=False)


def _circle(use_alter: bool = False) -> list[Any]:
    metadata = sa.MetaData()
    for name, other in (("a", "b"), ("b", "a")):
        sa.Table(
            name,
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("other", sa.Integer),
            sa.Column("own", sa.Integer, sa.ForeignKey(f"{name}.id", name="fk_own")),
            sa.ForeignKeyConstraint(
                ["other"],
                [f"{other}.id"],
                name=f"fk_{name}",
                use_alter=use_alter and name == "b",
            ),
        )
    return [metadata.tables["a"], metadata.tables["b"]]


def _names(found: Any) -> dict[str, list[str]]:
    return {table.name: [key.name for key in keys] for table, keys in found.items()}


@pytest.mark.parametrize(
    ("dialect_name", "use_alter", "names"),
    [
        ("postgresql", False, {"a": ["fk_a"]}),
        ("mysql", False, {"a": ["fk_a"]}),
        ("postgresql", True, {"a": ["fk_a"], "b": ["fk_b"]}),
        ("sqlite", True, {}),
    ],
)
def test_a_key_to_a_later_table_waits_where_it_can_be_added(
    dialect_name: str, use_alter: bool, names: Any
) -> None:
    found = forward_keys(_context(dialect_name), _circle(use_alter))

    assert _names(found) == names


def test_the_key_leaves_the_table_and_is_added_once() -> None:
    tables = _circle()
    found = forward_keys(_context("postgresql"), tables)
    operation = CreateTableOp.from_table(tables[0])

    leave_out(operation, found[tables[0]])
    (added,) = made_later(tables[0], found[tables[0]]).ops

    keys = operation.to_table().foreign_key_constraints
    assert [key.name for key in keys] == ["fk_own"]
    assert added.to_constraint().name == "fk_a"  # type: ignore[attr-defined]


def test_sqlite_keeps_its_keys_in_the_tables(comparing: Any) -> None:
    metadata = _circle()[0].metadata
    with pytest.warns(sa.exc.SAWarning, match="mutually dependent"):
        script = comparing.again(metadata)

    assert [type(each) for each in script.upgrade_ops.ops] == [CreateTableOp] * 2
