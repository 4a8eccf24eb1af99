"""What upgrades, downgrades and stamps run."""

from __future__ import annotations

from typing import Any

import pytest

from alembic.graph.errors import RangeNotAncestorError, ResolutionError, RevisionError
from alembic.graph.planner import Planner
from alembic.graph.stamping import plan_stamp
from alembic.graph.steps import StampStep

BRANCHES = """
    a > b1 > b2
    a > c1 > c2
    x1 > x2
    b2: @left
    x1: @other
    x2: @v2-1
"""


def up(revisions: Any, target: Any, *rows: str) -> list[str]:
    return [r.revision for r in revisions.upgrade_revisions(target, rows)]


def down(revisions: Any, target: Any, *rows: str) -> list[str]:
    return [r.revision for r in revisions.downgrade_revisions(target, rows)]


@pytest.mark.parametrize(
    "target, rows, expected",
    [
        ("heads", [], "x1 x2 a c1 c2 b1 b2"),
        ("heads", ["b2", "x2"], "c1 c2"),
        ("b1", ["c2"], "b1"),
        ("b1", ["b2"], ""),
        ("base", [], ""),
        ("left@head", [], "a b1 b2"),
        (("b1", "x1"), [], "x1 a b1"),
        ("+1", ["b1"], "b2"),
        ("c1@+2", ["a"], "c1 c2"),
        ("c1@+1", ["b1"], "c1"),
        ("other@+1", ["b1"], "x1"),
        ("b1+1", [], "a b1 b2"),
        ("c1@a+2", [], "a c1 c2"),
        ("b2-1", [], "a b1"),
        ("c1@base+2", [], "a c1"),
        # a label, though it looks like steps
        ("v2-1", [], "x1 x2"),
    ],
)
def test_an_upgrade_runs(
    draw_map: Any, target: Any, rows: list[str], expected: str
) -> None:
    assert up(draw_map(BRANCHES), target, *rows) == expected.split()


@pytest.mark.parametrize(
    "target, rows, expected",
    [
        ("base", ["b2", "c2"], "b2 b1 c2 c1 a"),
        ("a", ["b2", "c2"], "b2 b1 c2 c1"),
        ("b1", ["b2", "c2"], "b2"),
        ("b1", ["b1"], ""),
        ("b1@a", ["b2", "c2"], "b2 b1"),
        ("other@base", ["b2", "x2"], "x2 x1"),
        ("-1", ["b2"], "b2"),
        ("c2@-2", ["b2", "c2"], "c2 c1"),
        ("b2-1", ["b2"], "b2"),
        ("a+1", ["b2"], None),
        ("other@x2-1", ["b2", "x2"], "x2"),
        ("base", [], ""),
        ("v2-1", ["x2"], ""),
        ("v2-1@base", ["x2"], "x2 x1"),
    ],
)
def test_a_downgrade_runs(
    draw_map: Any, target: str, rows: list[str], expected: str | None
) -> None:
    revisions = draw_map(BRANCHES)
    if expected is None:
        with pytest.raises(RevisionError, match="Ambiguous walk"):
            down(revisions, target, *rows)
        return
    assert down(revisions, target, *rows) == expected.split()


def test_minus_one_from_two_rows_takes_the_first_with_a_warning(draw_map: Any) -> None:
    with pytest.warns(UserWarning, match="downgrade -1 from multiple heads"):
        assert down(draw_map(BRANCHES), "-2", "c2", "b2") == ["c2", "c1"]


def test_a_downgrade_takes_dependents_along(draw_map: Any) -> None:
    revisions = draw_map("m1 > m2 > m3\nm1: @main\np1 > p2\np2: +m2")

    assert down(revisions, "main@base", "p2", "m3") == ["m3", "p2", "m2", "m1"]


def test_a_branch_steps_down_from_where_a_dependency_has_brought_it(
    draw_map: Any,
) -> None:
    # the branch is applied up to a2 only, for the sake of x1
    revisions = draw_map("a1 > a2 > a3\na3: @main\nx1 > x2\nx2: +a2")

    assert down(revisions, "main@-1", "x2") == ["x2", "a2"]


@pytest.mark.parametrize(
    "target, rows, message",
    [
        ("-1", ["b1"], "Relative revision -1 didn't produce 1 migrations"),
        ("+0", ["b1"], "Relative revision [+]0 didn't produce 0 migrations"),
        ("+2", ["b1"], "Relative revision [+]2 didn't produce 2 migrations"),
        ("+1", ["a"], "Ambiguous walk"),
        ("+1", [], "Ambiguous walk"),
        ("+1", ["b1", "c1"], "Ambiguous upgrade from multiple current revisions"),
        ("b2-3", [], "Relative revision b2-3 didn't produce 3 migrations"),
        ("b2+1", [], "Relative revision b2[+]1 didn't produce 1 migrations"),
        ("left@b2+1", [], "Relative revision left@b2[+]1 didn't produce 1 migrations"),
        ("+99999999999", ["b1"], "didn't produce 99999999999 migrations"),
        ("heads", ["a", "b1"], "Requested revision b1 overlaps with other .* a"),
        (("b1", "a"), [], "Requested revision b1 overlaps with other .* a"),
        ("b1", ["gone"], "No such revision or branch 'gone'"),
    ],
)
def test_an_upgrade_says_what_is_wrong(
    draw_map: Any, target: Any, rows: list[str], message: str
) -> None:
    with pytest.raises(RevisionError, match=message):
        up(draw_map(BRANCHES), target, *rows)


@pytest.mark.parametrize(
    "target, rows, message",
    [
        ("+1", ["b1"], "Relative revision [+]1 didn't produce 1 migrations"),
        ("-3", ["b1"], "Relative revision -3 didn't produce 3 migrations"),
        ("-1", [], "Relative revision -1 didn't produce 1 migrations"),
        ("b1-3", ["b1"], "Walked too far"),
        ("other@-1", ["b1"], "Relative revision -1 didn't produce 1 migrations"),
        ("a@a", ["b2", "c2"], "Not a valid downgrade target from current heads"),
        ("a@-1", ["b2", "c2"], "Ambiguous downgrade: branch 'a' has several"),
        ("nosuchlabel@base", ["b1"], "No such revision or branch 'nosuchlabel'"),
        ("nosuchlabel@-1", ["b1"], "No such revision or branch 'nosuchlabel'"),
    ],
)
def test_a_downgrade_says_what_is_wrong(
    draw_map: Any, target: str, rows: list[str], message: str
) -> None:
    with pytest.raises(RevisionError, match=message):
        down(draw_map(BRANCHES), target, *rows)


def test_a_downgrade_to_what_is_not_applied_is_refused(draw_map: Any) -> None:
    with pytest.raises(RangeNotAncestorError):
        down(draw_map(BRANCHES), "c1", "b2")


@pytest.mark.parametrize(
    "targets, rows, expected",
    [
        # 1.20.1 loses a row in each of these
        (("b2", "c1"), ["b1", "c2"], "b1 becomes b2; c2 becomes c1"),
        (("b1", "c1"), ["b2", "c2"], "b2 becomes b1; c2 becomes c1"),
        (("b2", "c2"), ["b1", "c2"], "b1 becomes b2"),
        # and in these it is right
        ("a", ["b2", "c2"], "delete b2, c2 becomes a"),
        (("b2", "c2"), ["a"], "a becomes b2; insert c2"),
        (("b2", "c2"), ["b1", "c1"], "delete b1, c1 becomes b2; insert c2"),
        ("c1", ["b2"], "insert c1"),
        ("b1", ["b1"], ""),
        ("base", ["b2", "x1"], "delete b2; delete x1"),
        ("other@base", ["b2", "x1"], "delete x1"),
        (("other@base", "b2"), ["x1"], "delete x1; insert b2"),
        (("b1", "b1"), [], "insert b1"),
        # a row above or below another, which no run leaves, goes too
        ("b2", ["b1", "a"], "delete b1, a becomes b2"),
        ("a", ["b2", "b1"], "delete b2, b1 becomes a"),
        ("b1", ["b2", "a"], "delete b2, a becomes b1"),
        # also where the target is a row already; 1.20.1 leaves them there
        ("b1", ["a", "b1"], "delete a"),
        ("b1", ["a", "b1", "b2", "x1"], "delete a; delete b2"),
        (("b1", "c2"), ["a", "b1", "c1"], "delete a; c1 becomes c2"),
        # a row that another target names stays where it is
        (("heads", "left@base"), ["b2", "c2", "x2"], ""),
        (("base", "b2"), ["b2", "x1"], "delete x1"),
        # each row leads to its own target where one stays, or moves down
        (("a", "x2"), ["a", "x1"], "x1 becomes x2"),
        (("b2", "c2", "x1"), ["b1", "c1", "x1"], "b1 becomes b2; c1 becomes c2"),
        (
            ("b2", "c2", "x1"),
            ["b1", "c1", "x2"],
            "b1 becomes b2; c1 becomes c2; x2 becomes x1",
        ),
        # no target is base
        ((), ["b2", "x1"], "delete b2; delete x1"),
    ],
)
def test_a_stamp_changes_rows(
    draw_map: Any, move: Any, targets: Any, rows: list[str], expected: str
) -> None:
    now = set(rows)
    steps = draw_map(BRANCHES).stamp_steps(targets, rows)

    assert "; ".join(move(step, now) for step in steps) == expected


class CountedLinks(list):
    """Links that count how often they are followed."""

    followed = 0

    def __getitem__(self, number: Any) -> Any:
        self.followed += 1
        return super().__getitem__(number)


LINE, LOW, HIGH = ([f"{part}{i:04}" for i in range(300)] for part in ("l", "p", "q"))


@pytest.mark.parametrize(
    "rows, targets",
    [
        (LINE[:1], HIGH),
        (LOW, HIGH),
        (HIGH, LOW),
        (LOW[::2] + HIGH[1::2], HIGH[::2] + LOW[1::2]),
        # one row moves up, where another stays
        (LINE[:1] + ["x"], [*HIGH, "x"]),
        # all of the line are rows by accident
        (LINE, HIGH),
    ],
    ids=["one up", "all up", "all down", "up and down", "one stays", "accident"],
)
def test_a_stamp_of_many_walks_over_a_comb_a_few_times(
    draw: Any, move: Any, rows: list[str], targets: list[str]
) -> None:
    teeth = "\n".join(map(" > ".join, zip(LINE, LOW, HIGH)))
    graph = draw("x\n" + " > ".join(LINE) + "\n" + teeth)
    graph.parents = CountedLinks(graph.parents)
    graph.all_children = CountedLinks(graph.all_children)

    moves = plan_stamp(Planner(graph), targets, rows)

    now = set(rows)
    for one in moves:
        move(StampStep(*one), now)
    assert now == set(targets)
    most = 6 * len(graph.ids)
    assert graph.parents.followed < most
    assert graph.all_children.followed < most


def test_a_row_above_two_targets_leads_to_one_of_them(draw_map: Any, move: Any) -> None:
    now = {"merge"}
    steps = draw_map("a > b > merge\na > c > merge").stamp_steps(("b", "c"), ["merge"])

    assert [move(step, now) for step in steps] == ["merge becomes b", "insert c"]
    assert now == {"b", "c"}


def test_a_stamp_at_the_base_of_a_branch_takes_what_depends_on_it(
    draw_map: Any, move: Any
) -> None:
    now = {"x", "y"}
    drawing = "a > b\nx\ny\na: @left\nx: +b"
    steps = draw_map(drawing).stamp_steps("left@base", ["x", "y"])

    assert [move(step, now) for step in steps] == ["delete x"]


def test_a_stamp_refuses_a_number_of_steps(draw_map: Any) -> None:
    with pytest.raises(ResolutionError, match="'-1'"):
        draw_map(BRANCHES).stamp_steps("-1", ("b2",))


def test_a_stamp_refuses_two_targets_of_one_line(draw_map: Any) -> None:
    with pytest.raises(RevisionError, match="Requested revision b2 overlaps"):
        draw_map(BRANCHES).stamp_steps(("b2", "a"), ())


def test_the_first_overlap_is_named_with_all_that_it_covers(draw_map: Any) -> None:
    with pytest.raises(RevisionError) as caught:
        draw_map(BRANCHES).stamp_steps(("x1", "b1", "c2", "b2", "a", "c1"), ())

    assert str(caught.value) == (
        "Requested revision b1 overlaps with other requested revisions a"
    )


def test_a_stamp_refuses_rows_that_are_not_known(draw_map: Any) -> None:
    with pytest.raises(ResolutionError, match="gone99"):
        draw_map(BRANCHES).stamp_steps("b2", ("gone99",))


MERGED = """
    a1 > a2 > m1 > m2
    b1 > b2 > m1
    b1 > c1
    d1
    a1: @one
    b1: @two
    d1: +c1
"""


@pytest.mark.parametrize(
    "target, expected",
    [
        # the branch says where to go at the merge, wherever the way begins
        ("one@b2+1", "b1 b2 a1 a2 m1"),
        ("two@a2+2", "b1 b2 a1 a2 m1 m2"),
        ("b2@b1+1", "b1 b2"),
    ],
)
def test_steps_up_begin_at_any_revision(
    draw_map: Any, target: str, expected: str
) -> None:
    assert up(draw_map(MERGED), target) == expected.split()


def test_steps_down_begin_on_their_branch(draw_map: Any) -> None:
    with pytest.raises(ResolutionError, match="is not a member of branch 'one'"):
        down(draw_map(MERGED), "one@b2-1", "m2")


@pytest.mark.parametrize(
    "upper, lower, expected",
    [
        ("heads", "base", "a1 a2 b1 b2 c1 d1 m1 m2"),
        ("heads", "two@base", "a1 a2 b1 b2 m1 m2"),
        ("heads", "d1@base", "b1 c1 d1"),
        ("one@head", "two@base", "a1 a2 b1 b2 m1 m2"),
        ("a2", "two@base", ""),
        ("b2", "m2@base", "b1 b2"),
        # a dependency alone does not lead to the branch
        ("d1", "two@base", ""),
    ],
)
def test_a_range_from_the_base_of_a_branch_stays_on_it(
    draw_map: Any, upper: str, lower: str, expected: str
) -> None:
    found = draw_map(MERGED).iterate_revisions(upper, lower)

    assert sorted(revision.revision for revision in found) == expected.split()


@pytest.mark.parametrize("symbol", ["nope@a1", "nope@base", "heads@a1"])
def test_an_unknown_branch_is_called_one(draw_map: Any, symbol: str) -> None:
    branch = symbol.partition("@")[0]

    with pytest.raises(ResolutionError, match=f"^No such branch: '{branch}'$"):
        draw_map(MERGED).get_revision(symbol)


@pytest.mark.parametrize("upper, lower", [("d1", "b1"), ("m1", "d1")])
def test_a_range_ends_above_where_it_begins(
    draw_map: Any, upper: str, lower: str
) -> None:
    with pytest.raises(RangeNotAncestorError):
        list(draw_map(MERGED + "\nc1 > c2").iterate_revisions(upper, lower))
