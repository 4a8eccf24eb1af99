"""What the architecture tests see: every file of a house, its imports and its names."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Import:
    """One name brought in by an import statement, wherever that stands."""

    importer: str
    """dotted name of the importing module"""
    module: str
    """dotted name of the imported module; a submodule where the name is one"""
    name: str | None
    """the name taken from it; nothing where the module itself is imported"""
    line: int
    function: str | None
    """the function it stands in; nothing at module level"""
    type_only: bool
    explained: bool
    """whether a comment stands beside or above it"""


@dataclass(frozen=True)
class SourceFile:
    """One file of the house."""

    path: str
    module: str
    is_package: bool
    text: str
    tree: ast.Module
    imports: tuple[Import, ...]

    @property
    def room(self) -> str:
        """The part of the house it belongs to: a package or a door."""
        parts = self.module.split(".")
        return parts[1] if len(parts) > 1 else ""

    def at(self, node: ast.AST) -> str:
        """Return the place of a node as ``path:line``."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


@dataclass(frozen=True)
class House:
    """All files below one package folder, by module name."""

    name: str
    files: Mapping[str, SourceFile]

    def __iter__(self) -> Iterator[SourceFile]:
        return iter(self.files.values())

    def imports_inside(self) -> Iterator[Import]:
        """Yield the imports of one file of the house by another."""
        for file in self:
            yield from (each for each in file.imports if each.module in self.files)


def read_house(folder: Path) -> House:
    """Read a package; what stands under ``templates`` belongs to its users."""
    paths = sorted([*folder.rglob("*.py"), *folder.rglob("*.pyi")])
    kept = [p for p in paths if "templates" not in p.relative_to(folder).parts]
    names = {_module_name(path, folder) for path in kept}
    files = [_read(path, folder, names) for path in kept]
    # A stub speaks for its module: its imports count as that module's.
    return House(folder.name, {_key(file): file for file in files})


def _key(file: SourceFile) -> str:
    return file.module + (":stub" if file.path.endswith(".pyi") else "")


def _module_name(path: Path, folder: Path) -> str:
    parts = [folder.name, *path.relative_to(folder).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _read(path: Path, folder: Path, names: set[str]) -> SourceFile:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    module = _module_name(path, folder)
    is_package = path.name == "__init__.py"
    reader = _ImportReader(module, is_package, text.splitlines(), names)
    reader.visit(tree)
    shown = path.relative_to(folder.parent).as_posix()
    return SourceFile(shown, module, is_package, text, tree, tuple(reader.found))


class _ImportReader(ast.NodeVisitor):
    """Walks one file and notes every imported name with where it stands."""

    def __init__(
        self, module: str, is_package: bool, lines: list[str], names: set[str]
    ) -> None:
        self.module = module
        self.is_package = is_package
        self.lines = lines
        self.names = names
        self.functions: list[str] = []
        self.type_only = 0
        self.found: list[Import] = []
        self.first_line_of_block: dict[int, int] = {}

    def visit_FunctionDef(self, node: Any) -> None:
        self.functions.append(node.name)
        self.generic_visit(node)
        self.functions.pop()

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_If(self, node: ast.If) -> None:
        only = "TYPE_CHECKING" in ast.dump(node.test)
        self.type_only += only
        for each in node.body:
            self.visit(each)
        self.type_only -= only
        for each in node.orelse:
            self.visit(each)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._note(node, alias.name, None)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        base = self._base(node)
        for alias in node.names:
            whole = f"{base}.{alias.name}"
            if whole in self.names:
                self._note(node, whole, None)
            else:
                self._note(node, base, alias.name)

    def _base(self, node: ast.ImportFrom) -> str:
        """Return the absolute name of the module that is imported from."""
        if not node.level:
            return node.module or ""
        parts = self.module.split(".")
        kept = parts[: len(parts) - node.level + self.is_package]
        return ".".join([*kept, *([node.module] if node.module else [])])

    def _note(self, node: ast.stmt, module: str, name: str | None) -> None:
        self.found.append(
            Import(
                self.module,
                module,
                name,
                node.lineno,
                ".".join(self.functions) or None,
                bool(self.type_only),
                self._explained(node),
            )
        )

    def _explained(self, node: ast.stmt) -> bool:
        """Say whether the import, or the block of imports it is in, has a comment."""
        begin, end = node.lineno, node.end_lineno or node.lineno
        if any("#" in line for line in self.lines[begin - 1 : end]):
            return True
        above = self.first_line_of_block.get(begin - 1, begin) - 1
        self.first_line_of_block[end] = above + 1
        return above > 0 and self.lines[above - 1].lstrip().startswith("#")


@pytest.fixture(scope="session")
def house() -> House:
    """The package as it stands in this checkout."""
    return read_house(PROJECT / "alembic")


@pytest.fixture
def build(tmp_path: Path) -> Callable[[Mapping[str, str]], House]:
    """Return a function that writes a house of given files, to see a rule fail."""

    def build(texts: Mapping[str, str]) -> House:
        folder = tmp_path / "alembic"
        for name, text in texts.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            for parent in path.relative_to(folder).parents:
                (folder / parent / "__init__.py").touch()
        return read_house(folder)

    return build


@pytest.fixture(scope="session")
def project_folder() -> Path:
    """The root of this checkout."""
    return PROJECT
