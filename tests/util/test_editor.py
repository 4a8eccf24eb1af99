"""Open the user's editor."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Callable

import pytest

from alembic.util.editor import open_in_editor
from alembic.util.exc import CommandError

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the editors are scripts")


@pytest.fixture
def editor(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes an editor which notes its name and arguments."""

    def write(name: str, status: int = 0) -> Path:
        path = tmp_path / name
        path.write_text(
            f'#!/bin/sh\necho {name} "$@" >> {tmp_path}/log\nexit {status}\n'
        )
        path.chmod(0o755)
        return path

    return write


def log(tmp_path: Path) -> str:
    return (tmp_path / "log").read_text()


def test_editor_comes_before_visual(
    tmp_path: Path, editor: Callable[..., Path]
) -> None:
    editor("one"), editor("two")
    open_in_editor("f", {"PATH": str(tmp_path), "EDITOR": "one", "VISUAL": "two"})

    assert log(tmp_path) == "one f\n"


def test_an_editor_that_is_not_there_is_passed_over(
    tmp_path: Path, editor: Callable[..., Path]
) -> None:
    editor("two")
    open_in_editor("f", {"PATH": str(tmp_path), "EDITOR": "one", "VISUAL": "two"})

    assert log(tmp_path) == "two f\n"


def test_without_a_wish_the_usual_editors_are_tried_in_order(
    tmp_path: Path, editor: Callable[..., Path]
) -> None:
    editor("vim"), editor("nano")
    open_in_editor("f", {"PATH": str(tmp_path)})

    assert log(tmp_path) == "nano f\n"


def test_a_file_is_used_as_it_is(tmp_path: Path, editor: Callable[..., Path]) -> None:
    path = editor("my editor")
    open_in_editor("f", {"PATH": "", "EDITOR": str(path)})

    assert log(tmp_path) == "my editor f\n"


def test_an_editor_may_have_arguments(
    tmp_path: Path, editor: Callable[..., Path]
) -> None:
    editor("code")
    open_in_editor("a b", {"PATH": str(tmp_path), "EDITOR": "code --wait 'x y'"})

    assert log(tmp_path) == "code --wait x y a b\n"


def test_no_editor_is_one_sentence() -> None:
    with pytest.raises(CommandError) as caught:
        open_in_editor("f", {"PATH": ""})

    assert str(caught.value).startswith("Error executing editor (No suitable editor")


def test_an_editor_that_fails_is_one_sentence(
    tmp_path: Path, editor: Callable[..., Path]
) -> None:
    editor("bad", status=3)
    with pytest.raises(CommandError, match=r"Error executing editor \(.*status 3"):
        open_in_editor("f", {"PATH": str(tmp_path), "EDITOR": "bad"})


def test_an_unfinished_quote_is_one_sentence() -> None:
    with pytest.raises(CommandError, match=r"Error executing editor \(No closing quot"):
        open_in_editor("f", {"PATH": "", "EDITOR": "vim '"})
