"""A folder of revision files as one object."""

from __future__ import annotations

import os
import sys
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Iterable,
    Iterator,
    List,
    Mapping,
    Protocol,
    Sequence,
    Set,
    Tuple,
    Union,
    cast,
)

from ..graph.errors import RevisionError
from ..graph.steps import MigrationStep, RevisionStep, StampStep
from ..graph.targets import split_branch
from ..util.compat import zone_info_class
from ..util.exc import CommandError
from ..util.langhelpers import (
    EMPTY_DICT,
    dedupe_tuple,
    memoized_property,
    not_none,
    to_tuple,
)
from ..util.messaging import warn
from ..util.pyfiles import (
    coerce_resource_to_filename,
    load_python_file,
    pyc_file_from_path,
)
from .failures import as_command_error
from .folder import find_revision_files
from .index import read_location
from .revision import Revision, RevisionMap
from .script import Script

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo as ZoneInfo

    from .reader import RevisionFacts

__all__ = ["Script", "ScriptDirectory", "not_none"]

_PathLike = Union[str, "os.PathLike[str]"]
_RevIdType = Union[str, List[str], Tuple[str, ...]]

_MANY_HEADS_FOR_NEW = (
    "Multiple heads are present; please specify the head revision on which the new "
    "revision should be based, or perform a merge."
)
_MANY_HEADS_IN_DIRECTORY = (
    "The script directory has multiple heads (due to branching).Please use "
    "get_heads(), or merge the branches using alembic merge."
)


class ScriptSettings(Protocol):
    """What a script directory asks of a project's settings."""

    def get_alembic_option(self, name: str, default: Any = None) -> Any: ...

    def get_alembic_boolean_option(self, name: str) -> bool: ...

    def get_version_locations_list(self) -> list[str] | None: ...

    def get_prepend_sys_paths_list(self) -> list[str] | None: ...

    def get_hooks_list(self) -> Sequence[Mapping[str, str]]: ...

    @property
    def messaging_opts(self) -> Any: ...


class ScriptDirectory:
    """The folder of a project's migrations: ``env.py``, template and revision files.

    :param dir: the folder, which must exist.
    :param file_template: how revision files are named; tokens ``%(rev)s``,
        ``%(slug)s``, ``%(year)d`` and so on to ``%(second)d``, ``%(epoch)d``.
    :param truncate_slug_length: characters of the message in a file's name.
    :param version_locations: folders of revision files, ``versions`` below ``dir``
        when not given.
    :param sourceless: also read compiled revision files without source.
    :param output_encoding: of generated files.
    :param timezone: the zone, an IANA key, for the dates of new revisions; local time
        without a zone when not given.
    :param hooks: options of the post-write hooks, one mapping each.
    :param recursive_version_locations: look in subfolders too.
    :param messaging_opts: ``{"quiet": True}`` silences progress lines.
    :raises CommandError: ``dir`` does not exist.

    Interface of Alembic 1.20. Revision files are read when a question needs them::

        script = ScriptDirectory.from_config(Config("alembic.ini"))
        print(script.get_current_head())
    """

    def __init__(
        self,
        dir: _PathLike,
        file_template: str = "%(rev)s_%(slug)s",
        truncate_slug_length: int | None = 40,
        version_locations: Sequence[_PathLike] | None = None,
        sourceless: bool = False,
        output_encoding: str = "utf-8",
        timezone: str | None = None,
        hooks: list[Mapping[str, str]] = [],  # noqa: B006  (public signature; not changed)
        recursive_version_locations: bool = False,
        messaging_opts: Mapping[str, Any] = EMPTY_DICT,
    ) -> None:
        self.dir = os.fspath(dir)
        self.version_locations = [os.fspath(one) for one in version_locations or ()]
        self.file_template = file_template
        self.truncate_slug_length = truncate_slug_length or 40
        self.sourceless = sourceless
        self.output_encoding = output_encoding
        self.timezone = timezone
        self.hooks = hooks
        self.recursive_version_locations = recursive_version_locations
        self.messaging_opts = messaging_opts
        self.revision_map = RevisionMap(self._load_revisions)
        self._may_be_new = False
        self._files_read: set[str] = set()
        if not os.access(self.dir, os.F_OK):
            raise CommandError(
                f"Path doesn't exist: {self.dir}.  Please use the 'init' command to "
                "create a new scripts folder."
            )

    @classmethod
    def from_config(cls, config: ScriptSettings) -> ScriptDirectory:
        """Return the script directory that a project's settings describe.

        The folders of ``prepend_sys_path`` are put in front of ``sys.path``.

        :param config: a :class:`.Config`.
        :raises CommandError: there is no ``script_location``, or its folder is missing.
        """
        location = config.get_alembic_option("script_location")
        if not isinstance(location, str) or not location:
            raise CommandError("No 'script_location' key found in configuration.")
        sys.path[:0] = config.get_prepend_sys_paths_list() or ()
        boolean = config.get_alembic_boolean_option
        return cls(
            coerce_resource_to_filename(location),
            file_template=config.get_alembic_option(
                "file_template", "%(rev)s_%(slug)s"
            ),
            truncate_slug_length=_number(config, "truncate_slug_length"),
            sourceless=boolean("sourceless"),
            output_encoding=config.get_alembic_option("output_encoding", "utf-8"),
            version_locations=config.get_version_locations_list(),
            timezone=config.get_alembic_option("timezone"),
            hooks=list(config.get_hooks_list()),
            recursive_version_locations=boolean("recursive_version_locations"),
            messaging_opts=config.messaging_opts,
        )

    # -- folders ---------------------------------------------------------------------

    @property
    def versions(self) -> str:
        """The one folder of revision files, as an absolute path.

        :raises CommandError: there are several.
        """
        first, *others = self.locations
        if others:
            raise CommandError("Multiple version_locations present")
        return first

    @property
    def locations(self) -> tuple[str, ...]:
        """The folders of revision files, as absolute paths, each named once."""
        return dedupe_tuple(self._named_locations())

    @memoized_property
    def _version_locations(self) -> Sequence[_PathLike]:
        """The folders as configured; packages read this list and replace it."""
        if not self.version_locations:
            return [os.path.abspath(os.path.join(self.dir, "versions"))]
        named = map(coerce_resource_to_filename, self.version_locations)
        return [os.path.abspath(one) for one in named]

    def _named_locations(self) -> tuple[str, ...]:
        """Return the folders as absolute paths; one that is named twice stays twice."""
        return tuple(os.path.abspath(one) for one in self._version_locations)

    @property
    def env_py_location(self) -> str:
        """The path of ``env.py``."""
        return os.path.join(self.dir, "env.py")

    def run_env(self) -> None:
        """Execute ``env.py``, or its compiled file when there is no source.

        :raises CommandError: there is none, or it is not Python. What the code in it
            raises comes through as it is.
        """
        path = self.env_py_location
        if not os.path.isfile(path) and not pyc_file_from_path(path):
            raise CommandError(
                f"Can't find {path}; every environment needs an env.py, which the "
                "'init' command makes from a template"
            )
        try:
            load_python_file(self.dir, "env.py")
        except SyntaxError as error:
            if error.filename is None or not os.path.samefile(error.filename, path):
                raise
            raise CommandError(
                f"{path} has a syntax error in line {error.lineno}: {error.msg}"
            ) from error

    def _load_revisions(self) -> Iterator[Script]:
        """Read the revision files, sorted by name in each folder.

        :raises CommandError: none of the named version folders exists, or a file is
            not a revision.
        """
        # a folder that is named twice is read twice, so that its files are warned of
        present = [one for one in self._named_locations() if os.path.isdir(one)]
        if not present and not self._may_be_new:
            self._tell_of_missing_folders()
        seen = self._files_read = set()
        for location in present:
            files = find_revision_files(
                location,
                recursive=self.recursive_version_locations,
                sourceless=self.sourceless,
            )
            for file, facts in read_location(location, files):
                if file.real_path in seen:
                    warn(
                        f"File {file.real_path} loaded twice! ignoring. Please ensure "
                        "version_locations is unique."
                    )
                    continue
                seen.add(file.real_path)
                yield _script(file.path, facts)

    def _tell_of_missing_folders(self) -> None:
        """Warn where ``versions`` is missing: version control keeps no empty folder."""
        missing = f"Version folder {' or '.join(self.locations)} doesn't exist"
        if self.version_locations:
            raise CommandError(
                f"{missing}; create it (the 'revision' command does), or correct "
                "'version_locations'"
            )
        warn(f"{missing}, so there are no revisions; the 'revision' command creates it")

    # -- questions -------------------------------------------------------------------

    def walk_revisions(
        self, base: str = "base", head: str = "heads"
    ) -> Iterator[Script]:
        """Yield the revisions from ``head`` down to ``base``, both included.

        :raises CommandError: an end is unknown, or not below the other.
        """
        with as_command_error(start=base, end=head):
            for revision in self.revision_map.iterate_revisions(
                head, base, inclusive=True, assert_relative_length=False
            ):
                yield cast(Script, revision)

    def iterate_revisions(
        self,
        upper: str | tuple[str, ...] | None,
        lower: str | tuple[str, ...] | None,
        **kw: Any,
    ) -> Iterator[Script]:
        """Yield the revisions from ``upper`` down to ``lower``, which is left out.

        :param kw: as for :meth:`.RevisionMap.iterate_revisions`.
        """
        return cast(
            Iterator[Script], self.revision_map.iterate_revisions(upper, lower, **kw)
        )

    def get_revisions(self, id_: Any) -> tuple[Script, ...]:
        """Return the revisions that an identifier, symbol or several of them mean.

        :raises CommandError: one is unknown or ambiguous.
        """
        with as_command_error():
            return cast(Tuple[Script, ...], self.revision_map.get_revisions(id_))

    def get_all_current(self, id_: tuple[str, ...]) -> set[Script]:
        """Return the tips of all that is applied when these revisions are.

        Applied are the revisions and whatever they follow or depend on; a tip is one
        that no other of them follows.

        :raises CommandError: an identifier is unknown.
        """
        with as_command_error():
            current = self.revision_map.current_tips(tuple(id_))
            return cast(Set[Script], set(current))

    def get_revision(self, id_: str) -> Script:
        """Return the one revision that an identifier or symbol means.

        :raises CommandError: it is unknown or ambiguous.
        """
        with as_command_error():
            return cast(Script, self.revision_map.get_revision(id_))

    def as_revision_number(self, id_: str | None) -> str | tuple[str, ...] | None:
        """Return the identifiers that ``head`` or ``heads`` stand for.

        None for nothing or ``base``. Any other identifier comes back as given, without
        the branch in front of it; of several, and of the heads of a branch, the first.

        :raises CommandError: ``head`` of several heads, or of an unknown branch.
        """
        if not isinstance(id_, str):
            return next(iter(to_tuple(id_, ())), None)
        branch, symbol = split_branch(id_)
        with as_command_error():
            if symbol == "heads":
                heads = tuple(one.revision for one in self.get_revisions(id_))
                return next(iter(heads), None) if branch else heads or None
            if symbol == "head":
                return self.revision_map.get_current_head(branch)
        return None if symbol == "base" else symbol

    def get_current_head(self) -> str | None:
        """Return the identifier of the head, None where there is no revision.

        :raises CommandError: there are several heads.
        """
        with as_command_error(multiple_heads=_MANY_HEADS_IN_DIRECTORY):
            return self.revision_map.get_current_head()

    def get_heads(self, consider_depends_on: bool = False) -> list[str]:
        """Return the identifiers of all heads, in the order of their files.

        :param consider_depends_on: leave out heads that another revision depends on.
        :raises RevisionError: the files contradict each other.
        """
        if consider_depends_on:
            return list(self.revision_map._real_heads)
        return list(self.revision_map.heads)

    def get_base(self) -> str | None:
        """Return the identifier of the first revision, None where there is none.

        :raises CommandError: there are several.
        """
        bases = self.get_bases()
        if len(bases) > 1:
            raise CommandError(
                "The script directory has multiple bases. Please use get_bases()."
            )
        return bases[0] if bases else None

    def get_bases(self) -> list[str]:
        """Return the identifiers of all revisions that follow none.

        :raises RevisionError: the files contradict each other.
        """
        return list(self.revision_map.bases)

    @property
    def longest_id(self) -> int:
        """The length of the longest identifier, 0 where there are no revisions."""
        return max(map(len, self.revision_map._by_id), default=0)

    def unknown_identifiers(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return those of some identifiers that no revision has.

        Nothing is read for it: before the revisions were asked for, none is unknown.
        """
        known = self.revision_map._revisions
        return () if known is None else tuple(id_ for id_ in ids if id_ not in known)

    # -- plans -----------------------------------------------------------------------

    def _upgrade_revs(self, destination: str, current_rev: Any) -> list[RevisionStep]:
        """Return the steps of an upgrade, in the order in which they run."""
        with as_command_error(
            not_in_line="Destination {end} is not a valid upgrade target from current "
            "head(s)",
            end=destination,
            target=destination,
        ):
            chosen = self.revision_map.upgrade_revisions(destination, current_rev)
        return self._steps(chosen, "upgrade", MigrationStep.upgrade_from_script)

    def _downgrade_revs(self, destination: str, current_rev: Any) -> list[RevisionStep]:
        """Return the steps of a downgrade, in the order in which they run."""
        with as_command_error(
            not_in_line="Destination {end} is not a valid downgrade target from "
            "current head(s)",
            end=destination,
            target=destination,
        ):
            chosen = self.revision_map.downgrade_revisions(destination, current_rev)
        return self._steps(chosen, "downgrade", MigrationStep.downgrade_from_script)

    def _steps(
        self,
        revisions: Iterable[Revision],
        function_name: str,
        step: Callable[[RevisionMap, Any], RevisionStep],
    ) -> list[RevisionStep]:
        scripts = cast(Sequence[Script], tuple(revisions))
        for script in scripts:  # all of them, before the first step runs
            script.migration_function(function_name)
        return [step(self.revision_map, script) for script in scripts]

    def _stamp_revs(self, revision: _RevIdType, heads: _RevIdType) -> list[StampStep]:
        """Return the changes of the version table that mark these revisions."""
        with as_command_error(
            multiple_heads="Multiple heads are present; please specify a single target "
            "revision"
        ):
            return list(self.revision_map.stamp_steps(revision, heads))

    # -- new revisions ---------------------------------------------------------------

    def generate_revision(
        self,
        revid: str,
        message: str | None,
        head: _RevIdType | None = None,
        splice: bool | None = False,
        branch_labels: _RevIdType | None = None,
        version_path: _PathLike | None = None,
        file_template: str | None = None,
        depends_on: _RevIdType | None = None,
        **kw: Any,
    ) -> Script | None:
        """Write the file of a new revision and return it as a script.

        Everything is checked first: when this raises, there is no new file.

        :param revid: the identifier, see :func:`alembic.util.rev_id`.
        :param message: the message; None is written as ``empty message``.
        :param head: what the revision follows; ``head`` when not given.
        :param splice: let it follow revisions that are not heads.
        :param branch_labels: labels of the branch that begins here.
        :param version_path: the version location to write to.
        :param file_template: accepted, without effect, as in Alembic 1.20.
        :param depends_on: identifiers or labels of revisions that must be applied
            before.
        :param kw: further variables of the template.
        :raises CommandError: an argument is refused, a hook fails, or the file cannot
            be written.
        """
        # only the commands that write revisions need the writer
        from .identifiers import warn_of_long_id
        from .request import checked_request
        from .writer import write_revision

        self._may_be_new = True  # the first revision may come before its folder
        try:
            with as_command_error(multiple_heads=_MANY_HEADS_FOR_NEW):
                new = checked_request(
                    self,
                    revid,
                    message,
                    head=head,
                    splice=bool(splice),
                    branch_labels=branch_labels,
                    version_path=version_path,
                    depends_on=depends_on,
                    variables=kw,
                )
        finally:
            self._may_be_new = False
        warn_of_long_id(revid)
        facts, path = write_revision(self, new, self._files_read)
        script = _script(path, facts)
        self.revision_map.append_checked(script)
        return script


def _script(path: str, facts: RevisionFacts) -> Script:
    try:
        return Script.from_facts(facts, path)
    except RevisionError as error:
        error.args = (f"{error}, in revision file {path}",)
        raise


def _number(config: ScriptSettings, name: str) -> int:
    value = config.get_alembic_option(name, "40")
    try:
        return int(value or 0)
    except ValueError as error:
        raise CommandError(f"Option '{name}' is not a number: {value!r}") from error


def __getattr__(name: str) -> Any:
    # a public name of this module in Alembic 1.20; loaded when somebody asks for it
    if name == "ZoneInfo":
        return zone_info_class()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
