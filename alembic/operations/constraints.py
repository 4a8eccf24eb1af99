"""Operations on constraints."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Callable, Sequence, TypeVar

from sqlalchemy.sql.elements import ColumnClause
from typing_extensions import Self

from ..util import sqla_compat
from ..util.dispatch import Dispatcher
from ..util.exc import CommandError
from .base import Operations
from .checks import list_of_columns
from .core import MigrateOperation, apply_operation, given
from .directive import directive
from .schemaobj import SchemaObjects

if TYPE_CHECKING:
    from sqlalchemy.schema import (
        CheckConstraint,
        Constraint,
        ForeignKeyConstraint,
        PrimaryKeyConstraint,
        SchemaItem,
        UniqueConstraint,
    )
    from sqlalchemy.sql.elements import ColumnElement, TextClause

    from .base import BatchOperations
    from .ports import Context, Target

_AC = TypeVar("_AC", bound="AddConstraintOp")


class AddConstraintOp(MigrateOperation):
    """The base of operations that add a constraint to a table."""

    #: From the ``__visit_name__`` of a constraint to what makes the operation.
    add_constraint_ops = Dispatcher()

    if TYPE_CHECKING:
        # an attribute of each class; the base has none
        constraint_type: str
    else:

        @property
        def constraint_type(self) -> str:
            """The kind of constraint, such as ``"unique"``."""
            kind = type(self).__name__
            raise NotImplementedError(f"{kind} names no constraint_type")

    @classmethod
    def register_add_constraint(cls, type_: str) -> Callable[[type[_AC]], type[_AC]]:
        """Make a class known as the operation for a kind of constraint.

        :param type_: the ``__visit_name__`` of the constraint's class
        """

        def register(klass: type[_AC]) -> type[_AC]:
            cls.add_constraint_ops.dispatch_for(type_)(klass.from_constraint)
            return klass

        return register

    @classmethod
    def from_constraint(cls, constraint: Constraint) -> AddConstraintOp:
        """Return the operation that adds such a constraint to its table.

        :param constraint: a constraint of a table
        :raises ValueError: for a kind that no operation was registered for
        """
        make = cls.add_constraint_ops.dispatch(constraint.__visit_name__)
        operation: AddConstraintOp = make(constraint)
        return operation

    def to_constraint(self, migration_context: Context | None = None) -> Constraint:
        """Return the constraint to be added.

        :param migration_context: whose naming convention is applied
        """
        raise NotImplementedError(f"{type(self).__name__} makes no constraint")

    def reverse(self) -> DropConstraintOp:
        """Return the operation that drops the constraint."""
        return DropConstraintOp.from_constraint(self.to_constraint())

    def to_diff_tuple(self) -> tuple[str, Constraint]:
        """Return ``("add_constraint", Constraint)``."""
        return ("add_constraint", self.to_constraint())

    def renamed(self, name: str | None, table: str, schema: str | None) -> Self:
        """Return the same constraint under another name or on another table."""
        other: Any = copy.copy(self)
        other.constraint_name = name
        other.table_name = table
        other.schema = schema
        return other  # type: ignore[no-any-return]

    def apply(self, target: Target) -> None:
        """Add the constraint."""
        target.impl.add_constraint(self.to_constraint(target.migration_context))


Operations.implementation_for(AddConstraintOp)(apply_operation)


@directive(
    "create_primary_key",
    takes="constraint_name, table_name, columns, schema",
    in_batch="constraint_name, columns",
)
@AddConstraintOp.register_add_constraint("primary_key_constraint")
class CreatePrimaryKeyOp(AddConstraintOp):
    """Give a table that has none a primary key::

        op.create_primary_key("pk_account", "account", ["id", "version"])

    :param constraint_name: its name; None for one given by a naming convention or
        by the database
    :param table_name: the table
    :param columns: a list of column names
    :param schema: the table's schema; None for the default one
    """

    constraint_type = "primarykey"

    def __init__(
        self,
        constraint_name: str | None,
        table_name: str,
        columns: Sequence[str],
        *,
        schema: str | None = None,
        **kw: Any,
    ) -> None:
        self.constraint_name = constraint_name
        self.table_name = table_name
        self.columns = _some_columns("create_primary_key", columns, table_name)
        self.schema = schema
        self.kw = kw

    @classmethod
    def from_constraint(cls, constraint: Constraint) -> CreatePrimaryKeyOp:
        """Return the operation that adds such a primary key."""
        table = sqla_compat.table_of(constraint)
        name: Any = constraint.name
        return cls(
            name,
            table.name,
            sqla_compat.columns_of(constraint),
            schema=table.schema,
            **_timing_of(constraint),
            **constraint.dialect_kwargs,
        )

    def to_constraint(
        self, migration_context: Context | None = None
    ) -> PrimaryKeyConstraint:
        """Return the primary key, on a table of its own."""
        return SchemaObjects(migration_context).primary_key_constraint(
            self.constraint_name,
            self.table_name,
            self.columns,
            schema=self.schema,
            **self.kw,
        )


@directive("create_unique_constraint", in_batch="constraint_name, columns, **kw")
@AddConstraintOp.register_add_constraint("unique_constraint")
class CreateUniqueConstraintOp(AddConstraintOp):
    """Add a unique constraint::

        op.create_unique_constraint("uq_account_name", "account", ["name"])

    :param constraint_name: its name; None for one given by a naming convention or
        by the database
    :param table_name: the table
    :param columns: a list of column names
    :param schema: the table's schema; None for the default one
    :param kw: ``deferrable``, ``initially`` and options of a dialect
    """

    constraint_type = "unique"

    def __init__(
        self,
        constraint_name: str | None,
        table_name: str,
        columns: Sequence[str],
        *,
        schema: str | None = None,
        **kw: Any,
    ) -> None:
        self.constraint_name = constraint_name
        self.table_name = table_name
        self.columns = _some_columns("create_unique_constraint", columns, table_name)
        self.schema = schema
        self.kw = kw

    @classmethod
    def from_constraint(cls, constraint: Constraint) -> CreateUniqueConstraintOp:
        """Return the operation that adds such a unique constraint."""
        table = sqla_compat.table_of(constraint)
        name: Any = constraint.name
        return cls(
            name,
            table.name,
            sqla_compat.columns_of(constraint),
            schema=table.schema,
            **_timing_of(constraint),
            **constraint.dialect_kwargs,
        )

    def to_constraint(
        self, migration_context: Context | None = None
    ) -> UniqueConstraint:
        """Return the unique constraint, on a table of its own."""
        return SchemaObjects(migration_context).unique_constraint(
            self.constraint_name,
            self.table_name,
            self.columns,
            schema=self.schema,
            **self.kw,
        )


@directive("create_foreign_key")
@AddConstraintOp.register_add_constraint("foreign_key_constraint")
class CreateForeignKeyOp(AddConstraintOp):
    """Add a foreign key::

        op.create_foreign_key(
            "fk_account_owner", "account", "owner", ["owner_id"], ["id"]
        )

    :param constraint_name: its name; None for one given by a naming convention or
        by the database
    :param source_table: the table that refers
    :param referent_table: the table referred to
    :param local_cols: a list of names of columns that refer
    :param remote_cols: a list of names of the columns referred to
    :param onupdate: an action such as ``"CASCADE"``
    :param ondelete: an action such as ``"SET NULL"``
    :param deferrable: True or False for ``DEFERRABLE`` or ``NOT DEFERRABLE``
    :param initially: ``"DEFERRED"`` or ``"IMMEDIATE"``
    :param match: ``"FULL"``, ``"PARTIAL"`` or ``"SIMPLE"``
    :param source_schema: schema of the table that refers
    :param referent_schema: schema of the table referred to
    :param dialect_kw: options of a dialect, such as ``postgresql_not_valid``
    """

    constraint_type = "foreignkey"

    def __init__(
        self,
        constraint_name: str | None,
        source_table: str,
        referent_table: str,
        local_cols: list[str],
        remote_cols: list[str],
        **kw: Any,
    ) -> None:
        self.constraint_name = constraint_name
        self.source_table = source_table
        self.referent_table = referent_table
        name = "create_foreign_key"
        self.local_cols = _some_columns(name, local_cols, source_table, "local_cols")
        self.remote_cols = _some_columns(name, remote_cols, source_table, "remote_cols")
        self.kw = kw

    @classmethod
    def create_foreign_key(
        cls,
        operations: Operations,
        constraint_name: str | None,
        source_table: str,
        referent_table: str,
        local_cols: list[str],
        remote_cols: list[str],
        *,
        onupdate: str | None = None,
        ondelete: str | None = None,
        deferrable: bool | None = None,
        initially: str | None = None,
        match: str | None = None,
        source_schema: str | None = None,
        referent_schema: str | None = None,
        **dialect_kw: Any,
    ) -> None:
        operations.invoke(
            cls(
                constraint_name,
                source_table,
                referent_table,
                local_cols,
                remote_cols,
                onupdate=onupdate,
                ondelete=ondelete,
                deferrable=deferrable,
                initially=initially,
                match=match,
                source_schema=source_schema,
                referent_schema=referent_schema,
                **dialect_kw,
            )
        )

    @classmethod
    def batch_create_foreign_key(
        cls,
        operations: BatchOperations,
        constraint_name: str | None,
        referent_table: str,
        local_cols: list[str],
        remote_cols: list[str],
        *,
        referent_schema: str | None = None,
        onupdate: str | None = None,
        ondelete: str | None = None,
        deferrable: bool | None = None,
        initially: str | None = None,
        match: str | None = None,
        **dialect_kw: Any,
    ) -> None:
        cls.create_foreign_key(
            operations,  # type: ignore[arg-type]  # all it has to do is to invoke
            constraint_name,
            operations.impl.table_name,
            referent_table,
            local_cols,
            remote_cols,
            onupdate=onupdate,
            ondelete=ondelete,
            deferrable=deferrable,
            initially=initially,
            match=match,
            source_schema=operations.impl.schema,
            referent_schema=referent_schema,
            **dialect_kw,
        )

    @classmethod
    def from_constraint(cls, constraint: Constraint) -> CreateForeignKeyOp:
        """Return the operation that adds such a foreign key."""
        key: Any = constraint
        table = sqla_compat.table_of(constraint)
        targets = [sqla_compat.resolved_target(element) for element in key.elements]
        referent_schema, referent, _ = targets[0]
        facts = given(
            onupdate=key.onupdate,
            ondelete=key.ondelete,
            match=key.match,
            use_alter=key.use_alter or None,
            **_timing_of(constraint),
        )
        name: Any = constraint.name
        return cls(
            name,
            table.name,
            referent,
            sqla_compat.columns_of(constraint),
            [column for _, _, column in targets],
            source_schema=table.schema,
            referent_schema=referent_schema,
            **facts,
            **constraint.dialect_kwargs,
        )

    def to_constraint(
        self, migration_context: Context | None = None
    ) -> ForeignKeyConstraint:
        """Return the foreign key, between tables of its own."""
        return SchemaObjects(migration_context).foreign_key_constraint(
            self.constraint_name,
            self.source_table,
            self.referent_table,
            self.local_cols,
            self.remote_cols,
            **self.kw,
        )

    def renamed(
        self, name: str | None, table: str, schema: str | None
    ) -> CreateForeignKeyOp:
        """Return the same foreign key under another name or on another table."""
        other = copy.copy(self)
        other.constraint_name = name
        other.source_table = table
        other.kw = {**self.kw, "source_schema": schema}
        return other

    def to_diff_tuple(self) -> tuple[str, ForeignKeyConstraint]:
        """Return ``("add_fk", ForeignKeyConstraint)``."""
        return ("add_fk", self.to_constraint())


@directive("create_check_constraint", in_batch="constraint_name, condition, **kw")
@AddConstraintOp.register_add_constraint("check_constraint")
@AddConstraintOp.register_add_constraint("table_or_column_check_constraint")
@AddConstraintOp.register_add_constraint("column_check_constraint")
class CreateCheckConstraintOp(AddConstraintOp):
    """Add a condition that every row must meet::

        op.create_check_constraint("ck_positive", "account", "balance >= 0")
        op.create_check_constraint("ck_name", "account", func.length(column("n")) > 5)

    :param constraint_name: its name; None for one given by the database
    :param table_name: the table
    :param condition: a string, ``text()`` or an expression
    :param schema: the table's schema; None for the default one
    :param kw: ``deferrable``, ``initially`` and options of a dialect
    """

    constraint_type = "check"

    def __init__(
        self,
        constraint_name: str | None,
        table_name: str,
        condition: str | TextClause | ColumnElement[Any],
        *,
        schema: str | None = None,
        **kw: Any,
    ) -> None:
        self.constraint_name = constraint_name
        self.table_name = table_name
        self.condition = condition
        self.schema = schema
        self.kw = kw

    @classmethod
    def from_constraint(cls, constraint: Constraint) -> CreateCheckConstraintOp:
        """Return the operation that adds such a check."""
        table = sqla_compat.table_of(constraint)
        name: Any = constraint.name
        return cls(
            name,
            table.name,
            constraint.sqltext,  # type: ignore[attr-defined]  # it is a check
            schema=table.schema,
            **_timing_of(constraint),
            **constraint.dialect_kwargs,
        )

    def to_constraint(
        self, migration_context: Context | None = None
    ) -> CheckConstraint:
        """Return the check, on a table of its own."""
        return SchemaObjects(migration_context).check_constraint(
            self.constraint_name,
            self.table_name,
            self.condition,
            schema=self.schema,
            **self.kw,
        )


@directive(
    "drop_constraint",
    in_batch="constraint_name, type_",
    unlisted_in_batch="if_exists",
)
class DropConstraintOp(MigrateOperation):
    """Drop a constraint by its name::

        op.drop_constraint("uq_account_name", "account", type_="unique")

    :param constraint_name: its name
    :param table_name: the table
    :param type_: ``"foreignkey"``, ``"primary"``, ``"unique"`` or ``"check"``; MySQL
        needs it, and so does a naming convention
    :param schema: the table's schema; None for the default one
    :param if_exists: True: do nothing when there is no such constraint, where the
        database can say so
    """

    def __init__(
        self,
        constraint_name: str | None,
        table_name: str,
        type_: str | None = None,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        _reverse: AddConstraintOp | None = None,
    ) -> None:
        self.constraint_name = constraint_name
        self.table_name = table_name
        self.constraint_type = type_
        self.schema = schema
        self.if_exists = if_exists
        self._reverse = _reverse

    @classmethod
    def from_constraint(cls, constraint: Constraint) -> DropConstraintOp:
        """Return the operation that drops such a constraint, and remembers it.

        :param constraint: a constraint of a table
        """
        table = sqla_compat.table_of(constraint)
        name: Any = constraint.name
        return cls(
            name,
            table.name,
            _TYPE_BY_VISIT_NAME.get(constraint.__visit_name__),
            schema=table.schema,
            _reverse=AddConstraintOp.from_constraint(constraint),
        )

    def to_constraint(self) -> Constraint:
        """Return the constraint as it was, with the name it has in this operation.

        :raises ValueError: when the constraint is not known
        """
        if self._reverse is None:
            raise ValueError(
                "constraint cannot be produced; original constraint is not present"
            )
        original = self._reverse.renamed(
            self.constraint_name, self.table_name, self.schema
        )
        return original.to_constraint()

    def reverse(self) -> AddConstraintOp:
        """Return the operation that adds the constraint again."""
        return AddConstraintOp.from_constraint(self.to_constraint())

    def to_diff_tuple(self) -> tuple[str, SchemaItem]:
        """Return ``("remove_constraint", …)``, or ``("remove_fk", …)`` of a key."""
        is_key = self.constraint_type == "foreignkey"
        return ("remove_fk" if is_key else "remove_constraint", self.to_constraint())

    def apply(self, target: Target) -> None:
        """Drop the constraint."""
        constraint = SchemaObjects(target.migration_context).generic_constraint(
            self.constraint_name,
            self.table_name,
            self.constraint_type,
            schema=self.schema,
        )
        target.impl.drop_constraint(constraint, **given(if_exists=self.if_exists))


_TYPE_BY_VISIT_NAME = {
    "unique_constraint": "unique",
    "foreign_key_constraint": "foreignkey",
    "primary_key_constraint": "primary",
    "check_constraint": "check",
    "table_or_column_check_constraint": "check",
    "column_check_constraint": "check",
}


def _some_columns(
    directive_name: str, columns: Any, table: str, parameter: str = "columns"
) -> Any:
    """Return a list of columns, at least one.

    :raises CommandError: for a string, for anything else, and for an empty list
    """
    found = list_of_columns(directive_name, parameter, columns, table=table)
    if not found:
        raise CommandError(
            f"{directive_name} on table {table!r}: {parameter} names no column."
        )
    for column in found:
        if not isinstance(column, (str, ColumnClause)):
            raise CommandError(
                f"{directive_name} on table {table!r}: {column!s} in {parameter} is "
                "not the name of a column; only an index can be over expressions."
            )
    return found


def _timing_of(constraint: Constraint) -> dict[str, Any]:
    return given(deferrable=constraint.deferrable, initially=constraint.initially)
