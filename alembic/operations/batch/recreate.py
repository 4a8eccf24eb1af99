"""Copy a table the long way: a new one is made, filled, and takes its place."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Iterable, Iterator, Mapping

from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.schema import (
    CheckConstraint,
    Column,
    MetaData,
    PrimaryKeyConstraint,
    Table,
)
from sqlalchemy.types import TypeEngine, to_instance

from ...util import sqla_compat, sqla_reflection
from ...util.exc import CommandError
from ...util.messaging import warn
from ..again import constraint_again, primary_key_again
from .copies import Kept, Names, NewColumn, index_again, plain_copy, replaces
from .ordering import with_partial_order, with_placements

if TYPE_CHECKING:
    from sqlalchemy.schema import Constraint, Index

    from ..ports import DatabaseEditor, TableRebuild

log = logging.getLogger(__name__)

_GREATEST_LENGTH = 50


class ApplyBatchImpl:
    """Collects what becomes of a table, and makes the table that comes of it.

    Its methods are those that a dialect's ``impl`` has for single changes.

    :param impl: what sends SQL to the database
    :param table: the table as it is; it stays unchanged
    :param table_args: columns and constraints to add
    :param table_kwargs: options of the new table
    :param reflected: True when ``table`` was read from the database
    :param partial_reordering: tuples of column names, each an order to keep to
    """

    def __init__(
        self,
        impl: DatabaseEditor,
        table: Table,
        table_args: tuple[Any, ...],
        table_kwargs: dict[str, Any],
        reflected: bool,
        partial_reordering: tuple[Any, ...] = (),
    ) -> None:
        self.impl = impl
        self.table = table
        self.table_args = table_args
        self.table_kwargs = table_kwargs
        self.reflected = reflected
        self.partial_reordering = tuple(partial_reordering)
        self.temp_table_name = f"_alembic_tmp_{table.name}"[:_GREATEST_LENGTH]
        self.new_table: Table | None = None
        self.existing_ordering = [column.name for column in table.columns]
        self.add_col_ordering: list[tuple[str, str | None, str | None]] = []
        #: By the old name: ``expr``, what is selected for the new table.
        self.column_transfers: dict[str, dict[str, Any]] = {}
        self._comment = table.comment
        self._columns: list[NewColumn] = []
        self._constraints: list[Kept] = []
        self._indexes: list[Kept] = []
        # The CHECK of a Boolean or Enum comes from its type; here is its name.
        self._type_check_names: dict[int, Any] = {}
        self._dropped_type_checks: set[int] = set()
        self._tables_of_new_columns: list[Table] = []
        self._order: list[NewColumn] = []
        self._take_columns()
        self._take_constraints()
        self._take_indexes()

    # -- the table as it is --------------------------------------------------

    def _take_columns(self) -> None:
        for column in self.table.columns:
            copy = plain_copy(column)
            default = copy.server_default
            if self.reflected and sqla_compat.is_sql_default(default):
                text: Any = default.arg
                verbatim = sqla_compat.verbatim_text(text.text)
                sqla_compat.set_server_default(copy, verbatim)
            self._columns.append(NewColumn(copy, old=column))
            self.column_transfers[column.name] = {"expr": column}

    def _take_constraints(self) -> None:
        for constraint in sqla_compat.sorted_constraints(self.table):
            if sqla_compat.is_type_bound(constraint):
                self._note_type_check(constraint)
            elif self._is_lost(constraint):
                self._warn_of_unnamed_check()
            else:
                self._keep(self._constraints, constraint)

    def _is_lost(self, constraint: Constraint) -> bool:
        """Return True for a check that may be the one of a Boolean or Enum type."""
        unnamed = not sqla_compat.constraint_name_string(constraint.name)
        return self.reflected and unnamed and isinstance(constraint, CheckConstraint)

    def _warn_of_unnamed_check(self) -> None:
        if any(isinstance(item, CheckConstraint) for item in self.table_args):
            return
        warn(
            f"Unnamed CHECK constraint on reflected table {self.table.name!r} is being "
            "omitted from the table recreate; pass the constraint explicitly using "
            "batch_alter_table.table_args.  Naming CHECK constraints avoids this going "
            "forward."
        )

    def _take_indexes(self) -> None:
        for index in sqla_compat.sorted_indexes(self.table):
            if not (self.reflected and sqla_reflection.comes_with_its_column(index)):
                self._keep(self._indexes, index)

    def _keep(self, kept: list[Kept], item: Any, is_new: bool = False) -> None:
        verbatim = self.reflected and not is_new
        known = self._known_columns()
        if is_new:
            known = {name: each for name, each in known.items() if not each.dropped}
        kept.append(Kept(item, Names(known, self.impl.dialect, verbatim), is_new))

    def _known_columns(self) -> dict[str, NewColumn]:
        """Return the columns by every name a directive may use: old, then new."""
        known = {each.old.name: each for each in self._columns if each.old is not None}
        known.update((each.name, each) for each in self._columns if not each.dropped)
        return known

    def _find(self, name: str) -> NewColumn:
        found = self._known_columns().get(name)
        if found is None or found.dropped:
            raise CommandError(f"No such column: {name!r} in table {self.table.name!r}")
        return found

    @property
    def named_constraints(self) -> dict[str, Constraint]:
        """The constraints of the new table that have a name, by name."""
        return {
            str(kept.item.name): kept.item
            for kept in self._constraints
            if sqla_compat.constraint_name_string(kept.item.name)
        }

    # -- columns -------------------------------------------------------------

    def add_column(
        self,
        table_name: str,
        column: Column[Any],
        insert_before: str | None = None,
        insert_after: str | None = None,
        **kw: Any,
    ) -> None:
        """Take a new column; rows that exist get its server default."""
        if any(each.name == column.name for each in self._columns if not each.dropped):
            if kw.get("if_not_exists"):
                return
            raise CommandError(
                f"Column {column.name!r} exists already in table {table_name!r}"
            )
        new = NewColumn(plain_copy(column))
        self._columns.append(new)
        self._place(column.name, insert_before, insert_after)
        self._tables_of_new_columns.append(column.table)
        if column.primary_key:
            self._add_to_primary_key(new)
        if kw.get("inline_references"):
            for constraint in column.table.foreign_key_constraints:
                self.add_constraint(constraint)

    def _add_to_primary_key(self, new: NewColumn) -> None:
        existing = self._primary_key()
        names, key = [new.name], PrimaryKeyConstraint(new.name)
        if existing is not None:
            self._constraints.remove(existing)
            names = [*existing.names.still_there(existing.item), new.name]
            key = primary_key_again(existing.item, names)
        columns: list[Any] = [Column(name) for name in names]
        Table(self.table.name, MetaData(), *columns, key)
        self._keep(self._constraints, key, is_new=True)

    def _place(self, name: str, before: str | None, after: str | None) -> None:
        if before is not None or after is not None:
            self.add_col_ordering.append((name, before, after))

    def alter_column(
        self,
        table_name: str,
        column_name: str,
        nullable: bool | None = None,
        server_default: Any = False,
        name: str | None = None,
        type_: TypeEngine[Any] | None = None,
        autoincrement: bool | Any | None = None,
        comment: Any = False,
        **kw: Any,
    ) -> None:
        """Change a column, which may be named as it was or as it is by now."""
        found = self._find(column_name)
        column = found.column
        if type_ is not None:
            self._change_type(found, to_instance(type_))
            column = found.column
        if nullable is not None:
            column.nullable = nullable
        if server_default is not False:
            sqla_compat.set_server_default(column, server_default)
        if autoincrement is not None:
            column.autoincrement = autoincrement
        if comment is not False:
            column.comment = comment
        self._place(column.name, kw.get("insert_before"), kw.get("insert_after"))
        if name is not None and name != column.name:
            self._rename(found, name)

    def _change_type(self, found: NewColumn, type_: TypeEngine[Any]) -> None:
        if found.old is not None:
            transfer = self.column_transfers[found.old.name]
            # From the type so far: the block may have changed it before.
            self.impl.cast_for_batch_migrate(found.column, transfer, type_)
            type_ = self.impl.type_in_rebuild(found.column.type, type_)
        found.column.type = type_
        # A second copy forgets what the old type wanted of its column.
        found.column = plain_copy(found.column)
        self._type_check_names.pop(id(found), None)
        self._dropped_type_checks.discard(id(found))

    def _rename(self, found: NewColumn, name: str) -> None:
        if any(each.name == name for each in self._columns if not each.dropped):
            raise CommandError(
                f"Column {name!r} exists already in table {self.table.name!r}"
            )
        names: dict[str | None, Any] = {found.name: name}
        self.add_col_ordering = [
            (
                names.get(added, added),
                names.get(before, before),
                names.get(after, after),
            )
            for added, before, after in self.add_col_ordering
        ]
        found.column.name = found.column.key = name

    def drop_column(self, table_name: str, column: Any, **kw: Any) -> None:
        """Let a column go, and every constraint and index over it."""
        name = column if isinstance(column, str) else column.name
        if kw.get("if_exists"):
            found = self._known_columns().get(name)
            if found is None or found.dropped:
                return
        found = self._find(name)
        found.dropped = True
        self.add_col_ordering = [
            place for place in self.add_col_ordering if place[0] != found.name
        ]
        if found.old is not None:
            self.column_transfers.pop(found.old.name)

    def create_column_comment(self, column: Any) -> None:
        """Do nothing: the comment is part of the column already."""

    # -- constraints ---------------------------------------------------------

    def add_constraint(self, const: Constraint) -> None:
        """Take a new constraint.

        :raises ValueError: when it has no name by which it could be dropped
        """
        if sqla_compat.is_type_bound(const):
            self._note_type_check(const)
            return
        from_column = any(const.table is each for each in self._tables_of_new_columns)
        if not from_column and not sqla_compat.constraint_name_defined(const.name):
            raise ValueError("Constraint must have a name")
        if isinstance(const, PrimaryKeyConstraint):
            existing = self._primary_key()
            if existing is not None:
                self._constraints.remove(existing)
            for name in {*self._known_columns()}.intersection(const.columns.keys()):
                self._known_columns()[name].forbid_null()
        self._take_place(const)
        self._keep(self._constraints, const, is_new=True)

    def _take_place(self, const: Constraint) -> None:
        """Let those go that have the name of a new constraint."""
        if not sqla_compat.constraint_name_string(const.name):
            return
        for kept in [
            each for each in self._constraints if each.item.name == const.name
        ]:
            warn(
                f"The new constraint {str(const.name)!r} of table {self.table.name!r} "
                "takes the place of the one that has this name already."
            )
            self._constraints.remove(kept)

    def _note_type_check(self, constraint: Constraint) -> None:
        """Remember the name of a type's check: only the real table's gives it."""
        known = self._known_columns()
        for name in sqla_compat.columns_of(constraint):
            if name in known:
                final = _final_name(constraint, self.impl.dialect)
                self._type_check_names[id(known[name])] = final

    def drop_constraint(self, const: Constraint) -> None:
        """Let a constraint go.

        :raises ValueError: when it has no name, or no constraint has that name
        """
        if sqla_compat.is_type_bound(const):
            self.forget_constraint(str(const.name))
            return
        if not sqla_compat.constraint_name_string(const.name):
            raise ValueError("Constraint must have a name")
        if not self.forget_constraint(const.name):
            raise ValueError(f"No such constraint: {str(const.name)!r}")

    def forget_constraint(self, name: str) -> bool:
        """Let a constraint go, and return True where there was one of that name."""
        for kept in self._constraints:
            if kept.item.name == name:
                self._constraints.remove(kept)
                return True
        return any(self._forget_check_of(each, name) for each in self._columns)

    def _forget_check_of(self, each: NewColumn, name: str) -> bool:
        if self._type_check_names.get(id(each)) == name:
            self._dropped_type_checks.add(id(each))
            return True
        for check in list(each.column.constraints):
            if check.name == name:
                each.column.constraints.discard(check)
                return True
        return False

    def _primary_key(self) -> Kept | None:
        for kept in self._constraints:
            if isinstance(kept.item, PrimaryKeyConstraint):
                return kept
        return None

    # -- indexes and the table itself ----------------------------------------

    def create_index(self, idx: Index) -> None:
        """Take a new index."""
        self._keep(self._indexes, idx, is_new=True)

    def drop_index(self, idx: Index) -> None:
        """Let an index go.

        :raises ValueError: when there is none of that name
        """
        for kept in self._indexes:
            if kept.item.name == idx.name:
                self._indexes.remove(kept)
                return
        raise ValueError(f"No such index: {str(idx.name)!r}")

    def has_index(self, name: str | None) -> bool:
        """Return True when the new table is to have an index of that name."""
        return any(kept.item.name == name for kept in self._indexes)

    def create_table_comment(self, table: Table) -> None:
        """Set the comment that the new table is created with."""
        self._comment = table.comment

    def drop_table_comment(self, table: Table) -> None:
        """Create the new table without a comment."""
        self._comment = None

    def rename_table(self, *arg: Any, **kw: Any) -> None:
        """Refuse: a batch block does not rename its table.

        :raises NotImplementedError: always
        """
        raise NotImplementedError("Can't rename table in batch mode")

    # -- the new table -------------------------------------------------------

    def create(self, rebuild: TableRebuild) -> None:
        """Create the new table, copy the rows, and let it take the old one's place.

        When the rows do not fit, the new table is dropped and the old one stays.

        :param rebuild: what the database needs around it
        """
        impl = self.impl
        dropped, renamed = self._changed_names()
        self._order = self._ordered()
        if rebuild.begin(self.table, dropped, renamed):
            self._rename_later()
        self._drop_what_lost_its_columns(self._constraints)
        self._drop_what_lost_its_columns(self._indexes)
        self._refuse_missing_columns()
        impl.prep_table_for_batch(self, self.table)
        self.new_table = self._make_table()
        rebuild.making(self.new_table)
        impl.create_table(self.new_table)
        try:
            self._copy_rows(self.new_table)
            rebuild.rows_copied(self.new_table)
            impl.drop_table(self.table)
        except BaseException:
            self._drop_new_table(self.new_table)
            raise
        with rebuild.renaming():
            impl.rename_table(
                self.temp_table_name, self.table.name, schema=self.table.schema
            )
        for index in self._make_indexes():
            impl.create_index(index)
        rebuild.finish()

    def _changed_names(self) -> tuple[set[str], dict[str, str]]:
        """Return the names that are gone, and those that may be changed at the end."""
        old = [each for each in self._columns if each.old is not None]
        taken = {each.name for each in self._alive() if each.old is None}
        gone = {each.old_name for each in old if each.dropped} - taken
        renamed = {
            each.old_name: each.name
            for each in old
            if not each.dropped and each.name != each.old_name
        }
        computed = any(e.old is None and e.column.computed for e in self._columns)
        if self.table_args or computed or taken.intersection(renamed):
            # They speak of columns by the new names, or have the old ones.
            return gone.union(renamed), {}
        return gone, renamed

    def _rename_later(self) -> None:
        """Give renamed columns their old names back until the table is there."""
        for each in self._alive():
            if each.old is not None:
                each.column.name = each.column.key = each.old_name

    def _drop_what_lost_its_columns(self, kept: list[Kept]) -> None:
        for each in list(kept):
            gone = each.names.gone(each.item)
            if not gone:
                continue
            if isinstance(each.item, PrimaryKeyConstraint):
                if each.names.still_there(each.item):
                    continue
            elif self._are_made_anew(map(each.names.now, gone)):
                if not any(replaces(new, each) for new in kept):
                    continue
            elif each.is_missed(gone):
                self._warn_of_lost(each.item, gone)
            kept.remove(each)

    def _refuse_missing_columns(self) -> None:
        present = {each.name for each in self._alive()}
        for each in (*self._constraints, *self._indexes):
            missing = each.names.missing(each.item, present) if each.is_new else []
            if missing:
                user = str(each.item.name) if each.item.name else "a new constraint"
                raise CommandError(
                    f"No such column: {missing[0]!r} in table {self.table.name!r}, "
                    f"but {user} is to be over it"
                )

    def _are_made_anew(self, names: Iterable[str]) -> bool:
        """Say whether the block dropped columns to add others of their names."""
        new = {each.name for each in self._alive() if each.old is None}
        return new.issuperset(names)

    def _warn_of_lost(self, item: Any, gone: set[str]) -> None:
        kind = "constraint" if hasattr(item, "deferrable") else "index"
        which = f"The {kind} {item.name!r}" if item.name else f"An unnamed {kind}"
        columns = ", ".join(repr(name) for name in sorted(gone))
        warn(
            f"{which} of table {self.table.name!r} goes with the dropped column "
            f"{columns}; what it says about other columns goes too."
        )

    def _make_table(self) -> Table:
        table = Table(
            self.temp_table_name,
            MetaData(),
            *[self._make_column(each) for each in self._order],
            *self._make_constraints(),
            *[sqla_compat.free(item) for item in self.table_args],
            schema=self.table.schema,
            comment=self._comment,
            prefixes=sqla_compat.prefixes_of(self.table),
            **{**self.table.dialect_kwargs, **self.table_kwargs},
        )
        for each in self._alive():
            table.c[each.name].nullable = each.column.nullable
        self._name_type_checks(table)
        return table

    def _alive(self) -> list[NewColumn]:
        return [each for each in self._columns if not each.dropped]

    def _ordered(self) -> list[NewColumn]:
        by_name = {each.name: each for each in self._alive()}
        known = self._known_columns()
        # A place beside a column that goes is the place that it had.
        standing = (e for e in self._columns if by_name.get(e.name, e) is e)
        order = list(dict.fromkeys(each.name for each in standing))
        places = [
            (known[name].name, _now(known, before), _now(known, after))
            for name, before, after in self.add_col_ordering
        ]
        if self.partial_reordering:
            rules = [
                tuple(_now(known, name) or name for name in rule)
                for rule in self.partial_reordering
            ]
            rules += [(n, b) if b else (a or n, n) for n, b, a in places]
            order = with_partial_order(order, rules, table=self.table.name)
        else:
            order = with_placements(order, places, table=self.table.name)
        return [by_name[name] for name in order if name in by_name]

    def _make_column(self, each: NewColumn) -> Column[Any]:
        names = Names(self._known_columns(), self.impl.dialect, self.reflected)
        column = names.computed(each.column) if each.old is not None else each.column
        copy: Column[Any] = sqla_compat.copy_of(column)
        return copy

    def _make_constraints(self) -> Iterator[Constraint]:
        own = (self.table.schema, self.table.name)
        from_types = set(self._type_check_names.values())
        for kept in self._constraints:
            is_check = isinstance(kept.item, CheckConstraint)
            if is_check and kept.item.name and kept.item.name in from_types:
                continue
            if isinstance(kept.item, PrimaryKeyConstraint):
                yield primary_key_again(kept.item, kept.names.still_there(kept.item))
            else:
                names = kept.names
                yield constraint_again(kept.item, names.now, names.expression, own)

    def _name_type_checks(self, table: Table) -> None:
        """Give the checks of types their names, and take away the dropped ones."""
        by_name = {each.name: id(each) for each in self._alive()}
        for constraint in sqla_compat.sorted_constraints(table):
            if not sqla_compat.is_type_bound(constraint):
                continue
            (column,) = sqla_compat.columns_of(constraint)
            if by_name[column] in self._dropped_type_checks:
                table.constraints.discard(constraint)
            elif by_name[column] in self._type_check_names:
                constraint.name = self._type_check_names[by_name[column]]

    def _make_indexes(self) -> list[Index]:
        columns = [Column(each.name, each.column.type) for each in self._alive()]
        table = Table(self.table.name, MetaData(), *columns, schema=self.table.schema)
        return [index_again(kept.item, kept.names, table) for kept in self._indexes]

    def _copy_rows(self, new: Table) -> None:
        names: list[str] = []
        expressions: list[Any] = []
        for each in self._order:
            if each.old is not None and each.column.computed is None:
                names.append(each.name)
                expressions.append(self.column_transfers[each.old.name]["expr"])
        if names:
            rows = sqla_compat.select_of(expressions)
            self.impl.execute(
                new.insert().from_select(names, rows, include_defaults=False)
            )

    def _drop_new_table(self, new: Table) -> None:
        try:
            self.impl.drop_table(new)
        except Exception as err:  # noqa: BLE001  # the first error is the one to show
            log.warning("The table %s could not be dropped: %s", new.name, err)


def _now(known: Mapping[str, NewColumn], name: str | None) -> str | None:
    if name is None or name not in known:
        return name
    return known[name].name


def _final_name(constraint: Constraint, dialect: Any) -> Any:
    try:
        return sqla_compat.final_name(constraint, dialect)
    except InvalidRequestError:
        # The convention asks for a name that the type does not have.
        return None
