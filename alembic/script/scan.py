"""Find a revision's identifiers by looking at the lines of its file.

This is the quick reader for files as the templates write them. It either is certain
or gives up, and then ``parse`` reads the file.
"""

from __future__ import annotations

import re
from typing import Any

_UNCERTAIN = object()

_BLANK_LINES = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*")
_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
_IMPORT = re.compile(
    r"(?:from[ \t]+[\w.]+[ \t]+)?import[ \t]+"
    r"(?:[\w., \t]+|\([\w\s,]*\)[ \t]*)(?:#[^\n]*)?(?:\n|\Z)"
)
_ASSIGNMENT = re.compile(
    r"(revision|down_revision|branch_labels|depends_on)[ \t]*"
    r"(?::[ \t]*[\w.,|\[\] \t]+?)?[ \t]*=[ \t]*"
    r"(?:(None)|\"([^\"\\\n]*)\"|'([^'\\\n]*)'|([(\[][^\\\n#(){}\[\]]*[)\]]))"
    r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)"
)
# Behind the identifiers, any of these might give a name another value.
_WORDS_OF_DOUBT = (
    "revision",
    "branch_labels",
    "depends_on",
    "__doc__",
    "exec(",
    "eval(",
    "globals(",
    "locals(",
    "vars(",
    "setattr(",
    "sys.modules",
    "__dict__",
)
_STAR_IMPORT = re.compile(r"import\s*\(?\s*\*")


def scan(data: bytes) -> dict[str, Any] | None:
    """Return identifiers and docstring found by looking at the lines, or None.

    None means: not certain. Certain is a file that begins with an optional plain
    docstring, has only comments, imports and one assignment of a literal for each
    identifier up to the last identifier, and never mentions them again.
    """
    text = _plain_text(data)
    if text is None:
        return None
    start = _matched(_BLANK_LINES, text, 0)
    docstring, start = _scan_docstring(text, start)
    if start < 0:
        return None
    values: dict[str, Any] = {}
    end = _scan_header(text, start, values)
    if "revision" not in values or "down_revision" not in values:
        return None
    if end < 0 or _is_doubtful(text[end:]):
        return None
    values["__doc__"] = docstring
    return values


def _plain_text(data: bytes) -> str | None:
    """Return the text of UTF-8 source with Unix line ends, or None."""
    if b"\0" in data:
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    second_line = text.find("\n", text.find("\n") + 1)
    return None if text.find("coding", 0, second_line) >= 0 else text


def _matched(pattern: re.Pattern[str], text: str, start: int) -> int:
    found = pattern.match(text, start)
    return found.end() if found is not None else -1


def _scan_docstring(text: str, start: int) -> tuple[str | None, int]:
    """Return the docstring at ``start`` and where it ends; -1 when not certain."""
    quotes = text[start : start + 3]
    if quotes not in ('"""', "'''"):
        return None, start
    end = text.find(quotes, start + 3)
    docstring = text[start + 3 : end]
    if end < 0 or "\\" in docstring:
        return None, -1
    return docstring, _matched(_REST_OF_LINE, text, end + 3)


def _scan_header(text: str, start: int, values: dict[str, Any]) -> int:
    """Collect assignments from ``start`` on; return where they end, or -1."""
    while True:
        start = _matched(_BLANK_LINES, text, start)
        found = _ASSIGNMENT.match(text, start)
        if found is not None:
            if found.group(1) in values:
                return -1
            value = _scanned_value(found)
            if value is _UNCERTAIN:
                return -1
            values[found.group(1)] = value
            start = found.end()
            continue
        end = _matched(_IMPORT, text, start)
        if end < 0:
            return start
        if _is_doubtful(text[start:end]):
            return -1
        start = end


def _scanned_value(found: re.Match[str]) -> Any:
    _, none, double, single, collection = found.groups()
    if none:
        return None
    if collection is None:
        return single if double is None else double
    return _literal(collection)


def _literal(text: str) -> Any:
    # only merges and labels come here, so most runs never load ast
    import ast

    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return _UNCERTAIN


def _is_doubtful(code: str) -> bool:
    """Return whether code might give an identifier another value."""
    if not code.isascii():
        # beyond ASCII, different spellings are one name to Python; most code has none
        from unicodedata import normalize

        code = normalize("NFKC", code)
    if any(word in code for word in _WORDS_OF_DOUBT):
        return True
    return "*" in code and _STAR_IMPORT.search(code) is not None
