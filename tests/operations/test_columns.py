from __future__ import annotations

from typing import Any, Callable

import pytest
import sqlalchemy as sa

from alembic.operations import BatchOperations, Operations, ops
from alembic.util.exc import CommandError

NOTHING_GIVEN = {
    "schema": None,
    "if_not_exists": None,
    "inline_references": None,
    "inline_primary_key": None,
}


def test_add_column_hands_on_everything_that_is_given(
    op: Operations, database: Any
) -> None:
    op.add_column(
        "t",
        sa.Column("a", sa.Integer),
        schema="s",
        if_not_exists=True,
        inline_references=False,
        inline_primary_key=True,
    )

    name, (table_name, column), options = database.only
    assert (name, table_name, column.name) == ("add_column", "t", "a")
    assert options == {
        "schema": "s",
        "if_not_exists": True,
        "inline_references": False,
        "inline_primary_key": True,
    }


def test_what_a_column_brings_comes_after_it(
    op: Operations, database: Any, sql_of: Callable[..., str]
) -> None:
    op.add_column(
        "t",
        sa.Column(
            "a",
            sa.Integer,
            sa.ForeignKey("o.id", name="fk"),
            sa.CheckConstraint("a > 5", name="ck"),
            index=True,
            comment="about a",
        ),
        schema="s",
    )

    assert database.names == [
        "add_column",
        "add_constraint",
        "create_index",
        "create_column_comment",
    ]
    assert [sql_of(args[0]) for _, args, _ in database.calls[1:3]] == [
        "ALTER TABLE s.t ADD CONSTRAINT fk FOREIGN KEY(a) REFERENCES o (id)",
        "CREATE INDEX ix_s_t_a ON s.t (a)",
    ]


def test_a_unique_column_brings_a_unique_constraint(
    op: Operations, database: Any, sql_of: Callable[..., str]
) -> None:
    op.add_column("t", sa.Column("a", sa.Integer, unique=True))

    assert sql_of(database.calls[1][1][0]) == "ALTER TABLE t ADD UNIQUE (a)"


def test_the_check_of_a_type_is_added(op: Operations, database: Any) -> None:
    type_ = sa.Boolean(create_constraint=True, name="flag")

    op.add_column("t", sa.Column("a", type_))

    assert database.names == ["add_column", "add_constraint"]


def test_a_primary_key_column_adds_no_primary_key(
    op: Operations, database: Any
) -> None:
    op.add_column("t", sa.Column("a", sa.Integer, primary_key=True))

    assert database.names == ["add_column"]


def test_inline_references_leave_no_constraint_to_add(
    op: Operations, database: Any
) -> None:
    column = sa.Column("a", sa.Integer, sa.ForeignKey("o.id"))

    op.add_column("t", column, inline_references=True)

    assert database.names == ["add_column"]


def test_two_foreign_keys_are_not_written_inline(op: Operations, database: Any) -> None:
    column = sa.Column("a", sa.Integer, sa.ForeignKey("o.id"), sa.ForeignKey("p.id"))

    op.add_column("t", column, inline_references=True)

    assert database.names == ["add_column", "add_constraint", "add_constraint"]


@pytest.mark.parametrize("schema", [None, "s"])
def test_a_foreign_key_may_lead_to_the_table_itself(
    op: Operations, database: Any, sql_of: Any, schema: Any
) -> None:
    target = "t" if schema is None else f"{schema}.t"
    column = sa.Column("a", sa.Integer, sa.ForeignKey(f"{target}.id", name="fk"))

    op.add_column("t", column, schema=schema)

    (constraint,) = database.calls[1][1]
    assert sql_of(constraint).endswith(f"FOREIGN KEY(a) REFERENCES {target} (id)")


def test_several_foreign_keys_of_a_column_come_in_a_fixed_order(
    op: Operations, database: Any
) -> None:
    keys = [sa.ForeignKey(f"o{number}.id") for number in (3, 1, 5, 2, 4)]

    op.add_column("t", sa.Column("a", sa.Integer, *keys))

    targets = [call[1][0].elements[0].target_fullname for call in database.calls[1:]]
    assert targets == ["o1.id", "o2.id", "o3.id", "o4.id", "o5.id"]


def test_a_comment_that_the_dialect_writes_inline_is_not_set_again(
    op: Operations, database: Any
) -> None:
    database.dialect.inline_comments = True

    op.add_column("t", sa.Column("a", sa.Integer, comment="c"))

    assert database.names == ["add_column"]


def test_the_same_column_can_be_added_to_two_tables(
    op: Operations, database: Any
) -> None:
    column = sa.Column("a", sa.Integer, sa.ForeignKey("o.id"))

    op.add_column("t", column)
    op.add_column("u", column)

    assert database.names == ["add_column", "add_constraint"] * 2
    assert column.table is None


def test_a_column_of_a_model_is_copied(op: Operations, database: Any) -> None:
    model = sa.Table("m", sa.MetaData(), sa.Column("a", sa.Integer))

    op.add_column("t", model.c.a)

    assert model.c.a.table is model
    assert database.only[1][1].table.name == "t"


def test_add_column_wants_a_column(op: Operations) -> None:
    with pytest.raises(CommandError, match="add_column on table 't' takes a Column"):
        op.add_column("t", "a")  # type: ignore[arg-type]


def test_in_a_batch_a_column_may_have_a_place(batch_op: BatchOperations) -> None:
    batch_op.add_column(sa.Column("a", sa.Integer), insert_after="b")

    ((name, args, options),) = batch_op.impl.batch
    assert (name, args[0]) == ("add_column", "t")
    assert options == {**NOTHING_GIVEN, "schema": "s", "insert_after": "b"}


def test_adding_and_dropping_are_each_others_reverse() -> None:
    column = sa.Column("a", sa.Integer)
    add = ops.AddColumnOp("t", column, schema="s", if_not_exists=True)

    drop = add.reverse()

    assert (drop.table_name, drop.column_name, drop.schema) == ("t", "a", "s")
    assert drop.if_exists is True
    assert drop.reverse().column is column
    assert drop.reverse().if_not_exists is True


def test_a_column_of_a_table_becomes_an_operation() -> None:
    model = sa.Table("m", sa.MetaData(), sa.Column("a", sa.Integer), schema="s")

    operation = ops.AddColumnOp.from_column(model.c.a)

    assert (operation.table_name, operation.schema) == ("m", "s")
    assert operation.to_column() is model.c.a


def test_differences_of_columns() -> None:
    column = sa.Column("a", sa.Integer)
    add = ops.AddColumnOp("t", column, schema="s")

    assert add.to_diff_tuple() == ("add_column", "s", "t", column)
    assert add.reverse().to_diff_tuple() == ("remove_column", "s", "t", column)


def test_drop_column(op: Operations, database: Any) -> None:
    op.drop_column("t", "a", schema="s", if_exists=True, mssql_drop_check=True)

    name, (table_name, column), options = database.only
    assert (name, table_name, column.name) == ("drop_column", "t", "a")
    assert options == {"schema": "s", "if_exists": True, "mssql_drop_check": True}


def test_drop_column_in_a_batch(batch_op: BatchOperations) -> None:
    batch_op.drop_column("a", if_exists=True)

    ((name, (table_name, column), options),) = batch_op.impl.batch
    assert (name, table_name, column.name) == ("drop_column", "t", "a")
    assert options == {"schema": "s", "if_exists": True}


def test_dropping_an_unknown_column_cannot_be_reversed() -> None:
    operation = ops.DropColumnOp("t", "a")

    assert operation.to_column().name == "a"
    with pytest.raises(ValueError, match="original column is not present"):
        operation.reverse()


def test_alter_column_hands_on_every_change(op: Operations, database: Any) -> None:
    op.alter_column(
        "t",
        "a",
        nullable=False,
        comment="new",
        server_default=None,
        new_column_name="b",
        type_=sa.Text(),
        existing_type=sa.Integer(),
        existing_server_default="5",
        existing_nullable=True,
        existing_comment="old",
        schema="s",
        postgresql_using="a::text",
    )

    name, args, changes = database.only
    assert (name, args) == ("alter_column", ("t", "a"))
    assert {key: str(value) for key, value in changes.items()} == {
        "nullable": "False",
        "server_default": "None",
        "name": "b",
        "type_": "TEXT",
        "schema": "s",
        "existing_type": "INTEGER",
        "existing_server_default": "5",
        "existing_nullable": "True",
        "comment": "new",
        "existing_comment": "old",
        "postgresql_using": "a::text",
    }


def test_the_check_of_a_type_goes_and_that_of_the_new_type_comes(
    op: Operations, database: Any, sql_of: Callable[..., str]
) -> None:
    op.alter_column(
        "t",
        "a",
        existing_type=sa.Boolean(create_constraint=True, name="ck_old"),
        type_=sa.Enum("x", "y", name="ck_new", create_constraint=True),
        new_column_name="b",
    )

    assert database.names == ["drop_constraint", "alter_column", "add_constraint"]
    assert database.calls[0][1][0].name == "ck_old"
    assert sql_of(database.calls[2][1][0]) == (
        "ALTER TABLE t ADD CONSTRAINT ck_new CHECK (b IN ('x', 'y'))"
    )


def test_without_a_new_type_the_check_of_the_type_stays(
    op: Operations, database: Any
) -> None:
    type_ = sa.Boolean(create_constraint=True, name="ck")

    op.alter_column("t", "a", existing_type=type_, nullable=False)

    assert database.names == ["alter_column"]


@pytest.mark.parametrize(
    "argument", ["comment", "server_default", "existing_server_default"]
)
def test_true_is_neither_a_default_nor_a_comment(
    op: Operations, database: Any, argument: str
) -> None:
    with pytest.raises(CommandError, match=rf"alter_column of t\.a: {argument}"):
        op.alter_column("t", "a", **{argument: True})  # type: ignore[arg-type]

    assert not database.calls


def test_alter_column_in_a_batch(batch_op: BatchOperations) -> None:
    batch_op.alter_column("a", nullable=True, insert_before="c")

    ((name, args, options),) = batch_op.impl.batch
    assert (name, args) == ("alter_column", ("t", "a"))
    assert (options["nullable"], options["schema"]) == (True, "s")
    assert options["insert_before"] == "c"
    assert "insert_after" not in options


def test_altering_is_reversed_by_exchanging_old_and_new() -> None:
    operation = ops.AlterColumnOp(
        "t",
        "a",
        schema="s",
        existing_nullable=True,
        modify_nullable=False,
        existing_server_default=None,
        modify_server_default="5",
        modify_name="b",
        existing_autoincrement=True,
        modify_autoincrement=False,
        mysql_thing=7,
    )

    back = operation.reverse()

    assert (back.existing_nullable, back.modify_nullable) == (False, True)
    assert (back.existing_server_default, back.modify_server_default) == ("5", None)
    assert (back.existing_type, back.modify_type) == (None, None)
    assert back.modify_name is None
    assert back.schema == "s"
    assert back.kw == {
        "existing_autoincrement": False,
        "modify_autoincrement": True,
        "mysql_thing": 7,
    }


def test_a_name_alone_is_no_change() -> None:
    assert not ops.AlterColumnOp("t", "a", modify_name="b").has_changes()


@pytest.mark.parametrize(
    "change",
    [
        {"modify_nullable": False},
        {"modify_server_default": None},
        {"modify_comment": None},
        {"modify_type": sa.Integer()},
        {"modify_autoincrement": True},
    ],
)
def test_everything_else_is_a_change(change: dict[str, Any]) -> None:
    assert ops.AlterColumnOp("t", "a", **change).has_changes()


def test_differences_of_an_altered_column() -> None:
    operation = ops.AlterColumnOp(
        "t",
        "a",
        schema="s",
        existing_type="T0",
        modify_type="T1",
        existing_nullable=True,
        modify_nullable=False,
        existing_server_default="d0",
        modify_server_default=None,
        existing_comment="c0",
        modify_comment="c1",
    )
    existing = {
        "existing_type": "T0",
        "existing_nullable": True,
        "existing_server_default": "d0",
        "existing_comment": "c0",
    }

    def but(name: str) -> dict[str, Any]:
        return {key: value for key, value in existing.items() if key != name}

    assert operation.to_diff_tuple() == [
        ("modify_type", "s", "t", "a", but("existing_type"), "T0", "T1"),
        ("modify_nullable", "s", "t", "a", but("existing_nullable"), True, False),
        ("modify_default", "s", "t", "a", but("existing_server_default"), "d0", None),
        ("modify_comment", "s", "t", "a", but("existing_comment"), "c0", "c1"),
    ]
    assert ops.AlterColumnOp("t", "a").to_diff_tuple() == []


def test_a_check_made_by_a_type_gets_the_name_of_the_convention(
    operations_with: Callable[..., Operations],
    database: Any,
    sql_of: Callable[..., str],
) -> None:
    convention = {"ck": "ck_%(table_name)s_%(constraint_name)s"}
    op = operations_with(target_metadata=sa.MetaData(naming_convention=convention))

    op.add_column("t", sa.Column("b", sa.Boolean(create_constraint=True, name="flag")))

    assert "CONSTRAINT ck_t_flag CHECK" in sql_of(database.calls[1][1][0])
