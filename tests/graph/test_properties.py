"""Plans and rows of random graphs, against plain reachability."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alembic.graph.applied import Rows
from alembic.graph.node import Node
from alembic.graph.steps import RevisionStep
from alembic.script.revision import RevisionMap

many = settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class Model(NamedTuple):
    """A graph as sets, and nothing borrowed from the code under test."""

    nodes: list[Node]

    @property
    def parents(self) -> dict[str, set[str]]:
        owner = {label: node.id for node in self.nodes for label in node.labels}
        return {
            n.id: {*n.down, *(owner.get(d, d) for d in n.depends_on)}
            for n in self.nodes
        }

    def below(self, ids: Any) -> set[str]:
        """Return the given revisions and all that must be applied before them."""
        parents = self.parents
        found = set(ids)
        while True:
            more = set().union(*(parents[i] for i in found)) - found
            if not more:
                return found
            found |= more

    def above(self, ids: Any) -> set[str]:
        """Return the given revisions and all that build upon them."""
        wanted = set(ids)
        return {n.id for n in self.nodes if self.below([n.id]) & wanted}

    def tops(self, ids: set[str]) -> set[str]:
        """Return those of some revisions that no other of them builds upon."""
        parents = self.parents
        return {i for i in ids if not any(i in parents[j] for j in ids)}


@st.composite
def models(draw: st.DrawFn) -> Model:
    size = draw(st.integers(1, 14))
    nodes = []
    for i in range(size):
        down = some(draw, i, 3)
        needs = some(draw, i, 2) if draw(st.booleans()) else ()
        labels = frozenset([f"label{i}"]) if draw(st.integers(0, 4)) == 0 else ()
        nodes.append(Node(name(i), down, needs, frozenset(labels)))
    return Model(draw(st.permutations(nodes)))


def some(draw: st.DrawFn, before: int, most: int) -> tuple[str, ...]:
    if not before:
        return ()
    chosen = st.lists(st.integers(0, before - 1), max_size=most, unique=True)
    return tuple(name(i) for i in draw(chosen))


def name(i: int) -> str:
    return f"{i * 7919 % 65536:04x}r{i}"


def pick(data: st.DataObject, model: Model, most: int = 3) -> set[str]:
    ids = [node.id for node in model.nodes]
    return set(data.draw(st.lists(st.sampled_from(ids), max_size=most)))


MapOf = Callable[[Any], RevisionMap]


@many
@given(models(), st.data())
def test_an_upgrade_runs_what_is_missing_and_leaves_the_heads(
    map_of: MapOf, move: Any, model: Model, data: st.DataObject
) -> None:
    applied = model.below(pick(data, model))
    (target,) = data.draw(
        st.lists(st.sampled_from(model.nodes), min_size=1, max_size=1)
    )
    revisions = map_of(model.nodes)
    rows = model.tops(applied)

    plan = revisions.upgrade_revisions(target.id, tuple(rows))

    assert {r.revision for r in plan} == model.below([target.id]) - applied
    for revision in plan:
        assert model.parents[revision.revision] <= applied
        move(RevisionStep(revisions, revision, True), rows)  # type: ignore[arg-type]
        applied.add(revision.revision)
        assert rows == model.tops(applied)


@pytest.mark.parametrize("kind", [set, Rows])
@many
@given(model=models(), data=st.data())
def test_a_downgrade_runs_all_that_builds_upon_what_goes(
    map_of: MapOf, move: Any, kind: Any, model: Model, data: st.DataObject
) -> None:
    applied = model.below(pick(data, model))
    revisions = map_of(model.nodes)
    rows = kind(model.tops(applied))
    ends = sorted(i for i in applied if set(children(model, i)) & applied)
    end = data.draw(st.sampled_from(["base", *ends]))

    plan = revisions.downgrade_revisions(end, tuple(rows))

    roots = bases(model) if end == "base" else children(model, end)
    assert {r.revision for r in plan} == model.above(roots) & applied
    for revision in plan:
        assert not model.above([revision.revision]) & applied - {revision.revision}
        move(RevisionStep(revisions, revision, False), rows)  # type: ignore[arg-type]
        applied.discard(revision.revision)
        assert rows == model.tops(applied)


def children(model: Model, id_: str) -> list[str]:
    return [node.id for node in model.nodes if id_ in node.down]


def bases(model: Model) -> list[str]:
    return [node.id for node in model.nodes if not node.down]


@many
@given(models(), st.data())
def test_a_stamp_leaves_the_targets_and_what_they_do_not_touch(
    map_of: MapOf, move: Any, model: Model, data: st.DataObject
) -> None:
    rows = pick(data, model)
    if data.draw(st.booleans()):
        rows = model.tops(model.below(rows))
    targets = model.tops(model.below(pick(data, model)))
    if not targets:
        return
    related = model.below(targets) | model.above(targets)
    untouched = {row for row in rows if row not in related}

    steps = map_of(model.nodes).stamp_steps(tuple(sorted(targets)), tuple(sorted(rows)))
    for step in steps:
        move(step, rows)

    assert rows == targets | untouched


@many
@given(models())
def test_heads_may_be_stamped_from_nothing_and_back(
    map_of: MapOf, move: Any, model: Model
) -> None:
    revisions = map_of(model.nodes)
    rows: set[str] = set()
    for step in revisions.stamp_steps("heads", ()):
        move(step, rows)
    assert rows == model.tops({node.id for node in model.nodes})

    for step in revisions.stamp_steps("base", tuple(rows)):
        move(step, rows)
    assert not rows


@many
@given(models(), st.data())
def test_a_unique_beginning_stands_for_the_whole(
    map_of: MapOf, model: Model, data: st.DataObject
) -> None:
    node = data.draw(st.sampled_from(model.nodes))
    prefix = node.id[: data.draw(st.integers(1, len(node.id)))]
    keys = [n.id for n in model.nodes] + [k for n in model.nodes for k in n.labels]
    revisions = map_of(model.nodes)

    if len([key for key in keys if key.startswith(prefix)]) == 1:
        found = revisions.get_revision(prefix)
        assert found is not None and found.revision == node.id
    elif prefix not in keys:
        with pytest.raises(Exception, match="Multiple revisions start with"):
            revisions.get_revision(prefix)


@many
@given(models())
def test_a_label_reaches_all_that_follow(map_of: MapOf, model: Model) -> None:
    revisions = map_of(model.nodes)
    follows = Model([node._replace(depends_on=()) for node in model.nodes])
    for node in model.nodes:
        carried = revisions.get_revision(node.id)
        assert carried is not None
        inherited = {
            label
            for other in model.nodes
            for label in other.labels
            if node.id in follows.above([other.id])
        }
        assert carried.branch_labels >= inherited
        assert all(
            follows.below([node.id]) & follows.below([other.id])
            for other in model.nodes
            if other.labels & carried.branch_labels
        )
