"""Load a Python file; fill a template."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from alembic.util.exc import CommandError
from alembic.util.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


def template_to_file(
    template_file: str | os.PathLike[str],
    dest: str | os.PathLike[str],
    output_encoding: str,
    *,
    append_with_newlines: bool = False,
    **kw: Any,
) -> None:
    """Fill a Mako template and write the result; the file is written whole.

    :param template_file: the template
    :param dest: the file to write
    :param output_encoding: encoding of that file, for example ``utf-8``
    :param append_with_newlines: keep what the file holds, add two line feeds, then the
        text
    :param kw: the template's variables
    :raises CommandError: the template cannot be filled; a trace of it is in a file that
        the message names
    """
    data = render_template(template_file, output_encoding, **kw)
    if append_with_newlines:
        with open(dest, "rb") as existing:
            data = existing.read() + b"\n\n" + data
    write_whole(dest, data, overwrite=True)


def render_template(
    template_file: str | os.PathLike[str], output_encoding: str, **kw: Any
) -> bytes:
    """Return a filled Mako template, encoded.

    :raises CommandError: as :func:`template_to_file`
    """
    # here, because Mako is loaded only by the commands that write files
    from mako import exceptions
    from mako.template import Template

    try:
        template = Template(filename=os.fspath(template_file))
        filled = template.render_unicode(**kw).encode(output_encoding)
    except Exception:  # noqa: BLE001 - a template may raise anything
        kept = _write_trace(exceptions.text_error_template().render())
        raise CommandError(
            f"Template rendering failed; see {kept} for a template-oriented traceback."
        ) from None
    return filled


def _write_trace(trace: str) -> str:
    # here, because it is needed only when something has gone wrong
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile(
        "w", suffix=".txt", delete=False, encoding="utf-8", errors="backslashreplace"
    ) as kept:
        kept.write(trace)
    return kept.name


def coerce_resource_to_filename(fname_or_resource: str) -> Path:
    """Return the path that a setting names.

    :param fname_or_resource: a path, or ``package:folder:file`` for what lies inside a
        Python package
    :raises CommandError: there is no such package
    """
    # here, because light commands get along with plain strings
    from pathlib import Path

    if os.path.isabs(fname_or_resource) or ":" not in fname_or_resource:
        return Path(fname_or_resource)
    package, *inside = fname_or_resource.split(":")
    return Path(_package_folder(package, fname_or_resource), *inside)


def _package_folder(package: str, resource: str) -> str:
    loaded = sys.modules.get(package)
    if loaded is not None and getattr(loaded, "__path__", None):
        return str(next(iter(loaded.__path__)))
    # here, because resources of packages are rare and this import is slow
    from importlib.util import find_spec

    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        spec = None
    if spec is None or not spec.submodule_search_locations:
        raise CommandError(
            f"Can't find the Python package {package!r} that {resource!r} names; "
            "please check the name, and prepend_sys_path if it is not installed."
        )
    return str(next(iter(spec.submodule_search_locations)))


def pyc_file_from_path(path: str | os.PathLike[str]) -> Path | None:
    """Return the compiled file of a Python source file, or None.

    :param path: the source file, which need not exist
    :returns: the file in ``__pycache__`` (PEP 3147), else one beside the source
    """
    # here, because only projects without sources ask for compiled files
    from importlib.machinery import BYTECODE_SUFFIXES
    from importlib.util import cache_from_source
    from pathlib import Path

    cached = Path(cache_from_source(os.fspath(path)))
    beside = [Path(path).with_suffix(suffix) for suffix in BYTECODE_SUFFIXES]
    return next((one for one in (cached, *beside) if one.exists()), None)


def load_python_file(
    dir_: str | os.PathLike[str], filename: str | os.PathLike[str]
) -> ModuleType:
    """Execute a Python file and return it as a module.

    The module is named after the file and is not put into ``sys.modules``. Where the
    source is missing, its compiled file is executed.

    :param dir_: the folder
    :param filename: the file in it, ending in ``.py`` or in a compiled file's suffix
    :raises ImportError: there is neither
    """
    path = os.path.join(dir_, filename)
    name = os.fspath(filename)
    module_id = "".join(c if c.isalnum() or c == "_" else "_" for c in name)
    if not name.endswith(".py") or os.path.exists(path):
        return load_module_py(module_id, path)
    compiled = pyc_file_from_path(path)
    if compiled is None:
        raise ImportError(f"Can't find Python file {path}")
    return load_module_py(module_id, compiled)


def load_module_py(module_id: str, path: str | os.PathLike[str]) -> ModuleType:
    """Execute a source or compiled file as a module.

    :param module_id: the module's ``__name__``
    :param path: the file
    :raises ImportError: the file's suffix is that of no Python file
    """
    # here, because answers from revision files alone execute none of them
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location(module_id, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"Can't load {os.fspath(path)} as Python code")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
