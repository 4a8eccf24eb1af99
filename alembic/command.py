"""The commands as functions: what ``alembic <name>`` does, for programs.

Each takes a :class:`~alembic.config.Config` first. A person's mistake is a
:class:`~alembic.util.CommandError` whose text is one sentence. Interface of Alembic
1.20. Example::

    from alembic import command
    from alembic.config import Config

    command.upgrade(Config("alembic.ini"), "head")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Collection, Iterable, Iterator

from alembic.graph.arguments import (
    history_range,
    stamp_start_and_targets,
    start_and_target,
)
from alembic.reports import text
from alembic.reports.records import BranchPointRecord, RevisionRecord, TemplateRecord
from alembic.util.exc import CommandError, DatabaseNotAtHead
from alembic.util.langhelpers import rev_id as new_rev_id
from alembic.util.langhelpers import to_tuple, truth_of
from alembic.util.lazy import lazy_names
from alembic.util.messaging import obfuscate_url_pw

if TYPE_CHECKING:
    import os

    from alembic.autogenerate.revisions import RevisionContext
    from alembic.runtime.hooks import ProcessRevisionDirectiveFn
    from alembic.runtime.migration import MigrationContext
    from alembic.script.base import ScriptDirectory, _RevIdType
    from alembic.script.script import Script
    from alembic.settings.config import Config
else:
    # Public names of this module that some commands, or "--help", must not load.
    __getattr__ = lazy_names(
        __name__,
        {
            "EnvironmentContext": "alembic.runtime.environment",
            "ScriptDirectory": "alembic.script.base",
            "autogen": "alembic.autogenerate:",
        },
    )

_NO_COMPARISON = (
    "This version does not compare the model with the database yet, so {what} cannot "
    "run; please write the revision by hand ('alembic revision -m MESSAGE')."
)


def branches(config: Config, verbose: bool = False) -> None:
    """Show the points where branches begin.

    :param config: the project's settings
    :param verbose: show all there is to say about each
    """
    directory = _directory_of(config)
    points = (
        _branch_point(directory, script)
        for script in directory.walk_revisions()
        if script.is_branch_point
    )
    _print(config, text.branches_lines(points, verbose))


def check(config: Config) -> None:
    """Say whether the model has changes that no revision holds.

    :param config: the project's settings
    :raises CommandError: always, until this version compares models with databases
    """
    raise CommandError(_NO_COMPARISON.format(what="'check'"))


def current(config: Config, check_heads: bool = False, verbose: bool = False) -> None:
    """Show the revisions that the database is at.

    :param config: the project's settings
    :param check_heads: fail unless the database is at all heads
    :param verbose: name the database and show all there is to say about each revision
    :raises DatabaseNotAtHead: ``check_heads`` was asked for and the database is behind
    """
    directory = _directory_of(config)

    def show_current(rows: Any, context: MigrationContext) -> Iterable[Any]:
        if verbose:
            config.print_stdout(text.database_line(_database_of(context)))
        if check_heads and set(rows) != set(directory.get_heads()):
            raise DatabaseNotAtHead("Database is not on all head revisions")
        scripts = sorted(directory.get_all_current(rows), key=_identifier)
        _print(config, text.current_lines(_records(scripts), verbose))
        return []

    _run_env(config, directory, show_current, dont_mutate=True)


def downgrade(
    config: Config, revision: str, sql: bool = False, tag: str | None = None
) -> None:
    """Take the database back to an earlier revision.

    :param config: the project's settings
    :param revision: the target; with ``sql`` a range ``from:to``
    :param sql: write the SQL instead of running it
    :param tag: a text for ``env.py``, see ``context.get_tag_argument()``
    """
    directory = _directory_of(config)
    start, target = start_and_target(revision, sql)
    if sql and start is None:
        raise CommandError("downgrade with --sql requires <fromrev>:<torev>")

    def steps(rows: Any, context: MigrationContext) -> Iterable[Any]:
        return directory._downgrade_revs(target, rows)

    _run_env(
        config,
        directory,
        steps,
        as_sql=sql,
        starting_rev=start,
        destination_rev=target,
        tag=tag,
    )


def edit(config: Config, rev: str) -> None:
    """Open revision files in the editor that $EDITOR names.

    :param config: the project's settings
    :param rev: the revisions; ``current`` for those of the database
    :raises CommandError: it means no revision, or the editor fails
    """
    # here, because this is the only command that needs an editor
    from alembic.util.editor import open_in_editor

    directory = _directory_of(config)
    scripts = _scripts_named(config, directory, rev)
    if not scripts and rev == "current":
        raise CommandError("No current revisions")
    if not scripts:
        raise CommandError(f"No revision files indicated by symbol '{rev}'")
    for script in scripts:
        open_in_editor(script.path)


def ensure_version(config: Config, sql: bool = False) -> None:
    """Create the version table where the database has none.

    :param config: the project's settings
    :param sql: write the SQL instead of running it
    """
    directory = _directory_of(config)

    def create_table(rows: Any, context: MigrationContext) -> Iterable[Any]:
        context._ensure_version_table()
        return []

    _run_env(config, directory, create_table, as_sql=sql)


def heads(
    config: Config, verbose: bool = False, resolve_dependencies: bool = False
) -> None:
    """Show the newest revision of every branch.

    :param config: the project's settings
    :param verbose: show all there is to say about each
    :param resolve_dependencies: leave out those that another revision depends on
    """
    directory = _directory_of(config)
    found = directory.get_heads(consider_depends_on=resolve_dependencies)
    scripts = directory.get_revisions(found)
    _print(config, text.heads_lines(_records(scripts), verbose))


def history(
    config: Config,
    rev_range: str | None = None,
    verbose: bool = False,
    indicate_current: bool = False,
) -> None:
    """List the revisions, newest first.

    :param config: the project's settings
    :param rev_range: ``start:end``, both included; either may be left out
    :param verbose: show all there is to say about each
    :param indicate_current: mark the revisions that the database is at
    """
    start, end = history_range(rev_range)
    directory = _directory_of(config)
    rows: tuple[str, ...] = ()
    asks_database = indicate_current or "current" in (start, end)
    if asks_database or _runs_env_for_revisions(config):
        rows = _rows_of_database(config, directory)
    if end == "current" and not rows:
        return
    base: Any = (rows or "base") if start == "current" else start
    head: Any = rows if end == "current" else end
    scripts = directory.walk_revisions(base=base, head=head)
    marked = rows if indicate_current else ()
    _print(config, text.history_lines(_records(scripts, marked), verbose))


def init(
    config: Config,
    directory: str,
    template: str = "generic",
    package: bool = False,
) -> None:
    """Create a migration environment.

    :param config: names the ini and TOML files to write
    :param directory: the folder to create; it may exist if it is empty
    :param template: see ``list_templates``
    :param package: make Python packages of the folders
    :raises CommandError: the folder is in use, or there is no such template
    """
    # here, because no other command creates anything of this kind
    from alembic.script.scaffold import create_environment

    create_environment(config, directory, template, package)


def list_templates(config: Config) -> None:
    """List the templates that init knows.

    :param config: says where the templates are
    """
    # here, because no other command looks at templates
    from alembic.script.scaffold import available_templates

    found = available_templates(config.get_template_directory())
    records = (TemplateRecord(each.name, each.synopsis) for each in found)
    _print(config, text.templates_lines(records))


def merge(
    config: Config,
    revisions: _RevIdType,
    message: str | None = None,
    branch_label: _RevIdType | None = None,
    rev_id: str | None = None,
    splice: bool = False,
) -> Script | None:
    """Join branches: write a revision that follows all of those given.

    :param config: the project's settings
    :param revisions: identifiers, labels or ``heads``
    :param message: what the revision is about
    :param branch_label: labels of the branch that begins here
    :param rev_id: the new identifier, made up when not given
    :param splice: allow revisions that are not heads
    :returns: the new revision
    """
    directory = _directory_of(config)
    variables: dict[str, Any] = {"config": config}
    if _runs_env_for_revisions(config):
        _run_env_for_variables(config, directory, variables)
    return directory.generate_revision(
        rev_id or new_rev_id(),
        message,
        head=revisions,
        splice=splice,
        branch_labels=branch_label,
        **variables,
    )


def revision(
    config: Config,
    message: str | None = None,
    autogenerate: bool = False,
    sql: bool = False,
    head: str = "head",
    splice: bool = False,
    branch_label: _RevIdType | None = None,
    version_path: str | os.PathLike[str] | None = None,
    rev_id: str | None = None,
    depends_on: str | None = None,
    process_revision_directives: ProcessRevisionDirectiveFn | None = None,
) -> Script | None | list[Script | None]:
    """Write a new revision file.

    :param config: the project's settings
    :param message: what the revision is about
    :param autogenerate: fill it with what a comparison of model and database finds
    :param sql: with ``revision_environment``, run ``env.py`` in offline mode
    :param head: what it follows; ``base`` begins a new root
    :param splice: allow a ``head`` that is none, so that a branch begins
    :param branch_label: labels of the branch that begins here
    :param version_path: the version location to write to
    :param rev_id: the new identifier, made up when not given
    :param depends_on: revisions or labels that must be applied before
    :param process_revision_directives: ``(context, revision, directives)``, called
        before that of ``env.py`` when ``env.py`` runs (see ``revision_environment``);
        what is in the list afterwards is written
    :returns: the new revision; a list when ``directives`` held none or several
    """
    directory = _directory_of(config)
    arguments = {
        "message": message,
        "head": head,
        "splice": splice,
        "branch_label": branch_label,
        "version_path": version_path,
        "rev_id": rev_id,
        "depends_on": depends_on,
    }
    if autogenerate:
        _refuse_comparison(sql)
    if not _runs_env_for_revisions(config):
        return _plain_revision(config, directory, arguments, sql)
    context = _revision_context(
        config, directory, arguments, process_revision_directives
    )

    def gather(rows: Any, migration_context: MigrationContext) -> Iterable[Any]:
        context.run_no_autogenerate(rows, migration_context)
        return []

    _run_env(
        config,
        directory,
        gather,
        as_sql=sql,
        template_args=context.template_args,
        revision_context=context,
    )
    written = list(context.generate_scripts())
    return written[0] if len(written) == 1 else written


def show(config: Config, rev: str) -> None:
    """Show all there is to say about revisions.

    :param config: the project's settings
    :param rev: the revisions; ``current`` for those of the database
    """
    directory = _directory_of(config)
    scripts = _scripts_named(config, directory, rev)
    _print(config, map(text.long_form, _records(scripts)))


def stamp(
    config: Config,
    revision: _RevIdType,
    sql: bool = False,
    tag: str | None = None,
    purge: bool = False,
) -> None:
    """Mark revisions as applied without running any migration.

    :param config: the project's settings
    :param revision: one or several; with ``sql`` each may be ``from:to``
    :param sql: write the SQL instead of running it
    :param tag: a text for ``env.py``, see ``context.get_tag_argument()``
    :param purge: forget first what the version table holds
    """
    directory = _directory_of(config)
    if sql and purge:
        raise CommandError("Can't use --purge with --sql mode")
    given = to_tuple(revision, ())
    start, targets = stamp_start_and_targets(given, sql)

    def steps(rows: Any, context: MigrationContext) -> Iterable[Any]:
        return directory._stamp_revs(targets, rows)

    _run_env(
        config,
        directory,
        steps,
        as_sql=sql,
        starting_rev=start,
        destination_rev=given,
        tag=tag,
        purge=purge,
    )


def upgrade(
    config: Config, revision: str, sql: bool = False, tag: str | None = None
) -> None:
    """Bring the database to a later revision.

    :param config: the project's settings
    :param revision: the target; with ``sql`` it may be a range ``from:to``
    :param sql: write the SQL instead of running it
    :param tag: a text for ``env.py``, see ``context.get_tag_argument()``
    """
    directory = _directory_of(config)
    start, target = start_and_target(revision, sql)

    def steps(rows: Any, context: MigrationContext) -> Iterable[Any]:
        found = directory._upgrade_revs(target, rows)
        if start is not None and not found:
            _refuse_reversed_range(directory, target, rows)
        return found

    _run_env(
        config,
        directory,
        steps,
        as_sql=sql,
        starting_rev=start,
        destination_rev=target,
        tag=tag,
    )


# -- the environment ---------------------------------------------------------------


def _directory_of(config: Config) -> ScriptDirectory:
    # here, because "alembic --help" needs the commands but no script directory
    from alembic.script.base import ScriptDirectory

    return ScriptDirectory.from_config(config)


def _run_env(
    config: Config,
    directory: ScriptDirectory,
    fn: Callable[[Any, MigrationContext], Iterable[Any]],
    **options: Any,
) -> None:
    """Run ``env.py``, which in turn runs the work function.

    :raises CommandError: ``env.py`` did not run it to its end
    """
    # here, because the light commands start without SQLAlchemy
    from alembic.runtime.environment import EnvironmentContext

    with EnvironmentContext(config, directory, fn=fn, **options) as environment:
        try:
            directory.run_env()
        except SystemExit as end:
            if end.code not in (None, 0):
                raise
            raise CommandError(
                f"{directory.env_py_location}, or a revision that it ran, ended the "
                "program (sys.exit) before the command was done; please raise an "
                "exception where something is wrong, or return where nothing is."
            ) from end
    if not environment._ran_migrations:
        raise CommandError(
            f"{directory.env_py_location} did not run the migrations; it has to call "
            "context.configure() and then context.run_migrations()."
        )


def _rows_of_database(config: Config, directory: ScriptDirectory) -> tuple[str, ...]:
    """Return what the version table holds; of several databases, all of it."""
    found: dict[str, None] = {}

    def note(rows: Any, context: MigrationContext) -> Iterable[Any]:
        found.update(dict.fromkeys(rows))
        return []

    _run_env(config, directory, note, dont_mutate=True)
    return tuple(found)


def _run_env_for_variables(
    config: Config, directory: ScriptDirectory, variables: dict[str, Any]
) -> None:
    """Add the template variables that ``env.py`` gives."""

    def note(rows: Any, context: MigrationContext) -> Iterable[Any]:
        variables.update(context.opts.get("template_args") or {})
        return []

    _run_env(config, directory, note, as_sql=False, template_args=variables)


def _database_of(context: MigrationContext) -> str:
    if context.connection is None:
        return context.dialect.name
    return obfuscate_url_pw(context.connection.engine.url)  # type: ignore[arg-type]


def _runs_env_for_revisions(config: Config) -> bool:
    """Return the setting ``revision_environment``, in all the ways to say yes.

    :raises CommandError: it says neither yes nor no
    """
    value = config.get_alembic_option("revision_environment")
    if value is None or isinstance(value, int):
        return bool(value)
    try:
        return truth_of(str(value))
    except ValueError as error:
        raise CommandError(f"Option 'revision_environment': {error}") from None


# -- revisions ---------------------------------------------------------------------


def _refuse_comparison(sql: bool) -> None:
    if sql:
        raise CommandError("Using --sql with --autogenerate does not make any sense")
    raise CommandError(_NO_COMPARISON.format(what="'revision --autogenerate'"))


def _plain_revision(
    config: Config, directory: ScriptDirectory, arguments: dict[str, Any], sql: bool
) -> Script | None:
    """Write a revision without asking ``env.py``, so without loading SQLAlchemy."""
    if sql:
        raise CommandError(
            "Using --sql with the revision command when revision_environment is not "
            "configured does not make any sense"
        )
    return directory.generate_revision(
        arguments["rev_id"] or new_rev_id(),
        arguments["message"],
        head=arguments["head"],
        splice=arguments["splice"],
        branch_labels=arguments["branch_label"],
        version_path=arguments["version_path"],
        depends_on=arguments["depends_on"],
        config=config,
    )


def _revision_context(
    config: Config,
    directory: ScriptDirectory,
    arguments: dict[str, Any],
    process_revision_directives: ProcessRevisionDirectiveFn | None,
) -> RevisionContext:
    # here, because the light commands start without SQLAlchemy
    from alembic.autogenerate.revisions import RevisionContext

    return RevisionContext(config, directory, arguments, process_revision_directives)


# -- answers -----------------------------------------------------------------------


def _refuse_reversed_range(
    directory: ScriptDirectory, target: str, start: Collection[str]
) -> None:
    """Do nothing where a range without steps ends where it starts.

    :raises CommandError: it ends below, and the script would silently be empty
    """
    try:
        found: Iterable[Any] = directory.get_revisions(target)
        ends = {script.revision for script in found if script is not None}
    except CommandError:
        ends = {target}  # a relative target, which leads down or it would have steps
    ends_at_start = ends.issubset(start) and bool(ends) == bool(start)
    if not ends_at_start:
        raise CommandError(
            f"Destination {target} is not a valid upgrade target from current head(s)"
        )


def _scripts_named(
    config: Config, directory: ScriptDirectory, rev: str
) -> tuple[Script, ...]:
    """Return the revisions that a symbol means, ``current`` among the symbols."""
    if not rev.strip():
        raise CommandError(
            "The revision argument is empty; please name a revision, a branch label, "
            "'heads' or 'current'"
        )
    symbol = _rows_of_database(config, directory) if rev == "current" else rev
    found: Iterable[Any] = directory.get_revisions(symbol)
    # steps below the first revision lead to no file
    return tuple(each for each in found if each is not None and each != "base")


def _records(
    scripts: Iterable[Script], current: Collection[str] = ()
) -> Iterator[RevisionRecord]:
    """Return revisions as data, each when it is asked for.

    :param current: the identifiers of those that a database is at
    """
    return (script.describe(script.revision in current) for script in scripts)


def _branch_point(directory: ScriptDirectory, script: Script) -> BranchPointRecord:
    children = directory.get_revisions(sorted(script.nextrev))
    return BranchPointRecord(script.describe(), tuple(_records(children)))


def _identifier(script: Script) -> str:
    return script.revision


def _print(config: Config, lines: Iterable[str]) -> None:
    for line in lines:
        config.print_stdout(line)
