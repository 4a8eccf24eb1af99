from __future__ import annotations

from typing import Any, Callable

import pytest
import sqlalchemy as sa

from alembic.operations import BatchOperations, Operations, ops
from alembic.util.exc import CommandError

CONVENTION = {
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def constraint_of(database: Any) -> Any:
    name, (constraint,), options = database.only
    assert (name, options) == ("add_constraint", {})
    return constraint


@pytest.mark.parametrize(
    "call, sql",
    [
        (
            lambda op: op.create_primary_key("pk", "t", ["a", "b"], schema="s"),
            "ALTER TABLE s.t ADD CONSTRAINT pk PRIMARY KEY (a, b)",
        ),
        (
            lambda op: op.create_unique_constraint(
                "uq", "t", ["a"], deferrable=True, initially="DEFERRED"
            ),
            "ALTER TABLE t ADD CONSTRAINT uq UNIQUE (a) DEFERRABLE INITIALLY DEFERRED",
        ),
        (
            lambda op: op.create_foreign_key(
                "fk",
                "t",
                "o",
                ["a", "b"],
                ["x", "y"],
                onupdate="CASCADE",
                ondelete="SET NULL",
                deferrable=False,
                initially="IMMEDIATE",
                match="FULL",
                source_schema="s1",
                referent_schema="s2",
            ),
            (
                "ALTER TABLE s1.t ADD CONSTRAINT fk FOREIGN KEY(a, b) REFERENCES "
                "s2.o (x, y) MATCH FULL ON DELETE SET NULL ON UPDATE CASCADE "
                "NOT DEFERRABLE INITIALLY IMMEDIATE"
            ),
        ),
        (
            lambda op: op.create_foreign_key("fk", "t", "t", ["up"], ["id"]),
            "ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY(up) REFERENCES t (id)",
        ),
        (
            lambda op: op.create_foreign_key(None, "t", "a.b", ["c.d"], ["e.f"]),
            'ALTER TABLE t ADD FOREIGN KEY("c.d") REFERENCES "a.b" ("e.f")',
        ),
        (
            lambda op: op.create_check_constraint("ck", "t", "a > 5", schema="s"),
            "ALTER TABLE s.t ADD CONSTRAINT ck CHECK (a > 5)",
        ),
        (
            lambda op: op.create_check_constraint(None, "t", sa.text("a > 5")),
            "ALTER TABLE t ADD CHECK (a > 5)",
        ),
        (
            lambda op: op.create_check_constraint("ck", "t", sa.column("a") > 5),
            "ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 5)",
        ),
    ],
)
def test_a_directive_adds_the_constraint(
    op: Operations, database: Any, sql_of: Any, call: Any, sql: str
) -> None:
    call(op)

    assert sql_of(constraint_of(database)) == sql


@pytest.mark.parametrize(
    "call, sql",
    [
        (
            lambda op: op.create_primary_key("pk", ["a"]),
            "ALTER TABLE s.t ADD CONSTRAINT pk PRIMARY KEY (a)",
        ),
        (
            lambda op: op.create_unique_constraint("uq", ["a"], deferrable=True),
            "ALTER TABLE s.t ADD CONSTRAINT uq UNIQUE (a) DEFERRABLE",
        ),
        (
            lambda op: op.create_foreign_key(
                "fk", "o", ["a"], ["id"], referent_schema="s2", ondelete="CASCADE"
            ),
            (
                "ALTER TABLE s.t ADD CONSTRAINT fk FOREIGN KEY(a) REFERENCES s2.o (id) "
                "ON DELETE CASCADE"
            ),
        ),
        (
            lambda op: op.create_check_constraint("ck", "a > 5"),
            "ALTER TABLE s.t ADD CONSTRAINT ck CHECK (a > 5)",
        ),
    ],
)
def test_in_a_batch_the_table_is_that_of_the_block(
    batch_op: BatchOperations, sql_of: Any, call: Any, sql: str
) -> None:
    call(batch_op)

    ((name, (constraint,), options),) = batch_op.impl.batch
    assert (name, options) == ("add_constraint", {})
    assert sql_of(constraint) == sql


@pytest.mark.parametrize(
    "call",
    [
        lambda op: op.create_primary_key("pk", "t", "ab"),
        lambda op: op.create_unique_constraint("uq", "t", "ab"),
        lambda op: op.create_foreign_key("fk", "t", "o", "ab", ["x"]),
        lambda op: op.create_foreign_key("fk", "t", "o", ["a"], "xy"),
    ],
)
def test_a_string_of_columns_is_refused(
    op: Operations, database: Any, call: Any
) -> None:
    with pytest.raises(CommandError, match="on table 't': .* is a list of columns"):
        call(op)

    assert not database.calls


@pytest.mark.parametrize(
    "call",
    [
        lambda op: op.create_primary_key("pk", "t", []),
        lambda op: op.create_unique_constraint("uq", "t", ()),
        lambda op: op.create_foreign_key("fk", "t", "o", [], []),
    ],
)
def test_a_constraint_over_no_column_is_refused(op: Operations, call: Any) -> None:
    with pytest.raises(CommandError, match="on table 't': .* names no column"):
        call(op)


@pytest.mark.parametrize(
    "call, name",
    [
        (lambda op: op.create_check_constraint("pos", "t", "a > 0"), "ck_t_pos"),
        (lambda op: op.create_check_constraint(op.f("pos"), "t", "a > 0"), "pos"),
        (lambda op: op.create_unique_constraint(None, "t", ["a", "b"]), "uq_t_a_b"),
        (lambda op: op.create_unique_constraint("mine", "t", ["a", "b"]), "mine"),
        (lambda op: op.create_foreign_key(None, "t", "o", ["a"], ["id"]), "fk_t_a_o"),
        (lambda op: op.create_primary_key(None, "t", ["a"]), "pk_t"),
    ],
)
def test_the_naming_convention_is_applied(
    operations_with: Any, database: Any, call: Any, name: str
) -> None:
    call(operations_with(target_metadata=sa.MetaData(naming_convention=CONVENTION)))

    assert constraint_of(database).name == name


def test_a_convention_that_needs_a_name_says_so(operations_with: Any) -> None:
    op = operations_with(target_metadata=sa.MetaData(naming_convention=CONVENTION))

    with pytest.raises(sa.exc.InvalidRequestError, match="explicitly named"):
        op.create_check_constraint(None, "t", "a > 0")


def test_the_conventions_of_several_models_do_not_count(
    operations_with: Any, database: Any
) -> None:
    model = sa.MetaData(naming_convention=CONVENTION)

    operations_with(target_metadata=[model, sa.MetaData()]).create_unique_constraint(
        None, "t", ["a"]
    )

    assert constraint_of(database).name is None


def test_only_the_convention_of_the_model_is_used(
    operations_with: Any, database: Any
) -> None:
    op = operations_with(target_metadata=sa.MetaData(schema="elsewhere"))

    op.create_unique_constraint("uq", "t", ["a"])

    assert constraint_of(database).table.schema is None


@pytest.mark.parametrize(
    "name, type_, expected",
    [("pos", "check", "ck_t_pos"), ("pos", None, "pos"), ("u", "unique", "u")],
)
def test_the_convention_applies_to_what_is_dropped(
    operations_with: Any, database: Any, name: str, type_: str, expected: str
) -> None:
    op = operations_with(target_metadata=sa.MetaData(naming_convention=CONVENTION))

    op.drop_constraint(name, "t", type_=type_)

    assert database.only[1][0].name == expected


@pytest.mark.parametrize(
    "type_, kind",
    [
        ("foreignkey", sa.ForeignKeyConstraint),
        ("primary", sa.PrimaryKeyConstraint),
        ("unique", sa.UniqueConstraint),
        ("check", sa.CheckConstraint),
        (None, sa.schema.Constraint),
    ],
)
def test_a_constraint_is_dropped_by_name_and_kind(
    op: Operations, database: Any, drop_sql_of: Any, type_: str | None, kind: type
) -> None:
    op.drop_constraint("x", "t", type_, schema="s", if_exists=True)

    name, (constraint,), options = database.only
    assert (name, options) == ("drop_constraint", {"if_exists": True})
    assert type(constraint) is kind
    assert drop_sql_of(constraint) == "ALTER TABLE s.t DROP CONSTRAINT x"


def test_an_unknown_kind_of_constraint_is_refused(op: Operations) -> None:
    with pytest.raises(TypeError, match="'check', 'foreignkey', 'primary', 'unique'"):
        op.drop_constraint("x", "t", "fk")


def test_drop_constraint_in_a_batch(batch_op: BatchOperations) -> None:
    batch_op.drop_constraint("x", type_="unique")

    ((name, (constraint,), options),) = batch_op.impl.batch
    assert (name, constraint.name, constraint.table.fullname, options) == (
        "drop_constraint",
        "x",
        "s.t",
        {},
    )


def test_a_condition_over_a_model_leaves_the_model_alone(
    op: Operations, database: Any, sql_of: Any
) -> None:
    model = sa.Table("m", sa.MetaData(), sa.Column("a", sa.Integer))
    before = len(model.constraints)

    op.create_check_constraint("ck", "t", model.c.a > 5)

    assert sql_of(constraint_of(database)) == (
        "ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 5)"
    )
    assert len(model.constraints) == before


@pytest.fixture
def table() -> sa.Table:
    """A table with one constraint of each kind, by name."""
    metadata = sa.MetaData()
    sa.Table("o", metadata, sa.Column("id", sa.Integer, key="key_of_id"), schema="s2")
    return sa.Table(
        "t",
        metadata,
        sa.Column("a", sa.Integer, key="key_of_a"),
        sa.Column("b", sa.Integer, sa.CheckConstraint("b > 1", name="of_column")),
        sa.PrimaryKeyConstraint("key_of_a", name="primary", deferrable=True),
        sa.UniqueConstraint("key_of_a", "b", name="unique", initially="DEFERRED"),
        sa.ForeignKeyConstraint(
            ["key_of_a"], ["s2.o.key_of_id"], name="foreign", ondelete="CASCADE"
        ),
        sa.CheckConstraint("a > 5", name="check"),
        schema="s",
    )


def constraint_named(table: sa.Table, name: str) -> Any:
    columns = (constraint for c in table.c for constraint in c.constraints)
    return {each.name: each for each in (*table.constraints, *columns)}[name]


KINDS = {
    "primary": ("CreatePrimaryKeyOp", "primarykey", "primary"),
    "unique": ("CreateUniqueConstraintOp", "unique", "unique"),
    "foreign": ("CreateForeignKeyOp", "foreignkey", "foreignkey"),
    "check": ("CreateCheckConstraintOp", "check", "check"),
    "of_column": ("CreateCheckConstraintOp", "check", "check"),
}
SQL = {
    "primary": "ALTER TABLE s.t ADD CONSTRAINT {} PRIMARY KEY (a) DEFERRABLE",
    "unique": "ALTER TABLE s.t ADD CONSTRAINT {} UNIQUE (a, b) INITIALLY DEFERRED",
    "foreign": "ALTER TABLE s.t ADD CONSTRAINT {} FOREIGN KEY(a) REFERENCES "
    "s2.o (id) ON DELETE CASCADE",
    "check": "ALTER TABLE s.t ADD CONSTRAINT {} CHECK (a > 5)",
    "of_column": "ALTER TABLE s.t ADD CONSTRAINT {} CHECK (b > 1)",
}


@pytest.mark.parametrize("name", KINDS)
def test_a_constraint_becomes_the_operation_that_adds_it(
    table: sa.Table, sql_of: Callable[..., str], name: str
) -> None:
    operation = ops.AddConstraintOp.from_constraint(constraint_named(table, name))

    assert type(operation).__name__ == KINDS[name][0]
    assert operation.constraint_type == KINDS[name][1]
    # PRIMARY and the like are quoted as names.
    assert sql_of(operation.to_constraint()).replace('"', "") == SQL[name].format(name)


@pytest.mark.parametrize("name", KINDS)
def test_adding_and_dropping_are_each_others_reverse(
    table: sa.Table, sql_of: Callable[..., str], name: str
) -> None:
    add = ops.AddConstraintOp.from_constraint(constraint_named(table, name))
    drop = add.reverse()

    assert isinstance(drop, ops.DropConstraintOp)
    assert (drop.constraint_name, drop.table_name) == (name, "t")
    assert (drop.schema, drop.constraint_type) == ("s", KINDS[name][2])
    assert type(drop.reverse()) is type(add)
    again = sql_of(drop.reverse().to_constraint()).replace('"', "")
    assert again == SQL[name].format(name)


def test_differences_of_constraints(table: sa.Table) -> None:
    for name in KINDS:
        add = ops.AddConstraintOp.from_constraint(constraint_named(table, name))
        is_key = name == "foreign"

        what, constraint = add.to_diff_tuple()
        dropped, _ = add.reverse().to_diff_tuple()

        assert what == ("add_fk" if is_key else "add_constraint")
        assert dropped == ("remove_fk" if is_key else "remove_constraint")
        assert constraint.name == name


@pytest.mark.parametrize("name", ["foreign", "unique"])
def test_a_drop_that_was_renamed_or_moved_is_reversed_under_the_new_name(
    table: sa.Table, sql_of: Callable[..., str], name: str
) -> None:
    drop = ops.DropConstraintOp.from_constraint(constraint_named(table, name))
    drop.constraint_name, drop.table_name, drop.schema = "other", "u", None

    sql = sql_of(drop.reverse().to_constraint())

    assert sql == SQL[name].format("other").replace("s.t", "u")


@pytest.mark.parametrize("method", ["reverse", "to_diff_tuple", "to_constraint"])
def test_an_unknown_constraint_cannot_be_produced(method: str) -> None:
    with pytest.raises(ValueError, match="original constraint is not present"):
        getattr(ops.DropConstraintOp("x", "t"), method)()


def test_a_foreign_key_to_a_table_outside_of_the_model_is_kept() -> None:
    table = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("a", sa.Integer, sa.ForeignKey("s2.gone.id", name="fk")),
    )

    operation = ops.AddConstraintOp.from_constraint(constraint_named(table, "fk"))

    assert isinstance(operation, ops.CreateForeignKeyOp)
    assert (operation.referent_table, operation.remote_cols) == ("gone", ["id"])
    assert operation.kw["referent_schema"] == "s2"


def test_a_kind_of_constraint_can_be_registered() -> None:
    class Odd(sa.schema.Constraint):
        __visit_name__ = "odd_constraint"

    @ops.AddConstraintOp.register_add_constraint("odd_constraint")
    class AddOddOp(ops.AddConstraintOp):
        @classmethod
        def from_constraint(cls, constraint: Any) -> AddOddOp:
            return cls()

    assert isinstance(ops.AddConstraintOp.from_constraint(Odd()), AddOddOp)
    with pytest.raises(NotImplementedError, match="AddOddOp"):
        AddOddOp().to_constraint()
    with pytest.raises(NotImplementedError, match="AddOddOp"):
        _ = AddOddOp().constraint_type
    ops.AddConstraintOp.add_constraint_ops._registry.pop(("odd_constraint", "default"))
