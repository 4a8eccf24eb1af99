"""Statements, scripts and connections, as far as SQLAlchemy's versions differ.

With :mod:`.sqla_compat`, which hands all names on, this is the only file that asks
for a version of SQLAlchemy or touches a name that it keeps to itself.
"""

from __future__ import annotations

import contextlib
import copy
import re
import weakref
from functools import partial
from typing import TYPE_CHECKING, Any, Callable, Generator, Mapping

from sqlalchemy import __version__, text
from sqlalchemy import types as sqltypes
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ddl as sqla_ddl
from sqlalchemy.sql.base import SchemaEventTarget
from sqlalchemy.sql.elements import Label

from .exc import CommandError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Dialect
    from sqlalchemy.schema import Table
    from sqlalchemy.sql.dml import Insert
    from sqlalchemy.sql.selectable import TableClause
    from sqlalchemy.types import TypeEngine


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
#: Whether a copied foreign key or check keeps options such as ``mssql_not_valid``.
copies_keep_dialect_options = (2, 0, 55) <= _vers < (2, 1) or _vers >= (2, 1, 5)
#: The base of executable DDL; its name changed with 2.0.
ExecutableDDLElement: Any = getattr(
    sqla_ddl, "ExecutableDDLElement", getattr(sqla_ddl, "DDLElement", None)
)
# --------------------------------------------------------------------------
# statements


def insert_without_returning(table: TableClause | Table) -> Insert:
    """Return an INSERT to which SQLAlchemy adds no RETURNING of its own."""
    if sqla_1_4:
        return table.insert().inline()
    return table.insert(inline=True)  # type: ignore[call-arg]


def without_implicit_returning(statement: Any) -> Any:
    """Return an INSERT in the form that brings no RETURNING of SQLAlchemy's own.

    Written into a script, the new key would be returned to nobody.

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


def is_executable(construct: Any) -> bool:
    """Return True for what a Connection executes: SQL constructs, not strings."""
    return hasattr(construct, "compile") and hasattr(
        construct, "_execute_on_connection"
    )


def is_ddl(construct: Any) -> bool:
    """Return True for CREATE, ALTER, DROP and their like."""
    return isinstance(construct, ExecutableDDLElement)


def has_generated_layout(construct: Any) -> bool:
    """Return True for DDL that SQLAlchemy lays out, not for ``DDL("…")``."""
    return is_ddl(construct) and not isinstance(construct, sqla_ddl.DDL)


def text_of(fragment: Any) -> Any:
    """Return a str as SQL text; anything else as it is."""
    return text(fragment) if isinstance(fragment, str) else fragment


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


def type_compiler_of(dialect: Dialect) -> Any:
    """Return the object that writes types; its attribute was renamed in 2.0."""
    return getattr(dialect, "type_compiler_instance", None) or dialect.type_compiler


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


_GIVEN = "alembic_values"
"""The compiler's keyword for values that were given beside a statement."""

_ESCAPED_COLON = re.compile(r"(\\:[\w$]*(?![:\w$]))")


def _script_compiler(base: Any, write_literal: Callable[[Any, Any, Any], str]) -> Any:
    """Return a subclass of a statement compiler that has no use for parameters."""

    class ScriptCompiler(base):  # type: ignore[misc]
        inside_text = False

        def visit_textclause(self, textclause: Any, **kw: Any) -> str:
            self.inside_text = True
            written = str(base.visit_textclause(self, textclause, **kw))
            self.inside_text = False
            return written

        def render_literal_value(self, value: Any, type_: Any) -> str:
            return write_literal(value, type_, partial(base.render_literal_value, self))

        def visit_bindparam(self, bindparam: Any, **kw: Any) -> str:
            bindparam = _with_given_value(bindparam, kw.get(_GIVEN) or {})
            if kw.get("literal_binds") and bindparam.value is None:
                if _value_is_missing(self, bindparam):
                    raise CommandError(_without_value(bindparam))
                if bindparam.callable is None and not bindparam.expanding:
                    # Here 1.3 misses a value, and later ones forget about JSON null.
                    return write_literal(None, bindparam.type, _no_default)
            written = str(base.visit_bindparam(self, bindparam, **kw))
            if self.inside_text:
                # text() takes the backslash from "\:" when the values are in it.
                return _ESCAPED_COLON.sub(r"\\\1", written)
            return written

    return ScriptCompiler


def _with_given_value(bindparam: Any, values: Mapping[str, Any]) -> Any:
    if bindparam.key not in values:
        return bindparam
    given = bindparam._with_value(values[bindparam.key])
    given.required = False
    return given


def _no_default(value: Any, type_: Any) -> str:
    raise NotImplementedError(f"{type_!r} has no literal for {value!r}")


def _value_is_missing(compiler: Any, bindparam: Any) -> bool:
    given: Mapping[str, Any] = getattr(compiler, "_collected_params", None) or {}
    return bool(bindparam.required) and bindparam.key not in given


def _without_value(bindparam: Any) -> str:
    return (
        f"Parameter {bindparam.key!r} has no value; in offline mode every value is "
        "written into the SQL text: give it with bindparams() or values(), or write "
        "a colon that is none as '\\:'."
    )


def script_text(
    construct: Any,
    dialect: Dialect,
    returning: bool = True,
    values: Mapping[str, Any] | None = None,
) -> str:
    """Return a construct as SQL text with its values written into it.

    :param construct: an executable
    :param dialect: as returned by :func:`dialect_for_scripts`
    :param returning: leave the RETURNING that SQLAlchemy adds to an INSERT
    :param values: values for its parameters, or columns, that it does not have itself
    """
    if is_ddl(construct):
        return str(construct.compile(dialect=dialect))
    if not returning:
        construct = without_implicit_returning(construct)
    known = dict(values or {})
    options: dict[str, Any] = {"column_keys": list(known)} if known else {}
    if _has_python_defaults(construct):
        compiled = construct.compile(dialect=dialect, **options)
        if any(_is_asked_first(column, compiled) for column in compiled.prefetch):
            construct = without_implicit_returning(construct)
            compiled = construct.compile(dialect=dialect, **options)
        defaults = _python_defaults(compiled)
        known = {**defaults, **known}
        if not sqla_1_4 and not construct._has_multi_parameters:
            # Its compiler hands nothing on to the parameters that it adds itself.
            construct = construct.values(defaults)
    options["compile_kwargs"] = {"literal_binds": True, _GIVEN: known}
    return str(construct.compile(dialect=dialect, **options))


def _has_python_defaults(construct: Any) -> bool:
    """Return True for an INSERT or UPDATE whose table may fill in values itself."""
    kind = getattr(construct, "__visit_name__", None)
    side = {"insert": "default", "update": "onupdate"}.get(str(kind))
    columns = getattr(getattr(construct, "table", None), "c", ())
    return side is not None and any(
        getattr(column, side, None) is not None for column in columns
    )


def _is_asked_first(column: Any, compiled: Any) -> bool:
    """Return True where a default is SQL that would be run before the statement."""
    default = _default_of(column, compiled)
    return not (default.is_callable or default.is_scalar)


def _default_of(column: Any, compiled: Any) -> Any:
    return column.default if compiled.isinsert else column.onupdate


def _python_defaults(compiled: Any) -> dict[str, Any]:
    """Return the values that SQLAlchemy would fill in when it executes a statement.

    :param compiled: an INSERT or UPDATE
    :return: from the key of a parameter to its value
    """
    found: dict[str, Any] = {}
    for column in compiled.prefetch:
        default = _default_of(column, compiled)
        if default.is_callable:
            found[column.key] = default.arg(None)
        elif default.is_scalar:
            found[column.key] = default.arg
    return found


def writes_literals_by_type(dialect: Dialect) -> bool:
    """Return True where a compiler of SQLAlchemy leaves literals to their types.

    It escapes what they return; a compiler of somebody else may do anything.

    :param dialect: as returned by :func:`dialect_for_scripts`
    """
    base: Any = dialect.statement_compiler.__mro__[1]
    module = str(base.render_literal_value.__module__)
    return module.startswith("sqlalchemy.")


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
def driver_errors(
    connection: Connection, statement: str
) -> Generator[None, None, None]:
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


def uses_backslash_escapes(dialect: Dialect) -> bool:
    """Return True where a backslash in a string literal is an escape."""
    return bool(getattr(dialect, "_backslash_escapes", False))


def set_backslash_escapes(dialect: Dialect, escapes: bool) -> None:
    """Say whether a backslash in a string literal is an escape."""
    dialect._backslash_escapes = escapes  # type: ignore[attr-defined]


def json_serializer(dialect: Dialect) -> Any:
    """Return the ``json_serializer`` of ``create_engine``, or None."""
    return getattr(dialect, "_json_serializer", None)


def is_binary(type_: TypeEngine[Any]) -> bool:
    """Return True for a type of bytes."""
    return isinstance(type_, sqltypes._Binary)


def column_inside(element: Any) -> Any:
    """Return what an index's element sorts by: the column of ``column DESC``."""
    while _is_sorted_or_labelled(element):
        element = element.element
    return element


def _is_sorted_or_labelled(element: Any) -> bool:
    return isinstance(element, Label) or getattr(element, "modifier", None) is not None


def keep_notes(item: Any, copy: Any) -> None:
    """Give a copied constraint its ``info``, and its comment, known since 2.0."""
    copy.info.update(item.info)
    if getattr(item, "comment", None) is not None:
        copy.comment = item.comment


def keep_variants(column: Any, copied: Any) -> None:
    """Give the type of a copied column the variants that copying has lost.

    SQLAlchemy 2.0 and 2.1 lose those of types that belong to a table, such as Enum.

    :param column: the column that was copied
    :param copied: the copy
    """
    variants = getattr(column.type, "_variant_mapping", None)
    if not variants or copied.type._variant_mapping:
        return
    copied.type._variant_mapping = variants
    for variant in variants.values():
        if isinstance(variant, SchemaEventTarget):
            variant._set_parent_with_dispatch(copied)
