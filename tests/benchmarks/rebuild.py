"""Print what making a table of a million rows anew costs beside bare sqlite3.

    python tests/benchmarks/rebuild.py [--quick] [--rows N]

``alembic upgrade head`` with one batch block, against a process that sends the same
``INSERT … SELECT`` and ``CREATE INDEX`` through sqlite3, on a copy of the same file.
From both goes what they cost on a table of a thousand rows, so that what is compared is
the rows. Figures are those of ``run.py``: medians of CPU seconds, and of peak memory.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from run import ALEMBIC, Bench, Cost, Project, only_what_is_measured

TABLE = """CREATE TABLE {name} (
    id INTEGER NOT NULL,
    owner_id INTEGER,
    name VARCHAR(40) NOT NULL,
    note TEXT{null},
    amount NUMERIC(10, 2) DEFAULT '0',
    created DATETIME,
    PRIMARY KEY (id),
    CONSTRAINT uq UNIQUE (name),
    CONSTRAINT fk FOREIGN KEY(owner_id) REFERENCES owner (id)
)"""
INDEXES = (
    "CREATE INDEX ix_owner ON {name} (owner_id)",
    "CREATE INDEX ix_created ON {name} (created DESC) WHERE note > ''",
)
BLOCK = (
    'with op.batch_alter_table("t") as batch_op:\n'
    '        batch_op.alter_column("note", nullable=False)'
)
FLOOR = """
import sqlite3
connection = sqlite3.connect("plain.db", isolation_level=None)
for statement in open("floor.sql").read().split(";"):
    connection.execute(statement).fetchall()
"""

# Beyond these many times the floor, and these megabytes, a line is over.
MOST = 1.15
MOST_MEMORY = 8.0
FEW = 1_000


class Rebuild(NamedTuple):
    """A case: what is in the file beside the table, and what the floor does."""

    name: str
    children: bool = False


CASES = (Rebuild("rebuild"), Rebuild("rebuild, enforced keys", True))


def fill(path: Path, rows: int, case: Rebuild) -> None:
    """Write a database with a table of many rows, and one that refers to it."""
    connection = sqlite3.connect(str(path))
    connection.execute("CREATE TABLE owner (id INTEGER PRIMARY KEY)")
    connection.execute(TABLE.format(name="t", null=""))
    for index in INDEXES:
        connection.execute(index.format(name="t"))
    connection.executemany("INSERT INTO owner VALUES (?)", ((n,) for n in range(1000)))
    connection.executemany(
        "INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", (row(n) for n in range(rows))
    )
    if case.children:
        connection.execute("CREATE TABLE c (t_id REFERENCES t (id) ON DELETE CASCADE)")
        connection.execute("INSERT INTO c SELECT id FROM t WHERE id % 10 = 0")
    connection.commit()
    connection.close()


def row(n: int) -> tuple[object, ...]:
    """Return a row whose unique name and owner come in no order."""
    scattered = n * 7919 % 1_000_003
    note, day = "note " * (n % 9), n % 28 + 1
    return n, scattered % 1000, f"name {scattered}", note, n / 100, f"2026-01-{day:02}"


def floor_of(case: Rebuild) -> str:
    """Return the statements that the rows themselves need.

    Where foreign keys are enforced, it takes looking at them twice to tell what was
    broken before from what is broken now.
    """
    check = "PRAGMA foreign_key_check(t); PRAGMA foreign_key_check(c);"
    checks = check if case.children else ""
    made = "; ".join(index.format(name="new") for index in INDEXES)
    return (
        f"BEGIN; {checks} DROP INDEX ix_owner; DROP INDEX ix_created; "
        f"{TABLE.format(name='new', null=' NOT NULL')}; "
        f"INSERT INTO new SELECT * FROM t; {made}; {checks} COMMIT"
    )


def project(folder: Path, case: Rebuild) -> Project:
    """Make a project whose only revision makes the table anew."""
    made = Project(folder, 1, BLOCK)
    (folder / "floor.sql").write_text(floor_of(case))
    if case.children:
        env = folder / "migrations" / "env.py"
        enforced = (
            "with engine.connect() as connection:\n"
            "    connection.connection.cursor().execute('PRAGMA foreign_keys=ON')\n"
        )
        first = "with engine.connect() as connection:\n"
        env.write_text(env.read_text().replace(first, enforced))
    return made


def costs(bench: Bench, made: Project, rows: int, case: Rebuild) -> tuple[Cost, Cost]:
    """Return what ``alembic`` and the floor cost for a table of some rows."""
    source = made.folder / "filled"
    source.unlink(missing_ok=True)
    fill(source, rows, case)

    def prepare() -> None:
        for copy in ("app.db", "plain.db"):
            shutil.copy(source, made.folder / copy)

    floor = [sys.executable, "-c", FLOOR]
    return bench.turns(
        [*ALEMBIC, "upgrade", "head"], floor, made.folder, prepare, runs=3
    )


def measure(bench: Bench, rows: int, case: Rebuild) -> None:
    """Print seconds and memory of a case."""
    name = f"{case.name}, {rows:,} rows"
    made = project(bench.folder / case.name, case)
    costs(bench, made, FEW, case)  # writes the bytecode of the revision
    few, few_floor = costs(bench, made, FEW, case)
    many, many_floor = costs(bench, made, rows, case)
    cpu, floor = many.cpu - few.cpu, many_floor.cpu - few_floor.cpu
    bench.beside(name, cpu, floor, MOST)
    more = many.memory - few.memory
    bench.say(
        f"{name}, memory",
        f"{many.memory:.1f} MB, {more:+.1f} to {FEW:,} rows",
        f"at most {MOST_MEMORY:+g} MB",
        more <= MOST_MEMORY,
    )
    shutil.rmtree(made.folder)


def main() -> bool:
    """Measure every case; return whether one is over its target."""
    only_what_is_measured()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="run everything once")
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the table")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), (), options.quick)
        for case in CASES:
            measure(bench, options.rows, case)
    return bool(bench.over)


if __name__ == "__main__":
    sys.exit(main())
