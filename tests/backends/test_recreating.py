"""A table that is made anew in batch mode on every database."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.util.exc import CommandError

pytestmark = pytest.mark.backend


@pytest.fixture
def filled(database: Any) -> Any:
    """A database with a table ``t`` that has counted to two."""
    metadata = sa.MetaData()
    sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.String(9)),
    )
    metadata.create_all(database.engine)
    database.run("INSERT INTO t (a) VALUES ('x')")
    database.run("INSERT INTO t (a) VALUES ('y')")
    return database


def rename_key(database: Any) -> None:
    """Make table ``t`` anew with another name for its first column."""
    with database.engine.connect() as connection, connection.begin():
        op = Operations(MigrationContext.configure(connection))
        with op.batch_alter_table("t", recreate="always") as batch_op:
            batch_op.alter_column(
                "id", new_column_name="no", existing_type=sa.Integer()
            )


def test_a_table_goes_on_counting(filled: Any) -> None:
    rename_key(filled)
    filled.run("INSERT INTO t (a) VALUES ('z')")

    assert filled.rows("SELECT no, a FROM t ORDER BY no") == [
        (1, "x"),
        (2, "y"),
        (3, "z"),
    ]


@pytest.mark.parametrize("in_one_block", [True, False])
@pytest.mark.parametrize(
    ("column", "types", "value"),
    [
        ("a", [sa.Integer(), sa.String(9)], "7"),
        ("a", [sa.Numeric(6, 1), sa.Integer(), sa.Text()], "7"),
        ("n", [sa.String(9), sa.Integer()], 7),
    ],
)
def test_types_that_change_twice_convert_as_one_after_the_other(
    database: Any, column: str, types: list[Any], value: Any, in_one_block: bool
) -> None:
    database.run("CREATE TABLE t (a VARCHAR(9), n INTEGER)")
    database.run("INSERT INTO t VALUES ('007', 7)")
    blocks = [types] if in_one_block else [[type_] for type_ in types]

    with database.engine.connect() as connection, connection.begin():
        op = Operations(MigrationContext.configure(connection))
        for block in blocks:
            with op.batch_alter_table("t", recreate="always") as batch_op:
                for type_ in block:
                    batch_op.alter_column(column, type_=type_)

    assert database.rows(f"SELECT {column} FROM t") == [(value,)]


def test_rows_that_refer_to_the_table_are_in_no_danger(filled: Any) -> None:
    filled.run(
        "CREATE TABLE c (t_id INTEGER, CONSTRAINT fk_c FOREIGN KEY (t_id) "
        "REFERENCES t (id) ON DELETE CASCADE)"
    )
    filled.run("INSERT INTO c VALUES (2)")

    if filled.backend == "sqlite":
        rename_key(filled)
    else:
        with pytest.raises((CommandError, DBAPIError), match="foreign key"):
            rename_key(filled)

    assert filled.tables() == ["c", "t"]
    assert filled.rows("SELECT t_id FROM c") == [(2,)]
    assert filled.rows("SELECT count(*) FROM t") == [(2,)]


def rows_of_tree(database: Any) -> list[tuple[Any, ...]]:
    """Make a table whose rows refer to each other, and return what it holds."""
    database.run(
        "CREATE TABLE tree (id INTEGER NOT NULL, above INTEGER, n INTEGER, "
        "CONSTRAINT pk_tree PRIMARY KEY (id), "
        "CONSTRAINT fk_tree FOREIGN KEY (above) REFERENCES tree (id) "
        "ON DELETE CASCADE)"
    )
    rows = [(9, None, 1), (2, 9, 1), (5, 5, 1), (1, 2, 2)]
    for identity, above, n in rows:
        shown = "NULL" if above is None else above
        database.run(f"INSERT INTO tree VALUES ({identity}, {shown}, {n})")
    return sorted(rows)


def change_tree(database: Any, change: Any, recreate: Any = "always") -> None:
    """Change the table in a batch block, by default by making it anew."""
    with database.engine.connect() as connection, connection.begin():
        op = Operations(MigrationContext.configure(connection))
        with op.batch_alter_table("tree", recreate=recreate) as batch_op:
            change(batch_op)


def keys_of_tree(database: Any) -> list[tuple[Any, ...]]:
    """Return what each foreign key of the table is named, and what it leads to."""
    keys = sa.inspect(database.engine).get_foreign_keys("tree")
    return sorted(
        (
            each["name"],
            each["constrained_columns"],
            each["referred_table"],
            each["referred_columns"],
            each["options"].get("ondelete"),
        )
        for each in keys
    )


def renamed(batch_op: Any) -> None:
    batch_op.alter_column("id", new_column_name="no", existing_type=sa.Integer())


def widened(batch_op: Any) -> None:
    for column in ("id", "above"):
        batch_op.alter_column(column, type_=sa.BigInteger())


@pytest.mark.parametrize(("change", "referred"), [(renamed, "no"), (widened, "id")])
def test_rows_that_refer_to_rows_of_their_own_table_stay(
    database: Any, change: Any, referred: str
) -> None:
    rows = rows_of_tree(database)

    change_tree(database, change)

    assert database.rows("SELECT * FROM tree ORDER BY 1") == rows
    assert keys_of_tree(database) == [
        ("fk_tree", ["above"], "tree", [referred], "CASCADE")
    ]


def test_a_key_to_its_own_table_takes_the_place_of_another(database: Any) -> None:
    rows = rows_of_tree(database)

    def replace(batch_op: Any) -> None:
        batch_op.drop_constraint("fk_tree", type_="foreignkey")
        batch_op.create_foreign_key("fk_new", "tree", ["above"], ["id"])

    change_tree(database, replace)

    assert database.rows("SELECT * FROM tree ORDER BY 1") == rows
    assert keys_of_tree(database) == [("fk_new", ["above"], "tree", ["id"], None)]


def test_rows_that_break_a_new_key_leave_the_table_as_it_was(database: Any) -> None:
    if database.backend == "sqlite":
        pytest.skip("SQLite looks at foreign keys where it is told to")
    rows = rows_of_tree(database)
    database.run("CREATE TABLE o (id INTEGER NOT NULL, PRIMARY KEY (id))")

    with pytest.raises((CommandError, DBAPIError)):
        change_tree(
            database,
            lambda batch_op: batch_op.create_foreign_key("fk_o", "o", ["n"], ["id"]),
        )

    assert database.rows("SELECT * FROM tree ORDER BY 1") == rows
    assert keys_of_tree(database) == [("fk_tree", ["above"], "tree", ["id"], "CASCADE")]


def new_own_key(batch_op: Any) -> None:
    batch_op.create_foreign_key("fk_new", "tree", ["n"], ["id"])


def replaced_own_key(batch_op: Any) -> None:
    batch_op.drop_constraint("fk_tree", type_="foreignkey")
    batch_op.create_foreign_key("fk_tree", "tree", ["n"], ["id"])


def own_key_of_renamed_column(batch_op: Any) -> None:
    renamed(batch_op)
    batch_op.create_foreign_key("fk_new", "tree", ["n"], ["no"])


def own_key_of_two_columns(batch_op: Any) -> None:
    batch_op.create_unique_constraint("uq_tree", ["above", "n"])
    batch_op.create_foreign_key("fk_new", "tree", ["id", "n"], ["above", "n"])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (new_own_key, r"^1 row of .* would refer to no row .* key 'fk_new'"),
        (replaced_own_key, r"^1 row of .* would refer to no row .* key 'fk_tree'"),
        (own_key_of_renamed_column, r"^1 row of .* no row .* key 'fk_new'"),
        (own_key_of_two_columns, r"^2 rows of .* no row .* key 'fk_new'"),
    ],
)
def test_rows_that_break_a_new_key_to_their_own_table_are_found_before_it_goes(
    database: Any, change: Any, sentence: str
) -> None:
    if database.backend == "sqlite":
        pytest.skip("SQLite looks at foreign keys where it is told to")
    rows_of_tree(database)
    database.run("UPDATE tree SET n = NULL WHERE id = 5")
    database.run("UPDATE tree SET n = 7 WHERE id = 1")
    rows = database.rows("SELECT * FROM tree ORDER BY 1")

    with pytest.raises(CommandError, match=sentence):
        change_tree(database, change)

    assert database.tables() == ["tree"]
    assert database.rows("SELECT * FROM tree ORDER BY 1") == rows
    assert keys_of_tree(database) == [("fk_tree", ["above"], "tree", ["id"], "CASCADE")]


def test_rows_may_break_a_key_that_the_database_does_not_check(database: Any) -> None:
    if database.backend == "sqlite":
        pytest.skip("SQLite looks at foreign keys where it is told to")
    key = sa.ForeignKeyConstraint(["n"], ["tree.id"])
    options: Any = {}
    if database.backend == "postgresql":
        if "not_valid" not in key.dialect_options["postgresql"]:
            pytest.skip("this SQLAlchemy does not know NOT VALID")
        options = {"postgresql_not_valid": True}
    rows = rows_of_tree(database)
    database.run("UPDATE tree SET n = 7 WHERE id = 1")

    with database.engine.connect() as connection, connection.begin():
        if database.backend == "mariadb":
            connection.execute(sa.text("SET foreign_key_checks = 0"))
        op = Operations(MigrationContext.configure(connection))
        with op.batch_alter_table("tree", recreate="always") as batch_op:
            batch_op.create_foreign_key("fk_new", "tree", ["n"], ["id"], **options)

    assert database.rows("SELECT count(*) FROM tree") == [(len(rows),)]
    assert "fk_new" in [key[0] for key in keys_of_tree(database)]


@pytest.mark.parametrize("recreate", ["auto", "always"])
def test_a_constraint_that_may_be_missing_goes_in_a_block(
    database: Any, recreate: Any
) -> None:
    rows = rows_of_tree(database)

    def drop(batch_op: Any) -> None:
        for _ in range(2):
            batch_op.drop_constraint("fk_tree", "foreignkey", if_exists=True)
        for kind in ("unique", "check", "foreignkey"):
            batch_op.drop_constraint("nothing", kind, if_exists=True)

    change_tree(database, drop, recreate)

    assert database.rows("SELECT * FROM tree ORDER BY 1") == rows
    assert keys_of_tree(database) == []
