"""Types of sqlalchemy-utils and GeoAlchemy2 in generated revisions."""

from __future__ import annotations

from typing import Any

import pytest

# what the packages themselves warn of is not ours
pytestmark = pytest.mark.filterwarnings("default")

UTILS = """
import sqlalchemy as sa
import sqlalchemy_utils as utils

metadata = sa.MetaData()
sa.Table(
    "t",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("mail", utils.EmailType(100)),
    sa.Column("key", utils.UUIDType(binary=False)),
    sa.Column("page", utils.URLType),
    sa.Column("kind", utils.ChoiceType([("a", "A")], impl=sa.String(10))),
    sa.Column("extra", utils.JSONType),
)
options["target_metadata"] = metadata
"""

# as the pages of sqlalchemy-utils and of many projects have it
RENDER_ITEM = """
def render_item(type_, obj, autogen_context):
    if type_ == "type" and isinstance(obj, utils.ChoiceType):
        return "sa." + repr(obj.impl)
    if type_ == "type" and type(obj).__module__.startswith("sqlalchemy_utils."):
        autogen_context.imports.add("import sqlalchemy_utils as su")
        return "su." + repr(obj)
    return False

options["render_item"] = render_item
"""

GEO = """
import sqlalchemy as sa
from geoalchemy2 import Geometry, alembic_helpers

metadata = sa.MetaData()
sa.Table(
    "lake",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("shape", Geometry("POLYGON", srid=4326, spatial_index=True)),
)
options.update(
    target_metadata=metadata,
    include_object=alembic_helpers.include_object,
    process_revision_directives=alembic_helpers.writer,
    render_item=alembic_helpers.render_item,
)
"""


def test_types_of_sqlalchemy_utils_are_found_equal_again(project: Any) -> None:
    pytest.importorskip("sqlalchemy_utils")
    project.set_up(UTILS + RENDER_ITEM)

    text = project.autogenerate("a1")
    project.upgrade()

    assert "import sqlalchemy_utils as su\n" in text
    assert "sa.Column('mail', su.EmailType(length=100), nullable=True)" in text
    assert "sa.Column('kind', sa.String(length=10), nullable=True)" in text
    project.check()


def test_types_of_sqlalchemy_utils_are_imported_without_any_help(project: Any) -> None:
    pytest.importorskip("sqlalchemy_utils")
    project.set_up(UTILS.replace('    sa.Column("kind"', "    #"))

    text = project.autogenerate("a1")
    project.upgrade()

    assert "sqlalchemy_utils.types.email.EmailType(length=100)" in text
    project.check()


def test_geometries_are_made_by_the_helpers_of_geoalchemy2(
    project: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("geoalchemy2")
    project.set_up(GEO)

    text = project.autogenerate("a1")
    project.set_up(GEO, url="postgresql://")
    script = project.sql()

    assert "op.create_geospatial_table('lake'" in text
    assert "from geoalchemy2 import Geometry" in text
    assert "Geometry(geometry_type='POLYGON', srid=4326" in text
    assert "op.create_geospatial_index('idx_lake_shape', 'lake', ['shape']" in text
    assert any("shape geometry(POLYGON,4326)" in each for each in script)
    assert "CREATE INDEX idx_lake_shape ON lake USING gist (shape)" in script
