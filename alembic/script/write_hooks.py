"""Run programs over a revision file that was just written, formatters mostly.

A hook that fails stops the command with a :class:`.CommandError`: a program by its
exit status, a registered function by an exception. (Alembic 1.20 ignores the exit
status.) What then becomes of the file is told in :mod:`alembic.script.writer`.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
from typing import Any, Callable, Mapping, Sequence, TypeVar

from ..util.compat import importlib_metadata_get, is_posix
from ..util.exc import CommandError
from ..util.messaging import status

REVISION_SCRIPT_TOKEN = "REVISION_SCRIPT_FILENAME"
"""In the options of a hook, stands for the path of the new file."""

_Hook = Callable[..., Any]
_HookT = TypeVar("_HookT", bound=_Hook)

_registry: dict[str, _Hook] = {}


def register(name: str) -> Callable[[_HookT], _HookT]:
    """Make a function usable as the ``type`` of a post-write hook.

    The function takes the path of the new file and the mapping of the hook's options.
    ``env.py`` is a good place, with ``revision_environment`` switched on::

        @write_hooks.register("make_read_only")
        def make_read_only(filename, options):
            os.chmod(filename, 0o444)

    Interface of Alembic 1.20.
    """

    def remember(function: _HookT) -> _HookT:
        _registry[name] = function
        return function

    return remember


def run_hooks(
    path: str, hooks: Sequence[Mapping[str, str]], *, quiet: bool = False
) -> None:
    """Run hooks over a file, in order, announcing each one.

    :param path: the file.
    :param hooks: for each hook its options, among them ``_hook_name`` and ``type``.
    :raises CommandError: a hook is not configured rightly, or fails.
    """
    chosen = [(_name(hook), _function(hook), hook) for hook in hooks]
    for name, function, options in chosen:
        announcement = f"Running post write hook {name!r}"
        with status(announcement, newline=True, quiet=quiet):
            sys.stdout.flush()  # what the hook prints comes after the announcement
            _call(name, function, path, options)


def _call(name: str, function: _Hook, path: str, options: Mapping[str, str]) -> None:
    try:
        function(path, options)
    except CommandError:
        raise
    except (Exception, SystemExit) as error:
        raise CommandError(
            f"Post write hook {name!r} failed: {type(error).__name__}: {error}"
        ) from error


def _name(options: Mapping[str, str]) -> str:
    return options.get("_hook_name", "")


def _function(options: Mapping[str, str]) -> _Hook:
    name = _name(options)
    kind = options.get("type")
    if kind is None:
        raise CommandError(
            f"Key '{name}.type' (or 'type' in toml) is required for post write hook "
            f"{name!r}"
        )
    if kind not in _registry:
        raise CommandError(f"No formatter with name '{kind}' registered")
    return _registry[kind]


def _required(options: Mapping[str, str], key: str) -> str:
    value = options.get(key)
    if not value:
        name = _name(options)
        raise CommandError(f"Key {name}.{key} is required for post write hook {name!r}")
    return value


@register("console_scripts")
def console_scripts(
    path: str,
    options: dict[str, Any],
    ignore_output: bool = False,
    verify_version: tuple[int, ...] | None = None,
) -> None:
    """Run the console script that an installed package declares, in this Python.

    :param path: the new file.
    :param options: ``entrypoint`` names the script; ``options`` and ``cwd`` as in
        :func:`exec_`.
    :param ignore_output: throw away what the program prints.
    :param verify_version: the least ``__version__`` of the script's module.
    :raises CommandError: there is no such script, it is too old, or it fails.

    Interface of Alembic 1.20.
    """
    target = _console_script(_required(options, "entrypoint"))
    module_name, _, attribute = target.partition(":")
    if verify_version is not None:
        _verify_version(module_name, verify_version)
    code = f"import sys, {module_name}; sys.exit({module_name}.{attribute}())"
    _run([sys.executable, "-c", code], path, options, ignore_output)


@register("exec")
def exec_(path: str, options: dict[str, Any], ignore_output: bool = False) -> None:
    """Run a program.

    :param path: the new file.
    :param options: ``executable`` is the program, a path or found on ``PATH``;
        ``options`` its arguments as one string, where ``REVISION_SCRIPT_FILENAME``
        stands for ``path`` (which comes first if it is not mentioned); ``cwd`` the
        folder to run in.
    :param ignore_output: throw away what the program prints.
    :raises CommandError: the program cannot be run, or fails.

    Interface of Alembic 1.20.
    """
    _run([_required(options, "executable")], path, options, ignore_output)


@register("module")
def module(path: str, options: dict[str, Any], ignore_output: bool = False) -> None:
    """Run a module as ``python -m`` does, in this Python.

    :param path: the new file.
    :param options: ``module`` is its name; ``options`` and ``cwd`` as in :func:`exec_`.
    :param ignore_output: throw away what the module prints.
    :raises CommandError: there is no such module, or it fails.

    Interface of Alembic 1.20.
    """
    # rarely needed, and finding a submodule imports its parents
    from importlib.util import find_spec

    name = _required(options, "module")
    try:
        found = find_spec(name) is not None
    except (ImportError, ValueError):
        found = False
    if not found:
        raise CommandError(f"Could not find module {name}")
    _run([sys.executable, "-m", name], path, options, ignore_output)


def _console_script(name: str) -> str:
    """Return ``module:attribute`` of an installed console script."""
    for entry_point in importlib_metadata_get("console_scripts"):
        if entry_point.name == name:
            value: str = entry_point.value
            return value.partition("[")[0].replace(" ", "")
    raise CommandError(f"Could not find entrypoint console_scripts.{name}")


def _verify_version(module_name: str, least: tuple[int, ...]) -> None:
    # the module is the hook's own, known only now
    from importlib import import_module

    text = str(getattr(import_module(module_name), "__version__", ""))
    numbers = [piece for piece in text.split(".") if piece.isdigit()]
    if tuple(map(int, numbers)) < least:
        wanted = ".".join(map(str, least))
        raise CommandError(
            f"Post write hook needs {module_name} {wanted} or later, found "
            f"{text or 'no version'}"
        )


def _arguments(path: str, options: Mapping[str, Any]) -> list[str]:
    given = shlex.split(options.get("options", ""), posix=is_posix)
    if any(REVISION_SCRIPT_TOKEN in piece for piece in given):
        return [piece.replace(REVISION_SCRIPT_TOKEN, path) for piece in given]
    return [path, *given]


def _run(
    program: list[str], path: str, options: Mapping[str, Any], ignore_output: bool
) -> None:
    name = _name(options)
    output = subprocess.DEVNULL if ignore_output else None
    try:
        done = subprocess.run(
            [*program, *_arguments(path, options)],
            cwd=options.get("cwd"),
            stdout=output,
            stderr=output,
            check=False,
        )
    except (OSError, ValueError) as error:
        raise CommandError(f"Post write hook {name!r} can't be run: {error}") from error
    if done.returncode < 0:
        raise CommandError(
            f"Post write hook {name!r} was ended by signal {-done.returncode}"
        )
    if done.returncode:
        raise CommandError(
            f"Post write hook {name!r} failed with exit status {done.returncode}"
        )
