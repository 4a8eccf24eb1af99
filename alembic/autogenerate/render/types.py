"""Types as Python source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

import sqlalchemy
from sqlalchemy import types as sqltypes
from sqlalchemy.sql.elements import conv

from ...util import sqla_compat, sqla_source
from .values import (
    _alembic_autogenerate_prefix,
    _ident,
    _render_potential_expr,
    _sqlalchemy_autogenerate_prefix,
    _user_autogenerate_prefix,
    as_text_argument,
    call,
    keywords,
    sql_text,
    user_source,
)

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

    from ..context import AutogenContext

_DIALECTS = "sqlalchemy.dialects."


def _repr_type(
    type_: TypeEngine[Any],
    autogen_context: AutogenContext,
    _skip_variants: bool = False,
) -> str:
    """Return the source of a type, as the project, the dialect or we write it.

    :param type_: a type, or a class of types
    :param _skip_variants: True: without its ``with_variant()`` calls

    What it uses of a dialect, or of another module, is added to the imports.
    """
    instance: TypeEngine[Any] = sqltypes.to_instance(type_)

    def usual() -> str:
        found = autogen_context.migration_context.impl.render_type(
            instance, autogen_context
        )
        if found is not False:
            return str(found)
        return _with_variants(instance, autogen_context, _skip_variants)

    return user_source("type", instance, autogen_context, usual) or usual()


def _with_variants(
    type_: TypeEngine[Any], autogen_context: AutogenContext, skip: bool
) -> str:
    base, variants = sqla_source.variants_of(type_)
    source = _own_source(base, autogen_context)
    if skip:
        return source
    for dialect_name, variant in sorted(variants.items()):
        other = _repr_type(variant, autogen_context)
        source += f".with_variant({other}, {dialect_name!r})"
    return source


def _own_source(type_: TypeEngine[Any], autogen_context: AutogenContext) -> str:
    module = type(type_).__module__
    if module.startswith(_DIALECTS):
        dialect_name = module[len(_DIALECTS) :].partition(".")[0]
        autogen_context.imports.add(f"from sqlalchemy.dialects import {dialect_name}")
        prefix = f"{dialect_name}."
    elif module.startswith("sqlalchemy."):
        prefix = _sqlalchemy_autogenerate_prefix(autogen_context)
        if not hasattr(sqlalchemy, type(type_).__name__):
            prefix += "types."
    else:
        prefix = _user_autogenerate_prefix(autogen_context, type_)
    return prefix + _constructor_call(type_, autogen_context)


def _constructor_call(type_: TypeEngine[Any], autogen_context: AutogenContext) -> str:
    """Return ``repr()`` of a type, made complete where SQLAlchemy's is not."""
    cls = type(type_)
    # A method written in C belongs to no module.
    if not (getattr(cls.__repr__, "__module__", None) or "").startswith("sqlalchemy."):
        return repr(type_)
    special = _SPECIAL.get(cls.__name__)
    if special is not None and cls.__module__.startswith("sqlalchemy."):
        return special(type_, autogen_context)
    return sqla_source.repr_with(type_, _inner_sources(type_, autogen_context))


def _inner_sources(
    type_: TypeEngine[Any], autogen_context: AutogenContext
) -> dict[str, str]:
    """Return the source of attributes that ``repr()`` would show without a prefix."""
    inner = sqla_source.implementation_of(type_)
    cls: Any = type(inner)
    found: dict[str, str] = {}
    for argument in sqla_source.arguments_of(cls):
        value: TypeEngine[Any] | None = getattr(inner, argument, None)
        if isinstance(value, sqltypes.TypeEngine):
            found[argument] = _repr_type(value, autogen_context)
    name = getattr(inner, "name", None)
    if isinstance(name, conv) and getattr(inner, "create_constraint", False):
        # The name of a check: a naming convention must not change it once more.
        prefix = _alembic_autogenerate_prefix(autogen_context)
        found["name"] = f"{prefix}f({_ident(name)!r})"
    return found


def _interval(type_: Any, autogen_context: AutogenContext) -> str:
    return sqla_source.repr_of_own_arguments(type_)


def _pickle_type(type_: Any, autogen_context: AutogenContext) -> str:
    inner = sqla_source.implementation_of(type_)
    if type(inner) is sqltypes.LargeBinary and inner.length is None:
        return "PickleType()"
    return f"PickleType(impl={_repr_type(inner, autogen_context)})"


def _domain(type_: Any, autogen_context: AutogenContext) -> str:
    arguments = [
        repr(_ident(type_.name)),
        _repr_type(type_.data_type, autogen_context),
        *keywords(collation=type_.collation),
    ]
    if type_.default is not None:
        # A string is a literal of SQL there, an expression is not.
        default = _render_potential_expr(type_.default, autogen_context)
        arguments.append(f"default={default}")
    arguments += keywords(
        constraint_name=sqla_compat.constraint_name_or_none(type_.constraint_name),
        not_null=type_.not_null,
    )
    if type_.check is not None:
        arguments.append(f"check={_text(type_.check, autogen_context)}")
    arguments += keywords(schema=type_.schema)
    if not type_.create_type:
        arguments.append("create_type=False")
    return call("DOMAIN", arguments)


def _set(type_: Any, autogen_context: AutogenContext) -> str:
    if sqla_compat.sqla_1_4:
        return repr(type_)
    # repr() forgets the members.
    options = keywords(
        charset=type_.charset,
        collation=type_.collation,
        retrieve_as_bitwise=type_.retrieve_as_bitwise,
    )
    return call("SET", [*map(repr, type_.values), *options])


def _text(value: Any, autogen_context: AutogenContext) -> str:
    """Return SQL text that a type keeps, as a string."""
    if isinstance(value, str):
        return repr(_ident(value))
    return repr(as_text_argument(sql_text(value, autogen_context)))


_SPECIAL: dict[str, Callable[[Any, AutogenContext], str]] = {
    "DOMAIN": _domain,
    "Interval": _interval,
    "PickleType": _pickle_type,
    "SET": _set,
}
