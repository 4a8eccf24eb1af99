"""One revision file: how it is shown, and when it is executed."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from alembic.script import Script
from alembic.util.exc import CommandError


def module(doc: str | None = "a message", **names: Any) -> ModuleType:
    made = ModuleType("made", doc)
    vars(made).update({"revision": "x", "down_revision": None, **names})
    return made


@pytest.fixture
def tree(folder: Any) -> Any:
    """a > b(left) > d; a > c > d; d > e, which needs x."""
    folder.add("a", doc="first\n\nand more\n\n    code\n")
    folder.add("b", "a", branch_labels="left", doc="second")
    folder.add("c", "a", doc="third thing")
    folder.add("d", ("b", "c"), doc="join")
    folder.add("e", "d", depends_on="x", doc="last")
    folder.add("x", branch_labels=("side", "apart"), doc="other base")
    return folder.directory()


def test_a_script_can_be_made_of_a_module() -> None:
    made = module(branch_labels="lab", depends_on=["dep"])

    script = Script(made, "x", Path("/p/x.py"))

    assert script.module is made
    assert script.path == "/p/x.py"
    assert (
        repr(script) == "Script('x', None, dependencies='dep', branch_labels={'lab'})"
    )
    assert (script.doc, script.longdoc) == ("a message", "a message")


def test_a_module_without_down_revision_is_refused() -> None:
    with pytest.raises(AttributeError, match="down_revision"):
        Script(ModuleType("made"), "x", "/p/x.py")


@pytest.mark.parametrize(
    ("doc", "first", "whole"),
    [
        (None, "", ""),
        (" \n\n", "", ""),
        ("\n\n  lead\n second\n\n  more  \n    x\n", "lead\n second", None),
        ("one line", "one line", "one line"),
    ],
)
def test_the_message_is_the_first_paragraph(
    doc: str | None, first: str, whole: str | None
) -> None:
    script = Script(module(doc), "x", "/p/x.py")

    assert script.doc == first
    assert script.longdoc == ((doc or "").strip() if whole is None else whole)


@pytest.mark.parametrize(
    ("revision", "line"),
    [
        ("a", "<base> -> a (branchpoint), first"),
        ("b", "a -> b (left), second"),
        ("c", "a -> c, third thing"),
        ("d", "b, c -> d (left) (mergepoint), join"),
        ("e", "d (x) -> e (left) (head), last"),
        ("x", "<base> -> x (apart, side) (effective head), other base"),
    ],
)
def test_a_line_of_history(revision: str, line: str, tree: Any) -> None:
    script = tree.get_revision(revision)

    shown = script.cmd_format(
        False, include_branches=True, include_doc=True, include_parents=True
    )

    assert shown == line


def test_pieces_of_a_line_can_be_left_out(tree: Any) -> None:
    merge = tree.get_revision("d")

    assert merge.cmd_format(False) == "d (mergepoint)"
    assert merge.cmd_format(False, tree_indicators=False) == "d"
    assert tree.get_revision("e").cmd_format(False, include_parents=True) == (
        "d (x) -> e (head)"
    )


@pytest.mark.parametrize(
    ("revision", "text"),
    [
        ("a", "<base> -> a (branchpoint), first"),
        ("d", "b, c -> d (mergepoint), join"),
        ("e", "d -> e (head), last"),
    ],
)
def test_a_script_as_text(revision: str, text: str, tree: Any) -> None:
    assert str(tree.get_revision(revision)) == text


def test_the_long_form(tree: Any) -> None:
    script = tree.get_revision("a")

    assert script.log_entry == (
        "Rev: a (branchpoint)\n"
        "Parent: <base>\n"
        "Branches into: b, c\n"
        f"Path: {script.path}\n"
        "\n"
        "    first\n"
        "    \n"
        "    and more\n"
        "    \n"
        "        code\n"
    )
    assert script.cmd_format(True) == script.log_entry


def test_the_long_form_of_a_merge_and_of_a_dependency(tree: Any) -> None:
    merge, last = tree.get_revision("d").log_entry, tree.get_revision("e").log_entry

    assert merge.startswith("Rev: d (mergepoint)\nMerges: b, c\nBranch names: left\n")
    assert last.startswith(
        "Rev: e (head)\nParent: d\nAlso depends on: x\nBranch names: left\nPath: "
    )


def test_the_long_form_without_a_docstring() -> None:
    script = Script(module(None), "x", "/p/x.py")

    assert script.log_entry == "Rev: x (head)\nParent: <base>\nPath: /p/x.py\n\n\n"


def test_no_control_character_reaches_the_terminal() -> None:
    script = Script(module("red \x1b[31m\n\x07bell\r"), "x", "/p/\x1b.py")

    for text in (script.log_entry, str(script), script.cmd_format(False, True, True)):
        assert all(c.isprintable() or c == "\n" for c in text)
    assert "red \\x1b[31m" in script.log_entry


def test_a_file_is_executed_when_its_module_is_wanted(
    folder: Any, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    folder.add("a", body=f"import pathlib\npathlib.Path({str(trace)!r}).touch()\n")
    script = folder.directory().get_revision("a")
    assert (script.doc, script.is_head) == ("", True)
    assert not trace.exists()

    loaded = script.module

    assert trace.exists()
    assert loaded.revision == "a"
    assert script.module is loaded


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", r"has no function upgrade\(\); add one"),
        ("upgrade = None\n", r"has no function upgrade\(\)"),
        ("async def upgrade(): pass\n", "is an 'async def', which would never run"),
        ("async def upgrade(): yield\n", "is an 'async def'"),
        ("def upgrade(): yield\n", "contains 'yield'"),
        ("def upgrade(:\n", "has a syntax error in line 3"),
        ("import nowhere_at_all\n", "a.py, line 3: ModuleNotFoundError"),
        ("import sys\nsys.exit(0)\n", r"ends the program with sys.exit\(\)"),
        ("raise KeyError('x')\n", "line 3: KeyError: 'x'"),
        ("x = '''\n", "has a syntax error"),
    ],
)
def test_a_function_that_cannot_run_is_one_sentence(
    body: str, said: str, folder: Any
) -> None:
    path = folder.add("a", body=body)
    script = folder.directory().get_revision("a")

    with pytest.raises(CommandError, match=said) as failure:
        script.migration_function("upgrade")

    assert str(path) in str(failure.value)
    assert "\n" not in str(failure.value)


def test_a_missing_function_is_a_missing_attribute_too(folder: Any) -> None:
    folder.add("a", body="")
    script = folder.directory().get_revision("a")

    with pytest.raises(AttributeError, match="has no function downgrade"):
        script.migration_function("downgrade")


def test_what_can_be_called_is_a_function(folder: Any) -> None:
    folder.add("a", body="class Up:\n    def __call__(self): pass\nupgrade = Up()\n")

    assert callable(folder.directory().get_revision("a").migration_function("upgrade"))
