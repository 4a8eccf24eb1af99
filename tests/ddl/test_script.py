"""Statements as text: terminators, layout, values."""

from __future__ import annotations

import datetime
import decimal
import enum
import io
import json
import sqlite3
import tracemalloc
from typing import Any, Callable, ClassVar

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import CompileError

from alembic.ddl.impl import DefaultImpl, _impls
from alembic.ddl.script import spaces_for_tabs, terminated
from alembic.ddl.sqlite import SQLiteLiterals
from alembic.util import sqla_compat
from alembic.util.exc import CommandError

MakeScript = Callable[..., Any]

UTC = datetime.timezone.utc

needs_1_4 = pytest.mark.skipif(
    not sqla_compat.sqla_1_4, reason="SQLAlchemy 1.3 cannot write this"
)


# -- terminators -------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("select 1", "select 1;"),
        ("  select 1\n", "select 1;"),
        ("select 1;", "select 1;"),
        ("select 1 ;  \n", "select 1 ;"),
        ("select 1; -- done", "select 1; -- done"),
        ("select 1 -- done", "select 1 -- done\n;"),
        ("select 1 /* done */", "select 1 /* done */;"),
        ("select '--'", "select '--';"),
        ("select 'a -- b' as x", "select 'a -- b' as x;"),
        ('select "--;"', 'select "--;";'),
        ("-- nothing but words", "-- nothing but words"),
        ("/* a */ -- b", "/* a */ -- b"),
        ("", ""),
        ("do $$ begin -- x\n end $$", "do $$ begin -- x\n end $$;"),
        ("select 'it''s -- here'", "select 'it''s -- here';"),
    ],
)
def test_a_statement_ends_with_exactly_one_terminator(given: str, printed: str) -> None:
    assert terminated(given, ";") == printed


def test_a_database_without_terminator_gets_none() -> None:
    assert terminated("begin x; end;\n", "") == "begin x; end;"


def test_tabs_are_layout_outside_of_quotes_only() -> None:
    text = "CREATE TABLE t (\n\ta TEXT DEFAULT 'x\ty''\t', \n\t\"b\tc\" INTEGER)"

    assert spaces_for_tabs(text) == (
        "CREATE TABLE t (\n    a TEXT DEFAULT 'x\ty''\t', \n    \"b\tc\" INTEGER)"
    )


def test_create_table_is_laid_out_with_four_spaces(script: MakeScript) -> None:
    printed = script("sqlite")
    table = sa.Table(
        "t", sa.MetaData(), sa.Column("a", sa.String(5), server_default="x\ty")
    )

    printed.impl.create_table(table)

    assert printed.text == "CREATE TABLE t (\n    a VARCHAR(5) DEFAULT 'x\ty'\n);\n\n"


def test_a_tab_in_a_statement_of_the_author_stays(script: MakeScript) -> None:
    printed = script("sqlite")

    printed.impl.execute("UPDATE t\tSET a = 'x\ty'")
    printed.impl.execute(sa.DDL("CREATE VIEW v AS\n\tSELECT 1"))

    assert printed.text == (
        "UPDATE t\tSET a = 'x\ty';\n\nCREATE VIEW v AS\n\tSELECT 1;\n\n"
    )


# -- percent signs, colons, parameters ---------------------------------------


@pytest.mark.parametrize(
    "name", ["default", "sqlite", "postgresql", "mysql", "mssql", "oracle"]
)
def test_a_percent_sign_is_printed_once(script: MakeScript, name: str) -> None:
    printed = script(name)
    t = sa.table("t%", sa.column("a", sa.String))

    printed.impl.execute("SELECT 'x%y' LIKE '%%'")
    printed.impl.bulk_insert(t, [{"a": "100%"}])
    printed.impl.execute(t.update().values(a="5%"))

    assert "SELECT 'x%y' LIKE '%%'" in printed.text
    assert "'100%'" in printed.text
    assert "'5%'" in printed.text
    assert printed.text.count("%") == 5 + printed.text.count("t%")


def test_printing_leaves_the_dialect_as_it_was(script: MakeScript) -> None:
    printed = script("postgresql")
    dialect = printed.impl.dialect
    literal = sa.literal("100%")

    printed.impl.execute("SELECT '%'")

    compiled = literal.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    assert str(compiled) == "'100%%'"


def test_values_are_written_into_the_statement(script: MakeScript) -> None:
    printed = script("postgresql")

    printed.impl.execute(
        sa.text("UPDATE t SET a = :v WHERE b = :w").bindparams(v="it's", w=5)
    )

    assert printed.text == "UPDATE t SET a = 'it''s' WHERE b = 5;\n\n"


def test_a_parameter_without_value_is_an_error_that_names_it(
    script: MakeScript,
) -> None:
    printed = script("sqlite")

    with pytest.raises(CommandError, match="Parameter 'nobody' has no value"):
        printed.impl.execute(sa.text("UPDATE t SET a = :nobody"))

    assert printed.text == ""


def test_null_is_a_value(script: MakeScript) -> None:
    printed = script("sqlite")
    t = sa.table("t", sa.column("a", sa.Integer))

    printed.impl.execute(sa.text("UPDATE t SET a = :v").bindparams(v=None))
    printed.impl.execute(t.update().values(a=None))

    assert printed.statements == ["UPDATE t SET a = NULL", "UPDATE t SET a=NULL"]


def test_an_escaped_colon_is_a_colon(script: MakeScript) -> None:
    printed = script("sqlite")

    printed.impl.execute("SELECT '\\:x'")

    assert printed.text == "SELECT ':x';\n\n"


@pytest.mark.parametrize("value", ["\\:", "a\\:b", "\\:a:b", "\\\\:x\\", ":x \\::y"])
def test_a_backslash_before_a_colon_is_kept_in_a_value(
    script: MakeScript, value: str
) -> None:
    printed = script("sqlite")

    printed.impl.execute(sa.text("SELECT :v").bindparams(v=value))

    assert printed.text == f"SELECT '{value}';\n\n"


@pytest.mark.parametrize("name", ["sqlite", "postgresql", "mssql", "oracle"])
def test_an_insert_brings_no_returning(script: MakeScript, name: str) -> None:
    printed = script(name)
    table = sa.Table(
        "t", sa.MetaData(), sa.Column("id", sa.String(5), primary_key=True)
    )

    printed.impl.execute(table.insert().values(id="a"))

    assert printed.statements[0] == "INSERT INTO t (id) VALUES ('a')"


def test_parameters_beside_the_statement_are_refused(script: MakeScript) -> None:
    printed = script("sqlite")

    with pytest.raises(TypeError, match="SQL parameters not allowed with as_sql"):
        printed.impl._exec("SELECT :a", params={"a": 1})
    with pytest.raises(TypeError, match="SQL parameters not allowed with as_sql"):
        printed.impl._exec("SELECT :a", multiparams=[{"a": 1}])
    with pytest.raises(TypeError, match="params and multiparams at the same time"):
        printed.impl._exec("SELECT :a", multiparams=[{"a": 1}], params={"a": 1})


def test_what_cannot_be_executed_is_named(script: MakeScript) -> None:
    with pytest.raises(CommandError, match="5 of class int cannot be executed"):
        script("sqlite").impl.execute(5)


# -- values ------------------------------------------------------------------


class Colour(enum.Enum):
    RED = "r"
    BLUE = "b"


NOON = datetime.datetime(2020, 2, 29, 12, 30, 15, 250)


class OrNothing(sa.types.TypeDecorator):  # type: ignore[type-arg]
    """Keeps what is empty as NULL."""

    impl = sa.LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return value or None


class JSONOrNothing(OrNothing):
    impl = sa.JSON


VALUES = [
    (sa.String(), "it's \\ 100% :x ?\t\n\"é☃"),
    (sa.Text(), ""),
    (sa.Unicode(), "ü'"),
    (sa.Integer(), -5),
    (sa.BigInteger(), 2**40),
    (sa.Float(), 1.5e-7),
    (sa.Numeric(10, 2), decimal.Decimal("1.20")),
    (sa.Boolean(), True),
    (sa.Boolean(), False),
    (sa.Date(), NOON.date()),
    (sa.DateTime(), NOON),
    (sa.Time(), NOON.time()),
    (sa.Interval(), datetime.timedelta(days=3, seconds=7, microseconds=5)),
    (sa.LargeBinary(), bytes(range(256))),
    (sa.PickleType(), {"a": (1, 2)}),
    (sa.JSON(), {"a": ["it's", None, "%\\", 1.5]}),
    (sa.JSON(), None),
    (sa.JSON(none_as_null=True), None),
    (sa.JSON(none_as_null=True), sa.JSON.NULL),
    (sa.JSON(), [1, "two"]),
    (JSONOrNothing(none_as_null=True), {}),
    (OrNothing(), b""),
    (OrNothing(), b"some"),
    (sa.Enum(Colour), Colour.BLUE),
    (sa.Enum("a'b", "c", name="e"), "a'b"),
    (sa.String(), None),
]


def _columns() -> Any:
    return [sa.Column(f"c{index}", type_) for index, (type_, _) in enumerate(VALUES)]


def test_a_script_stores_what_the_online_run_stores(
    script: MakeScript, live: Any
) -> None:
    row = {f"c{index}": value for index, (_, value) in enumerate(VALUES)}
    printed = script("sqlite")
    table = sa.Table("t", sa.MetaData(), *_columns())

    for impl in (printed.impl, live.impl):
        impl.create_table(table)
        impl.bulk_insert(table, [row])

    by_script = sqlite3.connect(":memory:")
    by_script.executescript(printed.text)
    assert [tuple(r) for r in by_script.execute("SELECT * FROM t")] == live.rows(
        "SELECT * FROM t"
    )
    by_script.close()


def test_values_of_columns_without_a_type_go_by_their_class(
    script: MakeScript,
) -> None:
    printed = script("sqlite")
    t = sa.table("t", *(sa.column(name) for name in "abcdef"))

    printed.impl.bulk_insert(
        t,
        [
            {
                "a": 1,
                "b": "x",
                "c": b"\x01",
                "d": datetime.date(2020, 1, 2),
                "e": True,
                "f": decimal.Decimal("2.50"),
            }
        ],
    )

    assert printed.text == (
        "INSERT INTO t (a, b, c, d, e, f) "
        "VALUES (1, 'x', X'01', '2020-01-02', 1, 2.50);\n\n"
    )


def test_a_value_of_the_wrong_class_is_written_as_it_would_be_sent(
    script: MakeScript,
) -> None:
    printed = script("sqlite")
    t = sa.table("t", sa.column("a", sa.Integer))

    printed.impl.bulk_insert(t, [{"a": "no number"}, {"a": True}, {"a": 7}])

    assert printed.statements == [
        "INSERT INTO t (a) VALUES ('no number')",
        "INSERT INTO t (a) VALUES (1)",
        "INSERT INTO t (a) VALUES (7)",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sqlite", 1 + 2j),
        ("mysql", float("nan")),
        ("mysql", decimal.Decimal("Infinity")),
        ("mysql", [1, 2]),
        ("mssql", datetime.timedelta(days=1)),
    ],
)
def test_a_value_without_a_form_is_an_error_that_shows_it(
    script: MakeScript, name: str, value: Any
) -> None:
    t = sa.table("t", sa.column("a"))
    said = f"class {type(value).__name__} cannot be written as SQL text for {name}"

    with pytest.raises(CommandError, match=said):
        script(name).impl.bulk_insert(t, [{"a": value}])


def test_an_unknown_member_of_an_enum_is_an_error(script: MakeScript) -> None:
    t = sa.table("t", sa.column("a", sa.Enum("a", "b", validate_strings=True)))

    with pytest.raises(CommandError, match="'green'"):
        script("sqlite").impl.bulk_insert(t, [{"a": "green"}])


def test_sqlite_knows_infinity_but_no_nan(script: MakeScript) -> None:
    printed = script("sqlite")
    t = sa.table("t", sa.column("a", sa.Float))

    printed.impl.bulk_insert(
        t, [{"a": float("inf")}, {"a": float("-inf")}, {"a": float("nan")}]
    )

    assert [s.rpartition("(")[2] for s in printed.statements] == [
        "9e999)",
        "-9e999)",
        "NULL)",
    ]


@pytest.mark.parametrize(
    ("name", "value", "printed"),
    [
        ("postgresql", b"\x00\xff", "'\\x00ff'::bytea"),
        ("mysql", b"\x00\xff", "X'00ff'"),
        ("mssql", b"\x00\xff", "0x00ff"),
        ("oracle", b"\x00\xff", "HEXTORAW('00ff')"),
        ("postgresql", float("nan"), "'NaN'::float8"),
        ("postgresql", decimal.Decimal("NaN"), "'NaN'::numeric"),
        ("sqlite", decimal.Decimal("-Infinity"), "-9e999"),
        ("postgresql", "back\\slash", "'back\\slash'"),
        ("mysql", "back\\slash", "'back\\\\slash'"),
        (
            "mysql",
            NOON.replace(tzinfo=datetime.timezone.utc),
            "'2020-02-29 12:30:15.000250'",
        ),
        ("postgresql", True, "true"),
        ("mssql", False, "0"),
        ("postgresql", [], "'{}'"),
        ("postgresql", [1, None], "ARRAY[1, NULL]"),
        ("postgresql", [[1], [2]], "ARRAY[[1], [2]]"),
        (
            "postgresql",
            datetime.timedelta(days=1, seconds=2, microseconds=3),
            "'1 days 2.000003 seconds'::interval",
        ),
        (
            "oracle",
            datetime.timedelta(seconds=2),
            "NUMTODSINTERVAL(2.0, 'SECOND')",
        ),
    ],
)
def test_each_database_has_its_own_forms(
    script: MakeScript, name: str, value: Any, printed: str
) -> None:
    found = script(name, context_opts={"mssql_batch_separator": ""})

    found.impl.execute(sa.table("t", sa.column("a")).update().values(a=value))

    assert found.statements[0] == f"UPDATE t SET a={printed}"


# A type that puts a function around its values, as geometry types do.
class Hexed(sa.types.TypeDecorator):  # type: ignore[type-arg]
    impl = sa.String
    cache_ok = True

    def bind_expression(self, bindparam: Any) -> Any:
        return sa.func.hex(bindparam, type_=self)


class Upper(sa.types.TypeDecorator):  # type: ignore[type-arg]
    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return value.upper()


class Lines(sa.types.TypeDecorator):  # type: ignore[type-arg]
    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return value.splitlines()


def test_types_that_change_their_values_do_so_in_a_script(
    script: MakeScript,
) -> None:
    printed = script("sqlite")
    t = sa.table(
        "t", sa.column("a", Hexed), sa.column("b", Upper), sa.column("c", Lines)
    )

    printed.impl.bulk_insert(t, [{"a": "x", "b": "y", "c": "1\n2"}])

    assert printed.text == (
        "INSERT INTO t (a, b, c) VALUES (hex('x'), 'Y', '[\"1\", \"2\"]');\n\n"
    )


# -- many rows ---------------------------------------------------------------


class Backslashed(sa.types.TypeDecorator):  # type: ignore[type-arg]
    """What a dialect puts in the place of String, to write quotes in its own way."""

    impl = sa.String
    cache_ok = True

    def process_literal_param(self, value: Any, dialect: Any) -> str:
        return "'" + value.replace("'", "\\'") + "'"

    def literal_processor(self, dialect: Any) -> Any:
        return lambda value: self.process_literal_param(value, dialect)


class DecoratingDialect(DefaultDialect):
    colspecs: ClassVar[Any] = {sa.String: Backslashed}


def test_a_dialect_may_decorate_the_types_of_sqlalchemy(script: MakeScript) -> None:
    made = script("default", dialect=DecoratingDialect())
    column = sa.Column("c", sa.String(9), server_default="it's")

    made.impl.add_column("t", column)
    made.impl.bulk_insert(sa.table("t", sa.column("c", sa.String)), [{"c": "it's"}])

    added, inserted = made.statements
    assert added.endswith("DEFAULT 'it\\'s'")
    assert inserted.endswith("VALUES ('it\\'s')")


def test_rows_without_end_are_printed_one_by_one(script: MakeScript) -> None:
    printed = script("sqlite")
    t = sa.table("t", sa.column("a", sa.Integer), sa.column("b", sa.String))
    rows = [
        {"a": i, "b": f"it's \0{i}" if i == 3 else f"it's {i}"} for i in range(2500)
    ]

    printed.impl.bulk_insert(t, rows)

    lines = printed.text.split("\n\n")
    assert lines[2499:] == [
        "INSERT INTO t (a, b) VALUES (2499, 'it''s 2499');",
        "",
    ]
    assert lines[3] == "INSERT INTO t (a, b) VALUES (3, 'it''s \x003');"


@pytest.mark.parametrize("name", ["sqlite", "postgresql", "mysql", "mssql", "oracle"])
@pytest.mark.parametrize(
    ("type_", "values"),
    [
        (sa.Date(), [datetime.date(2020, 2, 29), None]),
        (sa.DateTime(), [datetime.datetime(2020, 2, 29, 1, 2, 3, 4), None]),
        (sa.DateTime(), [None, None]),
        (sa.DateTime(), [datetime.datetime(999, 1, 2, 3, 4, tzinfo=UTC), None]),
        (sa.Date(), [datetime.date(999, 1, 2), datetime.datetime(2020, 2, 29, 1)]),
        (sqlite.DATETIME(truncate_microseconds=True), [datetime.datetime(999, 1, 2)]),
        (sqlite.DATE(storage_format="%(month)02d/%(year)d"), [datetime.date(9, 1, 2)]),
        (sa.Boolean(), [True, None, False]),
        (sa.Numeric(9, 2), [decimal.Decimal("1.50"), None, 2, 2.5]),
        (sa.Numeric(9, 2), [decimal.Decimal("1.50"), decimal.Decimal(2)]),
        (sa.Float(), [1.5, None, 2]),
        (sa.Integer(), [1, None, 2]),
        (sa.Integer(), [1, "x"]),
        (sa.String(9), ["it's", None, "\\", "100%"]),
        (sa.String(9), ["a\0b", None, 5]),
        (sa.JSON(), [{"a": None}, None]),
    ],
)
def test_many_rows_are_written_as_single_ones_are(
    script: MakeScript, name: str, type_: Any, values: list[Any]
) -> None:
    table = sa.table("t", sa.column("a", type_))
    many, single = script(name), script(name)

    many.impl.bulk_insert(table, [{"a": value} for value in values])
    for value in values:
        single.impl.execute(table.insert().values(a=value))

    written = [each for each in many.statements if "IDENTITY_INSERT" not in each]
    assert [each for each in written if each != "GO"] == [
        each for each in single.statements if each != "GO"
    ]


class Weekday(datetime.date):
    """A date with another text."""

    def isoformat(self) -> str:
        """Return the name of the day."""
        return self.strftime("%A")


def test_moments_are_written_into_scripts_of_sqlite_as_into_the_database(
    script: MakeScript,
) -> None:
    table = sa.table("t", sa.column("a", sa.DateTime), sa.column("b", sa.Date))
    at = datetime.datetime(999, 1, 2, 3, 4, tzinfo=UTC)
    printed = script("sqlite")

    printed.impl.bulk_insert(table, [{"a": at, "b": Weekday(2020, 2, 29)}])

    assert printed.text == (
        "INSERT INTO t (a, b) VALUES ('0999-01-02 03:04:00.000000', '2020-02-29');\n\n"
    )


@pytest.mark.parametrize(
    ("type_", "found"),
    [
        (sa.Date(), datetime.date),
        (sa.DateTime(), datetime.datetime),
        (sa.Time(), None),
        (sqlite.DATETIME(truncate_microseconds=True), None),
        (sqlite.DATE(storage_format="%(year)d-%(month)02d-%(day)02d"), None),
    ],
)
def test_the_usual_form_of_moments_in_sqlite_is_recognised(
    type_: Any, found: type | None
) -> None:
    assert SQLiteLiterals(sqlite.dialect()).iso_class(type_) is found


def test_rows_may_differ_in_their_columns(script: MakeScript, live: Any) -> None:
    printed = script("sqlite")
    table = sa.Table(
        "t", sa.MetaData(), sa.Column("a", sa.Integer), sa.Column("b", sa.Integer)
    )
    rows = [{"a": 1}, {"a": 2, "b": 3}, {"b": 4, "a": 5}, {"b": 6}]

    printed.impl.bulk_insert(table, rows)
    live.impl.create_table(table)
    live.impl.bulk_insert(table, rows)

    assert printed.statements == [
        "INSERT INTO t (a) VALUES (1)",
        "INSERT INTO t (a, b) VALUES (2, 3)",
        "INSERT INTO t (a, b) VALUES (5, 4)",
        "INSERT INTO t (b) VALUES (6)",
    ]
    assert live.rows("SELECT a, b FROM t") == [(1, None), (2, 3), (5, 4), (None, 6)]


def test_a_row_may_hold_expressions(script: MakeScript) -> None:
    printed = script("sqlite")
    t = sa.table("t", sa.column("a", sa.Integer), sa.column("b", sa.Date))
    literal = sqla_compat.InlineLiteral("2020-01-01")

    printed.impl.bulk_insert(
        t, [{"a": 1, "b": literal}, {"a": sa.func.abs(-2), "b": None}]
    )

    assert printed.statements == [
        "INSERT INTO t (a, b) VALUES (1, '2020-01-01')",
        "INSERT INTO t (a, b) VALUES (abs(-2), NULL)",
    ]


def test_defaults_of_the_model_fill_the_columns_left_out(
    script: MakeScript, live: Any
) -> None:
    numbers = iter(range(1, 9))
    table = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("a", sa.Integer),
        sa.Column("b", sa.String(9), default="it's"),
        sa.Column("c", sa.Integer, default=lambda: next(numbers)),
        sa.Column("d", sa.Integer, default=sa.text("1 + 1")),
    )
    printed = script("sqlite")
    live.impl.create_table(table)

    printed.impl.bulk_insert(table, [{"a": 1}, {"a": 2, "b": "x"}])
    live.impl.bulk_insert(table, [{"a": 1}])

    assert printed.statements == [
        "INSERT INTO t (a, b, c, d) VALUES (1, 'it''s', 1, (1 + 1))"
        if "(1 + 1)" in printed.text
        else "INSERT INTO t (a, b, c, d) VALUES (1, 'it''s', 1, 1 + 1)",
        "INSERT INTO t (a, b, c, d) VALUES (2, 'x', 2, (1 + 1))"
        if "(1 + 1)" in printed.text
        else "INSERT INTO t (a, b, c, d) VALUES (2, 'x', 2, 1 + 1)",
    ]
    assert live.rows("SELECT * FROM t") == [(1, "it's", 3, 2)]


@pytest.mark.parametrize("name", ["sqlite", "mysql", "postgresql", "oracle"])
def test_defaults_of_the_model_are_written_into_a_statement(
    script: MakeScript, name: str
) -> None:
    table = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("a", sa.Integer),
        sa.Column("b", sa.String(9), default="it's", onupdate="new"),
        sa.Column("c", sa.Integer, default=lambda: 7),
        sa.Column("d", sa.Integer, onupdate=lambda: 8),
    )
    printed = script(name)

    printed.impl.execute(table.insert().values(a=1))
    printed.impl.execute(table.insert().values(a=1, b=None, c=2))
    printed.impl.execute(table.update().values(a=1))
    printed.impl.execute(table.update().values(b=None, d=2))
    printed.impl.execute(table.delete())

    assert [each for each in printed.statements if each != "/"] == [
        "INSERT INTO t (a, b, c) VALUES (1, 'it''s', 7)",
        "INSERT INTO t (a, b, c) VALUES (1, NULL, 2)",
        "UPDATE t SET a=1, b='new', d=8",
        "UPDATE t SET b=NULL, d=2",
        "DELETE FROM t",
    ]


@pytest.mark.parametrize("name", ["sqlite", "mysql"])
def test_an_sql_default_of_a_key_is_part_of_the_statement(
    script: MakeScript, name: str
) -> None:
    key = sa.Column("a", sa.Integer, primary_key=True, default=sa.func.new_key())
    table = sa.Table("t", sa.MetaData(), key, sa.Column("b", sa.Integer))
    printed = script(name)

    printed.impl.execute(table.insert().values(b=1))

    assert printed.text.startswith("INSERT INTO t (a, b) VALUES (new_key(), 1)")


@pytest.mark.skipif(not hasattr(sa, "Uuid"), reason="needs SQLAlchemy 2.0")
def test_a_string_is_no_uuid(script: MakeScript) -> None:
    table = sa.table("t", sa.column("a", sa.Uuid))

    with pytest.raises(CommandError, match="The value 'x' of class str cannot be"):
        script("sqlite").impl.bulk_insert(table, [{"a": "x"}])


def test_an_unknown_column_is_an_error(script: MakeScript) -> None:
    t = sa.table("t", sa.column("a", sa.Integer))

    with pytest.raises(CompileError, match="Unconsumed column names: zonk"):
        script("sqlite").impl.bulk_insert(t, [{"zonk": 1}])


@pytest.mark.parametrize("name", ["sqlite", "mssql", "oracle"])
def test_no_rows_print_nothing(script: MakeScript, name: str) -> None:
    printed = script(name)

    printed.impl.bulk_insert(sa.table("t", sa.column("a")), [])

    assert printed.text == ""


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"a": 1}, "List expected"),
        ([(1,)], "List of dictionaries expected"),
        ([{"a": 1}, None], "List of dictionaries expected"),
    ],
)
def test_rows_are_a_list_of_dictionaries(
    script: MakeScript, live: Any, rows: Any, message: str
) -> None:
    t = sa.table("t", sa.column("a"))

    for impl in (script("sqlite").impl, live.impl):
        with pytest.raises(TypeError, match=message):
            impl.bulk_insert(t, rows)


class _Counter(io.TextIOBase):
    """A stream that keeps nothing."""

    def __init__(self) -> None:
        self.count = 0

    def write(self, text: str) -> int:
        self.count += text.count("INSERT")
        return len(text)


def test_many_rows_take_no_more_memory_than_few(script: MakeScript) -> None:
    t = sa.table("t", sa.column("a", sa.Integer), sa.column("b", sa.String))
    rows = [{"a": 1, "b": "x" * 50}] * 30_000
    printed = script("sqlite")
    printed.impl.output_buffer = _Counter()
    printed.impl.bulk_insert(t, rows[:1000])

    tracemalloc.start()
    printed.impl.bulk_insert(t, rows)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert printed.impl.output_buffer.count == 31_000
    assert peak < 2_000_000


# -- dialects of others ------------------------------------------------------


def test_a_subclass_sees_every_statement_of_its_own_exec(
    script: MakeScript, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alembic.ddl.impl._impls", type(_impls)())
    seen = []

    class Loud(DefaultImpl):
        __dialect__ = "loud"

        def _exec(self, construct: Any, *args: Any, **kw: Any) -> Any:
            seen.append(construct)
            result = super()._exec(construct, *args, **kw)
            self.static_output("GO")
            return result

    printed = script("default", cls=Loud)

    printed.impl.bulk_insert(
        sa.table("t", sa.column("a", sa.String)), [{"a": "x:y"}, {"a": "z;"}]
    )

    assert [type(each).__name__ for each in seen] == ["Insert", "Insert"]
    assert printed.text == (
        "INSERT INTO t (a) VALUES ('x:y');\n\nGO\n\n"
        "INSERT INTO t (a) VALUES ('z;');\n\nGO\n\n"
    )


def test_a_serializer_of_the_engine_is_used(script: MakeScript) -> None:
    printed = script("sqlite")
    printed.impl.dialect._json_serializer = lambda value: json.dumps(
        value, separators=(",", ":")
    )

    printed.impl.bulk_insert(
        sa.table("t", sa.column("a", sa.JSON)), [{"a": {"b": [1, 2]}}]
    )

    assert printed.text == "INSERT INTO t (a) VALUES ('{\"b\":[1,2]}');\n\n"
