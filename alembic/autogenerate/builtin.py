"""The comparisons that we bring, in the order in which they run."""

from __future__ import annotations

import threading
from importlib import import_module

from alembic.runtime.plugins import Plugin, load_entry_points

from .compare import comments, constraints, schema, server_defaults, tables, types

_PLUGINS = (
    ("alembic.autogenerate.schemas", schema),
    ("alembic.autogenerate.tables", tables),
    ("alembic.autogenerate.types", types),
    ("alembic.autogenerate.constraints", constraints),
    ("alembic.autogenerate.defaults", server_defaults),
    ("alembic.autogenerate.comments", comments),
)
# Built upon this room, so it is named here instead of being imported.
_OPTIONAL = ("alembic.ext.checkconstraint_byname",)

_lock = threading.RLock()
_done: set[str] = set()


def set_up_plugins() -> None:
    """Register installed plugins and then our own, once in the life of the process.

    At equal priority those of others run first.
    """
    with _lock:
        load_entry_points()
        for name, module in _PLUGINS:
            _set_up(name, module)
        for name in _OPTIONAL:
            if name not in _done:
                _set_up(name, import_module(name))


def _set_up(name: str, module: object) -> None:
    if name not in _done:
        _done.add(name)
        Plugin.setup_plugin_from_module(module, name)  # type: ignore[arg-type]
