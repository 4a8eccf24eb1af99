"""Database migrations for SQLAlchemy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

__version__ = "1.21.0"

_SUBMODULES = {
    "autogenerate": "alembic.autogenerate",
    "command": "alembic.command",
    "config": "alembic.config",
    "context": "alembic.context",
    "ddl": "alembic.ddl",
    "environment": "alembic.environment",
    "ext": "alembic.ext",
    "migration": "alembic.migration",
    "op": "alembic.op",
    "operations": "alembic.operations",
    "plugins": "alembic.runtime.plugins",
    "runtime": "alembic.runtime",
    "script": "alembic.script",
    "testing": "alembic.testing",
    "util": "alembic.util",
}


def __getattr__(name: str) -> ModuleType:
    """Load a public submodule when somebody first says ``alembic.<name>``."""
    target = _SUBMODULES.get(name)
    if target is None:
        raise AttributeError(f"module 'alembic' has no attribute {name!r}")
    # here, so that "import alembic" loads nothing it does not need
    from importlib import import_module

    module = import_module(target)
    globals()[name] = module
    return module
