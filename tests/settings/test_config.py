"""``Config``: options from files and from a program."""

from __future__ import annotations

import argparse
import io
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from alembic.settings.config import Config
from alembic.util.exc import CommandError


def test_settings_need_no_file() -> None:
    config = Config()
    config.set_main_option("script_location", "%(here)s/migrations")

    assert config.config_file_name is None
    assert config.get_main_option("script_location") == "./migrations"
    assert config.get_alembic_option("script_location") == "./migrations"
    assert config.get_main_option("other") is None
    assert config.get_main_option("other", "default") == "default"
    assert config.get_section("alembic") == {
        "script_location": "./migrations",
        "here": ".",
    }


def test_names_are_kept_as_given(folder: Path) -> None:
    config = Config(folder / "a.ini", folder / "b.toml", ini_section="other")

    assert config.config_file_name == str(folder / "a.ini")
    assert config.toml_file_name == str(folder / "b.toml")
    assert config.config_ini_section == "other"
    assert Config("", "").config_file_name is None
    assert Config("", "").toml_file_name is None


def test_another_section_can_be_the_main_one(ini: Any) -> None:
    config = ini("[alembic]\nx = 1\n[other]\nx = 2\n", ini_section="other")

    assert config.get_main_option("x") == "2"
    assert config.get_section_option("alembic", "x") == "1"


def test_values_are_interpolated(ini: Any, folder: Path) -> None:
    config = ini(
        "[alembic]\nbase = %(here)s/b\nx = %(base)s/%(word)s/100%%\n",
        config_args={"word": "w"},
    )

    assert config.get_main_option("x") == f"{folder.as_posix()}/b/w/100%"


def test_here_is_known_once_the_file_is_read(folder: Path) -> None:
    config = Config("conf/../alembic.ini", "pyproject.toml")
    assert (config.config_args, config.toml_args) == ({}, {})

    assert config.get_alembic_option("x") is None
    assert config.config_args == {"here": f"{folder.as_posix()}/conf/.."}
    assert config.toml_args == {"here": folder.as_posix()}


@pytest.mark.parametrize("name", ["a%b", "a%%b", "%(here)s", "100%"])
def test_a_folder_may_have_a_percent_sign_in_its_name(folder: Path, name: str) -> None:
    place = folder / name
    place.mkdir()
    (place / "a.ini").write_text("[alembic]\na = %(here)s/x\n")
    (place / "p.toml").write_text("[tool.alembic]\nb = '%(here)s/x'\n")
    config = Config(place / "a.ini", place / "p.toml")

    assert config.get_alembic_option("a") == f"{place.as_posix()}/x"
    assert config.get_alembic_option("b") == f"{place.as_posix()}/x"
    assert (config.get_section("alembic") or {})["here"] == place.as_posix()
    assert config.config_args["here"] == place.as_posix()


def test_a_url_may_be_set_with_its_percent_signs() -> None:
    config = Config()
    url = "postgresql://scott:p%40ss%2Fw@host/db"

    config.set_main_option("sqlalchemy.url", url)
    assert config.get_main_option("sqlalchemy.url") == url
    assert (config.get_section("alembic") or {})["sqlalchemy.url"] == url

    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    assert config.get_main_option("sqlalchemy.url") == url


def test_arguments_may_hold_percent_signs(ini: Any) -> None:
    config = ini("[alembic]\nx = %(url)s\n", config_args={"url": "p%40", "n": 3})

    assert config.get_main_option("x") == "p%40"
    assert config.get_main_option("n") == "3"


def test_a_section_is_made_when_an_option_is_set(ini: Any) -> None:
    config = ini("[other]\nx = 1\n")

    config.set_section_option("new", "ABC", "1")
    assert config.get_section_option("new", "abc") == "1"
    assert config.get_section_option("new", "no", "default") == "default"
    config.set_main_option("y", "2")
    assert config.get_main_option("y") == "2"
    config.remove_main_option("y")
    config.remove_main_option("y")
    assert config.get_main_option("y") is None


def test_a_missing_section_is_an_error_or_the_default(ini: Any) -> None:
    config = ini("[other]\nx = 1\n")
    sentence = "No config file 'alembic.ini' found, or file has no '[alembic]' section"

    for ask in (config.get_main_option, config.remove_main_option):
        with pytest.raises(CommandError) as error:
            ask("x")
        assert str(error.value) == sentence
    assert config.get_section("alembic") is None
    assert config.get_section("alembic", {"a": "b"}) == {"a": "b"}


def test_the_ini_file_wins_over_the_toml_file(ini: Any, toml: Any) -> None:
    ini("[alembic]\na = ini\n")
    config = toml("[tool.alembic]\na = 'toml'\nb = 'toml'\n")

    assert config.get_alembic_option("a") == "ini"
    assert config.get_alembic_option("b") == "toml"
    assert config.get_alembic_option("c") is None
    assert config.get_alembic_option("c", "default") == "default"


def test_setting_an_option_never_touches_the_toml_table(toml: Any) -> None:
    config = toml("[tool.alembic]\na = 'toml'\n")

    config.set_main_option("a", "set")
    assert config.get_alembic_option("a") == "set"
    assert config.toml_alembic_config == {"a": "toml"}


@pytest.mark.parametrize(
    ("text", "is_on"),
    [("true", True), ("True", False), ("yes", False), ("false", False), ("", False)],
)
def test_only_true_is_true_in_an_ini_file(ini: Any, text: str, is_on: bool) -> None:
    config = ini(f"[alembic]\na = {text}\n")

    assert config.get_alembic_boolean_option("a") is is_on
    assert config.get_alembic_boolean_option("b") is False


def test_a_toml_truth_must_be_one(toml: Any) -> None:
    config = toml("[tool.alembic]\na = true\nb = false\nc = 'true'\nd = 1\n")

    assert config.get_alembic_boolean_option("a") is True
    assert config.get_alembic_boolean_option("b") is False
    for name in "cd":
        with pytest.raises(
            CommandError, match=f"^boolean value expected for TOML parameter '{name}'$"
        ):
            config.get_alembic_boolean_option(name)


def test_attributes_are_a_dictionary_of_ones_own() -> None:
    given = {"connection": object()}
    config = Config(attributes=given)

    assert config.attributes == given
    config.attributes["more"] = 1
    assert "more" not in given
    assert Config().attributes == {}


def test_quiet_settings_print_nothing() -> None:
    out = io.StringIO()
    quiet = Config(stdout=out, cmd_opts=argparse.Namespace(quiet=True))
    quiet.print_stdout("x")

    assert out.getvalue() == ""
    assert quiet.messaging_opts == {"quiet": True}
    assert Config(cmd_opts=argparse.Namespace()).messaging_opts == {"quiet": False}


def test_lines_are_formatted_only_with_arguments() -> None:
    out = io.StringIO()
    config = Config(stdout=out)
    config.print_stdout("%s of %s", 1, 2)
    config.print_stdout("100%")

    assert out.getvalue() == "1 of 2\n100%\n"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("a.ini", "Loading config from file: a.ini"),
        (None, "No config file provided; using in-memory default config"),
    ],
)
def test_verbose_settings_say_where_they_come_from(
    caplog: pytest.LogCaptureFixture, name: str | None, line: str
) -> None:
    caplog.set_level(logging.INFO, "alembic.config")
    Config(name).get_alembic_option("x")
    assert caplog.messages == []

    Config(name, cmd_opts=argparse.Namespace(verbose=True)).get_alembic_option("x")
    assert caplog.messages == [line]


def test_templates_are_found_and_can_be_replaced() -> None:
    class OwnConfig(Config):
        def get_template_directory(self) -> str:
            return "mine"

    assert os.path.isfile(
        os.path.join(Config().get_template_directory(), "generic", "env.py")
    )
    assert OwnConfig().get_template_directory() == "mine"


def test_settings_load_no_parser_until_a_value_is_asked_for() -> None:
    code = (
        "import sys; from alembic.settings.config import Config; Config('a', 'b');"
        "heavy = {'configparser', 'tomllib', 'tomli', 'typing_extensions', 'pathlib',"
        " 'sqlalchemy', 'mako'}; print(sorted(heavy & set(sys.modules) - before))"
    )
    done = subprocess.run(
        # What Python's own start has loaded (an editable install, a .pth file) is no
        # business of ours.
        [sys.executable, "-c", f"import sys; before = set(sys.modules); {code}"],
        check=True,
        capture_output=True,
        encoding="utf-8",
    )

    assert done.stdout == "[]\n"
