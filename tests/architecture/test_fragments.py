"""Each noteworthy change has a fragment: one sentence for the reader who upgrades."""

from __future__ import annotations

import re
from pathlib import Path

NAME = re.compile(r"[a-z0-9][a-z0-9_-]*\.(feature|change|bugfix|removal|misc)\.rst")


def complaints(folder: Path) -> list[str]:
    """Return what is wrong with the fragments of a folder."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.name == "README.rst":
            continue
        if not NAME.fullmatch(path.name):
            found.append(f"{path.name}: a fragment is called name.kind.rst")
        text = " ".join(path.read_text(encoding="utf-8").split())
        if not text.endswith(".") or re.search(r"[.!?] [A-Z]", text):
            found.append(f"{path.name}: a fragment is one sentence")
    return found


def test_every_fragment_is_one_sentence(project_folder: Path) -> None:
    assert complaints(project_folder / "docs" / "changes") == []


def test_a_bad_fragment_is_seen(tmp_path: Path) -> None:
    (tmp_path / "README.rst").write_text("How to write one")
    (tmp_path / "good.feature.rst").write_text("``a.b`` runs on\nPython 3.8.\n")
    (tmp_path / "Named badly.rst").write_text("One sentence.")
    (tmp_path / "long.bugfix.rst").write_text("One sentence. Another one.")
    (tmp_path / "empty.misc.rst").write_text("\n")

    assert complaints(tmp_path) == [
        "Named badly.rst: a fragment is called name.kind.rst",
        "empty.misc.rst: a fragment is one sentence",
        "long.bugfix.rst: a fragment is one sentence",
    ]
