"""Every type of each database, with and without arguments: there, and away again."""

from __future__ import annotations

from typing import Any, Callable, Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql, sqlite

from alembic.util import sqla_compat

pytestmark = pytest.mark.backend

# Before 2.0 SQLAlchemy cannot create such an ENUM on MySQL.
PERCENT = "50%" if sqla_compat.sqla_2 else "50"


def generic_types() -> Iterator[Any]:
    """Yield every type of SQLAlchemy that names no database."""
    names = """
        BigInteger Boolean Date DateTime Double Float Integer Interval JSON LargeBinary
        Numeric PickleType SmallInteger Text Time UnicodeText Uuid BIGINT BLOB BOOLEAN
        CHAR CLOB DATE DATETIME DECIMAL DOUBLE DOUBLE_PRECISION FLOAT INTEGER NUMERIC
        REAL SMALLINT TEXT TIME TIMESTAMP UUID
    """
    # Some of them came with SQLAlchemy 2.0.
    yield from (getattr(sa, name)() for name in names.split() if hasattr(sa, name))
    yield from (cls(5) for cls in (sa.BINARY, sa.VARBINARY, sa.LargeBinary, sa.Text))
    yield from (cls(5) for cls in (sa.String, sa.Unicode, sa.VARCHAR, sa.NVARCHAR))
    yield from (cls(5) for cls in (sa.CHAR, sa.NCHAR, sa.Float, sa.Numeric))
    yield from (cls(timezone=True) for cls in (sa.DateTime, sa.Time, sa.TIMESTAMP))
    yield from (sa.Numeric(10, 2), sa.DECIMAL(12, 3), sa.Float(20), sa.Float(53))
    yield sa.Interval(native=False)
    yield sa.Interval(second_precision=3, day_precision=2)
    yield sa.Boolean(create_constraint=True, name="boolean 50%")
    yield sa.Enum("one", "it's", PERCENT, 'q"', "a,b", "(c)", name="small enum")
    yield sa.Enum("a", "bb", native_enum=False, name="textual")
    yield sa.Enum("a", "b'", native_enum=False, create_constraint=True, name="checked")
    if sqla_compat.sqla_2:
        yield sa.PickleType(impl=sa.LargeBinary(50))
    yield sa.String(20).with_variant(sa.Text(), "sqlite")
    yield sa.Integer().with_variant(sa.BigInteger(), "postgresql")


def postgresql_types() -> Iterator[Any]:
    """Yield the types of PostgreSQL, with and without arguments."""
    names = """
        BIT BYTEA CIDR CITEXT DATEMULTIRANGE DATERANGE HSTORE INET INT4MULTIRANGE
        INT4RANGE INT8MULTIRANGE INT8RANGE INTERVAL JSON JSONB MACADDR MACADDR8 MONEY
        NUMMULTIRANGE NUMRANGE OID REGCLASS REGCONFIG TIME TIMESTAMP TSMULTIRANGE
        TSQUERY TSRANGE TSTZMULTIRANGE TSTZRANGE TSVECTOR UUID
    """
    pg = postgresql
    yield from (getattr(pg, name)() for name in names.split() if hasattr(pg, name))
    yield from (pg.BIT(5), pg.BIT(5, varying=True), pg.BIT(varying=True))
    yield from (pg.TIMESTAMP(precision=3), pg.TIMESTAMP(True, 3), pg.TIME(True, 2))
    yield from (pg.INTERVAL(fields=each) for each in ("YEAR", "DAY TO SECOND"))
    yield from (pg.INTERVAL(precision=3), sa.String(5, collation="C"))
    yield from (pg.ENUM("p", "q", name="Pq x"), pg.HSTORE(text_type=sa.Text()))
    yield from (pg.ARRAY(sa.Integer, dimensions=2), pg.ARRAY(sa.String(5)))
    yield from (pg.ARRAY(sa.Numeric(5, 2)), pg.ARRAY(pg.TIMESTAMP(True, 3)))
    yield from (pg.ARRAY(pg.ENUM("x", "y", name="xy")), sa.ARRAY(sa.Text))
    yield from (pg.ARRAY(pg.BIT(3)), pg.ARRAY(pg.INTERVAL(precision=2)))
    if hasattr(pg, "DOMAIN"):
        yield pg.DOMAIN("dom x", sa.Integer, check="VALUE > 0", not_null=True)
        yield pg.DOMAIN("dom2", sa.String(5), default="x")
        yield pg.ARRAY(pg.DOMAIN("dom3", sa.Integer))


def mysql_types() -> Iterator[Any]:
    """Yield the types of MySQL and MariaDB, with and without arguments."""
    names = """
        BIGINT BINARY BIT BLOB BOOLEAN CHAR DATE DATETIME DECIMAL DOUBLE FLOAT INTEGER
        JSON LONGBLOB LONGTEXT MEDIUMBLOB MEDIUMINT MEDIUMTEXT NCHAR NUMERIC REAL
        SMALLINT TEXT TIME TIMESTAMP TINYBLOB TINYINT TINYTEXT YEAR
    """
    my = mysql
    yield from (getattr(my, name)() for name in names.split())
    for cls in (my.TINYINT, my.SMALLINT, my.MEDIUMINT, my.INTEGER, my.BIGINT):
        yield from (cls(3), cls(unsigned=True), cls(4, zerofill=True))
    yield from (my.BIT(1), my.BIT(7), my.BIT(64), my.YEAR(4), my.CHAR(0), my.BINARY(3))
    yield from (my.FLOAT(5, 2), my.FLOAT(30), my.FLOAT(unsigned=True), my.DOUBLE(8, 3))
    yield from (my.DECIMAL(10, 2, unsigned=True), my.DECIMAL(10, 2, zerofill=True))
    yield from (my.NUMERIC(8), my.REAL(6, 2), my.VARBINARY(10), my.DATETIME(fsp=6))
    yield from (my.TIMESTAMP(fsp=3), my.TIME(fsp=2), my.TEXT(10), my.TEXT(70000))
    yield from (my.VARCHAR(4, charset="latin1"), my.VARCHAR(4, binary=True))
    yield from (my.VARCHAR(4, ascii=True), my.VARCHAR(4, unicode=True))
    yield from (my.VARCHAR(4, national=True), my.NCHAR(5), my.NVARCHAR(5))
    yield from (my.CHAR(4, collation="latin1_swedish_ci"), my.TEXT(charset="utf8mb4"))
    yield my.LONGTEXT(collation="utf8mb4_bin")
    yield from (my.ENUM("it's", PERCENT, 'q"', "a,b"), my.ENUM("a", charset="latin1"))
    yield from (my.SET("it's", PERCENT), my.SET("", "x", retrieve_as_bitwise=True))


def sqlite_types() -> Iterator[Any]:
    """Yield the types of SQLite, with and without arguments."""
    yield from (sqlite.DATE(), sqlite.DATETIME(), sqlite.TIME(), sqlite.JSON())
    yield from (sqlite.DATE(storage_format="%(year)d"), sa.String(9, "NOCASE"))


TYPES = {"sqlite": sqlite_types, "postgresql": postgresql_types, "mariadb": mysql_types}
# No types of these databases, or not without a length: CREATE TABLE fails.
UNKNOWN = {
    "sqlite": (),
    "postgresql": (
        *("BLOB", "CLOB", "DOUBLE", "DATETIME", "BINARY(5)", "VARBINARY(5)"),
        *("NVARCHAR(5)", "TEXT(5)"),
    ),
    "mariadb": ("CLOB",),
}
# SQLAlchemy makes no type of what it reads: JSONPATH of PostgreSQL, INET4 and INET6 of
# MariaDB.  Types of another module than SQLAlchemy's are a matter of rendering.


def every_type(backend: str, dialect: Any) -> list[Any]:
    """Return all types that a database knows."""
    compiler = sqla_compat.type_compiler_of(dialect)
    types = [*generic_types(), *TYPES[backend]()]
    return [each for each in types if compiler.process(each) not in UNKNOWN[backend]]


def typed(metadata: sa.MetaData, types: list[Any], nullable: bool) -> sa.Table:
    """Return a table with a column for each type."""
    columns = [
        sa.Column(f"c{number}", type_, nullable=nullable)
        for number, type_ in enumerate(types)
    ]
    return sa.Table(f"types {nullable}", metadata, *columns)


@pytest.mark.parametrize("nullable", [True, False])
def test_every_type(database: Any, circle: Callable[..., Any], nullable: bool) -> None:
    metadata = sa.MetaData()
    if database.backend == "postgresql":
        metadata.info["extensions"] = ["citext", "hstore"]
    types = every_type(database.backend, database.engine.dialect)
    typed(metadata, types, nullable)

    circle().there_and_away(metadata)
