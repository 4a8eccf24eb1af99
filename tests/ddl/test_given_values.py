"""Values that stand beside a statement, as a connection's ``execute()`` takes them."""

from __future__ import annotations

import datetime
from typing import Any, Callable

import pytest
import sqlalchemy as sa

from alembic.util.exc import CommandError

MakeScript = Callable[..., Any]

T = sa.table("t", sa.column("a", sa.Integer), sa.column("b", sa.String))


@pytest.mark.parametrize(
    ("statement", "rows", "printed"),
    [
        (sa.text("UPDATE t SET a = :a"), [{"a": "it's"}], ["UPDATE t SET a = 'it''s'"]),
        (sa.text("UPDATE t SET a = :a"), [{"a": None}], ["UPDATE t SET a = NULL"]),
        ("SELECT :a", [{"a": 1}, {"a": 2}], ["SELECT 1", "SELECT 2"]),
        ("SELECT :a", [{"a": "\\:b", "c": 5}], ["SELECT '\\:b'"]),
        (T.insert(), [{"a": 1, "b": "x"}], ["INSERT INTO t (a, b) VALUES (1, 'x')"]),
        (
            T.update().where(T.c.a == sa.bindparam("old")),
            [{"old": 5, "b": None}],
            ["UPDATE t SET b=NULL WHERE t.a = 5"],
        ),
        (
            T.delete().where(T.c.b == sa.bindparam("day", type_=sa.Date)),
            [{"day": datetime.date(2020, 2, 29)}],
            ["DELETE FROM t WHERE t.b = '2020-02-29'"],
        ),
    ],
)
def test_values_are_written_into_a_script(
    script: MakeScript, statement: Any, rows: Any, printed: list[str]
) -> None:
    made = script("sqlite")

    made.impl.print_with_values(statement, rows)

    assert made.statements == printed


def test_a_parameter_that_has_no_value_is_named(script: MakeScript) -> None:
    with pytest.raises(CommandError, match="Parameter 'a' has no value"):
        script("sqlite").impl.print_with_values("SELECT :a", [{"b": 1}])


def test_values_without_names_are_refused(script: MakeScript) -> None:
    with pytest.raises(TypeError, match="SQL parameters not allowed with as_sql"):
        script("sqlite").impl.print_with_values("SELECT ?", [("a",)])
