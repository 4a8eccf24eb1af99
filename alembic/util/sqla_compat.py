"""Everything that depends on a version of SQLAlchemy, or on its private names.

SQLAlchemy 1.3.24 to 2.1 are supported.  Nothing else in the package asks for a
version or touches a name that SQLAlchemy keeps to itself.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Callable, Generator, Mapping, Sequence

from sqlalchemy import __version__ as __version__
from sqlalchemy import schema, select, text
from sqlalchemy.exc import NoReferenceError
from sqlalchemy.ext.compiler import compiles as compiles
from sqlalchemy.schema import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Table,
)
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import (
    BindParameter,
    ColumnClause,
    TextClause,
)
from sqlalchemy.util import asbool as asbool
from sqlalchemy.util import immutabledict as immutabledict
from sqlalchemy.util import memoized_property as memoized_property
from sqlalchemy.util import to_list as to_list
from sqlalchemy.util import unique_list as unique_list

from .exc import CommandError
from .messaging import warn as warn
from .sqla_private import ExecutableDDLElement as ExecutableDDLElement
from .sqla_private import _vers as _vers
from .sqla_private import bind_function as bind_function
from .sqla_private import column_inside as column_inside
from .sqla_private import dialect_for_scripts as dialect_for_scripts
from .sqla_private import driver_connection as driver_connection
from .sqla_private import driver_errors as driver_errors
from .sqla_private import driver_in_transaction as driver_in_transaction
from .sqla_private import evaluates_none as evaluates_none
from .sqla_private import execute_on as execute_on
from .sqla_private import has_generated_layout as has_generated_layout
from .sqla_private import has_table as has_table
from .sqla_private import in_nested_transaction as in_nested_transaction
from .sqla_private import in_transaction as in_transaction
from .sqla_private import insert_without_returning as insert_without_returning
from .sqla_private import is_autocommit as is_autocommit
from .sqla_private import is_binary as is_binary
from .sqla_private import is_ddl as is_ddl
from .sqla_private import is_executable as is_executable
from .sqla_private import json_serializer as json_serializer
from .sqla_private import keep_notes as keep_notes
from .sqla_private import keep_variants as keep_variants
from .sqla_private import mock_connection as mock_connection
from .sqla_private import running_transaction as running_transaction
from .sqla_private import script_text as script_text
from .sqla_private import set_backslash_escapes as set_backslash_escapes
from .sqla_private import sqla_1_4 as sqla_1_4
from .sqla_private import sqla_2 as sqla_2
from .sqla_private import sqla_2_0_25 as sqla_2_0_25
from .sqla_private import sqla_2_1 as sqla_2_1
from .sqla_private import sqlalchemy_version as sqlalchemy_version
from .sqla_private import text_of as text_of
from .sqla_private import type_compiler_of as type_compiler_of
from .sqla_private import uses_backslash_escapes as uses_backslash_escapes
from .sqla_private import without_implicit_returning as without_implicit_returning
from .sqla_private import wrapped_value as wrapped_value
from .sqla_private import wraps_its_values as wraps_its_values
from .sqla_private import writes_literals_by_type as writes_literals_by_type

if TYPE_CHECKING:
    from typing import Union

    from sqlalchemy.engine import Connection, Dialect
    from sqlalchemy.schema import Constraint, DefaultClause, ForeignKey
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.sql.elements import ClauseElement
    from sqlalchemy.types import TypeEngine
    from typing_extensions import TypeGuard

    _ConstraintNameDefined = Union[str, Any]
    _ConstraintName = Union[None, str, Any]
    _Parameter = BindParameter[Any]
else:
    _Parameter = BindParameter


AUTOINCREMENT_DEFAULT = "auto"

# Computed came with 1.3.11, Identity with 1.4.
Computed = schema.Computed
_Identity: Any = getattr(schema, "Identity", None)
has_identity = _Identity is not None


identity_has_dialect_kwargs: bool = has_identity and hasattr(
    _Identity, "dialect_kwargs"
)


# --------------------------------------------------------------------------
# names of constraints


def _no_name_marker() -> Any:
    """Return SQLAlchemy's mark for "deliberately without a name"."""
    if sqla_2:
        from sqlalchemy.sql import base  # the marker's place depends on the version

        return base._NONE_NAME
    from sqlalchemy.sql import elements  # as above

    return elements._NONE_NAME  # type: ignore[attr-defined]


_NONE_NAME: Any = _no_name_marker()


def constraint_name_defined(name: _ConstraintName) -> TypeGuard[_ConstraintNameDefined]:
    """Return True for a name, and for the mark "deliberately without a name".

    :param name: a str, None, or SQLAlchemy's marker
    """
    return name is _NONE_NAME or isinstance(name, str)


def constraint_name_string(name: _ConstraintName) -> TypeGuard[str]:
    """Return True for a name made of characters.

    :param name: a str, None, or SQLAlchemy's marker
    """
    return isinstance(name, str)


def constraint_name_or_none(name: _ConstraintName) -> str | None:
    """Return the name when it is a str, else None.

    :param name: a str, None, or SQLAlchemy's marker
    """
    return name if isinstance(name, str) else None


def final_name(constraint: Constraint | Index, dialect: Dialect) -> str | None:
    """Return the name as it goes to the database: convention and length applied.

    :param constraint: a constraint or index that belongs to a table
    :param dialect: decides about the greatest length of a name
    """
    if constraint.name is None:
        return None
    preparer = dialect.identifier_preparer
    if not sqla_1_4:
        formatted = preparer.format_constraint(constraint)
        return _unquoted(formatted, preparer) if formatted else None
    # It takes indexes too.
    return preparer.format_constraint(constraint, _alembic_quote=False)


def _unquoted(name: Any, preparer: Any) -> str:
    """Return an identifier without the quotes that the preparer put around it."""
    first, last = preparer.initial_quote, preparer.final_quote
    if len(name) > 1 and name.startswith(first) and name.endswith(last):
        inner = str(name[1:-1])
        return inner.replace(preparer.escape_to_quote, preparer.escape_quote)
    return str(name)


# --------------------------------------------------------------------------
# questions about tables, columns and expressions


def all_table_check_constraints(table: Table) -> set[CheckConstraint]:
    """Return every check of a table: its own, its columns' and its types'.

    :param table: the table whose checks are wanted
    """
    found = {c for c in table.constraints if isinstance(c, CheckConstraint)}
    for column in table.columns:
        found.update(c for c in column.constraints if isinstance(c, CheckConstraint))
    return found


def is_expression(expr: Any) -> bool:
    """Return True unless ``expr`` is a column, or a column's ``ASC``/``DESC`` form.

    :param expr: an element of an index
    """
    inside = column_inside(expr)
    return not isinstance(inside, ColumnClause) or inside.is_literal


def is_expression_index(index: Index) -> bool:
    """Return True when an index holds anything but columns.

    :param index: the index to look at
    """
    return any(is_expression(expr) for expr in index.expressions)


def autoincrement_column(table: Table) -> Column[Any] | None:
    """Return the column whose numbers the database makes, or None."""
    return table._autoincrement_column


def is_computed(value: Any) -> bool:
    """Return True for a ``Computed`` construct."""
    return isinstance(value, Computed)


def is_identity(value: Any) -> bool:
    """Return True for an ``Identity`` construct (SQLAlchemy 1.4 and later)."""
    return has_identity and isinstance(value, _Identity)


def is_type_bound(constraint: Constraint) -> bool:
    """Return True for the CHECK that a Boolean or Enum type brought along."""
    return bool(getattr(constraint, "_type_bound", False))


def has_create_rule(constraint: Constraint) -> bool:
    """Return True for a constraint that comes with a type or a rule of its own."""
    return getattr(constraint, "_create_rule", None) is not None


def is_mariadb(dialect: Any) -> bool:
    """Return True where a server of MariaDB answers, whatever the address says."""
    return bool(getattr(dialect, "is_mariadb" if sqla_1_4 else "_is_mariadb"))


def affinity(type_: TypeEngine[Any]) -> Any:
    """Return the class that stands for a type's family: Integer, String, …"""
    return type_._type_affinity


def create_rule_allows(constraint: Constraint, impl: Any) -> bool:
    """Return False where a type's CHECK is not wanted on this database.

    A native Boolean or Enum needs none: the type's own rule decides.

    :param constraint: the constraint about to be created
    :param impl: anything with the attribute ``dialect``
    """
    rule = getattr(constraint, "_create_rule", None)
    return rule is None or bool(rule(impl))


def table_of(constraint: Constraint) -> Table:
    """Return the table of a constraint, also of one that belongs to a column."""
    parent = getattr(constraint, "parent", None)
    if isinstance(parent, Column):
        return parent.table
    return constraint.table


def columns_of(constraint: Any) -> list[str]:
    """Return the names of the columns that a constraint is about, in order."""
    if isinstance(constraint, ForeignKeyConstraint):
        return [constraint.columns[key].name for key in constraint.column_keys]
    if isinstance(constraint, CheckConstraint):
        return _columns_in(constraint.sqltext)
    return [str(column.name) for column in constraint.columns]


def _columns_in(expression: ClauseElement) -> list[str]:
    names: list[str] = []
    for element in visitors.iterate(expression, {}):
        if isinstance(element, ColumnClause) and element.name not in names:
            names.append(element.name)
    return names


def schema_of(item: Any, connection: Any) -> str | None:
    """Return a table's schema after ``schema_translate_map`` of the connection.

    :param item: a Table
    :param connection: a Connection, a mock of one, or None
    """
    translate = getattr(connection, "schema_for_object", None)
    found: str | None = translate(item) if translate is not None else item.schema
    return found


_LIMITS = ("maxvalue", "minvalue", "nomaxvalue", "nominvalue", "increment", "start")
_IDENTITY_OPTIONS = ("always", "cycle", "on_null", "order", "cache", *_LIMITS)


def identity_options(identity: Any) -> dict[str, Any]:
    """Return the options of an Identity or Sequence by name, unset ones included.

    :param identity: an Identity or Sequence of any SQLAlchemy version
    """
    found = {name: _plain_option(identity, name) for name in _IDENTITY_OPTIONS}
    for key, value in dict(getattr(identity, "dialect_kwargs", {})).items():
        found[key.partition("_")[2]] = value
    return found


def identity_with(**options: Any) -> Any:
    """Return an Identity with these options (SQLAlchemy 1.4 and later)."""
    return _Identity(**options)


def _plain_option(identity: Any, name: str) -> Any:
    # In 2.1 "order" and "on_null" are Oracle options; reading the old attribute
    # there is deprecated and warns.
    if name in ("order", "on_null") and identity_has_dialect_kwargs:
        return None
    return getattr(identity, name, None)


# --------------------------------------------------------------------------
# DDL whose options depend on the version


def conditional_ddl(cls: Any, element: Any, options: Mapping[str, Any]) -> Any:
    """Return a CREATE or DROP; ``if_exists`` and its like need a newer SQLAlchemy.

    :param cls: a class such as ``CreateTable``
    :param element: the table, index or constraint
    :param options: keywords of the class; those that are None are left out
    :raises CommandError: for a keyword that the class does not know yet
    """
    wanted = {key: value for key, value in options.items() if value is not None}
    if not wanted:
        return cls(element)
    try:
        return cls(element, **wanted)
    except TypeError as err:
        names = ", ".join(sorted(wanted))
        raise CommandError(
            f"{cls.__name__} with {names} needs a newer SQLAlchemy than "
            f"{sqlalchemy_version}; leave {names} out or upgrade SQLAlchemy."
        ) from err


def add_constraint_ddl(constraint: Constraint) -> Any:
    """Return ``ALTER TABLE … ADD CONSTRAINT``."""
    with _rule_kept(constraint):
        return schema.AddConstraint(constraint)


def drop_constraint_ddl(constraint: Constraint, **options: Any) -> Any:
    """Return ``ALTER TABLE … DROP CONSTRAINT``; ``if_exists`` needs SQLAlchemy 2.0."""
    with _rule_kept(constraint):
        return conditional_ddl(schema.DropConstraint, constraint, options)


@contextlib.contextmanager
def _rule_kept(constraint: Any) -> Generator[None, None, None]:
    """Keep a constraint's rule, which an ALTER of SQLAlchemy would take from it.

    A constraint that was dropped, or added apart, is still one of its table.
    """
    rule = getattr(constraint, "_create_rule", None)
    yield
    constraint._create_rule = rule


# --------------------------------------------------------------------------
# values


def _no_cache_marker() -> Any:
    """Return SQLAlchemy's mark for "this cannot be cached" (1.4 and later)."""
    if sqla_2:
        from sqlalchemy.sql import (
            cache_key,
        )  # the marker's place depends on the version

        return cache_key.NO_CACHE
    from sqlalchemy.sql import traversals  # as above

    return traversals.NO_CACHE  # type: ignore[attr-defined,unused-ignore]


class InlineLiteral(_Parameter):
    """A value that is always written into the statement, never sent beside it."""

    __visit_name__ = "alembic_inline_literal"
    # A cached statement would carry the first value for ever.
    inherit_cache = False

    def __init__(self, value: Any, type_: Any = None) -> None:
        super().__init__(None, value, type_=type_, unique=True)

    def _gen_cache_key(self, anon_map: Any, bindparams: Any) -> None:
        anon_map[_no_cache_marker()] = True


@compiles(InlineLiteral)
def _write_inline_literal(
    element: InlineLiteral, compiler: SQLCompiler, **kw: Any
) -> str:
    if element.value is None:
        return "NULL"
    kw.pop("literal_binds", None)
    return compiler.render_literal_value(element.effective_value, element.type)


# --------------------------------------------------------------------------
# schema objects as operations take and make them


def copy_of(item: Any) -> Any:
    """Return a copy of a column or constraint that belongs to no table.

    :param item: a SchemaItem; a column keeps those foreign keys that are not yet
        constraints of a table
    """
    copy = item._copy() if hasattr(item, "_copy") else item.copy()
    if isinstance(item, Column):
        keep_variants(item, copy)
    return copy


def free(item: Any) -> Any:
    """Return an item that belongs to no table: itself, or a copy."""
    return copy_of(item) if is_attached(item) else item


def is_attached(item: Any) -> bool:
    """Return True for a column, constraint or index that belongs to a table."""
    if isinstance(item, (Column, Index)):
        return item.table is not None
    return getattr(item, "parent", None) is not None


def prefixes_of(table: Any) -> list[str]:
    """Return the words between CREATE and TABLE, such as ``TEMPORARY``."""
    return list(table._prefixes)


def sorted_constraints(table: Table) -> list[Constraint]:
    """Return the constraints of a table in the order in which they were made."""
    return sorted(table.constraints, key=lambda constraint: constraint._creation_order)


def sorted_indexes(table: Table) -> list[Index]:
    """Return the indexes of a table, by name."""
    return sorted(table.indexes, key=lambda index: str(index.name or ""))


def foreign_key_target(key: ForeignKey) -> tuple[str | None, str, str]:
    """Return schema, table and column that a foreign key is written to lead to.

    :param key: one column's part of a foreign key, resolved or not
    """
    column = key._table_column
    if column is not None and is_attached(column):
        return column.table.schema, column.table.name, column.name
    schema_name, table_name, column_name = key._column_tokens
    return schema_name, table_name, column_name or str(key.parent.name)


def resolved_target(key: ForeignKey) -> tuple[str | None, str, str]:
    """Return schema, table and column that a foreign key leads to.

    The column's name is that of the database, also where the model calls it by
    another key; where the table is not known, it is what was written.
    """
    try:
        column = key.column
    except NoReferenceError:
        return foreign_key_target(key)
    return column.table.schema, column.table.name, column.name


def is_sql_default(default: Any) -> TypeGuard[DefaultClause]:
    """Return True for a server default that is SQL text, as a database tells it."""
    return isinstance(default, schema.DefaultClause) and isinstance(
        default.arg, TextClause
    )


def replaced(expression: ClauseElement, replace: Callable[[Any], Any]) -> Any:
    """Return a clause in which some elements are replaced by others.

    :param expression: the clause; it stays unchanged
    :param replace: returns what stands in the place of an element, None to keep it
    """

    def one(element: Any, **_: Any) -> Any:
        return replace(element)

    return visitors.replacement_traverse(expression, {}, one)


def set_server_default(column: Column[Any], value: Any) -> None:
    """Give a column that belongs to no table another server default.

    :param value: what ``Column(server_default=…)`` takes, ``Computed``, ``Identity``,
        or None for none
    """
    column.server_default = None
    column.computed = None
    if has_identity:
        column.identity = None
    if value is None:
        return
    if not isinstance(value, schema.FetchedValue):
        value = schema.DefaultClause(value)
    elif is_computed(value) or is_identity(value):
        value = copy_of(value)
    value._set_parent(column)


def verbatim_text(sql: str) -> TextClause:
    """Return SQL text in which no colon marks a parameter."""
    return text(sql.replace(":", "\\:"))


def select_of(expressions: Sequence[Any]) -> Any:
    """Return a SELECT of expressions; 1.3 takes them as one list."""
    return select_columns(*expressions)


def exclude_spec(constraint: Any) -> dict[str, Any]:
    """Return the content of a PostgreSQL ``ExcludeConstraint`` by argument.

    :param constraint: one that belongs to a table
    """
    return {
        "elements": [
            (expr, operator) for expr, _, operator in constraint._render_exprs
        ],
        "where": constraint.where,
        "using": constraint.using,
        "deferrable": constraint.deferrable,
        "initially": constraint.initially,
        "ops": dict(constraint.ops),
    }


def await_with_connection(
    connection: Connection, function: Any, args: Any, options: Mapping[str, Any]
) -> Any:
    """Await a coroutine function on the async form of a connection.

    To be called from code that an ``AsyncConnection.run_sync`` runs.

    :param connection: the connection of an async engine
    :param function: called with an ``AsyncConnection``, then args and options
    """
    # Async engines exist from 1.4 on; few migrations use one.
    from sqlalchemy.ext.asyncio import AsyncConnection
    from sqlalchemy.util import await_only

    outer = AsyncConnection._retrieve_proxy_for_target(connection)
    return await_only(function(outer, *args, **options))


# --------------------------------------------------------------------------
# small queries


def literal_parameter(name: str, type_: Any) -> Any:
    """Return a parameter that is written into the statement when it is executed.

    Unlike with an ``InlineLiteral`` the statement is compiled once for all values.

    :param name: the key of its value among the parameters
    :param type_: decides about quotes
    :return: None before SQLAlchemy 1.4, which has nothing of the kind
    """
    if not sqla_1_4:
        return None
    return BindParameter(name, type_=type_, required=True, literal_execute=True)


def select_columns(*columns: Any) -> Any:
    """Return a SELECT of columns; its arguments were a list before 1.4."""

    if sqla_1_4:
        return select(*columns)
    return select(list(columns))  # type: ignore[call-overload]


def reflected_columns(
    connection: Connection, table_name: str, schema_name: str | None
) -> list[Any]:
    """Return what the database says about the columns of a table.

    :param connection: an open connection
    :param table_name: the bare name
    :param schema_name: the schema, or None for the default one
    """
    from sqlalchemy import inspect  # kept beside its only use

    return list(inspect(connection).get_columns(table_name, schema=schema_name))
