"""The dialects we bring, loaded when they are asked for."""

from __future__ import annotations

import functools
from importlib import import_module

from ..util.exc import CommandError
from .impl import DefaultImpl, _impls

_MODULES = {
    "mariadb": "mysql",
    "mssql": "mssql",
    "mysql": "mysql",
    "oracle": "oracle",
    "postgresql": "postgresql",
    "sqlite": "sqlite",
}


def _announce() -> None:
    """Tell the registry where our own classes are.

    Loading all of them would cost every command the time for all of them.
    """
    for dialect_name, module in _MODULES.items():
        load = functools.partial(import_module, f"{__package__}.{module}")
        _impls.loaders.setdefault(dialect_name, load)


_announce()


def impl_class(dialect_name: str) -> type[DefaultImpl]:
    """Return the class for a dialect; one of ours is loaded for it.

    :param dialect_name: ``dialect.name`` of SQLAlchemy, such as ``"postgresql"``
    :raises CommandError: when nobody registered a class for it
    """
    try:
        return _impls[dialect_name]
    except KeyError:
        raise CommandError(
            f"No migration support for the dialect {dialect_name!r}; a package that "
            "brings it defines a subclass of alembic.ddl.impl.DefaultImpl with "
            f"__dialect__ = {dialect_name!r}, and env.py imports that package."
        ) from None
