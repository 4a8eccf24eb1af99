"""Run as Python, operations say the same SQL as when they are carried out."""

from __future__ import annotations

import datetime
import decimal
from typing import Any, Callable

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql

from alembic.operations import ops
from alembic.util import sqla_compat

DIALECTS = ("postgresql", "mysql", "mssql", "oracle", "sqlite") + (
    # SQLAlchemy 1.3 knows MariaDB as MySQL only.
    ("mariadb",) if sqla_compat.sqla_1_4 else ()
)
ALTERING = ("postgresql", "mysql", "mssql", "oracle")


def strange_table(*, schema: str | None = "my schema") -> sa.Table:
    """Return a table whose names, texts and defaults need quoting of every kind."""
    metadata = sa.MetaData()
    other = sa.Table(
        "o.dot", metadata, sa.Column("id.x", sa.Integer, primary_key=True), schema="S x"
    )
    sa.Table("p", metadata, sa.Column("id", sa.Integer, primary_key=True, key="pk"))
    name = 'we\'ird "t" 5%'
    return sa.Table(
        name,
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("select", sa.String(50), comment='it\'s "c" 100% \\ \n :x'),
        sa.Column("ünï", sa.Unicode(20), server_default="it's 5% :x \\"),
        sa.Column("d2", sa.Integer, server_default=sa.text("5 % 3")),
        sa.Column("d3", sa.String(20), server_default=sa.text(r"'a \:b'")),
        sa.Column("d4", sa.String(9), server_default="'x'"),
        sa.Column("d5", sa.String(9), server_default=""),
        sa.Column("d6", sa.String(9), server_default=sa.literal("x%' :y\\")),
        sa.Column("key", sa.Integer, sa.ForeignKey("p.pk", name="f%k"), key="k"),
        sa.Column("dotted", sa.Integer),
        sa.Column("e", sa.Enum("a'b", "c%d", 'e"f', name="en um")),
        sa.Column("yes", sa.Boolean(create_constraint=True, name="yes_ck")),
        sa.ForeignKeyConstraint(["dotted"], [other.c["id.x"]], ondelete="CASCADE"),
        sa.UniqueConstraint("id", "select", name="uq'1"),
        sa.UniqueConstraint("k", deferrable=True, initially="IMMEDIATE"),
        sa.CheckConstraint(sa.text(r"d2 % 2 = 0 AND ' \:y' <> ''")),
        sa.CheckConstraint("d2 > 0 and 'a' <> '%'", name="ck", deferrable=False),
        comment='table\'s "comment" 5% :x',
        schema=schema,
    )


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_table_whose_names_and_texts_need_quoting(
    same_sql: Callable[..., str], dialect: str
) -> None:
    same_sql(ops.CreateTableOp.from_table(strange_table()), dialect=dialect)


# A comment on SQL Server needs a schema's name, offline.
@pytest.mark.parametrize("dialect", [name for name in DIALECTS if name != "mssql"])
def test_a_table_of_the_default_schema(
    same_sql: Callable[..., str], dialect: str
) -> None:
    table = strange_table(schema=None)
    same_sql(ops.CreateTableOp.from_table(table), dialect=dialect)


@pytest.mark.parametrize("dialect", ALTERING)
def test_constraints_that_are_added_and_dropped_one_by_one(
    same_sql: Callable[..., str], dialect: str
) -> None:
    constraints = [
        constraint
        for constraint in sorted(strange_table().constraints, key=lambda c: str(c.name))
        if not isinstance(constraint, sa.PrimaryKeyConstraint)
        and isinstance(constraint.name, str)
        and constraint.name != "yes_ck"
    ]
    for constraint in constraints:
        same_sql(ops.AddConstraintOp.from_constraint(constraint), dialect=dialect)
        same_sql(ops.DropConstraintOp.from_constraint(constraint), dialect=dialect)


@pytest.mark.parametrize("dialect", ALTERING)
def test_a_check_with_values_of_its_own(
    same_sql: Callable[..., str], dialect: str
) -> None:
    table = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("a", sa.Integer),
        sa.Column("b", sa.String),
        sa.Column("c", sa.String),
    )
    condition = sa.or_(
        table.c.b == "it's 5% :x\\", table.c.a.in_([1, 2]), table.c.c.like("a%")
    )
    check = sa.CheckConstraint(condition, name="ck", table=table)

    same_sql(ops.AddConstraintOp.from_constraint(check), dialect=dialect)


def index_table() -> sa.Table:
    """Return a table for indexes."""
    return sa.Table(
        "ix",
        sa.MetaData(),
        sa.Column("a", sa.Integer),
        sa.Column("b", sa.String(5)),
        sa.Column("C d", sa.Integer, key="cd"),
        schema="s",
    )


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_index_with_options_of_many_databases(
    same_sql: Callable[..., str], dialect: str
) -> None:
    t = index_table()
    index = sa.Index(
        "i'x",
        t.c.a,
        t.c.b.desc(),
        t.c.cd,
        unique=True,
        postgresql_where=t.c.b == "it's 5% :x",
        postgresql_ops={"b": "text_pattern_ops"},
        postgresql_with={"fillfactor": 50},
        mssql_include=["a"],
    )

    same_sql(ops.CreateIndexOp.from_index(index), dialect=dialect)
    same_sql(ops.DropIndexOp.from_index(index), dialect=dialect)


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "sqlite", "oracle"])
def test_an_index_over_expressions(same_sql: Callable[..., str], dialect: str) -> None:
    t = index_table()
    index = sa.Index(
        "ix", sa.func.lower(t.c.b), t.c.a + 1, sa.func.coalesce(t.c.b, "x% :y'"), t.c.a
    )

    same_sql(ops.CreateIndexOp.from_index(index), dialect=dialect)


def test_an_operator_class_for_a_labelled_expression(
    same_sql: Callable[..., str],
) -> None:
    lower = sa.func.lower(index_table().c.b).label("lb")
    index = sa.Index("ix", lower, postgresql_ops={"lb": "text_pattern_ops"})

    text = same_sql(ops.CreateIndexOp.from_index(index))

    assert "[sa.literal_column('lower(b)').label('lb')]" in text


def test_an_exclude_constraint_inside_and_outside_of_a_table(
    same_sql: Callable[..., str],
) -> None:
    exclude = postgresql.ExcludeConstraint(
        ("a", "="),
        (sa.column("C d"), "&&"),
        name="n'",
        where=sa.text("a > 5 % 3"),
        using="gist",
        ops={"a": "int4_ops"},
        deferrable=False,
    )
    table = sa.Table("t", sa.MetaData(), sa.Column("a"), sa.Column("C d"), exclude)

    same_sql(ops.AddConstraintOp.from_constraint(exclude))
    table.c.a.type, table.c["C d"].type = sa.Integer(), postgresql.INT4RANGE()
    same_sql(ops.CreateTableOp.from_table(table))


POSTGRESQL_TYPES = [
    lambda: postgresql.ARRAY(postgresql.ENUM("a", name="e", create_type=False)),
    lambda: postgresql.HSTORE(),
    lambda: postgresql.JSONB(),
    lambda: postgresql.INTERVAL(precision=3),
    lambda: postgresql.BIT(4, varying=True),
    lambda: postgresql.TSVECTOR(),
    lambda: postgresql.TIMESTAMP(True, 3),
    lambda: postgresql.INT8RANGE(),
    lambda: sa.ARRAY(sa.String(4), dimensions=2),
    lambda: sa.String(5, collation="C"),
    lambda: sa.Interval(second_precision=4),
    lambda: sa.Numeric(5, 2),
    lambda: sa.Integer().with_variant(sa.BigInteger(), "postgresql"),
]
MYSQL_TYPES = [
    lambda: mysql.ENUM("a'b", "c%", charset="latin1"),
    lambda: mysql.SET("a", "b", collation="utf8mb4_bin"),
    lambda: mysql.DOUBLE(5, 2, unsigned=True, zerofill=True),
    lambda: mysql.LONGTEXT(collation="utf8mb4_bin"),
    lambda: mysql.CHAR(5, charset="ascii", binary=True),
    lambda: mysql.TIMESTAMP(fsp=3),
    lambda: mysql.TINYINT(1, unsigned=True),
    lambda: sa.Integer().with_variant(mysql.INTEGER(unsigned=True), "mysql"),
]
MSSQL_TYPES = [
    lambda: mssql.NVARCHAR("max"),
    lambda: mssql.DATETIME2(3),
    lambda: mssql.UNIQUEIDENTIFIER(),
    lambda: mssql.VARBINARY("max"),
    lambda: mssql.TIME(3),
]
ORACLE_TYPES = [
    lambda: oracle.NUMBER(5, 2),
    lambda: oracle.VARCHAR2(5),
    lambda: oracle.INTERVAL(2, 3),
    lambda: oracle.RAW(5),
    lambda: oracle.BINARY_DOUBLE(),
]


@pytest.mark.parametrize(
    ("dialect", "make"),
    [
        (dialect, make)
        for dialect, types in (
            ("postgresql", POSTGRESQL_TYPES),
            ("mysql", MYSQL_TYPES),
            ("mssql", MSSQL_TYPES),
            ("oracle", ORACLE_TYPES),
        )
        for make in types
    ],
)
def test_a_type_of_a_database(
    same_sql: Callable[..., str], dialect: str, make: Callable[[], Any]
) -> None:
    same_sql(ops.AddColumnOp("t", sa.Column("c", make())), dialect=dialect)


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "mssql", "oracle"])
def test_a_default_that_changes(same_sql: Callable[..., str], dialect: str) -> None:
    same_sql(
        ops.AlterColumnOp(
            "t",
            "c",
            modify_server_default=sa.text("5 % 3"),
            existing_server_default=sa.text("'a'"),
            existing_type=sa.Integer(),
            existing_nullable=False,
        ),
        dialect=dialect,
    )


def test_options_of_a_database_survive(same_sql: Callable[..., str]) -> None:
    same_sql(
        ops.AlterColumnOp(
            "t", "c", modify_type=sa.Integer(), postgresql_using="c::integer"
        )
    )
    same_sql(
        ops.AlterColumnOp(
            "t",
            "c",
            modify_nullable=False,
            existing_type=mysql.INTEGER(unsigned=True),
            existing_comment="100%",
            existing_server_default="5",
            autoincrement=True,
        ),
        dialect="mysql",
    )
    same_sql(
        ops.DropColumnOp("t", "c", mssql_drop_default=True, mssql_drop_check=True),
        dialect="mssql",
    )


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "sqlite", "mssql"])
def test_rows(same_sql: Callable[..., str], dialect: str) -> None:
    table = sa.table(
        "t",
        sa.column("id", sa.Integer),
        sa.column("s", sa.String),
        sa.column("d", sa.Date),
        sa.column("n", sa.Numeric(5, 2)),
        sa.column("f", sa.Float),
        sa.column("e", sa.Enum("a", name="e")),
        schema="s",
    )
    rows = [
        {
            "id": 1,
            "s": "it's 5% :x \\ \n",
            "d": datetime.date(2020, 1, 2),
            "n": decimal.Decimal("1.50"),
            "f": 1.5,
            "e": "a",
        },
        {"id": 2, "s": None, "d": None, "n": None, "f": None, "e": None},
    ]

    same_sql(ops.BulkInsertOp(table, rows), dialect=dialect)


def test_rows_with_expressions_go_one_by_one(same_sql: Callable[..., str]) -> None:
    table = sa.table("t", sa.column("s", sa.String))

    text = same_sql(
        ops.BulkInsertOp(table, [{"s": sa.func.lower("X")}], multiinsert=False)
    )

    assert "multiinsert=False" in text


def test_sql_comments_and_names_of_tables(same_sql: Callable[..., str]) -> None:
    same_sql(ops.ExecuteSQLOp("select 'it''s' \n, '%'"))
    same_sql(ops.CreateTableCommentOp("t", "it's 5%\n", schema="s"))
    same_sql(ops.DropTableCommentOp("t", existing_comment="a", schema="s"))
    same_sql(ops.RenameTableOp("a", "b c", schema="s"))
    same_sql(ops.DropTableOp("x y", schema="s"))
    same_sql(ops.CreatePrimaryKeyOp("pk", "t", ["a", "b c"], schema="s"))


# -- any model -------------------------------------------------------------------

NAMES = st.text(
    st.characters(
        blacklist_categories=("Cs", "Cc"), blacklist_characters=".\u2028\u2029"
    ),
    min_size=1,
    max_size=12,
)
TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12)
SQL_STRINGS = TEXTS.map(lambda value: value.replace("'", "''"))


@st.composite
def columns(draw: Any, name: str) -> sa.Column[Any]:
    """Return a column with any text for a default and a comment."""
    default = draw(
        st.one_of(
            st.none(),
            TEXTS,
            TEXTS.map(sa.literal),
            SQL_STRINGS.map(lambda s: sa.text("'" + s.replace(":", "\\:") + "'")),
        )
    )
    return sa.Column(
        name,
        draw(st.sampled_from([sa.String(5), sa.Text(), sa.Unicode(9)])),
        nullable=draw(st.booleans()),
        server_default=default,
        comment=draw(st.one_of(st.none(), TEXTS)),
    )


@st.composite
def tables(draw: Any) -> sa.Table:
    """Return a table of any names and texts."""
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique_by=str.lower))
    table = sa.Table(draw(NAMES), sa.MetaData(), *[draw(columns(n)) for n in names])
    condition = table.c[names[0]] != draw(TEXTS)
    table.append_constraint(sa.CheckConstraint(condition, name=draw(NAMES)))
    table.append_constraint(sa.UniqueConstraint(*names, name=draw(NAMES)))
    return table


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=tables(), dialect=st.sampled_from(["postgresql", "mysql", "sqlite"]))
def test_any_table(same_sql: Callable[..., str], table: sa.Table, dialect: str) -> None:
    same_sql(ops.CreateTableOp.from_table(table), dialect=dialect)
