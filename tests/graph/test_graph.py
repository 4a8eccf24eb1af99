"""The graph of revisions."""

from __future__ import annotations

from typing import Any

import pytest

from alembic.graph.errors import (
    CycleDetected,
    DependencyCycleDetected,
    DependencyLoopDetected,
    LoopDetected,
    MissingRevision,
    RevisionError,
)
from alembic.graph.links import reach


def below(graph: Any, id_: str) -> set[str]:
    """Return everything that must be applied before a revision."""
    return set(graph.name(reach([graph.number[id_]], graph.parents))) - {id_}


def test_a_merge_has_one_head(draw: Any) -> None:
    graph = draw(
        """
        a > b > d
        a > c > d
        """
    )

    assert graph.heads == ("d",)
    assert graph.bases == ("a",)
    assert below(graph, "d") == {"a", "b", "c"}


def test_heads_come_in_load_order(draw: Any) -> None:
    assert draw("r > z\nr > a\nr > m").heads == ("z", "a", "m")


def test_a_revision_that_another_needs_is_a_head_but_no_row(draw: Any) -> None:
    graph = draw("a > b\nx\nx: +b")

    assert graph.heads == ("b", "x")
    assert graph.applied_heads == ("x",)


def test_a_dependency_may_be_a_label(draw: Any) -> None:
    assert below(draw("a: @left\nx: +left"), "x") == {"a"}


def test_a_dependency_named_further_down_is_left_out(draw: Any) -> None:
    graph = draw("c\na > b > d\nb: +c\nd: +c")

    assert graph.name(graph.parents[graph.number["d"]]) == ("b",)


def test_a_dependency_inherited_through_a_merge_is_left_out(draw: Any) -> None:
    graph = draw("c\na > m > d\nb > m\nb: +c\nd: +c")

    assert graph.name(graph.parents[graph.number["d"]]) == ("m",)


def test_a_dependency_of_a_dependency_is_kept(draw: Any) -> None:
    graph = draw("c\ne: +c\na > b > d\nb: +e\nd: +c")

    assert graph.name(graph.parents[graph.number["d"]]) == ("b", "c")


@pytest.mark.parametrize(
    "drawing, error, named",
    [
        ("a > a", LoopDetected, ["a"]),
        ("a: +a", DependencyLoopDetected, ["a"]),
        ("a > b > a", CycleDetected, ["a", "b"]),
        ("x > a > b > c > a", CycleDetected, ["x", "a", "b", "c"]),
        ("g\nb > c > a > b", CycleDetected, ["a", "b", "c"]),
        ("a > b\na: +b", DependencyCycleDetected, ["a", "b"]),
        ("p > b > d > q\np: +d", DependencyCycleDetected, ["p", "b", "d", "q"]),
        ("q\na > b\na: +b", DependencyCycleDetected, ["a", "b"]),
        # between a base and a head, where Alembic 1.20 does not see it
        ("x > a > b > c > a\nc > d", CycleDetected, ["a", "b", "c"]),
    ],
)
def test_a_circle_is_named(
    draw: Any, drawing: str, error: type[CycleDetected], named: list[str]
) -> None:
    with pytest.raises(CycleDetected) as caught:
        draw(drawing)

    assert type(caught.value) is error
    assert list(caught.value.revisions) == named
    assert str(caught.value) == (
        f"{error.kind} is detected in revisions ({', '.join(named)})"
    )


def test_an_unknown_dependency_is_named_with_the_revision(draw: Any) -> None:
    with pytest.raises(MissingRevision, match="'a' names 'zz' in its depends_on"):
        draw("a: +zz")


def test_a_prefix_is_no_dependency(draw: Any) -> None:
    with pytest.raises(MissingRevision, match="'a' names 'abcd' in its depends_on"):
        draw("abcdef\na: +abcd")


@pytest.mark.parametrize("drawing", ["a: @x\nb: @x", "x\nb: @x", "a: @x\na > b\nb: @x"])
def test_a_name_is_a_label_once(draw: Any, drawing: str) -> None:
    with pytest.raises(RevisionError, match="Branch name 'x' in revision b already"):
        draw(drawing.replace("x\nb", "x > y\nb") if drawing[0] == "x" else drawing)


@pytest.mark.parametrize(
    "drawing, carriers",
    [
        ("a > b > c", "abc"),
        ("a > b > c\nb > d", "bcd"),
        ("a > b > d\na > c > d", "bd"),
        ("a > b\nx: +a", "b"),
        ("a > b > c\nx: +c", "abc"),
        ("a > b > c\nx: +c\ny: +c", "bc"),
    ],
)
def test_a_label_spreads(draw: Any, drawing: str, carriers: str) -> None:
    graph = draw(drawing + "\nb: @lab")

    found = {id_ for id_ in graph.ids if "lab" in graph.labels(id_)}

    assert found == set(carriers)
    assert set(graph.name(graph.carriers("lab"))) == set(carriers)


def test_a_line_of_fifty_thousand_needs_no_recursion(draw: Any) -> None:
    graph = draw(" > ".join(f"r{i}" for i in range(50_000)))

    assert len(below(graph, "r49999")) == 49_999
