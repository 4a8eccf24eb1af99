"""Types as Python."""

from __future__ import annotations

from typing import Any, Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.sql.elements import conv

from alembic.operations import ops
from alembic.util import sqla_compat


class Money(sa.types.TypeDecorator):  # type: ignore[type-arg]
    """A type of the project's own."""

    impl = sa.Numeric
    cache_ok = True


class Colour(sa.types.UserDefinedType):  # type: ignore[type-arg]
    """A type that says itself how it is written."""

    cache_ok = True

    def __repr__(self) -> str:
        return "Colour(depth=24)"

    def get_col_spec(self, **kw: Any) -> str:
        return "COLOUR"


@pytest.fixture
def type_source(text_of: Callable[..., str]) -> Callable[..., str]:
    """Return a function: a type becomes its source."""

    def type_source(type_: Any, **options: Any) -> str:
        text = text_of(ops.AddColumnOp("t", sa.Column("c", type_)), **options)
        start, end = "op.add_column('t', sa.Column('c', ", ", nullable=True))"
        assert text.startswith(start) and text.endswith(end)
        return text[len(start) : -len(end)]

    return type_source


@pytest.mark.parametrize(
    ("type_", "source"),
    [
        (sa.Integer, "sa.Integer()"),
        (sa.Numeric(10, 2), "sa.Numeric(precision=10, scale=2)"),
        (sa.Enum("a", "it's", name="e"), "sa.Enum('a', \"it's\", name='e')"),
        (sa.types.NullType(), "sa.types.NullType()"),
        (sa.ARRAY(sa.String(3)), "sa.ARRAY(sa.String(length=3))"),
        (
            sa.Interval(native=False, second_precision=3),
            "sa.Interval(native=False, second_precision=3)",
        ),
        (postgresql.INET(), "postgresql.INET()"),
        (
            postgresql.ARRAY(postgresql.ENUM("a", name="e"), dimensions=1),
            "postgresql.ARRAY(postgresql.ENUM('a', name='e'), dimensions=1)",
        ),
        (
            postgresql.JSONB(astext_type=sa.Text()),
            "postgresql.JSONB(astext_type=sa.Text())",
        ),
        (
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            "sa.BigInteger().with_variant(sa.Integer(), 'sqlite')",
        ),
    ],
)
def test_a_type_is_its_constructor_call(
    type_source: Callable[..., str], type_: Any, source: str
) -> None:
    assert type_source(type_) == source


def test_the_final_name_of_a_check_is_marked(type_source: Callable[..., str]) -> None:
    # create_constraint=True is the default before 1.4.
    source = type_source(sa.Boolean(create_constraint=True, name=conv("ck_b")))

    assert source.endswith("name=op.f('ck_b'))")


def test_variants_are_sorted_by_database(type_source: Callable[..., str]) -> None:
    type_ = (
        sa.Integer()
        .with_variant(sa.SmallInteger(), "sqlite")
        .with_variant(mysql.INTEGER(unsigned=True), "mysql")
    )

    assert type_source(type_) == (
        "sa.Integer().with_variant(mysql.INTEGER(unsigned=True), 'mysql')"
        ".with_variant(sa.SmallInteger(), 'sqlite')"
    )


def test_a_dialect_is_imported(rendered: Callable[..., Any]) -> None:
    columns = [sa.Column("a", postgresql.INET()), sa.Column("b", mysql.LONGTEXT())]

    assert rendered(*[ops.AddColumnOp("t", each) for each in columns]).imports == [
        "from sqlalchemy.dialects import mysql",
        "from sqlalchemy.dialects import postgresql",
    ]


def test_a_type_from_elsewhere_is_imported(rendered: Callable[..., Any]) -> None:
    found = rendered(ops.AddColumnOp("t", sa.Column("c", Money(10, 2))))

    assert f"{__name__}.Money(precision=10, scale=2)" in found.text
    assert found.imports == [f"import {__name__}"]


def test_a_type_that_no_module_has_is_not_imported(
    rendered: Callable[..., Any],
) -> None:
    names: dict[str, Any] = {"sa": sa, "__name__": __name__}
    exec("class Made(sa.Integer): pass", names)  # noqa: S102
    found = rendered(ops.AddColumnOp("t", sa.Column("c", names["Made"]())))

    assert f"{__name__}.Made()" in found.text
    assert found.imports == []


def test_a_type_with_the_text_of_all_objects(type_source: Callable[..., str]) -> None:
    class Bare(Colour):
        __repr__ = object.__repr__

    assert "<" in type_source(Bare())


def test_a_type_may_say_itself_how_it_is_written(
    rendered: Callable[..., Any],
) -> None:
    column = sa.Column("c", Colour())
    found = rendered(ops.AddColumnOp("t", column), user_module_prefix="types.")

    assert "types.Colour(depth=24)" in found.text
    assert found.imports == []


def test_the_prefix_of_sqlalchemy(text_of: Callable[..., str]) -> None:
    op = ops.AddColumnOp("t", sa.Column("c", sa.String(5)))

    assert text_of(op, sqlalchemy_module_prefix="sqla.") == (
        "op.add_column('t', sqla.Column('c', sqla.String(length=5), nullable=True))"
    )
    assert text_of(op, sqlalchemy_module_prefix=None, alembic_module_prefix="") == (
        "add_column('t', Column('c', String(length=5), nullable=True))"
    )


@pytest.mark.skipif(
    not hasattr(postgresql, "DOMAIN"), reason="SQLAlchemy knows no DOMAIN before 2.0"
)
def test_a_domain_is_written_completely(type_source: Callable[..., str]) -> None:
    domain = postgresql.DOMAIN(
        "dom",
        sa.VARCHAR(5),
        collation="C",
        default="x",
        constraint_name="cn",
        not_null=True,
        check="VALUE <> ''",
        schema="sc",
        create_type=False,
    )

    assert type_source(domain, dialect="postgresql") == (
        "postgresql.DOMAIN('dom', sa.VARCHAR(length=5), collation='C', default='x', "
        "constraint_name='cn', not_null=True, check=\"VALUE <> ''\", schema='sc', "
        "create_type=False)"
    )


@pytest.mark.skipif(
    not hasattr(postgresql, "DOMAIN"), reason="SQLAlchemy knows no DOMAIN before 2.0"
)
def test_an_expression_as_the_default_of_a_domain_is_no_string(
    type_source: Callable[..., str],
) -> None:
    domain = postgresql.DOMAIN("d", sa.DateTime(), default=sa.func.now())

    assert type_source(domain, dialect="postgresql") == (
        "postgresql.DOMAIN('d', sa.DateTime(), default=sa.text('now()'))"
    )


@pytest.mark.skipif(
    not hasattr(postgresql, "DOMAIN"), reason="SQLAlchemy knows no DOMAIN before 2.0"
)
def test_a_colon_in_the_check_of_a_domain_is_no_parameter(
    type_source: Callable[..., str],
) -> None:
    domain = postgresql.DOMAIN("d", sa.Text(), check=r"VALUE <> '\:a'")

    assert type_source(domain, dialect="postgresql") == (
        "postgresql.DOMAIN('d', sa.Text(), check=\"VALUE <> '\\\\:a'\")"
    )


@pytest.mark.skipif(not sqla_compat.sqla_2, reason="PickleType(impl=) is of 1.4.20")
def test_the_type_inside_of_a_pickle_type(type_source: Callable[..., str]) -> None:
    assert type_source(sa.PickleType(impl=mysql.LONGBLOB)) == (
        "sa.PickleType(impl=mysql.LONGBLOB())"
    )
    assert type_source(sa.PickleType()) == "sa.PickleType()"


def test_a_dialect_may_render_a_type(
    type_source: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic.ddl.impl import DefaultImpl

    def render_type(self: Any, type_obj: Any, autogen_context: Any) -> Any:
        return "mine.Number()" if isinstance(type_obj, sa.Numeric) else False

    monkeypatch.setattr(DefaultImpl, "render_type", render_type)

    assert type_source(sa.Numeric()) == "mine.Number()"
    assert type_source(sa.String()) == "sa.String()"
