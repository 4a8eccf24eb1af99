"""Foreign keys, matched by what they say; a name alone is no difference."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from sqlalchemy.schema import ForeignKeyConstraint

from alembic.operations.constraints import AddConstraintOp, DropConstraintOp
from alembic.operations.indexes import DropIndexOp
from alembic.util import sqla_compat
from alembic.util.dispatch import PriorityDispatchResult

from .reflection import facts_of

if TYPE_CHECKING:
    from sqlalchemy.schema import Table

    from alembic.operations.containers import ModifyTableOps

    from .ports import Comparison

log = logging.getLogger("alembic.autogenerate.compare.constraints")


def compare_foreign_keys(
    autogen_context: Comparison,
    modify_table_ops: ModifyTableOps,
    schema: str | None,
    tname: str,
    conn_table: Table | None,
    metadata_table: Table | None,
) -> PriorityDispatchResult:
    """Compare the foreign keys of a table; those of new and gone ones go with it."""
    if conn_table is None or metadata_table is None:
        return PriorityDispatchResult.CONTINUE
    found, wanted = _keys_of(conn_table), _keys_of(metadata_table)
    parent_names = {"table_name": tname, "schema_name": schema}
    chosen = {
        key
        for key in found
        if autogen_context.run_name_filters(
            sqla_compat.constraint_name_or_none(key.name),
            "foreign_key_constraint",
            parent_names,
        )
    }
    differences = _Differences(autogen_context, modify_table_ops)
    removed = differences.compare(
        [key for key in found if key in chosen],
        wanted,
        _options_are_known(autogen_context, conn_table),
    )
    if removed:
        differences.remove_indexes_of(removed, conn_table, metadata_table)
    return PriorityDispatchResult.CONTINUE


def _keys_of(table: Table) -> list[ForeignKeyConstraint]:
    return [
        constraint
        for constraint in sqla_compat.sorted_constraints(table)
        if isinstance(constraint, ForeignKeyConstraint)
    ]


def _options_are_known(autogen_context: Comparison, table: Table) -> bool:
    """Return True where the dialect reads ON DELETE and the like."""
    facts = facts_of(autogen_context, table).foreign_keys
    return bool(facts) and all("options" in fact for fact in facts)


class _Differences:
    """Finds the differences of one table and adds operations for them."""

    def __init__(
        self, autogen_context: Comparison, modify_table_ops: ModifyTableOps
    ) -> None:
        self.autogen_context = autogen_context
        self.impl = autogen_context.migration_context.impl
        self.ops = modify_table_ops.ops

    def compare(
        self,
        found: list[ForeignKeyConstraint],
        wanted: list[ForeignKeyConstraint],
        include_options: bool,
    ) -> list[ForeignKeyConstraint]:
        """Add operations: removed, then added; each by name.

        :return: the keys that are removed
        """
        conn_keys, metadata_keys = set(found), set(wanted)
        self.impl.correct_for_autogen_foreignkeys(conn_keys, metadata_keys)
        existing = {
            self.impl._create_reflected_constraint_sig(
                key, include_options=include_options
            ): key
            for key in found
            if key in conn_keys
        }
        declared = {
            self.impl._create_metadata_constraint_sig(
                key, include_options=include_options
            ): key
            for key in wanted
            if key in metadata_keys
        }
        removed = [key for sig, key in existing.items() if sig not in declared]
        added = [key for sig, key in declared.items() if sig not in existing]
        gone = [
            key
            for key in sorted(removed, key=_order)
            if self._remove(key, _of_same_name(key, wanted))
        ]
        for key in sorted(added, key=_order):
            self._add(key, _of_same_name(key, found))
        return gone

    def remove_indexes_of(
        self,
        removed: list[ForeignKeyConstraint],
        conn_table: Table,
        metadata_table: Table,
    ) -> None:
        """Drop the indexes that the database made for foreign keys that go.

        It would leave them behind.  One that a foreign key of the model can use stays.
        """
        facts = facts_of(self.autogen_context, conn_table)
        names = {key.name for key in removed}
        going = [fact for fact in facts.foreign_keys if fact["name"] in names]
        used = {sqla_compat.columns_of(key)[0] for key in _keys_of(metadata_table)}
        kept = {index.name for index in metadata_table.indexes}
        fact_by_name = {fact["name"]: fact for fact in facts.indexes}
        for index in sqla_compat.sorted_indexes(conn_table):
            fact = fact_by_name.get(index.name)
            if (
                fact is not None
                and index.name not in kept
                and self.impl.is_implied_index(fact, going)
                and fact["column_names"][0] not in used
                and self.autogen_context.run_object_filters(
                    index, index.name, "index", True, None
                )
            ):
                self.ops.append(DropIndexOp.from_index(index))
                log.info("Detected removed index %r on %r", index.name, conn_table.name)

    def _remove(
        self, key: ForeignKeyConstraint, compare_to: ForeignKeyConstraint | None
    ) -> bool:
        if not self._is_chosen(key, True, compare_to):
            return False
        self.ops.append(DropConstraintOp.from_constraint(key))
        log.info("Detected removed foreign key %s", _described(key, in_schema=True))
        return True

    def _add(
        self, key: ForeignKeyConstraint, compare_to: ForeignKeyConstraint | None
    ) -> None:
        if self._is_chosen(key, False, compare_to):
            self.ops.append(AddConstraintOp.from_constraint(key))
            log.info("Detected added foreign key %s", _described(key, in_schema=False))

    def _is_chosen(
        self, key: Any, reflected: bool, compare_to: ForeignKeyConstraint | None
    ) -> bool:
        return self.autogen_context.run_object_filters(
            key, key.name, "foreign_key_constraint", reflected, compare_to
        )


def _order(key: ForeignKeyConstraint) -> tuple[str, list[str]]:
    name = key.name if isinstance(key.name, str) else ""
    return name, sqla_compat.columns_of(key)


def _of_same_name(
    key: ForeignKeyConstraint, others: list[ForeignKeyConstraint]
) -> ForeignKeyConstraint | None:
    """Return the key of the other side that has the same name, if there is one."""
    if not isinstance(key.name, str):
        return None
    return next((other for other in others if other.name == key.name), None)


def _described(key: ForeignKeyConstraint, in_schema: bool) -> str:
    """Return ``(a)(id) on table t``."""
    table = key.table
    sources = ", ".join(sqla_compat.columns_of(key))
    targets = ", ".join(
        column
        for _, _, column in (
            sqla_compat.resolved_target(element) for element in key.elements
        )
    )
    prefix = f"{table.schema}." if table.schema and in_schema else ""
    return f"({sources})({targets}) on table {prefix}{table.name}"
