"""Whatever a table is and a block does: nothing else changes, and no row is lost."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import warnings
from typing import Any, Iterator

import pytest
import sqlalchemy as sa
from hypothesis import given, note, settings
from hypothesis import strategies as st

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.util import sqla_compat
from alembic.util.exc import CommandError

from .random_tables import VALUES, Model, blocks, listed, models, quoted

pytestmark = pytest.mark.skipif(
    sqlite3.sqlite_version_info < (3, 37), reason="PRAGMA table_list is needed"
)

OTHER = "CREATE TABLE other (id INTEGER PRIMARY KEY)"


def says_strict() -> bool:
    """Return True when SQLAlchemy can make a STRICT table."""
    try:
        sa.Table("t", sa.MetaData(), sqlite_strict=True)
    except sa.exc.ArgumentError:
        return False
    return True


def filled(data: Any, model: Model, driver: sqlite3.Connection) -> None:
    """Make a table with rows, and a table whose rows refer to it."""
    driver.execute(OTHER)
    driver.execute(model.sql())
    for index in model.indexes:
        driver.execute(index.sql(model.name))
    plain = [column.name for column in model.plain]
    marks = ", ".join("?" * len(plain))
    insert = f"INSERT INTO {quoted(model.name)} ({listed(plain)}) VALUES ({marks})"
    for row in data.draw(st.lists(st.tuples(*[VALUES] * len(plain)), max_size=4)):
        with contextlib.suppress(sqlite3.Error):
            driver.execute(insert, row)
    if len(model.primary) == 1:
        target = f"{quoted(model.name)} ({quoted(model.primary[0])})"
        driver.execute(f"CREATE TABLE child (x REFERENCES {target} ON DELETE CASCADE)")
        chosen = f"SELECT {quoted(model.primary[0])} FROM {quoted(model.name)}"
        driver.execute(f"INSERT INTO child {chosen}")
    driver.commit()


def facts(driver: sqlite3.Connection, model: Model) -> dict[str, Any]:
    """Return what SQLite says about a table; the order of its keys is no fact."""
    table = quoted(model.name)
    ask = lambda pragma: driver.execute(f"PRAGMA {pragma}").fetchall()
    columns = [row[1:] for row in ask(f"table_xinfo({table})")]
    return {
        "columns": columns,
        "collations": [collation(driver, table, column[0]) for column in columns],
        "options": [row[4:] for row in ask("table_list") if row[1] == model.name],
        "foreign keys": sorted(
            (row[2:] for row in ask(f"foreign_key_list({table})")), key=repr
        ),
        "indexes": sorted(
            (
                (row[2:], ask(f"index_xinfo({quoted(row[1])})"))
                for row in ask(f"index_list({table})")
            ),
            key=repr,
        ),
    }


def collation(driver: sqlite3.Connection, table: str, column: str) -> str:
    """Return the collation of a column, which only an index on it shows."""
    driver.execute(f"CREATE INDEX probe ON {table} ({quoted(column)})")
    found = driver.execute("PRAGMA index_xinfo(probe)").fetchall()[0][4]
    driver.execute("DROP INDEX probe")
    return str(found)


def bare(sql: str) -> str:
    """Return SQL without blanks and quotes, in lower case."""
    return re.sub(r'[\s"]+', "", sql).lower()


def index_texts(driver: sqlite3.Connection) -> list[str]:
    """Return the SQL of the indexes that have any."""
    master = "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql <> ''"
    return sorted(bare(sql) for (sql,) in driver.execute(master))


def text_of(driver: sqlite3.Connection, table: str) -> str:
    """Return the SQL of a table."""
    master = "SELECT sql FROM sqlite_master WHERE name = ?"
    (sql,) = driver.execute(master, (table,)).fetchone()
    return bare(sql)


def rows(driver: sqlite3.Connection, model: Model, columns: str) -> list[str]:
    """Return rows in an order that does not depend on their table."""
    found = driver.execute(f"SELECT {columns} FROM {quoted(model.name)}")
    return sorted(map(repr, found))


def counters(driver: sqlite3.Connection, model: Model) -> list[Any]:
    """Return the counter of AUTOINCREMENT where it has counted anything."""
    if not model.autoincrement:
        return []
    return driver.execute("SELECT * FROM sqlite_sequence WHERE seq > 0").fetchall()


def orphans(driver: sqlite3.Connection) -> int:
    """Return how many rows refer to none; tables that are missing count as well."""
    return len(driver.execute("PRAGMA foreign_key_check").fetchall())


@contextlib.contextmanager
def connected() -> Iterator[Any]:
    """Open a database in memory."""
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@settings(max_examples=60)
@given(st.data())
def test_a_block_does_what_it_says_and_nothing_else(data: Any) -> None:
    model = data.draw(models(modern=says_strict()))
    with connected() as connection, contextlib.closing(
        sqlite3.connect(":memory:")
    ) as expected, contextlib.closing(sqlite3.connect(":memory:")) as before:
        driver = sqla_compat.driver_connection(connection)
        filled(data, model, driver)
        driver.backup(before)
        names, changes, wanted = data.draw(blocks(model))
        note(f"{model.sql()}\n{names}\n{wanted.sql()}")
        enforced = data.draw(st.sampled_from(["ON", "OFF"]))
        driver.execute(f"PRAGMA foreign_keys={enforced}")

        if not went_well(connection, model, changes):
            assert list(driver.iterdump()) == list(before.iterdump())
            return

        expected.execute(OTHER)
        expected.execute(wanted.sql())
        for index in wanted.indexes:
            expected.execute(index.sql(wanted.name))
        assert facts(driver, wanted) == facts(expected, wanted)
        assert index_texts(driver) == index_texts(expected)
        made = text_of(driver, wanted.name)
        for key in wanted.keys:
            assert bare(key.sql()) in made
        assert made.count("onconflict") == bare(wanted.sql()).count("onconflict")
        kept = [each for each in wanted.plain if each.old and not each.is_cast]
        now, then = listed([c.name for c in kept]), listed([c.old for c in kept])  # type: ignore[misc]
        if kept:
            assert rows(driver, wanted, now) == rows(before, model, then)
        assert rows(driver, wanted, "count(*)") == rows(before, model, "count(*)")
        assert counters(driver, wanted) == counters(before, model)
        if model.primary[1:] == [] and model.primary:
            children = "SELECT x FROM child"
            assert list(driver.execute(children)) == list(before.execute(children))
        if before.execute("PRAGMA integrity_check").fetchone() == ("ok",):
            assert driver.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if "_foreign" not in names:
            assert orphans(driver) <= orphans(before)
        assert driver.execute("PRAGMA foreign_keys").fetchone() == (enforced == "ON",)


def went_well(connection: Any, model: Model, changes: list[Any]) -> bool:
    """Carry a block out; return False where the rows do not fit what it asks for."""
    op = Operations(MigrationContext.configure(connection))
    try:
        with warnings.catch_warnings(), connection.begin():
            warnings.simplefilter("ignore")
            with op.batch_alter_table(model.name, recreate="always") as batch_op:
                for change in changes:
                    change(batch_op)
    except (sa.exc.IntegrityError, CommandError) as err:
        note(f"the rows do not fit: {err}")
        assert isinstance(err, sa.exc.IntegrityError) or "foreign_key_check" in str(err)
        return False
    return True
