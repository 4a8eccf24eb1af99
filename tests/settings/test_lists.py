"""Folders and hooks: options that hold several values."""

from __future__ import annotations

import os
import warnings
from typing import Any

import pytest

from alembic.settings.config import Config
from alembic.util.exc import CommandError

PIECES = {
    "space": ["a", "b:c;d"],
    "newline": ["a b:c;d"],
    ":": ["a b", "c;d"],
    ";": ["a b:c", "d"],
    "os": ["a b", "c;d"] if os.pathsep == ":" else ["a b:c", "d"],
}

OPTIONS = ["version_locations", "prepend_sys_path"]


def listed(config: Config, option: str) -> Any:
    """Return the list of one of the two options."""
    if option == "version_locations":
        return config.get_version_locations_list()
    return config.get_prepend_sys_paths_list()


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("separator", PIECES)
def test_a_list_is_split_on_the_separator(
    ini: Any, option: str, separator: str
) -> None:
    config = ini(f"[alembic]\npath_separator = {separator}\n{option} = a b:c;d\n")

    assert listed(config, option) == PIECES[separator]


@pytest.mark.parametrize("option", OPTIONS)
def test_empty_pieces_are_dropped(ini: Any, option: str) -> None:
    config = ini(f"[alembic]\npath_separator = newline\n{option} =\n  a b\n\n   c  \n")

    assert listed(config, option) == ["a b", "c"]


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("bad", ["xx", "", "OS", ","])
def test_a_separator_that_is_none_is_refused(ini: Any, option: str, bad: str) -> None:
    config = ini(f"[alembic]\npath_separator = {bad}\n{option} = a\n")

    with pytest.raises(CommandError) as error:
        listed(config, option)
    assert isinstance(error.value, ValueError)
    assert str(error.value) == (
        f"{bad!r} is not a valid value for path_separator; expected 'space', 'newline',"
        " 'os', ':', ';'"
    )


@pytest.mark.parametrize("option", OPTIONS)
def test_what_is_missing_or_empty_is_no_list(ini: Any, option: str) -> None:
    assert listed(Config(), option) is None
    assert listed(ini(f"[alembic]\npath_separator = xx\n{option} =\n"), option) is None


def test_the_old_separator_warns_and_holds_for_versions_only(ini: Any) -> None:
    config = ini(
        "[alembic]\nversion_path_separator = ;\nversion_locations = a b;c\n"
        "prepend_sys_path = a b;c:d\n"
    )

    with pytest.warns(DeprecationWarning, match="please use path_separator") as caught:
        assert config.get_version_locations_list() == ["a b", "c"]
    assert caught[0].filename == __file__
    with pytest.warns(DeprecationWarning, match="^No path_separator found"):
        assert config.get_prepend_sys_paths_list() == ["a", "b;c", "d"]


def test_the_new_separator_wins_over_the_old_one(ini: Any) -> None:
    config = ini(
        "[alembic]\npath_separator = :\nversion_path_separator = space\n"
        "version_locations = a b:c\n"
    )

    assert config.get_version_locations_list() == ["a b", "c"]


def test_an_old_separator_that_is_none_is_refused(ini: Any) -> None:
    config = ini("[alembic]\nversion_path_separator = xx\nversion_locations = a\n")

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        with pytest.raises(ValueError, match="'xx' is not a valid value for version_"):
            config.get_version_locations_list()


def test_without_a_separator_the_pieces_are_guessed(ini: Any) -> None:
    config = ini(
        "[alembic]\nversion_locations = a, b  c:d ,e\nprepend_sys_path = ., a  b:c\n"
    )

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert config.get_version_locations_list() == ["a", "b", "c:d", "e"]
        assert config.get_prepend_sys_paths_list() == [".", "a", "b", "c"]
    assert {each.category for each in caught} == {DeprecationWarning}
    start = "No path_separator found in configuration; falling back to legacy splitting"
    end = ".  Consider adding path_separator=os to Alembic config."
    assert [str(each.message) for each in caught] == [
        f"{start} on spaces/commas for version_locations{end}",
        f"{start} on spaces, commas, and colons for prepend_sys_path{end}",
    ]
    assert {each.filename for each in caught} == {__file__}


def test_the_separator_can_be_asked_for() -> None:
    config = Config()
    config.set_main_option("path_separator", "space")

    assert config._get_file_separator_char("x", "path_separator") == " "
    assert config._get_file_separator_char("x") is None


@pytest.mark.parametrize("option", OPTIONS)
def test_a_toml_list_is_one(toml: Any, option: str, folder: Any) -> None:
    config = toml(f"[tool.alembic]\n{option} = ['a b', '%(here)s/c']\n")

    assert listed(config, option) == ["a b", f"{folder.as_posix()}/c"]


@pytest.mark.parametrize("option", OPTIONS)
def test_a_toml_text_is_a_list_of_one(toml: Any, option: str) -> None:
    assert listed(toml(f"[tool.alembic]\n{option} = 'a b'\n"), option) == ["a b"]


@pytest.mark.parametrize("value", ["1", "{a = 'b'}", "[{a = 'b'}]"])
@pytest.mark.parametrize("option", OPTIONS)
def test_other_toml_values_are_no_list(toml: Any, option: str, value: str) -> None:
    with pytest.raises(CommandError, match=f"list of strings .* '{option}'"):
        listed(toml(f"[tool.alembic]\n{option} = {value}\n"), option)


@pytest.mark.parametrize("option", OPTIONS)
def test_an_ini_list_wins_over_a_toml_list(ini: Any, toml: Any, option: str) -> None:
    ini(f"[alembic]\npath_separator = os\n{option} = a\n")

    assert listed(toml(f"[tool.alembic]\n{option} = ['b']\n"), option) == ["a"]


def test_hooks_of_an_ini_file_carry_their_options(ini: Any, folder: Any) -> None:
    config = ini(
        "[post_write_hooks]\nhooks = Black, lint  other\nBlack.type = exec\n"
        "Black.cwd = %(here)s\nlint.a.b = c\nlinter.type = no\n"
    )

    assert config.get_hooks_list() == [
        {"type": "exec", "cwd": folder.as_posix(), "_hook_name": "Black"},
        {"a.b": "c", "_hook_name": "lint"},
        {"_hook_name": "other"},
    ]


def test_hooks_of_a_toml_file_carry_their_options(toml: Any, folder: Any) -> None:
    config = toml(
        "[[tool.alembic.post_write_hooks]]\nname = 'a'\ncwd = '%(here)s'\n"
        "[[tool.alembic.post_write_hooks]]\nname = 'b'\n"
    )

    assert config.get_hooks_list() == [
        {"cwd": folder.as_posix(), "_hook_name": "a"},
        {"_hook_name": "b"},
    ]


@pytest.mark.parametrize("text", ["", "hooks =\n", "x = 1\n"])
def test_an_ini_section_without_hooks_hides_those_of_the_toml_file(
    ini: Any, toml: Any, text: str
) -> None:
    ini(f"[post_write_hooks]\n{text}")
    config = toml("[[tool.alembic.post_write_hooks]]\nname = 'a'\n")

    assert config.get_hooks_list() == []
    assert Config().get_hooks_list() == []


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("'x'", r"array of tables expected .*\[\[tool.alembic.post_write_hooks\]\]"),
        ("{name = 'x'}", "array of tables expected"),
        ("['x']", "array of tables expected"),
        ("[{type = 'x'}]", "Key 'name' is required"),
        ("[{name = 1}]", "unsupported TOML value type for key: 'post_write_hooks'"),
    ],
)
def test_toml_hooks_of_another_shape_are_refused(
    toml: Any, value: str, sentence: str
) -> None:
    config = toml(f"[tool.alembic]\npost_write_hooks = {value}\n")

    with pytest.raises(CommandError, match=sentence):
        config.get_hooks_list()
