"""Find a revision's identifiers in the syntax tree of its file.

The standard library's ``ast`` is loaded inside the functions: most runs meet only
files that ``scan`` reads, and loading it takes a tenth of the time Python needs to
start.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Iterator

from ..util.exc import CommandError
from ..util.messaging import printable

if TYPE_CHECKING:
    import ast

IDENTIFIERS = ("revision", "down_revision", "branch_labels", "depends_on")

_REBINDABLE = frozenset((*IDENTIFIERS, "__doc__"))
_DYNAMIC = frozenset(("exec", "eval", "globals", "locals", "vars", "setattr"))


class NeedsExecution(Exception):
    """The file computes an identifier: only executing it gives the value."""


def parse(data: bytes, path: str) -> dict[str, Any]:
    """Return the literals that identifiers are bound to, and the docstring.

    The docstring is that of the source; ``__doc__`` at run time is not the same, as
    Python 3.13 takes its indentation off.

    :param data: the bytes of a source file.
    :param path: its name, for messages.
    :raises CommandError: the source is not Python.
    :raises NeedsExecution: an identifier is, or might be, something else than the
        literal last assigned to it.
    """
    import ast  # see the first lines of this file

    tree = parse_tree(data, path)
    values: dict[str, Any] = {}
    for statement in tree.body:
        assignment = _plain_assignment(statement)
        if assignment is None:
            if _may_bind_identifier(statement):
                raise NeedsExecution
            continue
        target, value = assignment
        if value is not None:  # "revision: str" declares and binds nothing
            values[target] = _literal(value)
    values["__doc__"] = ast.get_docstring(tree, clean=False)
    return values


def parse_tree(data: bytes, path: str) -> ast.Module:
    """Return the syntax tree of a source file.

    :raises CommandError: naming the file, the line and what is wrong there.
    """
    import ast  # see the first lines of this file

    if b"\0" in data:
        raise CommandError(
            f"Revision file {path} holds NUL bytes, so it is not Python source; "
            "restore the file or move it out of the version folder."
        )
    try:
        with warnings.catch_warnings():
            # Python tells of an invalid escape again when the file is executed
            warnings.simplefilter("ignore")
            return ast.parse(data, path)
    except SyntaxError as error:
        raise CommandError(syntax_sentence(path, error, data)) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise CommandError(
            f"Revision file {path} can't be parsed: {printable(str(error))}; correct "
            "the file or move it out of the version folder."
        ) from error


def syntax_sentence(path: str, error: SyntaxError, data: bytes) -> str:
    """Return one sentence about a file that is not Python."""
    text = error.msg or "invalid syntax"
    if error.lineno is None or "decode" in text or "Non-UTF-8" in text:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            return (
                f"Revision file {path} is not UTF-8 text; save it as UTF-8, or declare "
                "its encoding in the first line (# -*- coding: name -*-)."
            )
    line = f" in line {error.lineno}" if error.lineno else ""
    return (
        f"Revision file {path} has a syntax error{line}: {printable(text)}; correct "
        "the file or move it out of the version folder."
    )


def _literal(value: ast.expr) -> Any:
    import ast  # see the first lines of this file

    try:
        return ast.literal_eval(value)
    except (ValueError, TypeError, MemoryError, RecursionError):
        raise NeedsExecution from None


def _plain_assignment(statement: ast.stmt) -> tuple[str, ast.expr | None] | None:
    """Return the identifier and the value of ``name = value``, else None."""
    import ast  # see the first lines of this file

    target: ast.expr
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
    elif isinstance(statement, ast.AnnAssign):
        if _may_bind_identifier(statement.annotation):
            return None
        target = statement.target
    else:
        return None
    if isinstance(target, ast.Name) and target.id in IDENTIFIERS:
        return target.id, statement.value
    return None


def _may_bind_identifier(tree: ast.AST) -> bool:
    """Return whether code might bind an identifier in a way that is not followed.

    A function reaches the module's names through ``global``, or by a call such as
    ``globals()`` together with the name as a string; the second alone is common in
    functions, as in the template for several databases.
    """
    import ast  # see the first lines of this file

    has_dynamic_call = names_identifier = False
    for node, in_function in _walk(tree):
        if isinstance(node, ast.Global):
            if not _REBINDABLE.isdisjoint(node.names):
                return True
        elif not in_function:
            if _binds_identifier(node):
                return True
        elif isinstance(node, ast.Name):
            has_dynamic_call = has_dynamic_call or node.id in _DYNAMIC
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names_identifier = names_identifier or any(
                name in node.value for name in _REBINDABLE
            )
    return has_dynamic_call and names_identifier


def _walk(tree: ast.AST) -> Iterator[tuple[ast.AST, bool]]:
    """Yield every node, and whether it belongs to the body of a function."""
    import ast  # see the first lines of this file

    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    pending = [(tree, False)]
    while pending:
        node, in_function = pending.pop()
        yield node, in_function
        body: list[ast.AST] = []
        if isinstance(node, functions):
            body = node.body if isinstance(node.body, list) else [node.body]  # type: ignore[assignment]
        for child in ast.iter_child_nodes(node):
            pending.append((child, in_function or child in body))


def _binds_identifier(node: ast.AST) -> bool:
    """Return whether this node, run as part of the module, might bind an identifier."""
    import ast  # see the first lines of this file

    if isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Load):
            return node.id in _DYNAMIC
        return node.id in _REBINDABLE
    if isinstance(node, ast.alias):
        bound = node.asname or node.name.partition(".")[0]
        return bound == "*" or bound in _REBINDABLE
    if isinstance(node, ast.Attribute):
        return node.attr in ("__dict__", "modules")
    # def, class, "except E as name", "case name", "case [*name]", "case {**rest}"
    bound_names = (getattr(node, field, None) for field in ("name", "rest"))
    return any(isinstance(name, str) and name in _REBINDABLE for name in bound_names)
