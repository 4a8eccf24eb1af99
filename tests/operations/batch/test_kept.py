"""What a table still has, and who still refers to it, when it was made anew."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from alembic.util.exc import CommandError


def make_anew(sqlite: Any, table: str = "t", schema: Any = None) -> None:
    """Change another column, so that the table is made anew."""
    op = sqlite.operations()
    with op.batch_alter_table(table, schema=schema) as batch_op:
        batch_op.alter_column("z", nullable=False)


@pytest.mark.parametrize(
    "column",
    [
        "a VARCHAR(10) COLLATE NOCASE",
        "a WIBBLE",
        "a DECIMAL(10, 2) DEFAULT (1 + 2)",
        "a TEXT DEFAULT 'it''s :x'",
        "a INTEGER GENERATED ALWAYS AS (id * 2) STORED",
        "a INTEGER GENERATED ALWAYS AS (id * 2) VIRTUAL",
    ],
)
def test_a_column_that_is_not_touched(sqlite: Any, column: str) -> None:
    escaped = column.replace(":", "\\:")
    sqlite.run(f"CREATE TABLE t (id INTEGER NOT NULL, {escaped}, z INTEGER)")

    make_anew(sqlite)

    assert column in sqlite.sql()["t"].replace("( ", "(")
    assert "z INTEGER NOT NULL" in sqlite.sql()["t"]


def test_the_counter_of_a_table_goes_on(sqlite: Any) -> None:
    sqlite.run(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, z INTEGER)",
        "INSERT INTO t (id, z) VALUES (41, 1), (42, 2)",
        "DELETE FROM t WHERE id = 42",
    )

    make_anew(sqlite)
    sqlite.run("INSERT INTO t (z) VALUES (3)")

    assert "AUTOINCREMENT" in sqlite.sql()["t"]
    assert sqlite.rows("SELECT id, z FROM t ORDER BY id") == [(41, 1), (43, 3)]


def test_a_counter_goes_with_the_type_that_allows_it(sqlite: Any) -> None:
    sqlite.run("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)")

    with pytest.warns(
        UserWarning, match="Table 't' loses AUTOINCREMENT.* is BIGINT"
    ), sqlite.operations().batch_alter_table("t") as batch_op:
        batch_op.alter_column("id", type_=sa.BigInteger())

    assert "id BIGINT" in sqlite.sql()["t"]


@pytest.mark.parametrize(
    "written, kept",
    [
        ("NULL ON CONFLICT FAIL UNIQUE", "UNIQUE (a)"),
        ("NOT NULL ON CONFLICT IGNORE", "a INTEGER NOT NULL ON CONFLICT IGNORE"),
        ("UNIQUE ON CONFLICT REPLACE", "UNIQUE (a) ON CONFLICT REPLACE"),
        ("CONSTRAINT ck CHECK (a > 0)", "CONSTRAINT ck CHECK (a > 0)"),
        ("REFERENCES o MATCH FULL", "REFERENCES o (id) MATCH FULL"),
        (
            "UNIQUE REFERENCES o NOT NULL DEFERRABLE INITIALLY DEFERRED",
            "REFERENCES o (id) DEFERRABLE INITIALLY DEFERRED",
        ),
        ("REFERENCES o NOT DEFERRABLE", "REFERENCES o (id) NOT DEFERRABLE"),
        (", PRIMARY KEY (a ASC)", "PRIMARY KEY (a)"),
        (", PRIMARY KEY (a AUTOINCREMENT)", "PRIMARY KEY AUTOINCREMENT"),
        (", CONSTRAINT u UNIQUE (z, a)", "CONSTRAINT u UNIQUE (z, a)"),
        ("REFERENCES t, PRIMARY KEY (z)", "FOREIGN KEY(a) REFERENCES t (z)"),
        (", CONSTRAINT of_nothing, UNIQUE (z, a)", "INTEGER, UNIQUE (z, a)"),
        (", UNIQUE (z) CHECK (a > z) UNIQUE (z, a)", "UNIQUE (z, a)"),
        (
            ", CONSTRAINT f FOREIGN KEY (z, a) REFERENCES p (x, y) ON UPDATE CASCADE",
            "FOREIGN KEY(z, a) REFERENCES p (x, y) ON UPDATE CASCADE",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:Unnamed CHECK")
def test_a_constraint_of_any_form(sqlite: Any, written: str, kept: str) -> None:
    sqlite.run(
        "CREATE TABLE o (id INTEGER PRIMARY KEY)",
        f"CREATE TABLE t (z INTEGER, a INTEGER {written})",
    )

    make_anew(sqlite)

    assert kept in sqlite.sql()["t"]


@pytest.mark.parametrize(
    "written, said",
    [
        ("PRIMARY KEY DESC", "The primary constraint of table 't' has COLLATE or DESC"),
        (", PRIMARY KEY (a DESC)", "The primary constraint of table 't' has COLLATE"),
        (", CONSTRAINT u UNIQUE (a COLLATE NOCASE)", "The constraint 'u' of table 't'"),
        # SQLite takes it, and its documentation does not know it.
        ("UNIQUE REFERENCES o ON INSERT CASCADE", "not understood from 'ON INSERT"),
    ],
)
def test_what_is_lost_of_a_constraint_is_named(
    sqlite: Any, written: str, said: str
) -> None:
    sqlite.run(
        "CREATE TABLE o (id INTEGER PRIMARY KEY)",
        f"CREATE TABLE t (z INTEGER, a INTEGER {written})",
    )

    with pytest.warns(UserWarning, match=said):
        make_anew(sqlite)

    assert any(key in sqlite.sql()["t"] for key in ("UNIQUE (a)", "PRIMARY KEY (a)"))


@pytest.mark.parametrize(
    "index",
    [
        "CREATE INDEX ix ON t (a DESC)",
        "CREATE INDEX ix ON t (a COLLATE NOCASE)",
        "CREATE INDEX ix ON t (lower(a))",
        "CREATE UNIQUE INDEX ix ON t (a) WHERE a > 'b:c'",
    ],
)
def test_an_index_of_any_form(sqlite: Any, index: str) -> None:
    escaped = index.replace(":", "\\:")
    sqlite.run("CREATE TABLE t (id INTEGER NOT NULL, a TEXT, z INTEGER)", escaped)

    make_anew(sqlite)

    assert sqlite.sql("index") == {"ix": index}


def test_a_unique_column_beside_another_constraint_on_it(sqlite: Any) -> None:
    sqlite.run("CREATE TABLE t (a INTEGER UNIQUE, z INTEGER, UNIQUE (a, z))")

    make_anew(sqlite)

    assert sqlite.sql()["t"].count("UNIQUE (") == 2


# SQLAlchemy 2 begins a transaction for it, and SQLite hears nothing of that.
IN_USE = pytest.mark.parametrize("first", ["", "SELECT 1"], ids=["fresh", "in use"])


@IN_USE
@pytest.mark.parametrize("action", ["CASCADE", "SET NULL", "RESTRICT", "NO ACTION"])
def test_rows_that_refer_to_the_table(sqlite: Any, action: str, first: str) -> None:
    sqlite.run("PRAGMA foreign_keys=ON")
    sqlite.run(
        "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, z INTEGER)",
        f"CREATE TABLE c (t_id INTEGER REFERENCES t (id) ON DELETE {action})",
        "INSERT INTO t VALUES (1, 1)",
        "INSERT INTO c VALUES (1)",
    )

    if first:
        sqlite.connection.execute(sa.text(first))
    make_anew(sqlite)

    assert sqlite.rows("SELECT t_id FROM c") == [(1,)]
    assert "REFERENCES t (id)" in sqlite.sql()["c"]
    assert sqlite.rows("PRAGMA foreign_keys") == [(1,)]
    with pytest.raises(sa.exc.IntegrityError):
        sqlite.run("INSERT INTO c VALUES (2)")


@pytest.mark.parametrize("table", ["t", "c"])
def test_rows_that_broke_a_key_before_are_copied(sqlite: Any, table: str) -> None:
    sqlite.run(
        "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, z INTEGER)",
        "CREATE TABLE c (t_id INTEGER REFERENCES t (id), z INTEGER)",
        "INSERT INTO t VALUES (1, 1)",
        "INSERT INTO c VALUES (2, 1)",
    )
    sqlite.run("PRAGMA foreign_keys=ON")

    make_anew(sqlite, table)

    assert sqlite.rows("SELECT t_id FROM c") == [(2,)]


def test_foreign_keys_that_are_not_enforced_stay_so(sqlite: Any) -> None:
    sqlite.run(
        "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, z INTEGER)",
        "CREATE TABLE c (t_id INTEGER REFERENCES t (id))",
    )

    make_anew(sqlite)

    assert sqlite.rows("PRAGMA foreign_keys") == [(0,)]


@IN_USE
def test_a_block_that_breaks_a_foreign_key_changes_nothing(
    sqlite: Any, first: str
) -> None:
    sqlite.run("PRAGMA foreign_keys=ON")
    sqlite.run(
        "CREATE TABLE t (k TEXT UNIQUE)",
        "CREATE TABLE c (t_k TEXT REFERENCES t (k))",
        "INSERT INTO t VALUES ('one')",
        "INSERT INTO c VALUES ('one')",
    )

    if first:
        sqlite.connection.execute(sa.text(first))
    with pytest.raises(
        CommandError, match="1 row of table 'c' would refer"
    ), sqlite.operations().batch_alter_table("t") as batch_op:
        batch_op.alter_column("k", type_=sa.Integer())

    assert sqlite.rows("SELECT k FROM t") == [("one",)]
    assert sqlite.rows("PRAGMA foreign_keys") == [(1,)]


def test_a_block_on_a_connection_that_commits_by_itself_is_committed(
    sqlite: Any,
) -> None:
    sqlite.run("CREATE TABLE t (id INTEGER NOT NULL, z INTEGER)")
    options = {"isolation_level": "AUTOCOMMIT"}
    sqlite.connection = sqlite.connection.execution_options(**options)

    sqlite.connection.execute(sa.text("SELECT 1"))
    make_anew(sqlite)
    sqlite.connection.connection.rollback()

    assert "z INTEGER NOT NULL" in sqlite.sql()["t"]


def test_a_table_left_behind_by_a_run_that_died(sqlite: Any) -> None:
    sqlite.run(
        "CREATE TABLE t (id INTEGER NOT NULL, z INTEGER)",
        "INSERT INTO t VALUES (1, 1)",
        "CREATE TABLE _alembic_tmp_t (id INTEGER)",
    )

    with pytest.warns(UserWarning, match="_alembic_tmp_t"):
        make_anew(sqlite)

    assert list(sqlite.sql()) == ["t"]
    assert sqlite.rows("SELECT id, z FROM t") == [(1, 1)]


def test_a_failing_copy_leaves_the_table_and_nothing_else(sqlite: Any) -> None:
    sqlite.run(
        "CREATE TABLE t (id INTEGER NOT NULL, z INTEGER)",
        "INSERT INTO t VALUES (1, NULL)",
    )

    with pytest.raises(sa.exc.IntegrityError):
        make_anew(sqlite)

    assert list(sqlite.sql()) == ["t"]
    assert sqlite.rows("SELECT id, z FROM t") == [(1, None)]


@pytest.mark.parametrize(
    "column",
    [
        "a INTEGER DEFAULT 0x1F",
        "a INTEGER DEFAULT - 5",
        "a INTEGER /* why) */ DEFAULT 5 -- because",
    ],
)
def test_the_type_and_default_of_a_column_as_they_are_written(
    sqlite: Any, column: str
) -> None:
    sqlite.run(f"CREATE TABLE t ({column}\n, z INTEGER)")
    before = sqlite.rows("PRAGMA table_info(t)")

    make_anew(sqlite)

    assert sqlite.rows("PRAGMA table_info(t)")[0] == before[0]


def test_a_bare_word_as_a_default_stays_a_string(sqlite: Any) -> None:
    sqlite.run(
        "CREATE TABLE t (a DEFAULT word, b DEFAULT _word, c DEFAULT x'41', "
        "d DEFAULT NULL, z INTEGER)"
    )

    make_anew(sqlite)
    sqlite.run("INSERT INTO t (z) VALUES (1)")

    assert sqlite.rows("SELECT a, b, c, d FROM t") == [("word", "_word", b"A", None)]


def test_a_type_is_written_as_sqlalchemy_writes_it(sqlite: Any) -> None:
    sqlite.run("CREATE TABLE t (a decimal(7,3), b wibble(7,3), z INTEGER)")

    make_anew(sqlite)

    assert "a DECIMAL(7, 3), b wibble(7,3), " in sqlite.sql()["t"]


def test_a_table_of_an_attached_database(sqlite: Any) -> None:
    sqlite.run("ATTACH ':memory:' AS other")
    sqlite.run(
        "CREATE TABLE t (a TEXT, z INTEGER)",
        "CREATE TABLE other.t (a TEXT COLLATE NOCASE, z INTEGER)",
        "CREATE TABLE other.log (a TEXT)",
        "CREATE INDEX other.ix ON t (a DESC)",
        "CREATE TRIGGER other.tr AFTER INSERT ON t BEGIN DELETE FROM log; END",
    )

    make_anew(sqlite, schema="other")

    assert sqlite.sql() == {"t": "CREATE TABLE t (a TEXT, z INTEGER)"}
    found = sqlite.rows("SELECT name, sql FROM other.sqlite_master")
    text = {name: " ".join(sql.split()) for name, sql in found}
    assert "a TEXT COLLATE NOCASE, z INTEGER NOT NULL" in text["t"]
    assert text["ix"] == "CREATE INDEX ix ON t (a DESC)"
    assert sorted(text) == ["ix", "log", "t", "tr"]


def test_only_ascii_letters_make_two_names_one(sqlite: Any) -> None:
    sqlite.run(
        'CREATE TABLE "Ä" (a TEXT COLLATE NOCASE)',
        'CREATE TABLE T (a TEXT, "É" TEXT COLLATE NOCASE, "é" TEXT, z INTEGER)',
        'CREATE TABLE "ä" (a TEXT, z INTEGER)',
        'CREATE INDEX ix ON "Ä" (a)',
        'CREATE TRIGGER tr AFTER INSERT ON "Ä" BEGIN DELETE FROM T; END',
    )

    make_anew(sqlite, "ä")
    make_anew(sqlite)

    assert '"ä" ( a TEXT, z INTEGER NOT NULL' in sqlite.sql()["ä"]
    assert 'a TEXT, "É" TEXT COLLATE NOCASE, "é" TEXT, ' in sqlite.sql()["t"]
    assert list(sqlite.sql("index")) == ["ix"]
    assert list(sqlite.sql("trigger")) == ["tr"]


def test_a_check_that_ends_in_a_comment(sqlite: Any) -> None:
    sqlite.run("CREATE TABLE t (z INTEGER, CONSTRAINT ck CHECK (z > 1 -- two\n))")

    make_anew(sqlite)

    assert "CONSTRAINT ck CHECK (z > 1)" in sqlite.sql()["t"]


@pytest.mark.parametrize(
    "column, complaint",
    [
        ("CONSTRAINT pk PRIMARY KEY AUTOINCREMENT", "loses its name 'pk'"),
        (
            "PRIMARY KEY AUTOINCREMENT REFERENCES o (id)",
            "Table 't' loses AUTOINCREMENT",
        ),
    ],
)
def test_what_cannot_be_said_of_autoincrement_is_named(
    sqlite: Any, column: str, complaint: str
) -> None:
    sqlite.run(f"CREATE TABLE t (a INTEGER {column}, z INTEGER)")

    with pytest.warns(UserWarning, match=complaint):
        make_anew(sqlite)


def test_an_index_that_comes_with_its_column_is_not_made_by_itself(
    sqlite: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite.run("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, z INTEGER)")

    def get_indexes(*args: Any, **kw: Any) -> list[Any]:
        """Answer like GeoAlchemy2, which keeps an index in tables of its own."""
        mark = {"_column_flag": True}
        index = {"name": "idx_t_a", "column_names": ["a"], "unique": 0}
        return [{**index, "dialect_options": mark}]

    monkeypatch.setattr(SQLiteDialect, "get_indexes", get_indexes)
    make_anew(sqlite)

    assert sqlite.sql("index") == {}


def test_a_virtual_table_is_not_made_a_plain_one(sqlite: Any) -> None:
    sqlite.run("CREATE VIRTUAL TABLE t USING rtree(id, least, most)")
    sqlite.run("INSERT INTO t VALUES (1, 2, 3)")

    with pytest.raises(CommandError, match="'t' is a virtual table"):
        make_anew(sqlite)

    assert sqlite.rows("SELECT * FROM t") == [(1, 2, 3)]
    assert sqlite.sql()["t"].startswith("CREATE VIRTUAL")
