"""What CREATE TABLE and CREATE INDEX say on SQLite, read from their text.

SQLite keeps the statement that made a table or an index, and shows parts of it only
there: collations, conflict clauses, AUTOINCREMENT, the order of constraints.  The
grammar is that of https://sqlite.org/lang_createtable.html and
https://sqlite.org/lang_createindex.html; TEMP, IF NOT EXISTS and the schema in front
of the name are not kept.
"""

from __future__ import annotations

import re
import string
from typing import Any, Callable, Iterable, Mapping, NamedTuple

_TOKENS = re.compile(
    r"""
    (?P<blank>\s+|--[^\n]*|/\*(?:.*?\*/|.*))
    | (?P<string>[xX]?'(?:[^']|'')*')
    | (?P<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])
    | (?P<number>0[xX][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)
    | (?P<word>[^\W\d][\w$]*)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)

# What ends a type's name inside of a column.
_AFTER_TYPE = {
    "CONSTRAINT",
    "PRIMARY",
    "NOT",
    "NULL",
    "UNIQUE",
    "CHECK",
    "DEFAULT",
    "COLLATE",
    "REFERENCES",
    "GENERATED",
    "AS",
    "DEFERRABLE",
    "ON",
}
_TABLE_CONSTRAINTS = {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"}


class NotUnderstood(ValueError):
    """The text is not what the grammar says; the message shows where."""


class Key(NamedTuple):
    """A constraint of a table, be it written in a column or behind the columns.

    :ivar kind: ``primary``, ``unique``, ``check`` or ``foreign``
    :ivar columns: the columns it is about; empty for a check
    :ivar plain: False where a column of a key has an order or a collation
    :ivar sql: the expression of a check
    :ivar conflict: what stands behind ``ON CONFLICT``
    :ivar target: table and columns that a foreign key refers to
    """

    kind: str
    name: str | None = None
    columns: tuple[str, ...] = ()
    plain: bool = True
    sql: str = ""
    conflict: str | None = None
    target: tuple[str, tuple[str, ...]] = ("", ())
    ondelete: str | None = None
    onupdate: str | None = None
    match: str | None = None
    deferrable: bool | None = None
    initially: str | None = None


class ColumnText(NamedTuple):
    """A column as it is written.

    :ivar type: the type as it is written; empty without one
    :ivar collation: the name behind COLLATE as it is written, with its quotes
    :ivar default: what stands behind DEFAULT
    :ivar not_null: True for NOT NULL
    :ivar not_null_conflict: what stands behind ``NOT NULL ON CONFLICT``
    :ivar generated: expression, and True where its values are stored
    """

    name: str
    type: str = ""
    collation: str | None = None
    default: str | None = None
    not_null: bool = False
    not_null_conflict: str | None = None
    generated: tuple[str, bool] | None = None


class TableText(NamedTuple):
    """A table as it is written."""

    columns: tuple[ColumnText, ...]
    keys: tuple[Key, ...]
    autoincrement: bool
    without_rowid: bool
    strict: bool


class IndexPart(NamedTuple):
    """An element of an index: a column, or else an expression as it is written.

    :ivar column: the name where it is a bare column
    """

    column: str | None
    sql: str


class IndexText(NamedTuple):
    """An index as it is written."""

    name: str
    unique: bool
    parts: tuple[IndexPart, ...]
    where: str | None


_CAPITALS = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def folded(name: str) -> str:
    """Return what two names have in common that SQLite takes for one.

    It folds ASCII letters only: ``Ä`` and ``ä`` are two names.
    """
    return name.translate(_CAPITALS)


class Token(NamedTuple):
    """A piece of SQL: its kind, and where it stands."""

    kind: str
    start: int
    end: int


def read_table_text(sql: str) -> TableText:
    """Return what a CREATE TABLE statement says.

    :param sql: the statement as ``sqlite_master`` has it
    :raises NotUnderstood: for anything else, virtual tables included
    """
    return _TableReader(sql).table()


def read_index_text(sql: str) -> IndexText:
    """Return what a CREATE INDEX statement says.

    :param sql: the statement as ``sqlite_master`` has it
    :raises NotUnderstood: for anything else
    """
    return _IndexReader(sql).index()


def mentioned(sql: str) -> frozenset[str]:
    """Return the words and quoted names of a statement, folded.

    :param sql: any statement, such as the one that made a view
    """
    reader = _Reader(sql)
    names = (reader.name_at(at) for at in range(len(reader.tokens)))
    return frozenset(folded(name) for name in names if name is not None)


def needed_by_trigger(sql: str, table: str, columns: Iterable[str]) -> set[str]:
    """Return those columns of its table that a trigger cannot do without.

    A column that another table has too is not meant where it stands without ``NEW``
    or ``OLD`` and the trigger's own table is not mentioned.

    :param sql: the statement that made the trigger
    :param table: the table it belongs to
    :param columns: their names
    """
    reader = _Reader(sql)
    places = range(len(reader.tokens))
    words = [reader.name_at(at, strings=False) or "" for at in places]
    found = [folded(word) for word in words]
    begin = next((at for at in places if reader.word(at) == "BEGIN"), len(words))
    is_about_itself = folded(table) in found[begin:]
    wanted = {folded(column): column for column in columns}

    def is_needed(at: int) -> bool:
        of_row = found[max(at - 2, 0) : at] in (["new", ""], ["old", ""])
        return at < begin or is_about_itself or of_row

    return {wanted[found[at]] for at in places if found[at] in wanted and is_needed(at)}


class _Reader:
    """A place in a statement that moves on as tokens are taken."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.tokens = [
            Token(found.lastgroup or "", found.start(), found.end())
            for found in _TOKENS.finditer(sql)
            if found.lastgroup != "blank"
        ]
        self.at: int = 0

    # -- looking -------------------------------------------------------------

    def written(self, at: int) -> str:
        """Return a token as it is written."""
        token = self.tokens[at]
        return self.sql[token.start : token.end]

    def word(self, ahead: int = 0) -> str:
        """Return a keyword or sign in capitals; empty at the end or in quotes."""
        at = self.at + ahead
        if at >= len(self.tokens) or self.tokens[at].kind in ("string", "quoted"):
            return ""
        return self.written(at).upper()

    def name_at(self, at: int, strings: bool = True) -> str | None:
        """Return a name without its quotes; None for what cannot be a name.

        :param strings: False where ``'…'`` is a string, and not a misquoted name
        """
        kind, text = self.tokens[at].kind, self.written(at)
        if kind == "word":
            return text
        if kind == "quoted" or (strings and kind == "string" and text[0] == "'"):
            return text[1:-1].replace(text[-1] * 2, text[-1])
        return None

    def is_at_end(self) -> bool:
        """Return True behind the last token."""
        return self.at >= len(self.tokens)

    # -- taking --------------------------------------------------------------

    def take(self, *words: str) -> bool:
        """Go behind some words if they come next; return whether they do."""
        if all(self.word(ahead) == word for ahead, word in enumerate(words)):
            self.at += len(words)
            return True
        return False

    def expect(self, *words: str) -> None:
        """Go behind some words that must come next."""
        if not self.take(*words):
            raise self.lost()

    def name(self) -> str:
        """Take a name and return it without its quotes."""
        found = None if self.is_at_end() else self.name_at(self.at)
        if found is None:
            raise self.lost()
        self.at += 1
        return found

    def group(self) -> str:
        """Take what stands in parentheses and return it without them.

        A comment before the closing one is left out: it might swallow what follows.
        """
        first = self.at
        self.skip_group()
        start, end = self.tokens[first].end, self.tokens[self.at - 2].end
        return self.sql[start:end].strip()

    def skip_group(self) -> None:
        """Go behind the parenthesis that closes the one that comes next."""
        self.expect("(")
        depth = 1
        while depth:
            if self.is_at_end():
                raise self.lost()
            depth += {"(": 1, ")": -1}.get(self.word(), 0)
            self.at += 1

    def until(self, *ends: str) -> str:
        """Take everything before one of some signs and return it as written."""
        first = self.at
        while not self.is_at_end() and self.word() not in ends:
            if self.word() == "(":
                self.skip_group()
            else:
                self.at += 1
        if first == self.at:
            raise self.lost()
        return self.sql[self.tokens[first].start : self.tokens[self.at - 1].end]

    def names(self) -> tuple[str, ...]:
        """Take names in parentheses."""
        self.expect("(")
        found = [self.name()]
        while self.take(","):
            found.append(self.name())
        self.expect(")")
        return tuple(found)

    def lost(self) -> NotUnderstood:
        """Return the error for the token that comes next."""
        rest = "its end"
        if not self.is_at_end():
            rest = repr(self.sql[self.tokens[self.at].start :][:40])
        return NotUnderstood(f"not understood from {rest} on")


class _TableReader(_Reader):
    def table(self) -> TableText:
        self.expect("CREATE", "TABLE")
        self.name()
        self.columns: list[ColumnText] = []
        self.keys: list[Key] = []
        self.autoincrement = False
        self.expect("(")
        self._columns()
        self.expect(")")
        without_rowid, strict = self._options()
        return TableText(
            tuple(self.columns),
            tuple(self.keys),
            self.autoincrement,
            without_rowid,
            strict,
        )

    def _columns(self) -> None:
        while True:
            if self.word() in _TABLE_CONSTRAINTS:
                self._table_constraints()
                return
            self._column()
            if not self.take(","):
                return

    def _options(self) -> tuple[bool, bool]:
        without_rowid = strict = False
        while not self.is_at_end():
            if self.take("WITHOUT", "ROWID"):
                without_rowid = True
            elif self.take("STRICT"):
                strict = True
            elif not self.take(","):
                raise self.lost()
        return without_rowid, strict

    # -- a column ------------------------------------------------------------

    def _column(self) -> None:
        self.name_of_column = self.name()
        self.facts: dict[str, object] = {"type": self._type()}
        name: str | None = None
        while self.word() not in (",", ")"):
            if self.take("CONSTRAINT"):
                name = self.name()
                continue
            clause = self._clauses.get(self.word())
            if clause is None:
                raise self.lost()
            clause(self, name)
            name = None
        self.columns.append(ColumnText(self.name_of_column, **self.facts))  # type: ignore[arg-type]

    def _type(self) -> str:
        first = self.at
        while not self.is_at_end() and self.word() not in _AFTER_TYPE:
            if self.name_at(self.at) is None:
                break
            self.at += 1
        if first == self.at:
            return ""
        if self.word() == "(":
            self.skip_group()
        return self.sql[self.tokens[first].start : self.tokens[self.at - 1].end]

    def _null(self, name: str | None) -> None:
        self.expect("NULL")
        self._conflict()

    def _not(self, name: str | None) -> None:
        if self.take("NOT", "NULL"):
            self.facts["not_null"] = True
            self.facts["not_null_conflict"] = self._conflict()
        else:
            self._deferrable(name)

    def _primary(self, name: str | None) -> None:
        self.expect("PRIMARY", "KEY")
        plain = not self.take("DESC")
        self.take("ASC")
        conflict = self._conflict()
        self.autoincrement = self.take("AUTOINCREMENT")
        columns = (self.name_of_column,)
        self.keys.append(Key("primary", name, columns, plain, conflict=conflict))

    def _unique(self, name: str | None) -> None:
        self.expect("UNIQUE")
        columns = (self.name_of_column,)
        conflict = self._conflict()
        self.keys.append(Key("unique", name, columns, conflict=conflict))

    def _check(self, name: str | None) -> None:
        self.expect("CHECK")
        sql = self.group()
        self.keys.append(Key("check", name, sql=sql, conflict=self._conflict()))

    def _references(self, name: str | None) -> None:
        self.keys.append(self._foreign(name, (self.name_of_column,)))

    def _deferrable(self, name: str | None) -> None:
        """Take what SQLite lets stand apart from the foreign key it is about."""
        facts = self._deferral()
        if not facts or not self.keys or self.keys[-1].kind != "foreign":
            raise self.lost()
        self.keys[-1] = self.keys[-1]._replace(**facts)  # type: ignore[arg-type]

    def _collate(self, name: str | None) -> None:
        self.expect("COLLATE")
        at = self.at
        self.name()
        self.facts["collation"] = self.written(at)

    def _default(self, name: str | None) -> None:
        self.expect("DEFAULT")
        first = self.at
        if self.word() == "(":
            self.skip_group()
        else:
            self.at += 2 if self.word() in ("+", "-") else 1
        if self.at > len(self.tokens):
            raise self.lost()
        start, end = self.tokens[first].start, self.tokens[self.at - 1].end
        self.facts["default"] = self.sql[start:end]

    def _generated(self, name: str | None) -> None:
        self.take("GENERATED", "ALWAYS")
        self.expect("AS")
        expression = self.group()
        stored = self.take("STORED")
        self.take("VIRTUAL")
        self.facts["generated"] = (expression, stored)

    _clauses: Mapping[str, Callable[[Any, str | None], None]] = {
        "NULL": _null,
        "NOT": _not,
        "PRIMARY": _primary,
        "UNIQUE": _unique,
        "CHECK": _check,
        "REFERENCES": _references,
        "DEFERRABLE": _deferrable,
        "COLLATE": _collate,
        "DEFAULT": _default,
        "GENERATED": _generated,
        "AS": _generated,
    }

    # -- constraints ---------------------------------------------------------

    def _table_constraints(self) -> None:
        name: str | None = None
        # SQLite does not insist on the comma between two of them.
        while self.word() != ")":
            if self.take("CONSTRAINT"):
                name = self.name()
                continue
            if not self.take(","):
                self.keys.append(self._table_constraint(name))
            name = None

    def _table_constraint(self, name: str | None) -> Key:
        if self.take("PRIMARY", "KEY"):
            columns, plain = self._sorted_names()
            conflict = self._conflict()
            return Key("primary", name, columns, plain, conflict=conflict)
        if self.take("UNIQUE"):
            columns, plain = self._sorted_names()
            return Key("unique", name, columns, plain, conflict=self._conflict())
        if self.take("CHECK"):
            sql = self.group()
            return Key("check", name, sql=sql, conflict=self._conflict())
        self.expect("FOREIGN", "KEY")
        return self._foreign(name, self.names())

    def _sorted_names(self) -> tuple[tuple[str, ...], bool]:
        self.expect("(")
        columns, plain = [self.name()], True
        while not self.take(")"):
            if self.take(","):
                columns.append(self.name())
            elif self.take("COLLATE"):
                self.name()
                plain = False
            elif self.take("DESC"):
                plain = False
            elif self.take("AUTOINCREMENT"):
                self.autoincrement = True
            else:
                self.expect("ASC")
        return tuple(columns), plain

    def _conflict(self) -> str | None:
        if not self.take("ON", "CONFLICT"):
            return None
        return self.name().upper()

    def _foreign(self, name: str | None, columns: tuple[str, ...]) -> Key:
        self.expect("REFERENCES")
        table = self.name()
        remote = self.names() if self.word() == "(" else ()
        facts: dict[str, object] = {}
        while self.word() in ("ON", "MATCH"):
            if self.take("MATCH"):
                facts["match"] = self.name()
            elif self.take("ON", "DELETE"):
                facts["ondelete"] = self._action()
            elif self.take("ON", "UPDATE"):
                facts["onupdate"] = self._action()
            else:
                raise self.lost()
        facts.update(self._deferral())
        return Key("foreign", name, columns, target=(table, remote), **facts)  # type: ignore[arg-type]

    def _action(self) -> str:
        for words in (("SET", "NULL"), ("SET", "DEFAULT"), ("NO", "ACTION")):
            if self.take(*words):
                return " ".join(words)
        return self.name().upper()

    def _deferral(self) -> dict[str, object]:
        facts: dict[str, object] = {}
        if self.word(self.word() == "NOT") != "DEFERRABLE":
            return facts
        facts["deferrable"] = not self.take("NOT")
        self.expect("DEFERRABLE")
        if self.take("INITIALLY"):
            facts["initially"] = self.name().upper()
        return facts


class _IndexReader(_Reader):
    def index(self) -> IndexText:
        self.expect("CREATE")
        unique = self.take("UNIQUE")
        self.expect("INDEX")
        name = self.name()
        self.expect("ON")
        self.name()
        self.expect("(")
        parts = [self._part()]
        while self.take(","):
            parts.append(self._part())
        self.expect(")")
        where = self.until(";") if self.take("WHERE") else None
        return IndexText(name, unique, tuple(parts), where)

    def _part(self) -> IndexPart:
        first = self.at
        sql = self.until(",", ")")
        bare = self.at == first + 1 and self.tokens[first].kind != "string"
        return IndexPart(self.name_at(first) if bare else None, sql)
