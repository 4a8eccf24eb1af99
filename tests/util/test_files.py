"""Files are written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from alembic.util.files import write_whole


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


@pytest.mark.parametrize("overwrite", [True, False])
def test_a_new_file_holds_all_its_bytes(tmp_path: Path, overwrite: bool) -> None:
    write_whole(tmp_path / "x.py", b"1\r\n\0\xff", overwrite=overwrite)

    assert (tmp_path / "x.py").read_bytes() == b"1\r\n\0\xff"
    assert names(tmp_path) == ["x.py"]


def test_a_name_without_a_folder_is_one_of_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_whole("x.py", b"1", overwrite=False)

    assert names(tmp_path) == ["x.py"]


def test_an_existing_file_is_kept_unless_it_may_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_bytes(b"old")
    with pytest.raises(FileExistsError):
        write_whole(path, b"new", overwrite=False)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["x.py"]

    write_whole(path, b"new", overwrite=True)
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("name", ["x" * 255, "\N{SNOWMAN}" * 85, "é" * 127])
@pytest.mark.parametrize("overwrite", [True, False])
def test_a_name_may_be_as_long_as_the_file_system_takes(
    tmp_path: Path, name: str, overwrite: bool
) -> None:
    write_whole(tmp_path / name, b"1", overwrite=overwrite)

    assert names(tmp_path) == [name]


@pytest.mark.skipif(os.name != "posix", reason="permission bits are those of POSIX")
def test_permissions_stay_when_a_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_whole(path, b"new", overwrite=True)

    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.skipif(os.name != "posix", reason="permission bits are those of POSIX")
def test_a_new_file_has_the_permissions_of_any_other(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    write_whole(tmp_path / "x.py", b"", overwrite=False)

    assert (tmp_path / "x.py").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_link_stays_one_when_its_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "x").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "real" / "x")
    write_whole(tmp_path / "link", b"new", overwrite=True)

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "x").read_bytes() == b"new"


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "none" / "x", b"", overwrite=True)


@pytest.mark.parametrize("failing", ["link", "replace"])
def test_a_failure_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def full(*args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "x").write_bytes(b"old")
    monkeypatch.setattr(os, "link", full)
    monkeypatch.setattr(os, "replace", full)
    name = "x" if failing == "replace" else "y"
    with pytest.raises(OSError, match="No space left"):
        write_whole(tmp_path / name, b"new", overwrite=failing == "replace")

    assert (tmp_path / "x").read_bytes() == b"old"
    assert not any(each.endswith(".tmp") for each in names(tmp_path))


def test_where_links_are_unknown_an_existing_file_is_still_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*args: Any) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", unknown)
    write_whole(tmp_path / "x", b"new", overwrite=False)
    with pytest.raises(FileExistsError):
        write_whole(tmp_path / "x", b"newer", overwrite=False)

    assert (tmp_path / "x").read_bytes() == b"new"
    assert names(tmp_path) == ["x"]
