"""The built-in implementations, for those who replace one and call the old one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..util.lazy import lazy_names

if TYPE_CHECKING:
    from sqlalchemy.schema import Table

    from . import ops
    from .base import Operations
else:
    __getattr__ = lazy_names(__name__, {"Operations": "alembic.operations.base"})


def alter_column(operations: Operations, operation: ops.AlterColumnOp) -> None:
    """Carry out an ``AlterColumnOp``."""
    operation.apply(operations)


def drop_table(operations: Operations, operation: ops.DropTableOp) -> None:
    """Carry out a ``DropTableOp``."""
    operation.apply(operations)


def drop_column(operations: Operations, operation: ops.DropColumnOp) -> None:
    """Carry out a ``DropColumnOp``."""
    operation.apply(operations)


def create_index(operations: Operations, operation: ops.CreateIndexOp) -> None:
    """Carry out a ``CreateIndexOp``."""
    operation.apply(operations)


def drop_index(operations: Operations, operation: ops.DropIndexOp) -> None:
    """Carry out a ``DropIndexOp``."""
    operation.apply(operations)


def create_table(operations: Operations, operation: ops.CreateTableOp) -> Table:
    """Carry out a ``CreateTableOp`` and return the table."""
    return operation.apply(operations)


def rename_table(operations: Operations, operation: ops.RenameTableOp) -> None:
    """Carry out a ``RenameTableOp``."""
    operation.apply(operations)


def create_table_comment(
    operations: Operations, operation: ops.CreateTableCommentOp
) -> None:
    """Carry out a ``CreateTableCommentOp``."""
    operation.apply(operations)


def drop_table_comment(
    operations: Operations, operation: ops.DropTableCommentOp
) -> None:
    """Carry out a ``DropTableCommentOp``."""
    operation.apply(operations)


def add_column(operations: Operations, operation: ops.AddColumnOp) -> None:
    """Carry out an ``AddColumnOp``."""
    operation.apply(operations)


def create_constraint(operations: Operations, operation: ops.AddConstraintOp) -> None:
    """Carry out any operation that adds a constraint."""
    operation.apply(operations)


def drop_constraint(operations: Operations, operation: ops.DropConstraintOp) -> None:
    """Carry out a ``DropConstraintOp``."""
    operation.apply(operations)


def bulk_insert(operations: Operations, operation: ops.BulkInsertOp) -> None:
    """Carry out a ``BulkInsertOp``."""
    operation.apply(operations)


def execute_sql(operations: Operations, operation: ops.ExecuteSQLOp) -> None:
    """Carry out an ``ExecuteSQLOp``."""
    operation.apply(operations)
