"""What SQLite says, and what it refuses."""

from __future__ import annotations

import warnings
from typing import Any, Callable, NamedTuple

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from alembic.ddl.builtin import impl_class
from alembic.ddl.sqlite_text import NotUnderstood, read_table_text
from alembic.util.exc import CommandError

MakeScript = Callable[..., Any]


def test_tables_and_columns_are_renamed(live: Any) -> None:
    live.impl.execute("CREATE TABLE t (a INTEGER)")

    live.impl.alter_column("t", "a", name="b c")
    live.impl.rename_table("t", "u")

    assert live.rows("SELECT sql FROM sqlite_master") == [
        ('CREATE TABLE "u" ("b c" INTEGER)',)
    ]


class OldLibrary(NamedTuple):
    """All that is asked of a driver for an old SQLite."""

    sqlite_version_info: tuple[int, int, int]


@pytest.mark.parametrize(
    ("version", "change", "said"),
    [
        (
            (3, 34, 1),
            lambda impl: impl.drop_column("t", sa.Column("a", sa.Integer)),
            "SQLite 3.34.1 cannot drop column 'a' of table 't' in place, as 3.35 can",
        ),
        (
            (3, 22, 0),
            lambda impl: impl.alter_column("t", "a", name="b"),
            "SQLite 3.22.0 cannot rename column 'a' of table 't' in place, as 3.25",
        ),
    ],
)
def test_what_an_old_library_lacks_is_refused_before_any_sql(
    live: Any,
    script: MakeScript,
    monkeypatch: pytest.MonkeyPatch,
    version: Any,
    change: Any,
    said: str,
) -> None:
    monkeypatch.setattr(live.impl.dialect, "dbapi", OldLibrary(version))

    with pytest.raises(CommandError, match=said):
        change(live.impl)

    printed = script("sqlite")
    monkeypatch.setattr(printed.impl.dialect, "dbapi", OldLibrary(version))
    change(printed.impl)
    assert len(printed.statements) == 1


def test_a_renamed_table_stays_in_its_schema(script: MakeScript) -> None:
    printed = script("sqlite")

    printed.impl.rename_table("t", "u", schema="s")
    printed.impl.alter_column("t", "c", name="d", schema="s")

    assert printed.statements == [
        "ALTER TABLE s.t RENAME TO u",
        "ALTER TABLE s.t RENAME COLUMN c TO d",
    ]


@pytest.mark.parametrize(
    ("default", "written"),
    [
        ("5", "5"),
        ("10", "(10)"),
        ("-1.5", "(-1.5)"),
        ("'it''s'", "'it''s'"),
        ("''", "('')"),
        ("'a' || 'b'", "('a' || 'b')"),
        # SQLite takes it for a string only outside of parentheses
        ('"x"', '"x"'),
        ("(now())", "(now())"),
    ],
)
def test_a_default_stands_in_parentheses_both_ways(
    live: Any, default: str, written: str
) -> None:
    column = {"default": default}
    live.impl.autogen_column_reflect(None, None, column)

    expression = sa.text(default)
    rendered = live.impl.render_ddl_sql_expr(expression, is_server_default=True)
    assert (column["default"], rendered) == (written, written)


def test_columns_come_and_go(live: Any) -> None:
    live.impl.execute("CREATE TABLE t (a INTEGER)")
    column = sa.Column("b", sa.String(5), server_default="it's", nullable=False)
    sa.Table("t", sa.MetaData(), column)

    live.impl.add_column("t", column)
    live.impl.execute("INSERT INTO t (a) VALUES (1)")
    live.impl.drop_column("t", sa.Column("a", sa.Integer))

    assert live.rows("SELECT * FROM t") == [("it's",)]


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"nullable": False}, "nullable"),
        ({"type_": sa.Integer()}, "type_"),
        ({"server_default": "x"}, "server_default"),
        ({"server_default": None}, "server_default"),
        ({"comment": "x"}, "comment"),
        ({"comment": None, "name": "d"}, "comment"),
        ({"nullable": True, "type_": sa.Text()}, "nullable, type_"),
    ],
)
@pytest.mark.parametrize("online", [True, False])
def test_other_changes_of_a_column_are_refused_before_any_sql(
    script: MakeScript, live: Any, changes: Any, names: str, online: bool
) -> None:
    printed = script("sqlite")
    impl = live.impl if online else printed.impl
    live.impl.execute("CREATE TABLE t (c INTEGER)")

    with pytest.raises(CommandError) as caught:
        impl.alter_column("t", "c", **changes)

    message = str(caught.value)
    assert f"cannot change {names} of column 'c' in table 't'" in message
    assert "op.batch_alter_table('t')" in message
    assert printed.text == ""
    assert live.rows("SELECT sql FROM sqlite_master") == [
        ("CREATE TABLE t (c INTEGER)",)
    ]


def test_a_call_that_changes_nothing_is_fine(script: MakeScript) -> None:
    printed = script("sqlite")

    printed.impl.alter_column("t", "c", existing_type=sa.Integer(), schema="s")

    assert printed.text == ""


def test_conditions_on_columns_are_refused(script: MakeScript) -> None:
    printed = script("sqlite")
    column = sa.Column("c", sa.Integer)
    sa.Table("t", sa.MetaData(), column)

    with pytest.raises(CommandError, match="SQLite has no if_not_exists for columns"):
        printed.impl.add_column("t", column, if_not_exists=True)
    with pytest.raises(CommandError, match="SQLite has no if_exists for columns"):
        printed.impl.drop_column("t", column, if_exists=True)

    assert printed.text == ""


def test_comments_are_refused(script: MakeScript) -> None:
    printed = script("sqlite")
    table = sa.Table("t", sa.MetaData(), comment="x")

    for directive in ("create_table_comment", "drop_table_comment"):
        with pytest.raises(CommandError, match="SQLite keeps no comments"):
            getattr(printed.impl, directive)(table)

    assert printed.text == ""


def test_constraints_need_batch_mode(script: MakeScript) -> None:
    printed = script("sqlite")
    unique = sa.UniqueConstraint("a", name="uq")
    sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer), unique)

    for directive in ("add_constraint", "drop_constraint"):
        with pytest.raises(NotImplementedError) as caught:
            getattr(printed.impl, directive)(unique)
        assert str(caught.value) == (
            "No support for ALTER of constraints in SQLite dialect. Please refer to "
            "the batch mode feature which allows for SQLite migrations using a "
            "copy-and-move strategy."
        )


def test_the_check_of_a_type_is_left_out_with_a_warning(script: MakeScript) -> None:
    printed = script("sqlite")
    column = sa.Column("a", sa.Boolean(create_constraint=True, name="ck"))
    table = sa.Table("t", sa.MetaData(), column)
    (check,) = [c for c in table.constraints if isinstance(c, sa.CheckConstraint)]

    with pytest.warns(UserWarning, match="Skipping unsupported ALTER for creation"):
        printed.impl.add_constraint(check)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        printed.impl.drop_constraint(check)

    assert printed.text == ""


def test_ddl_is_not_transactional_as_far_as_the_log_says(script: MakeScript) -> None:
    assert script("sqlite").impl.transactional_ddl is False


# -- batch mode --------------------------------------------------------------


class Recorded(NamedTuple):
    """What a batch block recorded."""

    batch: list[Any]


def _adding(*args: Any, **kw: Any) -> Any:
    return ("add_column", ("t", sa.Column("c", sa.Integer, *args, **kw)), {})


@pytest.mark.parametrize(
    ("recorded", "wanted"),
    [
        ([], False),
        ([("create_index", ("ix",), {})], False),
        ([("drop_index", ("ix",), {}), ("create_index", ("ix",), {})], False),
        ([_adding()], False),
        ([_adding(server_default="5")], False),
        ([_adding(server_default=sa.text("5"))], True),
        ([_adding(sa.Computed("a"))], False),
        ([_adding(sa.Computed("a", persisted=True))], True),
        ([("alter_column", ("t", "c"), {"name": "d"})], True),
        ([_adding(), ("drop_column", ("t", "c"), {})], True),
    ],
)
def test_a_new_table_is_made_where_sqlite_needs_one(
    script: MakeScript, recorded: Any, wanted: bool
) -> None:
    impl = script("sqlite").impl

    assert impl.requires_recreate_in_batch(Recorded(recorded)) is wanted


@pytest.mark.parametrize(
    ("old", "new", "selected"),
    [
        (sa.Integer(), sa.BigInteger(), "t.c"),
        (sa.Integer(), sa.String(5), "CAST(t.c AS VARCHAR(5))"),
        (sa.Text(), sa.JSON(), "t.c"),
    ],
)
def test_values_are_cast_to_another_kind_of_type(
    script: MakeScript, old: Any, new: Any, selected: str
) -> None:
    impl = script("sqlite").impl
    table = sa.Table("t", sa.MetaData(), sa.Column("c", old))
    transfer = {"expr": table.c.c}

    impl.cast_for_batch_migrate(table.c.c, transfer, new)

    assert str(transfer["expr"].compile(dialect=impl.dialect)) == selected


@pytest.mark.parametrize(
    ("reported", "default", "differs"),
    [("x", "x", False), ("x", "y", True)],
)
def test_a_bare_word_as_a_default_is_a_string(
    reported: str, default: str, differs: bool
) -> None:
    column = sa.Column("c", sa.Text(), server_default=default)
    impl = impl_class("sqlite")(sqlite.dialect(), None, False, None, None, {})

    assert impl.compare_server_default(column, column, default, reported) is differs


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE VIRTUAL TABLE t USING fts5(a)",
        "CREATE TABLE t (1)",
        "CREATE TABLE t (a",
        "CREATE TABLE t (a CHECK (b > 5",
        "CREATE TABLE t (a DEFAULT",
        "CREATE TABLE t (a UNKNOWN = 5)",
        "CREATE TABLE t (a NOT DEFERRABLE)",
        "CREATE TABLE t (a REFERENCES o NOT UNIQUE)",
        "CREATE TABLE t (a, FOREIGN KEY (a))",
        "CREATE TABLE t (a) UNKNOWN",
    ],
)
def test_text_that_is_no_table_is_not_understood(sql: str) -> None:
    with pytest.raises(NotUnderstood):
        read_table_text(sql)
