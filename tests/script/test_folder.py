"""Which files of a folder are revisions, and in which order they come."""

from __future__ import annotations

import os
import py_compile
import sys
from pathlib import Path
from typing import Any

import pytest

from alembic.script.folder import find_revision_files, is_revision_file_name
from alembic.util.exc import CommandError


def keys(path: Path, **options: bool) -> list[str]:
    return [file.key for file in find_revision_files(str(path), **options)]


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    return path


def test_files_come_by_name(tmp_path: Path) -> None:
    for name in ("b.py", "c.py", "a.py", "B.py", "README", "d.pyc", "e.py~", "f.pyi"):
        touch(tmp_path / name)

    assert keys(tmp_path) == ["B.py", "a.py", "b.py", "c.py"]


@pytest.mark.parametrize(
    "name",
    [
        "__init__.py",
        "__init__x.py",
        ".#lock.py",
        "a.py.swp",
        ".a.py.1234.tmp",
        "a.pyc",
        "a.py\n",
    ],
)
def test_these_names_are_no_revisions(name: str) -> None:
    assert not is_revision_file_name(name)


def test_subfolders_are_searched_on_demand_after_the_folder(tmp_path: Path) -> None:
    for name in ("m.py", "a/x.py", "a/deep/c.py", "z/a.py", "__pycache__/n.py"):
        touch(tmp_path / name)

    assert keys(tmp_path) == ["m.py"]
    assert keys(tmp_path, recursive=True) == ["m.py", "a/x.py", "a/deep/c.py", "z/a.py"]


def test_compiled_files_stand_for_missing_sources(tmp_path: Path) -> None:
    for name in ("a.py", "a.pyc", "b.pyc", "b.pyo", "c.pyo", "__init__.pyc"):
        touch(tmp_path / name)
    tag = sys.implementation.cache_tag
    for name in (f"a.{tag}.pyc", f"d.{tag}.pyc", "d.cpython-27.pyc", "alembic.index"):
        touch(tmp_path / "__pycache__" / name)

    assert keys(tmp_path) == ["a.py"]
    assert keys(tmp_path, sourceless=True) == [
        "a.py",
        "b.pyc",
        "c.pyo",
        f"d.{tag}.pyc",
    ]


def test_a_folder_named_like_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.py").mkdir()

    with pytest.raises(CommandError, match=r"x\.py: it is a folder; rename it"):
        keys(tmp_path)


def test_a_broken_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.py").symlink_to(tmp_path / "nowhere.py")

    with pytest.raises(CommandError, match=r"x\.py: it is a broken link"):
        keys(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.py")

    with pytest.raises(CommandError, match=r"x\.py: it is not a plain file"):
        keys(tmp_path)


def test_a_link_leads_to_the_real_file(tmp_path: Path) -> None:
    real = touch(tmp_path / "elsewhere" / "a.py")
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "a.py").symlink_to(real)

    (found,) = find_revision_files(str(tmp_path / "versions"))

    assert found.real_path == str(real.resolve())


def test_a_file_reached_twice_is_read_once(folder: Any, tmp_path: Path) -> None:
    folder.add("a")
    (tmp_path / "again").symlink_to(folder.versions)
    script = folder.directory(
        version_locations=[str(folder.versions), str(tmp_path / "again")]
    )

    with pytest.warns(UserWarning, match=r"a\.py loaded twice! ignoring"):
        assert script.get_heads() == ["a"]


def test_sourceless_revisions_are_read(folder: Any) -> None:
    source = folder.add("a", doc="compiled")
    py_compile.compile(str(source), str(source) + "c")
    source.unlink()

    script = folder.directory(sourceless=True).get_revision("a")

    assert script.doc == "compiled"
    assert script.module.revision == "a"
    assert folder.directory().get_heads() == []


def test_bytecode_of_another_python_is_one_sentence(folder: Any) -> None:
    (folder.versions / "a.pyc").write_bytes(b"\x03\xf3\r\n" + b"\0" * 20)

    with pytest.raises(CommandError, match=r"Can't load revision file .*a\.pyc"):
        folder.directory(sourceless=True).get_heads()
