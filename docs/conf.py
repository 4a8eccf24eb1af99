"""How Sphinx builds these pages: ``tox run -e docs``."""

from __future__ import annotations

import re
from typing import Any

import alembic

project = "Alembic"
copyright = "the project's authors"
release = version = alembic.__version__

extensions = ["sphinx.ext.autodoc"]
# Notes for those who work on the project are read as they are.
exclude_patterns = ["changes", "design", "_build"]

autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_preserve_defaults = True
default_role = "py:obj"
highlight_language = "python"
html_theme = "alabaster"
html_theme_options = {"page_width": "62em", "sidebar_width": "15em"}


def escape_underscores(app: Any, what: str, name: str, obj: Any, *rest: Any) -> None:
    """Keep the underscore of ``:param type_:``, which would make it a reference."""
    _, lines = rest
    lines[:] = [re.sub(r"^(\s*:param \w+)_:", r"\1\\_:", line) for line in lines]


def setup(app: Any) -> None:
    """Tell Sphinx what we do to docstrings."""
    app.connect("autodoc-process-docstring", escape_underscores)
