"""Steps and the rows that they change."""

from __future__ import annotations

from typing import Any

import pytest

from alembic.graph.applied import Rows
from alembic.graph.errors import RevisionError
from alembic.graph.info import MigrationInfo
from alembic.graph.steps import MigrationStep, RevisionStep, StampStep

MERGE = """
    a > b > m
    a > c > m
"""
PLUGIN = """
    m1 > m2 > m3
    p1 > p2
    p2: +m2
"""


def test_a_merge_takes_the_rows_together_and_gives_them_back(
    draw_map: Any, run: Any
) -> None:
    revisions = draw_map(MERGE)

    done, rows = run(revisions, "heads", [])
    assert done == [
        "insert a",
        "a becomes c",
        "insert b",
        "delete b, c becomes m",
    ]
    done, rows = run(revisions, "base", rows, up=False)
    assert done == [
        "insert b, m becomes c",
        "delete b",
        "c becomes a",
        "delete a",
    ]
    assert rows == set()


def test_a_dependency_is_a_row_only_while_nothing_needs_it(
    draw_map: Any, run: Any
) -> None:
    revisions = draw_map(PLUGIN)

    done, rows = run(revisions, "p1@heads", [])
    assert rows == {"p2"}
    assert done[-1] == "delete p1, m2 becomes p2"
    assert run(revisions, "heads", ["p2"])[1] == {"p2", "m3"}
    assert run(revisions, "m1@-1", ["p2", "m3"], up=False)[1] == {"p2"}
    assert run(revisions, "p1@-1", ["p2"], up=False)[1] == {"p1", "m2"}
    assert run(revisions, "m1@base", ["p2", "m3"], up=False)[1] == {"p1"}


@pytest.mark.parametrize("kind", [set, Rows])
def test_rows_may_be_changed_from_outside(draw_map: Any, kind: Any) -> None:
    revisions = draw_map("a > b\na > c")
    step = RevisionStep(revisions, revisions.get_revision("b"), False)
    rows = kind({"b", "c"})

    assert step.should_delete_branch(rows)
    rows.discard("c")
    assert not step.should_delete_branch(rows)
    rows.update(["c"])
    assert step.should_delete_branch(rows)
    rows.symmetric_difference_update(["c"])
    assert not step.should_delete_branch(rows)
    rows |= {"c"}
    assert step.should_delete_branch({"b", "c"})
    assert not step.should_delete_branch({"b"})
    assert step.should_delete_branch(rows)
    assert rows.pop() in "bc"


def test_a_step_tells_itself(draw_map: Any) -> None:
    revisions = draw_map(MERGE)
    step = RevisionStep(revisions, revisions.get_revision("m"), True)

    assert str(step) == "upgrade b, c -> m, step m"
    assert step.short_log == "upgrade b, c -> m"
    assert repr(step) == "RevisionStep('m', is_upgrade=True)"
    assert str(MigrationStep.downgrade_from_script(revisions, step.revision)) == (
        "downgrade m -> b, c, step m"
    )
    assert step == MigrationStep.upgrade_from_script(revisions, step.revision)
    assert step != MigrationStep.downgrade_from_script(revisions, step.revision)


def test_dependencies_count_but_are_not_shown(draw_map: Any) -> None:
    revisions = draw_map(PLUGIN)
    step = RevisionStep(revisions, revisions.get_revision("p2"), True)

    assert step.short_log == "upgrade p1 -> p2"
    assert step.from_revisions == ("p1", "m2")
    assert step.from_revisions_no_deps == ("p1",)


def test_the_info_of_a_downgrade(draw_map: Any) -> None:
    revisions = draw_map(PLUGIN)
    info = RevisionStep(revisions, revisions.get_revision("p2"), False).info

    assert info.up_revision is revisions.get_revision("p2")
    assert info.source_revision_ids == info.up_revision_ids == ("p2",)
    assert info.destination_revision_ids == info.down_revision_ids == ("p1", "m2")
    assert [r.revision for r in info.destination_revisions] == ["p1", "m2"]
    assert [r.revision for r in info.source_revisions] == ["p2"]
    assert info.down_revisions == info.destination_revisions
    assert info.is_migration and not info.is_upgrade


def test_the_info_of_a_stamp(draw_map: Any) -> None:
    revisions = draw_map(MERGE)
    info = StampStep(("b", "c"), "a", False, False, revisions).info

    assert info.is_stamp and not info.is_migration
    assert info.up_revision_id == "b"
    assert info.up_revision_ids == ("b", "c")
    assert [r.revision for r in info.up_revisions] == ["b", "c"]
    assert info.destination_revision_ids == ("a",)


def test_no_revisions_at_an_end_are_none(draw_map: Any) -> None:
    info = MigrationInfo(draw_map("a"), True, True, (), ())

    assert info.up_revision_id is None
    assert info.up_revision is None
    assert info.up_revisions == ()


def test_a_stamp_step_tells_itself() -> None:
    step = StampStep("a", ("b",), True, False)

    assert str(step) == "stamp_revision a -> b"
    assert step == StampStep(("a",), "b", True, False)
    assert step != StampStep("a", "b", True, True)
    with pytest.raises(RevisionError, match="without a revision map"):
        assert step.info


@pytest.mark.parametrize("name", ["delete_version_num", "insert_version_num"])
def test_a_stamp_of_several_has_no_single_row(name: str) -> None:
    with pytest.raises(RevisionError, match="Can't tell which row"):
        getattr(StampStep(("a", "b"), ("c", "d"), True, False), name)


def test_a_step_without_its_row_says_so(draw_map: Any) -> None:
    revisions = draw_map(MERGE)
    step = RevisionStep(revisions, revisions.get_revision("m"), True)

    assert step.should_create_branch(set())
    with pytest.raises(RevisionError, match="Can't tell which row"):
        step.update_version_num(set())
    with pytest.raises(RevisionError, match="Can't tell which row"):
        step.merge_branch_idents(set())
