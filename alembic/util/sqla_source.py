"""Schema objects as Python source, as far as SQLAlchemy's versions differ.

Beside :mod:`.sqla_compat` for what only rendering asks.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Mapping, cast

from sqlalchemy.exc import NoReferenceError
from sqlalchemy.types import TypeDecorator
from sqlalchemy.util import generic_repr, get_cls_kwargs

from . import sqla_compat

if TYPE_CHECKING:
    from sqlalchemy.schema import Column, ForeignKey
    from sqlalchemy.types import TypeEngine


def variants_of(type_: TypeEngine[Any]) -> tuple[TypeEngine[Any], dict[str, Any]]:
    """Return a type, and what stands in its place on single databases by dialect.

    :param type_: any type; ``with_variant`` makes a class of its own before 2.0
    """
    mapping = getattr(type_, "_variant_mapping", None)
    if mapping is not None:
        return type_, dict(mapping)
    if type(type_).__name__ == "Variant":
        return type_.impl, dict(type_.mapping)  # type: ignore[attr-defined]
    return type_, {}


class _Source:
    """A value whose ``repr()`` is given."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def repr_with(type_: TypeEngine[Any], source_by_attribute: Mapping[str, str]) -> str:
    """Return ``repr()`` of a type, with other text for some of its arguments.

    :param type_: a type whose ``repr()`` is that of SQLAlchemy
    :param source_by_attribute: what is written for an attribute of the type
    """
    if not source_by_attribute:
        return repr(type_)
    twin: Any = object.__new__(type(type_))
    twin.__dict__.update(vars(type_))
    if isinstance(type_, TypeDecorator):
        inner = implementation_of(type_)
        vars(twin)["impl"] = vars(twin)["impl_instance"] = object.__new__(type(inner))
        _overwrite(twin.impl, vars(inner), source_by_attribute)
    else:
        _overwrite(twin, {}, source_by_attribute)
    return repr(twin)


def _overwrite(
    item: Any, facts: Mapping[str, Any], source_by_attribute: Mapping[str, str]
) -> None:
    item.__dict__.update(facts)
    for name, source in source_by_attribute.items():
        vars(item)[name] = _Source(source)


def implementation_of(type_: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return the type inside of a ``TypeDecorator``; any other type itself."""
    if not isinstance(type_, TypeDecorator):
        return type_
    inner: Any = getattr(type_, "impl_instance", None) or type_.impl
    return cast("TypeEngine[Any]", inner)


@functools.lru_cache(maxsize=None)
def arguments_of(cls: type) -> tuple[str, ...]:
    """Return the names of the arguments that a class of types takes."""
    return tuple(sorted(get_cls_kwargs(cls)))


def repr_of_own_arguments(type_: TypeEngine[Any]) -> str:
    """Return a type's name and those of its own arguments that are not the default.

    ``repr()`` of a ``TypeDecorator`` shows the arguments of the type inside instead.
    """
    return str(generic_repr(type_))


_IDENTITY_ARGUMENTS: tuple[str, ...] = (
    "start",
    "increment",
    "minvalue",
    "maxvalue",
    "nominvalue",
    "nomaxvalue",
    "cycle",
    "cache",
)


def identity_arguments(identity: Any) -> dict[str, Any]:
    """Return what an ``Identity`` was given beside ``always``, by argument."""
    names = _IDENTITY_ARGUMENTS
    if not sqla_compat.identity_has_dialect_kwargs:
        # From 2.1 on these are options of Oracle.
        names = (*names, "order", "on_null")
    found = {name: getattr(identity, name, None) for name in names}
    found.update(getattr(identity, "dialect_kwargs", {}))
    return {name: value for name, value in found.items() if value is not None}


def target_of(key: ForeignKey) -> tuple[str | None, str, str]:
    """Return schema, table and column that a foreign key leads to, as plain strings.

    A table that the model does not hold is in the schema of its ``MetaData``.
    """
    schema, table, column = sqla_compat.resolved_target(key)
    if schema is None and _found_column(key) is None:
        schema = key.parent.table.metadata.schema
    return None if schema is None else str(schema), str(table), str(column)


def _found_column(key: ForeignKey) -> Column[Any] | None:
    try:
        return key.column
    except NoReferenceError:
        return None
