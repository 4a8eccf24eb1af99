from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from alembic.operations.schemaobj import SchemaObjects


@pytest.fixture
def objects() -> SchemaObjects:
    """Schema objects without a context, and so without a naming convention."""
    return SchemaObjects()


def test_every_object_has_a_metadata_of_its_own(objects: SchemaObjects) -> None:
    one, other = objects.table("t"), objects.table("t")

    assert one.metadata is not other.metadata


def test_a_column_belongs_to_no_table(objects: SchemaObjects) -> None:
    column = objects.column("a", sa.Integer(), nullable=False)

    assert (column.name, column.nullable, column.table) == ("a", False, None)


def test_an_index_without_a_table_stands_on_a_placeholder(
    objects: SchemaObjects,
) -> None:
    assert objects.index("ix", None, ["a"]).table.name == "no_table"  # type: ignore[union-attr]


def test_a_copied_foreign_key_names_the_column_of_the_database(
    objects: SchemaObjects, sql_of: Any
) -> None:
    metadata = sa.MetaData()
    sa.Table("o", metadata, sa.Column("id", sa.Integer, key="k"))
    model = sa.Table("t", metadata, sa.Column("a", sa.Integer, sa.ForeignKey("o.k")))

    table = objects.table("t", *model.c, *model.foreign_key_constraints)

    assert sql_of(table) == (
        "CREATE TABLE t ( a INTEGER, FOREIGN KEY(a) REFERENCES o (id) )"
    )


def test_an_index_of_another_table_is_copied(
    objects: SchemaObjects, sql_of: Any
) -> None:
    model = sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer))
    index = sa.Index("ix", model.c.a, unique=True)

    table = objects.table("u", *model.c, index)

    assert [sql_of(each) for each in table.indexes] == [
        "CREATE UNIQUE INDEX ix ON u (a)"
    ]
    assert index.table is model


def test_a_self_reference_to_an_unknown_column_adds_none(
    objects: SchemaObjects,
) -> None:
    table = objects.table("t", sa.Column("a", sa.Integer, sa.ForeignKey("t.zz")))

    assert table.c.keys() == ["a"]


def test_a_foreign_key_without_a_column_leads_to_the_same_name(
    objects: SchemaObjects, sql_of: Any
) -> None:
    table = objects.table(
        "t", sa.Column("id", sa.Integer), sa.ForeignKeyConstraint(["id"], ["o.id"])
    )

    assert sql_of(table).endswith("FOREIGN KEY(id) REFERENCES o (id) )")
