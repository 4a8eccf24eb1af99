"""Everything that depends on a version of SQLAlchemy, or on its private names.

SQLAlchemy 1.3.24 to 2.1 are supported.  Nothing else in the package asks for a
version or touches a name that SQLAlchemy keeps to itself.
"""

from __future__ import annotations

import contextlib
import copy
import re
import weakref
from typing import TYPE_CHECKING, Any, Callable, Iterator, Mapping, Sequence

from sqlalchemy import __version__ as __version__
from sqlalchemy import schema, select, text
from sqlalchemy.exc import DBAPIError, NoReferenceError
from sqlalchemy.ext.compiler import compiles as compiles
from sqlalchemy.schema import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Table,
)
from sqlalchemy.sql import ddl as sqla_ddl
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import (
    BindParameter,
    ColumnClause,
    TextClause,
    UnaryExpression,
)
from sqlalchemy.util import asbool as asbool
from sqlalchemy.util import immutabledict as immutabledict
from sqlalchemy.util import memoized_property as memoized_property
from sqlalchemy.util import to_list as to_list
from sqlalchemy.util import unique_list as unique_list

from .exc import CommandError
from .messaging import warn as warn

if TYPE_CHECKING:
    from typing import Union

    from sqlalchemy.engine import Connection, Dialect
    from sqlalchemy.schema import Constraint, DefaultClause, ForeignKey
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.sql.dml import Insert
    from sqlalchemy.sql.elements import ClauseElement
    from sqlalchemy.sql.selectable import TableClause
    from sqlalchemy.types import TypeEngine
    from typing_extensions import TypeGuard

    _ConstraintNameDefined = Union[str, Any]
    _ConstraintName = Union[None, str, Any]


def _version_numbers(version: str) -> tuple[int, ...]:
    """Return the leading numbers of a version: ``"2.1.0b2"`` gives (2, 1, 0)."""
    found = re.match(r"(\d+)\.(\d+)(?:\.(\d+))?", version)
    return tuple(int(part or 0) for part in found.groups()) if found else (0,)


sqlalchemy_version: str = __version__
_vers = _version_numbers(__version__)
sqla_1_4 = _vers >= (1, 4)
sqla_2 = _vers >= (2,)
sqla_2_1 = _vers >= (2, 1)
#: True in the 2.0 series from 2.0.25 on.
sqla_2_0_25 = (2, 0, 25) <= _vers < (2, 1)

AUTOINCREMENT_DEFAULT = "auto"

# Computed came with 1.3.11, Identity with 1.4.
Computed = schema.Computed
_Identity: Any = getattr(schema, "Identity", None)
has_identity = _Identity is not None

#: The base of executable DDL; its name changed with 2.0.
ExecutableDDLElement: Any = getattr(
    sqla_ddl, "ExecutableDDLElement", getattr(sqla_ddl, "DDLElement", None)
)

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
    preparer = dialect.identifier_preparer
    if not sqla_1_4:
        formatted = preparer.format_constraint(constraint)
        return _unquoted(formatted, preparer) if formatted else None
    if isinstance(constraint, Index):
        return preparer.format_index(constraint, _alembic_quote=False)  # type: ignore[call-arg]
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


def column_inside(element: Any) -> Any:
    """Return the column of an index's element: that of ``column DESC``, or itself."""
    while isinstance(element, UnaryExpression):
        element = element.element
    return element


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
    names = []
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


def identity_options(identity: Any) -> dict[str, Any]:
    """Return the options of an Identity or Sequence by name, unset ones included.

    :param identity: an Identity or Sequence of any SQLAlchemy version
    """
    names = (
        "always",
        "cycle",
        "increment",
        "maxvalue",
        "minvalue",
        "nomaxvalue",
        "nominvalue",
        "on_null",
        "order",
        "start",
        "cache",
    )
    found = {name: _plain_option(identity, name) for name in names}
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


def _conditional(cls: Any, element: Any, options: Mapping[str, Any]) -> Any:
    """Build a CREATE or DROP; say clearly where SQLAlchemy is too old for it."""
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


def create_table_ddl(table: Table, **options: Any) -> Any:
    """Return ``CREATE TABLE``; ``if_not_exists`` needs SQLAlchemy 1.4."""
    return _conditional(schema.CreateTable, table, options)


def drop_table_ddl(table: Table, **options: Any) -> Any:
    """Return ``DROP TABLE``; ``if_exists`` needs SQLAlchemy 1.4."""
    return _conditional(schema.DropTable, table, options)


def create_index_ddl(index: Index, **options: Any) -> Any:
    """Return ``CREATE INDEX``; ``if_not_exists`` needs SQLAlchemy 1.4."""
    return _conditional(schema.CreateIndex, index, options)


def drop_index_ddl(index: Index, **options: Any) -> Any:
    """Return ``DROP INDEX``; ``if_exists`` needs SQLAlchemy 1.4."""
    return _conditional(schema.DropIndex, index, options)


def add_constraint_ddl(constraint: Constraint) -> Any:
    """Return ``ALTER TABLE … ADD CONSTRAINT``."""
    with _rule_kept(constraint):
        return schema.AddConstraint(constraint)


def drop_constraint_ddl(constraint: Constraint, **options: Any) -> Any:
    """Return ``ALTER TABLE … DROP CONSTRAINT``; ``if_exists`` needs SQLAlchemy 2.0."""
    with _rule_kept(constraint):
        return _conditional(schema.DropConstraint, constraint, options)


@contextlib.contextmanager
def _rule_kept(constraint: Any) -> Iterator[None]:
    """Keep a constraint's rule, which an ALTER of SQLAlchemy would take from it.

    A constraint that was dropped, or added apart, is still one of its table.
    """
    rule = getattr(constraint, "_create_rule", None)
    yield
    constraint._create_rule = rule


def type_compiler_of(dialect: Dialect) -> Any:
    """Return the object that writes types; its attribute was renamed in 2.0."""
    return getattr(dialect, "type_compiler_instance", None) or dialect.type_compiler


# --------------------------------------------------------------------------
# statements


def _no_cache_marker() -> Any:
    """Return SQLAlchemy's mark for "this cannot be cached" (1.4 and later)."""
    if sqla_2:
        from sqlalchemy.sql import (
            cache_key,
        )  # the marker's place depends on the version

        return cache_key.NO_CACHE
    from sqlalchemy.sql import traversals  # as above

    return traversals.NO_CACHE  # type: ignore[attr-defined,unused-ignore]


class InlineLiteral(BindParameter):  # type: ignore[type-arg]
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


def insert_without_returning(table: TableClause | Table) -> Insert:
    """Return an INSERT to which SQLAlchemy adds no RETURNING of its own."""
    if sqla_1_4:
        return table.insert().inline()
    return table.insert(inline=True)  # type: ignore[call-arg]


def without_implicit_returning(statement: Any) -> Any:
    """Return an INSERT in the form that brings no RETURNING of SQLAlchemy's own.

    Written into a script, the new key would be returned to nobody; Oracle even
    asks for a variable to put it into.

    :param statement: any statement; everything but a plain INSERT comes back as is
    """
    if getattr(statement, "__visit_name__", None) != "insert":
        return statement
    if statement._returning or statement.select is not None:
        return statement
    if sqla_1_4:
        return statement.inline()
    plain = statement._generate()
    plain.inline = True
    return plain


def execute_on(
    connection: Connection,
    construct: Any,
    options: Mapping[str, Any] | None,
    parameters: Any,
) -> Any:
    """Execute a construct with execution options that hold for it alone.

    :param connection: a Connection, or a mock of one
    :param construct: an executable
    :param options: execution options, or None
    :param parameters: a dict, a list of dicts, or None
    """
    if options:
        connection, construct = _with_options(connection, construct, dict(options))
    if parameters is None:
        return connection.execute(construct)
    return connection.execute(construct, parameters)


def _with_options(
    connection: Any, construct: Any, options: dict[str, Any]
) -> tuple[Any, Any]:
    """Put options on the statement, and on the connection only what must be there.

    From 2.0 on ``Connection.execution_options`` changes the connection itself.
    """
    per_statement = {}
    if sqla_1_4 and hasattr(construct, "execution_options"):
        for_connection_only = ("isolation_level", "compiled_cache")
        per_statement = {
            key: options.pop(key)
            for key in list(options)
            if key not in for_connection_only
        }
    if per_statement:
        construct = construct.execution_options(**per_statement)
    if options:
        connection = connection.execution_options(**options)
    return connection, construct


def mock_connection(dialect: Dialect, execute: Callable[..., Any]) -> Any:
    """Return an object that looks like a Connection and hands statements on.

    :param dialect: the dialect it claims to have
    :param execute: called with ``(statement, parameters)`` or, before 1.4, with
        ``(statement, *multiparams, **params)``
    """
    if sqla_1_4:
        from sqlalchemy.engine.mock import MockConnection  # exists from 1.4 on

        return MockConnection(dialect, execute)
    from sqlalchemy.engine.strategies import (  # type: ignore[import-not-found,unused-ignore]
        MockEngineStrategy,  # its place before 1.4
    )

    return MockEngineStrategy.MockConnection(dialect, execute)


def has_table(
    connection: Connection, table_name: str, schema_name: str | None = None
) -> bool:
    """Return True when the database has such a table (or view, as SQLAlchemy says).

    :param connection: an open connection
    :param table_name: the bare name
    :param schema_name: the schema, or None for the default one
    """
    return bool(connection.dialect.has_table(connection, table_name, schema_name))


# --------------------------------------------------------------------------
# statements as text


def dialect_for_scripts(
    dialect: Dialect, write_literal: Callable[[Any, Any, Any], str]
) -> Dialect:
    """Return a copy of a dialect that writes statements a script can hold.

    Drivers that mark parameters with ``%s`` want every percent sign twice; a
    script wants it once.  Values are written by ``write_literal`` and a parameter
    without a value is an error.

    :param dialect: stays as it is
    :param write_literal: called with ``(value, type, default)``, where ``default``
        is SQLAlchemy's own way: ``default(value, type) -> str``
    """
    copied: Any = copy.copy(dialect)
    preparer = copy.copy(dialect.identifier_preparer)
    preparer.dialect = copied
    preparer._double_percents = False
    preparer._strings = {}
    copied.identifier_preparer = preparer
    # Types would wrap values for the driver, whose wrappers are not SQL.
    copied.dbapi = None
    # Types remember per dialect how they write a literal.
    copied._type_memos = weakref.WeakKeyDictionary()
    type_compiler = copy.copy(type_compiler_of(dialect))
    type_compiler.dialect = copied
    copied.type_compiler = type_compiler
    if sqla_2:
        copied.type_compiler_instance = type_compiler
    copied.statement_compiler = _script_compiler(
        dialect.statement_compiler, write_literal
    )
    return copied  # type: ignore[no-any-return]


_ESCAPED_COLON = re.compile(r"(\\:[\w$]*(?![:\w$]))")


def _script_compiler(base: Any, write_literal: Callable[[Any, Any, Any], str]) -> Any:
    """Return a subclass of a statement compiler that has no use for parameters."""

    class ScriptCompiler(base):  # type: ignore[misc]
        inside_text = False

        def visit_textclause(self, textclause: Any, **kw: Any) -> str:
            self.inside_text = True
            written = str(super().visit_textclause(textclause, **kw))
            self.inside_text = False
            return written

        def render_literal_value(self, value: Any, type_: Any) -> str:
            return write_literal(value, type_, super().render_literal_value)

        def visit_bindparam(self, bindparam: Any, **kw: Any) -> str:
            if kw.get("literal_binds") and bindparam.value is None:
                if _value_is_missing(self, bindparam):
                    raise CommandError(_without_value(bindparam))
                if bindparam.callable is None and not bindparam.expanding:
                    # Here 1.3 misses a value, and later ones forget about JSON null.
                    return write_literal(None, bindparam.type, _no_default)
            written = str(super().visit_bindparam(bindparam, **kw))
            if self.inside_text:
                # text() takes the backslash from "\:" when the values are in it.
                return _ESCAPED_COLON.sub(r"\\\1", written)
            return written

    return ScriptCompiler


def _no_default(value: Any, type_: Any) -> str:
    raise NotImplementedError(f"{type_!r} has no literal for {value!r}")


def _value_is_missing(compiler: Any, bindparam: Any) -> bool:
    given = getattr(compiler, "_collected_params", None) or {}
    return bool(bindparam.required) and bindparam.key not in given


def _without_value(bindparam: Any) -> str:
    return (
        f"Parameter {bindparam.key!r} has no value; in offline mode every value is "
        "written into the SQL text: give it with bindparams() or values(), or write "
        "a colon that is none as '\\:'."
    )


def script_text(construct: Any, dialect: Dialect) -> str:
    """Return a construct as SQL text with its values written into it.

    :param construct: an executable
    :param dialect: as returned by :func:`dialect_for_scripts`
    """
    if is_ddl(construct):
        return str(construct.compile(dialect=dialect))
    plain = without_implicit_returning(construct)
    return str(plain.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def is_ddl(construct: Any) -> bool:
    """Return True for CREATE, ALTER, DROP and their like."""
    return isinstance(construct, ExecutableDDLElement)


def has_generated_layout(construct: Any) -> bool:
    """Return True for DDL that SQLAlchemy lays out, not for ``DDL("…")``."""
    return is_ddl(construct) and not isinstance(construct, sqla_ddl.DDL)


def bind_function(type_: TypeEngine[Any], dialect: Dialect) -> Any:
    """Return the function that prepares a value for the driver, or None."""
    return type_.dialect_impl(dialect).bind_processor(dialect)


def wraps_its_values(type_: TypeEngine[Any], dialect: Dialect) -> bool:
    """Return True for a type that puts an SQL function around each value."""
    return bool(type_.dialect_impl(dialect)._has_bind_expression)


def wrapped_value(type_: TypeEngine[Any], dialect: Dialect, value: Any) -> Any:
    """Return what such a type makes of a value: an SQL expression."""
    return type_.dialect_impl(dialect).bind_expression(value)


def evaluates_none(type_: TypeEngine[Any]) -> bool:
    """Return True for a type (JSON) that has its own form of None."""
    return bool(getattr(type_, "should_evaluate_none", False))


def is_executable(construct: Any) -> bool:
    """Return True for what a Connection executes: SQL constructs, not strings."""
    return hasattr(construct, "compile") and hasattr(
        construct, "_execute_on_connection"
    )


def text_of(fragment: Any) -> Any:
    """Return a str as SQL text; anything else as it is."""
    return text(fragment) if isinstance(fragment, str) else fragment


# --------------------------------------------------------------------------
# transactions


def in_transaction(connection: Connection) -> bool:
    """Return True when SQLAlchemy has a transaction running on the connection.

    :param connection: an open connection
    """
    return bool(connection.in_transaction())


def running_transaction(connection: Connection) -> Any:
    """Return the outermost transaction that runs on the connection, or None.

    :param connection: an open connection
    """
    if sqla_1_4:
        return connection.get_transaction()
    return connection._Connection__transaction  # type: ignore[attr-defined]


def in_nested_transaction(connection: Connection) -> bool:
    """Return True inside of a savepoint that SQLAlchemy made.

    :param connection: an open connection
    """
    if sqla_1_4:
        return bool(connection.in_nested_transaction())
    from sqlalchemy.engine.base import NestedTransaction  # only asked for before 1.4

    return isinstance(running_transaction(connection), NestedTransaction)


def is_autocommit(connection: Connection) -> bool:
    """Return True where the isolation level AUTOCOMMIT was asked for.

    It may have been asked for in the options of the connection, of its engine, or
    in ``create_engine(isolation_level=)``.

    :param connection: an open connection
    """
    level = connection.get_execution_options().get("isolation_level")
    if level is None:
        level = _level_of_engine(connection.dialect)
    return isinstance(level, str) and level.upper() == "AUTOCOMMIT"


def _level_of_engine(dialect: Any) -> Any:
    # The one attribute is that of SQLAlchemy 1.4.27 and later, the other of 1.3.
    found = getattr(dialect, "_on_connect_isolation_level", None)
    return getattr(dialect, "isolation_level", None) if found is None else found


def driver_connection(connection: Connection) -> Any:
    """Return the driver's own connection, below the pool and asyncio adapters.

    :param connection: an open connection
    """
    pooled: Any = connection.connection
    for name in ("driver_connection", "dbapi_connection", "connection"):
        found = getattr(pooled, name, None)
        if found is not None:
            return getattr(found, "_connection", found)
    return pooled


def driver_in_transaction(connection: Connection) -> bool | None:
    """Return what an SQLite driver says about its transaction; None: it cannot say.

    :param connection: an open connection
    """
    said = getattr(driver_connection(connection), "in_transaction", None)
    return None if said is None else bool(said)


@contextlib.contextmanager
def driver_errors(connection: Connection, statement: str) -> Iterator[None]:
    """Turn errors of the driver into SQLAlchemy's, as for any other statement.

    :param connection: the connection whose driver is called inside of the block
    :param statement: what it is asked to do, for the message
    """
    base: Any = connection.dialect.dbapi.Error  # type: ignore[union-attr]
    try:
        yield
    except base as err:
        raise DBAPIError.instance(
            statement, (), err, base, dialect=connection.dialect
        ) from err


# --------------------------------------------------------------------------
# schema objects as operations take and make them


def copy_of(item: Any) -> Any:
    """Return a copy of a column or constraint that belongs to no table.

    :param item: a SchemaItem; a column keeps those foreign keys that are not yet
        constraints of a table
    """
    return item._copy() if hasattr(item, "_copy") else item.copy()


def free(item: Any) -> Any:
    """Return an item that belongs to no table: itself, or a copy."""
    return copy_of(item) if is_attached(item) else item


def is_attached(item: Any) -> bool:
    """Return True for a column, constraint or index that belongs to a table."""
    if isinstance(item, (Column, Index)):
        return item.table is not None
    return getattr(item, "parent", None) is not None


def prefixes_of(table: Table) -> list[str]:
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
    if column is not None and column.table is not None:
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


def replaced(expression: Any, replace: Callable[[Any], Any]) -> Any:
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
    if sqla_1_4:
        return select(*expressions)
    return select(expressions)  # type: ignore[call-overload]


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


def select_columns(*columns: Any) -> Any:
    """Return a SELECT of columns; its arguments were a list before 1.4."""
    from sqlalchemy import select  # kept beside its only use

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
