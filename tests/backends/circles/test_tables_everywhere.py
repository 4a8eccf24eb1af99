"""Tables that all databases can have, with strange names, defaults, keys, indexes."""

from __future__ import annotations

from typing import Any, Callable

import pytest
import sqlalchemy as sa

from alembic.util import sqla_compat

pytestmark = [
    pytest.mark.backend,
    # Of each other table, and of what SQLAlchemy cannot read of it.
    pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expr"),
    pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression"),
]

Make = Callable[[sa.MetaData], None]


def strange_names(metadata: sa.MetaData) -> None:
    """Add tables and columns whose names mean something else, or need quotes."""
    words = ["select", "Order", "user", "group", "ünï cöde", "表", "a.b", "50%", ":x"]
    words += ["it's", "[x]", "1st", "n" * 60, "tab\tbed", "back\\"]
    # SQLAlchemy does not read a unique constraint of SQLite over a column with " or `
    # in its name, and reads the names of MariaDB with two ` for each.
    for number, word in enumerate(words):
        others = (words[number:] + words[:number])[:6]
        columns = [sa.Column(other, sa.String(9)) for other in others]
        sa.Table(
            word,
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            *columns,
            sa.UniqueConstraint(others[1], name=f"uq {word}"[:60]),
            sa.CheckConstraint(columns[2] != others[3], name=f"ck {word}"[:60]),
        )
        sa.Index(f"ix {word}"[:60], columns[4], columns[5])


def strange_texts(metadata: sa.MetaData) -> None:
    """Add columns with defaults and comments of every kind."""
    texts = [
        "",
        " ",
        "it's",
        '"',
        "50%",
        ":x",
        "\\",
        "\\'",
        "%(a)s",
        # Before 2.0 SQLAlchemy reads a comment of MariaDB with a \\n in it.
        "a\nb" if sqla_compat.sqla_2 else "a b",
        "ü",
        "NULL",
        "1",
    ]
    for number, text in enumerate(texts):
        literal = sa.literal(text)
        sa.Table(
            f"texts {number}",
            metadata,
            sa.Column("a", sa.String(50), server_default=text, comment=text),
            sa.Column("b", sa.String(50), server_default=literal, nullable=False),
            sa.Column("c", sa.Unicode(50), comment=f"'{text}'"),
            comment=text,
        )


def strange_defaults(metadata: sa.MetaData) -> None:
    """Add columns with defaults that are no strings."""
    sa.Table(
        "defaults",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("i1", sa.Integer, server_default="5"),
        sa.Column("i2", sa.Integer, server_default=sa.text("-5")),
        sa.Column("i3", sa.Integer, server_default=sa.text("(1+2)")),
        sa.Column("i4", sa.Integer, server_default=sa.text("NULL")),
        sa.Column("i5", sa.BigInteger, server_default="9223372036854775807"),
        sa.Column("n1", sa.Numeric(10, 2), server_default="2.5"),
        sa.Column("n2", sa.Numeric(10, 2), server_default=sa.text("2.50")),
        sa.Column("f1", sa.Float, server_default=sa.text("1.5")),
        sa.Column("b1", sa.Boolean, server_default=sa.true()),
        sa.Column("b2", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("b3", sa.Boolean, server_default=sa.text("true")),
        sa.Column("d1", sa.Date, server_default="2020-01-01"),
        sa.Column("t1", sa.DateTime, server_default=sa.func.now()),
        sa.Column("t2", sa.DateTime, server_default=sa.func.current_timestamp()),
        sa.Column("t3", sa.DateTime, server_default=sa.text("CURRENT_TIMESTAMP")),
        sa.Column("s1", sa.String(9), server_default=sa.text("'x'")),
        sa.Column("s2", sa.String(9), server_default="'x'"),
        sa.Column("s3", sa.String(9), server_default=sa.func.lower("X")),
        sa.Column("e1", sa.Enum("a", "b", name="letter"), server_default="a"),
        sa.Column("e2", sa.Enum("a", "b", native_enum=False), server_default="b"),
        *(
            [
                sa.Column("j1", sa.JSON, server_default="{}"),
                sa.Column("j2", sa.JSON, server_default=sa.text("'[1, \"a\"]'")),
            ]
        ),
    )


def strange_keys(metadata: sa.MetaData) -> None:
    """Add primary and foreign keys of every kind."""
    sa.Table(
        "pair",
        metadata,
        sa.Column("b", sa.Integer, nullable=False),
        sa.Column("a", sa.String(5), nullable=False),
        sa.Column("u", sa.Integer, unique=True),
        sa.Column("v", sa.Integer),
        sa.UniqueConstraint("v", "u", name="uq_vu"),
        sa.PrimaryKeyConstraint("b", "a", name="pk of pair"),
    )
    sa.Table(
        "node",
        metadata,
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("parent", sa.BigInteger, sa.ForeignKey("node.id", name="fk_self")),
        sa.Column("a", sa.String(5)),
        sa.Column("b", sa.Integer),
        sa.Column("u", sa.Integer, sa.ForeignKey("pair.u", name="fk_u")),
        sa.Column("v", sa.Integer),
        sa.ForeignKeyConstraint(
            ["b", "a"], ["pair.b", "pair.a"], name="fk pair", onupdate="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["v", "u"], ["pair.v", "pair.u"], name="fk_vu", ondelete="SET NULL"
        ),
    )
    for name, other in (("left", "right"), ("right", "left")):
        sa.Table(
            name,
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("other", sa.Integer, index=True),
            sa.ForeignKeyConstraint(
                ["other"],
                [f"{other}.id"],
                name=f"fk_{name}",
                use_alter=name == "left",
                ondelete="CASCADE",
            ),
        )
    sa.Table("no key", metadata, sa.Column("x", sa.Integer))
    sa.Table("text key", metadata, sa.Column("k", sa.String(9), primary_key=True))


def strange_checks(metadata: sa.MetaData) -> None:
    """Add checks: named or not, of a table or a column, with values in them."""
    table = sa.Table(
        "checked",
        metadata,
        sa.Column("a", sa.Integer),
        sa.Column("b", sa.String(9)),
        sa.CheckConstraint("a < length(b)"),
        sa.CheckConstraint("a % 2 = 0 AND b <> '50%'", name="ck percent"),
        sa.CheckConstraint(sa.text(r"b <> '\:x'"), name="ck_colon"),
        sa.Column("flag", sa.Boolean(create_constraint=True, name="ck_flag")),
    )
    condition = sa.or_(table.c.a.in_([1, 2]), table.c.b.like("x%"), table.c.b == "it's")
    table.append_constraint(sa.CheckConstraint(condition, name="ck expression"))


def strange_indexes(metadata: sa.MetaData) -> None:
    """Add the indexes that all databases have."""
    table = sa.Table(
        "indexed",
        metadata,
        sa.Column("a", sa.Integer, index=True),
        sa.Column("b", sa.String(9), unique=True),
        sa.Column("c", sa.Integer, index=True, unique=True),
        sa.Column("d", sa.Integer),
        sa.UniqueConstraint("a", "b"),
        sa.UniqueConstraint("b", "a", "c", name="uq three"),
    )
    sa.Index("ix two", table.c.d, table.c.a)
    sa.Index("ix_unique", table.c.a, table.c.d, unique=True)
    sa.Index("ix_desc", table.c.d.desc(), table.c.a)


def computed(metadata: sa.MetaData) -> None:
    """Add computed columns; each database has its kinds of them."""
    expressions = ["a * 2 + 1", r"CASE WHEN b IN ('50%', '\:x') THEN 1 ELSE a % 5 END"]
    for number, expression in enumerate(expressions):
        stored = sa.Computed(expression, persisted=True)
        sa.Table(
            f"computed {number}",
            metadata,
            sa.Column("a", sa.Integer),
            sa.Column("b", sa.String(9)),
            sa.Column("c", sa.Integer, stored, index=True),
        )


TABLES = [
    strange_names,
    strange_texts,
    strange_defaults,
    strange_keys,
    strange_checks,
    strange_indexes,
    computed,
]


@pytest.mark.parametrize("make", TABLES)
def test_tables_come_and_go(circle: Callable[..., Any], make: Make) -> None:
    metadata = sa.MetaData()
    make(metadata)

    circle().there_and_away(metadata)


@pytest.mark.parametrize("make", TABLES)
def test_tables_that_were_there_go_and_come_back(
    circle: Callable[..., Any], make: Make
) -> None:
    metadata = sa.MetaData()
    make(metadata)

    circle().away_and_back(metadata)
