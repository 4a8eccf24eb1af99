"""The examples of the documentation do what the pages say."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = sorted(
    str(path.relative_to(DOCS))
    for path in DOCS.rglob("*.rst")
    if path.parent.name != "changes"
)

needs_bash = pytest.mark.skipif(os.name == "nt", reason="the examples are for bash")
# The outputs that pages show are those of a current SQLAlchemy.
needs_current = pytest.mark.skipif(
    sqlalchemy.__version__ < "2.0", reason="the pages are about SQLAlchemy 2"
)


@needs_bash
@needs_current
@pytest.mark.parametrize("page", PAGES)
def test_the_examples_of_the_page_work(page: str, run_page: Any) -> None:
    run_page(page, (DOCS / page).read_text(encoding="utf-8"))


@needs_bash
def test_a_command_that_prints_something_else_is_seen(run_page: Any) -> None:
    text = ".. code-block:: console\n\n   $ echo two\n   three\n"

    with pytest.raises(AssertionError, match="a.rst:1: echo two\nprints\ntwo"):
        run_page("a.rst", text)


@needs_bash
def test_a_command_that_fails_is_seen(run_page: Any) -> None:
    with pytest.raises(AssertionError, match="a.rst:3: false: 1"):
        run_page("a.rst", "Text\n\n.. code-block:: console\n\n   $ false\n")


def test_directives_that_print_other_sql_are_seen(run_page: Any) -> None:
    text = (
        ".. example: operations on postgresql\n\n.. code-block:: python\n\n"
        '   op.drop_table("a")\n\n.. code-block:: sql\n\n   DROP TABLE b;\n'
    )

    with pytest.raises(AssertionError, match="DROP TABLE a;"):
        run_page("a.rst", text)


def test_a_block_that_cannot_be_run_is_seen(run_page: Any) -> None:
    with pytest.raises(AssertionError, match="nobody knows how to run this"):
        run_page("a.rst", ".. code-block:: ini\n\n   a = b\n")


def test_a_file_is_written_and_edited(run_page: Any) -> None:
    run_page(
        "a.rst",
        ".. code-block:: python\n   :caption: a.py\n\n   x = 1\n   print(x)\n\n"
        ".. example: replaces the line x =\n\n"
        ".. code-block:: python\n   :caption: a.py\n\n   x = 2\n\n"
        ".. code-block:: python\n\n   import a\n\n.. code-block:: text\n\n   2\n",
    )
