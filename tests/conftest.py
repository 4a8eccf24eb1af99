"""Fixtures that every room shares: a project folder, its commands, the backends."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import (
    Any,
    Iterator,
    Mapping,
    NamedTuple,
    Sequence,
    Union,
)

import hypothesis
import pytest

# Variables that would make commands, Python or SQLAlchemy behave otherwise.
CHANGING_BEHAVIOUR = (
    "ALEMBIC_CONFIG",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONUNBUFFERED",
    "SQLALCHEMY_WARN_20",
)

BACKENDS = ("sqlite", "postgresql", "mariadb")

# The tests run on machines of every speed: a slow example is no failure. The examples
# are the same in every run; with ALEMBIC_CHANCE=1 they are new ones each time.
hypothesis.settings.register_profile(
    "steady",
    deadline=None,
    derandomize=not os.environ.get("ALEMBIC_CHANCE"),
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare ``--backend``."""
    parser.addoption(
        "--backend",
        action="append",
        choices=(*BACKENDS, "all"),
        help="run the backend tests on this database only (may be repeated); one that"
        " was asked for and does not answer is a failure, not a skip",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Keep the settings of the person at the keyboard out of the tests."""
    for name in CHANGING_BEHAVIOUR:
        os.environ.pop(name, None)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # Started in the background: processes that the tests start would inherit it.
        signal.signal(signal.SIGINT, signal.default_int_handler)


def backends_asked_for(config: pytest.Config) -> tuple[str, ...]:
    """Return the backends named by ``--backend``; nothing where it was not given."""
    asked: list[str] = config.getoption("--backend") or []
    return BACKENDS if "all" in asked else tuple(asked)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that wants ``backend`` once for each of them."""
    if "backend" in metafunc.fixturenames:
        wanted = backends_asked_for(metafunc.config) or BACKENDS
        metafunc.parametrize("backend", wanted, indirect=True, scope="session")


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Mark what uses a backend, so that ``-m backend`` selects it."""
    for item in items:
        if "backend" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.backend)


@pytest.fixture(scope="session")
def backend(request: pytest.FixtureRequest) -> str:
    """The name of the database this test runs on."""
    return str(request.param)


@pytest.fixture(scope="session")
def backend_is_missing(request: pytest.FixtureRequest) -> Any:
    """A function ``(backend, reason)`` that skips, or fails what was asked for."""
    asked = backends_asked_for(request.config)

    def missing(backend: str, reason: str) -> None:
        if backend in asked:
            pytest.fail(f"{backend} was asked for and cannot be used: {reason}")
        pytest.skip(f"{backend} cannot be used: {reason}")

    return missing


class Result(NamedTuple):
    """What one command left: its exit status and both of its streams."""

    status: int
    stdout: str
    stderr: str

    @property
    def lines(self) -> list[str]:
        """Standard output, line by line."""
        return self.stdout.splitlines()


INI = """\
[alembic]
script_location = %(here)s/migrations
sqlalchemy.url = sqlite:///%(here)s/app.db

[loggers]
keys = root,sqlalchemy,alembic

[handlers]
keys = console

[formatters]
keys = generic

[logger_root]
level = WARNING
handlers = console
qualname =

[logger_sqlalchemy]
level = WARNING
handlers =
qualname = sqlalchemy.engine

[logger_alembic]
level = INFO
handlers =
qualname = alembic

[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = generic

[formatter_generic]
format = %(levelname)-5.5s [%(name)s] %(message)s
"""

ENV = '''\
"""Run the migrations on the database that the settings name."""

from logging.config import fileConfig

from sqlalchemy import create_engine, pool

from alembic import context

config = context.config
if config.config_file_name is not None:
    fileConfig(config.config_file_name, disable_existing_loggers=False)

target_metadata = None
url = config.get_main_option("sqlalchemy.url")

if context.is_offline_mode():
    context.configure(url=url, target_metadata=target_metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=target_metadata)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()
'''

MAKO = '''\
"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""

from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
'''

# An alias is evaluated, hence spelled for Python 3.8.
Names = Union[None, str, Sequence[str]]


class Project:
    """A migration project on an SQLite file, and the commands one runs in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ini = folder / "alembic.ini"
        self.migrations = folder / "migrations"
        self.env = self.migrations / "env.py"
        self.template = self.migrations / "script.py.mako"
        self.versions = self.migrations / "versions"
        self.database = folder / "app.db"

    def create(self) -> None:
        """Write the settings, env.py and the template; no revision yet."""
        self.versions.mkdir(parents=True)
        self.ini.write_text(INI, encoding="utf-8")
        self.env.write_text(ENV, encoding="utf-8")
        self.template.write_text(MAKO, encoding="utf-8")

    def config(self, **kwargs: Any) -> Any:
        """Return a fresh ``Config`` of this project, with any argument of it."""
        from alembic.config import Config

        return Config(str(self.ini), **kwargs)

    def change_ini(self, **options: str) -> None:
        """Set options of the ``[alembic]`` section, two underscores for a dot."""
        lines = [f"{k.replace('__', '.')} = {v}" for k, v in options.items()]
        names = tuple(line.split(" = ")[0] + " =" for line in lines)
        old = self.ini.read_text(encoding="utf-8").splitlines()
        kept = [line for line in old if not line.startswith(names)]
        kept[1:1] = lines
        self.ini.write_text("\n".join(kept) + "\n", encoding="utf-8")

    def revision(
        self,
        id: str,
        down: Names = None,
        *,
        upgrade: str = "pass",
        downgrade: str = "pass",
        labels: Names = None,
        depends_on: Names = None,
        message: str = "",
        folder: Path | None = None,
        name: str | None = None,
    ) -> Path:
        """Write a revision file and return its path; the bodies may be indented."""
        text = (
            f'"""{message or "revision " + id}"""\n\n'
            "import sqlalchemy as sa\n\nfrom alembic import op\n\n"
            f"revision = {id!r}\n"
            f"down_revision = {down!r}\n"
            f"branch_labels = {labels!r}\n"
            f"depends_on = {depends_on!r}\n\n\n"
            f"def upgrade():\n{_indented(upgrade)}\n\n\n"
            f"def downgrade():\n{_indented(downgrade)}\n"
        )
        path = (folder or self.versions) / (name or f"{id}_.py")
        path.write_text(text, encoding="utf-8")
        return path

    def line(self, *ids: str) -> None:
        """Write trivial revisions, each following the one before it."""
        for below, id in zip((None, *ids), ids):
            self.revision(id, below)

    def run(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        input: str | None = None,
        timeout: float = 60,
    ) -> Result:
        """Run ``alembic`` in a process of its own, as a person would."""
        done = subprocess.run(
            [sys.executable, "-m", "alembic", *arguments],
            check=False,
            cwd=str(cwd or self.folder),
            env={**self.environ, **(env or {})},
            input=input,
            capture_output=True,
            encoding="utf-8",
            timeout=timeout,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    @property
    def environ(self) -> dict[str, str]:
        """The environment of ``run``: that of the tests, and 80 columns."""
        kept = {k: v for k, v in os.environ.items() if k not in ("EDITOR", "VISUAL")}
        return {**kept, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"}

    def main(self, *arguments: str) -> Result:
        """Run ``alembic`` in this process; streams and logging are put back."""
        from alembic.config import main

        out, err = io.StringIO(), io.StringIO()
        status = 0
        here = os.getcwd()
        os.chdir(self.folder)
        try:
            with streams_to(out, err), logging_restored():
                main([*arguments])
        except SystemExit as stop:
            status = _status(stop)
        finally:
            os.chdir(here)
        return Result(status, out.getvalue(), err.getvalue())

    def sql(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Run one statement on the database and return its rows."""
        with contextlib.closing(sqlite3.connect(str(self.database))) as connection:
            rows = connection.execute(statement, parameters).fetchall()
            connection.commit()
            return rows

    def heads_in_database(self) -> list[str]:
        """Return the rows of ``alembic_version``, sorted; none where it is missing."""
        if "alembic_version" not in self.tables():
            return []
        rows = self.sql("SELECT version_num FROM alembic_version ORDER BY 1")
        return [row[0] for row in rows]

    def tables(self) -> list[str]:
        """Return the names of the tables, sorted."""
        rows = self.sql("SELECT name FROM sqlite_master WHERE type='table' ORDER BY 1")
        return [row[0] for row in rows]


def _indented(body: str) -> str:
    return textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")


def _status(stop: SystemExit) -> int:
    """Return the exit status that the interpreter would make of it."""
    if stop.code is None:
        return 0
    return (stop.code if isinstance(stop.code, int) else 1) & 0xFF


@contextlib.contextmanager
def streams_to(out: io.StringIO, err: io.StringIO) -> Iterator[None]:
    """Send standard output and standard error elsewhere."""
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        yield


@contextlib.contextmanager
def logging_restored() -> Iterator[None]:
    """Put handlers, levels and switches of every logger back as they were."""
    known = [logging.getLogger()] + [
        each
        for each in logging.Logger.manager.loggerDict.values()
        if isinstance(each, logging.Logger)
    ]
    before = [(x, x.handlers[:], x.level, x.disabled, x.propagate) for x in known]
    try:
        yield
    finally:
        for logger, handlers, level, disabled, propagate in before:
            logger.handlers[:] = handlers
            logger.setLevel(level)
            logger.disabled = disabled
            logger.propagate = propagate


@pytest.fixture(autouse=True)
def _logging_stays() -> Iterator[None]:
    """An env.py that sets up logging does so for one test only."""
    with logging_restored():
        yield


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project without revisions in a temporary folder (see ``Project``)."""
    made = Project(tmp_path / "project")
    made.create()
    return made


@pytest.fixture
def bare_project(tmp_path: Path) -> Project:
    """The same, with an empty folder: for ``init`` and for what is missing."""
    made = Project(tmp_path / "project")
    made.folder.mkdir()
    return made
