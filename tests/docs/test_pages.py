"""The pages of the documentation hang together and leave nothing out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parents[2] / "docs"


def pages_led_to(folder: Path, name: str = "index") -> set[str]:
    """Return the names of all pages that the tables of contents lead to."""
    text = (folder / f"{name}.rst").read_text(encoding="utf-8")
    found = {name}
    for toctree in re.findall(
        r"^\.\. toctree::\n((?:   .*\n|\n)+)", text, re.MULTILINE
    ):
        for line in re.findall(r"^   ([\w/-]+)$", toctree, re.MULTILINE):
            page = (Path(name).parent / line).as_posix()
            found |= pages_led_to(folder, page)
    return found


def dead_links(folder: Path, name: str) -> list[str]:
    """Return the pages that a page refers to and that are not there."""
    text = (folder / f"{name}.rst").read_text(encoding="utf-8")
    found = re.findall(r":doc:`(?:[^`<]*<)?([^`>]+)>?`", text)
    here = Path(name).parent
    targets = [link[1:] if link[0] == "/" else str(here / link) for link in found]
    return [link for link in targets if not (folder / f"{link}.rst").is_file()]


def test_every_page_can_be_reached_from_the_index() -> None:
    pages = {
        path.relative_to(DOCS).with_suffix("").as_posix()
        for path in DOCS.rglob("*.rst")
        if path.parent.name != "changes"
    }

    assert pages_led_to(DOCS) == pages


def test_the_notes_that_the_index_names_are_there() -> None:
    index = (DOCS / "index.rst").read_text(encoding="utf-8")
    named = re.findall(r"``((?:design|changes)/[^`]+\.\w+)``", index)

    assert len(named) > 5
    assert [name for name in named if not (DOCS / name).is_file()] == []


def test_links_between_pages_lead_somewhere() -> None:
    assert [
        link for page in pages_led_to(DOCS) for link in dead_links(DOCS, page)
    ] == []


def test_every_example_is_one_that_is_run(blocks: Any) -> None:
    texts = [
        (DOCS / f"{page}.rst").read_text(encoding="utf-8")
        for page in pages_led_to(DOCS)
    ]

    for text in texts:
        examples = [block for block in blocks(text) if block.language]
        assert len(examples) == len(re.findall(r"code-block::", text))
        assert re.findall(r"^[^.\n].*::$", text, re.MULTILINE) == []


def test_a_page_that_nothing_leads_to_is_seen(tmp_path: Path) -> None:
    (tmp_path / "index.rst").write_text(".. toctree::\n   :x: 1\n\n   a/b\n\nText\n")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.rst").write_text("See :doc:`/index`, :doc:`c </c>`, :doc:`d`.")

    assert pages_led_to(tmp_path) == {"index", "a/b"}
    assert dead_links(tmp_path, "a/b") == ["c", "a/d"]
