"""The decorator that publishes an operation as a directive of ``op``."""

from __future__ import annotations

import inspect
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any, Callable, TypeVar

from .base import BatchOperations, Operations
from .core import apply_operation

if TYPE_CHECKING:
    from .core import MigrateOperation

_Op = TypeVar("_Op", bound="MigrateOperation")

_KEYWORDS = Parameter.VAR_KEYWORD
_IN_BATCH_NOTE = "Inside a batch block the table is that of the block."


def directive(
    name: str,
    *,
    takes: str | None = None,
    in_batch: str | None = None,
    unlisted_in_batch: str = "",
) -> Callable[[type[_Op]], type[_Op]]:
    """Publish an operation class as ``op.<name>``, and as ``batch_op.<name>``.

    The function behind it is the class method ``<name>`` of the class; where there
    is none it is made from the constructor.  Likewise ``batch_<name>`` for batch
    blocks, which give the operation the block's table and schema.  The docstring
    is that of the class unless the class method has one.  When the class has an
    ``apply`` of its own, it becomes the implementation::

        @directive("rename_table")
        class RenameTableOp(AlterTableOp):
            \"\"\"Rename a table.\"\"\"

            def __init__(self, old_table_name, new_table_name, *, schema=None): ...

            def apply(self, target): ...

    :param name: the directive's name
    :param takes: the parameters of the constructor that the directive has, such as
        ``"table_name, columns, **kw"``; by default all that have public names
    :param in_batch: the same for the batch form; None: no batch form is made
    :param unlisted_in_batch: further ones that the batch form takes, but leaves out of
        its signature, which is that of Alembic 1.20
    """

    def publish(cls: type[_Op]) -> type[_Op]:
        if name not in vars(cls):
            _make_function(cls, name, takes)
        _inherit_docstring(cls, name)
        Operations.register_operation(name)(cls)
        batch_name = f"batch_{name}"
        if in_batch is not None:
            _make_batch_function(cls, name, in_batch, unlisted_in_batch)
        if batch_name in vars(cls):
            _inherit_docstring(cls, batch_name, _IN_BATCH_NOTE)
            BatchOperations.register_operation(name, batch_name)(cls)
        if "apply" in vars(cls):
            Operations.implementation_for(cls)(apply_operation)
        return cls

    return publish


def _make_function(cls: type[MigrateOperation], name: str, takes: str | None) -> None:
    """Give a class the class method ``name``: construct, then invoke."""
    signature = _chosen_signature(cls, takes)

    def function(klass: Any, operations: Any, *args: Any, **kw: Any) -> Any:
        return operations.invoke(klass(**_bound(name, signature, args, kw)))

    _install(cls, name, function, signature, "Operations")


def _make_batch_function(
    cls: type[MigrateOperation], name: str, takes: str, unlisted: str
) -> None:
    """Give a class the class method ``batch_<name>``, which knows the table."""
    signature = _chosen_signature(cls, takes)
    accepted = _chosen_signature(cls, f"{takes}, {unlisted}")

    of_block = {"table_name", "schema"} & set(inspect.signature(cls).parameters)

    def function(klass: Any, operations: Any, *args: Any, **kw: Any) -> Any:
        given = _bound(name, accepted, args, kw)
        block = {each: getattr(operations.impl, each) for each in of_block}
        return operations.invoke(klass(**block, **given))

    function.unlisted = [  # type: ignore[attr-defined]
        each for each in accepted.parameters.values() if each.name in unlisted.split()
    ]
    _install(cls, f"batch_{name}", function, signature, "BatchOperations")


def _install(
    cls: type[MigrateOperation],
    name: str,
    function: Callable[..., Any],
    signature: Signature,
    operations: str,
) -> None:
    function.__name__ = name
    function.__qualname__ = f"{cls.__qualname__}.{name}"
    function.__module__ = cls.__module__
    function.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[
            Parameter("cls", Parameter.POSITIONAL_OR_KEYWORD),
            Parameter(
                "operations",
                Parameter.POSITIONAL_OR_KEYWORD,
                annotation=operations,
            ),
            *signature.parameters.values(),
        ],
        return_annotation="None",
    )
    setattr(cls, name, classmethod(function))


def _chosen_signature(cls: type[MigrateOperation], takes: str | None) -> Signature:
    """Return the constructor's signature, reduced to the parameters asked for."""
    _, *parameters = inspect.signature(cls.__init__).parameters.values()
    if takes is None:
        chosen = [p for p in parameters if not p.name.startswith("_")]
    else:
        wanted = {word.strip().lstrip("*") for word in takes.split(",")}
        chosen = [p for p in parameters if p.name in wanted]
    return Signature(chosen)


def _bound(
    name: str, signature: Signature, args: tuple[Any, ...], kw: dict[str, Any]
) -> dict[str, Any]:
    """Return the arguments of a call by name, for a constructor.

    :raises TypeError: as a call of a function with that name and signature does
    """
    try:
        given = signature.bind(*args, **kw).arguments
    except TypeError as err:
        raise TypeError(f"{name}() {err}") from None
    for parameter in signature.parameters.values():
        if parameter.kind is _KEYWORDS and parameter.name in given:
            given.update(given.pop(parameter.name))
    return given


def _inherit_docstring(cls: type, name: str, note: str = "") -> None:
    """Give a class method without docstring that of its class."""
    function = vars(cls)[name].__func__
    if function.__doc__ is None and cls.__doc__:
        doc = inspect.cleandoc(cls.__doc__)
        function.__doc__ = f"{doc}\n\n{note}" if note else doc
