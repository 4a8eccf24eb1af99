"""Who renders what: one function for each class of operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, TypeVar

from ...util.dispatch import Dispatcher

if TYPE_CHECKING:
    from ...operations.core import MigrateOperation
    from ..context import AutogenContext

_F = TypeVar("_F", bound=Callable[..., Any])

#: Python allowed no more arguments in a call before 3.7; tools still stumble.
MAX_PYTHON_ARGS = 255

#: The functions that come with this package.
default_renderers = Dispatcher()

#: The functions in use, ``(autogen_context, operation) -> str or list of str``.
#: Add one for an operation of one's own; with ``replace=True`` for one of ours.
renderers = Dispatcher()

#: The functions for constraints inside of ``create_table``.
_constraint_renderers = Dispatcher()


def renders(operation: type[MigrateOperation]) -> Callable[[_F], _F]:
    """Return a decorator: the function renders a class of operations."""

    def register(function: _F) -> _F:
        default_renderers.dispatch_for(operation)(function)
        renderers.dispatch_for(operation)(function)
        return function

    return register


def render_op(autogen_context: AutogenContext, op: MigrateOperation) -> list[str]:
    """Return an operation as Python: its directives, and lines around them.

    :param autogen_context: prefixes, ``render_item``, and the imports to add to
    :param op: any operation with a registered function
    :raises ValueError: no function is registered for it
    """
    found = renderers.dispatch(op)(autogen_context, op)
    if found is None:
        return []
    return [found] if isinstance(found, str) else list(found)


def render_op_text(autogen_context: AutogenContext, op: MigrateOperation) -> str:
    """Return an operation as Python, its lines joined.

    :param autogen_context: prefixes, ``render_item``, and the imports to add to
    :param op: any operation with a registered function
    :raises ValueError: no function is registered for it
    """
    return "\n".join(render_op(autogen_context, op))
