"""Graphs drawn in text."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Callable, Iterator

import pytest

from alembic.graph.graph import RevisionGraph
from alembic.graph.node import Node
from alembic.graph.steps import RevisionStep
from alembic.script.revision import Revision, RevisionMap


def read_drawing(drawing: str) -> Iterator[Node]:
    """Read lines such as ``a > b > d``, ``b: @label`` and ``b: +dependency``.

    Revisions are loaded in the order in which they are first named.
    """
    down: dict[str, list[str]] = {}
    needs: dict[str, list[str]] = {}
    labels: dict[str, set[str]] = {}
    for line in filter(None, (line.strip() for line in drawing.splitlines())):
        if ":" in line:
            name, notes = (part.strip() for part in line.split(":"))
            down.setdefault(name, [])
            for note in notes.split():
                if note.startswith("@"):
                    labels.setdefault(name, set()).add(note[1:])
                else:
                    needs.setdefault(name, []).append(note[1:])
            continue
        names = [name.strip() for name in line.split(">")]
        for below, name in zip([None, *names], names):
            known = down.setdefault(name, [])
            if below is not None and below not in known:
                known.append(below)
    for name, below_it in down.items():
        yield Node(
            name,
            tuple(below_it),
            tuple(needs.get(name, ())),
            frozenset(labels.get(name, ())),
        )


def with_module(node: Node) -> Revision:
    """Return a revision whose module has both functions."""

    def upgrade() -> None:
        """Do nothing."""

    def downgrade() -> None:
        """Do nothing."""

    made: Any = Revision(node.id, node.down, node.depends_on, tuple(node.labels))
    made.module = SimpleNamespace(upgrade=upgrade, downgrade=downgrade)
    made.doc = f"step {node.id}"
    return made  # type: ignore[no-any-return]


def move_rows(step: Any, rows: set[str]) -> str:
    """Change rows as a version table would; return what was done."""
    if step.should_delete_branch(rows):
        gone = step.delete_version_num
        rows.remove(gone)
        return f"delete {gone}"
    if step.should_create_branch(rows):
        come = step.insert_version_num
        rows.add(come)
        return f"insert {come}"
    if step.should_merge_branches(rows):
        surplus, old, new = step.merge_branch_idents(rows)
        rows.difference_update([*surplus, old])
        rows.add(new)
        return f"delete {' '.join(surplus)}, {old} becomes {new}"
    if step.should_unmerge_branches(rows):
        old, new, added = step.unmerge_branch_idents(rows)
        rows.remove(old)
        rows.update([new, *added])
        return f"insert {' '.join(added)}, {old} becomes {new}"
    old, new = step.update_version_num(rows)
    rows.remove(old)
    rows.add(new)
    return f"{old} becomes {new}"


@pytest.fixture
def draw() -> Callable[[str], RevisionGraph]:
    """Build a graph from a drawing."""
    return lambda drawing: RevisionGraph(read_drawing(drawing))


@pytest.fixture
def draw_map() -> Callable[[str], RevisionMap]:
    """Build a map of revisions from a drawing."""

    def build(drawing: str) -> RevisionMap:
        revisions = [with_module(node) for node in read_drawing(drawing)]
        return RevisionMap(lambda: revisions)

    return build


@pytest.fixture
def map_of() -> Callable[[Any], RevisionMap]:
    """Build a map of revisions from nodes."""

    def build(nodes: Any) -> RevisionMap:
        revisions = [with_module(node) for node in nodes]
        return RevisionMap(lambda: revisions)

    return build


@pytest.fixture
def move() -> Callable[[Any, set[str]], str]:
    """Change a set of rows by one step, and tell how."""
    return move_rows


@pytest.fixture
def run() -> Callable[..., tuple[list, set[str]]]:
    """Upgrade or downgrade rows; give what was done and the rows afterwards."""

    def go(revisions: RevisionMap, target: Any, rows: Any, up: bool = True) -> Any:
        plan = revisions.upgrade_revisions if up else revisions.downgrade_revisions
        now = set(rows)
        done = [
            move_rows(RevisionStep(revisions, revision, up), now)  # type: ignore
            for revision in plan(target, tuple(rows))
        ]
        return done, now

    return go
