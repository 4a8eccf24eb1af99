"""Options that hold several values: folders and post-write hooks."""

from __future__ import annotations

import os
from typing import Mapping, Sequence

from alembic.util.exc import CommandError
from alembic.util.messaging import warn_deprecated

PATH_SEPARATOR = "path_separator"
VERSION_PATH_SEPARATOR = "version_path_separator"

_CHARACTERS = {"space": " ", "newline": "\n", "os": os.pathsep, ":": ":", ";": ";"}

# Where a warning points to: past the method of ``Config``, to who called it.
_CALLER = 4


class SeparatorError(CommandError, ValueError):
    """A separator that is none; ``ValueError`` is what Alembic 1.20 raises."""

    def __init__(self, given: str, option: str) -> None:
        self.given = given
        self.option = option
        known = ", ".join(map(repr, _CHARACTERS))
        super().__init__(
            f"{given!r} is not a valid value for {option}; expected {known}"
        )


def separator_character(given: str, option: str) -> str:
    """Return the character that a separator option names.

    :param given: ``space``, ``newline``, ``os``, ``:`` or ``;``
    :param option: the option's name, for the message
    :raises SeparatorError: it is none of these
    """
    if given not in _CHARACTERS:
        raise SeparatorError(given, option)
    return _CHARACTERS[given]


def version_locations(text: str, separators: Mapping[str, str | None]) -> list[str]:
    """Return the folders of ``version_locations``.

    :param text: the option's value
    :param separators: the values of the two separator options, None where not given
    :raises SeparatorError: a separator is none
    """
    separator = separators[PATH_SEPARATOR]
    if separator is not None:
        return _pieces(text, separator_character(separator, PATH_SEPARATOR))
    separator = separators[VERSION_PATH_SEPARATOR]
    if separator is not None:
        warn_deprecated(
            "The version_path_separator configuration parameter is deprecated; please"
            " use path_separator",
            _CALLER,
        )
        return _pieces(text, separator_character(separator, VERSION_PATH_SEPARATOR))
    _warn_of_guessing("spaces/commas", "version_locations")
    return words(text)


def prepend_sys_paths(text: str, separators: Mapping[str, str | None]) -> list[str]:
    """Return the folders of ``prepend_sys_path``; parameters as above."""
    separator = separators[PATH_SEPARATOR]
    if separator is not None:
        return _pieces(text, separator_character(separator, PATH_SEPARATOR))
    _warn_of_guessing("spaces, commas, and colons", "prepend_sys_path")
    return words(text.replace(":", " "))


def _pieces(text: str, character: str) -> list[str]:
    return [piece.strip() for piece in text.split(character) if piece.strip()]


def _warn_of_guessing(separators: str, option: str) -> None:
    warn_deprecated(
        "No path_separator found in configuration; falling back to legacy splitting on"
        f" {separators} for {option}.  Consider adding path_separator=os to Alembic"
        " config.",
        _CALLER + 1,
    )


def words(text: str) -> list[str]:
    """Return what stands between commas and white space."""
    return text.replace(",", " ").split()


def hooks_of_section(section: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the options of each hook that ``hooks`` names in an ini section.

    :param section: the section ``[post_write_hooks]``, with keys such as
        ``black.type``
    """
    return [
        {**_options_of(name, section), "_hook_name": name}
        for name in words(section.get("hooks", ""))
    ]


def _options_of(name: str, section: Mapping[str, str]) -> dict[str, str]:
    # The parser gives option names in lower case.
    prefix = f"{name}.".lower()
    return {
        key[len(prefix) :]: value
        for key, value in section.items()
        if key.startswith(prefix)
    }


def hooks_of_tables(tables: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return the options of each hook of ``[[tool.alembic.post_write_hooks]]``.

    :raises CommandError: a hook has no name
    """
    return [_hook_of_table(table) for table in tables]


def _hook_of_table(table: Mapping[str, str]) -> dict[str, str]:
    if "name" not in table:
        raise CommandError(
            "Key 'name' is required for each of [[tool.alembic.post_write_hooks]]"
        )
    options = {key: value for key, value in table.items() if key != "name"}
    return {**options, "_hook_name": table["name"]}
