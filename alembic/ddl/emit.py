"""Run statements in a database, or print them as a script."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Iterable, Mapping, Sequence

from sqlalchemy import (
    Column,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    schema,
    text,
)
from sqlalchemy.types import NULLTYPE
from sqlalchemy.util import immutabledict

from ..util import sqla_compat
from ..util.exc import CommandError
from ..util.messaging import warn
from . import base
from .guard import TransactionGuard
from .literals import Literals
from .rows import alike
from .script import ScriptWriter

if TYPE_CHECKING:
    from typing import Literal, TextIO, Union

    from sqlalchemy import Constraint, Index
    from sqlalchemy.engine import Connection, CursorResult, Dialect
    from sqlalchemy.sql.base import Executable
    from sqlalchemy.sql.elements import ColumnElement, TextClause, quoted_name
    from sqlalchemy.sql.selectable import TableClause
    from sqlalchemy.types import TypeEngine

    _ServerDefaultArgument = Union[
        schema.FetchedValue, str, TextClause, ColumnElement[Any], None, Literal[False]
    ]

_NOTHING: Mapping[str, Any] = immutabledict()


class Emitter:
    """The half of a dialect's class that makes SQL and sends or prints it.

    :param dialect: the SQLAlchemy dialect
    :param connection: where statements go; None or a mock in offline mode
    :param as_sql: True prints statements instead of running them
    :param transactional_ddl: True or False overrides what the dialect says
    :param output_buffer: where printed statements go
    :param context_opts: the options of ``context.configure()``
    """

    transactional_ddl: bool = False
    command_terminator: str = ";"
    #: What people call this database.
    product: str = "This database"
    #: What a script has after each statement, such as ``GO``.
    batch_separator: str = ""
    #: Whether a script has the RETURNING that SQLAlchemy adds to an INSERT, which
    #: those who compare scripts expect.
    returning_in_scripts: bool = True
    literals: type[Literals] = Literals

    dialect: Dialect
    connection: Connection | None
    as_sql: bool
    literal_binds: bool
    output_buffer: TextIO | None
    memo: dict[Any, Any]
    context_opts: dict[str, Any]

    def __init__(
        self,
        dialect: Dialect,
        connection: Connection | None,
        as_sql: bool,
        transactional_ddl: bool | None,
        output_buffer: TextIO | None,
        context_opts: dict[str, Any],
    ) -> None:
        self.dialect = dialect
        self.connection = connection
        self.as_sql = as_sql
        self.literal_binds = context_opts.get("literal_binds", False)
        self.output_buffer = output_buffer
        self.memo = {}
        self.context_opts = context_opts
        if transactional_ddl is not None:
            self.transactional_ddl = transactional_ddl
        if self.literal_binds and not self.as_sql:
            raise CommandError("Can't use literal_binds setting without as_sql mode")

    @property
    def bind(self) -> Connection | None:
        """The connection; in offline mode a mock of one, or None."""
        return self.connection

    # -- where SQL goes out --------------------------------------------------

    def _exec(
        self,
        construct: Executable | str,
        execution_options: Mapping[str, Any] | None = None,
        multiparams: Sequence[Mapping[str, Any]] | None = None,
        params: Mapping[str, Any] = _NOTHING,
    ) -> CursorResult[Any] | None:
        """Run one statement, or print it: the one place where SQL goes out.

        :param construct: an executable; a str is taken as ``text()``
        :param execution_options: options that hold for this statement
        :param multiparams: parameters of several executions
        :param params: parameters of one execution
        :return: the result, None in offline mode
        :raises TypeError: for both kinds of parameters, or any of them offline
        """
        statement = self._executable(construct)
        if multiparams is not None and params:
            raise TypeError("Can't send params and multiparams at the same time")
        if self.as_sql:
            if multiparams is not None or params:
                raise TypeError("SQL parameters not allowed with as_sql")
            self._print(self._script.statement(statement))
            return None
        if self.connection is None:
            raise CommandError(
                "There is no database connection to run a statement with; configure "
                "the context with a connection, or use offline mode (--sql)."
            )
        parameters = multiparams if multiparams is not None else params or None
        result: CursorResult[Any] = sqla_compat.execute_on(
            self.connection, statement, execution_options, parameters
        )
        return result

    def print_with_values(
        self, construct: Executable | str, rows: Sequence[Mapping[str, Any]]
    ) -> None:
        """Print a statement once for each set of parameters, these written into it.

        :param construct: an executable; a str is taken as ``text()``
        :param rows: one mapping for each execution
        :raises TypeError: where parameters are no mapping
        """
        statement = self._executable(construct)
        for row in rows:
            if not hasattr(row, "keys"):
                raise TypeError("SQL parameters not allowed with as_sql")
            printed = self._script.statement(statement, row)
            self._exec(sqla_compat.verbatim_text(printed))

    def _executable(self, construct: Any) -> Any:
        if isinstance(construct, str):
            return text(construct)
        if sqla_compat.is_executable(construct):
            return construct
        raise CommandError(
            f"{construct!r} of class {type(construct).__name__} cannot be executed; "
            "give a string or an SQL construct."
        )

    @functools.cached_property
    def _script(self) -> ScriptWriter:
        return ScriptWriter(
            self.dialect,
            self.literals,
            self.command_terminator,
            self.returning_in_scripts,
        )

    def _print(self, statement: str) -> None:
        if not statement:
            return
        self.static_output(statement)
        if self.batch_separator:
            self.static_output(self.batch_separator)

    def static_output(self, text: str) -> None:
        """Write text and an empty line to the SQL stream.

        :param text: printed as it is
        """
        if self.output_buffer is None:
            raise CommandError("There is no output stream to print SQL to.")
        self.output_buffer.write(text + "\n\n")
        self.output_buffer.flush()

    def execute(
        self,
        sql: Executable | str,
        execution_options: dict[str, Any] | None = None,
    ) -> None:
        """Run or print a statement.

        :param sql: an executable; a str is taken as ``text()``
        :param execution_options: options that hold for this statement
        """
        self._exec(sql, execution_options)

    # -- transactions and the run as a whole ---------------------------------

    def start_migrations(self) -> None:
        """Do what this database wants done before a run; here, nothing."""

    def emit_begin(self) -> None:
        """Print the beginning of a transaction."""
        self.static_output("BEGIN" + self.command_terminator)

    def emit_commit(self) -> None:
        """Print the end of a transaction."""
        self.static_output("COMMIT" + self.command_terminator)

    def version_table_impl(
        self,
        *,
        version_table: str,
        version_table_schema: str | None,
        version_table_pk: bool,
        **kw: Any,
    ) -> Table:
        """Return the table of versions; it has a string column ``version_num``.

        :param version_table: its name
        :param version_table_schema: its schema, None for the default one
        :param version_table_pk: True gives it a primary key
        """
        table = Table(
            version_table,
            MetaData(),
            Column("version_num", String(32), nullable=False),
            schema=version_table_schema,
        )
        if version_table_pk:
            name = f"{version_table}_pkc"
            table.append_constraint(PrimaryKeyConstraint("version_num", name=name))
        return table

    def widen_version_column(
        self, table: Table, *, existing_length: int, length: int
    ) -> None:
        """Make room for longer identifiers in the table of versions.

        :param table: as :meth:`version_table_impl` returned it
        :param existing_length: what the column holds now
        :param length: what it has to hold
        :raises CommandError: where the database cannot change a column
        """
        self.alter_column(
            table.name,
            "version_num",
            schema=table.schema,
            type_=String(length),
            existing_type=String(existing_length),
            existing_nullable=False,
        )

    def transaction_guard(self) -> TransactionGuard:
        """Return what watches the statements of a run, so that a step stays whole.

        Here it does nothing: the driver begins transactions in good time, or the
        database cannot roll DDL back.
        """
        return TransactionGuard()

    # -- columns -------------------------------------------------------------

    def alter_column(
        self,
        table_name: str,
        column_name: str,
        *,
        nullable: bool | None = None,
        server_default: _ServerDefaultArgument = False,
        name: str | None = None,
        type_: TypeEngine[Any] | None = None,
        schema: str | None = None,
        autoincrement: bool | None = None,
        comment: str | Literal[False] | None = False,
        existing_comment: str | None = None,
        existing_type: TypeEngine[Any] | None = None,
        existing_server_default: _ServerDefaultArgument = None,
        existing_nullable: bool | None = None,
        existing_autoincrement: bool | None = None,
        **kw: Any,
    ) -> None:
        """Change a column, one statement for each aspect; the name comes last.

        :param server_default: the default wanted, None drops it, False leaves it
        :param name: the name wanted
        :param comment: the comment wanted, None drops it, False leaves it
        :raises CompileError: for a computed column, or an identity where the
            database cannot change it
        """
        self._warn_about_autoincrement(autoincrement, existing_autoincrement)
        self._exec_all(
            self._column_changes(
                table_name,
                column_name,
                nullable=nullable,
                server_default=server_default,
                name=name,
                type_=type_,
                comment=comment,
                schema=schema,
                existing_type=existing_type,
                existing_server_default=existing_server_default,
                existing_nullable=existing_nullable,
                existing_comment=existing_comment,
            )
        )

    def _warn_about_autoincrement(self, *given: bool | None) -> None:
        if any(flag is not None for flag in given):
            warn(
                "autoincrement and existing_autoincrement only make sense for MySQL",
                stacklevel=4,
            )

    def _column_changes(
        self,
        table_name: str,
        column_name: str,
        *,
        nullable: bool | None = None,
        server_default: Any = False,
        name: str | None = None,
        type_: Any = None,
        comment: str | Literal[False] | None = False,
        **existing: Any,
    ) -> list[Any]:
        """Return the statements that change a column, in their order."""
        where = (table_name, column_name)
        changes: list[Any] = []
        if nullable is not None:
            changes.append(base.ColumnNullable(*where, nullable, **existing))
        if server_default is not False:
            changes.append(self._default_change(*where, server_default, existing))
        if type_ is not None:
            changes.append(base.ColumnType(*where, type_, **existing))
        if comment is not False:
            changes.append(base.ColumnComment(*where, comment, **existing))
        if name is not None:
            changes.append(base.ColumnName(*where, name, **existing))
        return changes

    def _default_change(
        self, table: str, column: str, default: Any, existing: dict[str, Any]
    ) -> base.AlterColumn:
        before = existing["existing_server_default"]
        if sqla_compat.is_computed(default) or sqla_compat.is_computed(before):
            return base.ComputedColumnDefault(table, column, default, **existing)
        if sqla_compat.is_identity(default) or sqla_compat.is_identity(before):
            return base.IdentityColumnDefault(table, column, default, self, **existing)  # type: ignore[arg-type]
        return base.ColumnDefault(table, column, default, **existing)

    def _lacks(self, option: str, kind: str, name: Any) -> CommandError:
        """Return the error about a condition that this database has no words for.

        :param option: the keyword, such as ``if_exists``
        :param kind: ``"table"``, ``"column"`` or ``"index"``
        :param name: the name of that thing
        """
        plural = {"index": "indexes"}.get(kind, f"{kind}s")
        return CommandError(
            f"{self.product} has no {option} for {plural} ({kind} {str(name)!r}); look "
            f"it up with sqlalchemy.inspect(op.get_bind()) and leave {option} out."
        )

    def _exec_all(self, constructs: Iterable[Any]) -> None:
        """Run several statements; none of them, where one has no SQL."""
        statements = list(constructs)
        if len(statements) > 1:
            for statement in statements:
                self._check(statement)
        for statement in statements:
            self._exec(statement)

    def _check(self, statement: Any) -> None:
        """Raise what is to be raised about a statement before SQL goes out."""
        statement.compile(dialect=self.dialect)

    def add_column(
        self,
        table_name: str,
        column: Column[Any],
        *,
        schema: str | quoted_name | None = None,
        if_not_exists: bool | None = None,
        inline_references: bool | None = None,
        inline_primary_key: bool | None = None,
    ) -> None:
        """Add a column; its constraints and index are the caller's to add.

        :param column: the new column; it belongs to a table
        :param if_not_exists: leave an existing column alone
        :param inline_references: write its only foreign key into the column
        :param inline_primary_key: write ``PRIMARY KEY`` into the column
        """
        self._exec(
            base.AddColumn(
                table_name,
                column,
                schema=schema,
                if_not_exists=if_not_exists,
                inline_references=inline_references,
                inline_primary_key=inline_primary_key,
            )
        )

    def drop_column(
        self,
        table_name: str,
        column: Column[Any],
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        **kw: Any,
    ) -> None:
        """Drop a column.

        :param column: only its name counts
        :param if_exists: leave a missing column alone
        """
        self._exec(
            base.DropColumn(table_name, column, schema=schema, if_exists=if_exists)
        )

    # -- constraints and indexes ---------------------------------------------

    def add_constraint(self, const: Any, **kw: Any) -> None:
        """Add a constraint, unless its type says that this database needs none.

        :param const: a constraint that belongs to a table
        """
        if sqla_compat.create_rule_allows(const, self):
            self._exec(sqla_compat.add_constraint_ddl(const))

    def drop_constraint(self, const: Constraint, **kw: Any) -> None:
        """Drop a constraint.

        :param const: a named constraint that belongs to a table
        :param kw: ``if_exists`` leaves a missing one alone
        """
        self._exec(sqla_compat.drop_constraint_ddl(const, **kw))

    def create_index(self, index: Index, **kw: Any) -> None:
        """Create an index.

        :param index: an index that belongs to a table
        :param kw: ``if_not_exists`` leaves an existing one alone
        """
        self._exec(sqla_compat.conditional_ddl(schema.CreateIndex, index, kw))

    def _add_included_columns(self, index: Index, dialect_name: str) -> None:
        """Give the table of an index the columns that its INCLUDE names."""
        table: Any = index.table
        for name in index.dialect_options[dialect_name].get("include") or ():
            if isinstance(name, str) and name not in table.c:
                table.append_column(Column(name, NULLTYPE))

    def drop_index(self, index: Index, **kw: Any) -> None:
        """Drop an index.

        :param index: an index that belongs to a table
        :param kw: ``if_exists`` leaves a missing one alone
        """
        self._exec(sqla_compat.conditional_ddl(schema.DropIndex, index, kw))

    # -- tables --------------------------------------------------------------

    def rename_table(
        self,
        old_table_name: str,
        new_table_name: str | quoted_name,
        schema: str | quoted_name | None = None,
    ) -> None:
        """Rename a table; it stays in its schema."""
        self._exec(base.RenameTable(old_table_name, new_table_name, schema=schema))

    def create_table(self, table: Table, **kw: Any) -> None:
        """Create a table, its indexes and, where they stand apart, its comments.

        The events ``before_create`` and ``after_create`` are fired around it.

        :param table: the new table
        :param kw: ``if_not_exists`` leaves an existing one alone
        """
        events = {"checkfirst": False, "_ddl_runner": self}
        table.dispatch.before_create(table, self.connection, **events)
        self._exec(sqla_compat.conditional_ddl(schema.CreateTable, table, kw))
        table.dispatch.after_create(table, self.connection, **events)
        for index in sqla_compat.sorted_indexes(table):
            self._exec(schema.CreateIndex(index))
        if self._has_separate_comments():
            self._create_comments(table)

    def _has_separate_comments(self) -> bool:
        """Return True where a comment is a statement of its own."""
        return self.dialect.supports_comments and not self.dialect.inline_comments

    def _create_comments(self, table: Table) -> None:
        if table.comment:
            self.create_table_comment(table)
        for column in table.columns:
            if column.comment:
                self.create_column_comment(column)

    def drop_table(self, table: Table, **kw: Any) -> None:
        """Drop a table; ``before_drop`` and ``after_drop`` are fired around it.

        :param table: the table, of which the name counts
        :param kw: ``if_exists`` leaves a missing one alone
        """
        events = {"checkfirst": False, "_ddl_runner": self}
        table.dispatch.before_drop(table, self.connection, **events)
        self._exec(sqla_compat.conditional_ddl(schema.DropTable, table, kw))
        table.dispatch.after_drop(table, self.connection, **events)

    def create_table_comment(self, table: Table) -> None:
        """Set the comment of a table."""
        self._exec(schema.SetTableComment(table))

    def drop_table_comment(self, table: Table) -> None:
        """Drop the comment of a table."""
        self._exec(schema.DropTableComment(table))

    def create_column_comment(self, column: Column[Any]) -> None:
        """Set the comment of a column."""
        self._exec(schema.SetColumnComment(column))

    # -- rows ----------------------------------------------------------------

    def bulk_insert(
        self,
        table: TableClause | Table,
        rows: list[dict[str, Any]],
        multiinsert: bool = True,
    ) -> None:
        """Insert rows: many at once online, one literal INSERT for each offline.

        :param table: a Table or ``table()``
        :param rows: one dict a row, from column key to value
        :param multiinsert: False sends one INSERT a row, so that rows may hold SQL
            expressions
        :raises TypeError: where ``rows`` is no list of dicts
        """
        _refuse_no_rows(rows)
        if not rows:
            return
        if self.as_sql:
            self._print_rows(table, rows)
            return
        plain = sqla_compat.insert_without_returning(table)
        if multiinsert:
            for group in alike(rows):
                self._exec(plain, multiparams=group)
        else:
            for row in rows:
                self._exec(plain.values(**row))

    def _print_rows(self, table: Any, rows: list[dict[str, Any]]) -> None:
        if type(self)._exec is not Emitter._exec:
            # A subclass that overrides it wants to see each INSERT as such.
            plain = sqla_compat.insert_without_returning(table)
            for row in rows:
                self._exec(plain.values(**row))
            return
        for statements in self._script.inserts(table, rows):
            self._print_many(statements)

    def _print_many(self, statements: list[str]) -> None:
        """Print statements: at once, unless a subclass wants to see each of them."""
        if type(self).static_output is not Emitter.static_output:
            for statement in statements:
                self._print(statement)
            return
        between = "\n\n"
        if self.batch_separator:
            between = f"\n\n{self.batch_separator}\n\n"
        self.static_output(between.join([*statements, ""])[:-2])


def _refuse_no_rows(rows: Iterable[Any]) -> None:
    if not isinstance(rows, list):
        raise TypeError("List expected")
    if not all(issubclass(kind, dict) for kind in set(map(type, rows))):
        raise TypeError("List of dictionaries expected")


__all__ = ["Emitter"]
