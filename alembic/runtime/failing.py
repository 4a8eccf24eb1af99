"""Where in a revision file a step failed, and what the database holds after it."""

from __future__ import annotations

import builtins
import contextlib
import logging
from typing import TYPE_CHECKING, Any, Generator, Protocol

from ..util import sqla_compat
from ..util.calls import Call, call_behind
from ..util.exc import CommandError
from ..util.masking import hide_passwords
from ..util.messaging import printable
from .transactions import TransactionHolder, has_ended

if TYPE_CHECKING:
    from types import TracebackType

log = logging.getLogger("alembic.runtime.migration")

_LONGEST_STATEMENT = 100
"""Characters of a statement that are shown: enough to recognise it."""


class Step(Protocol):
    """What this module asks of a step."""

    @property
    def name(self) -> str: ...


@contextlib.contextmanager
def telling_where(
    context: TransactionHolder, step: Step, alone: bool
) -> Generator[None, None, None]:
    """Log file, line and statement of a revision that fails, and what to do next.

    The exception goes on as it is: scripts look at the last line of its traceback, and
    at the sentence that the command line makes of it.

    :param context: the database
    :param step: what is being done
    :param alone: True where the step has a transaction of its own
    """
    begun = context._transaction
    try:
        yield
    except Exception as failure:
        revision = getattr(step, "revision", None)
        if revision is not None and not _is_about_output(context, failure):
            where = _where(revision, step, failure)
            after = _what_now(context, begun, alone)
            reason = _reason(failure, getattr(revision, "module", None))
            said = f"Revision {revision.revision} failed{where}{reason}{after}"
            log.error("%s", printable(hide_passwords(said)))
        raise


def _is_about_output(context: TransactionHolder, failure: Exception) -> bool:
    """Return True where the reader of a script has gone away, as ``head`` does."""
    return context.as_sql and isinstance(failure, BrokenPipeError)


def _where(revision: Any, step: Step, failure: Exception) -> str:
    """Return the place, and the statement that stands there."""
    path = getattr(revision, "path", None)
    names = getattr(getattr(revision, "module", None), "__dict__", None)
    # what a batch block was told is carried out at its end
    place = call_behind(failure)
    if place is None or place.names is not names:
        place = _last_call(names, failure.__traceback__)
    if place is None:
        return f" in {step.name}() of {path}"
    statement = statement_at(str(path), place.line)
    shown = f": {statement}" if statement else ""
    return f" at {path}, line {place.line}, in {place.function}(){shown}"


def _last_call(names: Any, trace: TracebackType | None) -> Call | None:
    """Return the last line of a file in a traceback: its functions may call others.

    :param names: the global names of the file
    """
    place = None
    while trace is not None:
        if trace.tb_frame.f_globals is names:
            place = Call(names, trace.tb_lineno, trace.tb_frame.f_code.co_name)
        trace = trace.tb_next
    return place


def statement_at(path: str, line: int) -> str:
    """Return the statement at a line of a file, in one line and not too long.

    :param path: a Python file; one that cannot be read or parsed has no statements
    :param line: the line that a traceback names, from 1
    """
    # here, because most runs succeed
    import ast
    import textwrap
    import tokenize

    try:
        with tokenize.open(path) as file:
            source = file.read()
        tree = ast.parse(source)
    except (OSError, SyntaxError, ValueError):
        return ""
    last = line
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not hasattr(node, "body"):
            end = node.end_lineno or node.lineno
            if node.lineno <= line <= end:
                line, last = node.lineno, end
                break
    text = " ".join(source.splitlines()[line - 1 : last])
    return textwrap.shorten(text, _LONGEST_STATEMENT, placeholder=" …")


def _reason(failure: Exception, module: Any) -> str:
    """Return what is wrong, unless a sentence about it follows anyway."""
    if isinstance(failure, CommandError):
        return "."
    cause = getattr(failure, "orig", None) or failure
    first = (str(cause).strip().splitlines() or [""])[0]
    hint = _hint(cause, module)
    end = "" if hint or first.endswith(("?", "!")) else "."
    return f" -> {type(cause).__name__}: {first.rstrip('.')}{end}{hint}"


def _hint(cause: BaseException, module: Any) -> str:
    """Return what may have been meant by a name that means nothing.

    Python says which name that is since 3.10.
    """
    name = getattr(cause, "name", None)
    if isinstance(cause, AttributeError) and isinstance(name, str):
        known = dir(getattr(cause, "obj", None))
    elif isinstance(cause, NameError) and isinstance(name, str):
        known = [*dir(module), *dir(builtins)]
    else:
        return ""
    # here, because most runs succeed
    from difflib import get_close_matches

    close = get_close_matches(name, [each for each in known if each[:1] != "_"], n=1)
    if close:
        return f"; did you mean {close[0]!r}?"
    unknown = isinstance(cause, NameError) and not isinstance(cause, UnboundLocalError)
    return "; define it in the file, or import it there." if unknown else ""


def _what_now(context: TransactionHolder, begun: Any, alone: bool) -> str:
    if context.as_sql:
        return " The script ends there and is not complete."
    if context._in_external_transaction:
        return (
            " Its transaction belongs to the program that runs the migrations, which "
            "has to roll it back."
        )
    if _rolls_back(context, begun):
        what = "it did" if alone else "this run did"
        return f" What {what} is rolled back; correct it, then run the command again."
    return (
        " What it did before that may stay in the database; undo it, then correct the "
        "revision and run the command again."
    )


def _rolls_back(context: TransactionHolder, begun: Any) -> bool:
    """Say whether the transaction that a step began in can take all of it back."""
    if context.connection is None or sqla_compat.is_autocommit(context.connection):
        return False
    if begun is None or has_ended(context, begun):
        return False
    guard = context._guard
    return context.impl.transactional_ddl or (guard is not None and guard.is_whole)
