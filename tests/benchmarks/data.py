"""Print what rows and statements cost beside doing the same with nothing between.

    python tests/benchmarks/data.py [--quick] [WORD ...]

Three kinds of lines:

* ``bulk_insert`` of many rows beside SQLAlchemy's own ``executemany`` of them;
* the same rows as a script beside a loop that formats the same text, and the memory
  that it takes beyond the rows;
* ``alembic upgrade head`` on a server beside the statements of ``--sql``, sent by the
  bare driver in a process that imports SQLAlchemy, in as many transactions. Notes say
  what SQLAlchemy takes for the same tables, indexes and rows, and what the floor takes
  if it loads the revisions and connects an engine as well, as every ``upgrade`` must.

The first two are CPU seconds from the moment in which the rows are there, the last is
seconds on the clock, because most of the work is the server's. Figures are medians of
several runs, in turns. Servers are those of the backend tests: ``ALEMBIC_TEST_…`` names
other ones, and one that does not answer is left out.
"""

from __future__ import annotations

import configparser
import os
import statistics
import subprocess
import sys
import textwrap
import time
import uuid
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from run import ALEMBIC, Bench, Project, selected
from sqlalchemy.engine.url import make_url
from sqlalchemy.exc import DBAPIError

PROJECT = Path(__file__).resolve().parents[2]

ROWS = 100_000
FEW = 1_000
REVISIONS = 200

MOST_BULK = 1.2
MOST_SCRIPT = 3.0
MOST_UPGRADE = 1.15
MOST_MEMORY = 8.0

# Makes the rows, does something with them, and says what that took.
FRAME = """
import datetime, decimal, resource, sys, time, warnings
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6

warnings.simplefilter("ignore")  # about decimals in SQLite
day = datetime.date(2026, 1, 1)
rows = [
    {{
        "id": n, "name": f"it's number {{n}}", "amount": decimal.Decimal(n), "day": day,
        "seen": datetime.datetime(2026, 1, 1, n % 24) if n % 10 else None,
    }}
    for n in range(int(sys.argv[1]))
]
t = sa.Table(
    "t", sa.MetaData(), sa.Column("id", sa.Integer), sa.Column("name", sa.String(40)),
    sa.Column("amount", sa.Numeric(10, 2)), sa.Column("day", sa.Date),
    sa.Column("seen", sa.DateTime),
)
engine = sa.create_engine("sqlite:///app.db")
with engine.begin() as connection:
    t.drop(connection, checkfirst=True)
    t.create(connection)
    out = open("script.sql", "w")
    before = peak()
    start = time.process_time()
{work}
    print(time.process_time() - start, peak() - before)
"""
BULK_INSERT = """
    op = Operations(MigrationContext.configure(connection))
    op.bulk_insert(t, rows)
"""
EXECUTEMANY = """
    connection.execute(t.insert(), rows)
"""
SCRIPT = """
    opts = {{"as_sql": True, "output_buffer": out}}
    op = Operations(MigrationContext.configure(dialect_name="{dialect}", opts=opts))
    op.bulk_insert(t, rows)
"""
BY_HAND = """
    for row in rows:
        id, name, amount, day = row["id"], row["name"], row["amount"], row["day"]
        name = name.replace("'", "''")
        out.write(
            f"INSERT INTO t (id, name, amount, day) VALUES "
            f"({id}, '{name}', {amount}, '{day.isoformat()}');\\n\\n"
        )
"""

# Sends statements one by one, as the driver takes them; where the script has no
# transaction around all of them, each revision is one.
SEND = """
import sqlalchemy
import {driver} as driver
connection = driver.connect(**{arguments})
cursor = connection.cursor()
statements = open("statements.sql").read().split(";\\n\\n")
for statement in statements:
    if "BEGIN" not in statements and statement.startswith("-- Running"):
        connection.commit()
    if statement.strip() not in ("", "BEGIN", "COMMIT"):
        cursor.execute(statement)
connection.commit()
"""
# What comes before any statement: an engine, the revisions and the columns they build.
LOAD = """
import glob, importlib.util, sys, types
import sqlalchemy
with sqlalchemy.create_engine({address!r}).connect() as connection:
    connection.execute(sqlalchemy.text("SELECT 1"))
def nothing(*args): pass
op = types.SimpleNamespace(create_table=nothing, create_index=nothing)
sys.modules["alembic"] = types.SimpleNamespace(op=op)
for path in glob.glob("migrations/versions/*.py"):
    spec = importlib.util.spec_from_file_location("revision", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.upgrade()
"""
# The same tables, indexes and rows, from SQLAlchemy's constructs.
PLAIN = """
import sqlalchemy as sa
ids = open("ids.txt").read().split()
version = sa.Table("alembic_version", sa.MetaData(),
    sa.Column("version_num", sa.String(32), primary_key=True))
row = version.c.version_num
with sa.create_engine({address!r}).connect() as connection:
    version.create(connection)
    for number, id in enumerate(ids):
        table = sa.Table(f"t{{number}}", sa.MetaData(),
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("name", sa.String(50), nullable=False),
            sa.Column("day", sa.DateTime, server_default=sa.func.now()))
        connection.execute(sa.schema.CreateTable(table))
        index = sa.Index(f"ix{{number}}", table.c.name)
        connection.execute(sa.schema.CreateIndex(index))
        if number:
            moved = version.update().where(row == ids[number - 1])
            connection.execute(moved.values(version_num=id))
        else:
            connection.execute(version.insert().values(version_num=id))
        if not {whole}:
            connection.commit()
    connection.commit()
"""
TABLE = """op.create_table(
        "t{number}",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("day", sa.DateTime, server_default=sa.func.now()),
    )
    op.create_index("ix{number}", "t{number}", ["name"])"""


OFFLINE_TOO = """\
from alembic import context
if context.is_offline_mode():
    context.configure(url=context.config.get_main_option("sqlalchemy.url"))
    with context.begin_transaction():
        context.run_migrations()
else:
{online}"""


class Work(NamedTuple):
    """What a process took."""

    seconds: float
    memory: float
    """in megabytes (of 1,000,000 bytes), beyond what it had before"""


def rows_online(bench: Bench) -> None:
    """``bulk_insert`` beside ``executemany``."""
    name = f"bulk_insert, {ROWS:,} rows"
    if bench.wants(name):
        work, floor = _in_turns(bench, BULK_INSERT, EXECUTEMANY)
        bench.beside(name, work.seconds, floor.seconds, MOST_BULK)


def rows_offline(bench: Bench) -> None:
    """A script of many rows beside formatting the same text."""
    for dialect in ("postgresql", "mysql", "sqlite"):
        name = f"script for {dialect}, {ROWS:,} rows"
        if bench.wants(name):
            _script(bench, name, SCRIPT.format(dialect=dialect))


def _script(bench: Bench, name: str, script: str) -> None:
    work, floor = _in_turns(bench, script, BY_HAND)
    bench.beside(name, work.seconds, floor.seconds, MOST_SCRIPT)
    few = _work(bench.folder, script, FEW)
    more = work.memory - few.memory
    bench.say(
        f"{name}, memory",
        f"{more:+.1f} MB to {FEW:,} rows",
        f"at most {MOST_MEMORY:+g} MB",
        more <= MOST_MEMORY,
    )


def _in_turns(bench: Bench, work: str, floor: str) -> tuple[Work, Work]:
    _work(bench.folder, work, FEW)
    pairs = [
        (_work(bench.folder, work, ROWS), _work(bench.folder, floor, ROWS))
        for _ in range(1 if bench.quick else 7)
    ]
    return _median([pair[0] for pair in pairs]), _median([pair[1] for pair in pairs])


def _work(folder: Path, work: str, rows: int) -> Work:
    command = [sys.executable, "-c", FRAME.format(work=work), str(rows)]
    said = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, check=True)
    seconds, memory = said.stdout.split()
    return Work(float(seconds), float(memory))


def _median(works: list[Work]) -> Work:
    return Work(
        statistics.median(work.seconds for work in works),
        statistics.median(work.memory for work in works),
    )


# --------------------------------------------------------------------------
# servers


class Server:
    """A database server, and an empty database on it."""

    def __init__(self, name: str) -> None:
        self.name = name
        settings = configparser.ConfigParser()
        settings.read(PROJECT / "setup.cfg", encoding="utf-8")
        address = os.environ.get(f"ALEMBIC_TEST_{name.upper()}", settings["db"][name])
        self.url = make_url(address)
        self.database = f"alembic_bench_{uuid.uuid4().hex}"
        self.engine = sa.create_engine(self.url, isolation_level="AUTOCOMMIT")

    def answers(self) -> bool:
        """Say whether there is such a server."""
        try:
            self.engine.connect().close()
        except DBAPIError as problem:
            print(f"      {self.name} is left out: {str(problem).splitlines()[0]}")
            return False
        return True

    def drop(self) -> None:
        """Drop the database."""
        self._run(f"DROP DATABASE IF EXISTS {self.database}")

    def empty(self) -> None:
        """Make the database anew."""
        self.drop()
        self._run(f"CREATE DATABASE {self.database}")

    def _run(self, statement: str) -> None:
        with self.engine.connect() as connection:
            connection.execute(sa.text(statement))

    @property
    def target(self) -> sa.engine.URL:
        """The address of the database."""
        return self.url.set(database=self.database)

    def sender(self) -> str:
        """Return a program that sends the statements with the bare driver."""
        dialect = self.target.get_dialect()()
        _, arguments = dialect.create_connect_args(self.target)
        driver = self.engine.dialect.dbapi.__name__  # type: ignore[union-attr]
        return SEND.format(driver=driver, arguments=arguments)


def upgrading(bench: Bench) -> None:
    """Many revisions on a server beside their statements."""
    for backend in ("postgresql", "mariadb"):
        name = f"upgrade over {REVISIONS} revisions, {backend}"
        if not bench.wants(name):
            continue
        server = Server(backend)
        if server.answers():
            with bench.project(REVISIONS, TABLE) as made:
                try:
                    _upgrade(bench, name, made, server)
                finally:
                    server.drop()


def _upgrade(bench: Bench, name: str, made: Project, server: Server) -> None:
    upgrade = [*ALEMBIC, "upgrade", "head"]
    ini = made.folder / "alembic.ini"
    address = server.target.render_as_string(hide_password=False).replace("%", "%%")
    ini.write_text(ini.read_text().replace("sqlite:///%(here)s/app.db", address))
    env = made.folder / "migrations" / "env.py"
    env.write_text(OFFLINE_TOO.format(online=textwrap.indent(env.read_text(), "    ")))
    with open(made.folder / "statements.sql", "w") as script:
        # This writes the bytecode of the revisions, too.
        command = [*upgrade, "--sql"]
        subprocess.run(command, cwd=made.folder, stdout=script, check=True)
    whole = "BEGIN;" in (made.folder / "statements.sql").read_text()
    address = address.replace("%%", "%")
    plain = PLAIN.format(address=address, whole=whole)
    send = server.sender()
    codes = (send, plain, LOAD.format(address=address) + send)
    programs = [[sys.executable, "-c", code] for code in codes]
    turns = [
        [_on_the_clock(made, server, command) for command in (upgrade, *programs)]
        for _ in range(1 if bench.quick else 5)
    ]
    medians = [statistics.median(times) for times in zip(*turns)]
    seconds, base, alone, loading = medians
    bench.beside(name, seconds, base, MOST_UPGRADE)
    print(f"      the same through SQLAlchemy alone: {alone / base:.2f} x")
    print(f"      the floor with engine and revisions: {loading / base:.2f} x")


def _on_the_clock(made: Project, server: Server, command: list[str]) -> float:
    server.empty()
    start = time.perf_counter()
    subprocess.run(command, cwd=made.folder, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> bool:
    """Measure every line; return whether one is over its target."""
    bench = selected(__doc__.splitlines()[0], (rows_online, rows_offline, upgrading))
    return bool(bench.over)


if __name__ == "__main__":
    sys.exit(main())
