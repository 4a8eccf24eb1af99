"""Create a migration environment from a template: what ``init`` does.

Everything is planned and rendered before the first file is written. A failure takes
back what was done; what a killed process leaves, the next ``init`` begins anew (see
:mod:`alembic.script.unfinished`). The settings files come after the folder's own, so
that no settings ever lead to half a folder.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from alembic.script.steps import (
    Step,
    carry_out,
    content_of,
    longer_file,
    new_file,
    new_folder,
    new_mark,
    reading,
)
from alembic.script.unfinished import UNFINISHED, clear_unfinished
from alembic.settings import sources
from alembic.util.exc import CommandError
from alembic.util.messaging import msg
from alembic.util.pyfiles import render_template

if TYPE_CHECKING:
    from typing_extensions import Protocol

    class ScaffoldSettings(Protocol):
        """What ``init`` asks of the settings."""

        @property
        def config_file_name(self) -> str | None: ...

        @property
        def toml_file_name(self) -> str | None: ...

        @property
        def messaging_opts(self) -> Any: ...

        def get_template_directory(self) -> str: ...


VERSIONS = "versions"
INI_TEMPLATE = "alembic.ini.mako"
TOML_TEMPLATE = "pyproject.toml.mako"

# Files are announced in this order; what else a template holds follows by name.
_FIRST = ("script.py.mako", "README", "env.py")


class TemplateInfo(NamedTuple):
    """One template that ``init`` can use."""

    name: str
    synopsis: str
    """the first line of its README"""


def available_templates(template_dir: str) -> tuple[TemplateInfo, ...]:
    """Return the templates in a folder, sorted by name.

    :raises CommandError: the folder cannot be read
    """
    with reading(template_dir):
        names = sorted(os.listdir(template_dir))
    paths = [(name, os.path.join(template_dir, name)) for name in names]
    return tuple(
        TemplateInfo(name, _synopsis(path))
        for name, path in paths
        if os.path.isfile(os.path.join(path, INI_TEMPLATE))
        or os.path.isfile(os.path.join(path, "README"))
    )


def _synopsis(path: str) -> str:
    readme = os.path.join(path, "README")
    if not os.path.isfile(readme):
        return ""
    with open(readme, encoding="utf-8", errors="replace") as stream:
        return stream.readline().strip()


def create_environment(
    config: ScaffoldSettings,
    directory: str,
    template: str = "generic",
    package: bool = False,
) -> None:
    """Create a folder for migrations, and the settings that lead to it.

    What is done is announced line by line, unless the settings are quiet. Either all
    of it is done or nothing. Interface of Alembic 1.20.

    :param config: where the two settings files are to be, and where the templates are
    :param directory: the new folder; it may exist if it is empty
    :param template: name of a template
    :param package: put an empty ``__init__.py`` into both folders
    :raises CommandError: the folder is occupied, there is no such template, or a file
        cannot be written
    """
    folder = _absolute(directory)
    _refuse_name(directory)
    _refuse_occupied(config, folder, directory)
    source = _template_folder(config.get_template_directory(), template)
    plan = _Plan(config, directory, folder, source)
    steps = [*plan.folders(), *plan.copies(), *plan.settings()]
    if package:
        steps += plan.packages()
    quiet = bool(config.messaging_opts.get("quiet"))
    carry_out([*steps, plan.finished()], quiet=quiet)
    msg(plan.closing_words(), quiet=quiet)


def _absolute(path: str) -> str:
    """Return a path as absolute, without ``..`` where that leads to the same place."""
    joined = os.path.join(os.getcwd(), path)
    plain = os.path.abspath(joined)
    same = os.path.realpath(plain) == os.path.realpath(joined)
    return plain if same else joined


def _refuse_name(directory: str) -> None:
    if not directory:
        raise CommandError("The directory to create has no name; please give one")
    if any(map(_is_control, directory)) or directory != directory.strip():
        raise CommandError(
            f"Directory name {directory!r} can't be written into a settings file;"
            " please choose one without control characters, and without spaces around"
            " it"
        )


def _is_control(character: str) -> bool:
    return ord(character) < 32 or 127 <= ord(character) < 160


def _refuse_occupied(config: ScaffoldSettings, folder: str, directory: str) -> None:
    if not os.path.lexists(folder):
        return
    if not os.path.isdir(folder):
        raise CommandError(
            f"{directory} exists and is not a directory; please choose another name"
        )
    with reading(folder):
        entries = os.listdir(folder)
    if entries and not _is_unfinished(config, folder):
        shown = os.path.normpath(directory)
        raise CommandError(f"Directory {shown} already exists and is not empty")


def _is_unfinished(config: ScaffoldSettings, folder: str) -> bool:
    known = _files_of_templates(config.get_template_directory())
    return clear_unfinished(folder, known, _settings_below(config, folder))


def _files_of_templates(template_dir: str) -> dict[str, set[bytes]]:
    """Return for each file name the contents that the templates give it."""
    contents: dict[str, set[bytes]] = {}
    for info in available_templates(template_dir):
        source = os.path.join(template_dir, info.name)
        for name in _plain_files(source):
            contents.setdefault(name, set()).add(content_of(os.path.join(source, name)))
    return contents


def _settings_below(config: ScaffoldSettings, folder: str) -> set[str]:
    """Return the paths of the settings files that lie in the folder or below it."""
    given = (config.config_file_name, config.toml_file_name)
    real = os.path.join(os.path.realpath(folder), "")
    below: set[str] = set()
    for parent, name in [os.path.split(_absolute(path)) for path in given if path]:
        path = os.path.join(os.path.realpath(parent), name)
        if path.startswith(real):
            below.add(os.path.join(folder, path[len(real) :]))
    return below


def _template_folder(template_dir: str, template: str) -> str:
    path = os.path.join(template_dir, template)
    if not template or not os.path.isdir(path):
        raise CommandError(f"No such template {path}")
    if not os.path.isfile(os.path.join(path, INI_TEMPLATE)):
        raise CommandError(
            f"Template {path} has no file {INI_TEMPLATE}; please add one"
        )
    return path


def _plain_files(folder: str) -> list[str]:
    """Return the names of the files to copy from a template, in their fixed order."""
    with reading(folder):
        names = os.listdir(folder)
    rendered = (INI_TEMPLATE, TOML_TEMPLATE)
    kept = [
        name
        for name in sorted(names)
        if name not in rendered and os.path.isfile(os.path.join(folder, name))
    ]
    first = [name for name in _FIRST if name in kept]
    return [*first, *(name for name in kept if name not in first)]


class _Plan:
    """The steps of one ``init``; every text is rendered when the step is planned."""

    def __init__(
        self, config: ScaffoldSettings, directory: str, folder: str, source: str
    ) -> None:
        self.directory = directory
        self.folder = folder
        self.versions = os.path.join(folder, VERSIONS)
        self.source = source
        self.ini = _ini_path(config)
        self.toml = _toml_path(config, source)
        self.planned = {folder}

    def folders(self) -> list[Step]:
        """Plan the two folders, and the mark of what is unfinished."""
        steps: list[Step] = []
        if not os.path.isdir(self.folder):
            steps.append(new_folder(self.folder))
        steps.append(new_mark(os.path.join(self.folder, UNFINISHED)))
        return [*steps, new_folder(self.versions)]

    def copies(self) -> list[Step]:
        """Plan the files that the template has for the folder."""
        return [
            new_file(
                os.path.join(self.folder, name),
                content_of(os.path.join(self.source, name)),
                "Generating",
            )
            for name in _plain_files(self.source)
        ]

    def settings(self) -> list[Step]:
        """Plan the settings files: the TOML file where there is one, then the ini."""
        return [*(self._toml_steps(self.toml) if self.toml else ()), *self._ini_steps()]

    def _ini_steps(self) -> list[Step]:
        _refuse_directory(self.ini)
        if os.path.exists(self.ini):
            return [Step(self.ini, None, f"File {self.ini} already exists, skipping")]
        encoding = sources.ini_encoding()
        location = self._location(self.ini, encoding)
        data = render_template(
            os.path.join(self.source, INI_TEMPLATE), encoding, script_location=location
        )
        return [*self._parent_of(self.ini), new_file(self.ini, data, "Generating")]

    def _toml_steps(self, path: str) -> list[Step]:
        _refuse_directory(path)
        location = self._location(path, "utf-8")
        quoted = location.replace("\\", "\\\\").replace('"', '\\"')
        data = render_template(
            os.path.join(self.source, TOML_TEMPLATE), "utf-8", script_location=quoted
        )
        if not os.path.exists(path):
            return [*self._parent_of(path), new_file(path, data, "Generating")]
        known = sources.alembic_table(path, sources.read_toml(path))
        if known is not None:
            return [
                Step(
                    path,
                    None,
                    f"File {path} already exists and already has a [tool.alembic]"
                    " section, skipping",
                )
            ]
        addition = b"\n\n" + data
        old = content_of(path)
        # Parsing shows what the table alone does not: "tool = {…}" admits nothing more.
        sources.parse_toml(path, old + addition)
        return [longer_file(path, old, addition)]

    def _parent_of(self, path: str) -> list[Step]:
        parent = os.path.dirname(path)
        planned = parent in self.planned or os.path.isdir(parent)
        self.planned.add(parent)
        return [] if planned else [new_folder(parent)]

    def _location(self, settings_file: str, encoding: str) -> str:
        """Return ``script_location`` as it is to stand in a settings file."""
        path = _way_to(self.directory, self.folder, os.path.dirname(settings_file))
        try:
            path.encode(encoding)
        except UnicodeEncodeError as error:
            raise CommandError(
                f"Directory name {self.directory!r} can't be written in {encoding};"
                " please choose another"
            ) from error
        if path == os.curdir:
            return "%(here)s"
        prefix = "" if os.path.isabs(path) else "%(here)s/"
        return prefix + path.replace("%", "%%")

    def packages(self) -> list[Step]:
        """Plan the files that make a package of each folder."""
        return [
            new_file(os.path.join(folder, "__init__.py"), b"", "Adding")
            for folder in (self.folder, self.versions)
        ]

    def finished(self) -> Step:
        """Plan to take the mark away."""
        mark = os.path.join(self.folder, UNFINISHED)
        return Step(mark, lambda: os.unlink(mark))

    def closing_words(self) -> str:
        """Return what the person should do next."""
        ini = f"configuration/connection/logging settings in {self.ini}"
        toml = f"configuration settings in {self.toml} and " if self.toml else ""
        return f"Please edit {toml}{ini} before proceeding."


def _ini_path(config: ScaffoldSettings) -> str:
    if config.config_file_name is None:
        raise CommandError(
            "The settings have no name for the ini file to write; please give one:"
            " Config('alembic.ini')"
        )
    return _absolute(config.config_file_name)


def _toml_path(config: ScaffoldSettings, source: str) -> str | None:
    if not os.path.isfile(os.path.join(source, TOML_TEMPLATE)):
        return None
    if config.toml_file_name is None:
        raise CommandError(
            "The settings have no name for the TOML file to write; please give one:"
            " Config('alembic.ini', toml_file='pyproject.toml')"
        )
    return _absolute(config.toml_file_name)


def _refuse_directory(path: str) -> None:
    if os.path.isdir(path):
        raise CommandError(f"Config file {path} is a directory; please name a file")


def _way_to(directory: str, folder: str, start: str) -> str:
    """Return the path to a folder, relative unless it was given as absolute."""
    if os.path.isabs(directory):
        return folder.replace(os.sep, "/")
    try:
        path = os.path.relpath(folder, start)
        real = os.path.realpath(folder)
        if os.path.realpath(os.path.join(start, path)) != real:
            # A symbolic link stands between: ".." would lead elsewhere.
            path = os.path.relpath(real, os.path.realpath(start))
    except ValueError:  # another drive of Windows
        path = folder
    return path.replace(os.sep, "/")
