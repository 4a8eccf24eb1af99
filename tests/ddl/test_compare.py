"""Is it the same type, default, identity, index, constraint?"""

from __future__ import annotations

from typing import Any, Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, oracle, postgresql

from alembic.ddl._autogen import is_ck_sig, is_fk_sig, is_index_sig, is_uq_sig
from alembic.ddl.impl import ComparisonResult, Params
from alembic.util import sqla_compat

MakeScript = Callable[..., Any]

needs_identity = pytest.mark.skipif(
    not sqla_compat.has_identity, reason="needs Identity of SQLAlchemy 1.4"
)

# What 1.20 finds, from the reference pages.
TYPES = [
    ("sqlite", sa.Integer(), sa.BigInteger(), True),
    ("sqlite", sa.Integer(), sa.String(5), True),
    ("sqlite", sa.String(5), sa.String(10), True),
    ("sqlite", sa.String(5), sa.Text(), True),
    ("sqlite", sa.String(5), sa.CHAR(5), True),
    ("sqlite", sa.String(5), sa.Unicode(5), False),
    ("sqlite", sa.String(5), sa.String(), False),
    ("sqlite", sa.Numeric(10, 2), sa.Numeric(10, 4), True),
    ("sqlite", sa.Numeric(10, 2), sa.Float(), True),
    ("sqlite", sa.Numeric(10, 2), sa.Numeric(10), False),
    ("sqlite", sa.Numeric(10, 2), sa.Numeric(), False),
    ("sqlite", sa.Numeric(10, 2), sa.DECIMAL(10, 2), False),
    ("sqlite", sa.Float(), sa.Float(10), False),
    ("sqlite", sa.Boolean(), sa.Integer(), True),
    ("sqlite", sa.DateTime(), sa.DateTime(timezone=True), False),
    ("sqlite", sa.DateTime(), sa.Date(), True),
    ("postgresql", sa.DateTime(), sa.TIMESTAMP(), False),
    ("postgresql", sa.DateTime(), sa.DateTime(timezone=True), True),
    ("postgresql", postgresql.DOUBLE_PRECISION(), sa.Float(), False),
    ("postgresql", postgresql.JSON(), postgresql.JSONB(), True),
    ("postgresql", postgresql.TIMESTAMP(precision=3), sa.TIMESTAMP(), False),
    (
        "postgresql",
        postgresql.TIMESTAMP(precision=3),
        postgresql.TIMESTAMP(precision=6),
        True,
    ),
    (
        "postgresql",
        postgresql.ARRAY(sa.String(5)),
        postgresql.ARRAY(sa.String(9)),
        True,
    ),
    ("mysql", mysql.TINYINT(1), sa.Boolean(), False),
    ("mysql", mysql.LONGTEXT(), sa.JSON(), False),
    ("mysql", sa.Text(), mysql.LONGTEXT(), True),
    ("mysql", mysql.INTEGER(), mysql.INTEGER(unsigned=True), True),
    ("mysql", mysql.SET("a", "b,)c"), mysql.SET("a", "b,)c"), False),
    ("mysql", mysql.SET("a", "b,)c"), mysql.SET("a", "b,)d"), True),
    (
        "mysql",
        mysql.VARCHAR(5, collation="utf8mb4_bin"),
        mysql.VARCHAR(5, collation="utf8mb4_general_ci"),
        True,
    ),
    ("mysql", mysql.VARCHAR(5, collation="utf8mb4_bin"), mysql.VARCHAR(5), False),
    ("mssql", sa.VARCHAR(5), sa.NVARCHAR(5), False),
    ("oracle", oracle.NUMBER(), sa.SmallInteger(), False),
    ("oracle", sa.VARCHAR(5), oracle.VARCHAR2(5), False),
]


@pytest.mark.parametrize(("name", "found", "wanted", "differs"), TYPES)
def test_types(
    script: MakeScript, name: str, found: Any, wanted: Any, differs: bool
) -> None:
    impl = script(name).impl

    assert impl.compare_type(sa.Column("c", found), sa.Column("c", wanted)) is differs


def test_a_type_taken_apart(script: MakeScript) -> None:
    impl = script("mysql").impl

    def params(type_: Any) -> Params:
        return impl._tokenize_column_type(sa.Column("c", type_))

    assert params(sa.Numeric(10, 2)) == Params("numeric", [], ["10", "2"], {})
    assert params(mysql.INTEGER(unsigned=True)) == Params(
        "integer", ["unsigned"], [], {}
    )
    assert params(mysql.ENUM("a,b", "it's)")) == Params(
        "enum", [], ["'a,b'", "'it''s)'"], {}
    )


def test_defaults_are_compared_by_their_text(script: MakeScript) -> None:
    impl = script("default").impl
    column = sa.Column("c", sa.Integer)

    assert impl.compare_server_default(column, column, "5", "5") is False
    assert impl.compare_server_default(column, column, "5", None) is True


def test_computed_expressions_have_a_crude_normal_form(script: MakeScript) -> None:
    impl = script("default").impl

    assert impl._normalize_computed_default("(\"A\" +\n [b])*'x'") == "a+b*x"


@needs_identity
@pytest.mark.parametrize(
    ("wanted", "found", "result"),
    [
        ({}, {}, (set(), set(), False)),
        ({"always": True}, {}, ({"always"}, set(), True)),
        ({}, {"always": True}, ({"always"}, set(), True)),
        ({}, {"start": 1, "increment": 1}, (set(), {"start", "increment"}, False)),
        ({"start": 3}, {"start": 1}, ({"start"}, set(), True)),
    ],
)
def test_identities(script: MakeScript, wanted: Any, found: Any, result: Any) -> None:
    impl = script("postgresql").impl

    identities = (sqla_compat.identity_with(**kw) for kw in (wanted, found))

    assert impl._compare_identity_default(*identities) == result


@needs_identity
def test_an_identity_that_is_not_there_differs(script: MakeScript) -> None:
    impl = script("postgresql").impl
    identity = sqla_compat.identity_with(start=3)

    assert impl._compare_identity_default(identity, None)[2] is True
    assert impl._compare_identity_default(None, identity)[2] is True
    assert impl._compare_identity_default(None, None)[2] is False


def _table(*items: Any, name: str = "t") -> Any:
    return sa.Table(
        name,
        sa.MetaData(),
        sa.Column("a", sa.Integer),
        sa.Column("b", sa.Integer),
        *items,
    )


def _index(*elements: Any, **kw: Any) -> Any:
    index = sa.Index("ix", *elements, **kw)
    _table(index)
    return index


def test_indexes(script: MakeScript) -> None:
    impl = script("default").impl

    same = impl.compare_indexes(_index("a", "b"), _index("a", "b"))
    other = impl.compare_indexes(_index("b", "a", unique=True), _index("a", "b"))

    assert same.is_equal
    assert other.is_different
    assert other.message == (
        "unique=False to unique=True, expression ('a', 'b') to ('b', 'a')"
    )


def test_unique_constraints_mind_the_order(script: MakeScript) -> None:
    impl = script("default").impl

    def made(*columns: str) -> Any:
        constraint = sa.UniqueConstraint(*columns, name="uq")
        _table(constraint)
        return constraint

    assert impl.compare_unique_constraint(made("a", "b"), made("a", "b")).is_equal
    assert impl.compare_unique_constraint(made("a", "b"), made("b", "a")).is_different
    found = impl.compare_unique_constraint(made("a", "b"), made("a"))
    assert found == ComparisonResult.Different("expression ('a',) to ('a', 'b')")


def test_check_constraints_of_one_name_are_equal(script: MakeScript) -> None:
    impl = script("default").impl
    checks = [sa.CheckConstraint(text, name="ck") for text in ("a > 1", "a > 2")]
    for check in checks:
        _table(check)

    assert impl.compare_check_constraint(*checks).is_equal


def _foreign_key(**options: Any) -> Any:
    metadata = sa.MetaData()
    sa.Table("o", metadata, sa.Column("id", sa.Integer), schema="s")
    key = sa.ForeignKeyConstraint(["a"], ["s.o.id"], **options)
    sa.Table("t", metadata, sa.Column("a", sa.Integer), key)
    return key


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ({}, {"name": "x"}, True),
        ({"ondelete": "CASCADE"}, {"ondelete": "cascade"}, True),
        ({"ondelete": "NO ACTION"}, {}, True),
        ({"ondelete": "CASCADE"}, {}, False),
        ({"deferrable": True}, {}, False),
        ({"deferrable": True}, {"deferrable": True, "initially": "DEFERRED"}, False),
        ({"deferrable": False}, {}, True),
    ],
)
def test_foreign_keys(script: MakeScript, one: Any, other: Any, equal: bool) -> None:
    impl = script("default").impl
    keys = [_foreign_key(**options) for options in (one, other)]

    with_options = [
        impl._create_metadata_constraint_sig(key, include_options=True) for key in keys
    ]
    without = [impl._create_reflected_constraint_sig(key) for key in keys]

    assert (with_options[0] == with_options[1]) is equal
    assert without[0] == without[1]
    assert without[0].unnamed == (None, "t", ("a",), "s", "o", ("id",))


def test_signatures_say_what_they_are_of(script: MakeScript) -> None:
    impl = script("default").impl
    check, unique = sa.CheckConstraint("a > 1"), sa.UniqueConstraint("a", name="uq")
    _table(check, unique)
    questions = (is_index_sig, is_uq_sig, is_fk_sig, is_ck_sig)

    for position, item in enumerate((_index("a"), unique, _foreign_key(), check)):
        signature = impl._create_metadata_constraint_sig(item)
        assert [ask(signature) for ask in questions].index(True) == position
    assert impl._create_metadata_constraint_sig(unique).name == "uq"


def test_indexes_over_expressions_are_left_out_with_a_warning(
    script: MakeScript,
) -> None:
    impl = script("sqlite").impl
    plain = _index("a")
    functional = sa.Index("fx", sa.func.lower(_table().c.a))
    reflected = sa.Index("fx", _table().c.a)
    of_model, of_database = {plain, functional}, {reflected}

    with pytest.warns(
        UserWarning, match="expression-based index 'fx'; dialect 'sqlite'"
    ):
        impl._skip_functional_indexes(of_model, of_database)

    assert of_model == {plain}
    assert of_database == set()


def test_verdicts() -> None:
    assert ComparisonResult.Equal().is_equal
    assert ComparisonResult.Different(["a", "b"]).message == "a, b"
    assert ComparisonResult.Skip("why").is_skip


def test_an_expression_as_text(script: MakeScript) -> None:
    impl = script("postgresql").impl
    table = _table()

    assert impl.render_ddl_sql_expr(table.c.a > 5) == "a > 5"
    assert impl.render_ddl_sql_expr(sa.text("'100%'")) == "'100%'"


def test_what_a_listener_is_told(script: MakeScript) -> None:
    seen = []
    impl = script("default").impl
    impl.autogen_column_reflect = lambda *args: seen.append(args)

    impl._compat_autogen_column_reflect("inspector")("table", {"name": "c"})

    assert seen == [("inspector", "table", {"name": "c"})]
    assert impl.adjust_reflected_dialect_options({"dialect_options": {"x": 1}}, "index")
    assert impl.adjust_reflected_dialect_options({}, "index") == {}
    assert impl.render_type(sa.Integer(), None) is False


@pytest.mark.parametrize("name", ["sqlite", "oracle"])
@pytest.mark.parametrize(
    ("wanted", "found", "differs"),
    [
        ("5", "'5'", False),
        ("(5)", "5", False),
        ("'x'", "x", False),
        ("it's", "'it''s'", False),
        ("(1) + (2)", "1) + (2", True),
        ("(')')", "')'", False),
        ("5", None, True),
        (None, None, False),
        ("'a'", "'b'", True),
    ],
)
def test_defaults_without_their_wrapping(
    script: MakeScript, name: str, wanted: Any, found: Any, differs: bool
) -> None:
    column = sa.Column("c", sa.Integer)

    assert (
        script(name).impl.compare_server_default(column, column, wanted, found)
        is differs
    )


def test_sql_server_wraps_defaults_twice(script: MakeScript) -> None:
    impl = script("mssql").impl
    column = sa.Column("c", sa.Integer)

    assert not impl.compare_server_default(column, column, "'5'", "((5))")
    assert impl.compare_server_default(column, column, "'5'", "((6))")
    assert impl.compare_server_default(column, column, None, "((6))")


def test_sql_server_reports_includes_that_are_none(script: MakeScript) -> None:
    impl = script("mssql").impl
    options = {"mssql_include": [], "mssql_clustered": True}

    assert impl.adjust_reflected_dialect_options(
        {"dialect_options": options}, "index"
    ) == {"mssql_clustered": True}


@pytest.mark.parametrize(
    ("default", "written"),
    [
        ("CURRENT_TIMESTAMP", "(CURRENT_TIMESTAMP)"),
        ("1 + 1", "(1 + 1)"),
        ("(1 + 1)", "(1 + 1)"),
        ("(1) + (2)", "((1) + (2))"),
        ("'it''s'", "'it''s'"),
        ("''", "('')"),
        ("'a' || 'b'", "('a' || 'b')"),
        ("x'00ff'", "(x'00ff')"),
        ('"old"', '"old"'),
        ("5", "5"),
        ("-12.5e3", "(-12.5e3)"),
        ("", ""),
    ],
)
def test_sqlite_wants_expressions_in_parentheses(
    script: MakeScript, default: str, written: str
) -> None:
    impl = script("sqlite").impl
    reflected = {"name": "c", "default": default}

    impl.autogen_column_reflect(None, None, reflected)

    assert reflected["default"] == written
    assert impl.render_ddl_sql_expr(sa.text(default), is_server_default=True) == written
    assert impl.render_ddl_sql_expr(sa.text(default)) == default


def test_a_default_that_is_none_stays_none(script: MakeScript) -> None:
    reflected = {"name": "c", "default": None}

    script("sqlite").impl.autogen_column_reflect(None, None, reflected)

    assert reflected["default"] is None


def test_sqlite_compares_no_indexes_over_expressions(script: MakeScript) -> None:
    functional = sa.Index("fx", sa.func.lower(_table().c.a))
    of_model = {functional}

    with pytest.warns(UserWarning, match="expression-based index 'fx'"):
        script("sqlite").impl.correct_for_autogen_constraints(
            set(), set(), set(), of_model
        )

    assert of_model == set()


@pytest.mark.parametrize(
    ("found", "wanted", "differs"),
    [
        (mysql.ENUM("a", "b"), sa.Enum("b", "a"), False),
        (mysql.ENUM("a", "b"), mysql.ENUM("a", "b", "c"), True),
        (mysql.ENUM("a", "b"), sa.String(1), True),
    ],
)
def test_the_order_of_an_enum_does_not_count(
    script: MakeScript, found: Any, wanted: Any, differs: bool
) -> None:
    impl = script("mysql").impl

    assert impl.compare_type(sa.Column("c", found), sa.Column("c", wanted)) is differs


@pytest.mark.parametrize(
    ("type_", "wanted", "found", "differs"),
    [
        (sa.Integer(), "5", "'5'", False),
        (sa.Integer(), "(5)", "5", False),
        (sa.Integer(), "5", "6", True),
        (sa.String(5), "x", "'x'", False),
        (sa.String(5), "it's", "'it''s'", False),
        (sa.String(5), "x", None, True),
        (sa.DateTime(), "CURRENT_TIMESTAMP", "current_timestamp()", False),
        (
            sa.TIMESTAMP(),
            "now() ON UPDATE now()",
            "(now()) on update now()",
            False,
        ),
        (sa.TIMESTAMP(), "now()", "now() on update now()", True),
    ],
)
def test_mysql_writes_defaults_its_own_way(
    script: MakeScript, type_: Any, wanted: Any, found: Any, differs: bool
) -> None:
    impl = script("mysql").impl
    column = sa.Column("c", type_)

    assert impl.compare_server_default(column, column, wanted, found) is differs


def test_mysql_gives_a_zero_to_an_integer_key(script: MakeScript) -> None:
    impl = script("mysql").impl
    key = sa.Column("c", sa.Integer, primary_key=True, autoincrement=False)

    assert not impl.compare_server_default(key, key, None, "'0'")
    assert impl.compare_server_default(key, key, None, "'1'")


def _keyed_table(*indexes: Any) -> Any:
    metadata = sa.MetaData()
    sa.Table("o", metadata, sa.Column("id", sa.Integer))
    table = sa.Table(
        "t",
        metadata,
        sa.Column("a", sa.Integer),
        sa.ForeignKeyConstraint(["a"], ["o.id"], name="fk"),
    )
    return [sa.Index(name, table.c.a, unique=unique) for name, unique in indexes]


def test_mysql_makes_an_index_for_each_foreign_key(script: MakeScript) -> None:
    impl = script("mysql").impl
    by_key, by_column, own, unique = _keyed_table(
        ("fk", False), ("a", False), ("mine", False), ("fk_u", True)
    )
    reflected = {by_key, by_column, own, unique}

    impl.correct_for_autogen_constraints(set(), reflected, set(), set())

    assert reflected == {own, unique}


def test_an_index_that_the_model_names_is_kept(script: MakeScript) -> None:
    impl = script("mysql").impl
    (reflected,) = _keyed_table(("fk", False))
    (declared,) = _keyed_table(("fk", False))
    of_database, of_model = {reflected}, {declared}

    impl.correct_for_autogen_constraints(set(), of_database, set(), of_model)

    assert (of_database, of_model) == ({reflected}, {declared})


def test_restrict_is_what_mysql_does_anyway(script: MakeScript) -> None:
    impl = script("mysql").impl
    declared = _foreign_key(ondelete="RESTRICT", onupdate="CASCADE")
    reflected = _foreign_key(onupdate="CASCADE")

    impl.correct_for_autogen_foreignkeys({reflected}, {declared})

    signatures = [
        impl._create_metadata_constraint_sig(key, include_options=True)
        for key in (declared, reflected)
    ]
    assert signatures[0] == signatures[1]


def test_mysql_wants_index_expressions_in_parentheses(script: MakeScript) -> None:
    impl = script("mysql").impl
    a = sa.column("a")

    assert impl.render_ddl_sql_expr(sa.func.lower(a), is_index=True) == "(lower(a))"
    assert impl.render_ddl_sql_expr(a, is_index=True) == "a"
