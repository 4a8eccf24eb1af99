"""Projects in which third-party packages work together with Alembic.

These tests look only at what can be seen from outside, so they also run with the
released Alembic, in an environment that has it::

    pytest -c /dev/null --confcutdir=tests/third_party tests/third_party

What is said to differ is in
``docs/design/third-party.md``.
"""

from __future__ import annotations

import io
import os
import uuid
from pathlib import Path
from typing import Iterator

import pytest
import sqlalchemy as sa

from alembic import command
from alembic.config import Config

ENV = """
from sqlalchemy import create_engine, pool

from alembic import context

url = context.config.get_main_option("sqlalchemy.url")
options = {{}}
{setup}
if context.is_offline_mode():
    context.configure(url=url, literal_binds=True, **options)
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine(url, poolclass=pool.NullPool).connect() as connection:
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()
"""

MAKO = '''"""${message}"""
from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
'''


class Project:
    """A folder of migrations whose ``env.py`` is filled in by a test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.scripts = folder / "migrations"
        (self.scripts / "versions").mkdir(parents=True)
        (self.scripts / "script.py.mako").write_text(MAKO, encoding="utf-8")
        self.output = io.StringIO()
        self.config = Config(stdout=self.output, output_buffer=self.output)
        self.config.set_main_option("script_location", str(self.scripts))
        self.config.set_main_option("path_separator", "os")
        self.set_up("", url=f"sqlite:///{folder / 'x.db'}")

    def set_up(self, setup: str, url: str | None = None) -> None:
        """Write ``env.py``; ``setup`` fills ``options`` of ``context.configure``."""
        text = ENV.format(setup=setup)
        (self.scripts / "env.py").write_text(text, encoding="utf-8")
        # Python knows a file by size and second, and both may be those of the last one
        for compiled in self.scripts.glob("__pycache__/env.*"):
            compiled.unlink()
        if url is not None:
            self.config.set_main_option("sqlalchemy.url", url)

    def autogenerate(self, id: str) -> str:
        """Make a revision and return its file's text."""
        command.revision(self.config, id, autogenerate=True, rev_id=id)
        (path,) = (self.scripts / "versions").glob(f"{id}_*.py")
        return path.read_text(encoding="utf-8")

    def revision(self, id: str, upgrade: str, undo: str = "pass") -> None:
        """Write a revision file."""
        text = (
            "from alembic import op\nimport sqlalchemy as sa\n"
            f"revision = {id!r}\ndown_revision = None\n"
            f"def upgrade():\n    {upgrade}\n"
            f"def downgrade():\n    {undo}\n"
        )
        path = self.scripts / "versions" / f"{id}_.py"
        path.write_text(text, encoding="utf-8")

    def sql(self, target: str = "head") -> list[str]:
        """Return the statements of an upgrade as a script, without the version's."""
        command.upgrade(self.config, target, sql=True)
        texts = (" ".join(each.split()) for each in self.output.getvalue().split(";"))
        return [text for text in texts if text and "alembic_version" not in text]

    def upgrade(self, target: str = "head") -> None:
        command.upgrade(self.config, target)

    def downgrade(self, target: str = "base") -> None:
        command.downgrade(self.config, target)

    def check(self) -> None:
        command.check(self.config)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture
def postgresql() -> Iterator[str]:
    """The URL of a new database, dropped afterwards."""
    pytest.importorskip("psycopg2")
    server = os.environ.get(
        "ALEMBIC_TEST_POSTGRESQL", "postgresql+psycopg2://root@127.0.0.1/postgres"
    )
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    name = f"third_party_{uuid.uuid4().hex[:12]}"
    try:
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
    except sa.exc.OperationalError as failure:
        pytest.skip(f"no PostgreSQL: {failure}")
    yield str(engine.url.set(database=name).render_as_string(hide_password=False))
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()
