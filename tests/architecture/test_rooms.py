"""Who may import SQLAlchemy and Mako, and how files of one house import each other."""

from __future__ import annotations

import ast
from typing import Any

SQLALCHEMY_ROOMS = {"operations", "ddl", "runtime", "autogenerate", "ext", "testing"}
# Stubs are read by type checkers only.
STUBS = {"alembic/op.pyi", "alembic/context.pyi"}
# A password is hidden by SQLAlchemy's own URL, once there is one to hide.
SQLALCHEMY_FUNCTIONS = {"alembic/util/messaging.py"}

MAKO_FILE = "alembic/util/pyfiles.py"

# Packages whose names are looked up when asked for (SQLAlchemy or a dialect is heavy).
LAZY_PACKAGES = {"alembic", "alembic.util", "alembic.ddl"}

# These hand on whole packages, as they are known to some scripts.
DOORS_OF_PACKAGES = {"alembic.environment", "alembic.migration"}

# The catalogue of operations is the one door that the house itself uses.
INNER_DOORS = {"alembic.operations.ops"}


def sqlalchemy_where_it_should_not_be(house: Any) -> list[str]:
    """Return the imports of SQLAlchemy outside of its rooms."""
    return [
        f"{file.path}:{each.line} imports {each.module}"
        for file in house
        for each in file.imports
        if each.module.split(".")[0] == "sqlalchemy"
        and file.room not in SQLALCHEMY_ROOMS
        and not file.path.startswith("alembic/util/sqla_")
        and file.path not in STUBS
        and not (file.path in SQLALCHEMY_FUNCTIONS and each.function)
    ]


def mako_where_it_should_not_be(house: Any) -> list[str]:
    """Return the imports of Mako but for the one where a template is filled."""
    return [
        f"{file.path}:{each.line} imports {each.module}"
        for file in house
        for each in file.imports
        if each.module.split(".")[0] == "mako"
        and not (file.path == MAKO_FILE and (each.function or each.type_only))
    ]


def packages_that_do_more(house: Any) -> list[str]:
    """Return what an ``__init__.py`` holds beside public names."""
    return [
        f"{file.at(node)} holds {type(node).__name__}"
        for file in house
        if file.is_package
        for node in file.tree.body
        if not _hands_on(node, file.module in LAZY_PACKAGES)
    ]


def _hands_on(node: ast.stmt, lazy: bool) -> bool:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Assign):
        names = {getattr(target, "id", None) for target in node.targets}
        return lazy or names <= {"__all__", "__getattr__", "log"}
    if isinstance(node, ast.If):
        return "TYPE_CHECKING" in ast.dump(node.test)
    if isinstance(node, ast.FunctionDef):
        return lazy and node.name in ("__getattr__", "__dir__")
    return lazy and isinstance(node, ast.AnnAssign)


def imports_through_a_door(house: Any) -> list[str]:
    """Return imports of a name from a file that has it from another file itself."""
    given = {
        (file.module, each.name): each.module
        for file in house
        for each in file.imports
        if each.name and each.module in house.files
    }
    return [
        f"{each.importer}:{each.line} takes {each.name} through {each.module}, which"
        f" has it from {given[each.module, each.name]}"
        for each in house.imports_inside()
        if (each.module, each.name) in given and each.module not in INNER_DOORS
    ]


def imports_from_a_package(house: Any) -> list[str]:
    """Return imports of a name from an ``__init__.py``; the version may be taken."""
    return [
        f"{each.importer}:{each.line} takes {each.name} from the package {each.module}"
        for each in house.imports_inside()
        if house.files[each.module].is_package
        and (each.module, each.name) != ("alembic", "__version__")
        and not (each.name is None and each.importer in DOORS_OF_PACKAGES)
    ]


def test_sqlalchemy_stays_in_its_rooms(house: Any) -> None:
    assert sqlalchemy_where_it_should_not_be(house) == []


def test_mako_is_imported_where_a_template_is_filled(house: Any) -> None:
    assert mako_where_it_should_not_be(house) == []


def test_a_package_holds_its_public_names_and_nothing_else(house: Any) -> None:
    assert packages_that_do_more(house) == []


def test_names_are_imported_from_the_file_that_defines_them(house: Any) -> None:
    assert imports_through_a_door(house) == []


def test_no_file_of_the_house_imports_from_a_package(house: Any) -> None:
    assert imports_from_a_package(house) == []


def test_sqlalchemy_in_the_light_half_is_seen(build: Any) -> None:
    house = build(
        {
            "graph/a.py": "def f():\n    from sqlalchemy.sql import text\n",
            "ddl/b.py": "import sqlalchemy\n",
            "util/messaging.py": "import sqlalchemy\ndef f():\n    import sqlalchemy\n",
        }
    )

    assert sqlalchemy_where_it_should_not_be(house) == [
        "alembic/graph/a.py:2 imports sqlalchemy.sql",
        "alembic/util/messaging.py:1 imports sqlalchemy",
    ]


def test_mako_loaded_too_early_is_seen(build: Any) -> None:
    house = build(
        {
            "util/pyfiles.py": "import mako\ndef f():\n    import mako.template\n",
            "script/a.py": "def f():\n    from mako import template\n",
        }
    )

    assert mako_where_it_should_not_be(house) == [
        "alembic/script/a.py:2 imports mako",
        "alembic/util/pyfiles.py:1 imports mako",
    ]


def test_code_in_a_package_is_seen(build: Any) -> None:
    house = build({"graph/__init__.py": '"""Doc."""\n__all__ = []\nx = 1\n'})

    assert packages_that_do_more(house) == ["alembic/graph/__init__.py:3 holds Assign"]


def test_a_name_taken_through_another_file_is_seen(build: Any) -> None:
    house = build(
        {
            "graph/a.py": "class A: ...\n",
            "graph/b.py": "from .a import A\n",
            "script/c.py": "from ..graph.b import A\n",
        }
    )

    (wrong,) = imports_through_a_door(house)
    assert wrong.startswith("alembic.script.c:1 takes A through alembic.graph.b")


def test_a_name_taken_from_a_package_is_seen(build: Any) -> None:
    house = build(
        {
            "__init__.py": "__version__ = '1'\n",
            "graph/__init__.py": "from .a import A\n",
            "graph/a.py": "class A: ...\n",
            "graph/b.py": "from . import a\nfrom . import A\n",
            "script/c.py": "from .. import __version__\nfrom ..graph import a, A\n",
        }
    )

    assert imports_from_a_package(house) == [
        "alembic.graph.b:2 takes A from the package alembic.graph",
        "alembic.script.c:2 takes A from the package alembic.graph",
    ]
