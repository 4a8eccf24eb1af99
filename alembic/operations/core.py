"""``MigrateOperation``, from which every operation derives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..util.langhelpers import memoized_property

if TYPE_CHECKING:
    from .ports import Target


class MigrateOperation:
    """One thing to do to a database, as an object.

    Operations are what ``op.*`` functions make and run, and what autogenerate
    compares, reorders and writes down.  To add one's own, derive from this class,
    give it ``apply`` or a function registered with
    ``Operations.implementation_for``, and publish it with
    ``Operations.register_operation``.
    """

    @memoized_property
    def info(self) -> dict[Any, Any]:
        """A dictionary for whoever passes the operation on; empty at first."""
        return {}

    def reverse(self) -> MigrateOperation:
        """Return the operation that takes this one back.

        :raises NotImplementedError: where there is no such operation
        """
        raise NotImplementedError(f"{type(self).__name__} has no reverse operation")

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Return the operation as ``compare_metadata()`` reports it.

        :raises NotImplementedError: for operations that no comparison finds
        """
        raise NotImplementedError(f"{type(self).__name__} is no difference")

    def apply(self, target: Target) -> Any:
        """Carry the operation out.

        :param target: the ``Operations`` or ``BatchOperations`` that was asked
        """
        raise NotImplementedError(f"{type(self).__name__} says not how to apply it")


class AlterTableOp(MigrateOperation):
    """The base of operations that change one table.

    :param table_name: the table's name, without its schema
    :param schema: the table's schema; None for the default one
    """

    def __init__(self, table_name: str, *, schema: str | None = None) -> None:
        self.table_name = table_name
        self.schema = schema


def apply_operation(target: Target, operation: MigrateOperation) -> Any:
    """Run an operation by its own ``apply``: the implementation of built-in ones."""
    return operation.apply(target)


def given(**options: Any) -> dict[str, Any]:
    """Return the options that are not None, for methods that may not know them."""
    return {name: value for name, value in options.items() if value is not None}
