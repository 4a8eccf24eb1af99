"""Each directive, seen by reflection: the schema becomes what was asked for, and the
reverse makes it what it was."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple

import pytest
import sqlalchemy as sa
from sqlalchemy.engine.url import make_url

from alembic.util import sqla_compat

pytestmark = pytest.mark.backend

SERVERS = ("postgresql", "mariadb")
# Before 2.0 SQLAlchemy leaves indexes on expressions out when it reads.
READS_EXPRESSIONS = ("postgresql",) if sqla_compat.sqla_2 else ()


class Case(NamedTuple):
    """A change and its reverse, with what reflection shows in between."""

    name: str
    apply: Callable[[Any], Any]
    reverse: Callable[[Any], Any]
    shown: Callable[[Any], Any]
    value: Any
    backends: tuple[str, ...] = SERVERS


def _column(look: Any, name: str = "a") -> Any:
    (found,) = [c for c in look.get_columns("t") if c["name"] == name]
    return found


def _names(entries: Any) -> list[str]:
    return sorted(entry["name"] for entry in entries)


def _alter(**changes: Any) -> Callable[[Any], Any]:
    existing = {
        "existing_type": sa.String(20),
        "existing_nullable": True,
        "existing_server_default": "it's",
        "existing_comment": "old",
    }
    return lambda op: op.alter_column("t", "a", **{**existing, **changes})


CASES = [
    Case(
        "nullable",
        _alter(nullable=False),
        _alter(nullable=True, existing_nullable=False),
        lambda look: _column(look)["nullable"],
        False,
    ),
    Case(
        "type",
        _alter(type_=sa.String(30)),
        _alter(type_=sa.String(20), existing_type=sa.String(30)),
        lambda look: _column(look)["type"].length,
        30,
    ),
    Case(
        "default",
        _alter(server_default="50%"),
        _alter(server_default="it's"),
        lambda look: _column(look)["default"].partition("::")[0],
        "'50%'",
    ),
    Case(
        "no default",
        _alter(server_default=None),
        _alter(server_default="it's"),
        lambda look: _column(look)["default"],
        None,
    ),
    Case(
        "comment",
        _alter(comment="100% \\ new"),
        _alter(comment="old", existing_comment="100% \\ new"),
        lambda look: _column(look)["comment"],
        "100% \\ new",
    ),
    Case(
        "no comment",
        _alter(comment=None),
        _alter(comment="old", existing_comment=None),
        lambda look: _column(look)["comment"],
        None,
    ),
    Case(
        "name",
        _alter(new_column_name="order"),
        lambda op: op.alter_column(
            "t",
            "order",
            new_column_name="a",
            existing_type=sa.String(20),
            existing_server_default="it's",
            existing_comment="old",
        ),
        lambda look: [c["name"] for c in look.get_columns("t")],
        ["id", "order", "n"],
    ),
    Case(
        "all at once",
        _alter(
            type_=sa.String(99),
            nullable=False,
            server_default="x",
            comment="y",
        ),
        _alter(
            type_=sa.String(20),
            nullable=True,
            server_default="it's",
            comment="old",
            existing_type=sa.String(99),
        ),
        lambda look: (
            _column(look)["type"].length,
            _column(look)["nullable"],
            _column(look)["comment"],
        ),
        (99, False, "y"),
    ),
    Case(
        "column",
        lambda op: op.add_column(
            "t",
            sa.Column("new", sa.Integer, server_default="5", nullable=False),
        ),
        lambda op: op.drop_column("t", "new"),
        lambda look: _column(look, "new")["nullable"],
        False,
        ("sqlite", *SERVERS),
    ),
    Case(
        "column with a condition",
        lambda op: op.add_column("t", sa.Column("new", sa.Integer), if_not_exists=True),
        lambda op: op.drop_column("t", "new", if_exists=True),
        lambda look: _column(look, "new")["nullable"],
        True,
    ),
    Case(
        "column with a foreign key",
        lambda op: op.add_column(
            "t",
            sa.Column(
                "o",
                sa.Integer,
                sa.ForeignKey("other.id", name="fk", ondelete="CASCADE"),
            ),
        ),
        lambda op: (
            op.drop_constraint("fk", "t", type_="foreignkey"),
            op.drop_column("t", "o"),
        ),
        lambda look: [
            (fk["name"], fk["constrained_columns"], fk["options"]["ondelete"])
            for fk in look.get_foreign_keys("t")
        ],
        [("fk", ["o"], "CASCADE")],
    ),
    Case(
        "index",
        lambda op: op.create_index("ix", "t", ["a", "n"], unique=True),
        lambda op: op.drop_index("ix", "t"),
        lambda look: [
            (ix["name"], ix["column_names"], bool(ix["unique"]))
            for ix in look.get_indexes("t")
        ],
        [("ix", ["a", "n"], True)],
        ("sqlite", *SERVERS),
    ),
    Case(
        "unique constraint",
        lambda op: op.create_unique_constraint("uq", "t", ["n"]),
        lambda op: op.drop_constraint("uq", "t", type_="unique"),
        lambda look: _names(look.get_unique_constraints("t")),
        ["uq"],
    ),
    Case(
        "check constraint",
        lambda op: op.create_check_constraint("ck", "t", sa.column("n") > 5),
        lambda op: op.drop_constraint("ck", "t", type_="check"),
        lambda look: _names(look.get_check_constraints("t")),
        ["ck"],
    ),
    Case(
        "foreign key",
        lambda op: op.create_foreign_key("fk", "t", "other", ["n"], ["id"]),
        lambda op: op.drop_constraint("fk", "t", type_="foreignkey"),
        lambda look: _names(look.get_foreign_keys("t")),
        ["fk"],
        ("postgresql",),
    ),
    Case(
        "primary key",
        lambda op: (
            op.drop_constraint("pk", "t", type_="primary"),
            op.create_primary_key("pk", "t", ["id", "n"]),
        ),
        lambda op: (
            op.drop_constraint("pk", "t", type_="primary"),
            op.create_primary_key("pk", "t", ["id"]),
        ),
        lambda look: look.get_pk_constraint("t")["constrained_columns"],
        ["id", "n"],
    ),
    Case(
        "table comment",
        lambda op: op.create_table_comment("t", "it's 100%"),
        lambda op: op.drop_table_comment("t"),
        lambda look: look.get_table_comment("t")["text"],
        "it's 100%",
    ),
    Case(
        "table name",
        lambda op: op.rename_table("t", "user"),
        lambda op: op.rename_table("user", "t"),
        lambda look: sorted(look.get_table_names()),
        ["other", "user"],
        ("sqlite", *SERVERS),
    ),
    Case(
        "table",
        lambda op: op.create_table(
            "u",
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("e", sa.Enum("x", "y", name="letters"), index=True),
            sa.UniqueConstraint("e", name="uq_e"),
        ),
        lambda op: op.drop_table("u"),
        lambda look: _names(look.get_indexes("u"))[:1],
        ["ix_u_e"],
        ("sqlite", *SERVERS),
    ),
    Case(
        "table that is there, dropped",
        lambda op: op.drop_table("other", if_exists=True),
        lambda op: op.create_table(
            "other", sa.Column("id", sa.Integer, primary_key=True), if_not_exists=True
        ),
        lambda look: look.get_table_names(),
        ["t"],
        ("sqlite", *SERVERS) if sqla_compat.sqla_1_4 else (),  # IF EXISTS
    ),
    Case(
        "name, on SQLite",
        lambda op: op.alter_column("t", "a", new_column_name="order"),
        lambda op: op.alter_column("t", "order", new_column_name="a"),
        lambda look: [c["name"] for c in look.get_columns("t")],
        ["id", "order", "n"],
        ("sqlite", "postgresql"),
    ),
    Case(
        "column with an index",
        lambda op: op.add_column("t", sa.Column("new", sa.Integer, index=True)),
        lambda op: (op.drop_index("ix_t_new", "t"), op.drop_column("t", "new")),
        lambda look: _names(look.get_indexes("t")),
        ["ix_t_new"],
        ("sqlite", *SERVERS),
    ),
    Case(
        "column with a unique constraint",
        lambda op: op.add_column("t", sa.Column("new", sa.Integer, unique=True)),
        lambda op: op.drop_column("t", "new"),
        lambda look: [
            entry["column_names"] for entry in look.get_unique_constraints("t")
        ],
        [["new"]],
    ),
    Case(
        "column that refers to its own table",
        lambda op: op.add_column(
            "t", sa.Column("up", sa.Integer, sa.ForeignKey("t.id", name="fk"))
        ),
        lambda op: (
            op.drop_constraint("fk", "t", type_="foreignkey"),
            op.drop_column("t", "up"),
        ),
        lambda look: [entry["referred_table"] for entry in look.get_foreign_keys("t")],
        ["t"],
    ),
    Case(
        "column with inline references",
        lambda op: op.add_column(
            "t",
            sa.Column("o", sa.Integer, sa.ForeignKey("other.id", ondelete="CASCADE")),
            inline_references=True,
        ),
        lambda op: op.drop_column("t", "o"),
        lambda look: [
            (entry["referred_table"], entry["options"])
            for entry in look.get_foreign_keys("t")
        ],
        [("other", {"ondelete": "CASCADE"})],
        ("postgresql",),
    ),
    Case(
        "column that is computed",
        lambda op: op.add_column(
            "t", sa.Column("twice", sa.Integer, sa.Computed("n * 2", persisted=True))
        ),
        lambda op: op.drop_column("t", "twice"),
        lambda look: _column(look, "twice")["computed"]["persisted"],
        True,
    ),
    Case(
        "index over the name of a function",
        lambda op: op.create_index("ix", "t", [sa.text("lower(a)")], unique=True),
        lambda op: op.drop_index("ix", "t", if_exists=True),
        lambda look: [
            (entry["expressions"], entry["unique"]) for entry in look.get_indexes("t")
        ],
        [(["lower(a::text)"], True)],
        READS_EXPRESSIONS,
    ),
    Case(
        "index of some rows",
        lambda op: op.create_index(
            "ix",
            "t",
            ["a"],
            postgresql_where=sa.column("n") > 5,
            sqlite_where=sa.column("n") > 5,
        ),
        lambda op: op.drop_index("ix", "t"),
        lambda look: "".join(
            str(value)
            for entry in look.get_indexes("t")
            for key, value in entry["dialect_options"].items()
            if key.endswith("_where")
        ).strip("()"),
        "n > 5",
        # SQLAlchemy 1.3 reads no options of indexes.
        ("sqlite", "postgresql") if sqla_compat.sqla_1_4 else (),
    ),
    Case(
        "index with options",
        lambda op: op.create_index(
            "ix",
            "t",
            [sa.column("n").desc().nulls_last()],
            if_not_exists=True,
            postgresql_include=["a"],
            postgresql_with={"fillfactor": 50},
        ),
        lambda op: op.drop_index("ix", "t"),
        lambda look: [
            (
                entry["dialect_options"]["postgresql_include"],
                entry["dialect_options"].get("postgresql_with", {"fillfactor": "50"}),
                entry["column_sorting"],
            )
            for entry in look.get_indexes("t")
        ],
        [(["a"], {"fillfactor": "50"}, {"n": ("desc", "nulls_last")})],
        ("postgresql",),
    ),
    Case(
        "index of prefixes",
        lambda op: op.create_index("ix", "t", ["a"], mysql_length=5, mariadb_length=5),
        lambda op: op.drop_index("ix", "t"),
        lambda look: look.get_indexes("t")[0]["dialect_options"],
        {"mysql_length": {"a": 5}},
        ("mariadb",),
    ),
    Case(
        "index of words",
        lambda op: op.create_index(
            "ix", "t", ["a"], mysql_prefix="FULLTEXT", mariadb_prefix="FULLTEXT"
        ),
        lambda op: op.drop_index("ix", "t", if_exists=True),
        lambda look: "FULLTEXT" in str(look.get_indexes("t")),
        True,
        ("mariadb",),
    ),
    Case(
        "constraint for later",
        lambda op: op.create_unique_constraint(
            "uq", "t", ["n", "a"], deferrable=True, initially="DEFERRED"
        ),
        lambda op: op.drop_constraint("uq", "t", if_exists=True),
        lambda look: _names(look.get_unique_constraints("t")),
        ["uq"],
        ("postgresql",),
    ),
    Case(
        "foreign key for later",
        lambda op: op.create_foreign_key(
            "fk",
            "t",
            "other",
            ["n"],
            ["id"],
            onupdate="CASCADE",
            ondelete="SET DEFAULT",
            deferrable=True,
            initially="DEFERRED",
            match="FULL",
        ),
        lambda op: op.drop_constraint("fk", "t", type_="foreignkey"),
        lambda look: look.get_foreign_keys("t")[0]["options"],
        {
            "onupdate": "CASCADE",
            "ondelete": "SET DEFAULT",
            "deferrable": True,
            "initially": "DEFERRED",
            "match": "FULL",
        },
        ("postgresql",),
    ),
    Case(
        "exclude constraint",
        lambda op: op.create_exclude_constraint(
            "ex",
            "t",
            (sa.text("int4range(id, n)"), "&&"),
            where="n > 5",
            using="gist",
        ),
        lambda op: op.drop_constraint("ex", "t"),
        lambda look: _names(look.get_indexes("t")),
        ["ex"],
        READS_EXPRESSIONS,
    ),
    Case(
        "odd names",
        lambda op: (
            op.rename_table("other", 'say "x" 50%'),
            op.add_column('say "x" 50%', sa.Column("it's", sa.Integer)),
            op.create_index("Ix %", 'say "x" 50%', ["it's"]),
        ),
        lambda op: (
            op.drop_index("Ix %", 'say "x" 50%'),
            op.drop_column('say "x" 50%', "it's"),
            op.rename_table('say "x" 50%', "other"),
        ),
        lambda look: look.get_indexes('say "x" 50%')[0]["column_names"],
        ["it's"],
        ("sqlite", *SERVERS),
    ),
]


def _schema_of(database: Any) -> Any:
    """Return everything that reflection tells about the two tables."""
    look = sa.inspect(database.engine)
    told = []
    for table in sorted(look.get_table_names()):
        columns = [
            {**column, "type": repr(column["type"])}
            for column in look.get_columns(table)
        ]
        told.append((table, columns, look.get_pk_constraint(table)))
        for ask in ("indexes", "unique_constraints", "foreign_keys"):
            found = getattr(look, f"get_{ask}")(table)
            told.append(sorted(found, key=lambda entry: str(entry["name"])))
    return told


@pytest.fixture
def two_tables(database: Any) -> Any:
    """A table with a bit of everything, and another to refer to."""
    comment = None if database.backend == "sqlite" else "old"
    database.op.create_table("other", sa.Column("id", sa.Integer, primary_key=True))
    database.op.create_table(
        "t",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("a", sa.String(20), server_default="it's", comment=comment),
        sa.Column("n", sa.Integer, nullable=False, server_default="7"),
        sa.PrimaryKeyConstraint("id", name="pk"),
    )
    return database


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_change_and_its_reverse(two_tables: Any, case: Case) -> None:
    if two_tables.backend not in case.backends:
        pytest.skip(f"{two_tables.backend} cannot do this in place")
    before = _schema_of(two_tables)

    case.apply(two_tables.op)
    assert case.shown(sa.inspect(two_tables.engine)) == case.value
    case.reverse(two_tables.op)

    assert _schema_of(two_tables) == before


@pytest.mark.skipif(not sqla_compat.has_identity, reason="needs Identity of 1.4")
def test_an_identity_comes_changes_and_goes(two_tables: Any) -> None:
    if two_tables.backend != "postgresql":
        pytest.skip("PostgreSQL alone changes identities in place")
    make = sqla_compat.identity_with
    first, second = make(always=True, start=5), make(start=9, increment=2, cycle=True)

    def change(wanted: Any, existing: Any) -> Any:
        two_tables.op.alter_column(
            "t", "id", server_default=wanted, existing_server_default=existing
        )
        column = sa.inspect(two_tables.engine).get_columns("t")[0]
        return {
            key: (column.get("identity") or {}).get(key)
            for key in ("always", "start", "increment", "cycle")
        }

    before = _schema_of(two_tables)
    assert change(first, None) == {
        "always": True,
        "start": 5,
        "increment": 1,
        "cycle": False,
    }
    assert change(second, first) == {
        "always": False,
        "start": 9,
        "increment": 2,
        "cycle": True,
    }
    change(None, second)
    assert _schema_of(two_tables) == before


def test_values_are_converted_by_an_expression(two_tables: Any) -> None:
    if two_tables.backend != "postgresql":
        pytest.skip("USING is a word of PostgreSQL")
    two_tables.run("INSERT INTO t (id, a) VALUES (1, '42')")

    two_tables.op.alter_column("t", "a", server_default=None)
    two_tables.op.alter_column(
        "t", "a", type_=sa.Integer(), postgresql_using="a::integer + 1"
    )

    assert two_tables.rows("SELECT a FROM t") == [(43,)]


def test_a_datetime_of_mariadb_keeps_its_default(two_tables: Any) -> None:
    if two_tables.backend != "mariadb":
        pytest.skip("a matter of MariaDB")
    op = two_tables.op
    op.add_column("t", sa.Column("d", sa.DateTime, nullable=False))

    op.alter_column(
        "t",
        "d",
        existing_type=sa.DateTime(),
        existing_nullable=False,
        server_default=sa.text("CURRENT_TIMESTAMP"),
    )

    column = _column(sa.inspect(two_tables.engine), "d")
    assert column["default"].startswith("current_timestamp")
    assert column["nullable"] is False


@pytest.fixture
def second_schema(database: Any) -> Any:
    """The name of a schema beside the default one; it is dropped at the end."""
    if database.backend == "sqlite":
        pytest.skip("a schema of SQLite is another file, attached to one connection")
    name = f"{make_url(database.url).database}_Alt"
    database.run(f'CREATE SCHEMA "{name}"'.replace('"', database.quote))
    yield name
    if database.backend == "mariadb":
        database.run(f"DROP SCHEMA `{name}`")


def test_every_directive_in_a_second_schema(database: Any, second_schema: str) -> None:
    op, schema = database.op, second_schema
    look = lambda: sa.inspect(database.engine)

    op.create_table(
        "t",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.String(9), comment="old", index=True),
        schema=schema,
        comment="it's",
    )
    op.add_column("t", sa.Column("up", sa.Integer), schema=schema)
    op.create_foreign_key(
        "fk", "t", "t", ["up"], ["id"], source_schema=schema, referent_schema=schema
    )
    op.create_unique_constraint("uq", "t", ["a"], schema=schema)
    op.create_check_constraint("ck", "t", "up > 0", schema=schema)
    op.create_index("ix", "t", ["a", "id"], schema=schema)
    op.create_table_comment("t", "new", schema=schema)
    op.alter_column(
        "t",
        "a",
        schema=schema,
        new_column_name="b",
        existing_type=sa.String(9),
        type_=sa.String(20),
        nullable=False,
        server_default="x",
        comment="new",
    )
    op.rename_table("t", "u", schema=schema)
    table = sa.table("u", sa.column("id"), sa.column("b"), schema=schema)
    op.bulk_insert(table, [{"id": 1, "b": "it's"}])

    assert look().get_table_names() == []
    assert look().get_table_names(schema=schema) == ["u"]
    assert look().get_table_comment("u", schema=schema)["text"] == "new"
    column = look().get_columns("u", schema=schema)[1]
    assert (column["name"], column["type"].length, column["nullable"]) == (
        "b",
        20,
        False,
    )
    assert column["comment"] == "new"
    assert {"ix", "uq"} <= set(_names(look().get_indexes("u", schema=schema)))
    assert _names(look().get_foreign_keys("u", schema=schema)) == ["fk"]
    assert _names(look().get_check_constraints("u", schema=schema)) == ["ck"]

    op.drop_constraint("fk", "u", type_="foreignkey", schema=schema)
    op.drop_constraint("ck", "u", type_="check", schema=schema)
    op.drop_index("ix", "u", schema=schema)
    op.drop_table_comment("u", schema=schema)
    op.drop_column("u", "up", schema=schema)

    assert look().get_table_comment("u", schema=schema)["text"] is None
    assert [c["name"] for c in look().get_columns("u", schema=schema)] == ["id", "b"]
    assert look().get_foreign_keys("u", schema=schema) == []
    assert look().get_check_constraints("u", schema=schema) == []

    op.drop_table("u", schema=schema)
    assert look().get_table_names(schema=schema) == []
