"""What a dialect asks a live server when it compares."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import sqlalchemy as sa

from alembic.autogenerate import compare_metadata
from alembic.ddl.builtin import impl_class
from alembic.runtime.migration import MigrationContext
from alembic.util import sqla_compat

pytestmark = pytest.mark.backend


@pytest.fixture
def on_postgresql(database: Any) -> Any:
    """PostgreSQL's class with a connection."""
    if database.backend != "postgresql":
        pytest.skip("a matter of PostgreSQL")
    with database.engine.connect() as connection:
        yield impl_class("postgresql")(
            database.engine.dialect, connection, False, None, None, {}
        )


@pytest.mark.parametrize(
    ("type_", "default", "reported", "differs"),
    [
        (sa.Float(), sa.text("1.0"), "1", False),
        (sa.Numeric(10, 2), "2.5", "2.50", False),
        (sa.String(9), "it's", "'it''s'::character varying", False),
        (sa.String(9), "", "''::character varying", False),
        (sa.Boolean(), sa.text("'0'"), "false", False),
        (sa.Integer(), sa.text("3"), "(1 + 2)", False),
        (sa.Integer(), "6", "5", True),
        (sa.DateTime(), sa.text("CURRENT_TIMESTAMP"), "now()", False),
        (sa.JSON(), sa.text("'{}'"), "'{}'::json", False),
        (sa.Integer(), sa.text("no_such_function()"), "5", True),
    ],
)
def test_the_server_decides_about_defaults(
    on_postgresql: Any, type_: Any, default: Any, reported: str, differs: bool
) -> None:
    column = sa.Column("c", type_, server_default=default)
    sa.Table("t", sa.MetaData(), column)
    rendered = str(getattr(default, "text", default))

    assert (
        on_postgresql.compare_server_default(column, column, rendered, reported)
        is differs
    )
    # The question left the transaction usable.
    assert on_postgresql.connection.execute(sa.text("SELECT 1")).scalar() == 1


def test_a_serial_column_has_no_default_of_its_own(
    on_postgresql: Any, database: Any, caplog: Any
) -> None:
    database.run('CREATE TABLE "T" (id SERIAL PRIMARY KEY, n BIGSERIAL, x INTEGER)')
    database.run("CREATE SEQUENCE own")
    database.run("ALTER TABLE \"T\" ALTER COLUMN x SET DEFAULT nextval('own')")
    caplog.set_level(logging.INFO, "alembic.ddl.postgresql")
    table = sa.Table("T", sa.MetaData())
    reflected = {}

    for column in sa.inspect(on_postgresql.connection).get_columns("T"):
        on_postgresql.autogen_column_reflect(None, table, column)
        reflected[column["name"]] = column.get("default")

    assert reflected == {"id": None, "n": None, "x": "nextval('own'::regclass)"}
    assert [record.getMessage() for record in caplog.records] == [
        (
            "Detected sequence named '\"T_id_seq\"' as owned by integer column "
            "'T(id)', assuming SERIAL and omitting"
        ),
        (
            "Detected sequence named '\"T_n_seq\"' as owned by integer column "
            "'T(n)', assuming SERIAL and omitting"
        ),
    ]


def _diffs(database: Any, metadata: Any) -> list[Any]:
    with database.engine.begin() as connection:
        options = {"compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        return compare_metadata(context, metadata)


def test_what_is_unique_is_found_again(database: Any) -> None:
    # MySQL and MariaDB know a unique index only, and report each as a constraint, too.
    wanted = sa.MetaData()
    sa.Table(
        "t",
        wanted,
        sa.Column("a", sa.Integer, unique=True),
        sa.Column("b", sa.Integer, unique=True),
        sa.UniqueConstraint("a", "b", name="uq"),
        sa.Index("ix", "b", unique=True),
    )
    wanted.create_all(database.engine)

    assert _diffs(database, wanted) == []


@pytest.mark.parametrize(
    "of_table, of_column, kinds",
    [
        ("a table", "a column", []),
        ("another", "a column", ["add_table_comment"]),
        (None, "a column", ["remove_table_comment"]),
        ("a table", "another", ["modify_comment"]),
        ("a table", None, ["modify_comment"]),
        ("another", "another", ["modify_comment", "add_table_comment"]),
    ],
)
def test_comments_are_compared(
    database: Any, of_table: Any, of_column: Any, kinds: list[str]
) -> None:
    if database.backend == "sqlite":
        pytest.skip("SQLite keeps no comments")

    def model(of_table: Any, of_column: Any) -> sa.MetaData:
        metadata = sa.MetaData()
        column = sa.Column("a", sa.Integer, comment=of_column)
        sa.Table("t", metadata, column, comment=of_table)
        return metadata

    model("a table", "a column").create_all(database.engine)
    diffs = _diffs(database, model(of_table, of_column))

    assert [(diff[0] if isinstance(diff, list) else diff)[0] for diff in diffs] == kinds


def test_an_identity_that_goes_is_a_difference(
    on_postgresql: Any, database: Any
) -> None:
    if not sqla_compat.sqla_1_4:
        pytest.skip("SQLAlchemy 1.3 reads no identities")
    database.run("CREATE TABLE t (a INTEGER GENERATED ALWAYS AS IDENTITY)")
    wanted = sa.MetaData()
    sa.Table("t", wanted, sa.Column("a", sa.Integer, nullable=False))

    ((diff,),) = _diffs(database, wanted)

    assert diff[0] == "modify_default"


def _two_tables(*of_child: Any) -> sa.MetaData:
    metadata = sa.MetaData()
    number = sa.Column("id", sa.Integer, primary_key=True)
    sa.Table("parent", metadata, number, mysql_engine="InnoDB")
    parent = sa.Column("parent_id", sa.Integer, nullable=False)
    sa.Table("child", metadata, parent, *of_child, mysql_engine="InnoDB")
    return metadata


def _key(**options: Any) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["parent_id"], ["parent.id"], name="fk", **options)


@pytest.mark.parametrize(
    "wanted, found",
    [
        (lambda: _two_tables(), ["remove_fk", "remove_index"]),
        (lambda: _two_tables(sa.Index("fk", "parent_id")), ["remove_fk"]),
        (lambda: _two_tables(_key(ondelete="CASCADE")), ["remove_fk", "add_fk"]),
    ],
    ids=["nothing is left", "the index is wanted", "another key uses it"],
)
def test_an_index_goes_with_the_foreign_key_that_brought_it(
    database: Any, wanted: Any, found: list[str]
) -> None:
    if database.backend != "mariadb":
        pytest.skip("a matter of MariaDB")
    _two_tables(_key()).create_all(database.engine)

    assert [diff[0] for diff in _diffs(database, wanted())] == found


def test_an_index_takes_the_name_of_a_constraint(
    on_postgresql: Any, database: Any
) -> None:
    database.run("CREATE TABLE t (a INTEGER, CONSTRAINT u UNIQUE (a))")
    wanted = sa.MetaData()
    sa.Table("t", wanted, sa.Column("a", sa.Integer), sa.Index("u", "a", unique=True))

    found = [diff[0] for diff in _diffs(database, wanted)]

    assert found == ["remove_constraint", "add_index"]


def test_the_next_value_of_a_sequence_is_a_default(
    on_postgresql: Any, database: Any
) -> None:
    database.run("CREATE SEQUENCE sq; CREATE SEQUENCE other")
    database.run("CREATE TABLE t (a INTEGER DEFAULT nextval('sq'))")
    wanted, other = sa.MetaData(), sa.MetaData()
    for metadata, name in ((wanted, "sq"), (other, "other")):
        default = sa.Sequence(name).next_value()
        sa.Table("t", metadata, sa.Column("a", sa.Integer, server_default=default))

    assert _diffs(database, wanted) == []
    assert [diff[0][0] for diff in _diffs(database, other)] == ["modify_default"]


def test_an_expression_without_parentheses_is_a_default(database: Any) -> None:
    if database.backend not in ("mysql", "mariadb"):
        pytest.skip("a matter of MySQL")
    database.run("CREATE TABLE t (a INTEGER, b INTEGER DEFAULT 5)")
    wanted = sa.MetaData()
    columns = [
        sa.Column(name, sa.Integer, server_default=sa.text("5+0")) for name in "ab"
    ]
    sa.Table("t", wanted, *columns)

    (diff,) = _diffs(database, wanted)

    assert [(each[0], each[3]) for each in diff] == [("modify_default", "a")]


def test_what_is_no_expression_is_another_default(database: Any) -> None:
    if database.backend not in ("mysql", "mariadb", "sqlite"):
        pytest.skip("PostgreSQL asks in a way of its own")
    column = sa.Column("c", sa.Integer, server_default=sa.text("5"))
    with database.engine.begin() as connection:
        impl = impl_class(database.backend)(
            database.engine.dialect, connection, False, None, None, {}
        )

        assert impl.compare_server_default(column, column, "5", "(6")


@pytest.mark.skipif(
    not sqla_compat.sqla_1_4, reason="SQLAlchemy 1.3 knows no identity columns"
)
@pytest.mark.parametrize(
    "found",
    [
        "INTEGER GENERATED ALWAYS AS IDENTITY",
        "INTEGER GENERATED ALWAYS AS (a) STORED NOT NULL",
    ],
)
def test_what_makes_its_own_values_is_null_or_not_as_it_is(
    on_postgresql: Any, database: Any, found: str
) -> None:
    database.run(f"CREATE TABLE t (a INTEGER, b {found})")
    wanted = sa.MetaData()
    sa.Table("t", wanted, sa.Column("a", sa.Integer), sa.Column("b", sa.Integer))

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, wanted) == []


class _Unknown(sa.types.UserDefinedType):  # type: ignore[type-arg]
    """A type that no server knows."""

    cache_ok = True

    def get_col_spec(self, **kw: Any) -> str:
        return "no_such_type"


def _of_types(*types: Any) -> Any:
    metadata = sa.MetaData()
    columns = [sa.Column(f"c{number}", type_) for number, type_ in enumerate(types)]
    sa.Table("t", metadata, *columns)
    return metadata


@pytest.mark.parametrize("unknown", [(), (_Unknown(),)])
def test_a_server_is_asked_about_many_types_at_once(
    database: Any, unknown: Any
) -> None:
    if database.backend == "sqlite":
        pytest.skip("it is not asked")
    sizes = range(20, 60)
    _of_types(*[sa.String(10) for _ in sizes]).create_all(database.engine)
    wanted = _of_types(*[sa.String(size) for size in sizes])
    sa.Table("u", wanted, *[sa.Column(f"c{n}", each) for n, each in enumerate(unknown)])
    trials = []

    with database.engine.connect() as connection:

        @sa.event.listens_for(connection, "before_cursor_execute")
        def note(_: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if statement.startswith("CREATE TEMPORARY TABLE"):
                trials.append(statement)

        context = MigrationContext.configure(connection, opts={"compare_type": True})
        diffs = compare_metadata(context, wanted)
    kinds = [each[0][0] for each in diffs if isinstance(each, list)]
    assert kinds == ["modify_type"] * len(sizes)
    assert len(trials) < len(sizes) / 2


def test_a_type_kept_as_another_is_the_same_among_many(database: Any) -> None:
    sizes = range(20, 40)
    types = [*[sa.String(10) for _ in sizes], sa.Float(10), sa.NCHAR(7)]
    _of_types(*types).create_all(database.engine)
    wanted = _of_types(*[sa.String(size) for size in sizes], *types[-2:])

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        diffs = compare_metadata(context, wanted)
    assert len(diffs) == len(sizes)


def test_a_server_is_asked_about_a_default_once(database: Any) -> None:
    if database.backend == "sqlite":
        pytest.skip("it is not asked")
    metadata = sa.MetaData()
    default = sa.text("(lower('ABC'))")
    columns = [
        sa.Column(f"c{number}", sa.String(9), server_default=default)
        for number in range(9)
    ]
    sa.Table("t", metadata, *columns)
    metadata.create_all(database.engine)
    asked = []

    with database.engine.connect() as connection:

        @sa.event.listens_for(connection, "before_cursor_execute")
        def note(_: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if "lower('ABC')" in statement:
                asked.append(statement)

        # A filter has each column looked at.
        options = {
            "compare_server_default": True,
            "include_object": lambda *args: True,
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
    assert 1 <= len(asked) <= 2
