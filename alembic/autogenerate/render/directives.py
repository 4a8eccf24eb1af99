"""Operations on tables, columns and rows as Python source."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, Iterator

from sqlalchemy.schema import Column, Constraint

from ...operations.columns import AddColumnOp, AlterColumnOp, DropColumnOp
from ...operations.data import BulkInsertOp, ExecuteSQLOp
from ...operations.tables import (
    CreateTableCommentOp,
    CreateTableOp,
    DropTableCommentOp,
    DropTableOp,
    RenameTableOp,
)
from ...util import sqla_compat
from .registry import MAX_PYTHON_ARGS, renders
from .schema import (
    _render_column,
    _render_server_default,
    checks_of,
    column_source,
    render_constraint,
)
from .types import _repr_type
from .values import (
    _alembic_autogenerate_prefix,
    _ident,
    _sqlalchemy_autogenerate_prefix,
    call,
    is_literal,
    keywords,
    options_source,
    user_source,
    value_source,
)

if TYPE_CHECKING:
    from ..context import AutogenContext

#: What continuation lines of alter_column begin with.
_CONTINUED = "\n" + " " * 11


def directive(autogen_context: AutogenContext, name: str) -> str:
    """Return a directive's name: ``op.create_table``."""
    return f"{_alembic_autogenerate_prefix(autogen_context)}{name}"


def table_arguments(
    autogen_context: AutogenContext, table_name: Any, first: str | None = None
) -> list[str]:
    """Return what a directive begins with: a name, then the table's.

    :param first: source of what stands before the table
    """
    arguments = [] if first is None else [first]
    if not autogen_context._in_batch:
        arguments.append(repr(_ident(table_name)))
    return arguments


def schema_argument(autogen_context: AutogenContext, schema: Any) -> Iterator[str]:
    """Yield ``schema='s'`` where there is one and no batch block knows it."""
    if schema and not autogen_context._in_batch:
        yield f"schema={_ident(schema)!r}"


# -- tables ------------------------------------------------------------------


@renders(CreateTableOp)
def _add_table(autogen_context: AutogenContext, op: CreateTableOp) -> str:
    arguments = [
        *_table_items(autogen_context, op),
        *_table_options(autogen_context, op),
    ]
    name = directive(autogen_context, "create_table")
    lines = ",\n".join(arguments)
    return f"{name}({_ident(op.table_name)!r},\n{lines}\n)"


def _table_items(autogen_context: AutogenContext, op: CreateTableOp) -> list[str]:
    """Return columns in order, then constraints by their text."""
    columns: list[Column[Any]] = [
        item for item in op.columns if isinstance(item, Column)
    ]
    constraints: list[Constraint] = [
        item for item in op.columns if isinstance(item, Constraint)
    ]
    if not op._constraints_included:
        # Built by hand: columns may bring constraints of their own.
        constraints = sqla_compat.sorted_constraints(op.to_table())
    found = list(filter(None, (_render_column(c, autogen_context) for c in columns)))
    others = [render_constraint(each, autogen_context) for each in constraints]
    for column in columns:
        others += checks_of(column, autogen_context)
    found += sorted(filter(None, others))
    if len(found) > MAX_PYTHON_ARGS:
        found[0] = f"*[{found[0]}"
        found[-1] += "]"
    return found


def _table_options(autogen_context: AutogenContext, op: CreateTableOp) -> Iterator[str]:
    if op.schema:
        yield f"schema={_ident(op.schema)!r}"
    if op.comment is not None:
        yield f"comment={value_source(op.comment, autogen_context)}"
    # Objects of the project's own mean nothing to the database.
    info = {key: value for key, value in op.info.items() if is_literal([key, value])}
    if info:
        yield f"info={value_source(info, autogen_context)}"
    # Reflection names an option of MySQL "default charset".
    options = {key.replace(" ", "_"): op.kw[key] for key in sorted(op.kw)}
    yield from options_source(options, autogen_context)
    if op.prefixes:
        yield f"prefixes={value_source(list(op.prefixes), autogen_context)}"
    yield from keywords(if_not_exists=op.if_not_exists)


@renders(DropTableOp)
def _drop_table(autogen_context: AutogenContext, op: DropTableOp) -> str:
    arguments = [repr(_ident(op.table_name))]
    if op.schema:
        arguments.append(f"schema={_ident(op.schema)!r}")
    arguments += keywords(if_exists=op.if_exists)
    return call(directive(autogen_context, "drop_table"), arguments)


@renders(RenameTableOp)
def _rename_table(autogen_context: AutogenContext, op: RenameTableOp) -> str:
    arguments = [repr(_ident(op.table_name)), repr(_ident(op.new_table_name))]
    if op.schema:
        arguments.append(f"schema={_ident(op.schema)!r}")
    return call(directive(autogen_context, "rename_table"), arguments)


@renders(CreateTableCommentOp)
def _create_table_comment(
    autogen_context: AutogenContext, op: CreateTableCommentOp
) -> str:
    return _comment_call(
        autogen_context,
        "create_table_comment",
        op,
        value_source(op.comment, autogen_context),
    )


@renders(DropTableCommentOp)
def _drop_table_comment(autogen_context: AutogenContext, op: DropTableCommentOp) -> str:
    return _comment_call(autogen_context, "drop_table_comment", op)


def _comment_call(
    autogen_context: AutogenContext, name: str, op: Any, *comment: str
) -> str:
    existing = value_source(op.existing_comment, autogen_context)
    arguments = [
        *table_arguments(autogen_context, op.table_name),
        *comment,
        f"existing_comment={existing}",
    ]
    if not autogen_context._in_batch:
        arguments.append(f"schema={_ident(op.schema)!r}")
    return _block(directive(autogen_context, name), arguments)


def _block(function: str, arguments: list[str]) -> str:
    """Return a call with an argument a line."""
    inside = ",\n".join(f"    {each}" for each in arguments)
    return f"{function}(\n{inside}\n)"


# -- columns -----------------------------------------------------------------


@renders(AddColumnOp)
def _add_column(autogen_context: AutogenContext, op: AddColumnOp) -> str:
    """Return ``op.add_column(…)``; None where ``render_item`` leaves the column out."""

    def usual() -> str:
        return column_source(op.column, autogen_context, with_checks=True)

    column = user_source("column", op.column, autogen_context, usual)
    if column is None:
        return None  # type: ignore[return-value]  # interface of Alembic 1.20
    arguments = [*table_arguments(autogen_context, op.table_name), column]
    arguments += schema_argument(autogen_context, op.schema)
    if not autogen_context._in_batch:
        arguments += keywords(if_not_exists=op.if_not_exists)
    return call(directive(autogen_context, "add_column"), arguments)


@renders(DropColumnOp)
def _drop_column(autogen_context: AutogenContext, op: DropColumnOp) -> str:
    arguments = table_arguments(autogen_context, op.table_name)
    arguments.append(repr(_ident(op.column_name)))
    arguments += schema_argument(autogen_context, op.schema)
    if not autogen_context._in_batch:
        arguments += keywords(if_exists=op.if_exists)
    arguments += options_source(op.kw, autogen_context)
    return call(directive(autogen_context, "drop_column"), arguments)


@renders(AlterColumnOp)
def _alter_column(autogen_context: AutogenContext, op: AlterColumnOp) -> str:
    first = [
        *table_arguments(autogen_context, op.table_name),
        repr(_ident(op.column_name)),
    ]
    facts = [
        *_column_changes(autogen_context, op),
        *_column_facts(autogen_context, op),
        *schema_argument(autogen_context, op.schema),
        *_other_options(autogen_context, op),
    ]
    name = directive(autogen_context, "alter_column")
    lines = f",{_CONTINUED}".join([", ".join(first), *facts])
    return f"{name}({lines})"


def _column_changes(
    autogen_context: AutogenContext, op: AlterColumnOp
) -> Iterator[str]:
    if op.existing_type is not None:
        yield f"existing_type={_repr_type(op.existing_type, autogen_context)}"
    if op.modify_server_default is not False:
        default = _render_server_default(op.modify_server_default, autogen_context)
        yield f"server_default={default}"
    yield from keywords(new_column_name=_ident(op.modify_name))
    if op.modify_type is not None:
        yield f"type_={_repr_type(op.modify_type, autogen_context)}"
    if op.modify_nullable is not None:
        yield f"nullable={op.modify_nullable!r}"
    if op.modify_comment is not False:
        yield f"comment={value_source(op.modify_comment, autogen_context)}"


def _column_facts(autogen_context: AutogenContext, op: AlterColumnOp) -> Iterator[str]:
    if op.existing_comment is not None:
        yield f"existing_comment={value_source(op.existing_comment, autogen_context)}"
    if op.modify_nullable is None and op.existing_nullable is not None:
        yield f"existing_nullable={op.existing_nullable!r}"
    if "autoincrement" in op.kw:
        yield f"autoincrement={op.kw['autoincrement']!r}"
    if _needs_existing_default(autogen_context, op):
        default = _render_server_default(op.existing_server_default, autogen_context)
        yield f"existing_server_default={default}"


def _needs_existing_default(autogen_context: AutogenContext, op: AlterColumnOp) -> bool:
    """Return True where the default so far has to be told.

    It is one of the facts that stay; and what becomes of an identity, or of a default
    with a name of its own, depends on what was there.
    """
    existing = op.existing_server_default
    if existing is None or existing is False:
        return False
    if op.modify_server_default is False:
        return True
    impl = autogen_context.migration_context.impl
    return (
        sqla_compat.is_identity(existing)
        or sqla_compat.is_computed(existing)
        or impl.existing_default_needed
    )


def _other_options(autogen_context: AutogenContext, op: AlterColumnOp) -> Iterator[str]:
    """Yield options of a dialect; what comparisons note for others is left out."""
    others = {
        name: value
        for name, value in op.kw.items()
        if name != "autoincrement"
        and value is not None
        and (name == "existing_autoincrement" or not name.startswith(_NOTES))
    }
    yield from options_source(others, autogen_context)


_NOTES = ("modify_", "existing_")


# -- rows ----------------------------------------------------------------------


@renders(ExecuteSQLOp)
def _execute_sql(autogen_context: AutogenContext, op: ExecuteSQLOp) -> str:
    if not isinstance(op.sqltext, str):
        raise NotImplementedError(
            "Autogenerate rendering of SQL Expression language constructs not "
            "supported here; please use a plain SQL string"
        )
    arguments = [repr(_ident(op.sqltext))]
    if op.execution_options:
        options = value_source(op.execution_options, autogen_context)
        arguments.append(f"execution_options={options}")
    return call(directive(autogen_context, "execute"), arguments)


@renders(BulkInsertOp)
def _bulk_insert(autogen_context: AutogenContext, op: BulkInsertOp) -> str:
    rows = [
        "        " + _row_source(autogen_context, op.table, row) + ",\n"
        for row in op.rows
    ]
    arguments = [
        _table_source(autogen_context, op),
        f"[\n{''.join(rows)}    ]" if rows else "[]",
    ]
    if not op.multiinsert:
        arguments.append("multiinsert=False")
    return _block(directive(autogen_context, "bulk_insert"), arguments)


def _table_source(autogen_context: AutogenContext, op: BulkInsertOp) -> str:
    """Return a table of the columns that rows have a value for."""
    prefix = _sqlalchemy_autogenerate_prefix(autogen_context)
    used = dict.fromkeys(key for row in op.rows for key in row)
    arguments = [repr(_ident(op.table.name))]
    for column in op.table.columns:
        if column.key in used:
            type_ = _repr_type(column.type, autogen_context)
            arguments.append(f"{prefix}column({_ident(column.name)!r}, {type_})")
    schema = getattr(op.table, "schema", None)
    arguments += keywords(schema=_ident(schema))
    return call(f"{prefix}table", arguments)


def _row_source(autogen_context: AutogenContext, table: Any, row: Any) -> str:
    pairs: list[str] = []
    for key, value in row.items():
        name = table.c[key].name if key in table.c else key
        source = _row_value(autogen_context, value)
        pairs.append(f"{_ident(name)!r}: {source}")
    return f"{{{', '.join(pairs)}}}"


def _row_value(autogen_context: AutogenContext, value: Any) -> str:
    if isinstance(value, enum.Enum):
        # SQLAlchemy's Enum stores names.
        return repr(value.name)
    if isinstance(value, sqla_compat.InlineLiteral):
        literal = value_source(value.value, autogen_context)
        return f"{directive(autogen_context, 'inline_literal')}({literal})"
    return value_source(value, autogen_context)
