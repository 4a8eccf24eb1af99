"""Names, literals, expressions and calls as Python source."""

from __future__ import annotations

import ast
import datetime
import decimal
import enum
import re
import sys
import uuid
from typing import TYPE_CHECKING, Any, Callable, Iterable, Iterator, Mapping, Sequence

from sqlalchemy.sql.elements import (
    ClauseElement,
    ColumnClause,
    Label,
    conv,
    quoted_name,
)

from ...util import sqla_compat
from ...util.exc import CommandError
from ...util.several import is_keyed, is_listed

if TYPE_CHECKING:
    from ..context import AutogenContext

# Where text() might see a parameter, and what it takes a backslash from; what counts as
# part of a word depends on the version of SQLAlchemy.
_MIGHT_BE_PARAMETER = re.compile(r"(?<![:\w\\]):(?=[\w$])")
_ESCAPED = (
    re.compile(r"\\(:\w*)(?![:\w])"),
    re.compile(r"\\(:[\w$]*)(?![:\w$])"),
)

_PLAIN = frozenset((bool, int, str, bytes, type(None)))
# Values whose repr() is Python once a module is imported: module and prefix of repr().
_FROM_MODULES: tuple[tuple[Any, str, str], ...] = (
    ((datetime.date, datetime.time, datetime.timedelta), "datetime", ""),
    (decimal.Decimal, "decimal", "decimal."),
    (uuid.UUID, "uuid", "uuid."),
)


# -- prefixes ----------------------------------------------------------------


def _alembic_autogenerate_prefix(autogen_context: AutogenContext) -> str:
    """Return what directives begin with: ``op.``, ``batch_op.`` in a batch block."""
    if autogen_context._in_batch:
        return "batch_op."
    return module_prefix(autogen_context)


def module_prefix(autogen_context: AutogenContext) -> str:
    """Return what directives begin with outside of batch blocks: ``op.``"""
    return autogen_context.opts.get("alembic_module_prefix", "op.") or ""


def _sqlalchemy_autogenerate_prefix(autogen_context: AutogenContext) -> str:
    """Return what SQLAlchemy's names begin with: ``sa.``"""
    return autogen_context.opts.get("sqlalchemy_module_prefix", "sa.") or ""


def _user_autogenerate_prefix(  # pyright: ignore[reportUnusedFunction]
    autogen_context: AutogenContext, target: object
) -> str:
    """Return what the name of a type from elsewhere begins with.

    Without the option ``user_module_prefix`` it is the type's module, which is
    imported if the type is found there.
    """
    given = autogen_context.opts.get("user_module_prefix")
    if given is not None:
        return str(given)
    cls = type(target)
    if cls.__module__ != "__main__" and _is_importable(cls):
        autogen_context.imports.add(f"import {cls.__module__}")
    return f"{cls.__module__}."


def _is_importable(cls: type) -> bool:
    """Return False for a class of ``env.py``, or of code that was executed."""
    outermost = cls.__qualname__.partition(".")[0]
    return hasattr(sys.modules.get(cls.__module__), outermost)


# -- names -------------------------------------------------------------------


def _ident(name: quoted_name | str | None) -> str | None:
    """Return a name as a plain string; SQLAlchemy's own kinds of strings are repr'd
    in their own ways.
    """
    return None if name is None else str(name)


def name_source(name: Any, autogen_context: AutogenContext) -> str:
    """Return the name of a constraint or index: ``op.f('n')`` where it is final."""
    known = sqla_compat.constraint_name_or_none(name)
    if isinstance(known, conv):
        return f"{_alembic_autogenerate_prefix(autogen_context)}f({_ident(known)!r})"
    return repr(_ident(known))


# -- calls -------------------------------------------------------------------


def call(function: str, arguments: Iterable[str]) -> str:
    """Return a call on one line."""
    return f"{function}({', '.join(arguments)})"


def keywords(**values: Any) -> Iterator[str]:
    """Yield ``name=value`` for literals that are neither None nor False."""
    for name, value in values.items():
        if value is not None and value is not False:
            yield f"{name}={value!r}"


def listed(sources: Iterable[str]) -> str:
    """Return a list of what is source already."""
    return f"[{', '.join(sources)}]"


def strings(names: Iterable[Any]) -> str:
    """Return a list of strings."""
    return listed(repr(_ident(name)) for name in names)


# -- values ------------------------------------------------------------------


def value_source(value: Any, autogen_context: AutogenContext) -> str:
    """Return a value as Python source: a literal, a container of them, or SQL.

    :raises CommandError: there is no source for it
    """
    if type(value) in _PLAIN:
        return repr(value)
    if isinstance(value, str):
        return repr(str.__str__(value))
    if isinstance(value, ClauseElement):
        return _render_potential_expr(value, autogen_context)
    if isinstance(value, (list, tuple, set, frozenset, Mapping)):
        return _container_source(value, autogen_context)
    if isinstance(value, float) and value - value != 0:
        return f"float('{value!r}')"
    if isinstance(value, enum.Enum):
        return repr(value.name)
    for classes, module, prefix in _FROM_MODULES:
        if isinstance(value, classes):
            autogen_context.imports.add(f"import {module}")
            _import_zone(value, autogen_context)
            return prefix + repr(value)
    return _checked(value)


def _container_source(value: Any, autogen_context: AutogenContext) -> str:
    def source(item: Any) -> str:
        return value_source(item, autogen_context)

    if is_keyed(value):
        pairs = (f"{source(key)}: {source(item)}" for key, item in value.items())
        return f"{{{', '.join(pairs)}}}"
    items = [source(item) for item in value]
    if isinstance(value, list):
        return listed(items)
    if isinstance(value, tuple):
        return _tuple_of(items)
    return f"{type(value).__name__}({listed(sorted(items))})"


def _tuple_of(sources: Sequence[str]) -> str:
    """Return a tuple of what is source already."""
    return f"({sources[0]},)" if len(sources) == 1 else f"({', '.join(sources)})"


def _import_zone(value: Any, autogen_context: AutogenContext) -> None:
    zone = getattr(value, "tzinfo", None)
    if zone is not None:
        autogen_context.imports.add(f"import {type(zone).__module__.split('.')[0]}")


def _checked(value: Any) -> str:
    """Return ``repr()`` of a value if that is an expression."""
    source = repr(value)
    try:
        ast.parse(source, mode="eval")
    except SyntaxError:
        raise CommandError(
            f"{source} of class {type(value).__name__} cannot be written as Python; "
            "please give a plain value, or render the object with render_item."
        ) from None
    return source


def is_literal(value: Any) -> bool:
    """Return True for strings, numbers, None, and containers of them."""
    if is_keyed(value):
        return all(map(is_literal, [*value.keys(), *value.values()]))
    if is_listed(value):
        return all(map(is_literal, value))
    return isinstance(value, (str, bytes, int, float, type(None))) and not isinstance(
        value, enum.Enum
    )


def is_column(value: Any) -> bool:
    """Return True for a column, as opposed to other SQL expressions."""
    return isinstance(value, ColumnClause) and not value.is_literal


def options_source(
    options: Mapping[str, Any], autogen_context: AutogenContext
) -> Iterator[str]:
    """Yield the options of a dialect as keywords, in their order."""
    for name, value in options.items():
        yield f"{name}={_option_value(value, autogen_context)}"


def _option_value(value: Any, autogen_context: AutogenContext) -> str:
    """Return an option's value; columns stand for their names."""
    if is_column(value):
        return repr(_ident(value.name))
    if is_listed(value):
        items = [_option_value(item, autogen_context) for item in value]
        return listed(items) if isinstance(value, list) else _tuple_of(items)
    return value_source(value, autogen_context)


# -- SQL ---------------------------------------------------------------------


def sql_text(
    expression: Any,
    autogen_context: AutogenContext,
    *,
    is_server_default: bool = False,
    is_index: bool = False,
) -> str:
    """Return an expression as SQL of the context's database."""
    impl = autogen_context.migration_context.impl
    options = {"is_index": True} if is_index else {}
    return impl.render_ddl_sql_expr(
        expression, is_server_default=is_server_default, **options
    )


def as_text_argument(sql: str) -> str:
    """Return SQL as it is given to ``text()``, to which some colons mean more."""
    if ":" not in sql:
        return sql
    found = _MIGHT_BE_PARAMETER.sub(r"\\:", sql)
    is_read_back = all(escaped.sub(r"\1", found) == sql for escaped in _ESCAPED)
    return found if is_read_back else sql.replace(":", "\\:")


def _render_potential_expr(
    value: Any,
    autogen_context: AutogenContext,
    *,
    wrap_in_element: bool = True,
    is_server_default: bool = False,
    is_index: bool = False,
) -> str:
    """Return a value as source: an SQL expression as text, anything else as it is.

    :param value: an SQL expression, or a plain value
    :param wrap_in_element: False: return a string of SQL instead of ``sa.text(…)``
    :param is_server_default: True for a column's default
    :param is_index: True for an element of an index: ``sa.literal_column(…)``
    """
    if not isinstance(value, ClauseElement):
        return value_source(value, autogen_context)
    prefix = _sqlalchemy_autogenerate_prefix(autogen_context)
    sql = sql_text(
        value, autogen_context, is_server_default=is_server_default, is_index=is_index
    )
    if wrap_in_element and is_index:
        return f"{prefix}literal_column({sql!r}){_label_source(value)}"
    source = repr(as_text_argument(sql))
    return f"{prefix}text({source})" if wrap_in_element else source


def _label_source(value: Any) -> str:
    if isinstance(value, Label):
        return f".label({_ident(value.name)!r})"
    return ""


# -- the project's own rendering -----------------------------------------------


def user_source(
    type_: str, object_: Any, autogen_context: AutogenContext, usual: Callable[[], str]
) -> str | None:
    """Return what the project's ``render_item`` says, else the usual source.

    :param type_: what kind of object it is, such as ``"column"``
    :param usual: called when there is no ``render_item``, or it returns False
    :return: None where the project leaves the object out
    """
    render_item = autogen_context.opts.get("render_item")
    if render_item is not None:
        found: Any = render_item(type_, object_, autogen_context)
        if found is not False:
            return None if found is None else str(found)
    return usual()
