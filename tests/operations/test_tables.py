from __future__ import annotations

from typing import Any, Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from alembic.operations import BatchOperations, Operations, ops


@pytest.fixture
def model() -> sa.Table:
    """A table of a model, with every kind of thing that a column brings."""
    metadata = sa.MetaData()
    sa.Table("o", metadata, sa.Column("id", sa.Integer, primary_key=True))
    return sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("x", sa.Integer, sa.ForeignKey("o.id"), index=True),
        sa.Column("y", sa.Integer, unique=True),
        sa.Column("b", sa.Boolean(create_constraint=True, name="ck_b")),
        sa.CheckConstraint("x > 5", name="ck_x"),
        schema="s",
        comment="about t",
        info={"owner": "me"},
        prefixes=["TEMPORARY"],
        mysql_engine="InnoDB",
    )


CREATE_MODEL = (
    "CREATE TEMPORARY TABLE s.t ( id INTEGER NOT NULL, x INTEGER, y INTEGER, "
    "b BOOLEAN, PRIMARY KEY (id), CONSTRAINT ck_x CHECK (x > 5), "
    "FOREIGN KEY(x) REFERENCES o (id), UNIQUE (y), "
    "CONSTRAINT ck_b CHECK (b IN (0, 1)) )"
)


def constraints_of(table: sa.Table) -> list[str]:
    return sorted(type(constraint).__name__ for constraint in table.constraints)


def test_create_table_returns_the_table_that_it_creates(
    op: Operations, database: Any, sql_of: Callable[..., str]
) -> None:
    table = op.create_table(
        "t",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.String(5), server_default="x"),
        sa.UniqueConstraint("a", name="uq"),
        schema="s",
        comment="hello",
    )

    assert database.only == ("create_table", (table,), {})
    assert table.comment == "hello"
    assert sql_of(table) == (
        "CREATE TABLE s.t ( id INTEGER NOT NULL, a VARCHAR(5) DEFAULT 'x', "
        "PRIMARY KEY (id), CONSTRAINT uq UNIQUE (a) )"
    )


@pytest.mark.parametrize("value", [True, False])
def test_if_not_exists_is_handed_on_when_it_is_given(
    op: Operations, database: Any, value: bool
) -> None:
    op.create_table("t", sa.Column("a", sa.Integer), if_not_exists=value)

    assert database.only[2] == {"if_not_exists": value}


def test_indexes_of_columns_belong_to_the_new_table(op: Operations) -> None:
    table = op.create_table(
        "t", sa.Column("a", sa.Integer, index=True), sa.Index("ix", "a", unique=True)
    )

    assert sorted(str(index.name) for index in table.indexes) == ["ix", "ix_t_a"]


def test_a_foreign_key_leads_to_a_table_nobody_declared(
    op: Operations, sql_of: Callable[..., str]
) -> None:
    table = op.create_table(
        "t",
        sa.Column("a", sa.Integer, sa.ForeignKey("s2.o.id")),
        sa.Column("b", sa.Integer),
        sa.ForeignKeyConstraint(["a", "b"], ["p.x", "p.y"], name="fk"),
    )

    assert sql_of(table) == (
        "CREATE TABLE t ( a INTEGER, b INTEGER, "
        "CONSTRAINT fk FOREIGN KEY(a, b) REFERENCES p (x, y), "
        "FOREIGN KEY(a) REFERENCES s2.o (id) )"
    )


def test_a_foreign_key_may_lead_to_the_table_itself(
    op: Operations, sql_of: Callable[..., str]
) -> None:
    table = op.create_table(
        "t",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("up", sa.Integer, sa.ForeignKey("t.id")),
    )

    assert sql_of(table).endswith("FOREIGN KEY(up) REFERENCES t (id) )")


def test_columns_of_another_table_are_copied(op: Operations, model: sa.Table) -> None:
    table = op.create_table("u", *model.c)

    assert [column.name for column in table.c] == ["id", "x", "y", "b"]
    assert model.c.x.table is model


def test_a_table_of_a_model_is_created_with_each_thing_once(
    op: Operations, model: sa.Table, sql_of: Callable[..., str]
) -> None:
    operation = ops.CreateTableOp.from_table(model)

    table = op.invoke(operation)

    assert sql_of(table) == CREATE_MODEL
    assert table.comment == "about t"
    assert table.info == {"owner": "me"}
    assert table.dialect_kwargs["mysql_engine"] == "InnoDB"
    # Indexes are operations of their own.
    assert not table.indexes


def test_constraints_keep_what_programs_note_about_them() -> None:
    unique = sa.UniqueConstraint("x", info={"owner": "me"})
    check = sa.CheckConstraint("x > 1", info={"since": 3})
    table = sa.Table("t", sa.MetaData(), sa.Column("x", sa.Integer), unique, check)

    again = ops.CreateTableOp.from_table(table).to_table()

    notes = {type(each): each.info for each in again.constraints}
    assert notes[sa.UniqueConstraint] == {"owner": "me"}
    assert notes[sa.CheckConstraint] == {"since": 3}


@pytest.mark.skipif(
    "comment" not in vars(sa.UniqueConstraint("x")),
    reason="SQLAlchemy has no comments of constraints before 2.0",
)
def test_constraints_keep_their_comments() -> None:
    unique = sa.UniqueConstraint("x", name="uq", comment="one each")
    table = sa.Table("t", sa.MetaData(), sa.Column("x", sa.Integer), unique)

    again = ops.CreateTableOp.from_table(table).to_table()

    assert [
        getattr(each, "comment", None) for each in again.constraints if each.name
    ] == ["one each"]


def test_options_become_attributes_of_the_operation() -> None:
    operation = ops.CreateTableOp(
        "t", [], schema="s", comment="c", info={1: 2}, prefixes=["X"], mysql_engine="i"
    )

    assert operation.comment == "c"
    assert operation.info == {1: 2}
    assert operation.prefixes == ["X"]
    assert operation.kw == {"mysql_engine": "i"}


def test_create_and_drop_are_each_others_reverse(
    model: sa.Table, sql_of: Callable[..., str]
) -> None:
    drop = ops.CreateTableOp.from_table(model).reverse()
    again = drop.reverse()

    assert (drop.table_name, drop.schema, drop.comment) == ("t", "s", "about t")
    assert sql_of(again.to_table()) == CREATE_MODEL
    assert again.reverse().table_name == "t"


def test_the_reverse_of_a_bare_drop_creates_a_table_without_columns() -> None:
    operation = ops.DropTableOp("t", schema="s").reverse()

    assert not operation.to_table().c
    assert operation.to_table().schema == "s"


def test_differences_of_tables(model: sa.Table) -> None:
    create = ops.CreateTableOp.from_table(model)

    what, table = create.to_diff_tuple()
    dropped, other = create.reverse().to_diff_tuple()

    assert (what, dropped) == ("add_table", "remove_table")
    assert constraints_of(table) == constraints_of(model) == constraints_of(other)


def test_drop_table(op: Operations, database: Any) -> None:
    op.drop_table("t", schema="s", if_exists=True, mysql_engine="InnoDB")

    name, (table,), options = database.only
    assert (name, table.fullname, options) == ("drop_table", "s.t", {"if_exists": True})
    assert table.dialect_kwargs["mysql_engine"] == "InnoDB"


def test_drop_table_hands_on_only_what_is_given(op: Operations, database: Any) -> None:
    op.drop_table("t")

    assert database.only[2] == {}


def test_rename_table_and_back(op: Operations, database: Any) -> None:
    op.rename_table("t", "u", schema="s")
    op.invoke(ops.RenameTableOp("t", "u", schema="s").reverse())

    assert database.calls == [
        ("rename_table", ("t", "u"), {"schema": "s"}),
        ("rename_table", ("u", "t"), {"schema": "s"}),
    ]


def test_table_comments(op: Operations, database: Any) -> None:
    op.create_table_comment("t", "new", existing_comment="old", schema="s")
    op.drop_table_comment("t", existing_comment="new", schema="s")

    (create, (table,), _), (drop, (bare,), _) = database.calls
    assert (create, table.fullname, table.comment) == (
        "create_table_comment",
        "s.t",
        "new",
    )
    assert (drop, bare.fullname, bare.comment) == ("drop_table_comment", "s.t", None)


def test_the_reverse_of_a_comment_is_the_comment_before() -> None:
    changed = ops.CreateTableCommentOp("t", "new", existing_comment="old", schema="s")
    first = ops.CreateTableCommentOp("t", "new")
    dropped = ops.DropTableCommentOp("t", existing_comment="old")

    back = changed.reverse()
    assert isinstance(back, ops.CreateTableCommentOp)
    assert (back.comment, back.existing_comment, back.schema) == ("old", "new", "s")
    gone = first.reverse()
    assert isinstance(gone, ops.DropTableCommentOp)
    assert gone.existing_comment == "new"
    assert dropped.reverse().comment == "old"


def test_differences_of_comments() -> None:
    what, table, existing = ops.CreateTableCommentOp(
        "t", "new", existing_comment="old"
    ).to_diff_tuple()
    dropped, bare = ops.DropTableCommentOp("t").to_diff_tuple()

    assert (what, table.comment, existing) == ("add_table_comment", "new", "old")
    assert (dropped, bare.comment) == ("remove_table_comment", None)


def test_table_comments_in_a_batch(batch_op: BatchOperations) -> None:
    batch_op.create_table_comment("new", existing_comment="old")
    batch_op.drop_table_comment()

    names = [(name, args[0].fullname) for name, args, _ in batch_op.impl.batch]
    assert names == [("create_table_comment", "s.t"), ("drop_table_comment", "s.t")]


@pytest.mark.parametrize(
    "convention",
    [{"ck": "ck_%(table_name)s_%(constraint_name)s", "uq": "uq_%(column_0_name)s"}],
)
def test_the_naming_convention_of_the_model_is_applied(
    operations_with: Callable[..., Operations],
    sql_of: Callable[..., str],
    convention: dict[str, str],
) -> None:
    op = operations_with(target_metadata=sa.MetaData(naming_convention=convention))

    table = op.create_table(
        "t", sa.Column("a", sa.Integer, unique=True), sa.CheckConstraint("a > 1", "pos")
    )

    assert "CONSTRAINT ck_t_pos CHECK (a > 1)" in sql_of(table)
    assert "CONSTRAINT uq_a UNIQUE (a)" in sql_of(table)


@pytest.mark.parametrize(("dialect", "inline"), [(postgresql, 0), (sqlite, 1)])
def test_a_later_foreign_key_of_a_model_is_left_out_of_the_table(
    dialect: Any, inline: int
) -> None:
    key = sa.ForeignKey("o.id", name="fk", use_alter=True)
    metadata = sa.MetaData()
    sa.Table("o", metadata, sa.Column("id", sa.Integer))
    table = sa.Table("t", metadata, sa.Column("o", sa.Integer, key))

    made = ops.CreateTableOp.from_table(table).to_table()

    ddl = str(sa.schema.CreateTable(made).compile(dialect=dialect.dialect()))
    assert ddl.count("FOREIGN KEY") == inline
