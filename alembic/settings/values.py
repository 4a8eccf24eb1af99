"""Values of ``[tool.alembic]``: the types that may occur, and their ``%(here)s``."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Union

from alembic.util.exc import CommandError

Value = Union[str, List[str], Dict[str, str], List[Dict[str, str]], int]


def toml_value(
    name: str,
    value: str | float | list[Any] | dict[str, Any],
    arguments: Mapping[str, Any],
    path: str | None,
) -> Value:
    """Return a value with every string in it interpolated.

    :param name: the key, for the message
    :param value: text, a list of texts, a table of texts, a list of such tables, or a
        whole number; true and false are whole numbers too
    :param arguments: values for ``%(name)s``
    :param path: the file it comes from, for the message
    :raises CommandError: it is of another type, or a ``%`` in it means nothing
    """

    def text(value: Any) -> str:
        if not isinstance(value, str):
            raise _wrong_type(name)
        return _interpolated(name, value, arguments, path)

    def table(values: Mapping[str, Any]) -> dict[str, str]:
        return {key: text(value) for key, value in values.items()}

    if isinstance(value, int):
        return value
    if isinstance(value, dict):
        return table(value)
    if not isinstance(value, list):
        return text(value)
    if value and all(isinstance(each, dict) for each in value):
        return [table(each) for each in value]
    return [text(each) for each in value]


def _wrong_type(name: str) -> CommandError:
    return CommandError(f"unsupported TOML value type for key: {name!r}")


def _interpolated(
    name: str, value: str, arguments: Mapping[str, Any], path: str | None
) -> str:
    try:
        return value % arguments
    except KeyError as error:
        problem = f"'%({error.args[0]})s', and nothing of that name is set"
    except (TypeError, ValueError):
        problem = "a '%' that begins neither '%%' nor '%(name)s'"
    raise CommandError(
        f"Config file {path!r}: {name!r} in [tool.alembic] holds {problem}; please"
        " write a literal percent sign as '%%'"
    )


def boolean(name: str, value: Any) -> bool:
    """Return a value that must be true or false.

    :raises CommandError: it is neither
    """
    if not isinstance(value, bool):
        raise CommandError(f"boolean value expected for TOML parameter {name!r}")
    return value


def texts(name: str, value: Value) -> list[str]:
    """Return a value that must be a list of texts; one text is a list of one.

    :raises CommandError: it is something else
    """
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        found = [each for each in value if isinstance(each, str)]
        if len(found) == len(value):
            return found
    raise CommandError(f"list of strings expected for TOML parameter {name!r}")


def tables(name: str, value: Value) -> list[dict[str, str]]:
    """Return a value that must be an array of tables.

    :raises CommandError: it is something else
    """
    if isinstance(value, list):
        found = [each for each in value if isinstance(each, dict)]
        if len(found) == len(value):
            return found
    raise CommandError(
        f"array of tables expected for TOML parameter {name!r}: [[tool.alembic.{name}]]"
    )
