"""A script, fed to the database's own client, does what the online run does."""

from __future__ import annotations

import datetime
import decimal
import enum
import io
import os
import shutil
import sqlite3
import subprocess
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.engine.url import make_url

from alembic.operations.base import Operations
from alembic.runtime.migration import MigrationContext
from alembic.util import sqla_compat

pytestmark = pytest.mark.backend


CLIENTS = {
    "postgresql": ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"],
    "mariadb": ["mariadb", "--default-character-set=utf8mb4"],
}


class Colour(enum.Enum):
    """Members whose names and values differ."""

    RED = "r"
    BLUE = "b"


class Padded(sa.TypeDecorator):  # type: ignore[type-arg]
    """A type that changes what is stored."""

    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else f"<{value}>"


NOON = datetime.datetime(2020, 2, 29, 12, 30, 15, 250)
ZONED = NOON.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=5.5)))
AWKWARD = "it's \\ \\' 100% %% %s :x ::y ? $1 -- /* ; \n\t\"`é☃"

# Before 2.0 SQLAlchemy doubles neither of them in MariaDB's ENUM.
BACKSLASH = "c\\d" if sqla_compat.sqla_2 else "cd"
PERCENT = "100%" if sqla_compat.sqla_2 else "100"

EVERYWHERE: list[tuple[Any, list[Any]]] = [
    (sa.String(99), [AWKWARD, "", None]),
    (sa.Unicode(99), ["ü'☃"]),
    (sa.Integer(), [0, -5, None]),
    (sa.BigInteger(), [2**40]),
    (sa.Float(), [1.5, -1e-7]),
    (sa.Numeric(10, 3), [decimal.Decimal("1.250"), 7]),
    (sa.Boolean(), [True, False, None]),
    (sa.Date(), [NOON.date(), None]),
    (sa.DateTime(), [NOON.replace(microsecond=0)]),
    (sa.Time(), [datetime.time(3, 4, 5)]),
    (sa.LargeBinary(), [bytes(range(256)), b"", None]),
    (sa.PickleType(), [{"a": (1, "it's")}]),
    (sa.JSON(), [{"a": ["it's", None, "%\\", 1.5, AWKWARD]}, [], None]),
    (sa.JSON(none_as_null=True), [None]),
    (sa.Enum("a'b", BACKSLASH, PERCENT, name="e_{table}"), ["a'b", BACKSLASH, PERCENT]),
    (sa.Enum(Colour, name="colour_{table}"), [Colour.BLUE]),
    (sa.DateTime(), [NOON, datetime.datetime(1, 1, 1), datetime.datetime.max]),
    (sa.Time(), [NOON.time(), datetime.time()]),
    (sa.Text(), ["\n-- x\n", "';--", "a\\'b", "\\", "$$ $a$", "🐍"]),
    (sa.Numeric(30, 10), [decimal.Decimal("-12345678901234567890.1234567891")]),
    (sa.SmallInteger(), [-(2**15)]),
    (sa.Interval(), [datetime.timedelta(days=3, seconds=7), None]),
    (Padded(9), ["it's", None]),
    *(
        # Whether MariaDB is asked for a UUID of its own depends on the connection.
        [(sa.Uuid(native_uuid=False), [uuid.UUID(int=5), None])]
        if sqla_compat.sqla_2
        else []
    ),
]
ON_MARIADB: list[tuple[Any, list[Any]]] = [
    (sa.DateTime(timezone=True), [ZONED]),
    (mysql.DATETIME(fsp=6), [NOON, ZONED]),
    (mysql.TIME(fsp=6), [NOON.time()]),
    (mysql.YEAR(), [2020]),
    (mysql.SET("a", "b'c"), [{"a", "b'c"}]),
    (mysql.DOUBLE(), [1e300, -1e-300]),
    (mysql.LONGTEXT(), [AWKWARD]),
    (mysql.VARBINARY(9), [b"\0'\\%"]),
]
ON_POSTGRESQL: list[tuple[Any, list[Any]]] = [
    (sa.DateTime(timezone=True), [ZONED, None]),
    (sa.Time(timezone=True), [ZONED.timetz()]),
    (sa.Interval(), [datetime.timedelta(days=-3, seconds=7, microseconds=5)]),
    (sa.Float(), [float("inf"), float("-inf")]),
    (postgresql.ARRAY(sa.Integer), [[1, None, -3], [], None]),
    (postgresql.ARRAY(sa.Integer), [[[1, 2], [3, 4]]]),
    (postgresql.ARRAY(sa.String(5)), [["it's", "%", "\\", '"']]),
    (postgresql.JSONB(), [{"a": [AWKWARD]}]),
    (postgresql.UUID(as_uuid=True), [uuid.UUID(int=5)]),
    (postgresql.INET(), ["10.0.0.1"]),
    (postgresql.BIT(3), ["101"]),
    (sa.Float(), [float("nan")]),
    (sa.Numeric(), [decimal.Decimal("NaN"), decimal.Decimal("1E+30")]),
    (postgresql.TIMESTAMP(timezone=True), [ZONED.astimezone(datetime.timezone.utc)]),
    (postgresql.HSTORE(), [{"a": AWKWARD, "b": None}]),
    (postgresql.CIDR(), ["10.0.0.0/8"]),
    *(
        [
            (postgresql.INT4RANGE(), [postgresql.Range(1, 5), None]),
            (postgresql.DATERANGE(), [postgresql.Range(NOON.date(), None)]),
            (postgresql.TSTZRANGE(), [postgresql.Range(ZONED, None, bounds="()")]),
            (postgresql.NUMRANGE(), [postgresql.Range(empty=True)]),
        ]
        if sqla_compat.sqla_2
        else []
    ),
    (postgresql.BYTEA(), [b"\0'\\%"]),
    (postgresql.ARRAY(sa.BigInteger), [[2**40]]),
    (postgresql.ARRAY(sa.Boolean), [[True, None, False]]),
    (postgresql.ARRAY(sa.Date), [[NOON.date(), None]]),
    (postgresql.ARRAY(sa.DateTime(timezone=True)), [[ZONED]]),
    (postgresql.ARRAY(sa.Numeric(9, 2)), [[decimal.Decimal("1.50")]]),
    (postgresql.ARRAY(sa.LargeBinary), [[b"\0'\\%"]]),
    (postgresql.ARRAY(sa.Text), [[AWKWARD, None, ""], [None]]),
    (postgresql.ARRAY(postgresql.UUID(as_uuid=True)), [[uuid.UUID(int=5)]]),
    (postgresql.ARRAY(postgresql.JSONB), [[{"a": "it's"}]]),
    (postgresql.ARRAY(postgresql.INET), [["10.0.0.1"]]),
]


def _cases(backend: str) -> list[tuple[Any, list[Any]]]:
    own = {"postgresql": ON_POSTGRESQL, "mariadb": ON_MARIADB}
    return EVERYWHERE + own.get(backend, [])


def _columns(backend: str, table: str) -> list[Any]:
    made = []
    for index, (type_, _) in enumerate(_cases(backend)):
        own = type_
        if isinstance(type_, sa.Enum):
            # A type of PostgreSQL has a name of its own.
            own = type_.copy()
            own.name = type_.name.format(table=table)
        made.append(sa.Column(f"c{index}", own))
    return [sa.Column("id", sa.Integer, primary_key=True), *made]


def _rows(backend: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for index, (_, values) in enumerate(_cases(backend)):
        rows.extend({f"c{index}": value} for value in values)
    return [{"id": number, **row} for number, row in enumerate(rows, 1)]


def _with_text_for_nan(row: Any) -> list[Any]:
    """Return values that can be compared: NaN is not equal to itself."""
    return ["NaN" if value != value else value for value in row]  # noqa: PLR0124


def _script(database: Any, **options: Any) -> tuple[Any, io.StringIO]:
    buffer = io.StringIO()
    context = MigrationContext.configure(
        url=database.url, opts={"as_sql": True, "output_buffer": buffer, **options}
    )
    return Operations(context), buffer


def _feed(database: Any, script: str) -> None:
    """Give a script to the client that comes with the database."""
    url = make_url(database.url)
    if database.backend == "sqlite":
        connection = sqlite3.connect(url.database)
        connection.executescript(script)
        connection.close()
        return
    command = [*CLIENTS[database.backend], *_address(url, database.backend)]
    if shutil.which(command[0]) is None:
        pytest.skip(f"the client {command[0]} is not installed")
    environment = dict(os.environ)
    if url.password:
        environment["PGPASSWORD"] = environment["MYSQL_PWD"] = str(url.password)
    done = subprocess.run(
        command,
        input=script.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode()


def _address(url: Any, backend: str) -> list[str]:
    port = "-p" if backend == "postgresql" else "-P"
    user = "-U" if backend == "postgresql" else "-u"
    given = (("-h", url.host), (port, url.port), (user, url.username))
    return [*(f"{option}{value}" for option, value in given if value), url.database]


def test_values_of_every_type(database: Any) -> None:
    backend = database.backend
    op, buffer = _script(database)
    if backend == "postgresql":
        database.run("CREATE EXTENSION hstore")

    table = op.create_table("by_script", *_columns(backend, "by_script"))
    op.bulk_insert(table, _rows(backend))
    _feed(database, buffer.getvalue())
    with database.engine.begin() as connection:
        online = Operations(MigrationContext.configure(connection))
        table = online.create_table("online", *_columns(backend, "online"))
        for row in _rows(backend):
            online.bulk_insert(table, [row])

    found = database.rows("SELECT * FROM by_script ORDER BY id")
    wanted = database.rows("SELECT * FROM online ORDER BY id")
    for got, want in zip(found, wanted):
        assert _with_text_for_nan(got) == _with_text_for_nan(want)
    assert len(found) == len(wanted) == len(_rows(backend))


def test_updates_and_conditions_with_values(database: Any) -> None:
    op, buffer = _script(database)
    t = sa.table("t", sa.column("id", sa.Integer), sa.column("a", sa.String))

    op.create_table("t", sa.Column("id", sa.Integer), sa.Column("a", sa.String(99)))
    op.execute(t.insert().values(id=1, a=AWKWARD))
    op.execute(t.insert().values(id=2, a="x"))
    op.execute(t.update().where(t.c.a == AWKWARD).values(id=3))
    op.execute(t.delete().where(t.c.a.in_(["x", "y"])))
    op.execute("INSERT INTO t VALUES (4, '50%');")
    op.execute(
        sa.text("UPDATE t SET a = :a WHERE a LIKE '5%%'").bindparams(a="100% \\: it's")
    )
    op.execute("UPDATE t SET id = 5 WHERE id = 4 -- the last one")
    _feed(database, buffer.getvalue())

    assert database.rows("SELECT id, a FROM t ORDER BY id") == [
        (3, AWKWARD),
        (5, "100% \\: it's"),
    ]


def test_names_and_comments_of_every_kind(database: Any) -> None:
    if database.backend == "sqlite":
        pytest.skip("SQLite keeps no comments")
    op, buffer = _script(database)
    names = ["order", "50% off", "it's", 'say "x"', "Mixed", "ünï"]

    op.create_table(
        "the % table",
        *(sa.Column(name, sa.String(9), comment=f"{name} \\ %%") for name in names),
        # Before 2.0 SQLAlchemy does not read line breaks of MariaDB's comments back.
        comment=AWKWARD.replace("\n", ""),
    )
    op.alter_column(
        "the % table",
        "50% off",
        existing_type=sa.String(9),
        comment="new: 5%",
        new_column_name="60% off",
    )
    _feed(database, buffer.getvalue())

    inspector = sa.inspect(database.engine)
    names[1] = "60% off"
    found = inspector.get_columns("the % table")
    assert [column["name"] for column in found] == names
    assert [column["comment"] for column in found] == [
        "new: 5%" if name == "60% off" else f"{name} \\ %%" for name in names
    ]
    assert inspector.get_table_comment("the % table") == {
        "text": AWKWARD.replace("\n", "")
    }


def test_defaults_keep_their_text(database: Any) -> None:
    op, buffer = _script(database)

    op.create_table(
        "t",
        sa.Column("id", sa.Integer),
        sa.Column("a", sa.String(99), server_default=AWKWARD),
        sa.Column("b", sa.String(99), server_default=sa.text("'5%'")),
    )
    op.execute("INSERT INTO t (id) VALUES (1)")
    if sqla_compat.sqla_1_4:
        op.add_column("t", sa.Column("c", sa.String(9), server_default="6%"))
    _feed(database, buffer.getvalue())

    (row,) = database.rows("SELECT * FROM t")
    assert row[:3] == (1, AWKWARD, "5%")
    assert row[3:] == (("6%",) if sqla_compat.sqla_1_4 else ())
