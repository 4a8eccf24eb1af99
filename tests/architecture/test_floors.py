"""Imports run downwards, and never in a circle."""

from __future__ import annotations

from typing import Any

FLOORS = {
    "testing": 9,
    "config": 8,
    "op": 8,
    "context": 8,
    "environment": 8,
    "migration": 8,
    "__main__": 8,
    "cli": 7,
    "command": 6,
    "ext": 6,
    "autogenerate": 5,
    "runtime": 4,
    "script": 3,
    "settings": 2,
    "operations": 2,
    "ddl": 2,
    "graph": 1,
    "reports": 1,
    "util": 1,
    # The package itself holds the version, which everyone may read.
    "": 0,
}

DOORS = {room for room, floor in FLOORS.items() if floor == 8}

# The exclude constraint is an operation that people know under the dialect's name.
EXCEPTIONS = {("alembic.ddl.postgresql", "alembic.operations.exclude")}


def upward_imports(house: Any) -> list[str]:
    """Return a sentence for each import that does not lead down."""
    rooms = {file.module: file.room for file in house}
    wrong = [
        f"{file.path} belongs to no floor" for file in house if file.room not in FLOORS
    ]
    for each in house.imports_inside():
        above, below = rooms[each.importer], rooms[each.module]
        if not {above, below} <= FLOORS.keys() or _is_allowed(each, above, below):
            continue
        wrong.append(
            f"{each.importer}:{each.line} ({above}, floor {FLOORS[above]}) imports"
            f" {each.module} ({below}, floor {FLOORS[below]})"
        )
    return wrong


def _is_allowed(each: Any, above: str, below: str) -> bool:
    if above == below or FLOORS[below] < FLOORS[above]:
        return True
    if below == "util" and FLOORS[above] == FLOORS["util"]:
        return True
    if {above, below} <= DOORS:
        return True
    return (each.importer, each.module) in EXCEPTIONS


def circles(house: Any) -> list[list[str]]:
    """Return the groups of files that import each other, however they do it."""
    edges: dict[str, set[str]] = {file.module: set() for file in house}
    for each in house.imports_inside():
        if each.module != each.importer:
            edges[each.importer].add(each.module)
    return [sorted(group) for group in _knots(edges) if len(group) > 1]


def _knots(edges: dict[str, set[str]]) -> list[set[str]]:
    """Return the strongly connected groups (Kosaraju: two walks, one backwards)."""
    order: list[str] = []
    _walk(edges, edges, order.append)
    backwards: dict[str, set[str]] = {name: set() for name in edges}
    for name, targets in edges.items():
        for target in targets:
            backwards[target].add(name)
    groups: list[set[str]] = []
    seen: set[str] = set()
    for name in reversed(order):
        found: list[str] = []
        _walk({name: ()}, backwards, found.append, seen)
        groups.append(set(found))
    return groups


def _walk(starts: Any, edges: Any, leave: Any, seen: Any = None) -> None:
    """Walk in depth from each start and call ``leave`` where nothing is left below."""
    seen = set() if seen is None else seen
    for start in starts:
        stack = [] if start in seen else [(start, iter(edges[start]))]
        seen.add(start)
        while stack:
            name, targets = stack[-1]
            fresh = next((t for t in targets if t not in seen), None)
            if fresh is None:
                leave(name)
                stack.pop()
            else:
                seen.add(fresh)
                stack.append((fresh, iter(edges[fresh])))


def test_every_import_leads_to_a_floor_below(house: Any) -> None:
    assert upward_imports(house) == []


def test_no_files_import_each_other(house: Any) -> None:
    assert circles(house) == []


def test_an_import_from_above_is_seen(build: Any) -> None:
    house = build({"graph/a.py": "from ..script.b import c\n", "script/b.py": "c = 1"})

    assert upward_imports(house) == [
        "alembic.graph.a:1 (graph, floor 1) imports alembic.script.b (script, floor 3)"
    ]


def test_neighbours_on_one_floor_do_not_meet(build: Any) -> None:
    house = build(
        {
            "operations/a.py": "if TYPE_CHECKING:\n    from ..ddl import b\n",
            "ddl/b.py": "from ..util import c\n",
            "util/c.py": "",
        }
    )

    (wrong,) = upward_imports(house)
    assert "alembic.operations.a:2" in wrong


def test_a_file_without_a_floor_is_seen(build: Any) -> None:
    assert upward_imports(build({"attic/a.py": ""})) == [
        "alembic/attic/__init__.py belongs to no floor",
        "alembic/attic/a.py belongs to no floor",
    ]


def test_a_circle_is_seen_through_types_and_functions(build: Any) -> None:
    house = build(
        {
            "util/a.py": "from . import b\n",
            "util/b.py": "if TYPE_CHECKING:\n    from .c import x\n",
            "util/c.py": "def f():\n    import alembic.util.a\n",
            "util/d.py": "from .a import y\n",
        }
    )

    assert circles(house) == [["alembic.util.a", "alembic.util.b", "alembic.util.c"]]
