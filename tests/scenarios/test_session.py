"""A person's day with one project: every command as typed, its exact output."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

VERSION = tuple(int(part) for part in sqlalchemy.__version__.split(".")[:2])
# SQLAlchemy asks for the new key of SQLite's rows from 2.0 on.
RETURNING = " RETURNING version_num" if VERSION >= (2, 0) else ""

MESSAGES = {"a1": "create account", "b2": "add email", "c3": "create order"}
UPGRADES = {
    "a1": "op.create_table('account', sa.Column('id', sa.Integer, primary_key=True))",
    "b2": "op.add_column('account', sa.Column('email', sa.String(50)))",
    "c3": "op.create_table('orders', sa.Column('id', sa.Integer))",
}
DOWNGRADES = {
    "a1": "op.drop_table('account')",
    "b2": "op.drop_column('account', 'email')",
    "c3": "op.drop_table('orders')",
}
LINES = [
    "INFO  [alembic.runtime.migration] Context impl SQLiteImpl.",
    "INFO  [alembic.runtime.migration] Will assume non-transactional DDL.",
]


def logged(*steps: str) -> list[str]:
    return LINES + [f"INFO  [alembic.runtime.migration] Running {s}" for s in steps]


def fill(path: Path, id: str) -> None:
    """Do what a person does with a fresh file: write the two bodies."""
    text = path.read_text(encoding="utf-8")
    bodies = iter((UPGRADES[id], DOWNGRADES[id]))
    text = re.sub(r"(?m)^    pass$", lambda _: f"    {next(bodies)}", text)
    path.write_text(text, encoding="utf-8")


def undated(text: str) -> str:
    return re.sub(r"Create Date: .*", "Create Date: <date>", text)


@pytest.fixture
def folder(bare_project: Any) -> str:
    """The project's folder as the commands show it."""
    return str(bare_project.folder)


def write_revisions(project: Any, folder: str) -> None:
    for id, message in MESSAGES.items():
        done = project.run("revision", "-m", message, "--rev-id", id)
        path = f"{folder}/migrations/versions/{id}_{message.replace(' ', '_')}.py"
        assert done == (0, f"Generating {path} ...  done\n", "")
        fill(Path(path), id)


def long_form(folder: str, id: str, head: str, parent: str) -> str:
    message = MESSAGES[id]
    shown = "" if parent == "<base>" else parent
    return (
        f"Rev: {id}{head}\n"
        f"Parent: {parent}\n"
        f"Path: {folder}/migrations/versions/{id}_{message.replace(' ', '_')}.py\n"
        "\n"
        f"    {message}\n"
        "    \n"
        f"    Revision ID: {id}\n"
        f"    Revises: {shown}\n"
        "    Create Date: <date>\n"
        "\n"
    )


def go_up_and_down(project: Any, folder: str) -> None:
    up = project.run("upgrade", "head")
    assert (up.status, up.stdout) == (0, "")
    assert up.stderr.splitlines() == logged(
        "upgrade  -> a1, create account",
        "upgrade a1 -> b2, add email",
        "upgrade b2 -> c3, create order",
    )
    assert project.tables() == ["account", "alembic_version", "orders"]

    history = project.run("history", "-v")
    assert (history.status, history.stderr) == (0, "")
    assert undated(history.stdout) == (
        long_form(folder, "c3", " (head)", "b2")
        + long_form(folder, "b2", "", "a1")
        + long_form(folder, "a1", "", "<base>")
    )

    current = project.run("current")
    assert (current.status, current.stdout) == (0, "c3 (head)\n")

    down = project.run("downgrade", "base")
    assert (down.status, down.stdout) == (0, "")
    assert down.stderr.splitlines() == logged(
        "downgrade c3 -> b2, create order",
        "downgrade b2 -> a1, add email",
        "downgrade a1 -> , create account",
    )
    assert project.tables() == ["alembic_version"]
    assert project.run("current").stdout == ""


SCRIPT = """\
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL, 
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

-- Running upgrade  -> a1

CREATE TABLE account (
    id INTEGER NOT NULL, 
    PRIMARY KEY (id)
);

INSERT INTO alembic_version (version_num) VALUES ('a1')@;

-- Running upgrade a1 -> b2

ALTER TABLE account ADD COLUMN email VARCHAR(50);

UPDATE alembic_version SET version_num='b2' WHERE alembic_version.version_num = 'a1';

-- Running upgrade b2 -> c3

CREATE TABLE orders (
    id INTEGER
);

UPDATE alembic_version SET version_num='c3' WHERE alembic_version.version_num = 'b2';

"""


def write_script(project: Any) -> None:
    script = project.run("upgrade", "head", "--sql")

    assert (script.status, script.stdout) == (0, SCRIPT.replace("@", RETURNING))
    assert "Running upgrade b2 -> c3, create order" in script.stderr
    for statement in script.stdout.split(";"):
        project.sql(statement)
    assert project.run("current").stdout == "c3 (head)\n"


def use_ini(project: Any) -> None:
    path = project.folder / "alembic.ini"
    text = path.read_text(encoding="utf-8")
    url = "sqlite:///%(here)s/app.db"
    assert "driver://user:pass@localhost/dbname" in text
    path.write_text(text.replace("driver://user:pass@localhost/dbname", url))


def test_a_project_with_an_ini_file(bare_project: Any, folder: str) -> None:
    init = bare_project.run("init", "migrations")
    assert (init.status, init.stderr) == (0, "")
    assert init.stdout == (
        f"Creating directory {folder}/migrations ...  done\n"
        f"Creating directory {folder}/migrations/versions ...  done\n"
        f"Generating {folder}/migrations/script.py.mako ...  done\n"
        f"Generating {folder}/migrations/README ...  done\n"
        f"Generating {folder}/migrations/env.py ...  done\n"
        f"Generating {folder}/alembic.ini ...  done\n"
        "Please edit configuration/connection/logging settings in "
        f"{folder}/alembic.ini before proceeding.\n"
    )

    use_ini(bare_project)
    write_revisions(bare_project, folder)
    go_up_and_down(bare_project, folder)
    bare_project.database.unlink()
    write_script(bare_project)


def test_a_project_with_a_pyproject_file(bare_project: Any, folder: str) -> None:
    pyproject = bare_project.folder / "pyproject.toml"
    pyproject.write_text("[project]\nname = 'x'\n", encoding="utf-8")
    init = bare_project.run("init", "-t", "pyproject", "migrations")
    assert (init.status, init.stderr) == (0, "")
    assert f"Appending to existing {pyproject} ...  done" in init.lines
    assert init.lines[-1] == (
        f"Please edit configuration settings in {pyproject} and configuration/"
        f"connection/logging settings in {folder}/alembic.ini before proceeding."
    )

    use_ini(bare_project)
    write_revisions(bare_project, folder)
    go_up_and_down(bare_project, folder)
    bare_project.database.unlink()
    write_script(bare_project)


@pytest.mark.parametrize("template", ["async", "pyproject_async"])
def test_a_project_with_an_asyncio_driver(
    bare_project: Any, folder: str, template: str
) -> None:
    pytest.importorskip("aiosqlite")
    if VERSION < (1, 4):
        pytest.skip("SQLAlchemy has asyncio since 1.4")
    assert bare_project.run("init", "-t", template, "migrations").status == 0
    use_ini(bare_project)
    ini = bare_project.folder / "alembic.ini"
    text = ini.read_text(encoding="utf-8")
    ini.write_text(text.replace("sqlite://", "sqlite+aiosqlite://"), encoding="utf-8")

    write_revisions(bare_project, folder)
    go_up_and_down(bare_project, folder)
    bare_project.database.unlink()
    write_script(bare_project)


def test_a_project_with_settings_in_toml_alone(bare_project: Any, folder: str) -> None:
    bare_project.run("init", "-t", "pyproject", "migrations")
    (bare_project.folder / "alembic.ini").unlink()
    bare_project.env.write_text(
        "from alembic import context\nfrom sqlalchemy import create_engine\n"
        "with create_engine('sqlite:///app.db').connect() as connection:\n"
        "    context.configure(connection=connection)\n"
        "    with context.begin_transaction():\n        context.run_migrations()\n",
        encoding="utf-8",
    )
    write_revisions(bare_project, folder)

    assert bare_project.run("upgrade", "head") == (0, "", "")
    assert bare_project.run("current").stdout == "c3 (head)\n"


def test_a_day_with_branches(project: Any) -> None:
    project.line("a1", "b2")
    project.revision("c3", "a1", labels="side", message="other way")

    assert project.run("upgrade", "heads").status == 0
    assert project.run("current").stdout == "b2 (head)\nc3 (head)\n"
    assert project.run("branches").stdout == (
        "a1 (branchpoint)\n   -> b2 (head)\n   -> c3 (side) (head)\n\n"
    )
    assert project.run("merge", "heads", "-m", "join", "--rev-id", "d4").status == 0
    assert project.run("upgrade", "head").status == 0
    assert project.run("history", "-i").stdout == (
        "b2, c3 -> d4 (side) (head) (current) (mergepoint), join\n"
        "a1 -> b2, revision b2\n"
        "a1 -> c3 (side), other way\n"
        "<base> -> a1 (branchpoint), revision a1\n"
    )
    assert project.run("downgrade", "side@c3").status == 0
    assert project.heads_in_database() == ["b2", "c3"]
