"""Rules on what stands in the files: sizes, private names, dialects, late imports."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any, Iterator

MOST_LINES_OF_A_FILE = 600
MOST_LINES_OF_A_BODY = 60

DIALECTS = {"postgresql", "mysql", "mariadb", "sqlite", "oracle", "mssql"}
# Files of a dialect begin with its name: postgresql.py, postgresql_compare.py, …
DIALECT_FILES = tuple(f"alembic/ddl/{name}" for name in DIALECTS)

# What depends on SQLAlchemy's versions, divided by subject.
PRIVATE_FILES = "alembic/util/sqla_"
# Underscore names that the standard library documents.
DOCUMENTED = {"_asdict", "_exit", "_fields", "_getframe", "_make", "_replace"}

# Underscore names that other rooms may use: published packages use them too,
SHARED = {
    "_compare_identity_default",
    "_create_metadata_constraint_sig",
    "_create_reflected_constraint_sig",
    "_downgrade_revs",
    "_ensure_version_table",
    "_exec",
    "_install_proxy",
    "_remove_proxy",
    "_stamp_revs",
    "_upgrade_revs",
    # they are arguments of operations,
    "_constraints_included",
    "_reverse",
    # or name the types of public arguments,
    "_ConstraintName",
    "_RevIdType",
    "_RevNumber",
    "_Transaction",
    # or without the underscore they would be names of alembic.context.
    "_ran_migrations",
}

LATE_IMPORTS = Path(__file__).with_name("late_imports.txt")


def files_without_the_future(house: Any) -> list[str]:
    """Return the files that do not begin with the import of annotations."""
    return [
        file.path
        for file in house
        if file.path.endswith(".py")
        and file.tree.body
        and not _begins_with_the_future(file.tree.body)
    ]


def _begins_with_the_future(body: list[ast.stmt]) -> bool:
    rest = body[1:] if _is_docstring(body[0]) else body
    first = rest[0] if rest else body[0]
    if not isinstance(first, ast.ImportFrom):
        return not rest
    return first.module == "__future__" and first.names[0].name == "annotations"


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def files_without_a_first_line(house: Any) -> list[str]:
    """Return the files that do not say what they are about."""
    return [
        file.path
        for file in house
        if file.path.endswith(".py")
        and file.tree.body
        and not ast.get_docstring(file.tree)
    ]


def long_files(house: Any) -> list[str]:
    """Return the files that ask to be divided; generated stubs are as they are."""
    return [
        f"{file.path} has {lines} lines"
        for file in house
        for lines in (len(file.text.splitlines()),)
        if lines > MOST_LINES_OF_A_FILE and file.path.endswith(".py")
    ]


def long_bodies(house: Any) -> list[str]:
    """Return the functions whose body, docstring aside, is longer than a screen."""
    return [
        f"{file.at(node)} {node.name} has {lines} lines"
        for file in house
        for node in _functions(file.tree)
        for lines in (_lines_of_body(node),)
        if lines > MOST_LINES_OF_A_BODY
    ]


def _functions(tree: ast.AST) -> Iterator[Any]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def _lines_of_body(node: Any) -> int:
    body = node.body[1:] if _is_docstring(node.body[0]) else node.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def dialects_asked_for_by_name(house: Any) -> list[str]:
    """Return comparisons with a dialect's name outside of the dialects' files."""
    return [
        f"{file.at(node)} compares with the name of a dialect"
        for file in house
        if not file.path.startswith(DIALECT_FILES)
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Compare) and _is_about_a_dialect(node)
    ]


def _is_about_a_dialect(node: ast.Compare) -> bool:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and each.value in DIALECTS:
            return True
        if isinstance(each, ast.Attribute) and each.attr == "name":
            return "dialect" in ast.dump(each.value)
    return False


def private_names_of_sqlalchemy(house: Any) -> list[str]:
    """Return underscore names that no file of the house defines."""
    known = DOCUMENTED | {name for file in house for name in _names_defined(file.tree)}
    return [
        f"{where} uses {name}"
        for file in house
        if not file.path.startswith(PRIVATE_FILES)
        for where, name in _private_names_used(file)
        if name not in known
    ]


def private_names_of_other_rooms(house: Any) -> list[str]:
    """Return the uses of an underscore name that only another room defines."""
    by_room: dict[str, set[str]] = {}
    for file in house:
        by_room.setdefault(file.room, set()).update(_names_defined(file.tree))
    ours = set().union(*by_room.values()) - SHARED - DOCUMENTED
    return [
        f"{where} uses {name}"
        for file in house
        if not file.path.startswith(PRIVATE_FILES)
        and file.room != "testing"  # which puts back what tests have changed
        for where, name in (*_private_names_used(file), *_private_imports(file))
        if name in ours - by_room[file.room]
    ]


def _private_imports(file: Any) -> Iterator[tuple[str, str]]:
    for each in file.imports:
        if each.name and _is_private(each.name):
            yield f"{file.path}:{each.line}", each.name


def _names_defined(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and _is_set_on_itself(node):
            yield node.attr


def _is_set_on_itself(node: ast.Attribute) -> bool:
    owner = getattr(node.value, "id", None)
    return isinstance(node.ctx, ast.Store) and owner in ("self", "cls")


def _private_names_used(file: Any) -> Iterator[tuple[str, str]]:
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Attribute) and _is_private(node.attr):
            yield file.at(node), node.attr
        elif isinstance(node, ast.Call) and _is_lookup_by_name(node):
            yield file.at(node), node.args[1].value  # type: ignore[attr-defined]
    for each in file.imports:
        if each.module.split(".")[0] == "sqlalchemy":
            for part in [*each.module.split("."), each.name or ""]:
                if _is_private(part):
                    yield f"{file.path}:{each.line}", part


def _is_lookup_by_name(node: ast.Call) -> bool:
    return (
        getattr(node.func, "id", None) in ("getattr", "hasattr", "setattr")
        and len(node.args) > 1
        and isinstance(node.args[1], ast.Constant)
        and _is_private(str(node.args[1].value))
    )


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name != "_"


def swallowed_errors(house: Any) -> list[str]:
    """Return the handlers that only pass: what goes wrong there, nobody hears of."""
    return [
        file.at(node)
        for file in house
        for node in ast.walk(file.tree)
        if isinstance(node, ast.ExceptHandler)
        and all(isinstance(each, ast.Pass) for each in node.body)
    ]


def late_imports(house: Any) -> dict[str, Any]:
    """Return the imports inside functions by ``path module``."""
    return {
        f"{file.path} {each.module}": each
        for file in house
        for each in file.imports
        if each.function and not each.type_only
    }


def late_imports_without_a_reason(house: Any) -> list[str]:
    """Return the imports inside functions that no comment explains."""
    return [
        f"{file.path}:{each.line} imports {each.module}"
        for file in house
        for each in file.imports
        if each.function and not each.type_only and not each.explained
    ]


def test_every_file_begins_with_the_future(house: Any) -> None:
    assert files_without_the_future(house) == []


def test_every_test_begins_with_the_future(project_folder: Path) -> None:
    tests = [*(project_folder / "tests").rglob("*.py")]

    assert [
        str(path.relative_to(project_folder))
        for path in tests
        for body in (ast.parse(path.read_text(encoding="utf-8")).body,)
        if body and not _begins_with_the_future(body)
    ] == []


def test_the_first_line_of_every_file_says_what_it_is_about(house: Any) -> None:
    assert files_without_a_first_line(house) == []


def test_no_file_is_longer_than_one_wants_to_read(house: Any) -> None:
    assert long_files(house) == []


def test_no_function_is_longer_than_a_screen(house: Any) -> None:
    assert long_bodies(house) == []


def test_only_a_dialect_knows_its_name(house: Any) -> None:
    assert dialects_asked_for_by_name(house) == []


def test_private_names_of_sqlalchemy_stand_in_one_file(house: Any) -> None:
    assert private_names_of_sqlalchemy(house) == []


def test_no_room_uses_private_names_of_another(house: Any) -> None:
    assert private_names_of_other_rooms(house) == []


def test_no_error_is_swallowed(house: Any) -> None:
    assert swallowed_errors(house) == []


def test_every_late_import_has_its_reason_beside_it(house: Any) -> None:
    assert late_imports_without_a_reason(house) == []


def test_the_late_imports_are_those_that_were_agreed(house: Any) -> None:
    agreed = [
        line
        for line in LATE_IMPORTS.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]

    assert sorted(late_imports(house)) == agreed


def test_a_file_without_the_future_is_seen(build: Any) -> None:
    house = build(
        {
            "util/a.py": '"""A."""\nimport os\n',
            "util/b.py": "from __future__ import division\n",
            "util/c.py": '"""C."""\nfrom __future__ import annotations\n',
        }
    )

    assert files_without_the_future(house) == ["alembic/util/a.py", "alembic/util/b.py"]
    assert files_without_a_first_line(house) == ["alembic/util/b.py"]


def test_a_long_file_and_a_long_body_are_seen(build: Any) -> None:
    body = "def f():\n    '''Doc.\n\n    More.'''\n" + "    x = 1\n" * 61
    house = build({"util/a.py": body + "\n" * 600, "util/b.py": "x = 1\n" * 600})

    assert long_files(house) == ["alembic/util/a.py has 665 lines"]
    assert long_bodies(house) == ["alembic/util/a.py:1 f has 61 lines"]


def test_a_question_for_a_dialect_by_name_is_seen(build: Any) -> None:
    text = (
        "if c.dialect.name == x: ...\nif kind in ('mysql', 'a'): ...\nd.name == 'b'\n"
    )
    house = build({"runtime/a.py": text, "ddl/mysql.py": text})

    assert dialects_asked_for_by_name(house) == [
        "alembic/runtime/a.py:1 compares with the name of a dialect",
        "alembic/runtime/a.py:2 compares with the name of a dialect",
    ]


def test_a_private_name_of_sqlalchemy_is_seen(build: Any) -> None:
    text = (
        "from sqlalchemy.sql import _x\n"
        "class A:\n    def _own(self): self._mine = table._columns\n"
        "a._own\na._mine\na._replace()\ngetattr(table, '_y')\n"
    )
    house = build({"ddl/a.py": text, "util/sqla_compat.py": text.replace("own", "o")})

    assert sorted(private_names_of_sqlalchemy(house)) == [
        "alembic/ddl/a.py:1 uses _x",
        "alembic/ddl/a.py:3 uses _columns",
        "alembic/ddl/a.py:7 uses _y",
    ]


def test_a_private_name_of_another_room_is_seen(build: Any) -> None:
    house = build(
        {
            "ddl/a.py": "def _f(): ...\nclass A:\n    def _own(self): ...\n",
            "ddl/b.py": "from .a import _f\ndef g(a):\n    a._own()\n",
            "runtime/c.py": "from ..ddl.a import _f\ndef h(a):\n    a._own()\n",
        }
    )

    assert sorted(private_names_of_other_rooms(house)) == [
        "alembic/runtime/c.py:1 uses _f",
        "alembic/runtime/c.py:3 uses _own",
    ]


def test_a_late_import_without_a_reason_is_seen(build: Any) -> None:
    text = (
        "def f():\n    # Heavy.\n    import b\n    from c import (\n        d,\n    )\n"
        "    import e\n\n    import g\n"
        "def h():\n    import i  # Optional.\n"
    )
    house = build({"util/a.py": text})

    assert [*late_imports(house)] == [
        "alembic/util/a.py b",
        "alembic/util/a.py c",
        "alembic/util/a.py e",
        "alembic/util/a.py g",
        "alembic/util/a.py i",
    ]
    assert late_imports_without_a_reason(house) == ["alembic/util/a.py:9 imports g"]


def test_a_swallowed_error_is_seen(build: Any) -> None:
    text = "try:\n    f()\nexcept OSError:\n    pass\nexcept ValueError:\n    g()\n"

    assert swallowed_errors(build({"util/a.py": text})) == ["alembic/util/a.py:3"]
