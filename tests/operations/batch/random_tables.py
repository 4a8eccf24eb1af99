"""Random SQLite tables, and blocks that change them, for the property tests.

A ``Model`` is a table as CREATE TABLE says it.  What a block should make of it is
done to the model as well, so that SQLite itself can be asked what the two have in
common; nothing here is the package's.
"""

from __future__ import annotations

import copy
import re
from typing import Any, Callable

import sqlalchemy as sa
from hypothesis import strategies as st

NAMES = ["a", "B", "order", "two words", 'q"q', "ün", "p%c", "co:l", "d.t", "key"]
NEW_NAMES = ["new", "New One", *NAMES]
TYPES = [
    "INTEGER",
    "VARCHAR(10)",
    "TEXT",
    "NUMERIC(10, 2)",
    "REAL",
    "BLOB",
    "",
    "WIBBLE",
    "DATETIME",
    "unsigned big int",
    "DECIMAL(7, 3)",
    "JSON",
]
STRICT_TYPES = ["INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"]
DEFAULTS = ["5", "-3", "'it''s :x %s'", "(1 + 2)", "(lower('A:B'))", "NULL", "x'ff'"]
CONFLICTS = ["ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE"]
ACTIONS = ["CASCADE", "SET NULL", "RESTRICT", "SET DEFAULT", "NO ACTION"]
DEFERRALS = ["", "", " DEFERRABLE INITIALLY DEFERRED", " NOT DEFERRABLE"]
NEW_TYPES = [sa.BigInteger(), sa.Text(), sa.String(77)]

VALUES = st.one_of(
    st.none(),
    st.integers(-5, 2**40),
    st.sampled_from(["a", "A", "a ", "it's", "1", "x:y", "é"]),
    st.sampled_from([0.5, -2.25, 1e10]),
    st.binary(max_size=4),
)


def quoted(name: str) -> str:
    """Return a name in quotes."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def listed(names: list[str]) -> str:
    """Return names in quotes with commas between them."""
    return ", ".join(map(quoted, names))


class Column:
    """A column as it is written, and the name it had before the block."""

    def __init__(self, name: str, type_: str, is_new: bool = False) -> None:
        self.name = name
        self.type = type_
        self.old = None if is_new else name
        self.collation = self.not_null = self.default = ""
        self.generated_from: str | None = None
        self.stored = False
        self.is_cast = False

    def sql(self) -> str:
        """Return the column's definition."""
        words = [quoted(self.name), self.type, self.collation, self.default]
        if self.generated_from is not None:
            kind = "STORED" if self.stored else "VIRTUAL"
            expression = f"{quoted(self.generated_from)} || 'g'"
            words.append(f"GENERATED ALWAYS AS ({expression}) {kind}")
        return " ".join(filter(None, [*words, self.not_null]))


class Key:
    """A constraint: ``sql`` writes its columns where a % stands."""

    def __init__(self, name: str | None, columns: list[str], body: str) -> None:
        self.name = name
        self.columns = columns
        self.body = body
        self.leads_to: str | None = None
        self.in_column = False

    def sql(self) -> str:
        """Return the constraint as it stands behind the columns."""
        name = f"CONSTRAINT {quoted(self.name)} " if self.name else ""
        target = quoted(self.leads_to) if self.leads_to is not None else ""
        body = self.body.replace("<columns>", listed(self.columns))
        return name + body.replace("<target>", target)

    def sql_in_column(self) -> str:
        """Return the constraint as it stands in its column."""
        return re.sub(
            r"(FOREIGN KEY|(UNIQUE)) \(.*?\)(?= |$)", r"\2", self.sql(), count=1
        )


class Index:
    """An index over elements that each begin with a column."""

    def __init__(self, name: str, parts: list[tuple[str, str]], where: str | None):
        self.name = name
        self.parts = parts
        self.where = where
        self.unique = ""

    @property
    def columns(self) -> list[str]:
        """Every column that the index uses."""
        return [name for name, _ in self.parts] + ([self.where] if self.where else [])

    def sql(self, table: str) -> str:
        """Return the statement that makes the index."""
        parts = ", ".join(form.format(quoted(name)) for name, form in self.parts)
        where = f" WHERE {quoted(self.where)} IS NOT NULL" if self.where else ""
        head = f"CREATE {self.unique}INDEX {quoted(self.name)} ON {quoted(table)}"
        return f"{head} ({parts}){where}"


class Model:
    """A table: its columns, keys and indexes."""

    def __init__(self, name: str, columns: list[Column]) -> None:
        self.name = name
        self.columns = columns
        self.primary: list[str] = []
        self.autoincrement = False
        self.options: list[str] = []
        self.keys: list[Key] = []
        self.indexes: list[Index] = []
        self.gone: list[str] = []

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [column.name for column in self.columns]

    @property
    def plain(self) -> list[Column]:
        """The columns that are not generated."""
        return [each for each in self.columns if each.generated_from is None]

    def column(self, name: str) -> Column:
        """Return the column of a name."""
        return self.columns[self.names.index(name)]

    def has(self, name: str) -> bool:
        """Return True when SQLite would say that a name is taken."""
        return name.lower() in map(str.lower, self.names)

    def sql(self) -> str:
        """Return the statement that makes the table."""
        parts = [self._column_sql(column) for column in self.columns]
        if self.primary and not self.autoincrement:
            parts.append(f"PRIMARY KEY ({listed(self.primary)})")
        parts += [key.sql() for key in self.keys if not key.in_column]
        options = ", ".join(self.options)
        return f"CREATE TABLE {quoted(self.name)} ({', '.join(parts)}) {options}"

    def _column_sql(self, column: Column) -> str:
        words = [column.sql()]
        if self.autoincrement and self.primary == [column.name]:
            words.append("PRIMARY KEY AUTOINCREMENT")
        inside = [key for key in self.keys if key.in_column]
        words += [k.sql_in_column() for k in inside if k.columns == [column.name]]
        return " ".join(words)

    def rename(self, old: str, new: str) -> None:
        """Give a column another name everywhere."""
        now = {old: new}
        for column in self.columns:
            column.name = now.get(column.name, column.name)
            source = column.generated_from
            column.generated_from = now.get(source or "", source)
        self.primary = [now.get(name, name) for name in self.primary]
        for key in self.keys:
            key.columns = [now.get(name, name) for name in key.columns]
            key.leads_to = now.get(key.leads_to or "", key.leads_to)
            key.body = key.body.replace(f"/*{old}*/", f"/*{new}*/")
        for index in self.indexes:
            index.parts = [(now.get(name, name), form) for name, form in index.parts]
            index.where = now.get(index.where or "", index.where)

    def drop(self, name: str) -> None:
        """Take a column away, and what is about it."""
        self.columns.remove(self.column(name))
        self.gone.append(name)
        self.keys = [key for key in self.keys if name not in key.columns]
        self.indexes = [each for each in self.indexes if name not in each.columns]


# -- tables ------------------------------------------------------------------


@st.composite
def models(draw: Any, modern: bool) -> Model:
    """Draw a table.

    :param modern: True where SQLAlchemy has words for STRICT; the versions before
        read no generated columns where something stands behind the parentheses
    """
    wanted = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=5, unique=True))
    is_strict = modern and draw(st.integers(0, 4)) == 0
    types = STRICT_TYPES if is_strict else TYPES
    columns = [_column(draw, name, types) for name in wanted]
    model = Model(draw(st.sampled_from(["t", "T b", "group", 't"ä%'])), columns)
    if is_strict:
        model.options.append("STRICT")
    _draw_primary_key(draw, model)
    if modern or not model.options:
        _draw_generated(draw, model)
    for number in range(draw(st.integers(0, 3))):
        _draw_key(draw, model, number)
    for number in range(draw(st.integers(0, 2))):
        model.indexes.append(_index(draw, model, f"ix {number}%"))
    return model


def _column(draw: Any, name: str, types: list[str]) -> Column:
    column = Column(name, draw(st.sampled_from(types)))
    if draw(st.booleans()):
        conflict = draw(st.sampled_from(["", "", *CONFLICTS]))
        column.not_null = f"NOT NULL ON CONFLICT {conflict}" if conflict else "NOT NULL"
    if draw(st.integers(0, 2)) == 0:
        column.default = "DEFAULT " + draw(st.sampled_from(DEFAULTS))
    if draw(st.integers(0, 2)) == 0:
        column.collation = "COLLATE " + draw(st.sampled_from(["NOCASE", "RTRIM"]))
    return column


def _draw_primary_key(draw: Any, model: Model) -> None:
    first = model.columns[0]
    kind = draw(st.sampled_from(["none", "rowid", "counted", "plain", "no rowid"]))
    if kind in ("rowid", "counted"):
        first.type, first.default, first.collation = "INTEGER", "", ""
        first.not_null = first.not_null and "NOT NULL"
    if kind != "none":
        model.primary = [first.name]
    if kind in ("plain", "no rowid") and len(model.columns) > 2:
        model.primary += draw(st.sampled_from([[], [model.columns[1].name]]))
    model.autoincrement = kind == "counted"
    if kind == "no rowid":
        model.options.append("WITHOUT ROWID")


def _draw_generated(draw: Any, model: Model) -> None:
    first, last = model.columns[0], model.columns[-1]
    if last.name not in [first.name, *model.primary] and draw(st.booleans()):
        last.generated_from, last.stored = first.name, draw(st.booleans())
        last.default = last.not_null = ""
        last.type = "TEXT"


def _draw_key(draw: Any, model: Model, number: int) -> None:
    columns = _some(draw, model.names)
    kind = draw(st.sampled_from(["unique", "check", "foreign"]))
    key = Key(draw(st.sampled_from([None, f"key {number}:%"])), columns, "")
    if kind == "check":
        key.name = f"ck{number}"
        key.columns = columns[:1]
        key.body = "CHECK (<columns> <> 'z:z %s')"
    elif kind == "unique":
        conflict = draw(st.sampled_from(["", *CONFLICTS]))
        key.body = "UNIQUE (<columns>)"
        key.body += f" ON CONFLICT {conflict}" if conflict else ""
        key.in_column = len(columns) == 1 and draw(st.booleans())
    else:
        key.columns = columns[:1]
        _draw_target(draw, model, key)
    same = [(each.body[:6], each.columns) for each in model.keys]
    is_primary = sorted(key.columns) == sorted(model.primary)
    if (key.body[:6], key.columns) not in same and not is_primary:
        model.keys.append(key)


def _draw_target(draw: Any, model: Model, key: Key) -> None:
    action = draw(st.sampled_from(["", *(f" ON DELETE {each}" for each in ACTIONS)]))
    action += draw(st.sampled_from(["", " ON UPDATE CASCADE"]))
    action += draw(st.sampled_from(DEFERRALS))
    table, key.leads_to = draw(st.sampled_from([("other", "id"), ("missing", "x")]))
    if len(model.primary) == 1 and draw(st.booleans()):
        table, key.leads_to = model.name, model.primary[0]
    key.body = f"FOREIGN KEY (<columns>) REFERENCES {quoted(table)} (<target>){action}"
    key.in_column = draw(st.booleans())


def _index(draw: Any, model: Model, name: str) -> Index:
    forms = ["{}", "{} DESC", "{} COLLATE NOCASE", "lower({})"]
    parts = [(each, draw(st.sampled_from(forms))) for each in _some(draw, model.names)]
    index = Index(name, parts, draw(st.sampled_from([None, *model.names])))
    index.unique = draw(st.sampled_from(["", "", "UNIQUE "]))
    return index


def _some(draw: Any, names: list[str]) -> list[str]:
    found: list[str] = draw(
        st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)
    )
    return found


# -- blocks ------------------------------------------------------------------

Change = Callable[[Any], object]


@st.composite
def blocks(draw: Any, model: Model) -> tuple[list[str], list[Change], Model]:
    """Draw changes, and return their names, themselves, and what shall come of them."""
    wanted = copy.deepcopy(model)
    names, changes = [], []
    for number in range(draw(st.integers(1, 4))):
        make = draw(st.sampled_from(_CHANGES))
        change = make(draw, wanted, number)
        if change is not None:
            names.append(make.__name__)
            changes.append(change)
    return names, changes, wanted


def _is_fixed(model: Model, name: str) -> bool:
    """Return True for a column that others, or its rows, need as it is."""
    sources = [each.generated_from for each in model.columns]
    is_generated = model.column(name).generated_from is not None
    return name in model.primary or name in sources or is_generated


def _nullable(draw: Any, model: Model, number: int) -> Change | None:
    column = model.column(draw(st.sampled_from(model.names)))
    if _is_fixed(model, column.name):
        return None
    name, nullable = column.name, draw(st.booleans())
    if nullable or not column.not_null:
        column.not_null = "" if nullable else "NOT NULL"
    return lambda b: b.alter_column(name, nullable=nullable)


def _renamed(draw: Any, model: Model, number: int) -> Change | None:
    old, new = draw(st.sampled_from(model.names)), draw(st.sampled_from(NEW_NAMES))
    if model.has(new):
        return None
    model.rename(old, new)
    return lambda b: b.alter_column(old, new_column_name=new)


def _default(draw: Any, model: Model, number: int) -> Change | None:
    column = model.column(draw(st.sampled_from(model.names)))
    if _is_fixed(model, column.name):
        return None
    name, default = column.name, draw(st.sampled_from([None, "it's"]))
    column.default = "DEFAULT 'it''s'" if default else ""
    return lambda b: b.alter_column(name, server_default=default)


def _typed(draw: Any, model: Model, number: int) -> Change | None:
    column = model.column(draw(st.sampled_from(model.names)))
    if _is_fixed(model, column.name) or "STRICT" in model.options:
        return None
    name, type_ = column.name, draw(st.sampled_from(NEW_TYPES))
    column.type, column.is_cast = str(type_), True
    if isinstance(type_, sa.BigInteger):
        column.collation = ""
    return lambda b: b.alter_column(name, type_=type_)


def _dropped(draw: Any, model: Model, number: int) -> Change | None:
    name = draw(st.sampled_from(model.names))
    if _is_fixed(model, name) or len(model.plain) < 2:
        return None
    model.drop(name)
    return lambda b: b.drop_column(name)


def _added(draw: Any, model: Model, number: int) -> Change | None:
    name, beside = draw(st.sampled_from(NEW_NAMES)), draw(st.sampled_from(model.names))
    # What was over a dropped column stays for a new one of its name.
    if model.has(name) or name in model.gone:
        return None
    column = Column(name, "TEXT", is_new=True)
    column.default, column.not_null = (
        "DEFAULT 'd'",
        draw(st.sampled_from(["NOT NULL", ""])),
    )
    model.columns.insert(model.names.index(beside), column)
    nullable = not column.not_null
    return lambda b: b.add_column(
        sa.Column(name, sa.Text, nullable=nullable, server_default="d"),
        insert_before=beside,
    )


def _unique(draw: Any, model: Model, number: int) -> Change | None:
    columns, name = _some(draw, model.names), f"uq{number}"
    taken = [key.columns for key in model.keys if "UNIQUE" in key.body]
    if columns in taken or sorted(columns) == sorted(model.primary):
        return None
    model.keys.append(Key(name, columns, "UNIQUE (<columns>)"))
    return lambda b: b.create_unique_constraint(name, columns)


def _foreign(draw: Any, model: Model, number: int) -> Change | None:
    column, name = draw(st.sampled_from(model.names)), f"fk{number}"
    key = Key(name, [column], "FOREIGN KEY (<columns>) REFERENCES other (<target>)")
    key.leads_to = "id"
    model.keys.append(key)
    return lambda b: b.create_foreign_key(name, "other", [column], ["id"])


def _indexed(draw: Any, model: Model, number: int) -> Change | None:
    columns, name = _some(draw, model.names), f"ix{number}"
    model.indexes.append(Index(name, [(each, "{}") for each in columns], None))
    return lambda b: b.create_index(name, columns)


def _index_dropped(draw: Any, model: Model, number: int) -> Change | None:
    if not model.indexes:
        return None
    name = model.indexes.pop().name
    return lambda b: b.drop_index(name)


def _key_dropped(draw: Any, model: Model, number: int) -> Change | None:
    named = [key for key in model.keys if key.name]
    if not named:
        return None
    key = draw(st.sampled_from(named))
    model.keys.remove(key)
    return lambda b: b.drop_constraint(key.name)


_CHANGES = [
    _nullable,
    _renamed,
    _default,
    _typed,
    _dropped,
    _added,
    _unique,
    _foreign,
    _indexed,
    _index_dropped,
    _key_dropped,
]
