"""The answers of the commands as lines for a person."""

from __future__ import annotations

from typing import Any

import pytest

from alembic.reports import text
from alembic.reports.records import BranchPointRecord, RevisionRecord, TemplateRecord


def revision(id: str = "b2", **facts: Any) -> RevisionRecord:
    usual = {
        "down": ("a1",),
        "depends_on": (),
        "labels": (),
        "children": (),
        "is_used": False,
        "is_current": False,
        "path": f"/v/{id}.py",
        "docstring": "second\n\nRevises: a1",
    }
    return RevisionRecord(id=id, **{**usual, **facts})


EVERYTHING = revision(
    down=("a1", "a2"),
    depends_on=("x", "y"),
    labels=("blue", "red"),
    children=("c1", "c2"),
    is_used=True,
    is_current=True,
)


@pytest.mark.parametrize(
    ("record", "line"),
    [
        (revision(), "a1 -> b2 (head), second"),
        (revision(down=()), "<base> -> b2 (head), second"),
        (revision(is_used=True), "a1 -> b2 (effective head), second"),
        (revision(children=("c",), is_used=True), "a1 -> b2, second"),
        (revision(depends_on=("x",)), "a1 (x) -> b2 (head), second"),
        (revision(docstring=""), "a1 -> b2 (head), "),
        (revision(is_current=True), "a1 -> b2 (head) (current), second"),
        (
            EVERYTHING._replace(docstring="m"),
            "a1, a2 (x, y) -> b2 (blue, red) (current) (branchpoint) (mergepoint), m",
        ),
    ],
)
def test_a_history_has_one_line_for_each_revision(
    record: RevisionRecord, line: str
) -> None:
    assert [*text.history_lines([record], verbose=False)] == [line]


def test_a_head_has_its_labels_and_no_message() -> None:
    head = revision(labels=("blue",), down=("a", "b"))

    assert [*text.heads_lines([head], verbose=False)] == ["b2 (blue) (head)"]


def test_a_current_revision_has_its_place_and_no_labels() -> None:
    assert [*text.current_lines([EVERYTHING], verbose=False)] == [
        "b2 (current) (branchpoint) (mergepoint)"
    ]


def test_the_long_form_says_everything() -> None:
    record = EVERYTHING._replace(docstring="second\n\nline\n  indented")

    assert text.long_form(record).split("\n") == [
        "Rev: b2 (branchpoint) (mergepoint) (current)",
        "Merges: a1, a2",
        "Also depends on: x, y",
        "Branches into: c1, c2",
        "Branch names: blue, red",
        "Path: /v/b2.py",
        "",
        "    second",
        "    ",
        "    line",
        "      indented",
        "",
    ]


def test_the_long_form_of_a_plain_revision_is_short() -> None:
    assert text.long_form(revision(down=(), docstring="x")).split("\n") == [
        "Rev: b2 (head)",
        "Parent: <base>",
        "Path: /v/b2.py",
        "",
        "    x",
        "",
    ]


@pytest.mark.parametrize("lines", [text.history_lines, text.heads_lines])
def test_verbose_lines_are_long_forms(lines: Any) -> None:
    assert [*lines([EVERYTHING], verbose=True)] == [text.long_form(EVERYTHING)]


def test_a_branch_point_stands_above_its_children() -> None:
    point = revision("a100", down=(), children=("b", "c"))
    children = (revision("b", labels=("x",)), revision("c", docstring="third"))
    block = [BranchPointRecord(point, children)]

    assert [*text.branches_lines(block, verbose=False)] == [
        "a100 (branchpoint)",
        "     -> b (x) (head)",
        "     -> c (head)",
        "",
    ]
    assert [*text.branches_lines(block, verbose=True)] == [
        text.long_form(point),
        "     -> b (x) (head), second",
        "     -> c (head), third",
        "",
    ]


def test_templates_are_listed_with_what_they_are_for() -> None:
    lines = text.templates_lines([TemplateRecord("generic", "One database.")])

    assert "\n".join(lines) == (
        "Available templates:\n\n"
        "generic - One database.\n\n"
        "Templates are used via the 'init' command, e.g.:\n\n"
        "  alembic init --template generic ./scripts"
    )


def test_what_files_contribute_cannot_steer_the_terminal() -> None:
    evil = revision("b\x1b", docstring="\x1b[2Jgone\x07", labels=("\x9b",))

    shown = [
        *text.history_lines([evil], verbose=False),
        *text.history_lines([evil], verbose=True),
        text.short_form(evil),
        text.database_line("sqlite:///\x1b.db"),
        *text.templates_lines([TemplateRecord("\x1b", "\x1b")]),
    ]
    assert not [c for line in shown for c in line if ord(c) < 32 and c != "\n"]
    assert "\x9b" not in "".join(shown)


def test_the_short_form_names_parents_place_and_message() -> None:
    assert text.short_form(revision()) == "a1 -> b2 (head), second"
    assert text.short_form(EVERYTHING) == (
        "a1, a2 -> b2 (branchpoint) (mergepoint), second"
    )


def test_lines_are_made_when_they_are_asked_for() -> None:
    def endless() -> Any:
        while True:
            yield revision()

    assert next(iter(text.history_lines(endless(), verbose=False)))
