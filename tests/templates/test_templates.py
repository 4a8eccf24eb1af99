"""The templates: what scripts find in them, and that they run as generated."""

from __future__ import annotations

import ast
import configparser
import contextlib
import importlib.util
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from alembic.settings.config import Config
from alembic.util.compat import tomllib

TEMPLATES = ["async", "generic", "multidb", "pyproject", "pyproject_async"]
WITH_TOML = ["pyproject", "pyproject_async"]
LOGGING = {
    "loggers",
    "handlers",
    "formatters",
    "logger_root",
    "logger_sqlalchemy",
    "logger_alembic",
    "handler_console",
    "formatter_generic",
}
has_asyncio = importlib.util.find_spec("sqlalchemy.ext.asyncio") is not None

URL = "driver://user:pass@localhost/dbname"


def text_of(template: str, name: str) -> str:
    """Return the text of one file of a template."""
    folder = Path(Config().get_template_directory(), template)
    return (folder / name).read_text(encoding="utf-8")


def sections(template: str) -> configparser.RawConfigParser:
    """Return the ini file of a template, parsed but not interpolated."""
    parser = configparser.RawConfigParser()
    parser.read_string(text_of(template, "alembic.ini.mako"))
    return parser


@pytest.mark.parametrize("name", ["script.py.mako", "env.py"])
def test_templates_of_a_kind_share_their_files(name: str) -> None:
    assert text_of("generic", name) == text_of("pyproject", name)
    assert text_of("async", name) == text_of("pyproject_async", name)


def test_single_databases_share_what_a_revision_looks_like() -> None:
    assert text_of("generic", "script.py.mako") == text_of("async", "script.py.mako")
    assert text_of("generic", "alembic.ini.mako") == text_of(
        "async", "alembic.ini.mako"
    )
    for name in ("alembic.ini.mako", "pyproject.toml.mako"):
        assert text_of("pyproject", name) == text_of("pyproject_async", name)


@pytest.mark.parametrize("template", ["generic", "async"])
def test_the_ini_file_switches_on_only_what_is_needed(template: str) -> None:
    ini = sections(template)

    assert set(ini.sections()) == {"alembic", "post_write_hooks", *LOGGING}
    assert dict(ini["alembic"]) == {
        "script_location": "${script_location}",
        "prepend_sys_path": ".",
        "path_separator": "os",
        "sqlalchemy.url": URL,
    }
    assert dict(ini["post_write_hooks"]) == {}


def test_the_ini_file_of_several_databases_has_a_section_for_each() -> None:
    ini = sections("multidb")

    assert dict(ini["alembic"]) == {
        "script_location": "${script_location}",
        "prepend_sys_path": ".",
        "path_separator": "os",
        "databases": "engine1, engine2",
    }
    assert dict(ini["engine1"]) == {"sqlalchemy.url": URL}
    assert dict(ini["engine2"]) == {"sqlalchemy.url": f"{URL}2"}
    assert set(ini.sections()) == {
        "alembic",
        "engine1",
        "engine2",
        "post_write_hooks",
        *LOGGING,
    }


@pytest.mark.parametrize("template", WITH_TOML)
def test_the_settings_of_the_source_stand_in_the_toml_file(template: str) -> None:
    ini = sections(template)
    toml = tomllib.loads(text_of(template, "pyproject.toml.mako"))

    assert set(ini.sections()) == {"alembic", *LOGGING}
    assert dict(ini["alembic"]) == {"sqlalchemy.url": URL}
    assert toml == {
        "tool": {
            "alembic": {
                "script_location": "${script_location}",
                "prepend_sys_path": ["."],
            }
        }
    }


@pytest.mark.parametrize("template", TEMPLATES)
def test_logging_is_set_up_as_documented(template: str) -> None:
    ini = sections(template)

    assert ini["loggers"]["keys"] == "root,sqlalchemy,alembic"
    levels = {name: ini[f"logger_{name}"]["level"] for name in ("root", "alembic")}
    assert levels == {"root": "WARNING", "alembic": "INFO"}
    assert ini["logger_sqlalchemy"]["qualname"] == "sqlalchemy.engine"
    assert ini["handler_console"]["args"] == "(sys.stderr,)"
    assert dict(ini["formatter_generic"]) == {
        "format": "%(levelname)-5.5s [%(name)s] %(message)s",
        "datefmt": "%H:%M:%S",
    }


# In the order in which the samples stand in the file.
SAMPLES = {
    "file_template": "%(rev)s_%(slug)s",
    "timezone": "",
    "truncate_slug_length": "40",
    "revision_environment": "false",
    "sourceless": "false",
    "version_locations": None,
    "path_separator": ":",
    "recursive_version_locations": "false",
    "output_encoding": "utf-8",
}


@pytest.mark.parametrize("template", ["generic", "async", "multidb"])
def test_every_other_option_is_there_to_be_switched_on(template: str) -> None:
    lines = text_of(template, "alembic.ini.mako").splitlines()
    places = [
        next(i for i, line in enumerate(lines) if line.startswith(f"# {name} ="))
        for name in SAMPLES
    ]
    switched_on = "[alembic]\n" + "\n".join(lines[i][2:] for i in places)
    parser = configparser.ConfigParser({"here": "."})
    parser.read_string(switched_on)

    assert places == sorted(places)
    for name, value in SAMPLES.items():
        assert value is None or parser["alembic"][name] == value


@pytest.mark.parametrize("template", ["generic", "multidb"])
@pytest.mark.parametrize("kind", ["console_scripts", "module", "exec"])
def test_the_sample_hooks_can_be_switched_on(template: str, kind: str) -> None:
    blocks = text_of(template, "alembic.ini.mako").split("\n\n")
    (block,) = (each for each in blocks if f"type = {kind}" in each)
    lines = [x[2:] for x in block.splitlines() if x.startswith("# ") and " = " in x]
    config = Config()
    config.file_config.read_string("[post_write_hooks]\n" + "\n".join(lines))

    (hook,) = config.get_hooks_list()
    assert hook["type"] == kind
    assert "REVISION_SCRIPT_FILENAME" in hook["options"]


@pytest.mark.parametrize("template", WITH_TOML)
def test_the_toml_samples_can_be_switched_on(template: str, tmp_path: Path) -> None:
    lines = text_of(template, "pyproject.toml.mako").splitlines()
    path = tmp_path / "pyproject.toml"
    path.write_text(
        "\n".join(
            line[2:] if line.startswith("# ") and is_toml(line[2:]) else line
            for line in lines
        ).replace("file_template =", "second_template =", 1)
    )
    config = Config(toml_file=path)

    assert config.get_alembic_option("second_template") == "%(rev)s_%(slug)s"
    for name in SAMPLES:
        if name not in ("path_separator", "version_locations"):
            assert config.get_alembic_option(name) is not None, name
    assert config.get_version_locations_list() == [
        f"{tmp_path.as_posix()}/accounts/versions",
        f"{tmp_path.as_posix()}/billing/versions",
    ]
    kinds = [hook["type"] for hook in config.get_hooks_list()]
    assert kinds == ["console_scripts", "module", "exec"]


def is_toml(line: str) -> bool:
    """Say whether a line is TOML and no prose."""
    try:
        return bool(tomllib.loads(line))
    except tomllib.TOMLDecodeError:
        return False


@pytest.mark.parametrize("template", TEMPLATES)
def test_an_env_has_the_functions_people_know(template: str) -> None:
    tree = ast.parse(text_of(template, "env.py"), feature_version=(3, 8))
    functions = {
        node.name
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    variables = {
        target.id
        for node in tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign))
        for target in getattr(node, "targets", [getattr(node, "target", None)])
        if isinstance(target, ast.Name)
    }

    assert {"run_migrations_offline", "run_migrations_online"} <= functions
    assert {"config", "target_metadata"} <= variables
    if "async" in template:
        assert {"run_async_migrations", "do_run_migrations"} <= functions
    if template == "multidb":
        assert "USE_TWOPHASE" in variables


@pytest.fixture
def started(bare_project: Any) -> Any:
    """A function that makes a project of a template on SQLite files."""

    def start(template: str, *arguments: str) -> Any:
        if "async" in template:
            pytest.importorskip("aiosqlite")
            pytest.importorskip("sqlalchemy.ext.asyncio")
        done = bare_project.run("init", "-t", template, *arguments, "migrations")
        assert (done.status, done.stderr) == (0, "")
        driver = "sqlite+aiosqlite" if "async" in template else "sqlite"
        ini = bare_project.ini.read_text(encoding="utf-8")
        ini = ini.replace(f"{URL}2", f"{driver}:///%(here)s/two.db")
        ini = ini.replace(URL, f"{driver}:///%(here)s/app.db")
        bare_project.ini.write_text(ini, encoding="utf-8")
        return bare_project

    return start


def ran(project: Any, *arguments: str) -> Any:
    """Run a command that succeeds."""
    done = project.main(*arguments)
    assert done.status == 0, done
    return done


def fill(path: Path, *statements: str) -> None:
    """Put statements in the places of ``pass``, in their order."""
    text = path.read_text(encoding="utf-8")
    assert text.count("    pass\n") == len(statements)
    for statement in statements:
        text = text.replace("    pass\n", f"    op.execute({statement!r})\n", 1)
    path.write_text(text, encoding="utf-8")


def tables_in(path: Path) -> list[str]:
    """Return the names of the tables in an SQLite file."""
    with contextlib.closing(sqlite3.connect(str(path))) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master ORDER BY 1")
        return [name for (name,) in rows if not name.startswith("sqlite_")]


@pytest.mark.parametrize("template", [x for x in TEMPLATES if x != "multidb"])
def test_a_project_of_one_database_runs_as_generated(
    started: Any, template: str
) -> None:
    project = started(template)
    ran(project, "revision", "-m", "first", "--rev-id", "a1")
    fill(project.versions / "a1_first.py", "CREATE TABLE t (x INT)", "DROP TABLE t")
    ran(project, "revision", "-m", "second", "--rev-id", "a2")

    up = ran(project, "upgrade", "head")
    assert "INFO  [alembic.runtime.migration] Running upgrade a1 -> a2, second" in (
        up.stderr.splitlines()
    )
    assert tables_in(project.database) == ["alembic_version", "t"]
    assert ran(project, "current").stdout == "a2 (head)\n"
    sql = ran(project, "upgrade", "a1", "--sql").stdout
    assert "CREATE TABLE t (x INT);" in sql
    ran(project, "downgrade", "base")
    assert tables_in(project.database) == ["alembic_version"]


@pytest.mark.parametrize("template", [x for x in TEMPLATES if x != "multidb"])
def test_a_revision_file_has_its_parts_in_their_places(
    started: Any, template: str
) -> None:
    project = started(template)
    ran(project, "revision", "-m", "first", "--rev-id", "a1")

    lines = (project.versions / "a1_first.py").read_text().splitlines()
    assert lines[:4] == ['"""first', "", "Revision ID: a1", "Revises: "]
    assert lines[4].startswith("Create Date: ")
    assert lines[5:12] == [
        "",
        '"""',
        "from typing import Sequence, Union",
        "",
        "from alembic import op",
        "import sqlalchemy as sa",
        "",
    ]
    assert "down_revision: Union[str, Sequence[str], None] = None" in lines
    at = lines.index("def upgrade() -> None:")
    assert lines[at - 2 : at] == ["", ""]
    assert lines[at + 2 : at + 6] == ["    pass", "", "", "def downgrade() -> None:"]


def test_several_databases_are_migrated_together(started: Any) -> None:
    project = started("multidb")
    ran(project, "revision", "-m", "first", "--rev-id", "a1")
    fill(
        project.versions / "a1_first.py",
        "CREATE TABLE one (x INT)",
        "DROP TABLE one",
        "CREATE TABLE two (x INT)",
        "DROP TABLE two",
    )

    up = ran(project, "upgrade", "head")
    assert up.stderr.count("INFO  [alembic.env] Migrating database engine") == 2
    assert tables_in(project.database) == ["alembic_version", "one"]
    assert tables_in(project.folder / "two.db") == ["alembic_version", "two"]
    sql = ran(project, "upgrade", "head", "--sql")
    assert "CREATE TABLE" not in sql.stdout
    assert "[alembic.env] Writing output to engine2.sql" in sql.stderr
    assert "CREATE TABLE one" in (project.folder / "engine1.sql").read_text()
    assert "CREATE TABLE two" in (project.folder / "engine2.sql").read_text()
    ran(project, "downgrade", "base")
    assert tables_in(project.folder / "two.db") == ["alembic_version"]


def test_where_one_of_several_databases_fails_none_is_migrated(started: Any) -> None:
    project = started("multidb")
    ran(project, "revision", "--rev-id", "a1")
    fill(
        project.versions / "a1_.py",
        "CREATE TABLE one (x INT)",
        "DROP TABLE one",
        "nonsense",
        "DROP TABLE two",
    )

    assert project.run("upgrade", "head").status != 0
    assert "one" not in tables_in(project.database)
    assert ran(project, "current").stdout == ""


def test_a_project_without_databases_has_empty_revisions(started: Any) -> None:
    project = started("multidb")
    text = project.ini.read_text()
    project.ini.write_text(text.replace("engine1, engine2", ""))
    ran(project, "revision", "--rev-id", "a1")

    text = (project.versions / "a1_.py").read_text()
    assert text.rstrip().endswith('globals()["downgrade_" + engine_name]()')
    done = project.main("upgrade", "head")
    assert done.stdout.startswith("FAILED: No 'databases' in the ini file")


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_missing_address_is_one_sentence(started: Any, template: str) -> None:
    project = started(template)
    ini = project.ini.read_text().splitlines()
    project.ini.write_text(
        "\n".join(line for line in ini if not line.startswith("sqlalchemy.url"))
    )

    done = project.run("upgrade", "head")
    assert (done.status, len(done.lines)) == (255, 1)
    assert done.stdout.startswith("FAILED: No 'sqlalchemy.url' in ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("template", WITH_TOML)
def test_the_toml_file_is_enough_for_the_source(started: Any, template: str) -> None:
    project = started(template)
    os.unlink(project.ini)

    ran(project, "revision", "-m", "first", "--rev-id", "a1")
    assert ran(project, "heads").stdout == "a1 (head)\n"
    done = project.run("upgrade", "head")
    assert done.stdout.startswith("FAILED: No 'sqlalchemy.url' in ")


@pytest.mark.parametrize("template", ["generic", "multidb"])
@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""])
def test_an_ini_file_from_windows_runs(
    started: Any, template: str, mark: bytes
) -> None:
    project = started(template)
    data = project.ini.read_bytes()
    project.ini.write_bytes(mark + data.replace(b"\n", b"\r\n"))
    ran(project, "revision", "--rev-id", "a1")

    assert "[alembic.runtime.migration] Running upgrade  -> a1" in (
        ran(project, "upgrade", "head").stderr
    )


def test_an_ini_file_without_logging_runs(started: Any) -> None:
    project = started("generic")
    text = project.ini.read_text()
    project.ini.write_text(text[: text.index("[loggers]")])

    assert ran(project, "current").stderr == ""


def test_a_package_can_be_imported(started: Any) -> None:
    project = started("generic", "--package")

    assert (project.migrations / "__init__.py").read_bytes() == b""
    assert (project.versions / "__init__.py").read_bytes() == b""
    ran(project, "revision", "--rev-id", "a1")
    assert ran(project, "heads").stdout == "a1 (head)\n"


def test_a_folder_with_a_percent_sign_runs(tmp_path: Path, started: Any) -> None:
    project = started("generic")
    folder = tmp_path / "100%"
    project.folder.rename(folder)

    moved = type(project)(folder)
    ran(moved, "revision", "--rev-id", "a1")
    ran(moved, "upgrade", "head")
    assert tables_in(folder / "app.db") == ["alembic_version"]


@pytest.mark.skipif(has_asyncio, reason="SQLAlchemy can make asyncio engines here")
def test_an_async_project_says_what_it_needs(bare_project: Any) -> None:
    ran(bare_project, "init", "-t", "async", "migrations")

    done = bare_project.main("upgrade", "head")
    assert done.status == 255
    assert done.stdout.startswith("FAILED: This env.py needs SQLAlchemy 1.4.29")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["-t", "wibble", "new"], "FAILED: No such template "),
        (["occupied"], "FAILED: Directory occupied already exists and is not empty\n"),
        (["occupied/file"], "FAILED: occupied/file exists and is not a directory"),
    ],
)
def test_what_cannot_be_begun_is_one_sentence(
    bare_project: Any, arguments: list[str], sentence: str
) -> None:
    (bare_project.folder / "occupied").mkdir()
    (bare_project.folder / "occupied/file").touch()

    done = bare_project.run("init", *arguments)
    assert (done.status, done.stderr, len(done.lines)) == (255, "", 1)
    assert done.stdout.startswith(sentence)
    assert os.listdir(bare_project.folder) == ["occupied"]
