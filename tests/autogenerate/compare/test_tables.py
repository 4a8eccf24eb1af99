"""Tables and columns: what is new, what is gone, and in which order."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import sqlalchemy as sa

from alembic.autogenerate.compare.ordering import in_levels


def _table(metadata: Any, name: str, *columns: Any) -> Any:
    return sa.Table(
        name, metadata, sa.Column("id", sa.Integer, primary_key=True), *columns
    )


def _to(name: str, column: str = "other") -> Any:
    return sa.Column(column, sa.Integer, sa.ForeignKey(f"{name}.id", name=f"fk_{name}"))


def _nothing(metadata: Any) -> None:
    pass


def _chain(metadata: Any) -> None:
    _table(metadata, "a", _to("b"))
    _table(metadata, "b", _to("c"))
    _table(metadata, "c")


def test_added_tables_come_after_those_they_need(comparing: Any) -> None:
    diffs = comparing.diffs(_nothing, _chain)

    assert [(what, table.name) for what, table in diffs] == [
        ("add_table", "c"),
        ("add_table", "b"),
        ("add_table", "a"),
    ]


def test_removed_tables_come_before_those_they_need(comparing: Any) -> None:
    diffs = comparing.diffs(_chain, _nothing)

    assert [(what, table.name) for what, table in diffs] == [
        ("remove_table", "a"),
        ("remove_table", "b"),
        ("remove_table", "c"),
    ]


def test_a_foreign_key_goes_before_the_table_it_leads_to(comparing: Any) -> None:
    def before(metadata: Any) -> None:
        _table(metadata, "o")
        _table(metadata, "t", _to("o"))

    def after(metadata: Any) -> None:
        _table(metadata, "t", sa.Column("other", sa.Integer))

    assert comparing.kinds(before, after) == ["remove_fk", "remove_table"]


def test_a_foreign_key_comes_after_what_it_needs(comparing: Any) -> None:
    def before(metadata: Any) -> None:
        _table(metadata, "a", sa.Column("z", sa.Integer))
        _table(metadata, "z", sa.Column("number", sa.Integer))

    def after(metadata: Any) -> None:
        key = sa.ForeignKey("z.number", name="fk")
        _table(metadata, "a", sa.Column("z", sa.Integer, key))
        unique = sa.UniqueConstraint("number", name="uq")
        _table(metadata, "z", sa.Column("number", sa.Integer), unique)

    assert comparing.kinds(before, after) == ["add_constraint", "add_fk"]


def test_the_table_of_versions_is_left_out(comparing: Any) -> None:
    def database(metadata: Any) -> None:
        sa.Table("alembic_version", metadata, sa.Column("version_num", sa.String(32)))

    assert comparing.diffs(database, _nothing) == []


def test_added_columns_come_first_and_removed_ones_last(comparing: Any) -> None:
    def before(metadata: Any) -> None:
        old, changed = sa.Column("old", sa.Integer), sa.Column("n", sa.Integer)
        _table(metadata, "t", old, changed)

    def after(metadata: Any) -> None:
        changed = sa.Column("n", sa.Integer, nullable=False)
        _table(metadata, "t", changed, sa.Column("new", sa.Integer))

    assert comparing.kinds(before, after) == [
        "add_column",
        ["modify_nullable"],
        "remove_column",
    ]


def test_computed_columns_go_before_those_they_are_made_of(comparing: Any) -> None:
    def before(metadata: Any) -> None:
        computed = sa.Column("double", sa.Integer, sa.Computed("a * 2"))
        _table(metadata, "t", sa.Column("a", sa.Integer), computed)

    diffs = comparing.diffs(before, lambda metadata: _table(metadata, "t"))

    # Before 1.4 generated columns are not reflected at all.
    names = [column.name for _, _, _, column in diffs]
    assert names in (["double", "a"], ["a"])


def test_system_columns_are_not_compared(comparing: Any) -> None:
    def model(metadata: Any) -> None:
        _table(metadata, "t", sa.Column("xmin", sa.Integer, system=True))

    assert comparing.diffs(lambda metadata: _table(metadata, "t"), model) == []


def test_filters_are_asked_about_names_and_objects(comparing: Any) -> None:
    asked = []

    def include_name(name: Any, type_: str, parents: Any) -> bool:
        asked.append((type_, name))
        return name != "hidden"

    def include_object(
        item: Any, name: Any, type_: str, reflected: bool, compare_to: Any
    ) -> bool:
        asked.append((type_, name, reflected, compare_to is None))
        return True

    def before(metadata: Any) -> None:
        _table(metadata, "hidden")
        _table(metadata, "t")

    comparing.script(
        before,
        lambda metadata: _table(metadata, "t"),
        include_name=include_name,
        include_object=include_object,
    )

    assert asked == [
        ("schema", None),
        ("table", "hidden"),
        ("table", "t"),
        ("table", "t", False, False),
        ("column", "id"),
        ("column", "id", False, False),
    ]


# The types that filters are told, and the differences that they may hide.
OF_FILTERS = {
    "table": ["add_table", "remove_table"],
    "column": ["add_column", "remove_column"],
    "index": ["add_index", "remove_index"],
    "unique_constraint": ["add_constraint", "remove_constraint"],
    "foreign_key_constraint": ["add_fk", "remove_fk"],
}


def _full(of: str) -> Any:
    """Return a function that makes a table, and in another one an item of each type."""
    key = {"old": "a", "new": "b"}[of]

    def fill(metadata: Any) -> None:
        _table(metadata, f"{of}_table")
        _table(metadata, "o")
        _table(
            metadata,
            "t",
            *[sa.Column(name, sa.Integer) for name in ("a", "b", f"{of}_column")],
            sa.Index(f"{of}_index", "a"),
            sa.UniqueConstraint("a", name=f"{of}_unique"),
            sa.ForeignKeyConstraint([key], ["o.id"], name=f"{of}_key"),
        )

    return fill


@pytest.mark.parametrize("hidden", OF_FILTERS)
def test_what_a_filter_of_objects_refuses_is_no_difference(
    comparing: Any, hidden: str
) -> None:
    def include(item: Any, name: str, type_: str, reflected: bool, other: Any) -> bool:
        assert item.name == name
        assert other is not None or reflected is name.startswith("old")
        return type_ != hidden or name in "ot"

    kinds = comparing.kinds(_full("old"), _full("new"), include_object=include)

    wanted = {kind for type_, kinds in OF_FILTERS.items() for kind in kinds}
    assert set(kinds) == wanted - set(OF_FILTERS[hidden])


@pytest.mark.parametrize("hidden", OF_FILTERS)
def test_what_a_filter_of_names_refuses_is_not_there(
    comparing: Any, hidden: str
) -> None:
    def include(name: Any, type_: str, parents: Any) -> bool:
        return type_ != hidden or not name.startswith("old")

    kinds = comparing.kinds(_full("old"), _full("new"), include_name=include)

    wanted = {kind for type_, kinds in OF_FILTERS.items() for kind in kinds}
    assert set(kinds) == wanted - {OF_FILTERS[hidden][1]}


def test_what_is_found_is_logged(
    comparing: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "alembic.autogenerate")

    def before(metadata: Any) -> None:
        _table(metadata, "gone")
        _table(
            metadata, "t", sa.Column("n", sa.String(5)), sa.Column("old", sa.Integer)
        )

    def after(metadata: Any) -> None:
        _table(metadata, "new")
        name = sa.Column("n", sa.Integer, nullable=False)
        _table(metadata, "t", name, sa.Column("c", sa.Integer), sa.Index("ix", "c"))

    comparing.script(before, after)

    lines = [
        (record.name[len("alembic.autogenerate.compare.") :], record.getMessage())
        for record in caplog.records
        if "compare" in record.name
    ]
    assert lines == [
        ("tables", "Detected added table 'new'"),
        ("tables", "Detected removed table 'gone'"),
        ("tables", "Detected added column 't.c'"),
        ("constraints", "Detected NOT NULL on column 't.n'"),
        (
            "types",
            "Detected type change from VARCHAR(length=5) to Integer() on 't.n'",
        ),
        ("constraints", "Detected added index 'ix' on '('c',)'"),
        ("tables", "Detected removed column 't.old'"),
    ]


def test_levels_are_those_of_sqlalchemy() -> None:
    metadata = sa.MetaData()
    names = ["m", "b", "x", "a", "k", "c"]
    for number, name in enumerate(names):
        keys = [_to(other, f"to_{other}") for other in names[:number:2]]
        _table(metadata, name, *keys)

    order = in_levels([metadata.tables[key] for key in sorted(metadata.tables)])

    assert order == metadata.sorted_tables


def test_a_circle_has_no_levels() -> None:
    metadata = sa.MetaData()
    tables = [_table(metadata, "a", _to("b")), _table(metadata, "b", _to("a"))]

    assert in_levels(tables) is None


def test_no_plugins_find_no_differences(comparing: Any) -> None:
    def database(metadata: Any) -> None:
        sa.Table("t", metadata, sa.Column("a", sa.Integer))

    def model(metadata: Any) -> None:
        sa.Table("u", metadata, sa.Column("a", sa.Integer))

    assert comparing.diffs(database, model, autogenerate_plugins=[]) == []


def test_tables_of_the_default_schema_are_compared_once(comparing: Any) -> None:
    assert comparing.diffs(_chain, _chain, include_schemas=True) == []
