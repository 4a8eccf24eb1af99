"""Fill the template of a revision so that its message stays a text.

A message may hold anything, and templates belong to the projects: one writes the
message into the docstring, another into a comment or a string. So an unusual message
is not only escaped; the result is also compared with that of a harmless message, and
may differ in texts alone.
"""

from __future__ import annotations

import ast
from typing import Callable, Iterator

from ..util.exc import CommandError
from .parse import parse_tree

Render = Callable[[str], bytes]
"""Fills the template with this text as its message."""

_HARMLESS = "message of a new revision"
_QUOTES_AND_SUCH = frozenset("\"'\\{}")


def fill_safely(render: Render, message: str, encoding: str, path: str) -> bytes:
    """Return the source of a revision file whose message is only data.

    :param render: fills the template; called again for each way to write an unusual
        message, the plainest first.
    :param message: any text.
    :param encoding: what ``render`` encodes with.
    :param path: where the file will be, for messages.
    :raises CommandError: the template makes a file that is not Python, or lets the
        message become code however it is written.
    """
    if _is_plain(message, encoding):
        data = render(message)
        parse_tree(data, path)
        return data
    expected = parse_tree(render(_HARMLESS), path)
    written = [(text, render(text)) for text in _spellings(message, encoding)]
    for same_texts in (True, False):
        wanted = _shape(expected, _HARMLESS, same_texts)
        for _, data in written:
            tree = _tree_or_none(data, path)
            if tree is not None and _shape(tree, message, same_texts) == wanted:
                return data
    raise CommandError(
        f"The template would let this message become code in {path}; use a simpler "
        "message, or write it between triple double quotes in script.py.mako"
    )


def _is_plain(message: str, encoding: str) -> bool:
    """Return whether a text means itself in a docstring, a string and a comment."""
    return (
        message.isprintable()
        and _QUOTES_AND_SUCH.isdisjoint(message)
        and (message.isascii() or _is_utf8(encoding))
    )


def _is_utf8(encoding: str) -> bool:
    return encoding.lower().replace("-", "").replace("_", "") == "utf8"


def _spellings(message: str, encoding: str) -> Iterator[str]:
    """Yield ways to write a message inside a docstring, the most readable first.

    A backslash may stand as it is in a raw docstring only.
    """
    is_readable = all(_is_readable(character, encoding) for character in message)
    if is_readable and "\\" not in message:
        yield message
    yield "".join(_escaped(character, '"\\', encoding) for character in message)
    yield "".join(_escaped(character, "\"'\\{}\n", "ascii") for character in message)
    if is_readable and "\\" in message:
        yield message


def _is_readable(character: str, encoding: str) -> bool:
    if not (character.isprintable() or character == "\n"):
        return False
    return character.isascii() or _is_utf8(encoding)


def _escaped(character: str, special: str, encoding: str) -> str:
    if character in special or not _is_readable(character, encoding):
        if character in "\"'\\":
            return "\\" + character
        return _escape_sequence(character)
    return character


def _escape_sequence(character: str) -> str:
    if character == "\n":
        return "\\n"
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _tree_or_none(data: bytes, path: str) -> ast.Module | None:
    try:
        return parse_tree(data, path)
    except CommandError:
        return None


def _shape(tree: ast.Module, message: str, same_texts: bool) -> str:
    """Return the code as text, without the message.

    :param message: left out where it occurs in a string.
    :param same_texts: keep the rest of each string; otherwise strings count by their
        number only.
    """
    return ast.dump(_WithoutMessage(message, same_texts).visit(tree))


class _WithoutMessage(ast.NodeTransformer):
    def __init__(self, message: str, same_texts: bool) -> None:
        self._message = message
        self._same_texts = same_texts

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if not isinstance(node.value, str):
            return node
        rest = node.value.replace(self._message, _HARMLESS) if self._same_texts else ""
        return ast.Constant(rest, kind=None)
