from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from alembic.operations import BatchOperations, Operations, ops


def exclude_sql(sql_of: Any, constraint: Any) -> str:
    return str(sql_of(constraint, postgresql.dialect()))


def test_an_exclude_constraint_is_added(
    op: Operations, database: Any, sql_of: Any
) -> None:
    op.create_exclude_constraint(
        "ex",
        "t",
        ("period", "&&"),
        ("Group", "="),
        (sa.func.lower(sa.column("b")), "="),
        where="grp <> 'x'",
        using="gin",
        schema="s",
        deferrable=True,
        initially="DEFERRED",
    )

    name, (constraint,), _ = database.only
    assert name == "add_constraint"
    assert exclude_sql(sql_of, constraint) == (
        'ALTER TABLE s.t ADD CONSTRAINT ex EXCLUDE USING gin (period WITH &&, "Group" '
        "WITH =, lower(b) WITH =) WHERE (grp <> 'x') DEFERRABLE INITIALLY DEFERRED"
    )


def test_in_a_batch_the_table_is_that_of_the_block(
    batch_op: BatchOperations, sql_of: Any
) -> None:
    batch_op.create_exclude_constraint("ex", ("a", "="), using="gist")

    ((_, (constraint,), _),) = batch_op.impl.batch
    assert exclude_sql(sql_of, constraint) == (
        "ALTER TABLE s.t ADD CONSTRAINT ex EXCLUDE USING gist (a WITH =)"
    )


def test_elements_are_pairs(op: Operations) -> None:
    with pytest.raises(ValueError, match="'t' takes pairs .*, not 'a'"):
        op.create_exclude_constraint("ex", "t", "a")
    with pytest.raises(ValueError, match="'t' needs at least one pair"):
        op.create_exclude_constraint("ex", "t")


def test_an_unknown_option_is_refused(op: Operations) -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'wibble'"):
        op.create_exclude_constraint("ex", "t", ("a", "="), wibble=1)


def test_an_exclude_constraint_of_a_model_and_back(sql_of: Any) -> None:
    table = sa.Table(
        "t", sa.MetaData(), sa.Column("a", sa.Integer), sa.Column("b"), schema="s"
    )
    constraint = ExcludeConstraint(
        (table.c.a, "="),
        (sa.func.lower(table.c.b), "&&"),
        name="ex",
        where=table.c.a > 5,
        using="gin",
    )
    table.append_constraint(constraint)

    add = ops.AddConstraintOp.from_constraint(constraint)
    drop = add.reverse()

    assert isinstance(add, ops.CreateExcludeConstraintOp)
    assert (drop.constraint_name, drop.constraint_type) == ("ex", None)
    assert exclude_sql(sql_of, drop.reverse().to_constraint()) == (
        "ALTER TABLE s.t ADD CONSTRAINT ex EXCLUDE USING gin "
        "(a WITH =, lower(b) WITH &&) WHERE (a > 5)"
    )


def _from_a_table() -> Any:
    constraint = ExcludeConstraint(("a", "="), name="x", where=sa.text("a > 1"))
    sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer), constraint)
    return constraint, ops.CreateExcludeConstraintOp.from_constraint(constraint)


def test_what_was_changed_since_it_was_made_from_a_constraint_counts() -> None:
    constraint, operation = _from_a_table()
    operation.constraint_name = "y"
    operation.where = None

    again = operation.to_constraint()

    assert operation._orig_constraint is constraint
    assert (again.name, again.where) == ("y", None)
