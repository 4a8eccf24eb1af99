"""Print what commands cost beside a floor measured in the same run.

    python tests/benchmarks/run.py [--quick] [WORD ...]

Costs are CPU seconds, user and system, of a whole process; the figure is the median of
several runs, and command and floor take turns, so that a busy machine slows both. A
line ends in ``PASS`` or ``over``; the exit status is 1 where a line is over. Words
select the lines that contain one of them. ``--quick`` runs everything once.

Run it with an interpreter into which the package is installed as a wheel (``tox run -e
bench``): an editable installation makes every start of Python slower.
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterator, Sequence

ALEMBIC = [sys.executable, str(Path(sys.executable).with_name("alembic"))]

PASS = [sys.executable, "-c", "pass"]
MAKO = [sys.executable, "-c", "import mako.template"]
CONNECT = """
import sqlalchemy as sa
with sa.create_engine("sqlite:///app.db").connect() as connection:
    connection.execute(sa.text("SELECT 1"))
"""

# One transaction for each revision, with the statements that the revision sends.
PLAIN = """
import sys
import sqlalchemy as sa
ids = open("ids.txt").read().split()
engine = sa.create_engine("sqlite:///plain.db")
with engine.begin() as connection:
    connection.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32) "
        "NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"))
version = sa.table("alembic_version", sa.column("version_num", sa.String))
for number, id in enumerate(ids):
    with engine.begin() as connection:
        if sys.argv[1] == "tables":
            sa.Table(f"t{number}", sa.MetaData(), sa.Column("id", sa.Integer)).create(
                connection)
        if not number:
            connection.execute(version.insert().values(version_num=id))
        else:
            connection.execute(
                version.update().values(version_num=id)
                .where(version.c.version_num == ids[number - 1]))
"""

SQLITE = """
import sqlite3
ids = open("ids.txt").read().split()
connection = sqlite3.connect("plain.db", isolation_level=None)
connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
for number, id in enumerate(ids):
    connection.execute("BEGIN")
    connection.execute(f"CREATE TABLE t{number} (id INTEGER)")
    connection.execute("UPDATE alembic_version SET version_num = ?", [id])
    connection.execute("COMMIT")
"""

INI = """\
[alembic]
script_location = %(here)s/migrations
sqlalchemy.url = sqlite:///%(here)s/app.db
"""

ENV = """\
from sqlalchemy import create_engine
from alembic import context

engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""

MAKO_TEMPLATE = '''\
"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}
"""
from alembic import op
import sqlalchemy as sa

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
'''

REVISION = '''\
"""change number {number} of the account tables

Revision ID: {id}
Revises: {down}
Create Date: 2026-01-01 12:00:00.000000

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = {id!r}
down_revision: Union[str, Sequence[str], None] = {down!r}
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    {body}


def downgrade() -> None:
    """Downgrade schema."""
    pass
'''


@dataclass(frozen=True)
class Cost:
    """What one process took."""

    cpu: float
    """seconds, user and system"""
    memory: float
    """its peak, in megabytes (of 1,000,000 bytes)"""


def cost_of(command: Sequence[str], folder: Path) -> Cost:
    """Run a process to its end, which must be a good one."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
        if status:
            said.seek(0)
            sys.exit(f"{' '.join(command)} failed:\n{said.read().decode()[-2000:]}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6)


class Project:
    """A folder with a line of revisions, and a second head where that is wanted."""

    def __init__(self, folder: Path, size: int, body: str = "pass") -> None:
        self.folder = folder
        self.versions = folder / "migrations" / "versions"
        # Multiplied by an odd number, so that ids and names come in no order.
        self.ids = [f"{n * 0x9E3779B97F4B % 2**48:012x}" for n in range(size)]
        self.versions.mkdir(parents=True)
        (folder / "alembic.ini").write_text(INI)
        (folder / "ids.txt").write_text(" ".join(self.ids))
        (folder / "migrations" / "env.py").write_text(ENV)
        (folder / "migrations" / "script.py.mako").write_text(MAKO_TEMPLATE)
        for number, id in enumerate(self.ids):
            self._write(number, id, self.ids[number - 1] if number else None, body)
        self.own = set(self.versions.iterdir())

    def _write(self, number: int, id: str, down: str | None, body: str) -> None:
        text = REVISION.format(
            number=number, id=id, down=down, body=body.format(number=number)
        )
        (self.versions / f"{id}_change_number_{number}.py").write_text(text)

    def add_head(self) -> None:
        """Write a second head."""
        self._write(len(self.ids), "f" * 12, self.ids[-2], "pass")
        self.own = set(self.versions.iterdir())

    def forget_the_index(self) -> None:
        """Remove what was remembered of the revision files."""
        shutil.rmtree(self.versions / "__pycache__", ignore_errors=True)

    def forget_the_new(self) -> None:
        """Remove the revision files that a command has made."""
        for path in self.versions.glob("*.py"):
            if path not in self.own:
                path.unlink()

    def forget_the_databases(self) -> None:
        """Remove the databases."""
        for path in self.folder.glob("*.db*"):
            path.unlink()


class Bench:
    """Measures lines and prints each beside its target."""

    def __init__(self, folder: Path, words: Sequence[str], quick: bool) -> None:
        self.folder = folder
        self.words = words
        self.quick = quick
        self.over: list[str] = []

    def wants(self, name: str) -> bool:
        """Say whether a line was selected."""
        return not self.words or any(word in name for word in self.words)

    @contextmanager
    def project(self, size: int, body: str = "pass") -> Iterator[Project]:
        """Make a project and remove it again: ten thousand files take room."""
        folder = self.folder / f"p{size}"
        yield Project(folder, size, body)
        shutil.rmtree(folder)

    def turns(
        self,
        command: Sequence[str],
        floor: Sequence[str],
        folder: Path,
        prepare: Callable[[], None],
        runs: int,
    ) -> tuple[Cost, Cost]:
        """Run command and floor in turns; return the median cost of each."""
        costs: list[Cost] = []
        floors: list[Cost] = []
        for _ in range(1 if self.quick else runs):
            prepare()
            costs.append(cost_of(command, folder))
            floors.append(cost_of(floor, folder))
        return _median(costs), _median(floors)

    def line(
        self,
        name: str,
        arguments: Sequence[str],
        folder: Path,
        *,
        most: float,
        floor: Sequence[str] = PASS,
        prepare: Callable[[], None] = lambda: None,
        runs: int = 9,
    ) -> None:
        """Measure ``alembic`` with arguments against ``most`` times a floor."""
        if not self.wants(name):
            return
        command = [*ALEMBIC, *arguments]
        prepare()
        cost_of(command, folder)
        cost, base = self.turns(command, floor, folder, prepare, runs)
        self.beside(name, cost.cpu, base.cpu, most)

    def beside(self, name: str, seconds: float, floor: float, most: float) -> None:
        """Say seconds beside a floor, of which they may be ``most`` times as many."""
        allowed = most * floor
        self.say(
            name,
            f"{seconds:.3f}s is {seconds / floor:.2f} x floor {floor:.3f}s",
            f"at most {most:.3g} x = {allowed:.3f}s",
            seconds <= allowed,
        )

    def say(self, name: str, measured: str, target: str, good: bool) -> None:
        """Print one line and remember whether it is over."""
        if not good:
            self.over.append(name)
        print(f"{'PASS' if good else 'over'}  {name:44} {measured:38} {target}")
        sys.stdout.flush()


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(each.cpu for each in costs),
        statistics.median(each.memory for each in costs),
    )


def starting(bench: Bench) -> None:
    """What ``--help`` and ``--version`` cost: four empty starts of Python."""
    floor, with_argparse = (
        _median([cost_of([*PASS[:2], code], bench.folder) for _ in range(5)]).cpu
        for code in ("pass", "import argparse")
    )
    print(f"      floors: empty start {floor:.3f}s, with argparse {with_argparse:.3f}s")
    bench.line("--help", ["--help"], bench.folder, most=4, runs=21)
    bench.line("--version", ["--version"], bench.folder, most=4, runs=21)


def reading(bench: Bench) -> None:
    """``heads`` and ``history`` over 10,000 files: half a second, and 80 MB."""
    names = ["heads, 10,000 files", "heads, 10,000 files, no index"]
    memory = "history, 10,000 files, peak memory"
    if not any(map(bench.wants, [*names, memory])):
        return
    # The target was given in seconds for a machine that starts Python in 0.015 s.
    most = 0.5 / 0.015
    with bench.project(10_000) as made:
        bench.line(names[0], ["heads"], made.folder, most=most)
        bench.line(
            names[1],
            ["heads"],
            made.folder,
            most=2 * most,
            prepare=made.forget_the_index,
            runs=5,
        )
        if bench.wants(memory):
            for note, prepare in (("", str), (", no index", made.forget_the_index)):
                prepare()
                used = cost_of([*ALEMBIC, "history"], made.folder).memory
                bench.say(memory + note, f"{used:.1f} MB", "at most 80 MB", used <= 80)


def connecting(bench: Bench) -> None:
    """A database at head costs little more than importing SQLAlchemy."""
    floor = [sys.executable, "-c", CONNECT]
    for size in (1_000, 5_000):
        names = [f"{c}, {size:,} revisions" for c in ("upgrade at head", "current")]
        if not any(map(bench.wants, names)):
            continue
        with bench.project(size) as made:
            cost_of([*ALEMBIC, "stamp", "head"], made.folder)
            bench.line(
                names[0], ["upgrade", "head"], made.folder, most=1.3, floor=floor
            )
            bench.line(names[1], ["current"], made.folder, most=1.3, floor=floor)


def writing(bench: Bench) -> None:
    """A new revision among 5,000: three times an empty start that imports Mako."""
    names = [f"{c}, 5,000 revisions" for c in ("revision -m", "merge")]
    if not any(map(bench.wants, names)):
        return
    with bench.project(5_000) as made:
        bench.line(
            names[0],
            ["revision", "-m", "one more"],
            made.folder,
            most=3,
            floor=MAKO,
            prepare=made.forget_the_new,
        )
        made.forget_the_new()
        made.add_head()
        bench.line(
            names[1],
            ["merge", "heads", "-m", "together"],
            made.folder,
            most=3,
            floor=MAKO,
            prepare=made.forget_the_new,
        )


def upgrading(bench: Bench) -> None:
    """Many revisions cost three times their statements, and grow in a straight line."""
    bodies = {"empty": "pass", "tables": TABLE}
    for kind, body in bodies.items():
        grown: list[tuple[int, float]] = []
        for size in (500, 1_000, 2_000, 5_000):
            name = f"upgrade over {size:,} revisions, {kind}"
            if bench.wants(name):
                with bench.project(size, body) as made:
                    grown.append((size, _upgrade(bench, name, made, kind)))
        if len(grown) > 1:
            (few, less), (many, more) = grown[0], grown[-1]
            power = math.log(more / less) / math.log(many / few)
            bench.say(
                f"upgrade, growth to {many:,}, {kind}",
                f"N^{power:.2f}",
                "at most N^1.1",
                power <= 1.1,
            )


TABLE = 'op.create_table("t{number}", sa.Column("id", sa.Integer))'


def _upgrade(bench: Bench, name: str, made: Project, kind: str) -> float:
    """Measure one size; return the CPU seconds beyond starting and connecting."""
    upgrade = [*ALEMBIC, "upgrade", "head"]
    plain = [sys.executable, "-c", PLAIN, kind]
    cost_of(upgrade, made.folder)  # writes the bytecode of the revisions
    cost, base = bench.turns(upgrade, plain, made.folder, made.forget_the_databases, 3)
    bench.beside(name, cost.cpu, base.cpu, 3)
    if kind == "tables":
        made.forget_the_databases()
        raw = cost_of([sys.executable, "-c", SQLITE], made.folder).cpu
        print(f"      the same through sqlite3 alone: {raw:.3f}s")
    start = cost_of([sys.executable, "-c", CONNECT], made.folder).cpu
    return cost.cpu - start


def only_what_is_measured() -> None:
    """Take variables away that would switch off what is measured."""
    for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "PYTHONPATH"):
        os.environ.pop(name, None)


def selected(title: str, groups: Sequence[Callable[[Bench], None]]) -> Bench:
    """Run the lines that the command line selects, and return what ran them.

    :param title: what the program is for, the first line of its ``--help``
    :param groups: functions that each measure some lines
    """
    only_what_is_measured()
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("words", nargs="*", help="only lines with one of these in them")
    parser.add_argument("--quick", action="store_true", help="run everything once")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), options.words, options.quick)
        for group in groups:
            group(bench)
    return bench


def main() -> bool:
    """Run the selected lines; return whether one is over its target."""
    groups = starting, reading, connecting, writing, upgrading
    bench = selected(__doc__.splitlines()[0], groups)
    print(f"{len(bench.over)} over their targets", *bench.over, sep="\n  ")
    return bool(bench.over)


if __name__ == "__main__":
    sys.exit(main())
