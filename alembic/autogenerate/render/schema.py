"""Columns, defaults and the constraints inside of a table, as Python source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator

from sqlalchemy.schema import (
    CheckConstraint,
    Constraint,
    DefaultClause,
    FetchedValue,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from sqlalchemy.sql.elements import ClauseElement

from ...util import sqla_compat, sqla_source
from .registry import _constraint_renderers
from .types import _repr_type
from .values import (
    _ident,
    _render_potential_expr,
    _sqlalchemy_autogenerate_prefix,
    call,
    keywords,
    listed,
    name_source,
    options_source,
    sql_text,
    strings,
    user_source,
    value_source,
)

if TYPE_CHECKING:
    from sqlalchemy.schema import Column, ForeignKey

    from ..context import AutogenContext


# -- columns -----------------------------------------------------------------


def _render_column(  # pyright: ignore[reportUnusedFunction]
    column: Column[Any], autogen_context: AutogenContext
) -> str:
    """Return ``sa.Column(…)``; None where the project's ``render_item`` says so."""
    return user_source(  # type: ignore[return-value]  # interface of Alembic 1.20
        "column",
        column,
        autogen_context,
        lambda: column_source(column, autogen_context),
    )


def column_source(
    column: Column[Any], autogen_context: AutogenContext, *, with_checks: bool = False
) -> str:
    """Return ``sa.Column(…)``.

    :param with_checks: True: with the checks that belong to the column alone
    """
    arguments = [
        repr(_ident(column.name)),
        _repr_type(column.type, autogen_context),
        *_default_arguments(column, autogen_context),
    ]
    if with_checks:
        arguments[2:2] = checks_of(column, autogen_context)
    if column.autoincrement != sqla_compat.AUTOINCREMENT_DEFAULT:
        arguments.append(f"autoincrement={column.autoincrement!r}")
    arguments.append(f"nullable={bool(column.nullable)}")
    arguments += keywords(system=column.system)
    if column.comment is not None:
        arguments.append(f"comment={value_source(column.comment, autogen_context)}")
    options = getattr(column, "dialect_kwargs", {})
    arguments += options_source(options, autogen_context)
    return call(f"{_sqlalchemy_autogenerate_prefix(autogen_context)}Column", arguments)


def checks_of(column: Column[Any], autogen_context: AutogenContext) -> list[str]:
    """Return the checks that belong to a column and not to its type."""
    found = (
        render_constraint(constraint, autogen_context)
        for constraint in column.constraints
        if isinstance(constraint, CheckConstraint)
        and not sqla_compat.is_type_bound(constraint)
    )
    return sorted(source for source in found if source is not None)


def _default_arguments(
    column: Column[Any], autogen_context: AutogenContext
) -> Iterator[str]:
    default = column.server_default
    if default is None:
        return
    source = _render_server_default(default, autogen_context)
    if not source:
        # render_item leaves it out.
        return
    if sqla_compat.is_computed(default) or sqla_compat.is_identity(default):
        yield source
    else:
        yield f"server_default={source}"


def _render_server_default(
    default: Any, autogen_context: AutogenContext, repr_: bool = True
) -> str | None:
    """Return the source of a server default; None where there is none.

    :param default: what ``Column(server_default=…)`` takes, or what it becomes
    :param repr_: False: return text as SQL has it, not as Python
    """

    def usual() -> str:
        return _usual_default(default, autogen_context, repr_)

    if default is None:
        return None
    return user_source("server_default", default, autogen_context, usual)


def _usual_default(default: Any, autogen_context: AutogenContext, repr_: bool) -> str:
    if sqla_compat.is_computed(default):
        return computed_source(default, autogen_context)
    if sqla_compat.is_identity(default):
        return identity_source(default, autogen_context)
    if isinstance(default, DefaultClause):
        default = default.arg
    elif isinstance(default, FetchedValue):
        return f"{_sqlalchemy_autogenerate_prefix(autogen_context)}FetchedValue()"
    if isinstance(default, ClauseElement):
        if not repr_:
            return sql_text(default, autogen_context, is_server_default=True)
        return _render_potential_expr(default, autogen_context, is_server_default=True)
    return value_source(default, autogen_context) if repr_ else str(default)


def computed_source(computed: Any, autogen_context: AutogenContext) -> str:
    """Return ``sa.Computed(…)``."""
    text = _render_potential_expr(
        computed.sqltext, autogen_context, wrap_in_element=False
    )
    persisted = computed.persisted
    rest = "" if persisted is None else f"persisted={persisted!r}"
    prefix = _sqlalchemy_autogenerate_prefix(autogen_context)
    return f"{prefix}Computed({text}, {rest})"


def identity_source(identity: Any, autogen_context: AutogenContext) -> str:
    """Return ``sa.Identity(…)``: whether always, and the options that are given."""
    arguments = [f"always={bool(identity.always)}"]
    for name, value in sqla_source.identity_arguments(identity).items():
        arguments.append(f"{name}={value!r}")
    return call(
        f"{_sqlalchemy_autogenerate_prefix(autogen_context)}Identity", arguments
    )


# -- constraints of a table ----------------------------------------------------


def render_constraint(
    constraint: Constraint, autogen_context: AutogenContext
) -> str | None:
    """Return a constraint as an argument of ``create_table``.

    :return: None for one without content, and where ``render_item`` leaves it out
    :raises ValueError: for a kind that no function is registered for
    """
    found: str | None = _constraint_renderers.dispatch(constraint)(
        constraint, autogen_context
    )
    return found


def _constraint_call(
    class_name: str, arguments: list[str], autogen_context: AutogenContext
) -> str:
    prefix = _sqlalchemy_autogenerate_prefix(autogen_context)
    return call(f"{prefix}{class_name}", arguments)


def _name_and_options(
    constraint: Any, autogen_context: AutogenContext
) -> Iterator[str]:
    if sqla_compat.constraint_name_string(constraint.name):
        yield f"name={name_source(constraint.name, autogen_context)}"
    options = constraint.dialect_kwargs
    if isinstance(constraint, PrimaryKeyConstraint):
        # reflection says postgresql_include=[] of keys that include nothing
        options = {key: value for key, value in options.items() if value != []}
    yield from options_source(options, autogen_context)


@_constraint_renderers.dispatch_for(PrimaryKeyConstraint)
def _render_primary_key(
    constraint: PrimaryKeyConstraint, autogen_context: AutogenContext
) -> str | None:
    if not constraint.columns:
        return None
    return user_source(
        "primary_key",
        constraint,
        autogen_context,
        lambda: _columns_constraint(
            "PrimaryKeyConstraint", constraint, autogen_context
        ),
    )


@_constraint_renderers.dispatch_for(UniqueConstraint)
def _render_unique_constraint(
    constraint: UniqueConstraint, autogen_context: AutogenContext
) -> str | None:
    return user_source(
        "unique",
        constraint,
        autogen_context,
        lambda: _columns_constraint("UniqueConstraint", constraint, autogen_context),
    )


def _columns_constraint(
    class_name: str, constraint: Any, autogen_context: AutogenContext
) -> str:
    arguments = [
        *(repr(_ident(name)) for name in sqla_compat.columns_of(constraint)),
        *_timing(constraint),
        *_name_and_options(constraint, autogen_context),
    ]
    return _constraint_call(class_name, arguments, autogen_context)


def _timing(constraint: Any) -> Iterator[str]:
    if constraint.deferrable is not None:
        yield f"deferrable={bool(constraint.deferrable)}"
    yield from keywords(initially=constraint.initially)


@_constraint_renderers.dispatch_for(CheckConstraint)
def _render_check_constraint(
    constraint: CheckConstraint, autogen_context: AutogenContext
) -> str | None:
    if sqla_compat.is_type_bound(constraint):
        # The type brings it along.
        return None
    return user_source(
        "check",
        constraint,
        autogen_context,
        lambda: _check(constraint, autogen_context),
    )


def _check(constraint: CheckConstraint, autogen_context: AutogenContext) -> str:
    arguments = [
        condition_source(constraint.sqltext, autogen_context),
        *_timing(constraint),
        *_name_and_options(constraint, autogen_context),
    ]
    return _constraint_call("CheckConstraint", arguments, autogen_context)


def condition_source(condition: Any, autogen_context: AutogenContext) -> str:
    """Return a condition as the string that a check takes."""
    if isinstance(condition, str):
        return repr(_ident(condition))
    return _render_potential_expr(condition, autogen_context, wrap_in_element=False)


@_constraint_renderers.dispatch_for(ForeignKeyConstraint)
def _render_foreign_key(
    constraint: ForeignKeyConstraint, autogen_context: AutogenContext
) -> str | None:
    return user_source(
        "foreign_key",
        constraint,
        autogen_context,
        lambda: _foreign_key(constraint, autogen_context),
    )


def _foreign_key(
    constraint: ForeignKeyConstraint, autogen_context: AutogenContext
) -> str:
    rest: list[str] = []
    if sqla_compat.constraint_name_string(constraint.name):
        rest.append(f"name={name_source(constraint.name, autogen_context)}")
    rest += key_options(constraint)
    rest += options_source(constraint.dialect_kwargs, autogen_context)
    local = strings(sqla_compat.columns_of(constraint))
    remote = listed(_target(key, autogen_context) for key in constraint.elements)
    prefix = _sqlalchemy_autogenerate_prefix(autogen_context)
    return f"{prefix}ForeignKeyConstraint({local}, {remote}, {', '.join(rest)})"


def key_options(facts: Any) -> Iterator[str]:
    """Yield what a foreign key says beside its columns, as keywords.

    :param facts: has the attributes ``onupdate``, ``ondelete`` and so on
    """
    yield from keywords(
        onupdate=facts.onupdate, ondelete=facts.ondelete, initially=facts.initially
    )
    if facts.deferrable is not None:
        yield f"deferrable={bool(facts.deferrable)}"
    yield from keywords(use_alter=facts.use_alter, match=facts.match)


def _target(key: ForeignKey, autogen_context: AutogenContext) -> str:
    """Return what one column of a foreign key leads to, such as ``'s.t.id'``."""
    schema, table, column = sqla_source.target_of(key)
    if "." not in table and "." not in column:
        return repr(".".join(filter(None, (schema, table, column))))
    # In one string such a name could not be told from several.
    prefix = _sqlalchemy_autogenerate_prefix(autogen_context)
    arguments = [
        repr(table),
        f"{prefix}MetaData()",
        f"{prefix}Column({column!r})",
        *keywords(schema=schema),
    ]
    return f"{call(f'{prefix}Table', arguments)}.c[{column!r}]"


def exclude_arguments(
    spec: dict[str, Any], autogen_context: AutogenContext
) -> list[str]:
    """Return the content of an exclude constraint as arguments.

    :param spec: as :func:`.sqla_compat.exclude_spec` returns it
    """
    prefix = _sqlalchemy_autogenerate_prefix(autogen_context)
    arguments = [
        f"({_exclude_element(expression, prefix, autogen_context)}, {operator!r})"
        for expression, operator in spec["elements"]
    ]
    if spec["where"] is not None:
        where = _render_potential_expr(spec["where"], autogen_context)
        arguments.append(f"where={where}")
    if spec["deferrable"] is not None:
        arguments.append(f"deferrable={bool(spec['deferrable'])}")
    arguments += keywords(initially=spec["initially"], using=spec["using"])
    if spec["ops"]:
        arguments.append(f"ops={value_source(spec['ops'], autogen_context)}")
    return arguments


def _exclude_element(
    expression: Any, prefix: str, autogen_context: AutogenContext
) -> str:
    if isinstance(expression, str):
        return f"{prefix}column({expression!r})"
    if sqla_compat.is_expression(expression):
        return _render_potential_expr(expression, autogen_context)
    return f"{prefix}column({_ident(expression.name)!r})"


@_constraint_renderers.dispatch_for(Constraint)
def _render_other_constraint(
    constraint: Constraint, autogen_context: AutogenContext
) -> str | None:
    if constraint.__visit_name__ != "exclude_constraint":
        raise ValueError(
            f"no dispatch function for constraint {constraint.name!r} of class "
            f"{type(constraint).__name__}; render it with render_item or leave it out"
        )
    return user_source(
        "exclude",
        constraint,
        autogen_context,
        lambda: _exclude(constraint, autogen_context),
    )


def _exclude(constraint: Constraint, autogen_context: AutogenContext) -> str:
    autogen_context.imports.add("from sqlalchemy.dialects import postgresql")
    arguments = exclude_arguments(sqla_compat.exclude_spec(constraint), autogen_context)
    if sqla_compat.constraint_name_string(constraint.name):
        arguments.append(f"name={name_source(constraint.name, autogen_context)}")
    return call("postgresql.ExcludeConstraint", arguments)
