"""What differs about a column: type, nullability, default."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa


def _with(*args: Any, **kw: Any) -> Any:
    def fill(metadata: Any) -> None:
        sa.Table("t", metadata, sa.Column("a", sa.Integer), sa.Column("c", *args, **kw))

    return fill


SAME_DEFAULTS = [
    (sa.String(20), "it's", "it's"),
    (sa.String(20), "", ""),
    (sa.String(20), "(x)", "(x)"),
    (sa.String(20), "x", sa.text("'x'")),
    (sa.String(20), "5", "5"),
    (sa.Integer, "5", sa.text("5")),
    (sa.Integer, "5", sa.text("(5)")),
    (sa.Integer, sa.text("(1+2)"), sa.text("(1 + 2)")),
    (sa.Integer, sa.text("(1+2)"), sa.text("3")),
    (sa.Integer, None, sa.text("NULL")),
    (sa.Integer, sa.text("NULL"), None),
    (sa.Numeric(10, 2), "2.50", "2.5"),
    (sa.Float, "1", sa.text("1.0")),
    (sa.Boolean, sa.text("1"), sa.text("true")),
    (sa.DateTime, sa.func.now(), sa.func.current_timestamp()),
    (sa.Integer, "5", sa.FetchedValue()),
]
OTHER_DEFAULTS = [
    (sa.Integer, "5", "6"),
    (sa.Integer, "5", None),
    (sa.Integer, None, "5"),
    (sa.String(20), "A", "a"),
    (sa.String(20), "a b", "ab"),
    (sa.String(20), None, ""),
    (sa.Integer, sa.text("(1+2)"), sa.text("4")),
    (sa.Boolean, sa.text("1"), sa.text("0")),
    (sa.DateTime, sa.func.now(), "2020-01-01"),
]


@pytest.mark.parametrize(("type_", "found", "wanted"), SAME_DEFAULTS)
def test_the_same_default_is_no_difference(
    comparing: Any, type_: Any, found: Any, wanted: Any
) -> None:
    database, model = (_with(type_, server_default=each) for each in (found, wanted))

    assert comparing.diffs(database, model, compare_server_default=True) == []


@pytest.mark.parametrize(("type_", "found", "wanted"), OTHER_DEFAULTS)
def test_another_default_is_a_difference(
    comparing: Any, type_: Any, found: Any, wanted: Any
) -> None:
    database, model = (_with(type_, server_default=each) for each in (found, wanted))

    kinds = comparing.kinds(database, model, compare_server_default=True)

    assert kinds == [["modify_default"]]


def test_defaults_are_not_compared_unless_asked_for(comparing: Any) -> None:
    database = _with(sa.Integer, server_default="5")

    assert comparing.diffs(database, _with(sa.Integer)) == []


@pytest.mark.parametrize(
    ("answer", "kinds"),
    [(True, [["modify_default"]]), (False, []), (None, [["modify_default"]])],
)
def test_a_function_of_the_user_decides_about_defaults(
    comparing: Any, answer: Any, kinds: Any
) -> None:
    asked = []

    def compare(*args: Any) -> Any:
        asked.append(args[3:])
        return answer

    database, model = (_with(sa.Integer, server_default=each) for each in "56")

    assert comparing.kinds(database, model, compare_server_default=compare) == kinds
    ((found, wanted, text),) = asked
    assert (found, wanted.arg, text) == ("'5'", "6", "6")


@pytest.mark.parametrize(
    ("answer", "kinds"),
    [(True, [["modify_type"]]), (False, []), (None, [["modify_type"]])],
)
def test_a_function_of_the_user_decides_about_types(
    comparing: Any, answer: Any, kinds: Any
) -> None:
    database, model = _with(sa.Integer), _with(sa.String(5))

    def compare(context: Any, found: Any, *others: Any) -> Any:
        return answer if found.name == "c" else False

    assert comparing.kinds(database, model, compare_type=compare) == kinds


def test_types_are_not_compared_when_that_is_off(comparing: Any) -> None:
    database, model = _with(sa.Integer), _with(sa.String(5))

    assert comparing.diffs(database, model, compare_type=False) == []


def test_a_type_that_nobody_knows_is_left_alone(
    comparing: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "alembic.autogenerate")

    assert comparing.diffs(_with(sa.Integer), _with(sa.types.NullType())) == []
    assert "Column 't.c' has no type within the model; can't compare" in [
        record.getMessage() for record in caplog.records
    ]


def test_a_column_without_a_type_is_left_alone(
    comparing: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "alembic.autogenerate")
    comparing.connection.execute(sa.text("CREATE TABLE t (a INTEGER, c)"))
    model = sa.MetaData()
    _with(sa.String(5))(model)

    assert comparing.again(model).upgrade_ops.as_diffs() == []
    assert "Couldn't determine database type for column 't.c'" in [
        record.getMessage() for record in caplog.records
    ]


PLAIN, COMPUTED = _with(sa.Integer), _with(sa.Integer, sa.Computed("a + 1"))


@pytest.mark.parametrize("sides", [(PLAIN, COMPUTED), (COMPUTED, PLAIN)])
def test_a_computed_column_cannot_be_modified(comparing: Any, sides: Any) -> None:
    with pytest.warns(UserWarning, match="Computed default on t.c cannot be modified"):
        diffs = comparing.diffs(*sides, compare_server_default=True)

    assert diffs == []


def test_a_computed_column_ends_where_an_added_one_begins(comparing: Any) -> None:
    expressions = {
        "other": {"C": "id + (5)"},
        "t": {"B": "id + (7)", "C": "id + (1)"},
    }
    model = sa.MetaData()
    for name, of_columns in expressions.items():
        number = sa.Column("id", sa.Integer, primary_key=True)
        computed = [
            sa.Column(column, sa.Integer, sa.Computed(sql, persisted=True))
            for column, sql in of_columns.items()
        ]
        table = sa.Table(name, model, number, *computed)
        table.create(comparing.connection)
        add = f"ALTER TABLE {name} ADD COLUMN d NUMERIC(8, 2)"
        comparing.connection.execute(sa.text(add))
        table.append_column(sa.Column("d", sa.Numeric(8, 2)))

    assert comparing.again(model).upgrade_ops.as_diffs() == []

    found = {
        create.table_name: {
            column.name: str(column.server_default.sqltext)
            for column in create.to_table().columns
            if column.computed is not None
        }
        for create in comparing.again(sa.MetaData()).downgrade_ops.ops
    }
    assert found == expressions


@pytest.mark.parametrize("compare_type", [True, False])
def test_a_change_remembers_how_the_column_was(
    comparing: Any, compare_type: bool
) -> None:
    database = _with(sa.Integer, server_default="5")
    model = _with(sa.Integer, server_default="5", nullable=False)

    script = comparing.script(database, model, compare_type=compare_type)

    (change,) = script.upgrade_ops.ops[0].ops
    assert isinstance(change.existing_type, sa.Integer)
    assert (change.existing_nullable, change.modify_nullable) == (True, False)
    assert str(change.existing_server_default.arg) == "'5'"
    (back,) = script.downgrade_ops.ops[0].ops
    assert (back.existing_nullable, back.modify_nullable) == (False, True)


@pytest.mark.parametrize(
    ("said", "noted"), [(True, [True]), (False, [False]), ("auto", [])]
)
def test_a_changed_column_repeats_whether_it_counts(
    comparing: Any, said: Any, noted: Any
) -> None:
    script = comparing.script(
        _with(sa.Integer), _with(sa.Integer, nullable=False, autoincrement=said)
    )

    ((alter,),) = [each.ops for each in script.upgrade_ops.ops]
    assert [alter.kw[name] for name in alter.kw if name == "autoincrement"] == noted
