"""Indexes and unique constraints, which databases do not always tell apart."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Iterable

from sqlalchemy.schema import Index, UniqueConstraint

from alembic.operations.constraints import AddConstraintOp, DropConstraintOp
from alembic.operations.indexes import CreateIndexOp, DropIndexOp
from alembic.util import sqla_compat
from alembic.util.dispatch import PriorityDispatchResult

from .reflection import facts_of, make_unique

if TYPE_CHECKING:
    from typing import Union

    from sqlalchemy.schema import Table

    from alembic.operations.containers import ModifyTableOps

    from .ports import Comparison

    _Item = Union[Index, UniqueConstraint]

log = logging.getLogger("alembic.autogenerate.compare.constraints")


def compare_indexes_and_uniques(
    autogen_context: Comparison,
    modify_ops: ModifyTableOps,
    schema: str | None,
    tname: str,
    conn_table: Table | None,
    metadata_table: Table | None,
) -> PriorityDispatchResult:
    """Compare indexes and unique constraints of one table.

    The unique constraints of a table that is new or gone are part of it; its indexes
    are not.
    """
    wanted = _items_of_model(metadata_table)
    if conn_table is None:
        wanted, found = _corrected_new(autogen_context, wanted), []
    else:
        found = _items_of_database(autogen_context, conn_table, wanted)
        if metadata_table is None:
            found = _indexes_of(found)
        wanted, found = _corrected(autogen_context, conn_table, wanted, found)
    _Differences(autogen_context, modify_ops, tname).compare(wanted, found)
    return PriorityDispatchResult.CONTINUE


def _indexes_of(items: Iterable[_Item]) -> list[Any]:
    return [item for item in items if isinstance(item, Index)]


def _items_of_model(table: Table | None) -> list[_Item]:
    if table is None:
        return []
    uniques: list[_Item] = [
        constraint
        for constraint in sqla_compat.sorted_constraints(table)
        if isinstance(constraint, UniqueConstraint)
    ]
    return [*uniques, *table.indexes]


def _items_of_database(
    autogen_context: Comparison, table: Table, wanted: Iterable[_Item]
) -> list[_Item]:
    """Return what the database has; what it has twice, as the model calls it."""
    found: dict[str, _Item] = {}
    unnamed: list[_Item] = []
    for item in _items_of_model(table):
        if item.name is None:
            unnamed.append(item)
        else:
            found[str(item.name)] = item
    found.update(_seen_otherwise(autogen_context, table, wanted))
    kept = (
        item
        for item in (*unnamed, *found.values())
        if autogen_context.run_name_filters(
            sqla_compat.constraint_name_or_none(item.name),
            _kind(item),
            {"table_name": table.name, "schema_name": table.schema},
        )
    )
    return list(kept)


def _seen_otherwise(
    autogen_context: Comparison, table: Table, wanted: Iterable[_Item]
) -> dict[str, _Item]:
    """Return by name unique indexes that the model calls constraints.

    MySQL has unique indexes only and reports them as constraints too.
    """
    facts = facts_of(autogen_context, table)
    twice = [fact for fact in facts.uniques or () if fact.get("duplicates_index")]
    if not twice:
        return {}
    dialect = autogen_context.dialect
    uniques = [item for item in wanted if isinstance(item, UniqueConstraint)]
    names = {sqla_compat.final_name(item, dialect) for item in uniques}
    index_names = {
        sqla_compat.final_name(item, dialect)
        for item in wanted
        if isinstance(item, Index)
    }
    unnamed = {_column_set(item) for item in uniques if not _has_name(item, dialect)}
    otherwise: dict[str, _Item] = {}
    for fact in twice:
        is_wanted = fact["name"] in names
        is_wanted = is_wanted or frozenset(fact["column_names"]) in unnamed
        if is_wanted and fact["name"] not in index_names:
            otherwise[fact["name"]] = make_unique(autogen_context, fact, table)
    return otherwise


def _corrected(
    autogen_context: Comparison,
    table: Table,
    wanted: list[_Item],
    found: list[_Item],
) -> tuple[list[_Item], list[_Item]]:
    """Return both sides without what this database makes look different."""
    if facts_of(autogen_context, table).uniques is None:
        wanted = [item for item in wanted if not _is_unique(item)]
        found = [item for item in found if not _is_unique(item)]
    return _as_impl_sees(autogen_context, wanted, found)


def _corrected_new(autogen_context: Comparison, wanted: list[_Item]) -> list[_Item]:
    """Return the indexes that a new table gets.

    A dialect may leave out indexes over expressions because it cannot compare them;
    here there is nothing to compare them with.
    """
    expressions = [
        item for item in _indexes_of(wanted) if sqla_compat.is_expression_index(item)
    ]
    plain = [item for item in wanted if item not in expressions]
    kept = _indexes_of(_as_impl_sees(autogen_context, plain, [])[0])
    return _in_order(wanted, {*kept, *expressions})


def _as_impl_sees(
    autogen_context: Comparison, wanted: list[_Item], found: list[_Item]
) -> tuple[list[_Item], list[_Item]]:
    """Return both sides as the dialect's hook leaves them."""
    sides = (found, wanted)
    uniques = [
        {item for item in side if isinstance(item, UniqueConstraint)} for side in sides
    ]
    indexes = [{item for item in side if isinstance(item, Index)} for side in sides]
    impl = autogen_context.migration_context.impl
    impl.correct_for_autogen_constraints(uniques[0], indexes[0], uniques[1], indexes[1])
    return (
        [*_in_order(wanted, uniques[1]), *_in_order(wanted, indexes[1])],
        [*_in_order(found, uniques[0]), *_in_order(found, indexes[0])],
    )


def _in_order(items: Iterable[_Item], kept: set[Any]) -> list[_Item]:
    """Return a set as a list in an order that is the same in each process."""
    order = {item: number for number, item in enumerate(items)}
    return sorted(kept, key=lambda item: order.get(item, len(order)))


def _is_unique(item: _Item) -> bool:
    return isinstance(item, UniqueConstraint) or bool(item.unique)


def _kind(item: _Item) -> str:
    return "index" if isinstance(item, Index) else "unique_constraint"


def _column_set(item: _Item) -> frozenset[str]:
    return frozenset(column.name for column in item.columns)


def _has_name(item: _Item, dialect: Any) -> bool:
    return sqla_compat.final_name(item, dialect) is not None


class _Differences:
    """Finds the differences of one table and adds operations for them."""

    def __init__(
        self, autogen_context: Comparison, modify_ops: ModifyTableOps, table_name: str
    ) -> None:
        self.autogen_context = autogen_context
        self.impl = autogen_context.migration_context.impl
        self.ops = modify_ops.ops
        self.table_name = table_name

    def compare(self, wanted: list[_Item], found: list[_Item]) -> None:
        """Add operations: removed, changed, added; each by name; at last unnamed."""
        dialect = self.autogen_context.dialect
        wanted_by_name: dict[str, _Item] = {}
        unnamed: list[_Item] = []
        for item in wanted:
            name = sqla_compat.final_name(item, dialect)
            if name is None:
                unnamed.append(item)
            else:
                wanted_by_name[str(name)] = item
        matched = self._column_sets_of_unnamed(unnamed, found)
        # What has no name cannot be dropped by name, so it stays.
        found_by_name = {str(each.name): each for each in found if each.name}
        self._remove(wanted_by_name, found_by_name, matched)
        self._change(wanted_by_name, found_by_name)
        for name in sorted(wanted_by_name.keys() - found_by_name.keys()):
            self._add(wanted_by_name[name])
        for item in unnamed:
            if _column_set(item) not in matched:
                self._add(item)

    def _column_sets_of_unnamed(
        self, unnamed: list[_Item], found: list[_Item]
    ) -> set[frozenset[str]]:
        """Return the column sets of unnamed constraints that the database has."""
        if not unnamed:
            return set()
        existing = {
            _column_set(item) for item in found if isinstance(item, UniqueConstraint)
        }
        return existing & {_column_set(item) for item in unnamed}

    def _remove(
        self,
        wanted: dict[str, _Item],
        found: dict[str, _Item],
        matched: set[frozenset[str]],
    ) -> None:
        for name in sorted(found.keys() - wanted.keys()):
            item = found[name]
            is_index = isinstance(item, Index)
            if not is_index and _column_set(item) in matched:
                continue
            if self._is_chosen(item, name, True, None):
                self._append_drop(item)
                what = "index" if is_index else "unique constraint"
                log.info("Detected removed %s %r on %r", what, name, self.table_name)

    def _change(self, wanted: dict[str, _Item], found: dict[str, _Item]) -> None:
        for name in sorted(wanted.keys() & found.keys()):
            new, old = wanted[name], found[name]
            if isinstance(new, Index) is not isinstance(old, Index):
                self._exchange(name, new, old)
                continue
            result = (
                self.impl.compare_indexes(new, old)
                if isinstance(new, Index) and isinstance(old, Index)
                else self.impl.compare_unique_constraint(new, old)  # type: ignore[arg-type]
            )
            what = "index" if isinstance(new, Index) else "unique constraint"
            if result.is_skip:
                log.info(
                    "Cannot compare %s %r, assuming equal and skipping. %s",
                    what,
                    name,
                    result.message,
                )
            elif result.is_different and self._is_chosen(new, name, False, old):
                log.info(
                    "Detected changed %s %r on %r: %s",
                    what,
                    name,
                    self.table_name,
                    result.message,
                )
                self._append_drop(old)
                self._append_create(new)

    def _exchange(self, name: str, new: _Item, old: _Item) -> None:
        """Drop an index for a constraint of the same name, or the reverse."""
        if self._is_chosen(old, name, True, None):
            self._append_drop(old)
            what = "index" if isinstance(old, Index) else "unique constraint"
            log.info("Detected removed %s %r on %r", what, name, self.table_name)
        self._add(new)

    def _add(self, item: _Item) -> None:
        name = sqla_compat.final_name(item, self.autogen_context.dialect)
        if not self._is_chosen(item, name, False, None):
            return
        self._append_create(item)
        if isinstance(item, Index):
            elements = self.impl.index_elements(item)
            log.info("Detected added index %r on '%s'", name, elements)
        else:
            columns = tuple(column.name for column in item.columns)
            log.info("Detected added unique constraint %r on '%s'", name, columns)

    def _is_chosen(
        self, item: _Item, name: str | None, reflected: bool, compare_to: Any
    ) -> bool:
        return self.autogen_context.run_object_filters(
            item, name, _kind(item), reflected, compare_to
        )

    def _append_drop(self, item: _Item) -> None:
        if isinstance(item, Index):
            self.ops.append(DropIndexOp.from_index(item))
        else:
            # only a constraint inside of its table says that it includes nothing
            for key, value in [*item.dialect_kwargs.items()]:
                if value == []:
                    del item.dialect_kwargs[key]
            self.ops.append(DropConstraintOp.from_constraint(item))

    def _append_create(self, item: _Item) -> None:
        if isinstance(item, Index):
            self.ops.append(CreateIndexOp.from_index(item))
        else:
            self.ops.append(AddConstraintOp.from_constraint(item))
