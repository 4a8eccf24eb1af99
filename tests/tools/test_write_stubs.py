from __future__ import annotations

import ast
import builtins
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent

# The signatures are those that the newest supported SQLAlchemy gives; how the
# standard library shows them has not changed since Python 3.9.
pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 9), reason="Python 3.8 reads signatures otherwise"
)


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    """The program that writes the stubs."""
    spec = importlib.util.spec_from_file_location("stubs", HERE / "write_stubs.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_stubs_are_what_the_program_writes(writer: ModuleType) -> None:
    stale = [
        path.name
        for path, text in writer.stub_texts().items()
        if path.read_text(encoding="utf-8") != text
    ]

    assert not stale, "run: python tests/tools/write_stubs.py"


def test_a_stub_says_who_wrote_it(writer: ModuleType) -> None:
    for text in writer.stub_texts().values():
        assert "tests/tools/write_stubs.py" in text.splitlines()[0]


def test_every_name_in_a_stub_is_known_there(writer: ModuleType) -> None:
    for path, text in writer.stub_texts().items():
        tree = ast.parse(text)
        known = set(dir(builtins))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                known.update(alias.name for alias in node.names)
            elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                known.add(node.name)
            elif isinstance(node, ast.Assign):
                known.update(t.id for t in node.targets if isinstance(t, ast.Name))
        used = {
            node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }

        assert used <= known, path.name


def test_functions_of_a_module_have_no_self(writer: ModuleType) -> None:
    texts = {path.name: text for path, text in writer.stub_texts().items()}

    assert "    self,\n" not in texts["op.pyi"] + texts["context.pyi"]
    assert "def create_table(" in texts["op.pyi"]
    assert "config: Config" in texts["context.pyi"]
    assert texts["published.pyi"].count("class ") == 2


def test_what_several_types_return_is_overloaded(writer: ModuleType) -> None:
    texts = {path.name: text for path, text in writer.stub_texts().items()}

    assert texts["op.pyi"].count("@overload") == 3
    assert texts["context.pyi"].count("@overload") == 3
