"""Operations on indexes and constraints as Python source."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Iterator

from ...operations.constraints import (
    CreateCheckConstraintOp,
    CreateForeignKeyOp,
    CreatePrimaryKeyOp,
    CreateUniqueConstraintOp,
    DropConstraintOp,
)
from ...operations.exclude import CreateExcludeConstraintOp
from ...operations.indexes import CreateIndexOp, DropIndexOp
from ...util import sqla_compat
from ...util.messaging import warn
from .directives import directive, schema_argument, table_arguments
from .registry import renders
from .schema import condition_source, exclude_arguments, key_options
from .values import (
    _ident,
    _render_potential_expr,
    call,
    is_column,
    keywords,
    listed,
    name_source,
    options_source,
    strings,
)

if TYPE_CHECKING:
    from ..context import AutogenContext

_UNNAMED_DROP = (
    "# WARNING: constraint name is None; this directive will fail as",
    "# rendered.  Add a name, or use a naming convention; see",
    "# https://docs.sqlalchemy.org/en/20/core/constraints.html",
)


# -- indexes -----------------------------------------------------------------


@renders(CreateIndexOp)
def _add_index(autogen_context: AutogenContext, op: CreateIndexOp) -> str:
    elements = (_index_element(each, autogen_context) for each in op.columns)
    name = op.index_name
    if name is None:
        # The way back drops the index by the name that the convention gives it.
        name = op.to_index(autogen_context.migration_context).name
    arguments = table_arguments(
        autogen_context, op.table_name, name_source(name, autogen_context)
    )
    arguments += [listed(elements), f"unique={op.unique or False!r}"]
    arguments += schema_argument(autogen_context, op.schema)
    arguments += options_source(op.kw, autogen_context)
    arguments += keywords(if_not_exists=op.if_not_exists)
    return call(directive(autogen_context, "create_index"), arguments)


def _index_element(element: Any, autogen_context: AutogenContext) -> str:
    if isinstance(element, str):
        return repr(_ident(element))
    if is_column(element):
        return repr(_ident(element.name))
    return _render_potential_expr(element, autogen_context, is_index=True)


@renders(DropIndexOp)
def _drop_index(autogen_context: AutogenContext, op: DropIndexOp) -> str:
    arguments = [name_source(op.index_name, autogen_context)]
    if not autogen_context._in_batch:
        arguments.append(f"table_name={_ident(op.table_name)!r}")
    arguments += schema_argument(autogen_context, op.schema)
    options = {name: value for name, value in op.kw.items() if name != "unique"}
    arguments += options_source(options, autogen_context)
    arguments += keywords(if_exists=op.if_exists)
    return call(directive(autogen_context, "drop_index"), arguments)


# -- constraints ---------------------------------------------------------------


def _begin(autogen_context: AutogenContext, op: Any) -> list[str]:
    name = name_source(op.constraint_name, autogen_context)
    return table_arguments(autogen_context, op.table_name, name)


def _end(autogen_context: AutogenContext, op: Any) -> Iterator[str]:
    """Yield timing, schema and options of a dialect, in this order."""
    options = dict(op.kw)
    if options.get("deferrable") is not None:
        yield f"deferrable={bool(options['deferrable'])}"
    yield from keywords(initially=options.get("initially"))
    yield from schema_argument(autogen_context, op.schema)
    for name in ("deferrable", "initially"):
        options.pop(name, None)
    yield from options_source(options, autogen_context)


@renders(CreatePrimaryKeyOp)
def _add_primary_key(autogen_context: AutogenContext, op: CreatePrimaryKeyOp) -> str:
    arguments = [*_begin(autogen_context, op), strings(op.columns)]
    arguments += schema_argument(autogen_context, op.schema)
    if op.kw:
        options = ", ".join(op.kw)
        warn(
            f"create_primary_key() takes no options: {options} of the primary key of "
            f"table {op.table_name!r} is left out; please add it with op.execute()."
        )
    return call(directive(autogen_context, "create_primary_key"), arguments)


@renders(CreateUniqueConstraintOp)
def _add_unique_constraint(
    autogen_context: AutogenContext, op: CreateUniqueConstraintOp
) -> str:
    arguments = [*_begin(autogen_context, op), strings(op.columns)]
    arguments += _end(autogen_context, op)
    return call(directive(autogen_context, "create_unique_constraint"), arguments)


@renders(CreateCheckConstraintOp)
def _add_check_constraint(
    autogen_context: AutogenContext, op: CreateCheckConstraintOp
) -> str:
    condition = condition_source(op.condition, autogen_context)
    arguments = [*_begin(autogen_context, op), condition]
    arguments += _end(autogen_context, op)
    return call(directive(autogen_context, "create_check_constraint"), arguments)


_KEY_OPTIONS = ("onupdate", "ondelete", "initially", "deferrable", "use_alter", "match")


@renders(CreateForeignKeyOp)
def _add_fk_constraint(autogen_context: AutogenContext, op: CreateForeignKeyOp) -> str:
    options = dict(op.kw)
    source_schema = options.pop("source_schema", None)
    referent_schema = options.pop("referent_schema", None)
    known = {name: options.pop(name, None) for name in _KEY_OPTIONS}
    arguments = table_arguments(
        autogen_context,
        op.source_table,
        name_source(op.constraint_name, autogen_context),
    )
    arguments += [
        repr(_ident(op.referent_table)),
        strings(op.local_cols),
        strings(op.remote_cols),
    ]
    if not autogen_context._in_batch:
        arguments += keywords(source_schema=_ident(source_schema))
    arguments += keywords(referent_schema=_ident(referent_schema))
    arguments += key_options(SimpleNamespace(**known))
    arguments += options_source(options, autogen_context)
    return call(directive(autogen_context, "create_foreign_key"), arguments)


@renders(CreateExcludeConstraintOp)
def _add_exclude_constraint(
    autogen_context: AutogenContext, op: CreateExcludeConstraintOp
) -> str:
    spec = sqla_compat.exclude_spec(op.to_constraint())
    arguments = [
        *_begin(autogen_context, op),
        *exclude_arguments(spec, autogen_context),
        *schema_argument(autogen_context, op.schema),
    ]
    return call(directive(autogen_context, "create_exclude_constraint"), arguments)


@renders(DropConstraintOp)
def _drop_constraint(
    autogen_context: AutogenContext, op: DropConstraintOp
) -> list[str]:
    arguments = _begin(autogen_context, op)
    arguments += schema_argument(autogen_context, op.schema)
    arguments += keywords(type_=op.constraint_type)
    if not autogen_context._in_batch:
        # The batch form does not take it.
        arguments += keywords(if_exists=op.if_exists)
    line = call(directive(autogen_context, "drop_constraint"), arguments)
    if sqla_compat.constraint_name_string(op.constraint_name):
        return [line]
    warn(
        "Autogenerate rendered a drop_constraint() directive for an unnamed "
        f"constraint on table {_ident(op.table_name)!r}; the migration will fail "
        "unless a constraint name is added to the directive.  Consider using a naming "
        "convention so that constraint names are known ahead of time."
    )
    return [*_UNNAMED_DROP, line]
