from __future__ import annotations

import warnings
from typing import Any, Callable

import pytest
import sqlalchemy as sa

from alembic.operations import Operations
from alembic.operations.batch import ApplyBatchImpl
from alembic.util import sqla_compat
from alembic.util.exc import CommandError

T = "CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(10), b INTEGER, PRIMARY KEY (id)"


def change(
    sqlite: Any, *changes: Callable[[Any], object], opts: Any = None, **kw: Any
) -> None:
    """Carry changes out in one batch block on table ``t``."""
    op = sqlite.operations(**(opts or {}))
    with op.batch_alter_table("t", **kw) as batch_op:
        for each in changes:
            each(batch_op)


def body(sqlite: Any) -> str:
    """Return what stands between the parentheses of table ``t``."""
    sql: str = sqlite.sql()["t"]
    return sql[sql.index("(") + 1 : sql.rindex(")")].strip()


@pytest.fixture
def filled(sqlite: Any) -> Any:
    """Table ``t`` with one row."""
    sqlite.run(f"{T})", "INSERT INTO t VALUES (1, '42', 5)")
    return sqlite


@pytest.mark.parametrize(
    "changes, columns",
    [
        (
            [lambda b: b.alter_column("a", nullable=False)],
            "id INTEGER NOT NULL, a VARCHAR(10) NOT NULL, b INTEGER",
        ),
        (
            [
                lambda b: b.add_column(sa.Column("c", sa.Text), insert_after="a"),
                lambda b: b.drop_column("a"),
            ],
            "id INTEGER NOT NULL, c TEXT, b INTEGER",
        ),
        (
            [lambda b: b.alter_column("a", server_default="x:y")],
            "id INTEGER NOT NULL, a VARCHAR(10) DEFAULT 'x:y', b INTEGER",
        ),
        (
            [lambda b: b.alter_column("a", type_=sa.Text)],
            "id INTEGER NOT NULL, a TEXT, b INTEGER",
        ),
        (
            [
                lambda b: b.alter_column("a", new_column_name="c"),
                lambda b: b.alter_column("c", nullable=False),
                lambda b: b.alter_column("a", server_default="q"),
            ],
            "id INTEGER NOT NULL, c VARCHAR(10) DEFAULT 'q' NOT NULL, b INTEGER",
        ),
        (
            [
                lambda b: b.drop_column("a"),
                lambda b: b.add_column(sa.Column("a", sa.Integer)),
            ],
            "id INTEGER NOT NULL, b INTEGER, a INTEGER",
        ),
        (
            [lambda b: b.add_column(sa.Column("c", sa.Integer), insert_before="a")],
            "id INTEGER NOT NULL, c INTEGER, a VARCHAR(10), b INTEGER",
        ),
        (
            [lambda b: b.alter_column("a", nullable=False, insert_after="b")],
            "id INTEGER NOT NULL, b INTEGER, a VARCHAR(10) NOT NULL",
        ),
        (
            [
                lambda b: b.add_column(sa.Column("c", sa.Integer), insert_after="b"),
                lambda b: b.drop_column("a"),
                lambda b: b.alter_column("b", new_column_name="a"),
            ],
            "id INTEGER NOT NULL, a INTEGER, c INTEGER",
        ),
        (
            [
                lambda b: b.alter_column("a", new_column_name="d"),
                lambda b: b.add_column(sa.Column("c", sa.Integer), insert_after="a"),
            ],
            "id INTEGER NOT NULL, d VARCHAR(10), c INTEGER, b INTEGER",
        ),
        (
            [lambda b: b.add_column(sa.Column("c", sa.Integer, key="of_c"))],
            "id INTEGER NOT NULL, a VARCHAR(10), b INTEGER, c INTEGER",
        ),
    ],
)
def test_columns_change(filled: Any, changes: Any, columns: str) -> None:
    change(filled, *changes, recreate="always")

    assert body(filled) == f"{columns}, PRIMARY KEY (id)"
    assert filled.rows("SELECT id FROM t") == [(1,)]


def test_values_are_converted_where_the_kind_changes(filled: Any) -> None:
    change(filled, lambda b: b.alter_column("a", type_=sa.Integer()))

    assert filled.rows("SELECT a, typeof(a) FROM t") == [(42, "integer")]


def test_values_are_converted_for_each_change_of_the_kind(sqlite: Any) -> None:
    sqlite.run(
        "CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(9) COLLATE NOCASE)",
        "INSERT INTO t VALUES (1, '007')",
    )

    change(
        sqlite,
        lambda b: b.alter_column("a", type_=sa.Integer(), new_column_name="n"),
        lambda b: b.alter_column("a", type_=sa.String(5)),
    )

    assert sqlite.rows("SELECT n, typeof(n) FROM t") == [("7", "text")]
    # a number has no collation to keep
    assert body(sqlite) == "id INTEGER NOT NULL, n VARCHAR(5)"


def test_renamed_columns_keep_their_values(filled: Any) -> None:
    change(
        filled,
        lambda b: b.alter_column("a", new_column_name="x"),
        lambda b: b.alter_column("b", new_column_name="a"),
        lambda b: b.alter_column("x", new_column_name="b"),
    )

    assert filled.rows("SELECT id, a, b FROM t") == [(1, 5, "42")]


@pytest.mark.parametrize(
    "wrong, complaint",
    [
        (lambda b: b.drop_column("zz"), "No such column: 'zz' in table 't'"),
        (lambda b: b.alter_column("zz", nullable=False), "No such column: 'zz'"),
        (lambda b: b.alter_column("a", new_column_name="b"), "'b' exists already"),
        (lambda b: b.add_column(sa.Column("a", sa.Integer)), "'a' exists already"),
        (
            lambda b: b.add_column(sa.Column("c", sa.Integer), insert_after="zz"),
            "'c' cannot be placed beside 'zz'",
        ),
        (lambda b: b.create_index("i", ["a", "zz"]), "No such column: 'zz'"),
        (lambda b: b.create_unique_constraint("u", ["zz"]), "No such column: 'zz'"),
        (
            lambda b: (b.drop_column("a"), b.create_primary_key("p", ["a"])),
            "No such column: 'a'",
        ),
    ],
)
def test_a_wrong_column_stops_before_any_change(
    filled: Any, wrong: Any, complaint: str
) -> None:
    with pytest.raises(CommandError, match=complaint):
        change(filled, wrong, recreate="always")

    assert filled.sql() == {"t": f"{T})"}


def test_what_may_be_missing_or_there_is_left_alone(filled: Any) -> None:
    change(
        filled,
        lambda b: b.drop_column("zz", if_exists=True),
        lambda b: b.add_column(sa.Column("a", sa.Integer), if_not_exists=True),
        lambda b: b.drop_index("zz", if_exists=True),
        lambda b: b.create_index("ix", ["a"]),
        lambda b: b.create_index("ix", ["b"], if_not_exists=True),
        recreate="always",
    )

    assert body(filled) == f"{T} "[len("CREATE TABLE t (") :].strip()
    assert filled.sql("index") == {"ix": "CREATE INDEX ix ON t (a)"}


# One a line, as SQLAlchemy 1.3 needs it to read them.
CONSTRAINTS = (
    "CONSTRAINT uq UNIQUE (a)",
    "CONSTRAINT ck CHECK (b > 0)",
    "CONSTRAINT fk FOREIGN KEY(b) REFERENCES o (id) ON DELETE CASCADE",
)


@pytest.fixture
def constrained(sqlite: Any) -> Any:
    """Table ``t`` with named constraints and indexes."""
    sqlite.run(
        "CREATE TABLE o (id INTEGER PRIMARY KEY)",
        ",\n".join((T, *CONSTRAINTS)) + "\n)",
        "CREATE INDEX ix_b ON t (b)",
        "CREATE UNIQUE INDEX ix_part ON t (a, b) WHERE b > 5 AND a <> 'x:y'",
    )
    return sqlite


def test_constraints_and_indexes_are_kept(constrained: Any) -> None:
    change(constrained, lambda b: b.alter_column("a", nullable=False))

    assert set(CONSTRAINTS) <= set(body(constrained).split(", "))
    assert constrained.sql("index") == {
        "ix_b": "CREATE INDEX ix_b ON t (b)",
        "ix_part": (
            "CREATE UNIQUE INDEX ix_part ON t (a, b) WHERE b > 5 AND a <> 'x:y'"
        ),
    }


def test_constraints_and_indexes_follow_a_new_name(constrained: Any) -> None:
    change(constrained, lambda b: b.alter_column("b", new_column_name="Order"))

    sql = body(constrained)
    assert 'CONSTRAINT ck CHECK ("Order" > 0)' in sql
    assert 'FOREIGN KEY("Order") REFERENCES o (id) ON DELETE CASCADE' in sql
    assert constrained.sql("index") == {
        "ix_b": 'CREATE INDEX ix_b ON t ("Order")',
        "ix_part": (
            'CREATE UNIQUE INDEX ix_part ON t (a, "Order") '
            "WHERE \"Order\" > 5 AND a <> 'x:y'"
        ),
    }


@pytest.mark.parametrize(
    "again, unique, index",
    [
        ([], "uq", "ON t (a, b) WHERE b > 5 AND a <> 'x:y'"),
        (
            [lambda b: b.create_unique_constraint("of_now", ["a"])],
            "of_now",
            "ON t (a, b) WHERE b > 5 AND a <> 'x:y'",
        ),
        (
            [lambda b: b.create_index("ix_part", ["a"], unique=True)],
            "uq",
            "ON t (a)",
        ),
    ],
)
def test_what_is_over_a_column_dropped_and_added_stays_or_is_given_anew(
    constrained: Any, again: Any, unique: str, index: str
) -> None:
    change(
        constrained,
        lambda b: b.drop_column("a"),
        lambda b: b.add_column(sa.Column("a", sa.Integer)),
        *again,
    )

    assert f"CONSTRAINT {unique} UNIQUE (a)" in body(constrained)
    assert body(constrained).count("UNIQUE") == 1
    assert constrained.sql("index")["ix_part"] == f"CREATE UNIQUE INDEX ix_part {index}"


def test_what_is_over_a_dropped_column_goes_with_it(constrained: Any) -> None:
    with pytest.warns(UserWarning, match="index 'ix_part' of table 't' goes with"):
        change(constrained, lambda b: b.drop_column("b"))

    assert body(constrained) == (
        "id INTEGER NOT NULL, a VARCHAR(10), PRIMARY KEY (id), CONSTRAINT uq UNIQUE (a)"
    )
    assert constrained.sql("index") == {}


@pytest.mark.parametrize("name", ["", "CONSTRAINT uq_ab "])
def test_columns_that_were_unique_with_a_dropped_one_miss_nothing(
    sqlite: Any, name: str
) -> None:
    sqlite.run(f"CREATE TABLE t (a INTEGER, b INTEGER, {name}UNIQUE (a, b))")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        change(sqlite, lambda b: b.drop_column("b"))

    assert body(sqlite) == "a INTEGER"


@pytest.mark.parametrize(
    "constraint, lost",
    [
        ("CONSTRAINT ck CHECK (a > 0 AND b > 0)", "The constraint 'ck'"),
        ("FOREIGN KEY (a, b) REFERENCES o (x, y)", "An unnamed constraint"),
    ],
)
def test_what_is_said_about_columns_that_stay_is_lost_with_a_warning(
    sqlite: Any, constraint: str, lost: str
) -> None:
    sqlite.run(
        "CREATE TABLE o (x INTEGER, y INTEGER, UNIQUE (x, y))",
        f"CREATE TABLE t (a INTEGER, b INTEGER, {constraint})",
    )

    with pytest.warns(UserWarning, match=f"^{lost} of table 't' goes with .*'b'"):
        change(sqlite, lambda b: b.drop_column("b"))

    assert body(sqlite) == "a INTEGER"


@pytest.mark.parametrize(
    "name, type_", [("uq", "unique"), ("ck", "check"), ("fk", "foreignkey")]
)
def test_a_constraint_is_dropped_by_name(
    constrained: Any, name: str, type_: str
) -> None:
    change(constrained, lambda b: b.drop_constraint(name, type_=type_))

    kept = {"uq", "ck", "fk"} - {name}
    assert f"CONSTRAINT {name}" not in body(constrained)
    assert all(f"CONSTRAINT {each}" in body(constrained) for each in kept)


@pytest.mark.parametrize(("name", "type_"), [("uq", "unique"), ("x", None)])
def test_a_constraint_may_be_missing(constrained: Any, name: str, type_: Any) -> None:
    change(constrained, lambda b: b.drop_constraint(name, type_, if_exists=True))

    kept = {"uq", "ck", "fk"} - {name}
    assert f"CONSTRAINT {name}" not in body(constrained)
    assert all(f"CONSTRAINT {each}" in body(constrained) for each in kept)


@pytest.mark.parametrize(
    "wrong, complaint",
    [
        (lambda b: b.drop_constraint("x"), "No such constraint: 'x'"),
        (lambda b: b.drop_constraint(None), "Constraint must have a name"),
        (
            lambda b: b.create_unique_constraint(None, ["a"]),
            "Constraint must have a name",
        ),
        (lambda b: b.drop_index("x"), "No such index: 'x'"),
    ],
)
def test_constraints_and_indexes_are_known_by_name(
    constrained: Any, wrong: Any, complaint: str
) -> None:
    before = constrained.sql()

    with pytest.raises(ValueError, match=complaint):
        change(constrained, wrong, recreate="always")

    assert constrained.sql() == before


def test_new_constraints_come_after_the_old_ones(filled: Any) -> None:
    filled.run("CREATE TABLE o (id INTEGER PRIMARY KEY)")

    change(
        filled,
        lambda b: b.alter_column("a", new_column_name="c"),
        lambda b: b.create_unique_constraint("uq", ["c", "b"]),
        lambda b: b.create_check_constraint("ck", sa.column("b").in_([5, 6])),
        lambda b: b.create_foreign_key("fk", "o", ["a"], ["id"], onupdate="CASCADE"),
    )

    assert body(filled).endswith(
        "PRIMARY KEY (id), CONSTRAINT uq UNIQUE (c, b), "
        "CONSTRAINT ck CHECK (b IN (5, 6)), "
        "CONSTRAINT fk FOREIGN KEY(c) REFERENCES o (id) ON UPDATE CASCADE"
    )


def test_a_constraint_takes_the_place_of_one_with_its_name(constrained: Any) -> None:
    with pytest.warns(UserWarning, match="'uq' of table 't' takes the place"):
        change(constrained, lambda b: b.create_unique_constraint("uq", ["id", "b"]))

    assert body(constrained).count("CONSTRAINT uq UNIQUE") == 1
    assert "CONSTRAINT uq UNIQUE (id, b)" in body(constrained)


def test_a_primary_key_is_replaced(filled: Any) -> None:
    change(
        filled,
        lambda b: b.create_primary_key("pk", ["id", "b"]),
    )

    assert "CONSTRAINT pk PRIMARY KEY (id, b)" in body(filled)


@pytest.mark.skipif(
    not sqla_compat.sqla_1_4, reason="SQLAlchemy 1.3 forgets where nullable= was given"
)
def test_a_new_column_of_a_new_primary_key_is_not_null(sqlite: Any) -> None:
    sqlite.run("CREATE TABLE t (a VARCHAR(5))")

    def changes(b: Any) -> None:
        b.add_column(sa.Column("k", sa.String(9)))
        b.create_primary_key("pk", ["a", "k"])

    change(sqlite, changes)

    assert body(sqlite) == (
        "a VARCHAR(5), k VARCHAR(9) NOT NULL, CONSTRAINT pk PRIMARY KEY (a, k)"
    )


def test_a_dropped_column_leaves_the_primary_key(sqlite: Any) -> None:
    sqlite.run(
        "CREATE TABLE t (a INTEGER NOT NULL, b INTEGER NOT NULL, "
        "CONSTRAINT pk PRIMARY KEY (a, b))"
    )

    change(sqlite, lambda b: b.drop_column("a"))

    assert body(sqlite) == "b INTEGER NOT NULL, CONSTRAINT pk PRIMARY KEY (b)"


def test_a_dropped_primary_key_leaves_its_columns(sqlite: Any) -> None:
    sqlite.run("CREATE TABLE t (a INTEGER NOT NULL, CONSTRAINT pk PRIMARY KEY (a))")

    change(sqlite, lambda b: b.drop_constraint("pk", type_="primary"))

    assert body(sqlite) == "a INTEGER NOT NULL"


def test_a_new_column_brings_what_belongs_to_it_once(filled: Any) -> None:
    filled.run("CREATE TABLE o (id INTEGER PRIMARY KEY)")
    column = sa.Column("c", sa.Integer, sa.ForeignKey("o.id"), index=True, unique=True)
    flag = sa.Column("d", sa.Integer, sa.ForeignKey("o.id"), unique=True)

    change(
        filled,
        lambda b: b.add_column(column),
        lambda b: b.add_column(flag, inline_references=True),
        recreate="always",
    )

    assert body(filled).count("FOREIGN KEY(c) REFERENCES o (id)") == 1
    assert body(filled).count("FOREIGN KEY(d) REFERENCES o (id)") == 1
    assert body(filled).count("UNIQUE") == 1
    assert filled.sql("index") == {"ix_t_c": "CREATE UNIQUE INDEX ix_t_c ON t (c)"}


def test_a_new_primary_key_column_joins_the_key(sqlite: Any) -> None:
    sqlite.run("CREATE TABLE t (a INTEGER NOT NULL, PRIMARY KEY (a))")
    column = sa.Column("b", sa.Integer, primary_key=True, server_default="0")

    change(sqlite, lambda b: b.add_column(column), recreate="always")

    assert body(sqlite).endswith("PRIMARY KEY (a, b)")


def test_a_foreign_key_to_the_table_itself_follows_a_new_name(sqlite: Any) -> None:
    sqlite.run(
        "CREATE TABLE t (id INTEGER NOT NULL, up INTEGER, PRIMARY KEY (id), "
        "CONSTRAINT fk FOREIGN KEY(up) REFERENCES t (id))",
        "INSERT INTO t VALUES (1, NULL), (2, 1)",
    )

    change(sqlite, lambda b: b.alter_column("id", new_column_name="key"))

    assert body(sqlite).endswith(
        'CONSTRAINT fk FOREIGN KEY(up) REFERENCES t ("key")'
    ) or body(sqlite).endswith("CONSTRAINT fk FOREIGN KEY(up) REFERENCES t (key)")
    assert len(sqlite.rows("SELECT * FROM t")) == 2


def test_a_foreign_key_to_a_missing_table_is_kept(sqlite: Any) -> None:
    sqlite.run(f"{T}, FOREIGN KEY(b) REFERENCES gone (id))")

    change(sqlite, lambda b: b.alter_column("a", nullable=False))

    assert "FOREIGN KEY(b) REFERENCES gone (id)" in body(sqlite)


def test_an_unnamed_check_is_left_out_with_a_warning(sqlite: Any) -> None:
    sqlite.run(f"{T}, CHECK (b > 0))")

    with pytest.warns(UserWarning, match="Unnamed CHECK constraint on .*'t' is being"):
        change(sqlite, lambda b: b.alter_column("a", nullable=False))

    assert "CHECK" not in body(sqlite)


def test_a_check_in_table_args_takes_the_place_of_an_unnamed_one(sqlite: Any) -> None:
    sqlite.run(f"{T}, CHECK (b > 0))")

    change(
        sqlite,
        lambda b: b.alter_column("a", nullable=False),
        table_args=(sa.CheckConstraint("b > 0", name="ck"),),
    )

    assert body(sqlite).endswith("CONSTRAINT ck CHECK (b > 0)")


def test_a_colon_in_text_of_the_database_marks_no_parameter(sqlite: Any) -> None:
    default, check = "DEFAULT 'a:b' NOT NULL", "CONSTRAINT ck CHECK (a <> ':x:')"
    sqlite.run(f"CREATE TABLE t (a VARCHAR(9) {default}, b INTEGER,\n{check}\n)")

    change(sqlite, lambda b: b.drop_column("b"))

    assert body(sqlite) == f"a VARCHAR(9) {default}, {check}"


def test_a_colon_in_text_of_the_block_is_escaped_as_ever(sqlite: Any) -> None:
    sqlite.run(f"{T})")

    change(sqlite, lambda b: b.create_check_constraint("ck", sa.text("a <> '\\:x'")))

    assert "CHECK (a <> ':x')" in body(sqlite)


def test_constraints_without_a_name_get_one_from_the_convention(sqlite: Any) -> None:
    sqlite.run(
        f"{T}, UNIQUE (a), CONSTRAINT mine UNIQUE (b), "
        "FOREIGN KEY(b) REFERENCES o (id))"
    )
    convention = {
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(column_0_name)s_%(referred_table_name)s",
    }

    change(
        sqlite,
        lambda b: b.drop_constraint("uq_t_a", type_="unique"),
        lambda b: b.drop_constraint("fk_b_o", type_="foreignkey"),
        naming_convention=convention,
    )

    assert "CONSTRAINT mine UNIQUE (b)" in body(sqlite)
    assert "UNIQUE (a)" not in body(sqlite)
    assert "FOREIGN KEY" not in body(sqlite)


def test_the_check_of_a_type_has_the_name_that_the_real_table_gives(
    filled: Any,
) -> None:
    convention = {"ck": "ck_%(table_name)s_%(constraint_name)s"}
    flag = sa.Column("f", sa.Boolean(create_constraint=True, name="flag"))
    other = sa.Enum("x", "y", name="kind", create_constraint=True, native_enum=False)

    filled.run("DELETE FROM t")
    change(
        filled,
        lambda b: b.add_column(flag),
        lambda b: b.alter_column("a", type_=other),
        opts={"target_metadata": sa.MetaData(naming_convention=convention)},
    )

    assert "CONSTRAINT ck_t_flag CHECK (f IN (0, 1))" in body(filled)
    assert "CONSTRAINT ck_t_kind CHECK (a IN ('x', 'y'))" in body(filled)


def test_the_check_of_the_old_type_goes_with_it(sqlite: Any) -> None:
    sqlite.run("CREATE TABLE t (a BOOLEAN, CONSTRAINT ck CHECK (a IN (0, 1)))")
    type_ = sa.Boolean(create_constraint=True, name="ck")

    change(
        sqlite, lambda b: b.alter_column("a", existing_type=type_, type_=sa.Integer())
    )

    assert body(sqlite) == "a INTEGER"


def test_the_check_of_a_new_type_stays_where_that_of_the_old_one_was_dropped(
    sqlite: Any,
) -> None:
    sqlite.run("CREATE TABLE t (a BOOLEAN, CONSTRAINT ck CHECK (a IN (0, 1)))")
    old = sa.Boolean(name="ck", create_constraint=True)
    new = sa.Enum("x", "y", name="kind", native_enum=False, create_constraint=True)

    change(
        sqlite,
        lambda b: b.drop_constraint("ck"),
        lambda b: b.alter_column("a", type_=new),
        copy_from=sa.Table("t", sa.MetaData(), sa.Column("a", old)),
    )

    assert body(sqlite) == "a VARCHAR(1), CONSTRAINT kind CHECK (a IN ('x', 'y'))"


def test_computed_columns_are_kept(sqlite: Any) -> None:
    sqlite.run(
        "CREATE TABLE t (a INTEGER,\nb INTEGER GENERATED ALWAYS AS (a * 2) STORED\n)",
        "INSERT INTO t (a) VALUES (4)",
    )

    change(sqlite, lambda b: b.alter_column("a", new_column_name="c"))

    assert body(sqlite) == "c INTEGER, b INTEGER GENERATED ALWAYS AS (c * 2) STORED"
    assert sqlite.rows("SELECT c, b FROM t") == [(4, 8)]


def test_rows_that_do_not_fit_leave_the_table_as_it_was(filled: Any) -> None:
    filled.run("INSERT INTO t VALUES (2, NULL, 6)")

    with pytest.raises(sa.exc.IntegrityError):
        change(filled, lambda b: b.alter_column("a", nullable=False))

    assert filled.sql()["t"] == f"{T})"
    assert len(filled.rows("SELECT * FROM t")) == 2


def test_a_table_that_is_not_there_is_an_error(sqlite: Any) -> None:
    with pytest.raises(sa.exc.NoSuchTableError, match="t"):
        change(sqlite, lambda b: b.drop_column("a"))


def test_an_order_may_be_given_by_old_names(filled: Any) -> None:
    change(
        filled,
        lambda b: b.alter_column("a", new_column_name="c"),
        partial_reordering=[("b", "a")],
    )

    assert body(filled).startswith("id INTEGER NOT NULL, b INTEGER, c VARCHAR(10)")


def test_reflection_can_be_told_better(filled: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        change(
            filled,
            lambda b: b.alter_column("b", nullable=False),
            reflect_args=[sa.Column("a", sa.String(99))],
            reflect_kwargs={"listeners": [("column_reflect", on_reflect)]},
        )

    assert body(filled).startswith("id BIGINT NOT NULL, a VARCHAR(99), b BIGINT NOT")


def on_reflect(inspector: Any, table: Any, column_info: Any) -> None:
    column_info["type"] = sa.BigInteger()


def test_options_of_the_new_table(filled: Any) -> None:
    change(
        filled,
        lambda b: b.alter_column("a", nullable=False),
        table_args=(sa.UniqueConstraint("a", name="uq"),),
        table_kwargs={"sqlite_autoincrement": True},
    )

    assert body(filled).startswith("id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    assert body(filled).endswith("CONSTRAINT uq UNIQUE (a)")


def test_a_given_table_is_used_and_left_as_it_is(filled: Any) -> None:
    table = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.String(10), unique=True, index=False),
        sa.Column("b", sa.Boolean(create_constraint=True, name="ck_b")),
    )

    change(
        filled,
        lambda b: b.alter_column("a", new_column_name="c"),
        lambda b: b.drop_constraint("ck_b", type_="check"),
        copy_from=table,
    )

    assert body(filled) == (
        "id INTEGER NOT NULL, c VARCHAR(10), b BOOLEAN, PRIMARY KEY (id), UNIQUE (c)"
    )
    assert table.c.keys() == ["id", "a", "b"]


def test_offline_a_table_must_be_given(offline: Any) -> None:
    op, script = offline("sqlite")

    complaint = 'reflect the table "t".*"copy_from"'
    with pytest.raises(CommandError, match=complaint), op.batch_alter_table("t") as b:
        b.drop_column("a")

    assert not script.getvalue()


def test_offline_the_steps_are_written(offline: Any) -> None:
    op, script = offline("sqlite")
    table = sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer))

    with op.batch_alter_table("t", copy_from=table) as batch_op:
        batch_op.alter_column("a", type_=sa.String(5), new_column_name="b")
        batch_op.create_index("ix", ["b"])

    assert " ".join(script.getvalue().split()) == (
        "CREATE TABLE _alembic_tmp_t ( b VARCHAR(5) ); "
        "INSERT INTO _alembic_tmp_t (b) SELECT CAST(t.a AS VARCHAR(5)) AS "
        f"{'a' if sqla_compat.sqla_1_4 else 'anon_1'} FROM t; "
        "DROP TABLE t; ALTER TABLE _alembic_tmp_t RENAME TO t; "
        "CREATE INDEX ix ON t (b);"
    )


def test_the_name_of_the_temporary_table_is_cut(database: Any) -> None:
    table = sa.Table("a" * 60, sa.MetaData(), sa.Column("a", sa.Integer))

    applied = ApplyBatchImpl(database, table, (), {}, reflected=False)

    assert applied.temp_table_name == "_alembic_tmp_" + "a" * 37


def test_a_batch_does_not_rename_its_table(database: Any, op: Operations) -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer))
    applied = ApplyBatchImpl(database, table, (), {}, reflected=False)

    with pytest.raises(NotImplementedError, match="in batch mode"):
        applied.rename_table("t", "u")


def test_named_constraints_are_known_to_the_dialect(database: Any) -> None:
    table = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("a", sa.Integer),
        sa.UniqueConstraint("a", name="uq"),
        sa.CheckConstraint("a > 1"),
    )

    applied = ApplyBatchImpl(database, table, (), {}, reflected=False)

    assert list(applied.named_constraints) == ["uq"]


def test_the_options_of_an_index_follow_a_new_name(
    database: Any, op: Operations
) -> None:
    options = {
        "postgresql_using": "gin",
        "postgresql_ops": {"a": "gin_trgm_ops"},
        "mssql_include": ["b", "a"],
    }
    table = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("a", sa.Text),
        sa.Column("b", sa.Text),
        sa.Index("ix", "a", **options),
    )

    with op.batch_alter_table("t", copy_from=table, recreate="always") as batch_op:
        batch_op.alter_column("a", new_column_name="c")

    (index,) = [args[0] for name, args, _ in database.calls if name == "create_index"]
    assert dict(index.dialect_kwargs) == {
        "postgresql_using": "gin",
        "postgresql_ops": {"c": "gin_trgm_ops"},
        "mssql_include": ["b", "c"],
    }


def test_table_comments_are_kept_and_changed(database: Any, op: Operations) -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer), comment="old")

    for comment in ("old", "new", None):
        database.calls.clear()
        with op.batch_alter_table("t", copy_from=table, recreate="always") as batch_op:
            if comment is None:
                batch_op.drop_table_comment()
            elif comment != "old":
                batch_op.create_table_comment(comment)
        created = {name: args for name, args, _ in database.calls}
        assert created["create_table"][0].comment == comment
