"""Types are tried together: a trial takes as long for many of them as for one."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Callable, Mapping, Sequence

from sqlalchemy.exc import CompileError
from sqlalchemy.types import SchemaType

if TYPE_CHECKING:
    from sqlalchemy import MetaData
    from sqlalchemy.types import TypeEngine

    Types = Mapping[str, TypeEngine[Any] | None]


def definitions_of(
    metadata: MetaData, text_of: Callable[[TypeEngine[Any]], str]
) -> set[str]:
    """Return the types of a model as they stand in CREATE TABLE.

    Left out are those with a name of their own, which may not be there yet.

    :param metadata: the model
    :param text_of: returns a type as SQL
    """
    definitions: set[str] = set()
    for table in metadata.tables.values():
        for column in table.columns:
            if not isinstance(column.type, SchemaType):
                # Some databases do not know all types.
                with suppress(CompileError, NotImplementedError):
                    definitions.add(text_of(column.type))
    return definitions


def columns_of(definitions: Sequence[str]) -> str:
    """Return columns for CREATE TABLE, one of each type."""
    return ", ".join(f"c{number} {each}" for number, each in enumerate(definitions))


def tried_in_halves(
    try_them: Callable[[Sequence[str]], Types], definitions: Sequence[str]
) -> Types:
    """Return the outcome of trying types again, after they failed together.

    :param try_them: tries some of them
    :param definitions: those that failed; of one alone nothing is known
    """
    if len(definitions) == 1:
        return dict.fromkeys(definitions)
    half = len(definitions) // 2
    return {**try_them(definitions[:half]), **try_them(definitions[half:])}
