"""Keep Python from looking for garbage while many lasting objects are made."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import Generator


@contextmanager
def without_collecting() -> Generator[None, None, None]:
    """Pause the collector of cyclic garbage for the block.

    It runs each time some hundred objects were made, and looks at all of them again;
    where thousands are made and none is dropped, that is a third of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def spare_what_is_loaded() -> None:
    """Exempt all that exists now from collection, until the process ends.

    For a process of our own only: in a program that calls us, what is garbage by now
    would stay. Modules and classes are never garbage, yet at the end the interpreter
    looks at each of them, and SQLAlchemy has so many that it takes a tenth of the time
    of a command.
    """
    freeze = getattr(gc, "freeze", None)  # PyPy has none, and no need of it
    if freeze is not None:
        freeze()
