"""What Oracle says."""

from __future__ import annotations

from typing import Any, Callable

import pytest
import sqlalchemy as sa

from alembic.util import sqla_compat
from alembic.util.exc import CommandError

MakeScript = Callable[..., Any]


@pytest.fixture
def printed(script: MakeScript) -> Any:
    """Statements of Oracle without the lines between them."""
    return script("oracle", context_opts={"oracle_batch_separator": ""})


def test_a_script_has_a_slash_behind_each_statement(script: MakeScript) -> None:
    printed = script("oracle")

    printed.impl.emit_begin()
    printed.impl.execute("begin x; end;")
    printed.impl.bulk_insert(sa.table("t", sa.column("a")), [{"a": 1}, {"a": 2}])
    printed.impl.emit_commit()

    assert printed.text.split("\n\n") == [
        "SET TRANSACTION READ WRITE",
        "/",
        "begin x; end;",
        "/",
        "INSERT INTO t (a) VALUES (1)",
        "/",
        "INSERT INTO t (a) VALUES (2)",
        "/",
        "COMMIT",
        "/",
        "",
    ]


@pytest.mark.parametrize(
    ("changes", "statements"),
    [
        ({"nullable": False}, ["ALTER TABLE s.t MODIFY c NOT NULL"]),
        ({"nullable": True}, ["ALTER TABLE s.t MODIFY c NULL"]),
        ({"type_": sa.BLOB()}, ["ALTER TABLE s.t MODIFY c BLOB"]),
        ({"server_default": "it's"}, ["ALTER TABLE s.t MODIFY c DEFAULT 'it''s'"]),
        ({"server_default": None}, ["ALTER TABLE s.t MODIFY c DEFAULT NULL"]),
        ({"name": "d"}, ["ALTER TABLE s.t RENAME COLUMN c TO d"]),
        ({"comment": "it's"}, ["COMMENT ON COLUMN s.t.c IS 'it''s'"]),
        ({"comment": None}, ["COMMENT ON COLUMN s.t.c IS ''"]),
    ],
)
def test_a_column_is_altered(printed: Any, changes: Any, statements: Any) -> None:
    printed.impl.alter_column("t", "c", schema="s", **changes)

    assert printed.statements == statements


def test_names_in_a_comment_are_quoted(printed: Any) -> None:
    printed.impl.alter_column("Mixed", "lower case", comment="x", schema="sch")

    assert printed.statements == ['COMMENT ON COLUMN sch."Mixed"."lower case" IS \'x\'']


@pytest.mark.skipif(not sqla_compat.has_identity, reason="needs Identity of 1.4")
def test_an_identity_is_given_anew(printed: Any) -> None:
    identity = sqla_compat.identity_with(always=True, start=3)

    printed.impl.alter_column("t", "c", server_default=identity)
    printed.impl.alter_column(
        "t", "c", server_default=None, existing_server_default=identity
    )
    with pytest.raises(CommandError, match="drop that first"):
        printed.impl.alter_column(
            "t", "c", server_default="5", existing_server_default=identity
        )

    assert printed.statements == [
        "ALTER TABLE t MODIFY c GENERATED ALWAYS AS IDENTITY (START WITH 3)",
        "ALTER TABLE t MODIFY c DROP IDENTITY",
    ]


def test_columns_are_added_and_tables_renamed(printed: Any) -> None:
    metadata = sa.MetaData()
    sa.Table("o", metadata, sa.Column("id", sa.Integer))
    column = sa.Column("c", sa.Integer, sa.ForeignKey("o.id"), nullable=False)
    sa.Table("t", metadata, column)

    printed.impl.add_column("t", column, schema="s")
    printed.impl.add_column("t", column, inline_references=True)
    printed.impl.rename_table("t", "u", schema="s")
    with pytest.raises(CommandError, match="Oracle has no if_not_exists"):
        printed.impl.add_column("t", column, if_not_exists=True)

    assert printed.statements == [
        "ALTER TABLE s.t ADD c INTEGER NOT NULL",
        "ALTER TABLE t ADD c INTEGER NOT NULL REFERENCES o (id)",
        "ALTER TABLE s.t RENAME TO u",
    ]
