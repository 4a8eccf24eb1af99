"""What MySQL and MariaDB say."""

from __future__ import annotations

from typing import Any, Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.mysql.base import MySQLDialect

from alembic.ddl import base
from alembic.ddl.mysql import MySQLImpl
from alembic.util.exc import CommandError

MakeScript = Callable[..., Any]

BOTH = pytest.mark.parametrize("name", ["mysql", "mariadb"])


@BOTH
@pytest.mark.parametrize(
    ("changes", "statement"),
    [
        ({"nullable": False}, "MODIFY c INTEGER NOT NULL"),
        ({"nullable": True, "existing_nullable": False}, "MODIFY c INTEGER NULL"),
        ({"type_": sa.String(5)}, "MODIFY c VARCHAR(5) NULL"),
        (
            {"type_": sa.Text(), "existing_nullable": False},
            "MODIFY c TEXT NOT NULL",
        ),
        ({"autoincrement": True}, "MODIFY c INTEGER NULL AUTO_INCREMENT"),
        (
            {"nullable": False, "existing_autoincrement": True},
            "MODIFY c INTEGER NOT NULL AUTO_INCREMENT",
        ),
        (
            {"autoincrement": False, "existing_autoincrement": True},
            "MODIFY c INTEGER NULL",
        ),
        (
            {"nullable": False, "existing_server_default": "7"},
            "MODIFY c INTEGER NOT NULL DEFAULT '7'",
        ),
        (
            {"nullable": False, "server_default": None, "existing_server_default": "7"},
            "MODIFY c INTEGER NOT NULL",
        ),
        ({"comment": "it's 100%"}, "MODIFY c INTEGER NULL COMMENT 'it''s 100%'"),
        ({"comment": None, "existing_comment": "x"}, "MODIFY c INTEGER NULL"),
        (
            {"nullable": True, "existing_comment": "x"},
            "MODIFY c INTEGER NULL COMMENT 'x'",
        ),
        ({"server_default": "5"}, "ALTER COLUMN c SET DEFAULT '5'"),
        ({"server_default": None}, "ALTER COLUMN c DROP DEFAULT"),
        ({"name": "d"}, "CHANGE c d INTEGER NULL"),
        (
            {"name": "order", "server_default": "1", "existing_nullable": False},
            "CHANGE c `order` INTEGER NOT NULL DEFAULT '1'",
        ),
        (
            {"server_default": sa.text("now()"), "existing_type": sa.DateTime()},
            "CHANGE c c DATETIME NULL DEFAULT now()",
        ),
        (
            {"server_default": None, "existing_type": sa.DateTime()},
            "ALTER COLUMN c DROP DEFAULT",
        ),
        (
            {"nullable": False, "existing_type": sa.TIMESTAMP()},
            "CHANGE c c TIMESTAMP NOT NULL",
        ),
    ],
)
def test_one_statement_says_all(
    script: MakeScript, name: str, changes: Any, statement: str
) -> None:
    printed = script(name)
    options = {"existing_type": sa.Integer(), **changes}

    printed.impl.alter_column("t", "c", schema="s", **options)

    assert printed.statements == [f"ALTER TABLE s.t {statement}"]


def test_a_call_that_changes_nothing_is_fine(script: MakeScript) -> None:
    printed = script("mysql")

    printed.impl.alter_column("t", "c", existing_type=sa.DateTime())

    assert printed.text == ""


@pytest.mark.parametrize(
    "changes", [{"nullable": True}, {"name": "d"}, {"comment": "x"}]
)
def test_the_type_has_to_be_known(script: MakeScript, changes: Any) -> None:
    printed = script("mysql")

    with pytest.raises(CommandError) as caught:
        printed.impl.alter_column("t", "c", **changes)

    assert str(caught.value) == (
        "All MySQL CHANGE/MODIFY COLUMN operations require the existing type."
    )
    assert printed.text == ""


def test_single_changes_are_not_supported(script: MakeScript) -> None:
    impl = script("mysql").impl

    for element in (
        base.ColumnNullable("t", "c", True),
        base.ColumnName("t", "c", "d"),
        base.ColumnDefault("t", "c", "5"),
        base.ColumnType("t", "c", sa.Integer()),
    ):
        with pytest.raises(NotImplementedError, match="Individual alter column"):
            impl.execute(element)


def _constraints() -> dict[str, Any]:
    metadata = sa.MetaData()
    sa.Table("o", metadata, sa.Column("id", sa.Integer))
    made = {
        "foreignkey": sa.ForeignKeyConstraint(["a"], ["o.id"], name="x"),
        "unique": sa.UniqueConstraint("a", name="x"),
        "check": sa.CheckConstraint("a > 5", name="x"),
        "primary": sa.PrimaryKeyConstraint("a", name="x"),
    }
    sa.Table("t", metadata, sa.Column("a", sa.Integer), *made.values())
    return made


@BOTH
@pytest.mark.parametrize(
    ("kind", "statement"),
    [
        ("foreignkey", "DROP FOREIGN KEY x"),
        ("unique", "DROP INDEX x"),
        ("primary", "DROP PRIMARY KEY"),
        ("check", {"mysql": "DROP CHECK x", "mariadb": "DROP CONSTRAINT x"}),
    ],
)
def test_constraints_are_dropped_by_kind(
    script: MakeScript, name: str, kind: str, statement: Any
) -> None:
    printed = script(name)

    printed.impl.drop_constraint(_constraints()[kind], if_exists=True)

    wanted = statement[name] if isinstance(statement, dict) else statement
    assert printed.statements == [f"ALTER TABLE t {wanted}"]


def test_a_constraint_of_unknown_kind_cannot_be_dropped(script: MakeScript) -> None:
    constraint = sa.schema.Constraint(name="x")
    sa.Table("t", sa.MetaData()).append_constraint(constraint)

    with pytest.raises(NotImplementedError, match="please specify constraint type"):
        script("mysql").impl.drop_constraint(constraint)


@BOTH
@pytest.mark.parametrize("kind", ["foreignkey", "unique", "check"])
def test_a_constraint_without_a_name_cannot_be_dropped(
    script: MakeScript, name: str, kind: str
) -> None:
    printed = script(name)
    constraint = _constraints()[kind]
    constraint.name = None

    with pytest.raises(CommandError, match="'t' needs the name of the constraint"):
        printed.impl.drop_constraint(constraint)


def test_the_check_of_a_type_is_not_dropped(script: MakeScript) -> None:
    printed = script("mysql")
    column = sa.Column("a", sa.Boolean(create_constraint=True, name="ck"))
    table = sa.Table("t", sa.MetaData(), column)
    (check,) = [c for c in table.constraints if isinstance(c, sa.CheckConstraint)]

    printed.impl.drop_constraint(check)

    assert printed.text == ""


class RelatedDialect(MySQLDialect):  # type: ignore[misc]
    name = "related"


class RelatedImpl(MySQLImpl):
    __dialect__ = "related"


def test_a_dialect_built_on_that_of_mysql_may_know_more(script: MakeScript) -> None:
    related = script("related", dialect=RelatedDialect(), cls=RelatedImpl)
    table = sa.Table("t", sa.MetaData(), sa.Column("c", sa.Integer))

    related.impl.drop_column("t", table.c.c, if_exists=True)
    constraint = sa.schema.Constraint("u")
    table.append_constraint(constraint)
    related.impl.drop_constraint(constraint)

    assert related.statements == [
        "ALTER TABLE t DROP COLUMN IF EXISTS c",
        "ALTER TABLE t DROP u",
    ]


def test_conditions_on_columns_are_mariadb_s(script: MakeScript) -> None:
    column = sa.Column("c", sa.Integer)
    sa.Table("t", sa.MetaData(), column)
    mysql, mariadb = script("mysql"), script("mariadb")

    mariadb.impl.add_column("t", column, if_not_exists=True)
    mariadb.impl.drop_column("t", column, if_exists=True)
    with pytest.raises(
        CommandError, match="MySQL, unlike MariaDB, has no if_not_exists for columns"
    ):
        mysql.impl.add_column("t", column, if_not_exists=True)
    with pytest.raises(
        CommandError, match="MySQL, unlike MariaDB, has no if_exists for columns"
    ):
        mysql.impl.drop_column("t", column, if_exists=True)

    assert mysql.text == ""
    assert mariadb.statements == [
        "ALTER TABLE t ADD COLUMN IF NOT EXISTS c INTEGER",
        "ALTER TABLE t DROP COLUMN IF EXISTS c",
    ]


@BOTH
def test_comments_stand_inside(script: MakeScript, name: str) -> None:
    printed = script(name)
    table = sa.Table(
        "t", sa.MetaData(), sa.Column("a", sa.Integer, comment="x\\y"), comment="100%"
    )

    printed.impl.create_table(table)
    printed.impl.create_table_comment(table)
    printed.impl.drop_table_comment(table)

    assert printed.statements == [
        "CREATE TABLE t (\n    a INTEGER COMMENT 'x\\\\y'\n)COMMENT='100%'",
        "ALTER TABLE t COMMENT '100%'",
        "ALTER TABLE t COMMENT ''",
    ]


@BOTH
@pytest.mark.parametrize("change", [{"nullable": False}, {"name": "d"}])
def test_a_generated_column_is_not_written_anew_as_a_plain_one(
    script: MakeScript, name: str, change: dict[str, Any]
) -> None:
    printed = script(name)

    with pytest.raises(NotImplementedError, match=r"column 'c' of table 't' is gen"):
        printed.impl.alter_column(
            "t",
            "c",
            existing_type=sa.Integer(),
            existing_server_default=sa.Computed("a + 1"),
            **change,
        )
    assert printed.text == ""


@BOTH
@pytest.mark.parametrize(
    ("element", "source"),
    [
        (sa.func.lower(sa.column("b")).desc(), "(lower(b)) DESC"),
        (sa.func.lower(sa.column("b")).label("lb"), "(lower(b))"),
        ((sa.column("a") + 1).desc(), "(a + 1) DESC"),
        (-sa.column("a"), "(-a)"),
        (sa.not_(sa.column("f", sa.Boolean)), "(f = 0)"),
        (sa.column("a").label("z"), "a"),
        (sa.column("a").desc(), "a DESC"),
        (sa.text("(lower(b)) DESC"), "(lower(b)) DESC"),
    ],
)
def test_an_expression_of_an_index_is_parenthesized_before_its_order(
    script: MakeScript, name: str, element: Any, source: str
) -> None:
    impl = script(name).impl

    assert impl.render_ddl_sql_expr(element, is_index=True) == source


def test_an_index_of_the_model_is_wanted_beside_one_that_a_key_brought(
    script: MakeScript,
) -> None:
    table = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("c", sa.Integer),
        sa.ForeignKeyConstraint(["c"], ["u.id"], name="fk_new"),
    )
    wanted = sa.Index("fk_new", table.c.c)
    reflected = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("c", sa.Integer),
        sa.ForeignKeyConstraint(["c"], ["u.id"], name="fk_old"),
    )
    in_database, in_model = {sa.Index("fk_old", reflected.c.c)}, {wanted}

    impl = script("mysql").impl
    impl.correct_for_autogen_constraints(set(), in_database, set(), in_model)

    assert (in_database, in_model) == (set(), {wanted})


@pytest.mark.parametrize(
    ("index_name", "columns", "unique", "is_compared"),
    [
        ("c", "c", False, False),
        ("c", "cd", False, False),
        ("d", "cd", False, True),
        ("c", "c", True, True),
        ("ix", "c", False, True),
    ],
)
def test_an_index_that_nobody_named_is_not_compared(
    script: MakeScript,
    index_name: str,
    columns: str,
    unique: bool,
    is_compared: bool,
) -> None:
    table = sa.Table("t", sa.MetaData(), *(sa.Column(c, sa.Integer) for c in "cd"))
    index = sa.Index(index_name, *(table.c[c] for c in columns), unique=unique)
    in_database = {index}

    impl = script("mysql").impl
    impl.correct_for_autogen_constraints(set(), in_database, set(), set())

    assert in_database == ({index} if is_compared else set())
