"""Measure the graph of revisions over several shapes.

Run by hand::

    python tests/benchmarks/graph_shapes.py [--sizes 12500 25000 50000] [shape ...]

Prints the CPU seconds of every question for each size (the median of three), and the
exponent with which they grow.  Memory gets slower as it gets larger: a plain sort of
the same links by a dictionary, the floor, grows faster than N too, and what it grows
faster is taken off.  The heads of every label, ``label_heads``, can be far more than
the graph has revisions, and count towards its size.  Fails if an exponent exceeds 1.2
or the largest size takes over 5 s.
"""

from __future__ import annotations

import argparse
import gc
import math
import random
import statistics
import sys
import time
from types import SimpleNamespace
from typing import Any, Callable, Iterator, List, NamedTuple

from alembic.graph.applied import Rows
from alembic.graph.steps import RevisionStep
from alembic.script.revision import Revision, RevisionMap
from alembic.util.collecting import without_collecting

MOST_SECONDS = 5.0
STEEPEST = 1.2
# below this a measurement says nothing about growth
FAINT = 0.05
RUNS = 3


class Plan(NamedTuple):
    """What a revision says about others."""

    id: str
    down: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    label: str | None = None


Shape = Callable[[int], List[Plan]]
SHAPES: dict = {}


def shape(function: Shape) -> Shape:
    SHAPES[function.__name__] = function
    return function


def _id(i: int) -> str:
    return f"{i * 2654435761 % 2**32:08x}{i:06x}"


@shape
def line(size: int) -> list[Plan]:
    return [Plan(_id(i), (_id(i - 1),) if i else ()) for i in range(size)]


@shape
def diamonds(size: int) -> list[Plan]:
    plans = [Plan(_id(0))]
    while len(plans) + 3 <= size:
        foot = plans[-1].id
        i = len(plans)
        plans += [Plan(_id(i), (foot,)), Plan(_id(i + 1), (foot,))]
        plans.append(Plan(_id(i + 2), (_id(i), _id(i + 1))))
    return plans


@shape
def thousand_heads(size: int) -> list[Plan]:
    plans = [Plan(_id(0))]
    tips = [_id(0)] * 1000
    for i in range(1, size):
        plans.append(Plan(_id(i), (tips[i % 1000],)))
        tips[i % 1000] = _id(i)
    return plans


@shape
def all_heads(size: int) -> list[Plan]:
    return [Plan(_id(i), (_id(0),) if i else ()) for i in range(size)]


@shape
def two_lines(size: int) -> list[Plan]:
    plans = [Plan(_id(0)), Plan(_id(1))]
    for i in range(2, size):
        plans.append(Plan(_id(i), (_id(i - 2),), (_id(i - 1),)))
    return plans


@shape
def labelled_line(size: int) -> list[Plan]:
    return [
        plan._replace(label=None if i % 10 else f"label{i}")
        for i, plan in enumerate(line(size))
    ]


@shape
def labelled_heads(size: int) -> list[Plan]:
    return [
        plan._replace(label=None if i % 10 else f"label{i}")
        for i, plan in enumerate(thousand_heads(size))
    ]


@shape
def comb(size: int) -> list[Plan]:
    """A line with a short branch at every revision, in random load order."""
    half = size // 2
    plans = line(half)
    teeth = [Plan(_id(half + i), (_id(i),)) for i in range(half)]
    random.Random(7).shuffle(teeth)
    return plans + teeth


@shape
def plugins(size: int) -> list[Plan]:
    """A core line and ten lines that depend on what the core was at the time."""
    plans: list[Plan] = []
    tips: list[tuple[str, ...]] = [()] * 11
    for i in range(size):
        line_number = i % 11
        needs = tips[0] if line_number else ()
        plans.append(Plan(_id(i), tips[line_number], needs))
        tips[line_number] = (_id(i),)
    return plans


@shape
def mixture(size: int) -> list[Plan]:
    rnd = random.Random(5)
    plans = [Plan(_id(0))]
    for i in range(1, size):
        near = range(max(0, i - 40), i)
        down = {_id(rnd.choice(near)) for _ in range(rnd.choice((1, 1, 1, 2)))}
        if rnd.random() < 0.001:
            down = set()
        needs = {_id(rnd.randrange(i))} if rnd.random() < 0.05 else set()
        label = f"label{i}" if rnd.random() < 0.02 else None
        plans.append(Plan(_id(i), tuple(sorted(down)), tuple(needs), label))
    return plans


@shape
def shuffled_mixture(size: int) -> list[Plan]:
    """The same, where names of files have nothing to do with their order."""
    plans = mixture(size)
    random.Random(6).shuffle(plans)
    return plans


def revisions(plans: list[Plan]) -> Iterator[Revision]:
    def upgrade() -> None: ...
    def downgrade() -> None: ...

    module = SimpleNamespace(upgrade=upgrade, downgrade=downgrade)
    for plan in plans:
        revision: Any = Revision(plan.id, plan.down, plan.needs, plan.label or ())
        revision.module = module
        revision.doc = None
        yield revision


class Measured:
    """One graph, and every question that is timed."""

    def __init__(self, plans: list[Plan]) -> None:
        self.plans = plans
        self.known = list(revisions(plans))
        self.map = RevisionMap(lambda: self.known)
        self.answered: dict[str, int] = {}

    @without_collecting()
    def floor(self) -> None:
        """Sort the links in the plainest way."""
        below = {plan.id: {*plan.down, *plan.needs} for plan in self.plans}
        above: dict[str, list[str]] = {id_: [] for id_ in below}
        for id_, links in below.items():
            for link in links:
                above[link].append(id_)
        ready = [id_ for id_, links in below.items() if not links]
        for id_ in ready:
            for child in above[id_]:
                below[child].discard(id_)
                if not below[child]:
                    ready.append(child)
        assert len(ready) == self.size

    def build(self) -> None:
        assert self.map.heads

    def walk_down(self) -> None:
        assert len(list(self.map.iterate_revisions("heads", "base"))) == self.size

    def upgrade(self) -> None:
        self.up = self.map.upgrade_revisions("heads", ())
        assert len(self.up) == self.size

    def rows_up(self) -> None:
        self.rows = Rows()
        for revision in self.up:
            move(RevisionStep(self.map, revision, True), self.rows)

    def downgrade(self) -> None:
        self.down = self.map.downgrade_revisions("base", tuple(self.rows))
        assert len(self.down) == self.size

    def rows_down(self) -> None:
        for revision in self.down:
            move(RevisionStep(self.map, revision, False), self.rows)
        assert not self.rows

    def stamp(self) -> None:
        assert self.map.stamp_steps("heads", ())

    def stamp_up(self) -> None:
        # the row leads to one head, and the others look for it too
        assert self.map.stamp_steps("heads", self.map.bases[:1])

    def labels(self) -> None:
        carried = [revision.branch_labels for revision in self.known]
        for plan, labels in zip(self.plans, carried):
            assert plan.label is None or plan.label in labels
        for plan in self.plans:
            if plan.label:
                found = self.map.get_revision(plan.label)
                assert found is not None and found.revision == plan.id

    def label_heads(self) -> None:
        self.answered["label_heads"] = sum(
            len(self.map.get_revisions(f"{plan.label}@heads"))
            for plan in self.plans
            if plan.label
        )

    def partial_ids(self) -> None:
        for plan in self.plans:
            found = self.map.get_revision(plan.id[:12])
            assert found is not None and found.revision == plan.id

    @property
    def size(self) -> int:
        return len(self.plans)


FLOOR = "floor"
QUESTIONS = (
    FLOOR,
    "build",
    "walk_down",
    "upgrade",
    "rows_up",
    "downgrade",
    "rows_down",
    "stamp",
    "stamp_up",
    "labels",
    "label_heads",
    "partial_ids",
)


def move(step: RevisionStep, rows: Rows) -> None:
    """Change rows as a version table would."""
    if step.should_delete_branch(rows):
        rows.remove(step.delete_version_num)
    elif step.should_create_branch(rows):
        rows.add(step.insert_version_num)
    elif step.should_merge_branches(rows):
        gone, old, new = step.merge_branch_idents(rows)
        change(rows, [*gone, old], [new])
    elif step.should_unmerge_branches(rows):
        old, new, added = step.unmerge_branch_idents(rows)
        change(rows, [old], [new, *added])
    else:
        old, new = step.update_version_num(rows)
        change(rows, [old], [new])


def change(rows: Rows, gone: list[str], come: list[str]) -> None:
    for row in gone:
        rows.remove(row)
    for row in come:
        rows.add(row)


def seconds(work: Callable[[], None]) -> float:
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


class Answer(NamedTuple):
    """What a question took."""

    seconds: float
    size: int
    """revisions of the graph, and of the answer where that can be larger"""


def measure(plans: list[Plan]) -> dict[str, Answer]:
    """Return the median seconds of each question, each time of a new graph."""
    runs = [Measured(plans) for _ in range(RUNS)]
    return {
        name: Answer(
            statistics.median(seconds(getattr(run, name)) for run in runs),
            len(plans) + runs[-1].answered.get(name, 0),
        )
        for name in QUESTIONS
    }


def exponent(first: Answer, last: Answer) -> float:
    grown = last.seconds / max(first.seconds, 1e-6)
    return math.log(grown) / math.log(last.size / first.size)


def report(name: str, sizes: list[int]) -> bool:
    results = [measure(SHAPES[name](size)) for size in sizes]
    print(f"{name}: " + " / ".join(f"{size:,}" for size in sizes))
    first, last = results[0], results[-1]
    slower = max(0.0, exponent(first[FLOOR], last[FLOOR]) - 1)
    fine = True
    for question in QUESTIONS:
        longest = last[question].seconds
        growth = exponent(first[question], last[question]) - slower
        growth = growth if longest > FAINT else 0.0
        bad = growth > STEEPEST or longest > MOST_SECONDS
        fine = fine and not bad
        shown = "  ".join(f"{result[question].seconds:7.3f}" for result in results)
        power = f"N^{growth:4.2f}" if growth else ""
        print(f"  {question:12} {shown}   {power}{'  <-- too much' if bad else ''}")
    return fine


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shapes", nargs="*", metavar="shape", help=", ".join(SHAPES))
    parser.add_argument("--sizes", nargs="+", type=int, default=[12500, 25000, 50000])
    args = parser.parse_args()
    fine = [report(name, args.sizes) for name in args.shapes or SHAPES]
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
