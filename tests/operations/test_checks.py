from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Column, Integer, func, text

from alembic.operations.checks import (
    list_of_columns,
    need_names,
    need_text,
    need_types,
    warn_of_unknown,
)
from alembic.util.exc import CommandError


def test_a_list_of_columns_may_be_any_iterable_of_them() -> None:
    assert list_of_columns("d", "columns", ("a", "b"), table="t") == ["a", "b"]


@pytest.mark.parametrize("wrong", ["abc", 5, None])
def test_a_string_in_place_of_a_list_of_columns_is_refused(wrong: object) -> None:
    with pytest.raises(CommandError, match=r"create_index on table 't': columns"):
        list_of_columns("create_index", "columns", wrong, table="t")


@pytest.mark.parametrize("wrong", [5, None, ["a"]])
def test_what_is_no_column_in_a_list_of_columns_is_refused(wrong: object) -> None:
    with pytest.raises(CommandError, match=r"'t': .* in columns is not the name"):
        list_of_columns("create_index", "columns", ["a", wrong], table="t")


@pytest.mark.parametrize("wrong", [None, 5, b"t"])
def test_what_is_no_name_is_refused(wrong: object) -> None:
    with pytest.raises(CommandError, match="rename_table: new_table_name is a name"):
        need_names("rename_table", new_table_name=wrong)


@pytest.mark.parametrize("right", [None, Integer, Integer(), lambda: Integer()])
def test_a_type_or_what_makes_one_will_do(right: object) -> None:
    need_types("alter_column", type_=right)


def test_the_name_of_a_type_is_refused() -> None:
    with pytest.raises(CommandError, match=r"type_ is a type such as .*, not 'INT'"):
        need_types("alter_column", type_="INT")


@pytest.mark.parametrize("right", ["", "a", None, False])
def test_a_text_none_and_false_will_do_for_a_comment(right: object) -> None:
    need_text("create_table_comment", comment=right)


def test_a_number_is_no_comment(op: Any, database: Any) -> None:
    with pytest.raises(CommandError, match="create_table_comment: comment is a text"):
        op.create_table_comment("t", 5)
    with pytest.raises(CommandError, match=r"alter_column of t\.c: comment is a text"):
        op.alter_column("t", "c", comment=5)
    assert database.calls == []


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("a", "not 'a'"),
        (Integer, "not <class"),
        ([Column("a", Integer)], "write [*] before the list"),
    ],
)
def test_a_table_is_made_of_columns_and_constraints(
    op: Any, database: Any, item: object, said: str
) -> None:
    with pytest.raises(CommandError, match=rf"create_table of 't' takes .*{said}"):
        op.create_table("t", item)
    assert database.calls == []


@pytest.mark.parametrize("wrong", [text("lower(a)"), func.lower("a")])
def test_a_constraint_is_over_columns_only(
    op: Any, database: Any, wrong: object
) -> None:
    with pytest.raises(CommandError, match=r"'t': lower\(.* is not the name of a col"):
        op.create_unique_constraint("u", "t", ["a", wrong])
    assert database.calls == []


def test_a_keyword_that_means_nothing_is_named_with_what_was_meant() -> None:
    with pytest.warns(UserWarning, match="'if_exist' means nothing .* 'if_exists'"):
        warn_of_unknown("drop_column", {"if_exist": True}, ["if_exists"])


@pytest.mark.parametrize(
    ("wrong", "meant"), [("nulable", "nullable"), ("type", "type_")]
)
def test_a_misspelt_change_of_a_column_is_named(
    op: Any, wrong: str, meant: str
) -> None:
    said = f"'{wrong}' means nothing .* '{meant}'"
    with pytest.warns(UserWarning, match=said) as warned:
        op.alter_column("t", "a", **{wrong: None})
    assert warned[0].filename == __file__


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "keyword", ["if_exists", "mssql_drop_check", "sqlite_x", "wibble"]
)
def test_keywords_that_somebody_may_read_are_not_named(keyword: str) -> None:
    warn_of_unknown("drop_column", {keyword: True}, ["if_exists"])


def test_a_type_mistake_is_one_sentence(op: Any, database: Any) -> None:
    with pytest.raises(CommandError, match="alter_column of t.c: type_ is a"):
        op.alter_column("t", "c", type_="INTEGER")
    assert database.calls == []
