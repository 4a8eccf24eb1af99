"""Revisions and the map of all of them."""

from __future__ import annotations

import pickle
from copy import copy, deepcopy
from typing import Any

import pytest

from alembic.script.revision import (
    DependencyLoopDetected,
    LoopDetected,
    MissingRevision,
    MultipleHeads,
    RangeNotAncestorError,
    ResolutionError,
    Revision,
    RevisionError,
    RevisionMap,
    is_revision,
    tuple_rev_as_scalar,
)


def made(*revisions: Revision) -> RevisionMap:
    return RevisionMap(lambda: revisions)


@pytest.fixture
def two_roots() -> RevisionMap:
    return made(
        Revision("abcd1", None, branch_labels="left"),
        Revision("abcd2", "abcd1"),
        Revision("abce", "abcd2"),
        Revision("xyz", "abce"),
        Revision("q123", None, branch_labels=("right", "r")),
        Revision("q124", "q123"),
    )


def ids(found: Any) -> list[Any]:
    return [getattr(revision, "revision", revision) for revision in found]


@pytest.mark.parametrize(
    "symbol, expected",
    [
        ("abcd1", ["abcd1"]),
        ("abce", ["abce"]),
        ("ri", ["q123"]),
        ("left", ["abcd1"]),
        ("heads", ["xyz", "q124"]),
        ("base", []),
        (None, []),
        ((), []),
        ("left@head", ["xyz"]),
        ("left@heads", ["xyz"]),
        ("abcd2@head", ["xyz"]),
        ("left@base", []),
        ("left@abce", ["abce"]),
        ("left@abcd1", ["abcd1"]),
        ("right@q", ["q123", "q124"]),
        (("abce", "heads"), ["abce", "xyz", "q124"]),
        ("-1", ["abce", "q123"]),
        ("-2", ["abcd2", "base"]),
        ("-3", ["abcd1", None]),
        ("left@-2", ["abcd2"]),
        ("@left", ["abcd1"]),
    ],
)
def test_a_symbol_stands_for_revisions(
    two_roots: RevisionMap, symbol: Any, expected: list[Any]
) -> None:
    if symbol == "right@q":
        with pytest.raises(ResolutionError, match="'q123', 'q124'"):
            two_roots.get_revisions(symbol)
        return
    assert ids(two_roots.get_revisions(symbol)) == expected


@pytest.mark.parametrize(
    "symbol, message",
    [
        ("nope", "No such revision or branch 'nope'$"),
        ("no", "'no'; please ensure at least four characters are present"),
        ("xy", "No such revision or branch 'xy'; please"),
        ("abcd", "Multiple revisions start with 'abcd': 'abcd1', 'abcd2'[.]{3}"),
        ("abc", "start with 'abc': 'abcd1', 'abcd2', 'abce'[.]{3}"),
        ("nope@head", "No such revision or branch 'nope'"),
        ("nope@base", "No such branch: 'nope'"),
        ("nope@-1", "No such revision or branch 'nope'"),
        ("left@q123", "Revision q123 is not a member of branch 'left'"),
        ("left@right", "Revision q123 is not a member of branch 'left'"),
        ("left@", "No revision is given in 'left@'"),
        ("", "No revision is given in ''"),
        ("a:b:c", "No such revision or branch 'a:b:c'"),
    ],
)
def test_an_unknown_symbol_is_named(
    two_roots: RevisionMap, symbol: str, message: str
) -> None:
    with pytest.raises(ResolutionError, match=message):
        two_roots.get_revisions(symbol)


def test_an_error_carries_what_was_asked_for(two_roots: RevisionMap) -> None:
    with pytest.raises(ResolutionError) as unknown:
        two_roots.get_revision("left@nope")
    assert unknown.value.argument == "nope"
    with pytest.raises(MultipleHeads) as several:
        two_roots.get_revision("head")
    assert several.value.heads == ("xyz", "q124")
    assert several.value.argument == "head"


@pytest.mark.parametrize("symbol", ["heads", ("xyz", "q124")])
def test_one_revision_is_not_several(two_roots: RevisionMap, symbol: Any) -> None:
    with pytest.raises(MultipleHeads) as several:
        two_roots.get_revision(symbol)

    assert several.value.heads == ("xyz", "q124")
    assert several.value.argument == symbol


def test_steps_down_choose_no_side_of_a_merge() -> None:
    merged = made(Revision("a", None), Revision("b", None), Revision("m", ("a", "b")))

    with pytest.raises(RevisionError, match="Ambiguous walk"):
        merged.get_revisions("-1")


def test_an_identifier_from_a_driver_must_be_text(two_roots: RevisionMap) -> None:
    with pytest.raises(RevisionError, match="revision identifier 5 is not a string"):
        two_roots.get_revision(5)  # type: ignore[arg-type]


def test_the_current_head_of_a_branch(two_roots: RevisionMap) -> None:
    assert two_roots.get_current_head("left") == "xyz"
    assert made().get_current_head() is None
    with pytest.raises(MultipleHeads):
        two_roots.get_current_head()


def test_a_range_leaves_the_lower_end_out(two_roots: RevisionMap) -> None:
    assert ids(two_roots.iterate_revisions("xyz", "abcd2")) == ["xyz", "abce"]
    assert ids(two_roots.iterate_revisions("abce", "abce", inclusive=True)) == ["abce"]
    assert ids(two_roots.iterate_revisions("+1", "abcd1")) == ["abcd2"]
    assert ids(
        two_roots.iterate_revisions("+9", "abce", assert_relative_length=False)
    ) == ["xyz"]
    assert ids(
        two_roots.iterate_revisions("xyz", "abcd2", select_for_downgrade=True)
    ) == ["xyz", "abce"]
    assert ids(
        two_roots.iterate_revisions(
            "xyz", "abcd2", select_for_downgrade=True, inclusive=True
        )
    ) == ["xyz", "abce", "abcd2"]


@pytest.mark.parametrize("lower", ["-2", "-3"])
def test_a_range_from_below_the_first_revision_is_all(lower: str) -> None:
    revisions = made(Revision("a", None), Revision("b", "a"))

    assert ids(revisions.iterate_revisions("heads", lower)) == ["b", "a"]


def test_the_ends_of_a_range_may_not_overlap(two_roots: RevisionMap) -> None:
    with pytest.raises(RevisionError, match="xyz overlaps with .* abce"):
        list(two_roots.iterate_revisions(("xyz", "abce"), "base"))


def test_a_reversed_range_is_refused(two_roots: RevisionMap) -> None:
    with pytest.raises(RangeNotAncestorError) as caught:
        list(two_roots.iterate_revisions("abcd1", "abce"))
    assert (caught.value.lower, caught.value.upper) == ("abce", "abcd1")
    assert str(RangeNotAncestorError("a", None)) == (
        "Revision a is not an ancestor of revision base"
    )


def test_a_range_takes_in_only_what_lies_between() -> None:
    merge = made(
        Revision("a", None),
        Revision("b", "a"),
        Revision("c", "a"),
        Revision("m", ("b", "c")),
    )

    assert ids(merge.iterate_revisions("m", "b")) == ["m"]
    assert ids(merge.iterate_revisions("m", "b", implicit_base=True)) == ["m", "c"]


def test_lineage_may_follow_dependencies() -> None:
    revisions = made(
        Revision("a", None, branch_labels="lab"),
        Revision("b", "a"),
        Revision("x", None, dependencies="b"),
    )
    everything = revisions.get_revisions(("a", "b", "x"))

    assert ids(revisions.filter_for_lineage(everything, "lab")) == ["a", "b"]
    assert ids(revisions.filter_for_lineage(everything, "lab", True)) == ["a", "b", "x"]
    assert revisions.filter_for_lineage(["b", "x"], "a") == ("b",)
    assert revisions.filter_for_lineage(["b", "x"], None) == ("b", "x")


def test_a_revision_tells_itself() -> None:
    assert repr(Revision("a", None)) == "Revision('a', None)"
    assert repr(Revision("a", ["b"], dependencies=("c", "d"), branch_labels="l")) == (  # type: ignore[arg-type]
        "Revision('a', 'b', dependencies=('c', 'd'), branch_labels={'l'})"
    )


def test_a_revision_knows_its_place() -> None:
    revisions = made(
        Revision("a", ()),
        Revision("b", "a"),
        Revision("c", ("a",)),
        Revision("m", ("b", "c")),
    )
    a, b, m = revisions.get_revisions(("a", "b", "m"))

    assert a.is_base and a.is_branch_point and a.nextrev == {"b", "c"}
    assert m.is_head and m.is_merge_point and m.down_revision == ("b", "c")
    assert not (b.is_head or b.is_base or b.is_branch_point or b.is_merge_point)


@pytest.mark.parametrize("character", "@-+:")
def test_an_identifier_may_not_hold_what_separates(character: str) -> None:
    with pytest.raises(RevisionError, match="not allowed in revision identifier"):
        Revision.verify_rev_id(f"a{character}b")


def test_all_bad_characters_are_listed() -> None:
    with pytest.raises(RevisionError) as caught:
        Revision("a@b-c", None)
    assert str(caught.value) == (
        "Character(s) '-, @' not allowed in revision identifier 'a@b-c'"
    )


def test_a_revision_may_not_name_itself() -> None:
    with pytest.raises(LoopDetected):
        Revision("a", "a")
    with pytest.raises(DependencyLoopDetected):
        Revision("a", None, dependencies=("a",))


def test_the_same_identifier_twice_warns_and_the_later_wins() -> None:
    revisions = made(Revision("a", None), Revision("b", None), Revision("a", "b"))

    with pytest.warns(UserWarning, match="Revision a is present more than once"):
        assert revisions.heads == ("a",)
    assert ids(revisions.get_revisions("a")) == ["a"]


def test_an_unknown_parent_is_named_with_the_revision() -> None:
    revisions = made(Revision("b", "zz"))

    warned = pytest.warns(UserWarning, match=r"zz .* Revision\('b', 'zz'\)")
    with warned, pytest.raises(MissingRevision, match="'b' names 'zz' .*down_revision"):
        assert revisions.heads


def test_the_map_is_loaded_when_asked() -> None:
    loads: list[int] = []

    def load() -> list[Revision]:
        loads.append(1)
        return [Revision("a", None)]

    revisions = RevisionMap(load)
    assert not loads
    assert revisions.heads == revisions.bases == ("a",)
    assert loads == [1]


def test_a_revision_may_be_added() -> None:
    revisions = made(Revision("a", None))
    revisions.add_revision(Revision("b", "a", branch_labels="new"))

    assert revisions.heads == ("b",)
    a, b = revisions.get_revisions(("a", "new"))
    assert a.nextrev == {"b"}
    assert a.branch_labels == b.branch_labels == {"new"}


@pytest.fixture
def carried() -> Any:
    revisions = made(
        Revision("a", None, branch_labels=("x", "y")),
        Revision("b", "a"),
        Revision("c", "a", branch_labels="z"),
    )
    (b,) = revisions.get_revisions("b")
    return b.branch_labels


def test_labels_are_a_set_that_cannot_be_changed(carried: Any) -> None:
    assert carried == {"x", "y"} == carried
    assert hash(carried) == hash(frozenset(carried))
    assert len(carried) == 2 and list(carried) == ["x", "y"]
    assert "x" in carried and "z" not in carried and None not in carried
    assert repr(carried) == "{'x', 'y'}"
    assert carried | {"q"} == {"q"} | carried == {"q", "x", "y"}
    assert carried - {"x"} == carried.difference("x") == {"y"}
    assert carried.union("q").issuperset(carried) and carried <= {"x", "y", "z"}
    assert not hasattr(carried, "add")
    with pytest.raises(TypeError, match="unhashable"):
        assert [] in carried


def test_labels_may_be_copied_and_sent(carried: Any) -> None:
    for copied in copy(carried), deepcopy(carried), pickle.loads(pickle.dumps(carried)):
        assert copied == carried


def test_a_revision_added_twice_warns_and_the_later_wins() -> None:
    revisions = made(Revision("a", None), Revision("b", None), Revision("c", "b"))

    with pytest.warns(UserWarning, match="Revision c is present more than once"):
        revisions.add_revision(Revision("c", "a"))

    assert revisions.heads == ("b", "c")


def test_a_revision_that_does_not_fit_is_not_added() -> None:
    revisions = made(Revision("a", None))
    with pytest.warns(UserWarning, match="zz ref"), pytest.raises(MissingRevision):
        revisions.add_revision(Revision("b", "zz"))

    assert revisions.heads == ("a",)


def test_a_revision_may_be_replaced() -> None:
    revisions = made(Revision("a", None), Revision("b", None), Revision("c", "b"))
    revisions.add_revision(Revision("c", "a"), _replace=True)

    assert revisions.heads == ("b", "c")
    with pytest.raises(RevisionError, match="revision d not in map"):
        revisions.add_revision(Revision("d", None), _replace=True)


def test_a_revision_may_note_what_follows_it() -> None:
    a = Revision("a", None)
    a.add_nextrev(Revision("b", "a"))
    a.add_nextrev(Revision("c", "b"))

    assert a.nextrev == {"b"}


def test_tips_of_what_is_applied() -> None:
    revisions = made(
        Revision("a", None), Revision("b", "a"), Revision("x", None, dependencies="b")
    )

    assert set(ids(revisions.current_tips(("x",)))) == {"b", "x"}


@pytest.fixture
def needy() -> Revision:
    """A revision that inherits one of its two dependencies."""
    revision = Revision("d", "c", dependencies=("other", "y"))
    revisions = made(
        Revision("x", None, branch_labels="other"),
        Revision("y", None),
        Revision("b", None, dependencies="y"),
        Revision("c", "b"),
        revision,
    )
    assert revisions.heads
    return revision


@pytest.mark.parametrize(
    "name, expected",
    [
        ("_versioned_down_revisions", ("c",)),
        ("_resolved_dependencies", ("x", "y")),
        ("_all_down_revisions", ("c", "x", "y")),
        ("_normalized_down_revisions", ("c", "x")),
        ("_all_nextrev", frozenset()),
        ("_is_real_base", False),
    ],
)
def test_packages_read_the_links_of_a_revision(
    needy: Revision, name: str, expected: Any
) -> None:
    assert getattr(needy, name) == expected


def test_packages_read_who_builds_upon_a_revision() -> None:
    a = Revision("a", None)
    revisions = made(a, Revision("b", "a"), Revision("x", None, dependencies="a"))

    assert revisions.heads == ("b", "x")
    assert a._all_nextrev == {"b", "x"}
    assert a._is_real_base


@pytest.mark.parametrize(
    "name, expected",
    [
        ("_resolved_dependencies", ("other",)),
        ("_all_down_revisions", ("c", "other")),
        ("_normalized_down_revisions", ("c", "other")),
        ("_all_nextrev", frozenset()),
    ],
)
def test_without_a_map_the_links_are_as_written(name: str, expected: Any) -> None:
    alone = Revision("d", "c", dependencies="other")

    assert getattr(alone, name) == expected


def test_packages_read_the_map_by_identifier_and_label(two_roots: RevisionMap) -> None:
    revisions = two_roots._revision_map

    assert revisions["right"] is revisions["q123"]
    assert revisions[None] is revisions[()] is None


def test_small_helpers() -> None:
    assert tuple_rev_as_scalar(()) is None
    assert tuple_rev_as_scalar(None) is None
    assert tuple_rev_as_scalar(("a",)) == "a"
    assert tuple_rev_as_scalar(("a", "b")) == ("a", "b")
    revision = Revision("a", None)
    assert is_revision(revision) is revision
    with pytest.raises(AssertionError):
        is_revision("a")
