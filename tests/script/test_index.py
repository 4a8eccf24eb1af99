"""The index is a shortcut: whatever becomes of it, the answer is that of the files."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any, Callable

import pytest

from alembic.script import index, reader
from alembic.script.folder import find_revision_files
from alembic.script.index import INDEX_NAME, read_location


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were opened, one for each time."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    names: list[str] = []

    def read_and_note(path: str) -> Any:
        names.append(os.path.basename(path))
        return reader.read_revision_file(path)

    monkeypatch.setattr(index, "read_revision_file", read_and_note)
    return names


@pytest.fixture
def facts(folder: Any, opened: list[str]) -> Callable[[], dict[str, Any]]:
    """What the versions folder says; an index is kept from two files on."""

    def read() -> dict[str, Any]:
        opened.clear()
        location = str(folder.versions)
        files = find_revision_files(location)
        return {f.key: facts for f, facts in read_location(location, files, fewest=2)}

    return read


@pytest.fixture
def three(folder: Any) -> list[Path]:
    paths = [
        folder.add("a", doc="first"),
        folder.add("b", "a", branch_labels=("x", "y")),
        folder.add("c", ("a", "b"), depends_on=["d"]),
    ]
    let_time_pass(*paths)
    return paths


def let_time_pass(*paths: Path) -> None:
    """Wait until the times of the files are no longer those of this moment."""
    latest = max(path.stat().st_ctime_ns for path in paths)
    while time.time_ns() < latest + 100_000_000:
        time.sleep(0.01)


def index_file(folder: Any) -> Path:
    return folder.versions / "__pycache__" / INDEX_NAME


def test_unchanged_files_are_not_opened_again(
    three: list[Path], facts: Callable[[], dict[str, Any]], opened: list[str]
) -> None:
    first = facts()
    assert opened == ["a.py", "b.py", "c.py"]

    assert facts() == first
    assert opened == []
    assert first["a.py"].docstring == "first"
    assert first["b.py"].branch_labels == ("x", "y")
    assert first["c.py"].down_revision == ("a", "b")


def test_a_changed_file_is_read_again(
    three: list[Path], facts: Callable[[], dict[str, Any]], opened: list[str]
) -> None:
    facts()
    three[1].write_text("revision = 'b'\ndown_revision = 'q'\n")

    assert facts()["b.py"].down_revision == "q"
    assert opened == ["b.py"]


def test_a_change_of_the_same_size_and_time_is_seen(
    three: list[Path], facts: Callable[[], dict[str, Any]]
) -> None:
    before = three[0].stat()
    facts()
    three[0].write_text(three[0].read_text().replace("first", "other"))
    os.utime(three[0], ns=(before.st_atime_ns, before.st_mtime_ns))

    assert facts()["a.py"].docstring == "other"


def test_a_file_written_this_moment_is_not_remembered(
    three: list[Path], facts: Callable[[], dict[str, Any]], opened: list[str]
) -> None:
    facts()
    three[2].write_text("revision = 'c'\ndown_revision = 'a'\n")
    facts()

    facts()

    assert opened == ["c.py"]


def test_a_file_of_whole_seconds_is_doubted_longer(
    three: list[Path], facts: Callable[[], dict[str, Any]], opened: list[str]
) -> None:
    found = index.FoundFile("p", "k", "p", 5_000_000_000, 5_000_000_000, 1)
    finer = found._replace(mtime_ns=5_000_000_001, ctime_ns=5_000_000_001)

    assert index._settled_at(found) >= 7_000_000_000
    assert index._settled_at(finer) < 6_000_000_000


def test_a_file_dated_in_the_future_is_not_remembered(
    three: list[Path], facts: Callable[[], dict[str, Any]], opened: list[str]
) -> None:
    os.utime(three[0], (time.time() + 9999, time.time() + 9999))
    facts()
    facts()

    assert "a.py" in opened


def test_new_and_removed_files_are_noticed(
    folder: Any,
    three: list[Path],
    facts: Callable[[], dict[str, Any]],
    opened: list[str],
) -> None:
    facts()
    three[0].unlink()
    folder.add("e", "b")

    assert list(facts()) == ["b.py", "c.py", "e.py"]
    assert opened == ["e.py"]


def damaged(data: bytes) -> list[bytes]:
    middle = len(data) // 2
    return [
        b"",
        b"x",
        data[:10],
        data[:-1],
        data + b"x",
        data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
        b"alembic revisions 0\n" + data[20:],
        os.urandom(500),
    ]


@pytest.mark.parametrize("case", range(8))
def test_a_damaged_index_is_no_index(
    case: int,
    folder: Any,
    three: list[Path],
    facts: Callable[[], dict[str, Any]],
    opened: list[str],
) -> None:
    first = facts()
    path = index_file(folder)
    path.write_bytes(damaged(path.read_bytes())[case])

    assert facts() == first
    assert opened == ["a.py", "b.py", "c.py"]
    assert facts() == first
    assert opened == []


def test_where_no_index_can_be_written_files_are_read(
    folder: Any,
    three: list[Path],
    facts: Callable[[], dict[str, Any]],
    opened: list[str],
) -> None:
    (folder.versions / "__pycache__").write_text("in the way")

    assert facts() == facts()
    assert opened == ["a.py", "b.py", "c.py"]


def test_an_index_that_cannot_be_replaced_is_left(
    folder: Any,
    three: list[Path],
    facts: Callable[[], dict[str, Any]],
) -> None:
    index_file(folder).mkdir(parents=True)

    assert facts() == facts()
    assert [p.name for p in index_file(folder).parent.iterdir()] == [INDEX_NAME]


def test_it_is_not_written_where_bytecode_is_not(
    folder: Any,
    three: list[Path],
    facts: Callable[[], dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    assert facts() == facts()
    assert not (folder.versions / "__pycache__").exists()


def test_it_goes_where_bytecode_goes(
    folder: Any,
    three: list[Path],
    facts: Callable[[], dict[str, Any]],
    opened: list[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "cache"))

    facts()
    facts()

    assert opened == []
    assert not (folder.versions / "__pycache__").exists()


def test_what_was_computed_is_not_remembered(
    folder: Any,
    three: list[Path],
    facts: Callable[[], dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PARENT", "one")
    computed = folder.versions / "d.py"
    computed.write_text(
        "import os\nrevision = 'd'\ndown_revision = os.environ['PARENT']\n"
    )
    let_time_pass(computed)

    assert facts()["d.py"].down_revision == "one"
    monkeypatch.setenv("PARENT", "two")
    assert facts()["d.py"].down_revision == "two"


def test_a_folder_with_few_files_has_no_index(folder: Any, three: list[Path]) -> None:
    location = str(folder.versions)

    list(read_location(location, find_revision_files(location)))

    assert not index_file(folder).exists()


def test_nothing_but_the_index_is_left(
    folder: Any, three: list[Path], facts: Callable[[], dict[str, Any]]
) -> None:
    facts()

    left = [path.name for path in index_file(folder).parent.iterdir()]
    assert left == [INDEX_NAME]
