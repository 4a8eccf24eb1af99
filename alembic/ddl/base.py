"""DDL elements, and the SQL that most databases share for them."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Callable

from sqlalchemy import exc
from sqlalchemy.schema import Column
from sqlalchemy.sql.elements import quoted_name
from sqlalchemy.types import NULLTYPE, to_instance

from ..util import sqla_compat
from ..util.exc import CommandError
from ..util.sqla_compat import columns_of as _columns_for_constraint
from ..util.sqla_compat import compiles
from ..util.sqla_compat import table_of as _table_for_constraint

if TYPE_CHECKING:
    from typing import Protocol, Union

    from sqlalchemy.schema import (
        Computed,
        FetchedValue,
        ForeignKey,
        ForeignKeyConstraint,
        Identity,
    )
    from sqlalchemy.sql.compiler import Compiled, DDLCompiler
    from sqlalchemy.sql.ddl import ExecutableDDLElement
    from sqlalchemy.sql.elements import ColumnElement, TextClause
    from sqlalchemy.types import TypeEngine

    _ServerDefaultType = Union[FetchedValue, str, TextClause, ColumnElement[Any]]

    class IdentityComparer(Protocol):
        """What the change of an identity asks of a dialect's class."""

        def _compare_identity_default(
            self, metadata_identity: Any, inspector_identity: Any
        ) -> Any: ...

else:
    ExecutableDDLElement = sqla_compat.ExecutableDDLElement

__all__ = [
    "AddColumn",
    "AlterColumn",
    "AlterTable",
    "ColumnComment",
    "ColumnDefault",
    "ColumnName",
    "ColumnNullable",
    "ColumnType",
    "ComputedColumnDefault",
    "DropColumn",
    "IdentityColumnDefault",
    "RenameTable",
    "_columns_for_constraint",
    "_fk_spec",
    "_table_for_constraint",
    "add_column",
    "alter_column",
    "alter_table",
    "compiles",
    "drop_column",
    "format_column_name",
    "format_server_default",
    "format_table_name",
    "format_type",
    "quote_dotted",
]


# --------------------------------------------------------------------------
# elements


class AlterTable(ExecutableDDLElement):
    """The beginning of every change to a table.

    :param table_name: the bare name of the table
    :param schema: its schema; a dotted name is quoted part by part
    """

    # Statements are different every time, so remembering them helps nobody.
    inherit_cache = False

    def __init__(
        self, table_name: str, schema: quoted_name | str | None = None
    ) -> None:
        self.table_name = table_name
        self.schema = schema


class RenameTable(AlterTable):
    """``ALTER TABLE old RENAME TO new``.

    :param old_table_name: the present name
    :param new_table_name: the name wanted, without a schema
    :param schema: the schema that the table stays in
    """

    def __init__(
        self,
        old_table_name: str,
        new_table_name: quoted_name | str,
        schema: quoted_name | str | None = None,
    ) -> None:
        super().__init__(old_table_name, schema=schema)
        self.new_table_name = new_table_name


class AlterColumn(AlterTable):
    """The beginning of every change to a column: what it is called and what it was.

    :param name: the bare name of the table
    :param column_name: the column
    :param schema: the table's schema
    :param existing_type: type before the change, a class or an instance
    :param existing_nullable: whether NULL was allowed
    :param existing_server_default: server default before the change
    :param existing_comment: comment before the change
    """

    def __init__(
        self,
        name: str,
        column_name: str,
        schema: str | None = None,
        existing_type: TypeEngine[Any] | None = None,
        existing_nullable: bool | None = None,
        existing_server_default: _ServerDefaultType | None = None,
        existing_comment: str | None = None,
    ) -> None:
        super().__init__(name, schema=schema)
        self.column_name = column_name
        self.existing_type = (
            to_instance(existing_type) if existing_type is not None else None
        )
        self.existing_nullable = existing_nullable
        self.existing_server_default = existing_server_default
        self.existing_comment = existing_comment


class ColumnNullable(AlterColumn):
    """``ALTER COLUMN c SET NOT NULL``, or ``DROP NOT NULL``."""

    def __init__(self, name: str, column_name: str, nullable: bool, **kw: Any) -> None:
        super().__init__(name, column_name, **kw)
        self.nullable = nullable


class ColumnType(AlterColumn):
    """``ALTER COLUMN c TYPE t``."""

    def __init__(
        self, name: str, column_name: str, type_: TypeEngine[Any], **kw: Any
    ) -> None:
        super().__init__(name, column_name, **kw)
        self.type_ = to_instance(type_)


class ColumnName(AlterColumn):
    """``RENAME c TO d``."""

    def __init__(self, name: str, column_name: str, newname: str, **kw: Any) -> None:
        super().__init__(name, column_name, **kw)
        self.newname = newname


class ColumnDefault(AlterColumn):
    """``ALTER COLUMN c SET DEFAULT x``, or ``DROP DEFAULT`` for None."""

    def __init__(
        self,
        name: str,
        column_name: str,
        default: _ServerDefaultType | None,
        **kw: Any,
    ) -> None:
        super().__init__(name, column_name, **kw)
        self.default = default


class ComputedColumnDefault(AlterColumn):
    """A computed column becomes a plain one, or the reverse."""

    def __init__(
        self, name: str, column_name: str, default: Computed | None, **kw: Any
    ) -> None:
        super().__init__(name, column_name, **kw)
        self.default = default


class IdentityColumnDefault(AlterColumn):
    """The identity of a column is added, changed or dropped.

    :param default: the Identity wanted, or None
    :param impl: the dialect's class, which knows how to compare identities
    """

    def __init__(
        self,
        name: str,
        column_name: str,
        default: Identity | None,
        impl: IdentityComparer,
        **kw: Any,
    ) -> None:
        super().__init__(name, column_name, **kw)
        self.default = default
        self.impl = impl


class ColumnComment(AlterColumn):
    """The comment of a column; None drops it. Each dialect has its own SQL for it."""

    def __init__(
        self, name: str, column_name: str, comment: str | None, **kw: Any
    ) -> None:
        super().__init__(name, column_name, **kw)
        self.comment = comment


class AddColumn(AlterTable):
    """``ALTER TABLE t ADD COLUMN …``.

    :param name: the bare name of the table
    :param column: the new column
    :param schema: the table's schema
    :param if_not_exists: write ``IF NOT EXISTS``
    :param inline_references: write the column's foreign key into it
    :param inline_primary_key: write ``PRIMARY KEY`` for a primary key column
    """

    def __init__(
        self,
        name: str,
        column: Column[Any],
        schema: quoted_name | str | None = None,
        if_not_exists: bool | None = None,
        inline_references: bool | None = None,
        inline_primary_key: bool | None = None,
    ) -> None:
        super().__init__(name, schema=schema)
        self.column = column
        self.if_not_exists = if_not_exists
        self.inline_references = inline_references
        self.inline_primary_key = inline_primary_key


class DropColumn(AlterTable):
    """``ALTER TABLE t DROP COLUMN c``.

    :param name: the bare name of the table
    :param column: the column to drop; only its name counts
    :param schema: the table's schema
    :param if_exists: write ``IF EXISTS``
    """

    def __init__(
        self,
        name: str,
        column: Column[Any],
        schema: str | None = None,
        if_exists: bool | None = None,
    ) -> None:
        super().__init__(name, schema=schema)
        self.column = column
        self.if_exists = if_exists


# --------------------------------------------------------------------------
# the SQL that most databases share


@compiles(RenameTable)
def visit_rename_table(element: RenameTable, compiler: DDLCompiler, **kw: Any) -> str:
    """Return ``ALTER TABLE s.t RENAME TO s.u``."""
    table = alter_table(compiler, element.table_name, element.schema)
    new = format_table_name(compiler, element.new_table_name, element.schema)
    return f"{table} RENAME TO {new}"


@compiles(AddColumn)
def visit_add_column(element: AddColumn, compiler: DDLCompiler, **kw: Any) -> str:
    """Return ``ALTER TABLE t ADD COLUMN …``."""
    table = alter_table(compiler, element.table_name, element.schema)
    column = add_column(
        compiler,
        element.column,
        if_not_exists=element.if_not_exists,
        inline_references=element.inline_references,
        inline_primary_key=element.inline_primary_key,
        **kw,
    )
    return f"{table} {column}"


@compiles(DropColumn)
def visit_drop_column(element: DropColumn, compiler: DDLCompiler, **kw: Any) -> str:
    """Return ``ALTER TABLE t DROP COLUMN c``."""
    table = alter_table(compiler, element.table_name, element.schema)
    column = drop_column(
        compiler, element.column.name, if_exists=element.if_exists, **kw
    )
    return f"{table} {column}"


@compiles(ColumnNullable)
def visit_column_nullable(
    element: ColumnNullable, compiler: DDLCompiler, **kw: Any
) -> str:
    """Return ``… ALTER COLUMN c DROP NOT NULL`` or ``… SET NOT NULL``."""
    change = "DROP NOT NULL" if element.nullable else "SET NOT NULL"
    return f"{_alter_column_of_table(element, compiler)} {change}"


@compiles(ColumnType)
def visit_column_type(element: ColumnType, compiler: DDLCompiler, **kw: Any) -> str:
    """Return ``… ALTER COLUMN c TYPE t``."""
    type_ = format_type(compiler, element.type_)
    return f"{_alter_column_of_table(element, compiler)} TYPE {type_}"


@compiles(ColumnName)
def visit_column_name(element: ColumnName, compiler: DDLCompiler, **kw: Any) -> str:
    """Return ``ALTER TABLE t RENAME c TO d``."""
    table = alter_table(compiler, element.table_name, element.schema)
    old = format_column_name(compiler, element.column_name)
    new = format_column_name(compiler, element.newname)
    return f"{table} RENAME {old} TO {new}"


@compiles(ColumnDefault)
def visit_column_default(
    element: ColumnDefault, compiler: DDLCompiler, **kw: Any
) -> str:
    """Return ``… ALTER COLUMN c SET DEFAULT x`` or ``… DROP DEFAULT``."""
    change = "DROP DEFAULT"
    if element.default is not None:
        change = f"SET DEFAULT {format_server_default(compiler, element.default)}"
    return f"{_alter_column_of_table(element, compiler)} {change}"


@compiles(ComputedColumnDefault)
def visit_computed_column(
    element: ComputedColumnDefault, compiler: DDLCompiler, **kw: Any
) -> str:
    """Raise CompileError: no database can do it in place."""
    raise exc.CompileError(
        'Adding or removing a "computed" construct, e.g. GENERATED '
        "ALWAYS AS, to or from an existing column is not supported."
    )


@compiles(IdentityColumnDefault)
def visit_identity_column(
    element: IdentityColumnDefault, compiler: DDLCompiler, **kw: Any
) -> str:
    """Raise CompileError: PostgreSQL and Oracle alone can do it in place."""
    raise exc.CompileError(
        'Adding, removing or modifying an "identity" construct, '
        "e.g. GENERATED AS IDENTITY, to or from an existing "
        "column is not supported in this dialect."
    )


def _alter_column_of_table(element: AlterColumn, compiler: DDLCompiler) -> str:
    table = alter_table(compiler, element.table_name, element.schema)
    return f"{table} {alter_column(compiler, element.column_name)}"


# --------------------------------------------------------------------------
# pieces, which dialects use too


def quote_dotted(
    name: quoted_name | str, quote: Callable[[Any], Any]
) -> quoted_name | str:
    """Return a dotted name with each of its parts quoted where they need it.

    :param name: ``"db.owner"``; a ``quoted_name`` is one name, dots included
    :param quote: quotes one name
    """
    if isinstance(name, quoted_name):
        return quote(name)  # type: ignore[no-any-return]
    return ".".join(quote(part) for part in name.split("."))


def format_table_name(
    compiler: Compiled,
    name: quoted_name | str,
    schema: quoted_name | str | None,
) -> quoted_name | str:
    """Return a table's name as it stands in SQL, schema first.

    :param compiler: knows how the dialect quotes
    :param name: the bare name
    :param schema: a schema, dotted or not, or None
    """
    quote = functools.partial(compiler.preparer.quote)
    if not schema:
        return quote(name)
    return f"{quote_dotted(schema, quote)}.{quote(name)}"


def format_column_name(
    compiler: DDLCompiler, name: quoted_name | str | None
) -> quoted_name | str:
    """Return a column's name as it stands in SQL."""
    return compiler.preparer.quote(name)  # type: ignore[arg-type]


def format_server_default(
    compiler: DDLCompiler, default: _ServerDefaultType | None
) -> str:
    """Return the text behind ``DEFAULT``.

    :param compiler: writes expressions and quotes strings
    :param default: a string, an SQL expression or a ``DefaultClause``
    :raises CommandError: for a mark such as ``FetchedValue()``, which has no SQL
    """
    holder: Column[Any] = Column("x", NULLTYPE, server_default=default)
    written = compiler.get_column_default_string(holder)
    if written is None:
        raise CommandError(
            f"The server default {default!r} has no form in SQL; give a string, "
            "text() or an SQL expression, or None for no default."
        )
    return str(written)


def format_type(compiler: DDLCompiler, type_: TypeEngine[Any]) -> str:
    """Return a type as it stands in SQL."""
    return str(sqla_compat.type_compiler_of(compiler.dialect).process(type_))


def alter_table(
    compiler: DDLCompiler, name: str, schema: quoted_name | str | None
) -> str:
    """Return ``ALTER TABLE s.t``."""
    return f"ALTER TABLE {format_table_name(compiler, name, schema)}"


def alter_column(compiler: DDLCompiler, name: str) -> str:
    """Return ``ALTER COLUMN c``."""
    return f"ALTER COLUMN {format_column_name(compiler, name)}"


def drop_column(
    compiler: DDLCompiler, name: str, if_exists: bool | None = None, **kw: Any
) -> str:
    """Return ``DROP COLUMN [IF EXISTS ]c``."""
    condition = "IF EXISTS " if if_exists else ""
    return f"DROP COLUMN {condition}{format_column_name(compiler, name)}"


def add_column(
    compiler: DDLCompiler,
    column: Column[Any],
    if_not_exists: bool | None = None,
    inline_references: bool | None = None,
    inline_primary_key: bool | None = None,
    **kw: Any,
) -> str:
    """Return ``ADD COLUMN [IF NOT EXISTS ]<column>`` with what belongs inside.

    :param compiler: writes the column
    :param column: the new column; it belongs to a table
    :param if_not_exists: write ``IF NOT EXISTS``
    :param inline_references: write ``REFERENCES`` for its only foreign key
    :param inline_primary_key: write ``PRIMARY KEY`` for a primary key column
    """
    condition = "IF NOT EXISTS " if if_not_exists else ""
    column_text = column_definition(
        compiler, column, inline_references, inline_primary_key, **kw
    )
    return f"ADD COLUMN {condition}{column_text}"


def column_definition(
    compiler: DDLCompiler,
    column: Column[Any],
    inline_references: bool | None = None,
    inline_primary_key: bool | None = None,
    **kw: Any,
) -> str:
    """Return a new column with the constraints that stand inside of it.

    :param compiler: writes the column
    :param column: the new column; it belongs to a table
    :param inline_references: write ``REFERENCES`` for its only foreign key
    :param inline_primary_key: write ``PRIMARY KEY`` for a primary key column
    """
    parts = [compiler.get_column_specification(column, **kw)]
    if inline_primary_key and column.primary_key:
        parts.append("PRIMARY KEY")
    foreign_key = single_foreign_key(column) if inline_references else None
    if foreign_key is not None:
        parts.append(references_clause(compiler, foreign_key))
    constraints = (compiler.process(const) for const in column.constraints)
    return " ".join([*parts, *filter(None, constraints)])


def generated_as_identity(compiler: Any, identity: Any) -> str:
    """Return ``GENERATED … AS IDENTITY (…)`` as it stands in a column."""
    return str(compiler.visit_identity_column(identity))


def single_foreign_key(column: Column[Any]) -> ForeignKey | None:
    """Return the foreign key that can stand inside a column, or None.

    :param column: a column of any table
    """
    if len(column.foreign_keys) != 1:
        return None
    (key,) = column.foreign_keys
    constraint = key.constraint
    if constraint is not None and len(constraint.elements) != 1:
        return None
    return key


def references_clause(compiler: DDLCompiler, key: ForeignKey) -> str:
    """Return ``REFERENCES t (c)`` with MATCH, ON DELETE and the like behind it."""
    schema, table, column = sqla_compat.resolved_target(key)
    target = format_table_name(compiler, table, schema)
    text = f"REFERENCES {target} ({format_column_name(compiler, column)})"
    text += compiler.define_constraint_match(key)  # type: ignore[arg-type]
    text += compiler.define_constraint_cascades(key)  # type: ignore[arg-type]
    text += compiler.define_constraint_deferrability(key)  # type: ignore[arg-type]
    return text


def _fk_spec(constraint: ForeignKeyConstraint) -> Any:
    """Return what a foreign key says, as a tuple.

    In order: source schema, table and columns; target schema, table and columns;
    onupdate, ondelete, deferrable, initially.
    """
    targets = [sqla_compat.resolved_target(element) for element in constraint.elements]
    target_schema, target_table, _ = targets[0]
    return (
        constraint.table.schema,
        constraint.table.name,
        _columns_for_constraint(constraint),
        target_schema,
        target_table,
        [column for _, _, column in targets],
        constraint.onupdate,
        constraint.ondelete,
        constraint.deferrable,
        constraint.initially,
    )
