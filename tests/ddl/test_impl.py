"""What every dialect's class does, and how dialects get known."""

from __future__ import annotations

import subprocess
import sys
from typing import Any, Callable

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import CompileError

from alembic.ddl import base
from alembic.ddl.builtin import impl_class
from alembic.ddl.impl import DefaultImpl, _impls, _Registry
from alembic.util import sqla_compat
from alembic.util.exc import CommandError

MakeScript = Callable[..., Any]


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> _Registry:
    """A registry of its own for the time of a test."""
    mine = _Registry()
    monkeypatch.setattr("alembic.ddl.impl._impls", mine)
    return mine


# -- registration ------------------------------------------------------------


@pytest.mark.parametrize(
    ("dialect", "name"),
    [
        ("default", "DefaultImpl"),
        ("sqlite", "SQLiteImpl"),
        ("postgresql", "PostgresqlImpl"),
        ("mysql", "MySQLImpl"),
        ("mariadb", "MariaDBImpl"),
        ("mssql", "MSSQLImpl"),
        ("oracle", "OracleImpl"),
    ],
)
def test_our_dialects_are_found_by_name(dialect: str, name: str) -> None:
    assert impl_class(dialect).__name__ == name
    assert _impls[dialect].__dialect__ == dialect


def test_a_subclass_that_names_its_dialect_is_registered(registry: _Registry) -> None:
    class Mine(DefaultImpl):
        __dialect__ = "mine"

    class Abstract(DefaultImpl):
        pass

    dialect = DefaultDialect()
    dialect.name = "mine"
    assert registry == {"mine": Mine}
    assert DefaultImpl.get_by_dialect(dialect) is Mine


def test_an_unknown_dialect_is_a_key_error_for_code() -> None:
    dialect = DefaultDialect()
    dialect.name = "nosuch"

    with pytest.raises(KeyError, match="nosuch"):
        DefaultImpl.get_by_dialect(dialect)


def test_an_unknown_dialect_is_a_sentence_for_people() -> None:
    with pytest.raises(CommandError) as caught:
        impl_class("nosuch")

    assert "'nosuch'" in str(caught.value)
    assert "__dialect__" in str(caught.value)


def test_a_dialect_is_loaded_when_it_is_asked_for() -> None:
    code = (
        "import sys; from alembic.ddl.builtin import impl_class;"
        "before = {m for m in sys.modules if m.startswith('alembic.ddl.')};"
        "impl_class('mssql');"
        "after = {m for m in sys.modules if m.startswith('alembic.ddl.')};"
        "assert after - before == {'alembic.ddl.mssql'}, after - before;"
        "assert 'alembic.ddl.postgresql' not in after, after;"
        "assert 'sqlalchemy.dialects.postgresql' not in sys.modules"
    )

    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)


# -- the context's part ------------------------------------------------------


def test_what_a_class_is_made_with_stays_readable() -> None:
    dialect = DefaultDialect()
    impl = DefaultImpl(dialect, None, True, True, None, {"literal_binds": True})

    assert impl.dialect is dialect
    assert impl.bind is impl.connection is None
    assert impl.as_sql is impl.literal_binds is impl.transactional_ddl is True
    assert impl.memo == {}
    assert impl.context_opts == {"literal_binds": True}


def test_the_dialect_says_whether_ddl_is_transactional_unless_told() -> None:
    make = impl_class("postgresql")

    def flag(given: Any) -> bool:
        return make(DefaultDialect(), None, True, given, None, {}).transactional_ddl

    assert [flag(None), flag(False), flag(True)] == [True, False, True]


def test_literal_binds_are_for_scripts() -> None:
    with pytest.raises(CommandError, match="literal_binds"):
        DefaultImpl(DefaultDialect(), None, False, None, None, {"literal_binds": True})


def test_without_connection_or_stream_there_is_a_sentence() -> None:
    online = DefaultImpl(DefaultDialect(), None, False, None, None, {})
    offline = DefaultImpl(DefaultDialect(), None, True, None, None, {})

    with pytest.raises(CommandError, match="no database connection"):
        online.execute("SELECT 1")
    with pytest.raises(CommandError, match="no output stream"):
        offline.execute("SELECT 1")


def test_transactions_are_printed(script: MakeScript) -> None:
    printed = script("default")

    printed.impl.emit_begin()
    printed.impl.static_output("-- here")
    printed.impl.emit_commit()

    assert printed.text == "BEGIN;\n\n-- here\n\nCOMMIT;\n\n"


@pytest.mark.parametrize("pk", [True, False])
def test_the_table_of_versions(script: MakeScript, pk: bool) -> None:
    printed = script("default")
    table = printed.impl.version_table_impl(
        version_table="v", version_table_schema="s", version_table_pk=pk
    )

    printed.impl.create_table(table)

    key = ", \n    CONSTRAINT v_pkc PRIMARY KEY (version_num)" if pk else ""
    assert printed.text == (
        f"CREATE TABLE s.v (\n    version_num VARCHAR(32) NOT NULL{key}\n);\n\n"
    )


# -- DDL that most databases share -------------------------------------------


def test_a_table_comes_with_its_events_and_indexes(script: MakeScript) -> None:
    printed = script("default")
    table = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("z", sa.Integer, index=True),
        sa.Column("a", sa.Integer, index=True, comment="no comments here"),
        comment="nor here",
    )
    for name in ("before_create", "after_create", "before_drop", "after_drop"):
        event.listen(
            table,
            name,
            lambda target, bind, _name=name, **kw: printed.impl.static_output(
                f"-- {_name} {kw['checkfirst']} {kw['_ddl_runner'] is printed.impl}"
            ),
        )

    printed.impl.create_table(table)
    printed.impl.drop_table(table)

    assert printed.text.split("\n\n") == [
        "-- before_create False True",
        "CREATE TABLE t (\n    z INTEGER, \n    a INTEGER\n);",
        "-- after_create False True",
        "CREATE INDEX ix_t_a ON t (a);",
        "CREATE INDEX ix_t_z ON t (z);",
        "-- before_drop False True",
        "DROP TABLE t;",
        "-- after_drop False True",
        "",
    ]


def _t(*columns: Any, schema: str | None = None) -> Any:
    return sa.Table("t", sa.MetaData(), *columns, schema=schema)


def _column(*args: Any, **kw: Any) -> Any:
    """Return a column that belongs to a table, as add_column gets it."""
    column = sa.Column("c", *args, **kw)
    metadata = sa.MetaData()
    sa.Table("o", metadata, sa.Column("id", sa.Integer), schema=kw.pop("schema", None))
    sa.Table("t", metadata, column)
    return column


ALTERATIONS = [
    ({"nullable": False}, ["ALTER TABLE t ALTER COLUMN c SET NOT NULL"]),
    ({"nullable": True}, ["ALTER TABLE t ALTER COLUMN c DROP NOT NULL"]),
    ({"type_": sa.String(5)}, ["ALTER TABLE t ALTER COLUMN c TYPE VARCHAR(5)"]),
    ({"type_": sa.BigInteger}, ["ALTER TABLE t ALTER COLUMN c TYPE BIGINT"]),
    ({"server_default": "it's"}, ["ALTER TABLE t ALTER COLUMN c SET DEFAULT 'it''s'"]),
    (
        {"server_default": sa.text("now()")},
        ["ALTER TABLE t ALTER COLUMN c SET DEFAULT now()"],
    ),
    ({"server_default": None}, ["ALTER TABLE t ALTER COLUMN c DROP DEFAULT"]),
    ({"name": "d"}, ["ALTER TABLE t RENAME c TO d"]),
    ({}, []),
    (
        {
            "name": "Dx",
            "type_": sa.Integer(),
            "server_default": "1",
            "nullable": True,
            "schema": "a.b c",
        },
        [
            'ALTER TABLE a."b c".t ALTER COLUMN c DROP NOT NULL',
            "ALTER TABLE a.\"b c\".t ALTER COLUMN c SET DEFAULT '1'",
            'ALTER TABLE a."b c".t ALTER COLUMN c TYPE INTEGER',
            'ALTER TABLE a."b c".t RENAME c TO "Dx"',
        ],
    ),
]


@pytest.mark.parametrize(("changes", "statements"), ALTERATIONS)
def test_a_column_is_altered_aspect_by_aspect(
    script: MakeScript, changes: Any, statements: list[str]
) -> None:
    printed = script("default")

    printed.impl.alter_column("t", "c", **changes)

    assert printed.statements == statements


def test_a_computed_column_stays_one(script: MakeScript) -> None:
    printed = script("default")
    computed = sa.Computed("a + 1")

    for wanted, existing in ((computed, None), (None, computed), ("5", computed)):
        with pytest.raises(CompileError, match='removing a "computed" construct'):
            printed.impl.alter_column(
                "t",
                "c",
                nullable=False,
                server_default=wanted,
                existing_server_default=existing,
            )

    assert printed.text == ""


@pytest.mark.skipif(not sqla_compat.has_identity, reason="needs Identity of 1.4")
@pytest.mark.parametrize("name", ["default", "sqlite", "mysql", "mssql"])
def test_an_identity_stays_one_on_most_databases(script: MakeScript, name: str) -> None:
    printed = script(name)
    identity = sqla_compat.identity_with(start=3)

    for wanted, existing in ((identity, None), (None, identity), (identity, identity)):
        with pytest.raises(CompileError, match='modifying an "identity" construct'):
            printed.impl.alter_column(
                "t",
                "c",
                server_default=wanted,
                existing_server_default=existing,
                existing_type=sa.Integer(),
            )

    assert printed.text == ""


@pytest.mark.parametrize("name", ["default", "sqlite", "postgresql", "mssql", "oracle"])
def test_autoincrement_is_a_word_of_mysql(script: MakeScript, name: str) -> None:
    with pytest.warns(UserWarning, match="only make sense for MySQL"):
        script(name).impl.alter_column("t", "c", autoincrement=True)


ADDITIONS = [
    ((sa.Integer,), {}, {}, "ALTER TABLE t ADD COLUMN c INTEGER"),
    (
        (sa.String(5),),
        {"nullable": False, "server_default": "x"},
        {"if_not_exists": True, "schema": "s"},
        "ALTER TABLE s.t ADD COLUMN IF NOT EXISTS c VARCHAR(5) DEFAULT 'x' NOT NULL",
    ),
    (
        (sa.Integer,),
        {"primary_key": True},
        {"inline_primary_key": True},
        "ALTER TABLE t ADD COLUMN c INTEGER NOT NULL PRIMARY KEY",
    ),
    (
        (sa.Integer,),
        {},
        {"inline_primary_key": True},
        "ALTER TABLE t ADD COLUMN c INTEGER",
    ),
    (
        (
            sa.Integer,
            sa.ForeignKey(
                "o.id",
                match="FULL",
                ondelete="CASCADE",
                onupdate="SET NULL",
                deferrable=True,
                initially="DEFERRED",
            ),
        ),
        {},
        {"inline_references": True},
        (
            "ALTER TABLE t ADD COLUMN c INTEGER REFERENCES o (id) MATCH FULL ON DELETE "
            "CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED"
        ),
    ),
    (
        (sa.Integer, sa.ForeignKey("o.id")),
        {},
        {},
        "ALTER TABLE t ADD COLUMN c INTEGER",
    ),
    (
        (sa.Integer, sa.CheckConstraint("c > 5", name="ck")),
        {},
        {},
        "ALTER TABLE t ADD COLUMN c INTEGER CONSTRAINT ck CHECK (c > 5)",
    ),
]


@pytest.mark.parametrize(("args", "kw", "options", "statement"), ADDITIONS)
def test_a_column_is_added(
    script: MakeScript, args: Any, kw: Any, options: Any, statement: str
) -> None:
    printed = script("default")

    printed.impl.add_column("t", _column(*args, **kw), **options)

    assert printed.statements == [statement]


def test_a_foreign_key_to_an_unknown_table_is_written_by_its_name(
    script: MakeScript,
) -> None:
    printed = script("default")
    column = sa.Column("c", sa.Integer, sa.ForeignKey("s2.Far.the id"))
    _t(column)

    printed.impl.add_column("t", column, inline_references=True)

    assert printed.statements == [
        'ALTER TABLE t ADD COLUMN c INTEGER REFERENCES s2."Far" ("the id")'
    ]


def test_a_key_of_two_columns_cannot_stand_in_one(script: MakeScript) -> None:
    printed = script("default")
    metadata = sa.MetaData()
    sa.Table("o", metadata, sa.Column("x", sa.Integer), sa.Column("y", sa.Integer))
    column = sa.Column("c", sa.Integer)
    sa.Table(
        "t",
        metadata,
        column,
        sa.Column("d", sa.Integer),
        sa.ForeignKeyConstraint(["c", "d"], ["o.x", "o.y"]),
    )

    printed.impl.add_column("t", column, inline_references=True)

    assert printed.statements == ["ALTER TABLE t ADD COLUMN c INTEGER"]


def test_the_other_directives(script: MakeScript) -> None:
    printed = script("default")
    impl = printed.impl
    table = _t(sa.Column("a", sa.Integer), sa.Column("b", sa.Integer), schema="s")
    index = sa.Index("ix", table.c.a, unique=True)
    unique = sa.UniqueConstraint("a", "b", name="uq")
    table.append_constraint(unique)

    impl.drop_column("t", sa.Column("Sel ect", sa.Integer), if_exists=True, schema="s")
    impl.create_index(index)
    impl.drop_index(index)
    impl.add_constraint(unique)
    impl.drop_constraint(unique)
    impl.rename_table("t", "u", schema="s")

    assert printed.statements == [
        'ALTER TABLE s.t DROP COLUMN IF EXISTS "Sel ect"',
        "CREATE UNIQUE INDEX ix ON s.t (a)",
        "DROP INDEX s.ix",
        "ALTER TABLE s.t ADD CONSTRAINT uq UNIQUE (a, b)",
        "ALTER TABLE s.t DROP CONSTRAINT uq",
        "ALTER TABLE s.t RENAME TO s.u",
    ]


@pytest.mark.skipif(not sqla_compat.sqla_2, reason="1.x has no condition for all")
def test_conditions(script: MakeScript) -> None:
    printed = script("default")
    impl = printed.impl
    table = _t(sa.Column("a", sa.Integer))
    index = sa.Index("ix", table.c.a)
    unique = sa.UniqueConstraint("a", name="uq")
    table.append_constraint(unique)

    impl.create_table(table, if_not_exists=True)
    impl.drop_table(table, if_exists=True)
    impl.create_index(index, if_not_exists=True)
    impl.drop_index(index, if_exists=True)
    impl.drop_constraint(unique, if_exists=True)

    assert printed.statements[0].startswith("CREATE TABLE IF NOT EXISTS t (")
    assert printed.statements[2:] == [
        "DROP TABLE IF EXISTS t",
        "CREATE INDEX IF NOT EXISTS ix ON t (a)",
        "DROP INDEX IF EXISTS ix",
        "ALTER TABLE t DROP CONSTRAINT IF EXISTS uq",
    ]


@pytest.mark.parametrize(
    ("name", "directive", "option"),
    [
        ("mysql", "create_index", "if_not_exists"),
        ("mysql", "drop_index", "if_exists"),
        ("mssql", "create_index", "if_not_exists"),
        ("mssql", "create_table", "if_not_exists"),
        ("oracle", "create_index", "if_not_exists"),
    ],
)
def test_a_condition_that_a_database_lacks_is_a_sentence(
    script: MakeScript, name: str, directive: str, option: str
) -> None:
    printed = script(name)
    table = _t(sa.Column("a", sa.Integer))
    index = sa.Index("ix", table.c.a)
    thing: Any = table if directive.endswith("table") else index

    with pytest.raises(CommandError, match=f"has no {option} for .*{thing.name!r}"):
        getattr(printed.impl, directive)(thing, **{option: True})

    assert printed.text == ""


@pytest.mark.skipif(sqla_compat.sqla_1_4, reason="later versions have the condition")
def test_a_condition_that_sqlalchemy_lacks_is_a_sentence(script: MakeScript) -> None:
    with pytest.raises(CommandError, match="if_exists needs a newer SQLAlchemy"):
        script("default").impl.drop_table(_t(), if_exists=True)


def test_the_check_of_a_native_type_is_not_added(script: MakeScript) -> None:
    for name, count in (("default", 1), ("postgresql", 0)):
        printed = script(name)
        table = _t(sa.Column("c", sa.Boolean(create_constraint=True, name="ck_b")))

        for constraint in sqla_compat.sorted_constraints(table):
            if isinstance(constraint, sa.CheckConstraint):
                printed.impl.add_constraint(constraint)

        assert len(printed.statements) == count


# -- online ------------------------------------------------------------------


def test_statements_run_and_give_their_result(live: Any) -> None:
    live.impl.execute("CREATE TABLE t (a INTEGER)")
    live.impl._exec(sa.text("INSERT INTO t VALUES (:a)"), params={"a": 1})
    live.impl._exec("INSERT INTO t VALUES (:a)", multiparams=[{"a": 2}, {"a": 3}])

    assert live.impl._exec("SELECT sum(a) FROM t").scalar() == 6


def test_rows_are_inserted_together_or_one_by_one(live: Any) -> None:
    t = sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer))
    live.impl.create_table(t)
    sent = []
    event.listen(
        live.connection,
        "before_cursor_execute",
        lambda conn, cursor, statement, params, context, many: sent.append(many),
    )

    live.impl.bulk_insert(t, [{"a": 1}, {"a": 2}])
    live.impl.bulk_insert(
        t, [{"a": sa.text("1 + 2")}, {"a": sqla_compat.InlineLiteral(4)}], False
    )

    assert sent == [True, False, False]
    assert live.rows("SELECT a FROM t") == [(1,), (2,), (3,), (4,)]


def test_an_inline_literal_is_never_taken_from_a_cache(live: Any) -> None:
    t = sa.Table("t", sa.MetaData(), sa.Column("a", sa.String))
    live.impl.create_table(t)

    for value in ("x", "it's", "%"):
        live.impl.execute(t.insert().values(a=sqla_compat.InlineLiteral(value)))

    assert live.rows("SELECT a FROM t") == [("x",), ("it's",), ("%",)]


def test_execution_options_hold_for_their_statement(live: Any) -> None:
    seen = []
    event.listen(
        live.connection,
        "before_cursor_execute",
        lambda conn, cursor, statement, params, context, many: seen.append(
            context.execution_options.get("colour")
        ),
    )

    live.impl.execute("SELECT 1", execution_options={"colour": "red"})
    live.impl.execute("SELECT 2")

    assert seen == ["red", None]


# -- pieces for the dialects of others ---------------------------------------


def test_pieces_of_sql() -> None:
    compiler: Any = base.AlterTable("t")
    dialect = DefaultDialect()
    compiler = dialect.ddl_compiler(dialect, None)

    assert base.alter_table(compiler, "t", "a.b") == "ALTER TABLE a.b.t"
    assert base.alter_column(compiler, "C") == 'ALTER COLUMN "C"'
    assert base.drop_column(compiler, "c", if_exists=True) == "DROP COLUMN IF EXISTS c"
    assert base.format_table_name(compiler, "order", None) == '"order"'
    assert base.format_column_name(compiler, "x y") == '"x y"'
    assert base.format_server_default(compiler, "x") == "'x'"
    assert base.format_type(compiler, sa.Integer()) == "INTEGER"
    quote = dialect.identifier_preparer.quote
    assert base.quote_dotted("a.B", quote) == 'a."B"'
    assert base.quote_dotted(sa.sql.quoted_name("a.B", True), quote) == '"a.B"'


def test_a_foreign_key_as_a_tuple() -> None:
    metadata = sa.MetaData()
    sa.Table("o", metadata, sa.Column("id", sa.Integer, key="ident"), schema="s")
    table = sa.Table(
        "t",
        metadata,
        sa.Column("c", sa.Integer, key="see"),
        sa.ForeignKeyConstraint(["see"], ["s.o.ident"], ondelete="CASCADE"),
    )
    (constraint,) = table.foreign_key_constraints

    assert base._fk_spec(constraint) == (
        None,
        "t",
        ["c"],
        "s",
        "o",
        ["id"],
        None,
        "CASCADE",
        None,
        None,
    )
    assert base._table_for_constraint(constraint) is table
    assert base._columns_for_constraint(constraint) == ["c"]


def test_others_may_compile_an_element_differently(script: MakeScript) -> None:
    @base.compiles(base.RenameTable, "rebel")
    def visit(element: Any, compiler: Any, **kw: Any) -> str:
        return f"RENAME {element.table_name} {element.new_table_name}"

    dialect = DefaultDialect()
    dialect.name = "rebel"
    printed = script("default", dialect=dialect)

    printed.impl.rename_table("a", "b")

    assert printed.text == "RENAME a b;\n\n"


@pytest.mark.parametrize("name", ["postgresql", "mysql", "mssql", "oracle"])
def test_a_default_without_sql_is_refused(script: MakeScript, name: str) -> None:
    printed = script(name)

    with pytest.raises(CommandError, match=r"FetchedValue\(\) has no form in SQL"):
        printed.impl.alter_column("t", "c", server_default=sa.FetchedValue())
    assert printed.text == ""
