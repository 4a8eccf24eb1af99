"""Models as plain data, and as SQLAlchemy has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql


@dataclass(frozen=True)
class Kind:
    """Types that become each other without losing values, and what they may hold."""

    types: tuple[Any, ...]
    defaults: tuple[Any, ...] = ()
    indexed: bool = True


@dataclass(frozen=True)
class Column:
    """A column; ``type`` and ``default`` are positions in its kind."""

    name: str
    kind: str
    type: int = 0
    default: int | None = None
    nullable: bool = True
    comment: str | None = None


@dataclass(frozen=True)
class Key:
    """A foreign key to one column."""

    name: str
    column: str
    table: str
    target: str
    ondelete: str | None = None
    onupdate: str | None = None
    deferred: bool = False


@dataclass(frozen=True)
class Index:
    """An index or, of the form ``unique``, a unique constraint."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False
    form: str = "plain"


@dataclass(frozen=True)
class Table:
    """A table, which has a column ``id`` beside those here."""

    name: str
    schema: str | None = None
    pair: bool = False
    columns: tuple[Column, ...] = ()
    indexes: tuple[Index, ...] = ()
    keys: tuple[Key, ...] = ()
    comment: str | None = None


Model = tuple  # of tables
TABLE_NAMES = ("plain", "Order", "select", "ünï", "50%", "it's", "two words", ":x")
COLUMN_NAMES = ("a", "B", "user", "größe", "5%", "o'clock", "a b", ":y", "x.y")
COMMENTS = (None, "plain", "it's 50%", '":x" \\')

NUMBERS = ("5", sa.text("-5"), sa.text("(1+2)"))
TEXTS = ("", "it's 50%", ":x \\", sa.text("'a'"), "NULL", "(x)")
KINDS = {
    "whole": Kind((sa.SmallInteger(), sa.Integer(), sa.BigInteger()), NUMBERS),
    "text": Kind((sa.String(20), sa.String(50), sa.Unicode(90)), TEXTS),
    "long": Kind((sa.Text(),), (), indexed=False),
    "decimal": Kind((sa.Numeric(8, 2), sa.Numeric(12, 3)), ("2.5", sa.text("1.50"))),
    "double": Kind((sa.Float(53),), ("1.5",)),
    "truth": Kind((sa.Boolean(),), (sa.true(), sa.false(), sa.text("true"))),
    "moment": Kind(
        (sa.DateTime(),),
        (sa.func.now(), "2020-01-01 00:00:00", sa.text("CURRENT_TIMESTAMP")),
    ),
    "day": Kind((sa.Date(),), ("2020-01-01",)),
    "bytes": Kind((sa.LargeBinary(),), (), indexed=False),
    "choice": Kind((sa.Enum("a", "b", native_enum=False),), ("a",)),
    "link": Kind((sa.Integer(),)),
    "computed": Kind((sa.Integer(),)),
}
OWN_KINDS: dict[str, dict[str, Kind]] = {
    "sqlite": {},
    "postgresql": {
        "zoned": Kind((sa.DateTime(True),)),
        "exact": Kind((postgresql.TIMESTAMP(True, 3), postgresql.TIMESTAMP(True, 5))),
        "array": Kind((postgresql.ARRAY(sa.String(5)),), ("{}",)),
        "json": Kind((postgresql.JSONB(),), (sa.text("'{}'"), "[]"), indexed=False),
        "net": Kind((postgresql.INET(), postgresql.CIDR()), ("10.0.0.0/8",)),
    },
    "mariadb": {
        "unsigned": Kind(
            (
                mysql.INTEGER(unsigned=True),
                mysql.BIGINT(unsigned=True),
                mysql.INTEGER(),
            ),
            ("7",),
        ),
        "set": Kind((mysql.SET("a", "b"), mysql.SET("a", "b", "c")), ("a,b",)),
        "exact": Kind((mysql.DATETIME(fsp=3), mysql.DATETIME(fsp=6))),
        "enum": Kind((mysql.ENUM("a", "b"), mysql.ENUM("a", "b", "c'")), ("b",)),
        "latin": Kind((mysql.VARCHAR(9, charset="latin1"),), ("x", sa.text("uuid()"))),
        "bits": Kind((mysql.BIT(3),), (sa.text("b'101'"),)),
    },
}
FORMS = {
    "sqlite": ("plain", "constraint", "where"),
    "postgresql": (
        *("plain", "constraint", "desc", "nulls", "hash", "include", "where"),
        *("fill", "lower", "distinct", "pattern"),
    ),
    "mariadb": ("plain", "constraint", "length", "desc"),
}
# SQLAlchemy reads these from 2.0 on.
NEW_FORMS = ("include", "where", "fill", "lower", "distinct", "nulls", "hash")


def kinds_of(backend: str) -> dict[str, Kind]:
    """Return the kinds of columns that a database has."""
    return {**KINDS, **OWN_KINDS[backend]}


# -- models as SQLAlchemy has them -----------------------------------------------


def build(model: Model, backend: str) -> sa.MetaData:
    """Return the MetaData that a model describes."""
    metadata = sa.MetaData()
    schemas = {table.name: table.schema for table in model}
    for table in model:
        made = sa.Table(
            table.name,
            metadata,
            sa.Column("id", sa.Integer, primary_key=True, autoincrement=not table.pair),
            *([sa.Column("part", sa.String(5), primary_key=True)] * table.pair),
            *(_column(column, backend) for column in table.columns),
            *(_key(key, schemas) for key in table.keys),
            # MariaDB wants no column that counts in a condition.
            *([sa.CheckConstraint("id > -5", f"ck {table.name}")] * table.pair),
            schema=table.schema,
            comment=table.comment,
        )
        for index in table.indexes:
            _add_index(index, made)
    return metadata


def _column(column: Column, backend: str) -> sa.Column[Any]:
    if column.kind == "computed":
        computed = sa.Computed("1 + 2", persisted=True)
        return sa.Column(column.name, sa.Integer, computed, comment=column.comment)
    kind = kinds_of(backend)[column.kind]
    return sa.Column(
        column.name,
        kind.types[column.type],
        server_default=None
        if column.default is None
        else kind.defaults[column.default],
        nullable=column.nullable,
        comment=column.comment,
    )


def _key(key: Key, schemas: dict[str, str | None]) -> sa.ForeignKeyConstraint:
    schema = schemas[key.table]
    prefix = f"{schema}." if schema else ""
    return sa.ForeignKeyConstraint(
        [key.column],
        [f"{prefix}{key.table}.{key.target}"],
        name=key.name,
        ondelete=key.ondelete,
        onupdate=key.onupdate,
        **({"deferrable": True, "initially": "DEFERRED"} if key.deferred else {}),
    )


def _add_index(index: Index, table: sa.Table) -> None:
    columns = [table.columns[name] for name in index.columns]
    first: Any = columns[0]
    if index.form == "constraint":
        table.append_constraint(sa.UniqueConstraint(*columns, name=index.name))
        return
    elements: dict[str, Callable[[], Any]] = {
        "desc": lambda: first.desc(),
        "nulls": lambda: first.desc().nulls_last(),
        "lower": lambda: sa.func.lower(sa.cast(first, sa.Text)),
    }
    options: dict[str, dict[str, Any]] = {
        "hash": {"postgresql_using": "hash"},
        "include": {"postgresql_include": ["id"]},
        "where": {
            f"{each}_where": sa.text("id > 5") for each in ("postgresql", "sqlite")
        },
        "fill": {"postgresql_with": {"fillfactor": 70}},
        "distinct": {"postgresql_nulls_not_distinct": True},
        "length": {"mysql_length": {index.columns[0]: 7}},
        "pattern": {"postgresql_ops": {index.columns[0]: "varchar_pattern_ops"}},
    }
    if index.form in elements:
        columns[0] = elements[index.form]()
    sa.Index(index.name, *columns, unique=index.unique, **options.get(index.form, {}))
