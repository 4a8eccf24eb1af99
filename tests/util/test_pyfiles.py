"""Load a Python file; fill a template."""

from __future__ import annotations

import py_compile
import sys
from pathlib import Path

import pytest

from alembic.util import pyfiles
from alembic.util.exc import CommandError


def test_a_file_becomes_a_module_named_after_it(tmp_path: Path) -> None:
    (tmp_path / "my-env.py").write_text("x = 1\nname = __name__\n")
    module = pyfiles.load_python_file(tmp_path, "my-env.py")

    assert (module.x, module.name) == (1, "my_env_py")
    assert module.__file__ == str(tmp_path / "my-env.py")
    assert "my_env_py" not in sys.modules


def test_each_load_executes_the_file_anew(tmp_path: Path) -> None:
    (tmp_path / "env.py").write_text("x = []\n")
    first = pyfiles.load_python_file(tmp_path, "env.py")
    second = pyfiles.load_python_file(tmp_path, "env.py")

    assert first.x is not second.x


@pytest.mark.parametrize("beside", [True, False])
def test_the_compiled_file_stands_in_for_a_missing_source(
    tmp_path: Path, beside: bool
) -> None:
    source = tmp_path / "env.py"
    source.write_text("x = 7\n")
    target = str(tmp_path / "env.pyc") if beside else None
    compiled = py_compile.compile(str(source), cfile=target, doraise=True)
    source.unlink()

    assert pyfiles.pyc_file_from_path(source) == Path(str(compiled))
    assert pyfiles.load_python_file(tmp_path, "env.py").x == 7


def test_a_compiled_file_can_be_named_itself(tmp_path: Path) -> None:
    source = tmp_path / "env.py"
    source.write_text("x = 7\n")
    py_compile.compile(str(source), cfile=str(tmp_path / "env.pyc"), doraise=True)

    assert pyfiles.load_python_file(tmp_path, "env.pyc").x == 7


def test_a_file_that_is_not_there_is_an_import_error(tmp_path: Path) -> None:
    assert pyfiles.pyc_file_from_path(tmp_path / "no.py") is None
    with pytest.raises(ImportError) as caught:
        pyfiles.load_python_file(tmp_path, "no.py")

    assert str(caught.value) == f"Can't find Python file {tmp_path / 'no.py'}"


def test_a_file_of_another_kind_is_an_import_error(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("")
    with pytest.raises(ImportError, match="Can't load"):
        pyfiles.load_python_file(tmp_path, "x.txt")


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "resourceful" / "inner").mkdir(parents=True)
    (tmp_path / "resourceful" / "__init__.py").write_text("raise SystemError('run')")
    (tmp_path / "single_module.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_a_package_resource_becomes_a_path_without_running_it(packages: Path) -> None:
    found = pyfiles.coerce_resource_to_filename("resourceful:inner:x.py")

    assert found == packages / "resourceful" / "inner" / "x.py"


def test_a_package_that_is_loaded_is_asked_itself() -> None:
    folder = pyfiles.coerce_resource_to_filename("alembic:templates")

    assert folder.parent == Path(pyfiles.__file__).parent.parent


@pytest.mark.parametrize("name", ["folder/file", "/abs:olute", "plain"])
def test_a_path_stays_a_path(name: str) -> None:
    assert pyfiles.coerce_resource_to_filename(name) == Path(name)


@pytest.mark.parametrize(
    "name", ["nosuch:x", "nosuch.sub:x", "single_module:x", ":x", "single_module.y:x"]
)
def test_a_package_that_is_not_there_is_named(packages: Path, name: str) -> None:
    with pytest.raises(CommandError, match="Can't find the Python package") as caught:
        pyfiles.coerce_resource_to_filename(name)

    assert repr(name) in str(caught.value)


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "t.mako"
    path.write_text("hello ${name}\n", encoding="utf-8")
    return path


def test_a_template_is_filled_and_encoded(template: Path, tmp_path: Path) -> None:
    pyfiles.template_to_file(template, tmp_path / "out", "latin-1", name="é")

    assert (tmp_path / "out").read_bytes() == b"hello \xe9\n"


def test_a_filled_template_can_be_appended(template: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"first\n")
    pyfiles.template_to_file(
        template, tmp_path / "out", "utf-8", append_with_newlines=True, name="x"
    )

    assert (tmp_path / "out").read_bytes() == b"first\n\n\nhello x\n"


@pytest.mark.parametrize("text", ["${nothing.here}", "${", "% if x:\n"])
def test_a_template_that_fails_leaves_a_trace_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    (tmp_path / "traces").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "traces"))
    (tmp_path / "t.mako").write_text(text)
    with pytest.raises(CommandError) as caught:
        pyfiles.template_to_file(tmp_path / "t.mako", tmp_path / "out", "utf-8")

    (trace,) = (tmp_path / "traces").iterdir()
    assert str(caught.value) == (
        f"Template rendering failed; see {trace} for a template-oriented traceback."
    )
    assert "t.mako" in trace.read_text(encoding="utf-8")
    assert not (tmp_path / "out").exists()


def test_a_text_that_the_encoding_lacks_leaves_no_file(
    template: Path, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="Template rendering failed"):
        pyfiles.template_to_file(template, tmp_path / "out", "ascii", name="é")

    assert not (tmp_path / "out").exists()
