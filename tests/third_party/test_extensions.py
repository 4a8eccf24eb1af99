"""Extensions: alembic-utils, alembic-postgresql-enum and Flask-Migrate."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, Iterator

import pytest
import sqlalchemy as sa

# what the packages themselves warn of is not ours
pytestmark = pytest.mark.filterwarnings("default")

ENTITIES = """
import sqlalchemy as sa
from alembic_utils.pg_function import PGFunction
from alembic_utils.pg_view import PGView
from alembic_utils.replaceable_entity import register_entities

options["target_metadata"] = sa.MetaData()
register_entities([
    PGFunction("public", "upper_case(word text)",
        "returns text as $$ begin return upper(word); end; $$ language plpgsql"),
    PGView("public", "numbers", "select {number} as number"),
])
"""

ENUM = """
import enum
import sqlalchemy as sa
import alembic_postgresql_enum

Mood = enum.Enum("Mood", {names!r})
metadata = sa.MetaData()
sa.Table("t", metadata, sa.Column("mood", sa.Enum(Mood, name="mood")))
options["target_metadata"] = metadata
"""

APPLICATION = """
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///{path}"
db = SQLAlchemy(app)
Migrate(app, db, render_as_batch=True)


class Member(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(128))
"""


def rows(url: str, statement: str) -> list[tuple[Any, ...]]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(sa.text(statement))]
    engine.dispose()
    return found


@pytest.fixture
def entities() -> Iterator[None]:
    """Forget the entities that a test has registered with alembic-utils."""
    found = pytest.importorskip("alembic_utils.replaceable_entity")
    yield
    found.registry.clear()


def test_functions_and_views_of_alembic_utils_follow_their_texts(
    project: Any, postgresql: str, entities: None
) -> None:
    project.set_up(ENTITIES.replace("{number}", "1"), url=postgresql)

    made = project.autogenerate("a1")
    project.upgrade()
    project.set_up(ENTITIES.replace("{number}", "2"))
    changed = project.autogenerate("b2")
    project.upgrade()

    assert made.count("op.create_entity(") == 2
    assert "from alembic_utils.pg_view import PGView" in made
    assert changed.count("op.replace_entity(") == 2  # there and back
    assert rows(postgresql, "select upper_case('a'), number from numbers") == [("A", 2)]
    project.check()
    project.downgrade("a1")
    assert rows(postgresql, "select number from numbers") == [(1,)]


def test_values_of_an_enum_follow_the_model(project: Any, postgresql: str) -> None:
    pytest.importorskip("alembic_postgresql_enum")
    project.set_up(ENUM.format(names=["sad", "glad"]), url=postgresql)

    made = project.autogenerate("a1")
    project.upgrade()
    project.set_up(ENUM.format(names=["sad", "glad", "calm"]))
    changed = project.autogenerate("b2")
    project.upgrade()

    assert "sa.Enum('sad', 'glad', name='mood').create(op.get_bind())" in made
    assert "op.sync_enum_values(" in changed
    values = "select unnest(enum_range(null::mood))::text"
    assert rows(postgresql, values) == [("sad",), ("glad",), ("calm",)]
    project.downgrade()
    assert rows(postgresql, "select 1 from pg_type where typname = 'mood'") == []


def test_an_application_is_migrated_by_flask_migrate(tmp_path: Path) -> None:
    pytest.importorskip("flask_migrate")
    pytest.importorskip("flask_sqlalchemy")
    database = tmp_path / "app.db"
    text = APPLICATION.replace("{path}", str(database))
    (tmp_path / "application.py").write_text(text, encoding="utf-8")

    done = [
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "application", "db", *arguments],
            cwd=tmp_path,
            check=False,
            capture_output=True,
            text=True,
        )
        for arguments in (
            ["init"],
            ["migrate", "-m", "first", "--rev-id", "a1"],
            ["upgrade"],
            ["check"],
            ["history"],
            ["downgrade"],
        )
    ]

    assert [each.returncode for each in done] == [0] * 6, done
    assert "No new upgrade operations detected.\n" in done[3].stdout
    assert done[4].stdout == "<base> -> a1 (head), first\n"
    assert rows(f"sqlite:///{database}", "select * from alembic_version") == []
