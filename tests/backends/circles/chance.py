"""Models made by chance, and steps from one to the next."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Sequence

import hypothesis
from hypothesis import strategies as st

from alembic.util import sqla_compat

from .models import (
    COLUMN_NAMES,
    COMMENTS,
    FORMS,
    NEW_FORMS,
    TABLE_NAMES,
    Column,
    Index,
    Key,
    Model,
    Table,
    kinds_of,
)


class Chance:
    """Makes models, and steps from one to the next.

    :param draw: of hypothesis
    :param backend: the database that must be able to hold them
    :param schemas: where tables may be
    """

    def __init__(self, draw: Any, backend: str, schemas: Sequence[str | None]) -> None:
        self.draw = draw
        self.backend = backend
        self.schemas = schemas
        self.kinds = kinds_of(backend)
        self.forms = FORMS[backend]
        if not sqla_compat.sqla_2:
            self.forms = tuple(each for each in self.forms if each not in NEW_FORMS)

    def one_of(self, values: Sequence[Any]) -> Any:
        """Return one of some values."""
        return self.draw(st.sampled_from(list(values)))

    def truth(self) -> bool:
        """Return True or False."""
        return bool(self.draw(st.booleans()))

    def model(self) -> Model:
        """Return up to three tables, made one after the other and then linked."""
        model: Model = ()
        for _ in range(self.draw(st.integers(1, 3))):
            model = self.new_table(model)
        for _ in range(self.draw(st.integers(0, 6))):
            step = self.one_of([self.new_index, self.new_key, self.new_column])
            model = step(model)
        return model

    def step(self, model: Model) -> Model:
        """Return a model that is one step further."""
        steps = [
            *(self.new_table, self.new_column, self.new_index, self.new_key),
            *(self.new_target, self.no_table, self.no_column, self.no_index),
            *(self.no_key, self.other_type, self.other_default, self.other_null),
            *(self.other_comment, self.other_table_comment, self.other_index),
            self.other_key,
        ]
        for step in self.draw(st.permutations(steps)):
            following = step(model)
            if following != model:
                hypothesis.note(f"-- step: {step.__name__}")
                return following
        return model

    # -- what comes --

    def new_table(self, model: Model) -> Model:
        """Add a table with columns."""
        names = [n for n in TABLE_NAMES if n not in {table.name for table in model}]
        table = Table(
            self.one_of(names),
            self.one_of(self.schemas),
            self.truth(),
            comment=self.one_of(COMMENTS),
        )
        for _ in range(self.draw(st.integers(0, 4))):
            table = replace(table, columns=(*table.columns, self.column(table)))
        return (*model, table)

    def column(self, table: Table) -> Column:
        """Return a column that a table can get."""
        taken = {column.name for column in table.columns}
        name = self.one_of([each for each in COLUMN_NAMES if each not in taken])
        kind = self.one_of(sorted(self.kinds))
        return Column(
            name,
            kind,
            self.one_of(range(len(self.kinds[kind].types))),
            self._default(kind),
            kind in ("link", "computed") or self.truth(),
            self.one_of(COMMENTS),
        )

    def _default(self, kind: str) -> int | None:
        return self.one_of([None, *range(len(self.kinds[kind].defaults))])

    def new_column(self, model: Model) -> Model:
        """Add a column."""
        table = self.one_of(model) if model else None
        if table is None or len(table.columns) > 5:
            return model
        new = replace(table, columns=(*table.columns, self.column(table)))
        return _exchanged(model, table, new)

    def _index(self, table: Table, name: str) -> Index | None:
        columns = [c for c in table.columns if self.kinds[c.kind].indexed]
        if not columns:
            return None
        chosen = self.draw(
            st.lists(st.sampled_from(columns), min_size=1, max_size=2, unique=True)
        )
        form, kind = self.one_of(self.forms), chosen[0].kind
        if form in ("length", "pattern", "lower") and kind != "text":
            form = "plain"
        if form == "hash" and len(chosen) > 1:
            form = "plain"
        unique = form not in ("hash", "constraint") and self.truth()
        if form == "distinct":
            unique = True
        names = tuple(column.name for column in chosen)
        if form == "constraint" and names in {each.columns for each in table.indexes}:
            # PostgreSQL keeps one of two unique constraints over the same columns.
            form = "plain"
        return Index(name, names, unique, form)

    def new_index(self, model: Model) -> Model:
        """Add an index or unique constraint."""
        table = self.one_of(model) if model else None
        if table is None:
            return model
        index = self._index(table, _new_name(model, f"ix {table.name}"))
        if index is None:
            return model
        return _exchanged(model, table, replace(table, indexes=(*table.indexes, index)))

    def new_key(self, model: Model) -> Model:
        """Add a foreign key from a column that has none."""
        free = [
            (table, column)
            for table in model
            for column in table.columns
            if column.kind == "link"
            and column.name not in {key.column for key in table.keys}
        ]
        if not free:
            return model
        table, column = self.one_of(free)
        ends = [
            (other.name, "id")
            for other in model
            if not other.pair and self._reaches(table, other)
        ]
        if not ends:
            return model
        return self._linked(model, table, column.name, self.one_of(ends))

    def _reaches(self, source: Table, target: Table) -> bool:
        """Return whether a foreign key of one table may refer to another."""
        if self.backend == "mariadb" and target.schema is None:
            return source.schema is None  # it looks for plain names beside the source
        return self.backend != "sqlite" or target.schema == source.schema

    def _linked(
        self, model: Model, table: Table, column: str, end: tuple[str, str]
    ) -> Model:
        key = Key(_new_name(model, f"fk {table.name}"), column, *end)
        key = self._with_options(key)
        return _exchanged(model, table, replace(table, keys=(*table.keys, key)))

    def _with_options(self, key: Key) -> Key:
        return replace(
            key,
            ondelete=self.one_of([None, "CASCADE", "SET NULL", "RESTRICT"]),
            onupdate=self.one_of([None, "CASCADE", "NO ACTION"]),
            deferred=self.backend != "mariadb" and self.truth(),
        )

    def new_target(self, model: Model) -> Model:
        """Add a unique column to one table, and to another a foreign key to it."""
        if not model:
            return model
        target, source = self.one_of(model), self.one_of(model)
        if not self._reaches(source, target):
            return model
        taken = {c.name for table in (target, source) for c in table.columns}
        free = [name for name in COLUMN_NAMES if name not in taken]
        if len(free) < 2:
            return model
        end, start = Column(free[0], "link"), Column(free[1], "link")
        unique = Index(_new_name(model, f"uq {target.name}"), (free[0],), False)
        unique = replace(unique, form="constraint")
        model = _exchanged(
            model,
            target,
            replace(
                target,
                columns=(*target.columns, end),
                indexes=(*target.indexes, unique),
            ),
        )
        source = next(table for table in model if table.name == source.name)
        new = replace(source, columns=(*source.columns, start))
        model = _exchanged(model, source, new)
        return self._linked(model, new, start.name, (target.name, end.name))

    # -- what goes --

    def no_table(self, model: Model) -> Model:
        """Drop a table, and the foreign keys to it."""
        gone = self.one_of(model) if model else None
        return tuple(
            replace(table, keys=tuple(k for k in table.keys if k.table != gone.name))
            for table in model
            if table != gone
        )

    def no_column(self, model: Model) -> Model:
        """Drop a column and all that is made of it."""
        chosen = self._some_column(model)
        if chosen is None:
            return model
        owner, column = chosen
        return tuple(_without(table, owner.name, column.name) for table in model)

    def _some_column(self, model: Model) -> tuple[Table, Column] | None:
        pairs = [(table, column) for table in model for column in table.columns]
        return self.one_of(pairs) if pairs else None

    def no_index(self, model: Model) -> Model:
        """Drop an index or unique constraint that no foreign key leads to."""
        pairs = [(table, index) for table in model for index in table.indexes]
        if not pairs:
            return model
        table, index = self.one_of(pairs)
        if _is_target(model, table, index):
            return model
        kept = tuple(each for each in table.indexes if each != index)
        return _exchanged(model, table, replace(table, indexes=kept))

    def no_key(self, model: Model) -> Model:
        """Drop a foreign key."""
        pairs = [(table, key) for table in model for key in table.keys]
        if not pairs:
            return model
        table, key = self.one_of(pairs)
        kept = tuple(each for each in table.keys if each != key)
        return _exchanged(model, table, replace(table, keys=kept))

    # -- what changes --

    def _changed(
        self, model: Model, change: Callable[[Column], dict[str, Any]]
    ) -> Model:
        chosen = self._some_column(model)
        if chosen is None or chosen[1].kind in ("link", "computed"):
            return model
        table, column = chosen
        new = replace(column, **change(column))
        columns = tuple(new if each == column else each for each in table.columns)
        return _exchanged(model, table, replace(table, columns=columns))

    def other_type(self, model: Model) -> Model:
        """Give a column another type of its kind."""
        return self._changed(
            model, lambda c: {"type": self.one_of(range(len(self.kinds[c.kind].types)))}
        )

    def other_default(self, model: Model) -> Model:
        """Give a column another default, or none."""
        return self._changed(model, lambda c: {"default": self._default(c.kind)})

    def other_null(self, model: Model) -> Model:
        """Make a column nullable, or not."""
        return self._changed(model, lambda c: {"nullable": not c.nullable})

    def other_comment(self, model: Model) -> Model:
        """Give a column another comment, or none."""
        return self._changed(model, lambda c: {"comment": self.one_of(COMMENTS)})

    def other_table_comment(self, model: Model) -> Model:
        """Give a table another comment, or none."""
        if not model:
            return model
        table = self.one_of(model)
        return _exchanged(model, table, replace(table, comment=self.one_of(COMMENTS)))

    def other_index(self, model: Model) -> Model:
        """Make an index otherwise; its name stays."""
        pairs = [(table, index) for table in model for index in table.indexes]
        if not pairs:
            return model
        table, index = self.one_of(pairs)
        new = self._index(table, index.name)
        if new is None or _is_target(model, table, index):
            return model
        indexes = tuple(new if each == index else each for each in table.indexes)
        return _exchanged(model, table, replace(table, indexes=indexes))

    def other_key(self, model: Model) -> Model:
        """Give a foreign key other options."""
        pairs = [(table, key) for table in model for key in table.keys]
        if not pairs:
            return model
        table, key = self.one_of(pairs)
        new = self._with_options(key)
        keys = tuple(new if each == key else each for each in table.keys)
        return _exchanged(model, table, replace(table, keys=keys))


def _exchanged(model: Model, old: Table, new: Table) -> Model:
    return tuple(new if table == old else table for table in model)


def _new_name(model: Model, prefix: str) -> str:
    taken = {each.name for table in model for each in (*table.indexes, *table.keys)}
    return next(f"{prefix} {n}" for n in range(99) if f"{prefix} {n}" not in taken)


def _without(table: Table, owner: str, column: str) -> Table:
    """Return a table without a column of one table, and without what leads to it."""
    keys = [key for key in table.keys if (key.table, key.target) != (owner, column)]
    if table.name != owner:
        return replace(table, keys=tuple(keys))
    return replace(
        table,
        columns=tuple(each for each in table.columns if each.name != column),
        indexes=tuple(each for each in table.indexes if column not in each.columns),
        keys=tuple(each for each in keys if each.column != column),
    )


def _is_target(model: Model, table: Table, index: Index) -> bool:
    """Return True for what makes the target of a foreign key unique."""
    return any(
        (key.table, (key.target,)) == (table.name, index.columns)
        for other in model
        for key in other.keys
    )
