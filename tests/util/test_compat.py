"""Differences between versions of Python."""

from __future__ import annotations

import inspect
import io
import sys
from configparser import ConfigParser
from pathlib import Path
from typing import Any, Optional

import pytest

from alembic.util import compat


def test_the_flags_say_which_python_this_is() -> None:
    flags = [compat.py311, compat.py312, compat.py313, compat.py314]

    assert flags == [sys.version_info >= (3, minor) for minor in (11, 12, 13, 14)]


def test_an_encoded_stream_leaves_the_binary_one_open() -> None:
    raw = io.BytesIO()
    stream = compat.EncodedIO(raw, "utf-8", newline="\n")
    stream.write("é\n")
    stream.flush()
    stream.close()

    assert raw.getvalue() == b"\xc3\xa9\n"


def test_toml_is_parsed_by_whatever_this_python_has() -> None:
    assert compat.tomllib.loads("a = 1") == {"a": 1}


def test_the_entry_points_of_a_group_are_found() -> None:
    found = compat.importlib_metadata_get("console_scripts")

    assert "alembic" in {each.name for each in found}
    assert not compat.importlib_metadata_get("no.such.group")


def test_a_config_parser_says_which_files_were_there(tmp_path: Path) -> None:
    path = tmp_path / "a.ini"
    path.write_text("[a]\nb = c\n")
    parser = ConfigParser()

    assert compat.read_config_parser(parser, [path, tmp_path / "no"]) == [str(path)]
    assert parser.get("a", "b") == "c"


def test_a_folder_is_walked_from_both_ends(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "f").touch()
    down = list(compat.path_walk(tmp_path))
    up = list(compat.path_walk(tmp_path, top_down=False))

    assert down == [(tmp_path, ["a"], []), (tmp_path / "a", [], ["f"])]
    assert up == down[::-1]


def test_a_path_is_made_relative() -> None:
    assert compat.path_relative_to(Path("/a/b/c"), Path("/a")) == Path("b/c")
    up = compat.path_relative_to(Path("/a/b"), Path("/a/c"), walk_up=True)
    assert up == Path("../b")
    with pytest.raises(ValueError, match="'/a/b'"):
        compat.path_relative_to(Path("/a/b"), Path("/a/c"))
    with pytest.raises(ValueError, match="'/a'|relative"):
        compat.path_relative_to(Path("/a"), Path("b"), walk_up=True)


def plain(a: int, b="x", *rest, c, d: int | None = None, **kw) -> str:  # type: ignore[no-untyped-def]
    return ""


def bare(a, *, b): ...  # type: ignore[no-untyped-def]


@pytest.mark.parametrize("fn", [plain, bare, lambda: None])
def test_parameters_are_written_as_python_writes_them(fn: Any) -> None:
    spec = compat.inspect_getfullargspec(fn)
    written = compat.inspect_formatargspec(*spec, formatannotation=str)

    signature = str(inspect.signature(fn))
    for quoted in ("'int'", "'int | None'", "'str'"):
        signature = signature.replace(quoted, quoted.strip("'"))
    assert written == signature


@pytest.mark.parametrize(
    ("annotation", "text"),
    [("Foo", "Foo"), (int, "'int'"), (Optional[int], "Optional[int]")],
)
def test_annotations_are_written_for_a_stub(annotation: Any, text: str) -> None:
    if sys.version_info >= (3, 14) and annotation is not int:
        pytest.skip("unions are written as 'int | None' since Python 3.14")
    assert compat.formatannotation_fwdref(annotation) in (text, "Union[int, NoneType]")
