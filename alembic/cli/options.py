"""Every option and positional argument of the command line, declared once."""

from __future__ import annotations

from typing import Any, Mapping, NamedTuple


class Option(NamedTuple):
    """One option: its flags and what ``argparse`` is to do with it."""

    flags: tuple[str, ...]
    settings: Mapping[str, Any]


class Positional(NamedTuple):
    """One positional argument, under the name that the user reads."""

    dest: str
    settings: Mapping[str, Any]


def _option(*flags: str, **settings: Any) -> Option:
    return Option(flags, settings)


def _flag(*flags: str, help: str) -> Option:
    return Option(flags, {"action": "store_true", "help": help})


def _positional(dest: str, **settings: Any) -> Positional:
    return Positional(dest, settings)


GLOBAL_OPTIONS: tuple[Option, ...] = (
    _option(
        "-c",
        "--config",
        action="append",
        help="the ini file or the pyproject.toml to read; give it twice for one of "
        "each. Without it, the one that the environment variable ALEMBIC_CONFIG names, "
        "else alembic.ini and pyproject.toml",
    ),
    _option(
        "-n",
        "--name",
        default="alembic",
        help="the section of the ini file to read; without effect on pyproject.toml",
    ),
    _option(
        "-x",
        action="append",
        help="a value for env.py (context.get_x_argument()), for example "
        "'-x tenant=acme'; may be repeated",
    ),
    _flag("--raiseerr", help="show a traceback where a command fails"),
    _flag("-q", "--quiet", help="print nothing to standard output"),
)

OPTION_BY_PARAMETER: Mapping[str, Option] = {
    "template": _option(
        "-t",
        "--template",
        default="generic",
        help="the template of the new environment, see 'list_templates'",
    ),
    "message": _option("-m", "--message", help="what the revision is about"),
    "sql": _flag(
        "--sql",
        help="write the SQL to standard output instead of running it (offline mode)",
    ),
    "tag": _option(
        "--tag", help="a text for env.py, where context.get_tag_argument() returns it"
    ),
    "head": _option(
        "--head",
        help="the revision, or <branch>@head, that the new one follows; 'base' for "
        "a new root",
    ),
    "splice": _flag(
        "--splice", help="allow to follow revisions that are not heads (a new branch)"
    ),
    "depends_on": _option(
        "--depends-on",
        action="append",
        help="a revision or branch label that must be applied before; may be repeated",
    ),
    "rev_id": _option("--rev-id", help="the identifier, instead of one made up"),
    "version_path": _option(
        "--version-path", help="the version location to write the file to"
    ),
    "branch_label": _option(
        "--branch-label", help="a label for the branch that begins here"
    ),
    "verbose": _flag("-v", "--verbose", help="show all there is to say"),
    "resolve_dependencies": _flag(
        "--resolve-dependencies",
        help="leave out heads that another revision depends on",
    ),
    "autogenerate": _flag(
        "--autogenerate",
        help="fill the revision with what a comparison of the model and the database "
        "finds",
    ),
    "rev_range": _option(
        "-r",
        "--rev-range",
        help="the revisions to list, as [start]:[end]; both ends are included",
    ),
    "indicate_current": _flag(
        "-i", "--indicate-current", help="mark the revisions that the database is at"
    ),
    "purge": _flag("--purge", help="first forget what the version table holds"),
    "package": _flag("--package", help="write __init__.py files into the new folders"),
    "check_heads": _flag(
        "-c", "--check-heads", help="fail unless the database is at all heads"
    ),
}

POSITIONAL_BY_PARAMETER: Mapping[str, Positional] = {
    "directory": _positional("directory", help="the folder to create"),
    "rev": _positional(
        "rev", help="an identifier, a part of one, a branch label, or a symbol"
    ),
    "revision": _positional(
        "revision",
        help="an identifier, a part of one, a branch label, 'head', 'heads', 'base', "
        "or relative to one ('+1', '-1', 'ae10+2')",
    ),
    "revisions": _positional(
        "revisions", nargs="+", help="one or more identifiers, labels, or 'heads'"
    ),
}

POSITIONAL_OF_COMMAND: Mapping[tuple[str, str], str] = {
    # the function has one parameter for one or several
    ("stamp", "revision"): "revisions",
}
