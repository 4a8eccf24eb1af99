"""What a directive was given, before anything is done with it."""

from __future__ import annotations

import difflib
from typing import Any, Iterable, Mapping, Sequence

from sqlalchemy.dialects import registry
from sqlalchemy.exc import NoSuchModuleError
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

from ..util.calls import levels_to_call
from ..util.exc import CommandError
from ..util.messaging import warn


def need_names(directive: str, **values: Any) -> None:
    """Refuse what is no name: None, an object in its place.

    :param directive: the directive that was called
    :param values: what was given, by parameter
    :raises CommandError: for anything but a string
    """
    for parameter, value in values.items():
        if not isinstance(value, str):
            raise CommandError(f"{directive}: {parameter} is a name, not {value!r}.")


def need_text(directive: str, **values: Any) -> None:
    """Refuse what is no text.

    :param directive: the directive that was called
    :param values: what was given, by parameter; None and False: nothing
    :raises CommandError: for anything but a string
    """
    for parameter, value in values.items():
        if value is not None and value is not False and not isinstance(value, str):
            raise CommandError(f"{directive}: {parameter} is a text, not {value!r}.")


def need_types(directive: str, **values: Any) -> None:
    """Refuse what is no type of SQLAlchemy.

    :param directive: the directive that was called
    :param values: what was given, by parameter; None: nothing
    :raises CommandError: for anything that is neither a type nor makes one
    """
    for parameter, value in values.items():
        if value is None or isinstance(value, TypeEngine):
            continue
        if not callable(value):
            raise CommandError(
                f"{directive}: {parameter} is a type such as sqlalchemy.Integer(), "
                f"not {value!r}."
            )


def need_schema_items(directive: str, items: Iterable[Any]) -> None:
    """Refuse what cannot be a part of a table.

    :param directive: the directive that was called
    :param items: what was given
    :raises CommandError: for anything but columns, constraints and their like
    """
    for item in items:
        if not isinstance(item, SchemaItem):
            hint = "; write * before the list" if isinstance(item, list) else ""
            raise CommandError(
                f"{directive} takes columns, constraints and indexes, not "
                f"{item!r}{hint}."
            )


def warn_of_unknown(
    directive: str, options: Mapping[str, Any], known: Iterable[str]
) -> None:
    """Warn of keywords that nobody will look at, where one is near that counts.

    Others are taken in silence, as ever: a dialect of somebody else may read them.

    :param directive: the directive that was called
    :param options: what it was given beyond its parameters
    :param known: the keywords that some database or a batch block understands
    """
    known = list(known)
    for option in options:
        if option in known or _is_dialect(option.partition("_")[0]):
            continue
        close = difflib.get_close_matches(option, known, n=1)
        if close:
            warn(
                f"{directive}: {option!r} means nothing and is left out; did you mean "
                f"{close[0]!r}?",
                levels_to_call() + 2,
            )


def _is_dialect(name: str) -> bool:
    try:
        registry.load(name)
    except NoSuchModuleError:
        return False
    return True


def list_of_columns(
    directive: str, parameter: str, value: Any, *, table: str
) -> Sequence[Any]:
    """Return a list of columns, or say what was given in its place.

    A string would be taken letter by letter.

    :raises CommandError: for a string, anything that is not a sequence, and anything
        in it that is neither a name nor an SQL expression
    """
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        raise CommandError(
            f"{directive} on table {table!r}: {parameter} is a list of columns, "
            f"not {value!r}; write [{value!r}]."
        )
    columns = list(value)
    for column in columns:
        if not isinstance(column, str) and not hasattr(column, "self_group"):
            raise CommandError(
                f"{directive} on table {table!r}: {column!r} in {parameter} is not "
                "the name of a column."
            )
    return columns
