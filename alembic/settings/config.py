"""``Config``: the settings of one project, from its files and from a program."""

from __future__ import annotations

import os
import sys
from typing import (
    TYPE_CHECKING,
    Any,
    Mapping,
    TextIO,
    TypedDict,
    overload,
)

from alembic.settings import lists, sources, values
from alembic.util.exc import CommandError
from alembic.util.langhelpers import EMPTY_DICT, frozendict, memoized_property
from alembic.util.loggers import logger
from alembic.util.messaging import write_outstream

if TYPE_CHECKING:
    from argparse import Namespace
    from configparser import ConfigParser
    from pathlib import Path

    from typing_extensions import TypeAlias

HOOKS_SECTION = "post_write_hooks"

PostWriteHookConfig: TypeAlias = Mapping[str, str]
"""The options of one post-write hook, and its name under ``_hook_name``."""


class MessagingOptions(TypedDict, total=False):
    """Keyword arguments for whatever speaks to the person at the terminal."""

    quiet: bool


class Config:
    """The settings of one project.

    They come from an ini file, from the table ``[tool.alembic]`` of a
    ``pyproject.toml``, and from the program that sets them; all three may be missing.
    Files are read when a value is first asked for. An option is looked for in the ini
    file first, then in the TOML file. Interface of Alembic 1.20.

    A program that brings its own settings::

        config = Config()
        config.set_main_option("script_location", "myapp:migrations")
        config.set_main_option("sqlalchemy.url", "postgresql://scott:p%40ss@host/db")
        command.upgrade(config, "head")

    :param file_: the ini file; it need not exist
    :param toml_file: the TOML file; it need not exist
    :param ini_section: the section of the ini file that holds the main options
    :param output_buffer: where ``--sql`` writes; by default to standard output
    :param stdout: where commands print their answers
    :param cmd_opts: the parsed command line, when there was one
    :param config_args: values for ``%(name)s`` in both files
    :param attributes: objects to hand to ``env.py``, a connection for example

    :ivar config_file_name: the ini file's name as given, or None
    :ivar toml_file_name: the TOML file's name as given, or None
    :ivar config_ini_section: name of the main section
    :ivar config_args: values for the ini file; ``here`` among them once it is read
    :ivar toml_args: values for the TOML file; ``here`` among them once it is read
    """

    config_file_name: str | None = None
    toml_file_name: str | None = None
    config_ini_section: str = None  # type: ignore[assignment]  # set by __init__
    cmd_opts: Namespace | None = None

    def __init__(
        self,
        file_: str | os.PathLike[str] | None = None,
        toml_file: str | os.PathLike[str] | None = None,
        ini_section: str = "alembic",
        output_buffer: TextIO | None = None,
        stdout: TextIO = sys.stdout,
        cmd_opts: Namespace | None = None,
        config_args: Mapping[str, Any] = EMPTY_DICT,
        attributes: dict[str, Any] | None = None,
    ) -> None:
        self.config_file_name = os.fspath(file_) if file_ else None
        self.toml_file_name = os.fspath(toml_file) if toml_file else None
        self.config_ini_section = ini_section
        self.output_buffer = output_buffer
        self.stdout = stdout
        self.cmd_opts = cmd_opts
        self.config_args = dict(config_args)
        self.toml_args = dict(config_args)
        if attributes:
            self.attributes.update(attributes)

    @memoized_property
    def attributes(self) -> dict[str, Any]:
        """A dictionary for whatever a program wants to hand to its ``env.py``."""
        return {}

    @memoized_property
    def file_config(self) -> ConfigParser:
        """The ini file, parsed when first asked for.

        :raises CommandError: the file cannot be read
        """
        path = self.config_file_name
        if getattr(self.cmd_opts, "verbose", False):
            _log_source(path)
        self.config_args["here"] = "." if path is None else sources.folder_of(path)
        return sources.read_ini(path, self.config_args, self.config_ini_section)

    @memoized_property
    def toml_alembic_config(self) -> Mapping[str, Any]:
        """The table ``[tool.alembic]``, parsed when first asked for; empty without one.

        :raises CommandError: the file cannot be read, or has no table of that name but
            something else
        """
        path = self.toml_file_name
        if path is None:
            return {}
        self.toml_args["here"] = sources.folder_of(path)
        return sources.alembic_table(path, sources.read_toml(path)) or {}

    @memoized_property
    def messaging_opts(self) -> MessagingOptions:
        """Keyword arguments for :mod:`alembic.util.messaging`: ``quiet``, read only."""
        quiet = bool(getattr(self.cmd_opts, "quiet", False))
        options: Any = frozendict({"quiet": quiet})
        return options  # type: ignore[no-any-return]

    def print_stdout(self, text: str, *arg: Any) -> None:
        """Write a line to ``stdout`` unless the command is quiet.

        :param text: the line; formatted as ``text % arg`` when there is an ``arg``
        """
        line = text % arg if arg else text
        write_outstream(self.stdout, line, "\n", **self.messaging_opts)

    def get_template_directory(self) -> str:
        """Return the folder whose subfolders are the templates of ``init``.

        A subclass that brings templates of its own overrides this method.
        """
        return str(self._get_template_path())

    def _get_template_path(self) -> Path:
        # here, because only ``init`` and ``list_templates`` want it
        from pathlib import Path

        return Path(__file__).absolute().parent.parent / "templates"

    @overload
    def get_section(self, name: str) -> dict[str, str] | None: ...

    @overload
    def get_section(self, name: str, default: dict[str, str]) -> dict[str, str]: ...

    @overload
    def get_section(
        self, name: str, default: Mapping[str, str] | None
    ) -> Mapping[str, str] | None: ...

    def get_section(
        self, name: str, default: Mapping[str, str] | None = None
    ) -> Mapping[str, str] | None:
        """Return the options of an ini section, interpolated.

        Defaults such as ``here`` are among them.

        :param name: the section
        :param default: what to return when the section does not exist
        :raises CommandError: a ``%`` in an option means nothing
        """
        if not self.file_config.has_section(name):
            return default
        return {key: self._ini_value(name, key) for key in self.file_config[name]}

    def set_main_option(self, name: str, value: str) -> None:
        """Set an option of the main ini section, whatever the file says.

        ``%(name)s`` in the value stands for another option and ``%%`` for a percent
        sign, as in an ini file. Every other percent sign stands for itself, so a
        database URL with a quoted password can be given as it is. (In Alembic 1.20 it
        is a ``ValueError``.)

        :param name: the option, in lower case or not
        :param value: its text
        """
        self.set_section_option(self.config_ini_section, name, value)

    def remove_main_option(self, name: str) -> None:
        """Remove an option of the main ini section, if it is there.

        :raises CommandError: the section does not exist
        """
        self._require_section(self.config_ini_section)
        self.file_config.remove_option(self.config_ini_section, name)

    def set_section_option(self, section: str, name: str, value: str) -> None:
        """Set an option of any ini section, which is made where it does not exist.

        For percent signs see :meth:`set_main_option`. The TOML table stays as it is.
        """
        if not self.file_config.has_section(section):
            self.file_config.add_section(section)
        self.file_config.set(section, name, sources.ini_value(value))

    def get_section_option(
        self, section: str, name: str, default: str | None = None
    ) -> str | None:
        """Return an option of an ini section, interpolated.

        :param default: what to return when the section has no such option
        :raises CommandError: the section does not exist, or a ``%`` in the option means
            nothing
        """
        self._require_section(section)
        if not self.file_config.has_option(section, name):
            return default
        return self._ini_value(section, name)

    def _require_section(self, section: str) -> None:
        if not self.file_config.has_section(section):
            raise CommandError(
                f"No config file {self.config_file_name!r} found, or file has no"
                f" '[{section}]' section"
            )

    @overload
    def get_main_option(self, name: str, default: str) -> str: ...

    @overload
    def get_main_option(self, name: str, default: str | None = None) -> str | None: ...

    def get_main_option(self, name: str, default: str | None = None) -> str | None:
        """Return an option of the main ini section; see :meth:`get_section_option`."""
        return self.get_section_option(self.config_ini_section, name, default)

    def get_alembic_option(
        self, name: str, default: str | None = None
    ) -> values.Value | None:
        """Return an option from the ini file's main section, else from the TOML table.

        :param default: what to return when neither has it
        :returns: text from an ini file; from a TOML file text, a list of texts, a table
            of texts, a list of such tables, or a whole number
        :raises CommandError: the value is of another type, or a ``%`` in it means
            nothing
        """
        if self._in_ini(name):
            return self._ini_value(self.config_ini_section, name)
        found = self._toml_value(name)
        return default if found is None else found

    def get_alembic_boolean_option(self, name: str) -> bool:
        """Return whether an option is on; ``true`` is the only text that means it.

        :raises CommandError: the value in the TOML table is neither true nor false
        """
        if self._in_ini(name):
            return self._ini_value(self.config_ini_section, name) == "true"
        if name not in self.toml_alembic_config:
            return False
        return values.boolean(name, self.toml_alembic_config[name])

    def get_version_locations_list(self) -> list[str] | None:
        """Return the folders of ``version_locations``; None where there are none.

        :raises CommandError: the separator or the TOML value is not a valid one
        """
        text = self._ini_text("version_locations")
        if text:
            return lists.version_locations(text, self._separators())
        return self._toml_texts("version_locations")

    def get_prepend_sys_paths_list(self) -> list[str] | None:
        """Return the folders of ``prepend_sys_path``; None where there are none.

        :raises CommandError: the separator or the TOML value is not a valid one
        """
        text = self._ini_text("prepend_sys_path")
        if text:
            return lists.prepend_sys_paths(text, self._separators())
        return self._toml_texts("prepend_sys_path")

    def get_hooks_list(self) -> list[PostWriteHookConfig]:
        """Return the options of each post-write hook, in the order to run them.

        The TOML table counts only when the ini file has no section for hooks.

        :raises CommandError: the TOML value is no array of tables with names
        """
        section = self.get_section(HOOKS_SECTION)
        if section is not None:
            return [*lists.hooks_of_section(section)]
        value = self._toml_value(HOOKS_SECTION)
        if value is None:
            return []
        return [*lists.hooks_of_tables(values.tables(HOOKS_SECTION, value))]

    def _get_file_separator_char(self, *names: str) -> str | None:
        """Return the character of the first separator option that is set."""
        for name in names:
            given = self._ini_text(name)
            if given is not None:
                return lists.separator_character(given, name)
        return None

    def _separators(self) -> dict[str, str | None]:
        names = (lists.PATH_SEPARATOR, lists.VERSION_PATH_SEPARATOR)
        return {name: self._ini_text(name) for name in names}

    def _in_ini(self, name: str) -> bool:
        return self.file_config.has_option(self.config_ini_section, name)

    def _ini_text(self, name: str) -> str | None:
        if not self._in_ini(name):
            return None
        return self._ini_value(self.config_ini_section, name)

    def _ini_value(self, section: str, name: str) -> str:
        # here, because the parser's module is loaded with the first parser
        from configparser import InterpolationError

        try:
            return self.file_config.get(section, name)
        except InterpolationError as error:
            sentence = sources.interpolation_sentence(self.config_file_name, error)
            raise CommandError(sentence) from error

    def _toml_value(self, name: str) -> values.Value | None:
        if name not in self.toml_alembic_config:
            return None
        value = self.toml_alembic_config[name]
        return values.toml_value(name, value, self.toml_args, self.toml_file_name)

    def _toml_texts(self, name: str) -> list[str] | None:
        value = self._toml_value(name)
        return None if value is None else values.texts(name, value)


def _log_source(path: str | None) -> None:
    if "logging" not in sys.modules:
        return  # nobody can have asked for these messages
    # the name of the public door, by which people switch these messages on
    log = logger("alembic.config")
    if path is None:
        log.info("No config file provided; using in-memory default config")
    else:
        log.info("Loading config from file: %s", path)
