"""The two files that settings come from: which ones, and how they are read."""

from __future__ import annotations

import os
import re
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING, Any, Mapping, Sequence

from alembic.util.exc import CommandError

if TYPE_CHECKING:
    from configparser import ConfigParser, InterpolationError

INI_FILE = "alembic.ini"
TOML_FILE = "pyproject.toml"

_UTF8_MARK = b"\xef\xbb\xbf"
_PERCENT = re.compile(r"%%|%\([^)]+\)s|%")

# Every way to spell the table's name: [tool.alembic], alembic.x = 1 after [tool],
# tool = {alembic = …}, or with an escape. A requirement ("alembic>=1.15") is none.
_PERHAPS_OUR_TABLE = re.compile(
    rb"""\.\s*["']?alembic|alembic["']?\s*(\.|=(?!=))|\\[uUx]"""
)


def choose_files(
    given: Sequence[str] | None, environ: Mapping[str, str]
) -> tuple[str, str]:
    """Return the names of the ini file and of the TOML file; neither need exist.

    A file is taken for the TOML file when its name, folders aside, is
    ``pyproject.toml``. Interface of Alembic 1.20.

    :param given: what ``--config`` was given, each time
    :param environ: environment variables; ``ALEMBIC_CONFIG`` replaces one default
    :raises CommandError: two files of one kind were given
    """
    # an empty name, as of an unset variable in a script, is no name
    ini, toml = _by_kind([name for name in given or () if name])
    default = environ.get("ALEMBIC_CONFIG")
    default_ini, default_toml = _by_kind([default] if default else ())
    return (
        ini or default_ini or INI_FILE,
        toml or default_toml or TOML_FILE,
    )


def _by_kind(names: Sequence[str]) -> tuple[str | None, str | None]:
    toml = [name for name in names if os.path.basename(name) == TOML_FILE]
    ini = [name for name in names if os.path.basename(name) != TOML_FILE]
    if len(ini) > 1:
        raise CommandError("only one ini file may be indicated")
    if len(toml) > 1:
        raise CommandError("pyproject.toml indicated more than once")
    return (ini[0] if ini else None), (toml[0] if toml else None)


def folder_of(path: str) -> str:
    """Return the absolute folder of a file, with ``/`` between its parts.

    This is what ``%(here)s`` stands for. A ``..`` in the path stays, because the
    folder before it may be a symbolic link.
    """
    folder = os.path.dirname(os.path.join(os.getcwd(), path))
    if os.pardir not in folder.split(os.sep):
        folder = os.path.abspath(folder)
    return folder.replace(os.sep, "/")


def keep_lone_percents(text: str) -> str:
    """Double every percent sign that begins neither ``%%`` nor ``%(name)s``.

    So a percent sign that means nothing to the ini format reads back as itself, and
    what means something keeps its meaning::

        >>> keep_lone_percents("postgresql://scott:p%40ss@host/db")
        'postgresql://scott:p%%40ss@host/db'
        >>> keep_lone_percents("%(here)s/100%%")
        '%(here)s/100%%'
    """
    return _PERCENT.sub(_doubled, text)


def ini_value(value: Any) -> Any:
    """Return a value as a parser takes it; what is no text is left to the parser."""
    return keep_lone_percents(value) if isinstance(value, str) else value


def _doubled(found: re.Match[str]) -> str:
    return "%%" if found.group() == "%" else found.group()


def read_ini(
    path: str | None, arguments: Mapping[str, Any], section: str
) -> ConfigParser:
    """Return a parser with what an ini file holds; a missing file holds nothing.

    The file is read in the encoding of the locale, or as UTF-8 where it begins with a
    byte order mark.

    :param path: the file; without one, the parser has the empty main section
    :param arguments: values for ``%(name)s``; ``here`` is taken literally
    :param section: the main section
    :raises CommandError: the file cannot be read; the text says which line and why
    """
    # here, because programs that set everything themselves may never need a parser
    from configparser import ConfigParser, Error

    parser = ConfigParser({k: _default(k, v) for k, v in arguments.items()})
    if path is None:
        parser.add_section(section)
        return parser
    try:
        parser.read_string(_ini_text(path), source=path)
    except Error as error:
        raise CommandError(_ini_sentence(path, error)) from error
    return parser


def _default(name: str, value: Any) -> Any:
    if name == "here" and isinstance(value, str):
        return value.replace("%", "%%")
    return ini_value(value)


def ini_encoding() -> str:
    """Return the encoding of ini files: that of the locale, or of Python's UTF-8 mode.

    The module ``locale`` would say the same, but takes a while to load.
    """
    with TextIOWrapper(BytesIO()) as stream:
        return stream.encoding


def _ini_text(path: str) -> str:
    data = _bytes_of(path)
    if data is None:
        return ""
    marked = data.startswith(_UTF8_MARK)
    text = _decoded(path, data, "utf-8-sig" if marked else ini_encoding())
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise CommandError(
            f"Config file {path!r}, line {line}: a NUL byte; please save the file as"
            " plain text"
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _bytes_of(path: str) -> bytes | None:
    """Return what a file holds; nothing where there is none."""
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if os.path.isdir(path):
            raise CommandError(
                f"Config file {path!r} is a directory; please name a file"
            ) from error
        raise CommandError(
            f"Config file {path!r} can't be read: {error.strerror}; please check its"
            " permissions"
        ) from error


def _decoded(path: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        name = encoding.upper().replace("-SIG", "")
        raise CommandError(
            f"Config file {path!r}, line {line}: byte 0x{data[error.start]:02x} is not"
            f" {name} text; please save the file in that encoding"
        ) from error


def _ini_sentence(path: str, error: Any) -> str:
    """Say what is wrong with an ini file, without showing a value of it."""
    # here, as in read_ini
    import configparser

    line = getattr(error, "lineno", None)
    problem = "not in the form 'name = value'; indent the lines that continue a value"
    if isinstance(error, configparser.MissingSectionHeaderError):
        problem = "an option before any section; please begin with [alembic]"
    elif isinstance(error, configparser.DuplicateOptionError):
        problem = (
            f"option {error.option!r} of section [{error.section}] is given a second"
            " time; please keep one of them"
        )
    elif isinstance(error, configparser.DuplicateSectionError):
        problem = (
            f"section [{error.section}] begins a second time; please keep one of them"
        )
    elif getattr(error, "errors", None):
        line = error.errors[0][0]
    return f"Config file {path!r}, line {line}: {problem}"


def interpolation_sentence(path: str | None, error: InterpolationError) -> str:
    """Say what is wrong with an option's ``%``, without showing its value."""
    # here, as in read_ini
    import configparser

    option, section = error.option, error.section
    problem = "a '%' that begins neither '%%' nor '%(name)s'"
    if isinstance(error, configparser.InterpolationMissingOptionError):
        problem = f"'%({error.reference})s', and nothing of that name is set"
    elif isinstance(error, configparser.InterpolationDepthError):
        problem = "a '%(name)s' that leads back to itself"
    return (
        f"{_place(path, section, option)}option {option!r} of section [{section}] holds"
        f" {problem}; please write a literal percent sign as '%%'"
    )


def _place(path: str | None, section: str, option: str) -> str:
    line = _line_of(path, section, option)
    return f"Config file {path!r}, line {line}: " if line else "Configuration: "


def _line_of(path: str | None, section: str, option: str) -> int | None:
    """Return the line on which an ini file gives an option, where it does."""
    inside = False
    text = _ini_text(path) if path else ""
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("["):
            inside = line.rstrip().strip("[]") == section
        elif inside and re.split("[=:]", line)[0].strip().lower() == option:
            return number
    return None


def read_toml(path: str | None) -> dict[str, Any]:
    """Return what a TOML file holds; a missing file holds nothing.

    A file that cannot have a table ``tool.alembic`` counts as empty without a look at
    its grammar: most projects have a ``pyproject.toml``, and parsing it takes longer
    than all else that ``alembic heads`` does with settings.

    :raises CommandError: the file cannot be read; the text says where and why
    """
    data = _bytes_of(path) if path else None
    if path is None or not data or not _PERHAPS_OUR_TABLE.search(data):
        return {}
    return parse_toml(path, data)


def parse_toml(path: str, data: bytes) -> dict[str, Any]:
    """Return what the bytes of a TOML file mean.

    :param path: the file's name, for the message
    :raises CommandError: they are no TOML; the text says where and why
    """
    # here, because only a file that has our table is parsed
    from alembic.util.compat import tomllib

    # Line ends of Windows are TOML's own business; a byte order mark is not TOML.
    text = _decoded(path, data, "utf-8-sig")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CommandError(
            f"Config file {path!r} is not valid TOML: {error}; please correct it"
        ) from error


def alembic_table(
    path: str | None, data: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """Return the table ``[tool.alembic]``; nothing where there is none.

    :raises CommandError: there is something of that name, but no table
    """
    tool: dict[str, Any] | str = data.get("tool", {})
    if not isinstance(tool, dict):
        raise CommandError(f"Incorrect TOML format: 'tool' in {path!r} is not a table")
    table: dict[str, Any] | str | None = tool.get("alembic")
    if table is not None and not isinstance(table, dict):
        raise CommandError(
            f"Incorrect TOML format: 'tool.alembic' in {path!r} is not a table"
        )
    return table
