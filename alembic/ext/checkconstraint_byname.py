"""Compare check constraints, by their names only.

Every database writes conditions in a form of its own, so a changed condition of the
same name is no difference.  Opt in with::

    context.configure(
        ...,
        autogenerate_plugins=[
            "alembic.autogenerate.*",
            "alembic.ext.checkconstraint_byname",
        ],
    )
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from sqlalchemy.schema import CheckConstraint, Column

from alembic.autogenerate.compare.reflection import facts_of
from alembic.operations.constraints import AddConstraintOp, DropConstraintOp
from alembic.util import sqla_compat
from alembic.util.dispatch import PriorityDispatchResult

if TYPE_CHECKING:
    from sqlalchemy.schema import Table

    from alembic.autogenerate.compare.ports import Comparison
    from alembic.operations.containers import ModifyTableOps
    from alembic.runtime.plugins import Plugin

log = logging.getLogger(__name__)


def _compare_checks(
    autogen_context: Comparison,
    modify_table_ops: ModifyTableOps,
    schema: str | None,
    tname: str,
    conn_table: Table | None,
    metadata_table: Table | None,
) -> PriorityDispatchResult:
    """Compare the checks of a table; those of new and gone ones go with it."""
    if conn_table is None or metadata_table is None:
        return PriorityDispatchResult.CONTINUE
    if facts_of(autogen_context, conn_table).checks is None:
        return PriorityDispatchResult.CONTINUE
    parent_names = {"table_name": tname, "schema_name": schema}
    found = {
        name: check
        for name, check in _found(conn_table).items()
        if autogen_context.run_name_filters(name, "check_constraint", parent_names)
    }
    wanted = _wanted(metadata_table, conn_table, autogen_context)
    differences = _Differences(autogen_context, modify_table_ops, tname)
    for name in sorted(found.keys() - wanted.keys()):
        differences.remove(name, found[name])
    for name in sorted(found.keys() & wanted.keys()):
        differences.compare(name, wanted[name], found[name])
    for name in sorted(wanted.keys() - found.keys()):
        differences.add(name, wanted[name])
    return PriorityDispatchResult.CONTINUE


def _found(table: Table) -> dict[str, CheckConstraint]:
    return {
        str(check.name): check
        for check in table.constraints
        if isinstance(check, CheckConstraint) and check.name
    }


def _wanted(
    table: Table, conn_table: Table, autogen_context: Comparison
) -> dict[str, CheckConstraint]:
    """Return the named checks that the model brings to this database, by name.

    Those of a column that is about to be added come with the column.
    """
    impl = autogen_context.migration_context.impl
    named: dict[str, CheckConstraint] = {}
    for check in sqla_compat.all_table_check_constraints(table):
        if _comes_with_column(check, conn_table):
            continue
        name = sqla_compat.final_name(check, autogen_context.dialect)
        if name is not None and sqla_compat.create_rule_allows(check, impl):
            named[str(name)] = check
    return named


def _comes_with_column(check: CheckConstraint, conn_table: Table) -> bool:
    """Return True for a check that a new column, or its type, brings along."""
    owner = getattr(check, "parent", None)
    if isinstance(owner, Column):
        return owner.name not in conn_table.columns
    return sqla_compat.is_type_bound(check) and any(
        column.name not in conn_table.columns for column in check.columns
    )


class _Differences:
    """Adds operations for the differences of one table."""

    def __init__(
        self, autogen_context: Comparison, modify_table_ops: ModifyTableOps, tname: str
    ) -> None:
        self.autogen_context = autogen_context
        self.ops = modify_table_ops.ops
        self.tname = tname

    def remove(self, name: str, check: CheckConstraint) -> None:
        if self._is_chosen(check, name, True, None):
            self.ops.append(DropConstraintOp.from_constraint(check))
            log.info(
                "Detected removed check constraint %r on table %r", name, self.tname
            )

    def add(self, name: str, check: CheckConstraint) -> None:
        if self._is_chosen(check, name, False, None):
            self.ops.append(AddConstraintOp.from_constraint(check))
            log.info("Detected added check constraint %r on table %r", name, self.tname)

    def compare(self, name: str, new: CheckConstraint, old: CheckConstraint) -> None:
        """Compare two checks of a name, where a dialect of somebody can do so."""
        impl = self.autogen_context.migration_context.impl
        result = impl.compare_check_constraint(new, old)
        if result.is_different and self._is_chosen(new, name, False, old):
            log.info(
                "Detected changed check constraint %r on table %r: %s",
                name,
                self.tname,
                result.message,
            )
            self.ops.append(DropConstraintOp.from_constraint(old))
            self.ops.append(AddConstraintOp.from_constraint(new))

    def _is_chosen(
        self, check: CheckConstraint, name: str, reflected: bool, compare_to: Any
    ) -> bool:
        return self.autogen_context.run_object_filters(
            check, name, "check_constraint", reflected, compare_to
        )


def setup(plugin: Plugin) -> None:
    """Let this comparison take part.

    :param plugin: whose functions are added
    """
    plugin.add_autogenerate_comparator(_compare_checks, "table", "checkconstraints")
