from __future__ import annotations

from typing import Any, Callable

import pytest
import sqlalchemy as sa

from alembic.operations import BatchOperations, Operations, ops
from alembic.util.exc import CommandError


@pytest.mark.parametrize(
    "columns, sql",
    [
        (["a"], "CREATE INDEX ix ON t (a)"),
        (("a", "B"), 'CREATE INDEX ix ON t (a, "B")'),
        ([sa.text("lower(a)")], "CREATE INDEX ix ON t (lower(a))"),
        (
            ["a", sa.text("b DESC"), sa.func.coalesce(sa.column("c"), "x")],
            "CREATE INDEX ix ON t (a, b DESC, coalesce(c, 'x'))",
        ),
        ([sa.column("b").asc()], "CREATE INDEX ix ON t (b ASC)"),
        ([sa.desc("a")], "CREATE INDEX ix ON t (a DESC)"),
    ],
)
def test_an_index_is_over_names_text_and_expressions(
    op: Operations, database: Any, sql_of: Any, columns: Any, sql: str
) -> None:
    op.create_index("ix", "t", columns)

    name, (index,), options = database.only
    assert (name, options) == ("create_index", {})
    assert sql_of(index) == sql


def test_the_options_of_an_index(op: Operations, database: Any, sql_of: Any) -> None:
    op.create_index(
        "ix", "t", ["a"], schema="s", unique=True, if_not_exists=True, sqlite_where="x"
    )

    _, (index,), options = database.only
    assert sql_of(index) == "CREATE UNIQUE INDEX ix ON s.t (a)"
    assert options == {"if_not_exists": True}
    assert index.dialect_kwargs["sqlite_where"] == "x"


def test_an_index_without_a_name_is_named_by_the_convention(
    operations_with: Callable[..., Operations], database: Any
) -> None:
    convention = {"ix": "ix_%(table_name)s_%(column_0_name)s"}
    op = operations_with(target_metadata=sa.MetaData(naming_convention=convention))

    op.create_index(None, "t", ["a"])

    assert database.only[1][0].name == "ix_t_a"


def test_the_convention_names_an_index_on_text_after_the_text(
    operations_with: Callable[..., Operations], database: Any
) -> None:
    convention = {"ix": "ix_%(table_name)s_%(column_0_name)s"}
    op = operations_with(target_metadata=sa.MetaData(naming_convention=convention))

    op.create_index(None, "t", [sa.text("lower(a)"), "b"])

    assert database.only[1][0].name == "ix_t_lower(a)"


@pytest.mark.parametrize(
    "part", [sa.func.lower(sa.column("a")), sa.literal_column("lower(a)")]
)
def test_an_index_that_nothing_names_needs_a_name(
    op: Operations, database: Any, part: Any
) -> None:
    with pytest.raises(CommandError, match=r"'t' over .*lower\(a\)' needs a name"):
        op.create_index(None, "t", [part])
    assert database.calls == []


def test_a_column_of_a_table_names_an_index(
    operations_with: Callable[..., Operations], database: Any
) -> None:
    convention = {"ix": "ix_%(table_name)s_%(column_0_name)s"}
    op = operations_with(target_metadata=sa.MetaData(naming_convention=convention))
    model = sa.Table("t", sa.MetaData(), sa.Column("a", sa.String))

    op.create_index(None, "t", [sa.func.lower(model.c.a)])

    assert database.only[1][0].name == "ix_t_a"


def test_an_index_over_columns_of_a_model_leaves_the_model_alone(
    op: Operations, database: Any, sql_of: Any
) -> None:
    model = sa.Table(
        "m", sa.MetaData(), sa.Column("a", sa.Integer), sa.Column("b", sa.String)
    )

    op.create_index("ix", "t", [model.c.a, sa.func.lower(model.c.b), model.c.a.desc()])

    assert not model.indexes
    assert sql_of(database.only[1][0]) == "CREATE INDEX ix ON t (a, lower(b), a DESC)"


def test_a_string_of_columns_is_refused(op: Operations, database: Any) -> None:
    with pytest.raises(CommandError, match=r"create_index on table 't'.*\['abc'\]"):
        op.create_index("ix", "t", "abc")

    assert not database.calls


def test_drop_index(op: Operations, database: Any, drop_sql_of: Any) -> None:
    op.drop_index("ix", "t", schema="s", if_exists=True, postgresql_concurrently=True)

    name, (index,), options = database.only
    assert (name, options) == ("drop_index", {"if_exists": True})
    assert drop_sql_of(index) == "DROP INDEX s.ix"
    assert index.table.fullname == "s.t"
    assert index.dialect_kwargs["postgresql_concurrently"] is True


def test_drop_index_without_its_table(op: Operations, database: Any) -> None:
    op.drop_index("ix")

    assert database.only[1][0].name == "ix"
    assert database.only[2] == {}


def test_indexes_in_a_batch(batch_op: BatchOperations, sql_of: Any) -> None:
    batch_op.create_index("ix", ["a"], unique=True, if_not_exists=True)
    batch_op.drop_index("iy", if_exists=True)

    (create, (index,), given), (drop, (gone,), options) = batch_op.impl.batch
    assert (create, sql_of(index)) == (
        "create_index",
        "CREATE UNIQUE INDEX ix ON s.t (a)",
    )
    assert (drop, gone.name, gone.table.fullname) == ("drop_index", "iy", "s.t")
    assert (given, options) == ({"if_not_exists": True}, {"if_exists": True})


@pytest.fixture
def index() -> sa.Index:
    """An index of a model's table, over a column and an expression."""
    table = sa.Table(
        "t", sa.MetaData(), sa.Column("a", sa.Integer), sa.Column("b"), schema="s"
    )
    return sa.Index("ix", table.c.a, sa.func.lower(table.c.b), unique=True)


def test_creating_and_dropping_are_each_others_reverse(
    index: sa.Index, sql_of: Any
) -> None:
    create = ops.CreateIndexOp.from_index(index)
    drop = create.reverse()
    again = drop.reverse()

    assert (drop.index_name, drop.table_name, drop.schema) == ("ix", "t", "s")
    assert sql_of(again.to_index()) == "CREATE UNIQUE INDEX ix ON s.t (a, lower(b))"
    assert again.unique is True


def test_the_reverse_of_a_drop_remembers_the_index(
    index: sa.Index, sql_of: Any
) -> None:
    drop = ops.DropIndexOp.from_index(index)

    assert sql_of(drop.reverse().to_index()) == sql_of(index)


def test_an_unknown_index_is_over_a_column_x() -> None:
    index = ops.DropIndexOp("ix", "t").to_index()

    assert [column.name for column in index.columns] == ["x"]


def test_differences_of_indexes(index: sa.Index) -> None:
    create = ops.CreateIndexOp.from_index(index)

    what, added = create.to_diff_tuple()
    dropped, removed = create.reverse().to_diff_tuple()

    assert (what, added.name) == ("add_index", "ix")
    assert (dropped, removed.name) == ("remove_index", "ix")


def test_an_index_without_a_table_makes_no_operation() -> None:
    with pytest.raises(CommandError, match="index 'ix' belongs to no table"):
        ops.CreateIndexOp.from_index(sa.Index("ix", "a"))


def test_an_index_is_dropped_by_name(op: Operations, database: Any) -> None:
    with pytest.raises(CommandError, match="'t' needs the name of the index"):
        op.drop_index(None, "t")  # type: ignore[arg-type]

    assert not database.calls


def test_an_index_named_by_a_convention_can_be_dropped_again(
    operations_with: Callable[..., Operations], database: Any
) -> None:
    convention = {"ix": "ix_%(table_name)s_%(column_0_name)s"}
    op = operations_with(target_metadata=sa.MetaData(naming_convention=convention))
    create = ops.CreateIndexOp(None, "t", ["a"])

    op.invoke(create.reverse())

    assert database.only[1][0].name == "ix_t_a"


def test_a_diff_shows_the_columns_of_an_index_as_their_table_has_them() -> None:
    table = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("id", sa.Integer, sa.ForeignKey("o.id"), primary_key=True),
        sa.Column("a", sa.Integer, nullable=False, server_default="5", unique=True),
    )
    index = sa.Index("ix", table.c.id, table.c.a)

    _, shown = ops.DropIndexOp.from_index(index).to_diff_tuple()

    id_, a = shown.columns
    assert (id_.primary_key, id_.nullable, id_.foreign_keys) == (True, False, set())
    assert (a.nullable, a.server_default.arg) == (False, "5")
    assert shown.table is not table
    assert [type(c) for c in shown.table.constraints] == [sa.PrimaryKeyConstraint]
