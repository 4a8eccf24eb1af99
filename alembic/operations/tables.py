"""Operations on whole tables: create, drop, rename, and their comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, MutableMapping, Sequence

from ..util import sqla_compat
from .checks import need_names, need_schema_items, need_text
from .core import AlterTableOp, MigrateOperation, given
from .directive import directive
from .schemaobj import SchemaObjects

if TYPE_CHECKING:
    from sqlalchemy.schema import MetaData, SchemaItem, Table

    from .base import Operations
    from .ports import Context, Target


@directive("create_table")
class CreateTableOp(MigrateOperation):
    """Create a table, with its indexes and comments.

    Return the new :class:`sqlalchemy.schema.Table`, which can be given to
    ``bulk_insert``::

        account = op.create_table(
            "account",
            Column("id", Integer, primary_key=True),
            Column("name", String(50), nullable=False),
            Column("created", TIMESTAMP, server_default=func.now()),
        )

    :param table_name: name of the table
    :param columns: columns, constraints and indexes
    :param if_not_exists: True: do nothing when there is such a table
    :param kw: options of the table: ``schema``, ``comment``, ``info``,
        ``prefixes``, and those of a dialect such as ``mysql_engine``
    """

    def __init__(
        self,
        table_name: str,
        columns: Sequence[SchemaItem],
        *,
        schema: str | None = None,
        if_not_exists: bool | None = None,
        _namespace_metadata: MetaData | None = None,
        _constraints_included: bool = False,
        **kw: Any,
    ) -> None:
        self.table_name = table_name
        self.columns = columns
        self.schema = schema
        self.if_not_exists = if_not_exists
        self.info = kw.pop("info", {}).copy()
        self.comment = kw.pop("comment", None)
        self.prefixes = kw.pop("prefixes", None)
        self.kw = kw
        self._namespace_metadata = _namespace_metadata
        self._constraints_included = _constraints_included

    @classmethod
    def create_table(
        cls,
        operations: Operations,
        table_name: str,
        *columns: SchemaItem,
        if_not_exists: bool | None = None,
        **kw: Any,
    ) -> Table:
        operation = cls(table_name, columns, if_not_exists=if_not_exists, **kw)
        table: Table = operations.invoke(operation)
        return table

    @classmethod
    def from_table(
        cls, table: Table, *, _namespace_metadata: MetaData | None = None
    ) -> CreateTableOp:
        """Return the operation that creates such a table, without its indexes.

        :param table: a table of a model, or one read from a database
        """
        if _namespace_metadata is None:
            _namespace_metadata = table.metadata
        return cls(
            table.name,
            [*table.c, *_own_constraints(table)],
            schema=table.schema,
            _namespace_metadata=_namespace_metadata,
            _constraints_included=True,
            comment=table.comment,
            info=dict(table.info),
            prefixes=sqla_compat.prefixes_of(table),
            **table.dialect_kwargs,
        )

    def to_table(self, migration_context: Context | None = None) -> Table:
        """Return the table to be created.

        :param migration_context: whose naming convention is applied
        """
        return SchemaObjects(migration_context).table(
            self.table_name,
            *self.columns,
            schema=self.schema,
            prefixes=list(self.prefixes or ()),
            comment=self.comment,
            info=dict(self.info),
            _constraints_included=self._constraints_included,
            **self.kw,
        )

    def reverse(self) -> DropTableOp:
        """Return the operation that drops the table."""
        return DropTableOp(
            self.table_name,
            schema=self.schema,
            table_kw={
                "comment": self.comment,
                "info": dict(self.info),
                "prefixes": list(self.prefixes or ()),
                **self.kw,
            },
            _reverse=self,
        )

    def to_diff_tuple(self) -> tuple[str, Table]:
        """Return ``("add_table", Table)``."""
        return ("add_table", self.to_table())

    def apply(self, target: Target) -> Table:
        """Create the table and return it.

        :raises CommandError: for what is no name, and no part of a table
        """
        _refuse_none("create_table", self.table_name)
        need_schema_items(f"create_table of {self.table_name!r}", self.columns)
        table = self.to_table(target.migration_context)
        target.impl.create_table(table, **given(if_not_exists=self.if_not_exists))
        return table


@directive("drop_table")
class DropTableOp(MigrateOperation):
    """Drop a table::

        op.drop_table("account")

    :param table_name: name of the table
    :param schema: its schema; None for the default one
    :param if_exists: True: do nothing when there is no such table
    :param kw: options of the table
    """

    def __init__(
        self,
        table_name: str,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        table_kw: MutableMapping[Any, Any] | None = None,
        _reverse: CreateTableOp | None = None,
    ) -> None:
        options = dict(table_kw or {})
        self.table_name = table_name
        self.schema = schema
        self.if_exists = if_exists
        self.comment = options.pop("comment", None)
        self.info = options.pop("info", None)
        self.prefixes = options.pop("prefixes", None)
        self.table_kw = options
        self._reverse = _reverse

    @classmethod
    def drop_table(
        cls,
        operations: Operations,
        table_name: str,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        **kw: Any,
    ) -> None:
        operations.invoke(
            cls(table_name, schema=schema, if_exists=if_exists, table_kw=kw)
        )

    @classmethod
    def from_table(
        cls, table: Table, *, _namespace_metadata: MetaData | None = None
    ) -> DropTableOp:
        """Return the operation that drops such a table, and remembers it.

        :param table: a table of a model, or one read from a database
        """
        return cls(
            table.name,
            schema=table.schema,
            table_kw={
                "comment": table.comment,
                "info": dict(table.info),
                "prefixes": sqla_compat.prefixes_of(table),
                **table.dialect_kwargs,
            },
            _reverse=CreateTableOp.from_table(
                table, _namespace_metadata=_namespace_metadata
            ),
        )

    def to_table(self, migration_context: Context | None = None) -> Table:
        """Return the table to be dropped, with its columns where they are known."""
        original = self._reverse
        return SchemaObjects(migration_context).table(
            self.table_name,
            *(original.columns if original else ()),
            schema=self.schema,
            prefixes=list(self.prefixes or ()),
            comment=self.comment,
            info=dict(self.info or {}),
            _constraints_included=bool(original and original._constraints_included),
            **self.table_kw,
        )

    def reverse(self) -> CreateTableOp:
        """Return the operation that creates the table again.

        It creates a table without columns where the original is not known.
        """
        original = self._reverse
        if original is None or not original._constraints_included:
            return CreateTableOp.from_table(self.to_table())
        # The same columns and constraints: making a table of them takes long.
        return CreateTableOp(
            self.table_name,
            list(original.columns),
            schema=self.schema,
            _namespace_metadata=original._namespace_metadata,
            _constraints_included=True,
            comment=self.comment,
            info=dict(self.info or {}),
            prefixes=self.prefixes,
            **self.table_kw,
        )

    def to_diff_tuple(self) -> tuple[str, Table]:
        """Return ``("remove_table", Table)``."""
        return ("remove_table", self.to_table())

    def apply(self, target: Target) -> None:
        """Drop the table."""
        _refuse_none("drop_table", self.table_name)
        table = self.to_table(target.migration_context)
        target.impl.drop_table(table, **given(if_exists=self.if_exists))


@directive("rename_table")
class RenameTableOp(AlterTableOp):
    """Rename a table::

        op.rename_table("account", "customer")

    :param old_table_name: the name so far
    :param new_table_name: the new name, without a schema
    :param schema: the schema in which the table is and stays
    """

    def __init__(
        self, old_table_name: str, new_table_name: str, *, schema: str | None = None
    ) -> None:
        super().__init__(old_table_name, schema=schema)
        self.new_table_name = new_table_name

    def reverse(self) -> RenameTableOp:
        """Return the operation that gives the old name back."""
        return RenameTableOp(self.new_table_name, self.table_name, schema=self.schema)

    def apply(self, target: Target) -> None:
        """Rename the table."""
        need_names(
            "rename_table",
            old_table_name=self.table_name,
            new_table_name=self.new_table_name,
        )
        target.impl.rename_table(
            self.table_name, self.new_table_name, schema=self.schema
        )


@directive("create_table_comment", in_batch="comment, existing_comment")
class CreateTableCommentOp(AlterTableOp):
    """Set the comment of a table::

        op.create_table_comment("account", "who may log in")

    :param table_name: name of the table
    :param comment: the new comment
    :param existing_comment: the comment so far, for the way back
    :param schema: the table's schema; None for the default one
    """

    def __init__(
        self,
        table_name: str,
        comment: str | None,
        *,
        existing_comment: str | None = None,
        schema: str | None = None,
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.comment = comment
        self.existing_comment = existing_comment

    def to_table(self, migration_context: Context | None = None) -> Table:
        """Return a table with nothing but this name and comment."""
        return SchemaObjects(migration_context).table(
            self.table_name, schema=self.schema, comment=self.comment
        )

    def reverse(self) -> CreateTableCommentOp | DropTableCommentOp:
        """Return what brings the old comment back, or drops this one."""
        if self.existing_comment is None:
            return DropTableCommentOp(
                self.table_name, existing_comment=self.comment, schema=self.schema
            )
        return CreateTableCommentOp(
            self.table_name,
            self.existing_comment,
            existing_comment=self.comment,
            schema=self.schema,
        )

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Return ``("add_table_comment", Table, existing_comment)``."""
        return ("add_table_comment", self.to_table(), self.existing_comment)

    def apply(self, target: Target) -> None:
        """Set the comment.

        :raises CommandError: for what is no name or no text
        """
        _refuse_none("create_table_comment", self.table_name)
        need_text("create_table_comment", comment=self.comment)
        target.impl.create_table_comment(self.to_table(target.migration_context))


@directive("drop_table_comment", in_batch="existing_comment")
class DropTableCommentOp(AlterTableOp):
    """Take the comment of a table away::

        op.drop_table_comment("account", existing_comment="who may log in")

    :param table_name: name of the table
    :param existing_comment: the comment so far, for the way back
    :param schema: the table's schema; None for the default one
    """

    def __init__(
        self,
        table_name: str,
        *,
        existing_comment: str | None = None,
        schema: str | None = None,
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.existing_comment = existing_comment

    def to_table(self, migration_context: Context | None = None) -> Table:
        """Return a table with nothing but this name."""
        return SchemaObjects(migration_context).table(
            self.table_name, schema=self.schema
        )

    def reverse(self) -> CreateTableCommentOp:
        """Return the operation that sets the existing comment again."""
        return CreateTableCommentOp(
            self.table_name, self.existing_comment, schema=self.schema
        )

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Return ``("remove_table_comment", Table)``."""
        return ("remove_table_comment", self.to_table())

    def apply(self, target: Target) -> None:
        """Take the comment away."""
        _refuse_none("drop_table_comment", self.table_name)
        target.impl.drop_table_comment(self.to_table(target.migration_context))


def _refuse_none(directive_name: str, table_name: Any) -> None:
    # a Table in place of its name has always done: its text is the name
    if table_name is None:
        need_names(directive_name, table_name=table_name)


def _own_constraints(table: Table) -> list[SchemaItem]:
    """Return a table's constraints but those that its columns' types bring along."""
    return [
        constraint
        for constraint in sqla_compat.sorted_constraints(table)
        if not sqla_compat.is_type_bound(constraint)
    ]
