"""How programs look at revisions and at the state of a database by themselves."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from alembic.autogenerate import comparators, compare, compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations, base
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError, RevisionMap
from alembic.util.sqla_compat import compiles


@pytest.fixture
def scripts(project: Any) -> ScriptDirectory:
    """Three revisions, one after the other."""
    project.line("aaa", "bbb", "ccc")
    return ScriptDirectory.from_config(project.config())


@pytest.mark.shows("alembic.script.revision.RevisionMap.iterate_revisions")
def test_a_program_walks_along_the_revisions(scripts: ScriptDirectory) -> None:
    known = scripts.revision_map

    assert isinstance(known, RevisionMap)
    walked = known.iterate_revisions("head", "aaa")
    assert [revision.revision for revision in walked if revision] == ["ccc", "bbb"]


@pytest.mark.shows("alembic.script.revision.ResolutionError")
def test_an_identifier_that_nobody_has_is_an_error(scripts: ScriptDirectory) -> None:
    with pytest.raises(ResolutionError, match="No such revision or branch 'none'"):
        scripts.revision_map.get_revision("none")


@pytest.mark.shows(
    "alembic.script.ScriptDirectory.get_heads",
    "alembic.script.ScriptDirectory.get_revision",
    "alembic.script.ScriptDirectory.iterate_revisions",
    "alembic.script.Script.cmd_format",
)
def test_a_program_looks_at_single_revisions(scripts: ScriptDirectory) -> None:
    script = scripts.get_revision("bbb")

    assert scripts.get_heads() == ["ccc"]
    assert script is not None
    told = script.cmd_format(False, include_parents=True, include_doc=True)
    assert told == "aaa -> bbb, revision bbb"
    walked = scripts.iterate_revisions("bbb", "base")
    assert [each.revision for each in walked] == ["bbb", "aaa"]


@pytest.mark.shows(
    "alembic.autogenerate.compare.comparators.dispatch_for",
    "alembic.autogenerate.compare_metadata",
    "alembic.operations.base.Operations",
    "alembic.runtime.migration.MigrationContext.get_current_heads",
    "alembic.runtime.migration.MigrationContext.get_current_revision",
)
def test_a_program_compares_a_database_and_asks_for_its_version() -> None:
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("c", sa.Integer))
    with sa.create_engine("sqlite://").connect() as connection:
        context = MigrationContext.configure(connection)

        ((kind, table),) = compare_metadata(context, metadata)

        assert (kind, table.name) == ("add_table", "t")
        assert context.get_current_revision() is None
        assert context.get_current_heads() == ()
    assert compare.comparators is comparators
    assert base.Operations is Operations


@pytest.mark.shows("alembic.util.sqla_compat.compiles")
def test_a_package_writes_elements_of_its_own() -> None:
    class Shelf(sa.schema.DDL):
        """An element that is written otherwise."""

    @compiles(Shelf, "sqlite")
    def write(element: Any, compiler: Any, **kw: Any) -> str:
        return "SHELF"

    with sa.create_engine("sqlite://").connect() as connection:
        assert str(Shelf("nothing").compile(connection)) == "SHELF"
