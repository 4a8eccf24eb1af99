"""Which files are read, and what is said of those that cannot be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alembic.settings.config import Config
from alembic.settings.sources import choose_files, keep_lone_percents
from alembic.util.exc import CommandError

is_root = hasattr(os, "geteuid") and os.geteuid() == 0

CHOICES = [
    (None, {}, "alembic.ini", "pyproject.toml"),
    (["x.ini"], {}, "x.ini", "pyproject.toml"),
    (["a/pyproject.toml"], {}, "alembic.ini", "a/pyproject.toml"),
    (["a/pyproject.toml", "x.cfg"], {}, "x.cfg", "a/pyproject.toml"),
    (["x.toml"], {}, "x.toml", "pyproject.toml"),
    (None, {"ALEMBIC_CONFIG": "e.ini"}, "e.ini", "pyproject.toml"),
    (None, {"ALEMBIC_CONFIG": "e/pyproject.toml"}, "alembic.ini", "e/pyproject.toml"),
    (["x.ini"], {"ALEMBIC_CONFIG": "e.ini"}, "x.ini", "pyproject.toml"),
    (["pyproject.toml"], {"ALEMBIC_CONFIG": "e.ini"}, "e.ini", "pyproject.toml"),
    ([], {"ALEMBIC_CONFIG": ""}, "alembic.ini", "pyproject.toml"),
    (["", "x.ini"], {}, "x.ini", "pyproject.toml"),
    ([""], {"ALEMBIC_CONFIG": "e.ini"}, "e.ini", "pyproject.toml"),
    (["pyproject.toml.bak"], {}, "pyproject.toml.bak", "pyproject.toml"),
]


@pytest.mark.parametrize(("names", "environ", "ini", "toml"), CHOICES)
def test_files_are_chosen_by_their_names(
    names: Any, environ: Any, ini: str, toml: str
) -> None:
    assert choose_files(names, environ) == (ini, toml)


def test_two_ini_files_are_refused() -> None:
    with pytest.raises(CommandError, match="only one ini file may be indicated"):
        choose_files(["a.ini", "b.ini"], {})


def test_two_toml_files_are_refused() -> None:
    with pytest.raises(CommandError, match="pyproject.toml indicated more than once"):
        choose_files(["pyproject.toml", "a/pyproject.toml"], {})


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("p%40ss", "p%%40ss"),
        ("p%%40ss", "p%%40ss"),
        ("100%", "100%%"),
        ("%%%", "%%%%"),
        ("%(here)s/%d", "%(here)s/%%d"),
        ("%(here", "%%(here"),
        ("%()s", "%%()s"),
    ],
)
def test_a_percent_sign_that_means_nothing_is_kept(given: str, kept: str) -> None:
    assert keep_lone_percents(given) == kept


@given(st.text(alphabet="%()sa4"))
def test_whatever_is_set_can_be_read_back(text: str) -> None:
    config = Config()
    config.set_main_option("x", text)

    if "%(" not in text:
        pairs = text.count("%%")
        assert config.get_main_option("x") == text.replace("%%", "%")
        assert keep_lone_percents(text).count("%") == 2 * (text.count("%") - pairs)


BAD_INI = {
    b"x = 1\n": r"alembic.ini', line 1: an option before any section",
    b"[alembic]\nx = 1\n\nx = 2\n": r"line 4: option 'x' of section \[alembic\]",
    b"[alembic]\n[alembic]\n": r"line 2: section \[alembic\] begins a second time",
    b"[alembic]\nscript_location\n": r"line 2: not in the form 'name = value'",
    b"[alembic]\nx = 1\n\xe9 = 2\n": r"line 3: byte 0xe9 is not UTF-8 text",
    b"[alembic]\nx = \0\n": r"line 2: a NUL byte",
    "[alembic]\nx = 1\n".encode("utf-16"): r"line 1: byte 0xff is not UTF-8",
}


@pytest.mark.parametrize("data", BAD_INI, ids=list(BAD_INI.values()))
def test_a_malformed_ini_file_is_one_sentence(ini: Any, data: bytes) -> None:
    with pytest.raises(CommandError, match=BAD_INI[data]) as error:
        ini(data).get_main_option("x")

    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("u:secret%40x", "a '%' that begins neither"),
        ("secret%(nope)s", r"'%\(nope\)s', and nothing of that name is set"),
        ("secret%(x)s", r"a '%\(name\)s' that leads back to itself"),
    ],
)
def test_a_percent_sign_out_of_place_is_named_without_its_value(
    ini: Any, value: str, sentence: str
) -> None:
    config = ini(f"[other]\nx = 1\n[alembic]\ny = 2\n# x\nX = {value}\n")

    with pytest.raises(CommandError, match=sentence) as error:
        config.get_main_option("x")

    assert "alembic.ini', line 6: option 'x' of section [alembic]" in str(error.value)
    assert "'%%'" in str(error.value)
    assert "secret" not in str(error.value)


def test_the_sentence_does_not_invent_a_line() -> None:
    config = Config()
    config.set_main_option("x", "%(nope)s")

    with pytest.raises(CommandError, match=r"^Configuration: option 'x'"):
        config.get_section("alembic")


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf[alembic]\nx = \xc3\xa9\n",
        b"[alembic]\r\nx = \xc3\xa9\r\n",
        b"[alembic]\rx = \xc3\xa9\r",
    ],
)
def test_byte_order_marks_and_foreign_line_ends_are_accepted(
    ini: Any, data: bytes
) -> None:
    assert ini(data).get_main_option("x") == "\xe9"


@pytest.mark.parametrize("missing", ["nope.ini", "nope/nope.ini", "file/nope.ini"])
def test_a_missing_ini_file_holds_nothing(folder: Path, missing: str) -> None:
    (folder / "file").touch()

    assert Config(missing).get_alembic_option("x", "default") == "default"


@pytest.mark.parametrize("name", ["alembic.ini", "pyproject.toml"])
def test_a_directory_is_no_settings_file(folder: Path, name: str) -> None:
    (folder / name).mkdir()

    with pytest.raises(CommandError, match=f"{name}' is a directory"):
        Config("alembic.ini", "pyproject.toml").get_alembic_option("x")


@pytest.mark.skipif(is_root, reason="root may read everything")
@pytest.mark.parametrize("name", ["alembic.ini", "pyproject.toml"])
def test_an_unreadable_settings_file_is_named(folder: Path, name: str) -> None:
    (folder / name).touch(mode=0o000)

    with pytest.raises(CommandError, match=f"{name}' can't be read: Permission"):
        Config("alembic.ini", "pyproject.toml").get_alembic_option("x")


BAD_TOML = {
    b"[tool.alembic\n": r"pyproject.toml' is not valid TOML: .*line 1",
    b"[tool.alembic]\na = 1\na = 2\n": r"not valid TOML: .*line 3",
    b"[tool.alembic]\n[tool.alembic]\n": r"not valid TOML: .*line 2",
    b"[tool.alembic]\na = '\xe9'\n": r"line 2: byte 0xe9 is not UTF-8 text",
    b"[tool]\nalembic = 1\n": r"^Incorrect TOML format: 'tool.alembic' in",
    b"tool = [{alembic = 1}]\n": r"^Incorrect TOML format: 'tool' in",
    b"[[tool.alembic]]\n": r"^Incorrect TOML format: 'tool.alembic' in",
}


@pytest.mark.parametrize("data", BAD_TOML, ids=list(BAD_TOML.values()))
def test_a_malformed_toml_file_is_one_sentence(toml: Any, data: bytes) -> None:
    with pytest.raises(CommandError, match=BAD_TOML[data]) as error:
        toml(data).get_alembic_option("a")

    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf[tool.alembic]\na = 'b'\n",
        b"[tool.alembic]\r\na = 'b'\r\n",
        b'["tool"."\\u0061lembic"]\na = "b"\n',
        b"tool.alembic.a = 'b'\n",
        b"[ tool . 'alembic' ]\na = 'b'\n",
        b"[tool]\nalembic.a = 'b'\n",
        b"[tool]\n'alembic' = {a = 'b'}\n",
        b"tool = {alembic = {a = 'b'}}\n",
        b"[tool.alembic]# comment\na = 'b'\n",
    ],
)
def test_every_way_to_write_the_table_is_read(toml: Any, data: bytes) -> None:
    assert toml(data).get_alembic_option("a") == "b"


@pytest.mark.parametrize(
    "data",
    [b"", b"[project]\ndependencies = ['alembic', 'alembic==1.0']\n", b"[tool.x]\n"],
)
def test_a_toml_file_without_the_table_holds_nothing(toml: Any, data: bytes) -> None:
    assert toml(data).toml_alembic_config == {}


def test_the_toml_parser_is_not_loaded_for_a_requirement(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("dependencies = ['alembic', 'alembic~=1']")
    code = (
        "import sys; from alembic.settings.config import Config;"
        "print(Config(toml_file='pyproject.toml').get_alembic_option('a'),"
        " [x for x in sys.modules if x in ('tomllib', 'tomli', 'locale')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, encoding="utf-8"
    )

    assert done.stdout == "None []\n"
