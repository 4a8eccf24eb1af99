"""Print what comparing costs beside reading the same tables, and what rendering costs.

    python tests/benchmarks/comparing.py [--quick] [WORD ...]

Two kinds of lines:

* ``compare_metadata`` of tables that are as the model has them, beside the bare
  reflection of these tables: ``Inspector.get_multi_…`` on servers, one table after the
  other on SQLite. Each has eight columns, two indexes, a unique and a foreign key. How
  both grow with the number of tables follows;
* the Python of a migration that makes many such tables, both ways, beside importing
  SQLAlchemy.

Figures are CPU seconds of the process, medians of several runs, in turns; what it takes
to import, to connect and to make the model does not count. Servers are those of
``data.py``. Comparing keeps the garbage collector from running, bare reflection does
not: with many tables the whole may take less time than its part.
"""

from __future__ import annotations

import math
import statistics
import subprocess
import sys
from typing import Callable, Sequence

from data import Server
from run import Bench, selected

SIZES = (500, 2_000)
RENDERED = 500
BACKENDS = ("postgresql", "mariadb", "sqlite")

MOST_COMPARE = 1.5
MOST_RENDER = 5.0

MODEL = """
import sys, time
import sqlalchemy as sa

metadata = sa.MetaData()
for n in range(int(sys.argv[2])):
    sa.Table(
        f"t{n}", metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent_id", sa.Integer, sa.ForeignKey(f"t{max(n - 1, 0)}.id")),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("amount", sa.Numeric(10, 2)),
        sa.Column("day", sa.Date),
        sa.Column("seen", sa.DateTime, server_default=sa.func.now()),
        sa.Column("good", sa.Boolean, nullable=False),
        sa.UniqueConstraint("name", name=f"uq{n}"),
        sa.Index(f"ix_day{n}", "day"),
        sa.Index(f"ix_both{n}", "amount", "seen"),
    )
engine = sa.create_engine(sys.argv[1])
"""
MAKE = """
with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
    metadata.create_all(connection, checkfirst=False)
"""
# Makes the model, does something with a database, and says what that took.
FRAME = """
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

with engine.connect() as connection:
    inspector = sa.inspect(connection)
    context = MigrationContext.configure(connection)
    start = time.process_time()
{work}
    print(time.process_time() - start)
"""
COMPARE = """
    differences = compare_metadata(context, metadata)
    assert differences == [], differences[:3]
"""
READ_AT_ONCE = """
    inspector.get_table_names()
    inspector.get_multi_columns()
    inspector.get_multi_pk_constraint()
    inspector.get_multi_foreign_keys()
    inspector.get_multi_indexes()
    inspector.get_multi_unique_constraints()
    inspector.get_multi_check_constraints()
    inspector.get_multi_table_comment()
    inspector.get_multi_table_options()
"""
READ_ONE_BY_ONE = """
    for name in inspector.get_table_names():
        inspector.get_columns(name)
        inspector.get_pk_constraint(name)
        inspector.get_foreign_keys(name)
        inspector.get_indexes(name)
        inspector.get_unique_constraints(name)
        inspector.get_check_constraints(name)
"""
RENDER = """
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext

with engine.connect() as connection:
    script = produce_migrations(MigrationContext.configure(connection), metadata)
start = time.process_time()
render_python_code(script.upgrade_ops)
render_python_code(script.downgrade_ops)
print(time.process_time() - start)
"""
IMPORT = """
import time
start = time.process_time()
import sqlalchemy
print(time.process_time() - start)
"""


def seconds_of(program: str, *arguments: object) -> float:
    """Run a program in a process of its own; return the number that it prints."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    said = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    return float(said or 0)


def in_turns(
    bench: Bench, work: Callable[[], float], floor: Callable[[], float], runs: int
) -> tuple[float, float]:
    """Measure work and floor in turns; return the median of each."""
    pairs = [(work(), floor()) for _ in range(1 if bench.quick else runs)]
    return (
        statistics.median(pair[0] for pair in pairs),
        statistics.median(pair[1] for pair in pairs),
    )


def comparing(bench: Bench) -> None:
    """Tables that are the same on both sides, beside reading them."""
    for backend in BACKENDS:
        names = {size: f"compare {size:,} tables, {backend}" for size in SIZES}
        wanted = [size for size, name in names.items() if bench.wants(name)]
        if not wanted:
            continue
        if backend == "sqlite":
            measured = [_in_a_file(bench, names[size], size) for size in wanted]
        else:
            server = Server(backend)
            if not server.answers():
                continue
            measured = [_on(server, bench, names[size], size) for size in wanted]
        if len(measured) > 1:
            _say_growth(wanted, measured)


def _in_a_file(bench: Bench, name: str, size: int) -> tuple[float, float]:
    address = f"sqlite:///{bench.folder / f'{size}.db'}"
    return _compare(bench, name, size, address, READ_ONE_BY_ONE)


def _on(server: Server, bench: Bench, name: str, size: int) -> tuple[float, float]:
    server.empty()
    try:
        address = server.target.render_as_string(hide_password=False)
        return _compare(bench, name, size, address, READ_AT_ONCE)
    finally:
        server.drop()


def _compare(
    bench: Bench, name: str, size: int, address: str, read: str
) -> tuple[float, float]:
    seconds_of(MODEL + MAKE, address, size)
    programs = [MODEL + FRAME.format(work=work) for work in (COMPARE, read)]
    cost, floor = in_turns(
        bench,
        lambda: seconds_of(programs[0], address, size),
        lambda: seconds_of(programs[1], address, size),
        runs=5,
    )
    bench.beside(name, cost, floor, MOST_COMPARE)
    return cost, floor


def _say_growth(sizes: Sequence[int], measured: Sequence[tuple[float, float]]) -> None:
    more = math.log(sizes[-1] / sizes[0])
    cost, floor = (
        math.log(last / first) / more for first, last in zip(measured[0], measured[-1])
    )
    print(
        f"      from {sizes[0]:,} to {sizes[-1]:,} tables: N^{cost:.2f}, "
        f"reading them: N^{floor:.2f}"
    )


def rendering(bench: Bench) -> None:
    """A large migration beside importing SQLAlchemy."""
    name = f"render {RENDERED} tables"
    if bench.wants(name):
        cost, floor = in_turns(
            bench,
            lambda: seconds_of(MODEL + RENDER, "sqlite://", RENDERED),
            lambda: seconds_of(IMPORT),
            runs=7,
        )
        bench.beside(name, cost, floor, MOST_RENDER)


def main() -> bool:
    """Measure every line; return whether one is over its target."""
    bench = selected(__doc__.splitlines()[0], (comparing, rendering))
    return bool(bench.over)


if __name__ == "__main__":
    sys.exit(main())
