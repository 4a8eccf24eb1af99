"""What a comparison finds on live servers, and what it does not."""

from __future__ import annotations

from typing import Any, Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql

from alembic.autogenerate import produce_migrations
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.util import sqla_compat

pytestmark = pytest.mark.backend

needs_2 = pytest.mark.skipif(
    not sqla_compat.sqla_2, reason="SQLAlchemy 2.0 reflects options of indexes"
)


def _model(*columns: Any, **kw: Any) -> sa.MetaData:
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("a", sa.Integer), *columns, **kw)
    return metadata


def _script(connection: Any, metadata: sa.MetaData) -> Any:
    options = {"compare_server_default": True}
    context = MigrationContext.configure(connection, opts=options)
    return produce_migrations(context, metadata)


def _differs(database: Any, found: sa.MetaData, wanted: sa.MetaData) -> bool:
    """Return whether a database made by one model differs from another model."""
    with database.engine.begin() as connection:
        found.create_all(connection)
    with database.engine.begin() as connection:
        return not _script(connection, wanted).upgrade_ops.is_empty()


def _default(type_: Any, value: Any) -> sa.MetaData:
    return _model(sa.Column("c", type_, server_default=value))


@pytest.mark.parametrize(
    ("type_", "found", "wanted", "differs"),
    [
        (sa.String(20), "it's", "it's", False),
        (sa.String(20), "", "", False),
        (sa.String(20), "(x)", "(x)", False),
        (sa.String(20), "a\\b", "a\\b", False),
        (sa.String(20), "A", "a", True),
        (sa.String(20), "a", None, True),
        (sa.Integer(), sa.text("(1+2)"), sa.text("3"), False),
        (sa.Integer(), sa.text("(1+2)"), sa.text("4"), True),
        (sa.Integer(), None, sa.text("NULL"), False),
        (sa.Numeric(10, 2), "2.50", "2.5", False),
        (sa.Boolean(), sa.true(), sa.true(), False),
        (sa.Boolean(), sa.true(), sa.false(), True),
        (sa.DateTime(), sa.func.now(), sa.func.now(), False),
        (sa.DateTime(), sa.func.now(), None, True),
        (sa.Date(), "2020-01-01", "2020-01-01", False),
    ],
)
def test_defaults(
    database: Any, type_: Any, found: Any, wanted: Any, differs: bool
) -> None:
    before, after = _default(type_, found), _default(type_, wanted)

    assert _differs(database, before, after) is differs


@pytest.mark.parametrize(
    ("type_", "found", "wanted", "differs"),
    [
        (sa.String(40), sa.text("(uuid())"), sa.text("(uuid())"), False),
        (sa.String(40), sa.text("(upper('a'))"), sa.text("(upper('a'))"), False),
        (sa.String(40), None, sa.text("(concat('a','b'))"), True),
        (sa.String(40), sa.text("(concat('a','b'))"), None, True),
        (mysql.BIT(3), sa.text("b'101'"), sa.text("b'101'"), False),
        (mysql.BIT(3), sa.text("b'101'"), sa.text("b'100'"), True),
        (sa.Date(), "2020-1-1", "2020-01-01", False),
        (
            mysql.TIMESTAMP(),
            sa.text("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"),
            sa.text("now() on update now()"),
            False,
        ),
    ],
)
def test_defaults_of_mariadb(
    database: Any, type_: Any, found: Any, wanted: Any, differs: bool
) -> None:
    if database.backend != "mariadb":
        pytest.skip("a matter of MariaDB")
    before, after = _default(type_, found), _default(type_, wanted)

    assert _differs(database, before, after) is differs


def test_trying_an_expression_commits_nothing(database: Any) -> None:
    computed = _model(sa.Column("c", sa.Integer, sa.Computed("a * 2 + 1", True)))
    with database.engine.begin() as connection:
        computed.create_all(connection)
    otherwise = _model(sa.Column("c", sa.Integer, sa.Computed("(1+(A*2))", True)))

    with database.engine.connect() as connection:
        transaction = connection.begin()
        connection.execute(sa.text("INSERT INTO t (a) VALUES (1)"))
        with pytest.warns(UserWarning, match="Computed default on t.c"):
            _script(connection, otherwise)
        transaction.rollback()

    assert database.rows("SELECT a FROM t") == []


def test_unsigned_is_a_difference(database: Any) -> None:
    if database.backend != "mariadb":
        pytest.skip("a matter of MariaDB")
    before = _model(sa.Column("c", mysql.INTEGER()))
    after = _model(sa.Column("c", mysql.INTEGER(unsigned=True)))

    assert _differs(database, before, after)


INDEXES: list[Callable[[Any], Any]] = [
    lambda t: sa.Index("ix", t.c.a),
    lambda t: sa.Index("ix", t.c.a.desc()),
    lambda t: sa.Index("ix", t.c.a.desc().nulls_last()),
    lambda t: sa.Index("ix", sa.func.lower(t.c.b)),
    lambda t: sa.Index("ix", t.c.a, postgresql_include=["b"]),
    lambda t: sa.Index("ix", t.c.a, postgresql_using="hash"),
    lambda t: sa.Index("ix", t.c.a, postgresql_where=sa.text("a in (1, 2)")),
    lambda t: sa.Index("ix", t.c.a, postgresql_where=sa.text("a in (1, 3)")),
    lambda t: sa.Index("ix", t.c.a, postgresql_where=sa.text("b = 'X'")),
    lambda t: sa.Index("ix", t.c.a, postgresql_where=sa.text("b = 'x'")),
    lambda t: sa.Index("ix", t.c.a, postgresql_with={"fillfactor": 50}),
    lambda t: t.append_constraint(sa.UniqueConstraint("a", "b", name="uq")),
    lambda t: t.append_constraint(sa.UniqueConstraint("b", "a", name="uq")),
]


def _indexed(add: Callable[[Any], Any]) -> sa.MetaData:
    metadata = _model(sa.Column("b", sa.String(20)))
    add(metadata.tables["t"])
    return metadata


@needs_2
@pytest.mark.parametrize("number", range(len(INDEXES)))
def test_an_index_differs_from_all_but_itself(database: Any, number: int) -> None:
    if database.backend != "postgresql":
        pytest.skip("a matter of PostgreSQL")
    with database.engine.begin() as connection:
        _indexed(INDEXES[number]).create_all(connection)

    same = []
    for other, add in enumerate(INDEXES):
        with database.engine.begin() as connection:
            if _script(connection, _indexed(add)).upgrade_ops.is_empty():
                same.append(other)

    assert same == [number]


def test_what_is_read_of_many_tables_takes_a_fixed_number_of_statements(
    database: Any,
) -> None:
    if database.backend != "postgresql" or not sqla_compat.sqla_2:
        pytest.skip("elsewhere SQLAlchemy asks for each table")

    def counted(tables: int) -> int:
        metadata = sa.MetaData()
        for number in range(tables):
            sa.Table(f"t{number}", metadata, sa.Column("id", sa.Integer, index=True))
        with database.engine.begin() as connection:
            metadata.create_all(connection)
        statements: list[str] = []
        with database.engine.begin() as connection:
            sa.event.listen(
                connection,
                "before_cursor_execute",
                lambda *args: statements.append(args[2]),
            )
            metadata.tables["t0"].append_column(sa.Column("new", sa.Integer))
            assert not _script(connection, metadata).upgrade_ops.is_empty()
        return len(statements)

    # The first one asks for types that the dialect remembers.
    counted(1)
    assert counted(3) == counted(30)


def _circle(database: Any, before: sa.MetaData, after: sa.MetaData) -> None:
    """Carry out what a comparison finds, and find nothing after it; and back."""
    with database.engine.begin() as connection:
        before.create_all(connection)
    for wanted in (after, before):
        with database.engine.begin() as connection:
            script = _script(connection, wanted)
            assert not script.upgrade_ops.is_empty()
            operations = Operations(MigrationContext.configure(connection))
            for each in _flat(script.upgrade_ops):
                operations.invoke(each)
        with database.engine.begin() as connection:
            assert _script(connection, wanted).upgrade_ops.as_diffs() == []


def _flat(container: Any) -> Any:
    for each in container.ops:
        if hasattr(each, "ops"):
            yield from _flat(each)
        else:
            yield each


def test_foreign_keys_are_not_in_the_way(database: Any) -> None:
    if database.backend == "sqlite":
        pytest.skip("SQLite changes constraints in batch mode only")

    def model(with_target: bool) -> sa.MetaData:
        metadata = sa.MetaData()
        number = sa.Column("number", sa.Integer)
        if with_target:
            unique = sa.UniqueConstraint("number", name="uq")
            sa.Table("gone", metadata, sa.Column("id", sa.Integer, primary_key=True))
            sa.Table("z", metadata, sa.Column("n", sa.Integer), number, unique)
        else:
            sa.Table("z", metadata, sa.Column("n", sa.Integer), number)
        keys = (
            [
                sa.ForeignKeyConstraint(["x"], ["z.number"], name="fk_z"),
                sa.ForeignKeyConstraint(["y"], ["gone.id"], name="fk_gone"),
            ]
            if with_target
            else []
        )
        columns = (sa.Column(name, sa.Integer) for name in "xy")
        sa.Table("a", metadata, *columns, *keys)
        return metadata

    _circle(database, model(True), model(False))


def test_arrays_and_domains_are_the_same_as_themselves(database: Any) -> None:
    if database.backend != "postgresql":
        pytest.skip("a matter of PostgreSQL")
    metadata = _model(
        sa.Column("b", postgresql.ARRAY(sa.String(5)), server_default="{}"),
        sa.Column("c", postgresql.JSONB, server_default="{}"),
        sa.Column("d", sa.Enum("x", "y", name="xy"), server_default="x"),
    )

    assert not _differs(database, metadata, metadata)


def _needing_each_other(use_alter: bool) -> sa.MetaData:
    metadata = sa.MetaData()
    for name, other, later in (("a", "b", use_alter), ("b", "a", False)):
        sa.Table(
            name,
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("other", sa.Integer),
            sa.ForeignKeyConstraint(
                ["other"], [f"{other}.id"], name=f"fk_{name}", use_alter=later
            ),
        )
    return metadata


@pytest.mark.filterwarnings("ignore:Cannot correctly sort tables")
@pytest.mark.parametrize("use_alter", [False, True])
def test_tables_that_need_each_other_come_and_go(
    database: Any, use_alter: bool
) -> None:
    wanted = _needing_each_other(use_alter)

    def carry_out(connection: Any, model: sa.MetaData) -> Any:
        script = _script(connection, model)
        context = MigrationContext.configure(connection)
        operations = Operations(context)
        for each in script.upgrade_ops.ops:
            for operation in getattr(each, "ops", [each]):
                operations.invoke(operation)
        return script

    with database.engine.begin() as connection:
        carry_out(connection, wanted)
    with database.engine.begin() as connection:
        assert _script(connection, wanted).upgrade_ops.is_empty()
        carry_out(connection, sa.MetaData())
    assert database.tables() == []
