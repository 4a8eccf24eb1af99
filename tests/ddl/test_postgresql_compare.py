"""How PostgreSQL's way of writing things is seen through."""

from __future__ import annotations

from typing import Any, Callable

import pytest
import sqlalchemy as sa

from alembic.ddl.postgresql_compare import (
    bare_expression,
    sequence_of_default,
    without_casts,
)

MakeScript = Callable[..., Any]


@pytest.mark.parametrize(
    ("reported", "model"),
    [
        ("lower((a)::text)", "lower(a)"),
        ("((a + b))", "a + b"),
        ("lower(a) DESC", "lower(a) desc nulls first"),
        ("a ASC", "a"),
        ("a NULLS LAST", "a asc nulls last"),
        ("COALESCE(a, 'x'::character varying)", "coalesce(a, 'x')"),
        ("(a)::numeric(10,2)", "CAST(a AS NUMERIC)"),
        ('t."Mixed"', "Mixed"),
        ("((data ->> 'k'::text))", "data ->> 'k'"),
        ("(b)::timestamp without time zone", "b"),
    ],
)
def test_elements_that_are_the_same(reported: str, model: str) -> None:
    assert bare_expression(reported, "t") == bare_expression(model, "t")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("lower(a)", "upper(a)"),
        ("a desc", "a"),
        ("a desc nulls last", "a desc"),
        ("a + b", "a - b"),
        ("(a) + (b)", "a) + (b"),
    ],
)
def test_elements_that_differ(one: str, other: str) -> None:
    assert bare_expression(one, "t") != bare_expression(other, "t")


def test_casts_are_taken_off() -> None:
    assert without_casts("'a'::character varying(5) || b::int[]") == "'a' || b"


def test_the_sequence_of_a_default() -> None:
    assert sequence_of_default("nextval('s.\"T_id_seq\"'::regclass)") == 's."T_id_seq"'
    assert sequence_of_default("nextval('it''s'::regclass)") == "it's"
    assert sequence_of_default("5") is None


def _index(*elements: Any, **kw: Any) -> Any:
    table = sa.Table(
        "t", sa.MetaData(), sa.Column("a", sa.String), sa.Column("b", sa.Integer)
    )
    made = (
        table.c[element] if element in ("a", "b") else sa.text(element)
        for element in elements
    )
    return sa.Index("ix", *made, _table=table, **kw)


@pytest.mark.parametrize(
    ("model", "database", "message"),
    [
        (("a", "lower(a)"), ("a", "lower((a)::text)"), None),
        (("a",), ("a", "b"), "expression number 2 to 1"),
        (("a", "b"), ("a", "lower(a)"), "expression #2 'lower(a)' to 'b'"),
    ],
)
def test_indexes_with_expressions(
    script: MakeScript, model: Any, database: Any, message: Any
) -> None:
    impl = script("postgresql").impl

    found = impl.compare_indexes(_index(*model), _index(*database))

    if message is None:
        assert found.is_equal
    else:
        assert found.is_different
        assert found.message == message


def test_an_operator_class_cannot_be_compared(script: MakeScript) -> None:
    impl = script("postgresql").impl

    found = impl.compare_indexes(
        _index("lower(a) text_pattern_ops"), _index("lower((a)::text)")
    )

    assert found.is_skip
    assert "operator clause" in found.message


def test_uniqueness_counts(script: MakeScript) -> None:
    found = script("postgresql").impl.compare_indexes(
        _index("a", unique=True), _index("a")
    )

    assert found.message == "unique=False to unique=True"


def test_the_index_of_a_constraint_is_no_index_of_its_own(script: MakeScript) -> None:
    impl = script("postgresql").impl
    plain, doubled = _index("a"), _index("b")
    doubled.info["duplicates_constraint"] = "uq"
    reflected = {plain, doubled}

    impl.correct_for_autogen_constraints(set(), reflected, set(), set())

    assert reflected == {plain}


def test_computed_expressions_are_compared_without_casts(script: MakeScript) -> None:
    impl = script("postgresql").impl

    assert impl._normalize_computed_default(
        "((a)::text || 'x'::text)"
    ) == impl._normalize_computed_default("a || 'x'")


@pytest.mark.parametrize(
    ("default", "found", "differs"),
    [
        ("5", "5", False),
        ("5", "'5'", False),
        (sa.text("5"), "5", False),
        (sa.text("nextval('s')"), "nextval('s'::regclass)", False),
        (sa.text("5"), None, True),
    ],
)
def test_without_a_server_the_text_counts(
    script: MakeScript, default: Any, found: Any, differs: bool
) -> None:
    impl = script("postgresql").impl
    impl.connection = None
    column = sa.Column("a", sa.Integer, server_default=default)
    sa.Table("t", sa.MetaData(), column)
    rendered = str(getattr(default, "text", default))

    assert impl.compare_server_default(column, column, rendered, found) is differs


def test_an_index_of_an_expression_has_it_in_parentheses(script: MakeScript) -> None:
    impl = script("postgresql").impl
    a = sa.column("a", sa.Integer)

    def written(element: Any) -> str:
        return impl.render_ddl_sql_expr(element, is_index=True)

    assert written(a) == "a"
    assert written(sa.func.lower(a)) == "lower(a)"
    assert written(a + 1) == "(a + 1)"
    assert impl.render_ddl_sql_expr(a + 1) == "a + 1"


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("index", {"postgresql_using": "gin"}),
        (
            "unique_constraint",
            {"postgresql_include": [], "postgresql_using": "gin"},
        ),
    ],
)
def test_includes_that_are_none_are_left_out_of_an_index(
    script: MakeScript, kind: str, kept: dict[str, Any]
) -> None:
    impl = script("postgresql").impl
    options = {"postgresql_include": [], "postgresql_using": "gin"}

    found = impl.adjust_reflected_dialect_options({"dialect_options": options}, kind)

    assert found == kept
