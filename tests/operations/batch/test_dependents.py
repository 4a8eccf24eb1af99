"""Views, triggers and foreign keys that speak of a table which is made anew."""

from __future__ import annotations

import sqlite3
import warnings
from typing import Any, Callable

import pytest
import sqlalchemy as sa

T = "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT, b TEXT, z INTEGER)"
TRIGGER = "CREATE TRIGGER tr AFTER UPDATE OF z ON t BEGIN {body}; END"
NOTE_A = "INSERT INTO log VALUES (NEW.a)"

renames_columns = pytest.mark.skipif(
    sqlite3.sqlite_version_info < (3, 25), reason="this SQLite renames no columns"
)


@pytest.fixture
def filled(sqlite: Any) -> Any:
    """Table ``t`` with a row, and a table for what triggers have to say."""
    sqlite.run(T, "INSERT INTO t VALUES (1, 'A', 'B', 0)", "CREATE TABLE log (what)")
    return sqlite


def change(sqlite: Any, *changes: Callable[[Any], object], **kw: Any) -> list[str]:
    """Carry changes out in one batch block on table ``t``; return the warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        carry_out(sqlite, *changes, **kw)
    return [str(each.message) for each in caught]


def carry_out(sqlite: Any, *changes: Callable[[Any], object], **kw: Any) -> None:
    """Carry changes out in one batch block on table ``t``."""
    op = sqlite.operations()
    with op.batch_alter_table("t", recreate="always", **kw) as batch_op:
        for each in changes:
            each(batch_op)


def rename(old: str, new: str) -> Callable[[Any], object]:
    """Return a change of a column's name."""
    return lambda batch_op: batch_op.alter_column(old, new_column_name=new)


def drop(name: str) -> Callable[[Any], object]:
    """Return the end of a column."""
    return lambda batch_op: batch_op.drop_column(name)


def fire(sqlite: Any) -> list[Any]:
    """Let trigger ``tr`` act and return what it wrote."""
    sqlite.run("DELETE FROM log", "UPDATE t SET z = z + 1")
    return [what for (what,) in sqlite.rows("SELECT what FROM log")]


# -- as they were ------------------------------------------------------------


def test_a_trigger_is_made_again_to_the_letter(filled: Any) -> None:
    trigger = "CREATE TRIGGER tr AFTER UPDATE ON t\nBEGIN SELECT ':x %s;'; END"
    filled.run(trigger.replace(":", "\\:"))

    said = change(filled, lambda b: b.alter_column("z", nullable=False))

    assert filled.rows("SELECT sql FROM sqlite_master WHERE type = 'trigger'") == [
        (trigger,)
    ]
    assert said == []


def test_a_trigger_that_came_with_the_rename_is_left_alone(filled: Any) -> None:
    trigger = TRIGGER.format(body=NOTE_A)
    filled.run(trigger)

    @sa.event.listens_for(filled.connection, "after_cursor_execute")
    def rename_triggers(conn: Any, cursor: Any, statement: str, *args: Any) -> None:
        if "RENAME TO" in statement:  # SpatiaLite's RenameTable() does this
            cursor.execute(trigger)

    change(filled)

    assert filled.rows("SELECT sql FROM sqlite_master WHERE type = 'trigger'") == [
        (trigger,)
    ]


def test_triggers_do_not_see_the_rows_being_copied(filled: Any) -> None:
    filled.run(TRIGGER.format(body=NOTE_A).replace("UPDATE OF z", "INSERT"))

    change(filled)

    assert filled.rows("SELECT * FROM log") == []


def test_a_view_shows_the_table_that_was_made_anew(filled: Any) -> None:
    view = "CREATE VIEW v AS SELECT a FROM t"
    filled.run(view)

    said = change(filled, drop("b"))

    assert filled.sql("view") == {"v": view}
    assert filled.rows("SELECT * FROM v") == [("A",)]
    assert said == []


def test_a_broken_view_is_in_nobodys_way(filled: Any) -> None:
    filled.run("CREATE VIEW v AS SELECT a FROM gone")

    assert change(filled, rename("a", "c"), drop("b")) == []

    assert filled.rows("SELECT id, c FROM t") == [(1, "A")]


def test_the_pragma_that_lets_views_be_is_restored(filled: Any) -> None:
    filled.run("CREATE VIEW v AS SELECT a FROM t")
    before = filled.rows("PRAGMA legacy_alter_table")

    change(filled, drop("b"))

    assert filled.rows("PRAGMA legacy_alter_table") == before


# -- a new name --------------------------------------------------------------


@renames_columns
def test_views_follow_a_new_name(filled: Any) -> None:
    filled.run("CREATE VIEW v AS SELECT t.a, b FROM t WHERE a <> 'a'")

    assert change(filled, rename("a", "c"), rename("b", "the b")) == []

    assert filled.rows("SELECT * FROM v") == [("A", "B")]
    assert filled.rows('SELECT c, "the b" FROM t') == [("A", "B")]


@renames_columns
def test_triggers_follow_a_new_name(filled: Any) -> None:
    body = f"{NOTE_A}; UPDATE t SET b = NEW.a WHERE id = OLD.id"
    filled.run(TRIGGER.format(body=body))

    assert change(filled, rename("a", "c"), rename("z", "y")) == []

    filled.run("UPDATE t SET y = 5")
    assert filled.rows("SELECT * FROM log") == [("A",)]
    assert filled.rows("SELECT b, c FROM t") == [("A", "A")]


@renames_columns
def test_triggers_of_other_tables_follow_a_new_name(filled: Any) -> None:
    filled.run(
        "CREATE TABLE o (id INTEGER)",
        "CREATE TRIGGER tr AFTER INSERT ON o BEGIN UPDATE t SET a = NEW.id; END",
    )

    assert change(filled, rename("a", "c")) == []

    filled.run("INSERT INTO o VALUES (7)")
    assert filled.rows("SELECT c FROM t") == [("7",)]


@renames_columns
@pytest.mark.parametrize("enforced", ["ON", "OFF"])
def test_foreign_keys_of_other_tables_follow_a_new_name(
    filled: Any, enforced: str
) -> None:
    filled.run(f"PRAGMA foreign_keys={enforced}")
    filled.run(
        "CREATE TABLE o (t_id INTEGER REFERENCES t (id) ON DELETE CASCADE)",
        "INSERT INTO o VALUES (1)",
    )

    assert change(filled, rename("id", "key")) == []

    (key,) = filled.rows("PRAGMA foreign_key_list(o)")
    assert key[2:5] == ("t", "t_id", "key")
    assert filled.rows("SELECT * FROM o") == [(1,)]


@renames_columns
def test_views_follow_columns_that_change_names(filled: Any) -> None:
    filled.run("CREATE VIEW v AS SELECT a FROM t")

    said = change(filled, rename("a", "x"), rename("b", "a"), rename("x", "b"))

    assert said == []
    assert filled.rows("SELECT * FROM v") == [("A",)]
    assert filled.rows("SELECT a, b FROM t") == [("B", "A")]


@renames_columns
def test_what_the_block_adds_follows_a_new_name_too(filled: Any) -> None:
    filled.run("CREATE VIEW v AS SELECT a FROM t", "CREATE INDEX ix ON t (lower(a))")

    said = change(
        filled,
        rename("a", "c"),
        lambda b: b.create_unique_constraint("uq", ["c"]),
        lambda b: b.create_check_constraint("ck", "c <> 'x'"),
        lambda b: b.create_index("ix_2", ["c"]),
        lambda b: b.add_column(sa.Column("d", sa.Integer), insert_after="c"),
    )

    assert said == []
    assert filled.rows("SELECT * FROM v") == [("A",)]
    sql = filled.sql()["t"]
    assert 'UNIQUE ("c")' in sql or "UNIQUE (c)" in sql
    assert """CHECK ("c" <> 'x')""" in sql or "CHECK (c <> 'x')" in sql
    names = [row[1] for row in filled.rows("PRAGMA table_info(t)")]
    assert names == ["id", "c", "d", "b", "z"]
    assert [row[2] for row in filled.rows("PRAGMA index_info(ix_2)")] == ["c"]


def generated(name: str, expression: str) -> Callable[[Any], object]:
    """Return a new column that is generated."""
    column = sa.Column(name, sa.Text, sa.Computed(expression))
    return lambda batch_op: batch_op.add_column(column)


@renames_columns
@pytest.mark.parametrize(
    "changes, options",
    [
        ([generated("d", "c || '!'")], {}),
        ([], {"table_args": [sa.CheckConstraint("c <> 'x'", name="ck")]}),
    ],
    ids=["generated column", "table_args"],
)
def test_text_that_has_the_new_name_makes_it_the_name_at_once(
    filled: Any, changes: Any, options: Any
) -> None:
    filled.run("CREATE VIEW v AS SELECT a FROM t")

    (said,) = change(filled, rename("a", "c"), *changes, **options)

    assert said.startswith("The view 'v' mentions 'a' of table 't'")
    assert filled.rows("SELECT c FROM t") == [("A",)]


def test_a_name_that_a_new_column_takes_over_is_no_new_name(filled: Any) -> None:
    filled.run("CREATE VIEW v AS SELECT a FROM t")

    (said,) = change(
        filled, rename("a", "c"), lambda b: b.add_column(sa.Column("a", sa.Integer))
    )

    assert said.startswith("The view 'v' mentions 'a' of table 't'")
    assert filled.rows("SELECT * FROM v") == [(None,)]


# -- a dropped column --------------------------------------------------------


@pytest.mark.parametrize(
    "trigger",
    [
        TRIGGER.format(body=NOTE_A),
        TRIGGER.format(body="UPDATE t SET a = 1 WHERE id = NEW.id"),
        TRIGGER.format(body="SELECT 1").replace("OF z", "OF a"),
        TRIGGER.format(body="SELECT 1").replace("ON t", 'ON t WHEN OLD . "A" > 1'),
    ],
)
def test_a_trigger_that_needs_a_dropped_column_is_named(
    filled: Any, trigger: str
) -> None:
    filled.run(trigger)

    (said,) = change(filled, drop("a"))

    assert said.startswith("Trigger 'tr' of table 't' mentions 'a', which is dropped")
    assert filled.sql("trigger") == {}


@pytest.mark.parametrize(
    "body",
    ["INSERT INTO log SELECT 'a'", "INSERT INTO other (a) VALUES (NEW.b)"],
)
def test_a_trigger_that_means_another_column_stays(filled: Any, body: str) -> None:
    filled.run("CREATE TABLE other (a)", TRIGGER.format(body=body))

    assert change(filled, drop("a")) == []

    assert list(filled.sql("trigger")) == ["tr"]


def test_a_trigger_of_another_table_means_its_own_column(filled: Any) -> None:
    trigger = TRIGGER.format(body="UPDATE other SET a = 1")
    filled.run("CREATE TABLE other (a)", trigger.replace("OF z ON t", "OF a ON other"))

    assert change(filled, drop("a")) == []


def test_a_column_that_is_dropped_and_added_is_missed_by_nobody(filled: Any) -> None:
    filled.run(TRIGGER.format(body=NOTE_A))

    said = change(filled, drop("a"), lambda b: b.add_column(sa.Column("a", sa.Text)))

    assert said == []
    assert fire(filled) == [None]


@pytest.mark.parametrize(
    "other",
    [
        "CREATE VIEW it AS SELECT a FROM t",
        "CREATE TRIGGER it AFTER INSERT ON o BEGIN DELETE FROM t WHERE a = 1; END",
    ],
)
def test_what_else_needs_a_dropped_column_is_named_and_stays(
    filled: Any, other: str
) -> None:
    filled.run("CREATE TABLE o (id INTEGER)", other)

    (said,) = change(filled, drop("a"))

    assert "'it' mentions 'a' of table 't', which is dropped" in said
    assert filled.rows("SELECT sql FROM sqlite_master WHERE name = 'it'") == [(other,)]


def test_a_foreign_key_to_a_dropped_column_is_named(filled: Any) -> None:
    filled.run(
        "CREATE UNIQUE INDEX ix ON t (a)",
        "CREATE TABLE o (t_a REFERENCES t (a))",
        "CREATE TABLE p (a, t_id REFERENCES t (id))",
    )

    (said,) = change(filled, drop("a"))

    assert said.startswith("The table 'o' mentions 'a' of table 't', which is dropped")


def test_warnings_come_before_any_change(filled: Any) -> None:
    filled.run("CREATE VIEW v AS SELECT a FROM t")

    with warnings.catch_warnings(), pytest.raises(UserWarning, match="view 'v'"):
        warnings.simplefilter("error")
        carry_out(filled, drop("a"))

    assert filled.sql()["t"] == T
