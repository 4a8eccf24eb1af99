"""The context of a comparison: model, filters, inspector."""

from __future__ import annotations

import io
from typing import Any, Iterator

import pytest
import sqlalchemy as sa

from alembic.autogenerate.compare.registry import comparators
from alembic.autogenerate.context import AutogenContext
from alembic.runtime.migration import MigrationContext
from alembic.util.exc import CommandError


@pytest.fixture
def migration_context() -> Iterator[MigrationContext]:
    """A context on an SQLite database in memory."""
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        yield MigrationContext.configure(connection)
    engine.dispose()


def test_a_comparison_needs_a_connection_and_a_model(
    migration_context: MigrationContext,
) -> None:
    offline = MigrationContext.configure(
        dialect_name="sqlite", opts={"as_sql": True, "output_buffer": io.StringIO()}
    )

    with pytest.raises(CommandError, match="can't use as_sql=True"):
        AutogenContext(offline, metadata=sa.MetaData())
    with pytest.raises(CommandError, match="does not provide a MetaData object"):
        AutogenContext(migration_context)


def test_rendering_needs_neither() -> None:
    context = AutogenContext(
        MigrationContext.configure(dialect_name="sqlite"), autogenerate=False
    )

    assert context.metadata is None
    assert context.sorted_tables == []
    assert context.imports == set()
    with pytest.raises(TypeError, match="no database connection"):
        assert context.inspector


def test_the_model_is_an_option_too(migration_context: MigrationContext) -> None:
    metadata = sa.MetaData()
    context = AutogenContext(migration_context, opts={"target_metadata": metadata})

    assert context.metadata is metadata
    assert context.inspector.get_table_names() == []
    assert context.connection is migration_context.connection
    assert context.dialect is migration_context.dialect


def test_tables_of_several_models_in_the_order_of_their_keys(
    migration_context: MigrationContext,
) -> None:
    one, two = sa.MetaData(), sa.MetaData()
    sa.Table("b", one, sa.Column("a", sa.Integer, sa.ForeignKey("c.id")))
    sa.Table("c", one, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table("a", two, schema="s")
    context = AutogenContext(migration_context, metadata=[one, two])

    assert [table.name for table in context.sorted_tables] == ["c", "b", "a"]
    assert sorted(context.table_key_to_table) == ["b", "c", "s.a"]


def test_a_table_in_two_models_is_refused(migration_context: MigrationContext) -> None:
    models = [sa.MetaData(), sa.MetaData(), sa.MetaData()]
    for metadata in models:
        sa.Table("t", metadata)
    sa.Table("u", models[0])
    context = AutogenContext(migration_context, metadata=models)

    for attribute in ("sorted_tables", "table_key_to_table"):
        with pytest.raises(ValueError, match=r'across multiple MetaData objects: "t"$'):
            getattr(context, attribute)


@pytest.mark.parametrize(
    ("type_", "parents", "qualified"),
    [
        ("table", {"schema_name": "s"}, "s.n"),
        ("table", {"schema_name": None}, "n"),
        ("column", {"schema_name": "s", "table_name": "t"}, "s.t"),
        ("schema", {}, None),
    ],
)
def test_names_are_filtered_with_their_table(
    migration_context: MigrationContext, type_: Any, parents: Any, qualified: Any
) -> None:
    asked: list[Any] = []

    def include_name(*arguments: Any) -> bool:
        asked.append(arguments)
        return False

    context = AutogenContext(
        migration_context, sa.MetaData(), opts={"include_name": include_name}
    )

    assert context.run_name_filters("n", type_, parents) is False
    ((name, kind, given),) = asked
    assert (name, kind) == ("n", type_)
    assert given.get("schema_qualified_table_name") == qualified


def test_objects_are_filtered(migration_context: MigrationContext) -> None:
    table = sa.Table("t", sa.MetaData())

    def include_object(*arguments: Any) -> bool:
        assert arguments == (table, "t", "table", True, None)
        return False

    metadata = sa.MetaData()
    strict = AutogenContext(
        migration_context, metadata, opts={"include_object": include_object}
    )
    open_ = AutogenContext(migration_context, metadata)

    assert strict.run_object_filters(table, "t", "table", True, None) is False
    assert strict.run_filters(table, "t", "table", True, None) is False
    assert open_.run_filters(table, "t", "table", True, None) is True


def test_comparisons_of_plugins_are_chosen_by_name(
    migration_context: MigrationContext,
) -> None:
    opts = {"autogenerate_plugins": ["no.such.plugin"]}
    context = AutogenContext(migration_context, sa.MetaData(), opts=opts)

    with pytest.raises(CommandError, match=r"Did not locate plugins: no\.such\.plugin"):
        assert context.comparators
    usual = AutogenContext(migration_context, sa.MetaData()).comparators
    assert usual is not comparators
