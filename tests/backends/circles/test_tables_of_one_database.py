"""Tables that one or two databases alone can have."""

from __future__ import annotations

from typing import Any, Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql

from alembic.util import sqla_compat

pytestmark = [
    pytest.mark.backend,
    # Of each other table, and of what SQLAlchemy cannot read of it.
    pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expr"),
    pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression"),
]

Make = Callable[[sa.MetaData], None]


def columns_with_checks(metadata: sa.MetaData) -> None:
    """Add checks of columns; MariaDB does not report those."""
    sa.Table(
        "column checks",
        metadata,
        sa.Column("a", sa.Integer, sa.CheckConstraint("a > 0")),
        sa.Column("b", sa.String(9), sa.CheckConstraint("b <> ''", name="ck_b")),
    )


def quotes_in_names(metadata: sa.MetaData) -> None:
    """Add names that SQLAlchemy reads correctly from PostgreSQL alone."""
    columns = [sa.Column(name, sa.Integer) for name in ('"', 'a"b', "`", "a``b")]
    sa.Table('t"', metadata, *columns, sa.UniqueConstraint('"', "`", name='uq"`'))


def virtual(metadata: sa.MetaData) -> None:
    """Add computed columns that are not stored."""
    # SQLAlchemy mixes up several of one table on SQLite.
    for number, persisted in enumerate([False, None]):
        sa.Table(
            f"virtual {number}",
            metadata,
            sa.Column("a", sa.String(9)),
            sa.Column("b", sa.Integer, sa.Computed("length(a) % 5", persisted)),
        )


def identities(metadata: sa.MetaData) -> None:
    """Add identities with all options."""
    for number, options in enumerate(
        [
            {"always": True},
            {"always": False, "start": 5, "increment": 3},
            {"minvalue": -5, "maxvalue": 500, "cycle": True, "cache": 7},
            {"start": -1, "increment": -1, "minvalue": -9, "maxvalue": -1},
        ]
    ):
        sa.Table(
            f"identity {number}",
            metadata,
            sa.Column("id", sa.BigInteger, sa.Identity(**options), primary_key=True),
        )
        sa.Table(
            f"identity small {number}",
            metadata,
            sa.Column("n", sa.SmallInteger, sa.Identity(**options)),
        )


def postgresql_tables(metadata: sa.MetaData) -> None:
    """Add what PostgreSQL alone has."""
    table = sa.Table(
        "only here",
        metadata,
        sa.Column("a", sa.Integer),
        sa.Column("b", sa.String(20)),
        sa.Column("c", postgresql.JSONB, server_default=sa.text("'{}'::jsonb")),
        sa.Column("d", postgresql.INT4RANGE),
        sa.Column("e", postgresql.ARRAY(sa.String(5)), server_default="{x,y}"),
        sa.Column("f", postgresql.UUID, server_default=sa.text("gen_random_uuid()")),
        sa.Column("g", postgresql.BYTEA, server_default=sa.text(r"'\\x00'::bytea")),
        sa.Column("h", postgresql.INTERVAL, server_default=sa.text("'1 day'")),
        sa.Column("i", sa.DateTime(True), server_default=sa.text("now() + '1 day'")),
        sa.UniqueConstraint("a", "b", deferrable=True, initially="DEFERRED"),
        sa.UniqueConstraint(
            "b", "a", name="uq nulls", postgresql_nulls_not_distinct=True
        ),
        postgresql_with={"fillfactor": 50},
    )
    other = sa.Table(
        "referring",
        metadata,
        sa.Column("a", sa.Integer),
        sa.Column("b", sa.String(20)),
        sa.ForeignKeyConstraint(
            ["b", "a"],
            ["only here.b", "only here.a"],
            deferrable=True,
            initially="DEFERRED",
            match="FULL",
            ondelete="SET DEFAULT",
            onupdate="RESTRICT",
        ),
    )
    sa.Index("ix nulls", table.c.a.desc().nulls_first(), table.c.b.nulls_first())
    sa.Index("ix nulls 2", table.c.a.desc().nulls_last(), table.c.b.asc())
    sa.Index("ix lower", sa.func.lower(table.c.b), table.c.a + 1, table.c.b)
    sa.Index("ix text", sa.text("(c ->> 'x%')"), sa.text("a % 5"))
    sa.Index("ix cast", sa.cast(table.c.a, sa.Text), sa.func.coalesce(table.c.b, "x:y"))
    sa.Index("ix where", table.c.a, postgresql_where=table.c.b.in_(["x", "50%"]))
    sa.Index("ix where 2", table.c.a, postgresql_where=sa.text("b LIKE 'a%' AND a > 1"))
    sa.Index("ix include", table.c.a, postgresql_include=["b", "d"], unique=True)
    sa.Index("ix gin", table.c.c, postgresql_using="gin")
    sa.Index(
        "ix ops",
        table.c.c,
        postgresql_using="gin",
        postgresql_ops={"c": "jsonb_path_ops"},
    )
    sa.Index("ix pattern", table.c.b, postgresql_ops={"b": "varchar_pattern_ops"})
    sa.Index(
        "ix label",
        sa.func.lower(table.c.b).label("lb"),
        postgresql_ops={"lb": "text_pattern_ops"},
    )
    sa.Index("ix brin", table.c.a, postgresql_using="brin")
    sa.Index("ix hash", table.c.b, postgresql_using="hash")
    sa.Index("ix with", table.c.a, postgresql_with={"fillfactor": 70})
    sa.Index(
        "ix ref", other.c.a, other.c.b, postgresql_nulls_not_distinct=True, unique=True
    )


def excludes(metadata: sa.MetaData) -> None:
    """Add exclude constraints, which SQLAlchemy does not read."""
    metadata.info["extensions"] = ["btree_gist"]
    sa.Table(
        "excluding",
        metadata,
        sa.Column("a", sa.Integer),
        sa.Column("d", postgresql.INT4RANGE),
        postgresql.ExcludeConstraint(("a", "="), ("d", "&&"), name="ex", using="gist"),
        postgresql.ExcludeConstraint(
            (sa.text("abs(a)"), "="), where=sa.text("a > 5"), name="ex 2"
        ),
    )


def mariadb_tables(metadata: sa.MetaData) -> None:
    """Add what MySQL and MariaDB alone have."""
    table = sa.Table(
        "only here",
        metadata,
        sa.Column("id", mysql.BIGINT(unsigned=True), primary_key=True),
        sa.Column("a", mysql.INTEGER(unsigned=True), nullable=False, comment="it's %"),
        sa.Column("b", sa.String(200)),
        sa.Column("c", sa.Text),
        sa.Column("d", sa.LargeBinary),
        sa.Column(
            "t",
            mysql.TIMESTAMP(fsp=3),
            server_default=sa.text(
                "CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3)"
            ),
        ),
        sa.Column("u", sa.String(40), server_default=sa.text("(uuid())")),
        sa.Column("v", sa.Integer, server_default=sa.text("(a + 1)")),
        sa.Column("w", mysql.BIT(3), server_default=sa.text("b'101'")),
        sa.Column("x", mysql.SET("a", "b"), server_default="a,b"),
        sa.Column("y", mysql.DATETIME, nullable=False, server_default="2020-01-01"),
        sa.UniqueConstraint("a", "b", name="uq ab"),
        mysql_engine="InnoDB",
        mysql_charset="latin1",
        mysql_row_format="DYNAMIC",
    )
    sa.Index("ix prefix", table.c.c, table.c.b, mysql_length={"c": 10, "b": 7})
    sa.Index("ix all", table.c.d, mysql_length=20)
    sa.Index("ix unique prefix", table.c.b, mysql_length=5, unique=True)
    sa.Index("ix fulltext", table.c.c, mysql_prefix="FULLTEXT")
    sa.Index("ix using", table.c.a, mysql_using="btree")
    sa.Index("ix desc", table.c.a.desc(), table.c.b)
    sa.Table(
        "other engine",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("child", sa.Integer, index=True),
        mysql_engine="MyISAM",
    )
    sa.Table(
        "child",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent", mysql.BIGINT(unsigned=True), index=True),
        sa.Column("p2", mysql.BIGINT(unsigned=True)),
        sa.ForeignKeyConstraint(
            ["parent"], ["only here.id"], "fk1", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["p2"], ["only here.id"], "fk2", onupdate="CASCADE"),
    )


def sqlite_tables(metadata: sa.MetaData) -> None:
    """Add what SQLite alone has."""
    table = sa.Table(
        "only here",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.Integer, unique=True),
        sa.Column("b", sa.String(20, "NOCASE"), server_default=sa.text("(1 || 'x')")),
        sa.Column("c", sa.DateTime, server_default=sa.text("(datetime('now'))")),
        sa.Column("d", sa.Integer, sqlite_on_conflict_not_null="FAIL", nullable=False),
        sa.UniqueConstraint("a", "b", sqlite_on_conflict="REPLACE"),
        sa.ForeignKeyConstraint(
            ["a"], ["missing.id"], deferrable=True, initially="DEFERRED"
        ),
        sqlite_autoincrement=True,
    )
    sa.Table("missing", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Index("ix where", table.c.a, sqlite_where=table.c.b == "50%")
    sa.Index("ix expression", sa.func.lower(table.c.b), table.c.a)
    sa.Table(
        "bare",
        metadata,
        sa.Column("k", sa.String(5), primary_key=True),
        sqlite_with_rowid=False,
    )


TABLES = [
    *((make, "sqlite") for make in (virtual, columns_with_checks, sqlite_tables)),
    *((make, "mariadb") for make in (virtual, mariadb_tables)),
    *(
        (make, "postgresql")
        for make in (columns_with_checks, quotes_in_names, identities, excludes)
    ),
    pytest.param(
        postgresql_tables,
        "postgresql",
        marks=pytest.mark.skipif(
            not sqla_compat.sqla_2, reason="indexes whose options 2.0 brought"
        ),
    ),
]


@pytest.mark.parametrize(("make", "only"), TABLES)
def test_tables_come_and_go(
    database: Any, circle: Callable[..., Any], make: Make, only: str
) -> None:
    circle().there_and_away(_made(make, only, database))


READABLE = [case for case in TABLES if excludes not in getattr(case, "values", case)]


@pytest.mark.parametrize(("make", "only"), READABLE)
def test_tables_that_were_there_go_and_come_back(
    database: Any, circle: Callable[..., Any], make: Make, only: str
) -> None:
    circle().away_and_back(_made(make, only, database))


def _made(make: Make, only: str, database: Any) -> sa.MetaData:
    """Return a model of one database; skip the test on the others."""
    if database.backend != only:
        pytest.skip(f"a matter of {only}")
    metadata = sa.MetaData()
    make(metadata)
    return metadata
