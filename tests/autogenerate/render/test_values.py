"""Names, literals and expressions as Python."""

from __future__ import annotations

import datetime
import decimal
import enum
import uuid
from typing import Any, Callable

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.sql.elements import conv, quoted_name

from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.render.values import (
    _ident,
    _render_potential_expr,
    as_text_argument,
    name_source,
    value_source,
)
from alembic.runtime.migration import MigrationContext
from alembic.util.exc import CommandError


class Mood(enum.Enum):
    HAPPY = 1


class Engine(str, enum.Enum):
    INNODB = "InnoDB"


@pytest.fixture
def context() -> AutogenContext:
    """A context for PostgreSQL, to render only."""
    return AutogenContext(
        MigrationContext.configure(dialect_name="postgresql"), autogenerate=False
    )


@pytest.mark.parametrize(
    "value",
    [
        True,
        None,
        5,
        -1.5,
        "it's",
        b"\x00",
        [1, "a"],
        (1,),
        (),
        {"a": [None]},
        {1, 2},
        decimal.Decimal("1.50"),
        uuid.UUID(int=7),
        datetime.date(2020, 1, 2),
        datetime.datetime(2020, 1, 2, 3, tzinfo=datetime.timezone.utc),
        datetime.timedelta(1, 2),
        float("inf"),
    ],
)
def test_a_value_is_what_its_source_says(context: AutogenContext, value: Any) -> None:
    source = value_source(value, context)
    names: dict[str, Any] = {}
    exec("\n".join(sorted(context.imports)), names)  # noqa: S102

    assert eval(source, names) == value


def test_strings_of_other_classes_are_strings(context: AutogenContext) -> None:
    assert value_source(Engine.INNODB, context) == "'InnoDB'"
    assert value_source(conv("a"), context) == "'a'"
    assert value_source(Mood.HAPPY, context) == "'HAPPY'"


def test_what_has_no_source_is_named(context: AutogenContext) -> None:
    with pytest.raises(CommandError, match="of class object cannot be written"):
        value_source(object(), context)


def test_a_final_name_is_marked_as_such(context: AutogenContext) -> None:
    assert name_source(conv("ix"), context) == "op.f('ix')"
    assert name_source("ix", context) == "'ix'"
    assert name_source(None, context) == "None"
    assert _ident(quoted_name("a", True)) == "a"
    assert _ident(None) is None


@pytest.mark.parametrize(
    ("sql", "argument"),
    [
        ("now()", "now()"),
        ("a::text", "a::text"),
        ("'12:30'", "'12:30'"),
        ("' :x'", r"' \:x'"),
        (r"'\:x'", r"'\\:x'"),
        (":ab:", r"\:ab\:"),
    ],
)
def test_colons_that_text_would_take_for_parameters(sql: str, argument: str) -> None:
    assert as_text_argument(sql) == argument
    assert str(sa.text(argument).compile()) == sql


@given(st.text(alphabet=":\\ab $'-", max_size=12))
def test_text_gives_any_sql_back(sql: str) -> None:
    assert str(sa.text(as_text_argument(sql)).compile()) == sql


def test_an_expression_becomes_text_with_its_values(context: AutogenContext) -> None:
    column = sa.Table("t", sa.MetaData(), sa.Column("a", sa.String)).c.a
    condition = column == "5%"

    assert _render_potential_expr(condition, context) == "sa.text(\"a = '5%'\")"
    assert (
        _render_potential_expr(condition, context, wrap_in_element=False)
        == "\"a = '5%'\""
    )
    assert (
        _render_potential_expr(column + "x", context, is_index=True)
        == "sa.literal_column(\"(a || 'x')\")"
    )
    assert _render_potential_expr(5, context) == "5"


def test_a_colon_that_a_database_reports_is_a_colon(context: AutogenContext) -> None:
    reported = sa.text("a <> ':x'")

    source = _render_potential_expr(reported, context)

    assert source == r"""sa.text("a <> '\\:x'")"""
    made = eval(source, {"sa": sa})
    assert _render_potential_expr(made, context) == source
    bound = sa.text("a > :x").bindparams(x=5)
    assert _render_potential_expr(bound, context) == "sa.text('a > 5')"


def test_the_imports_are_those_of_the_values(context: AutogenContext) -> None:
    value_source([decimal.Decimal(1), datetime.date(2020, 1, 1)], context)

    assert context.imports == {"import datetime", "import decimal"}


def test_render_item_decides_first(text_of: Callable[..., str]) -> None:
    from alembic.operations import ops

    def render_item(type_: str, item: Any, context: AutogenContext) -> Any:
        if type_ == "type" and isinstance(item, sa.String):
            context.imports.add("import zz")
            return "zz.Text()"
        return None if type_ in ("unique", "server_default") else False

    table = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("a", sa.String, server_default="x"),
        sa.UniqueConstraint("a"),
    )

    assert text_of(ops.CreateTableOp.from_table(table), render_item=render_item) == (
        "op.create_table('t',\nsa.Column('a', zz.Text(), nullable=True)\n)"
    )
