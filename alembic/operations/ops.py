"""The catalogue of all operations; each is written in the file of its subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..util.lazy import lazy_names
from .columns import AddColumnOp as AddColumnOp
from .columns import AlterColumnOp as AlterColumnOp
from .columns import DropColumnOp as DropColumnOp
from .constraints import AddConstraintOp as AddConstraintOp
from .constraints import CreateCheckConstraintOp as CreateCheckConstraintOp
from .constraints import CreateForeignKeyOp as CreateForeignKeyOp
from .constraints import CreatePrimaryKeyOp as CreatePrimaryKeyOp
from .constraints import CreateUniqueConstraintOp as CreateUniqueConstraintOp
from .constraints import DropConstraintOp as DropConstraintOp
from .containers import DowngradeOps as DowngradeOps
from .containers import MigrationScript as MigrationScript
from .containers import ModifyTableOps as ModifyTableOps
from .containers import OpContainer as OpContainer
from .containers import UpgradeOps as UpgradeOps
from .core import AlterTableOp as AlterTableOp
from .core import MigrateOperation as MigrateOperation
from .data import BulkInsertOp as BulkInsertOp
from .data import ExecuteSQLOp as ExecuteSQLOp
from .exclude import CreateExcludeConstraintOp as CreateExcludeConstraintOp
from .indexes import CreateIndexOp as CreateIndexOp
from .indexes import DropIndexOp as DropIndexOp
from .tables import CreateTableCommentOp as CreateTableCommentOp
from .tables import CreateTableOp as CreateTableOp
from .tables import DropTableCommentOp as DropTableCommentOp
from .tables import DropTableOp as DropTableOp
from .tables import RenameTableOp as RenameTableOp

if not TYPE_CHECKING:
    # Some look for these here; they are made from the operations, hence come later.
    __getattr__ = lazy_names(
        __name__,
        dict.fromkeys(("BatchOperations", "Operations"), "alembic.operations.base"),
    )
