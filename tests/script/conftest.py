"""A script directory in a temporary folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from alembic.script import ScriptDirectory

# The layout of the variables is that of Alembic's templates.
TEMPLATE = '''"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""
${imports if imports else ""}

# revision identifiers, used by Alembic.
revision: str = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
'''


class Folder:
    """A migration folder, with the means to put revisions into it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.versions = path / "versions"
        self.versions.mkdir(parents=True)
        self.template = path / "script.py.mako"
        self.template.write_text(TEMPLATE)
        (path / "env.py").write_text("")

    def add(
        self,
        identifier: str,
        down: Any = None,
        *,
        body: str = "def upgrade(): pass\ndef downgrade(): pass\n",
        doc: str | None = None,
        name: str | None = None,
        folder: Path | None = None,
        **others: Any,
    ) -> Path:
        """Write a revision file and return its path."""
        lines = [] if doc is None else [f'"""{doc}"""']
        names = {"revision": identifier, "down_revision": down, **others}
        lines += [f"{key} = {value!r}" for key, value in names.items()]
        path = (folder or self.versions) / f"{name or identifier}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([*lines, body]), encoding="utf-8")
        return path

    def directory(self, **options: Any) -> ScriptDirectory:
        """Return the folder as a new script directory."""
        return ScriptDirectory(
            str(self.path), **{"messaging_opts": {"quiet": True}, **options}
        )

    def files(self) -> list[str]:
        """Return the files below the versions folder, without bytecode."""
        return sorted(
            path.relative_to(self.versions).as_posix()
            for path in self.versions.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        )


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "migrations")
