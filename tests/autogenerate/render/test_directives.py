"""Operations as directives: what is written, and what is not."""

from __future__ import annotations

from typing import Any, Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.sql.elements import conv

from alembic.autogenerate.render.registry import (
    MAX_PYTHON_ARGS,
    default_renderers,
    renderers,
)
from alembic.operations import ops


def test_a_table_has_an_argument_a_line(text_of: Callable[..., str]) -> None:
    metadata = sa.MetaData()
    sa.Table("o", metadata, sa.Column("id", sa.Integer, primary_key=True))
    table = sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("o_id", sa.Integer, sa.ForeignKey("o.id"), nullable=False),
        sa.UniqueConstraint("o_id", name="uq"),
        sa.CheckConstraint("id > 5", name="ck"),
        schema="s",
        comment="it's",
        info={"kept": 1, "lost": object()},
        mysql_engine="InnoDB",
        prefixes=["TEMPORARY"],
    )

    assert text_of(ops.CreateTableOp.from_table(table)) == (
        "op.create_table('t',\n"
        "sa.Column('id', sa.Integer(), nullable=False),\n"
        "sa.Column('o_id', sa.Integer(), nullable=False),\n"
        "sa.CheckConstraint('id > 5', name='ck'),\n"
        "sa.ForeignKeyConstraint(['o_id'], ['o.id'], ),\n"
        "sa.PrimaryKeyConstraint('id'),\n"
        "sa.UniqueConstraint('o_id', name='uq'),\n"
        "schema='s',\n"
        'comment="it\'s",\n'
        "info={'kept': 1},\n"
        "mysql_engine='InnoDB',\n"
        "prefixes=['TEMPORARY']\n"
        ")"
    )


def test_a_table_without_columns_is_python(text_of: Callable[..., str]) -> None:
    operation = ops.CreateTableOp("t", [], schema="s", postgresql_inherits=("p",))

    assert text_of(operation) == (
        "op.create_table('t',\nschema='s',\npostgresql_inherits=('p',)\n)"
    )


def test_render_item_leaves_a_default_out(text_of: Callable[..., str]) -> None:
    column = sa.Column("c", sa.Integer, server_default="1")

    def render_item(type_: str, item: object, context: object) -> object:
        return "" if type_ == "server_default" else False

    found = text_of(ops.AddColumnOp("t", column), render_item=render_item)

    assert found == "op.add_column('t', sa.Column('c', sa.Integer(), nullable=True))"


def test_an_option_with_a_space_in_its_reflected_name(
    text_of: Callable[..., str],
) -> None:
    options = {"mysql_engine": "InnoDB", "mysql_default charset": "utf8mb4"}
    operation = ops.CreateTableOp("t", [sa.Column("id", sa.Integer)], **options)

    assert text_of(operation).endswith(
        ",\nmysql_default_charset='utf8mb4',\nmysql_engine='InnoDB'\n)"
    )


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (sa.PrimaryKeyConstraint, "sa.PrimaryKeyConstraint('id', name='k')\n"),
        # as Alembic writes what reflection says of a unique constraint
        (
            sa.UniqueConstraint,
            "sa.UniqueConstraint('id', name='k', postgresql_include=[])\n",
        ),
    ],
)
def test_only_a_unique_constraint_says_that_it_includes_nothing(
    text_of: Callable[..., str], kind: Any, written: str
) -> None:
    key = kind("id", name="k")
    try:
        key.dialect_options["postgresql"]["include"] = []
    except sa.exc.ArgumentError:
        pytest.skip("this SQLAlchemy knows no INCLUDE of keys")
    table = sa.Table("t", sa.MetaData(), sa.Column("id", sa.Integer), key)

    text = text_of(ops.CreateTableOp.from_table(table))

    assert written in text


def test_checks_of_a_column_are_not_lost(text_of: Callable[..., str]) -> None:
    column = sa.Column("a", sa.Integer, sa.CheckConstraint("a > 1", name="ck"))
    table = sa.Table("t", sa.MetaData(), column)

    assert "sa.CheckConstraint('a > 1', name='ck')\n)" in text_of(
        ops.CreateTableOp.from_table(table)
    )
    assert text_of(ops.AddColumnOp("t", column)) == (
        "op.add_column('t', sa.Column('a', sa.Integer(), "
        "sa.CheckConstraint('a > 1', name='ck'), nullable=True))"
    )


def test_more_arguments_than_a_call_may_have(rendered: Callable[..., Any]) -> None:
    def columns(count: int) -> ops.CreateTableOp:
        return ops.CreateTableOp(
            "t", [sa.Column(f"c{i}", sa.Integer) for i in range(count)]
        )

    assert "*[" not in rendered(columns(MAX_PYTHON_ARGS)).text
    many = rendered(columns(MAX_PYTHON_ARGS + 1))
    assert many.text.startswith("op.create_table('t',\n*[sa.Column('c0'")
    assert many.text.endswith("nullable=True)]\n)")
    assert "c255 INTEGER" in many.run("sqlite")


def test_a_key_to_a_table_that_the_model_does_not_hold(
    text_of: Callable[..., str],
) -> None:
    table = sa.Table(
        "t",
        sa.MetaData(schema="s"),
        sa.Column("a", sa.Integer, sa.ForeignKey("o.id")),
        sa.Column("b", sa.Integer, sa.ForeignKey("other.o.id")),
    )

    text = text_of(ops.CreateTableOp.from_table(table))

    assert "sa.ForeignKeyConstraint(['a'], ['s.o.id'], )" in text
    assert "sa.ForeignKeyConstraint(['b'], ['other.o.id'], )" in text


def test_names_of_columns_count_and_not_their_keys(text_of: Callable[..., str]) -> None:
    metadata = sa.MetaData()
    sa.Table("o", metadata, sa.Column("id", sa.Integer, key="pk", primary_key=True))
    table = sa.Table(
        "t",
        metadata,
        sa.Column("a", sa.Integer, sa.ForeignKey("o.pk"), key="kk"),
        sa.UniqueConstraint("kk"),
    )

    text = text_of(
        ops.CreateTableOp.from_table(table),
        ops.CreateIndexOp.from_index(
            sa.Index("ix", table.c.kk, mssql_include=[table.c.kk])
        ),
    )

    assert "sa.ForeignKeyConstraint(['a'], ['o.id'], )" in text
    assert "sa.UniqueConstraint('a')" in text
    assert "'ix', 't', ['a'], unique=False, mssql_include=['a'])" in text


def test_a_changed_column_has_a_fact_a_line(text_of: Callable[..., str]) -> None:
    op = ops.AlterColumnOp(
        "t",
        "c",
        schema="s",
        existing_type=sa.Integer(),
        modify_server_default=sa.text("now()"),
        modify_name="d",
        modify_type=sa.Text(),
        modify_nullable=False,
        modify_comment="new",
        existing_comment="old",
        existing_nullable=True,
        autoincrement=True,
        postgresql_using="c::text",
        modify_secret=object(),
    )

    assert text_of(op).split(",\n") == [
        "op.alter_column('t', 'c'",
        "           existing_type=sa.Integer()",
        "           server_default=sa.text('now()')",
        "           new_column_name='d'",
        "           type_=sa.Text()",
        "           nullable=False",
        "           comment='new'",
        "           existing_comment='old'",
        "           autoincrement=True",
        "           schema='s'",
        "           postgresql_using='c::text')",
    ]


@pytest.mark.parametrize(
    ("existing", "new", "dialect", "told"),
    [
        (sa.text("1"), False, "postgresql", "existing_server_default=sa.text('1')"),
        (sa.text("1"), "2", "mssql", "existing_server_default=sa.text('1')"),
        (sa.text("1"), "2", "postgresql", None),
        (None, "2", "mssql", None),
    ],
)
def test_the_old_default_is_told_where_it_matters(
    text_of: Callable[..., str], existing: Any, new: Any, dialect: str, told: str | None
) -> None:
    op = ops.AlterColumnOp(
        "t", "c", existing_server_default=existing, modify_server_default=new
    )

    text = text_of(op, dialect=dialect)

    assert (
        (told or "existing_server_default") in text if told else "existing" not in text
    )


def test_the_way_back_of_a_change_says_what_stays(text_of: Callable[..., str]) -> None:
    op = ops.AlterColumnOp(
        "t", "c", modify_nullable=False, existing_type=sa.Text(), existing_nullable=True
    )

    assert text_of(op.reverse()) == (
        "op.alter_column('t', 'c',\n"
        "           existing_type=sa.Text(),\n"
        "           nullable=True)"
    )


@pytest.mark.parametrize(
    ("default", "source"),
    [
        ("it's", 'server_default="it\'s", '),
        ("'x'", "server_default=\"'x'\", "),
        (sa.text("5 % 3"), "server_default=sa.text('5 % 3'), "),
        (sa.func.coalesce("a", 5), "server_default=sa.text(\"coalesce('a', 5)\"), "),
        (sa.FetchedValue(), "server_default=sa.FetchedValue(), "),
    ],
)
def test_a_default(
    column_source: Callable[..., str], default: Any, source: str
) -> None:
    column = sa.Column("c", sa.String, server_default=default)

    assert column_source(column, dialect="postgresql") == (
        f"sa.Column('c', sa.String(), {source}nullable=True)"
    )


def test_computed_columns(column_source: Callable[..., str]) -> None:
    stored = sa.Column("c", sa.Integer, sa.Computed("a % 5", persisted=True))
    plain = sa.Column("c", sa.Integer, sa.Computed("a + 1"))

    assert "sa.Computed('a % 5', persisted=True)" in column_source(stored)
    assert "sa.Computed('a + 1', )" in column_source(plain)


@pytest.mark.skipif(
    not hasattr(sa, "Identity"), reason="SQLAlchemy knows no Identity before 1.4"
)
def test_identity_columns(
    column_source: Callable[..., str], text_of: Callable[..., str]
) -> None:
    bare = sa.Column("c", sa.Integer, sa.Identity())
    full = sa.Column("c", sa.Integer, sa.Identity(always=True, start=4, cache=2))
    changed = ops.AlterColumnOp(
        "t",
        "c",
        existing_server_default=sa.Identity(),
        modify_server_default=sa.Identity(always=True),
    )

    assert "sa.Identity(always=False)" in column_source(bare)
    assert "sa.Identity(always=True, start=4, cache=2)" in column_source(full)
    assert "existing_server_default=sa.Identity(always=False)" in text_of(changed)


def test_facts_of_a_column(column_source: Callable[..., str]) -> None:
    column = sa.Column(
        "c", sa.Integer, autoincrement=False, nullable=False, system=True, comment=""
    )

    assert column_source(column) == (
        "sa.Column('c', sa.Integer(), autoincrement=False, nullable=False, "
        "system=True, comment='')"
    )


def test_a_column_that_the_project_leaves_out_is_no_directive(
    text_of: Callable[..., str],
) -> None:
    def render_item(type_: str, item: Any, context: Any) -> Any:
        return None if type_ == "column" else False

    op = ops.AddColumnOp("t", sa.Column("a", sa.Integer))

    assert text_of(op, render_item=render_item) == "pass"


def test_final_names_are_marked(text_of: Callable[..., str]) -> None:
    metadata = sa.MetaData(naming_convention={"uq": "uq_%(table_name)s"})
    table = sa.Table(
        "t", metadata, sa.Column("a", sa.Integer), sa.UniqueConstraint("a")
    )

    assert "name=op.f('uq_t')" in text_of(ops.CreateTableOp.from_table(table))
    assert text_of(ops.DropIndexOp(conv("ix"), "t")) == (
        "op.drop_index(op.f('ix'), table_name='t')"
    )


def test_a_constraint_without_name_cannot_be_dropped(
    text_of: Callable[..., str],
) -> None:
    with pytest.warns(UserWarning, match="unnamed constraint on table 't'"):
        text = text_of(ops.DropConstraintOp(None, "t", "unique"))

    *comment, line = text.split("\n")
    assert line == "op.drop_constraint(None, 't', type_='unique')"
    assert len(comment) == 3
    assert all(each.startswith("# ") for each in comment)


def test_timing_of_constraints_is_kept(text_of: Callable[..., str]) -> None:
    check = ops.CreateCheckConstraintOp("ck", "t", "a > 5", deferrable=True)
    table = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("a", sa.Integer),
        sa.CheckConstraint("a > 1", deferrable=True, initially="IMMEDIATE"),
    )

    assert text_of(check) == (
        "op.create_check_constraint('ck', 't', 'a > 5', deferrable=True)"
    )
    assert (
        "sa.CheckConstraint('a > 1', deferrable=True, initially='IMMEDIATE')"
        in text_of(ops.CreateTableOp.from_table(table))
    )


def test_options_of_a_primary_key_are_missed_aloud(
    text_of: Callable[..., str],
) -> None:
    op = ops.CreatePrimaryKeyOp("pk", "t", ["a"], mssql_clustered=False)

    with pytest.warns(UserWarning, match="mssql_clustered of the primary key"):
        assert text_of(op) == "op.create_primary_key('pk', 't', ['a'])"


def test_execution_options(text_of: Callable[..., str]) -> None:
    op = ops.ExecuteSQLOp("select 1", execution_options={"a": 1})

    assert text_of(op) == "op.execute('select 1', execution_options={'a': 1})"


def test_constructs_are_not_executed(text_of: Callable[..., str]) -> None:
    with pytest.raises(NotImplementedError, match="plain SQL string"):
        text_of(ops.ExecuteSQLOp(sa.text("select 1")))


def test_rows_are_written_one_a_line(text_of: Callable[..., str]) -> None:
    table = sa.table("t", sa.column("a", sa.Integer), sa.column("b"), schema="s")

    assert text_of(ops.BulkInsertOp(table, [{"a": 1}, {"a": 2}])) == (
        "op.bulk_insert(\n"
        "    sa.table('t', sa.column('a', sa.Integer()), schema='s'),\n"
        "    [\n"
        "        {'a': 1},\n"
        "        {'a': 2},\n"
        "    ]\n"
        ")"
    )
    assert text_of(ops.BulkInsertOp(table, [])).endswith("    []\n)")


class Grant(ops.MigrateOperation):
    """An operation of somebody else's."""


@pytest.fixture
def registry() -> Any:
    """The renderers, as they were afterwards."""
    before = dict(renderers._registry)
    yield renderers
    renderers._registry.clear()
    renderers._registry.update(before)


def test_an_operation_without_renderer_is_named(text_of: Callable[..., str]) -> None:
    with pytest.raises(ValueError, match=r"no dispatch function for object: .*Grant"):
        text_of(Grant())


def test_operations_of_others_render_themselves(
    text_of: Callable[..., str], registry: Any
) -> None:
    registry.dispatch_for(Grant)(lambda context, op: ["op.grant(1)", "op.grant(2)"])

    assert text_of(Grant()) == "op.grant(1)\nop.grant(2)"


def test_our_renderers_can_be_replaced_and_called(
    text_of: Callable[..., str], registry: Any
) -> None:
    @registry.dispatch_for(ops.DropTableOp, replace=True)
    def guarded(context: Any, op: Any) -> list[str]:
        return ["check()", default_renderers.dispatch(op)(context, op)]

    assert text_of(ops.DropTableOp("t")) == "check()\nop.drop_table('t')"


@pytest.mark.parametrize(
    ("unique", "written"), [(None, "False"), (0, "False"), (True, "True"), (1, "1")]
)
def test_an_index_says_unique_as_reflection_does(
    text_of: Callable[..., str], unique: Any, written: str
) -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("c", sa.Integer))
    index = sa.Index("ix", table.c.c, unique=unique)

    text = text_of(ops.CreateIndexOp.from_index(index))

    assert text == f"op.create_index('ix', 't', ['c'], unique={written})"


def test_an_index_without_a_name_is_given_its_own(text_of: Callable[..., str]) -> None:
    op = ops.CreateIndexOp(None, "t", ["c"])

    assert text_of(op) == "op.create_index(op.f('ix_t_c'), 't', ['c'], unique=False)"
    assert text_of(op.reverse()) == "op.drop_index(op.f('ix_t_c'), table_name='t')"


def test_an_index_is_dropped_by_its_name_alone(text_of: Callable[..., str]) -> None:
    assert text_of(ops.DropIndexOp("ix")) == "op.drop_index('ix', table_name=None)"
