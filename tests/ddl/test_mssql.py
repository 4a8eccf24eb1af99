"""What SQL Server says."""

from __future__ import annotations

from typing import Any, Callable

import pytest
import sqlalchemy as sa

from alembic.util import sqla_compat
from alembic.util.exc import CommandError

MakeScript = Callable[..., Any]

DROP_DEFAULT = """\
declare @const_name varchar(256)
select @const_name = QUOTENAME([name]) from sys.default_constraints
where parent_object_id = object_id('t')
and col_name(parent_object_id, parent_column_id) = 'c'
exec('alter table t drop constraint ' + @const_name)"""


@pytest.fixture
def printed(script: MakeScript) -> Any:
    """Statements of SQL Server without the batch separator."""
    return script("mssql", context_opts={"mssql_batch_separator": ""})


def test_a_script_is_cut_into_batches(script: MakeScript) -> None:
    printed = script("mssql")

    printed.impl.emit_begin()
    printed.impl.execute("a")
    printed.impl.bulk_insert(sa.table("t", sa.column("a")), [{"a": 1}, {"a": 2}])
    printed.impl.emit_commit()

    assert printed.text.split("\n\n") == [
        "BEGIN TRANSACTION;",
        "a;",
        "GO",
        "SET IDENTITY_INSERT t ON;",
        "GO",
        "INSERT INTO t (a) VALUES (1);",
        "GO",
        "INSERT INTO t (a) VALUES (2);",
        "GO",
        "SET IDENTITY_INSERT t OFF;",
        "GO",
        "COMMIT;",
        "GO",
        "",
    ]


def test_the_separator_can_be_another(script: MakeScript) -> None:
    printed = script("mssql", context_opts={"mssql_batch_separator": "NEXT"})

    printed.impl.execute("a")

    assert printed.text == "a;\n\nNEXT\n\n"


@pytest.mark.parametrize(
    ("changes", "statements"),
    [
        (
            {"nullable": False, "existing_type": sa.Integer()},
            ["ALTER TABLE t ALTER COLUMN c INTEGER NOT NULL"],
        ),
        (
            {"type_": sa.String(5), "nullable": True},
            ["ALTER TABLE t ALTER COLUMN c VARCHAR(5) NULL"],
        ),
        (
            {"type_": sa.String(5), "existing_nullable": False},
            ["ALTER TABLE t ALTER COLUMN c VARCHAR(5) NOT NULL"],
        ),
        ({"server_default": "5"}, ["ALTER TABLE t ADD DEFAULT '5' FOR c"]),
        ({"server_default": None}, [DROP_DEFAULT]),
        (
            {
                "server_default": "5",
                "existing_server_default": "4",
                "type_": sa.BigInteger(),
                "nullable": False,
                "name": "d",
            },
            [
                DROP_DEFAULT,
                "ALTER TABLE t ALTER COLUMN c BIGINT NOT NULL",
                "ALTER TABLE t ADD DEFAULT '5' FOR c",
                "EXEC sp_rename 't.c', d, 'COLUMN'",
            ],
        ),
        (
            {"server_default": "5", "existing_server_default": False},
            ["ALTER TABLE t ADD DEFAULT '5' FOR c"],
        ),
    ],
)
def test_a_column_is_altered(printed: Any, changes: Any, statements: Any) -> None:
    printed.impl.alter_column("t", "c", **changes)

    assert printed.statements == statements


def test_a_type_alone_may_turn_not_null_into_null(printed: Any) -> None:
    with pytest.warns(UserWarning, match="also specify a nullable= or"):
        printed.impl.alter_column("t", "c", type_=sa.Integer())

    assert printed.statements == ["ALTER TABLE t ALTER COLUMN c INTEGER"]


def test_nullability_needs_the_type(printed: Any) -> None:
    with pytest.raises(CommandError, match="require the existing_type or a new type_"):
        printed.impl.alter_column("t", "c", nullable=True, server_default=None)

    assert printed.text == ""


def test_names_inside_of_strings_are_escaped(printed: Any) -> None:
    printed.impl.alter_column("my table", "my 'c]", name="n.ew", schema="a.b c")
    printed.impl.rename_table("it's", "u", schema="s")
    printed.impl.alter_column("it's", "o'c", server_default=None)

    assert printed.statements[:2] == [
        "EXEC sp_rename 'a.[b c].[my table].[my ''c]]]', [n.ew], 'COLUMN'",
        "EXEC sp_rename 's.[it''s]', u",
    ]
    assert "object_id('[it''s]')" in printed.statements[2]
    assert "= 'o''c'" in printed.statements[2]
    assert "exec('alter table [it''s] drop" in printed.statements[2]


def test_a_column_is_added_without_the_word(printed: Any) -> None:
    metadata = sa.MetaData()
    sa.Table("o", metadata, sa.Column("id", sa.Integer))
    column = sa.Column("c", sa.Integer, sa.ForeignKey("o.id"))
    sa.Table("t", metadata, column)

    printed.impl.add_column("t", column)
    printed.impl.add_column("t", column, inline_references=True, schema="s")
    with pytest.raises(CommandError, match="SQL Server has no if_not_exists"):
        printed.impl.add_column("t", column, if_not_exists=True)

    assert printed.statements == [
        "ALTER TABLE t ADD c INTEGER NULL",
        "ALTER TABLE s.t ADD c INTEGER NULL REFERENCES o (id)",
    ]


def test_constraints_go_before_their_column(printed: Any) -> None:
    printed.impl.drop_column(
        "t",
        sa.Column("c", sa.Integer),
        schema="s1",
        mssql_drop_foreign_key=True,
        mssql_drop_check=True,
        mssql_drop_default=True,
    )

    default, check, foreign_key, column = printed.statements
    assert default == DROP_DEFAULT.replace("'t'", "'s1.t'").replace(
        "table t", "table s1.t"
    )
    assert check == default.replace("default_constraints", "check_constraints")
    assert foreign_key == (
        "declare @const_name varchar(256)\n"
        "select @const_name = QUOTENAME([name]) from\n"
        "sys.foreign_keys fk join sys.foreign_key_columns fkc\n"
        "on fk.object_id=fkc.constraint_object_id\n"
        "where fkc.parent_object_id = object_id('s1.t')\n"
        "and col_name(fkc.parent_object_id, fkc.parent_column_id) = 'c'\n"
        "exec('alter table s1.t drop constraint ' + @const_name)"
    )
    assert column == "ALTER TABLE s1.t DROP COLUMN c"


@pytest.mark.parametrize(
    ("changes", "verb"),
    [
        (
            {"comment": "it's"},
            "exec sp_addextendedproperty 'MS_Description', N'it''s',",
        ),
        (
            {"comment": "new", "existing_comment": "old"},
            "exec sp_updateextendedproperty 'MS_Description', N'new',",
        ),
        (
            {"comment": None, "existing_comment": "old"},
            "exec sp_dropextendedproperty 'MS_Description',",
        ),
    ],
)
def test_the_comment_of_a_column_is_a_property(
    printed: Any, changes: Any, verb: str
) -> None:
    printed.impl.alter_column("t", "order", schema="s", **changes)

    assert printed.statements == [f"{verb} 'schema', s, 'table', t, 'column', [order]"]


def test_a_comment_needs_a_schema_before_any_sql(printed: Any) -> None:
    column = sa.Column("a", sa.Integer, comment="x")
    table = sa.Table("t", sa.MetaData(), column)
    impl = printed.impl

    for call in (
        lambda: impl.create_table(table),
        lambda: impl.add_column("t", column),
        lambda: impl.create_table_comment(table),
        lambda: impl.drop_table_comment(table),
        lambda: impl.alter_column(
            "t", "a", nullable=True, existing_type=sa.Integer(), comment="x"
        ),
    ):
        with pytest.raises(CommandError, match="needs the schema of its table 't'"):
            call()

    assert printed.text == ""


@pytest.mark.skipif(not sqla_compat.sqla_2, reason="1.x has no comments here")
def test_comments_use_the_default_schema_where_it_is_known(printed: Any) -> None:
    printed.impl.dialect.default_schema_name = "dbo"
    table = sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer), comment="x")

    printed.impl.create_table_comment(table)
    printed.impl.alter_column("t", "a", comment="y")

    assert printed.statements == [
        (
            "execute sp_addextendedproperty 'MS_Description', N'x', "
            "'schema', dbo, 'table', t"
        ),
        (
            "exec sp_addextendedproperty 'MS_Description', N'y', "
            "'schema', dbo, 'table', t, 'column', a"
        ),
    ]


def test_an_index_includes_columns_nobody_mentioned(printed: Any) -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer))
    index = sa.Index("ix", table.c.a, mssql_include=["z"], mssql_clustered=True)

    printed.impl.create_index(index)

    assert printed.statements == ["CREATE CLUSTERED INDEX ix ON t (a) INCLUDE (z)"]
