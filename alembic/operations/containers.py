"""Operations that hold operations: what autogenerate makes of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator, Sequence, TypeVar

from ..util.several import is_listed
from .core import MigrateOperation

if TYPE_CHECKING:
    import os

_Ops = TypeVar("_Ops", "UpgradeOps", "DowngradeOps")

_NONE: set[str] = set()


class OpContainer(MigrateOperation):
    """A sequence of operations.

    :param ops: the operations, in the order in which they are to happen
    """

    def __init__(self, ops: Sequence[MigrateOperation] = ()) -> None:
        self.ops = list(ops)

    def is_empty(self) -> bool:
        """Return True when there is no operation inside."""
        return not self.ops

    def as_diffs(self) -> Any:
        """Return the differences that the operations stand for, as a flat list."""
        return list(_diffs(self))


class ModifyTableOps(OpContainer):
    """The operations on one table that exists before and after.

    :param table_name: the table
    :param ops: the operations
    :param schema: the table's schema; None for the default one
    """

    def __init__(
        self,
        table_name: str,
        ops: Sequence[MigrateOperation],
        *,
        schema: str | None = None,
    ) -> None:
        super().__init__(ops)
        self.table_name = table_name
        self.schema = schema

    def reverse(self) -> ModifyTableOps:
        """Return the reverse operations in reverse order."""
        return ModifyTableOps(self.table_name, ops=_reversed(self), schema=self.schema)


class UpgradeOps(OpContainer):
    """The operations of one ``upgrade()`` function.

    :param ops: the operations
    :param upgrade_token: the variable of the template that they are written to
    """

    def __init__(
        self,
        ops: Sequence[MigrateOperation] = (),
        upgrade_token: str = "upgrades",
    ) -> None:
        super().__init__(ops)
        self.upgrade_token = upgrade_token

    def reverse_into(self, downgrade_ops: DowngradeOps) -> DowngradeOps:
        """Fill the container given with the way back, and return it.

        :param downgrade_ops: what it held is forgotten
        """
        downgrade_ops.ops[:] = _reversed(self)
        return downgrade_ops

    def reverse(self) -> DowngradeOps:
        """Return the way back."""
        return self.reverse_into(DowngradeOps())


class DowngradeOps(OpContainer):
    """The operations of one ``downgrade()`` function.

    :param ops: the operations
    :param downgrade_token: the variable of the template that they are written to
    """

    def __init__(
        self,
        ops: Sequence[MigrateOperation] = (),
        downgrade_token: str = "downgrades",
    ) -> None:
        super().__init__(ops)
        self.downgrade_token = downgrade_token

    def reverse(self) -> UpgradeOps:
        """Return the way forth."""
        return UpgradeOps(_reversed(self))


class MigrationScript(MigrateOperation):
    """A revision file that is about to be written.

    A ``process_revision_directives`` hook may change every attribute.

    :param rev_id: identifier of the revision; None: one is made
    :param upgrade_ops: what ``upgrade()`` does, or a list with one for each database
    :param downgrade_ops: what ``downgrade()`` does, or such a list
    :param message: the message
    :param imports: import statements that the operations need
    :param head: the revision that this one follows
    :param splice: True: ``head`` need not be a head
    :param branch_label: labels of the branch that begins here
    :param version_path: the folder of the file
    :param depends_on: revisions that this one needs
    """

    def __init__(
        self,
        rev_id: str | None,
        upgrade_ops: UpgradeOps | list[UpgradeOps],
        downgrade_ops: DowngradeOps | list[DowngradeOps],
        *,
        message: str | None = None,
        imports: set[str] = _NONE,
        head: str | None = None,
        splice: bool | None = None,
        branch_label: str | Sequence[str] | None = None,
        version_path: str | os.PathLike[str] | None = None,
        depends_on: str | Sequence[str] | None = None,
    ) -> None:
        self.rev_id = rev_id
        self.message = message
        # Hooks add to it: each script has a set of its own.
        self.imports: set[str] = set() if imports is _NONE else imports
        self.head = head
        self.splice = splice
        self.branch_label = branch_label
        self.version_path = version_path
        self.depends_on = depends_on
        self.upgrade_ops = upgrade_ops
        self.downgrade_ops = downgrade_ops

    @property
    def upgrade_ops(self) -> UpgradeOps | None:
        """What ``upgrade()`` does; set it with one container or with a list.

        :raises ValueError: when read while there are several
        """
        return _only(self._upgrade_ops, "UpgradeOps", "upgrade_ops_list")

    @upgrade_ops.setter
    def upgrade_ops(self, value: UpgradeOps | list[UpgradeOps]) -> None:
        self._upgrade_ops = _checked(value, UpgradeOps)

    @property
    def downgrade_ops(self) -> DowngradeOps | None:
        """What ``downgrade()`` does; set it with one container or with a list.

        :raises ValueError: when read while there are several
        """
        return _only(self._downgrade_ops, "DowngradeOps", "downgrade_ops_list")

    @downgrade_ops.setter
    def downgrade_ops(self, value: DowngradeOps | list[DowngradeOps]) -> None:
        self._downgrade_ops = _checked(value, DowngradeOps)

    @property
    def upgrade_ops_list(self) -> list[UpgradeOps]:
        """Every ``UpgradeOps``; several databases have one each."""
        return self._upgrade_ops

    @property
    def downgrade_ops_list(self) -> list[DowngradeOps]:
        """Every ``DowngradeOps``; several databases have one each."""
        return self._downgrade_ops


def _checked(value: Any, cls: type[_Ops]) -> list[_Ops]:
    found: list[Any] = list(value) if is_listed(value) else [value]
    for item in found:
        if not isinstance(item, cls):
            raise TypeError(f"{cls.__name__} expected, not {item!r}")
    return found


def _only(found: list[_Ops], kind: str, attribute: str) -> _Ops | None:
    if len(found) > 1:
        raise ValueError(
            f"This MigrationScript instance has a multiple-entry list for {kind}; "
            f"please use the {attribute} attribute."
        )
    return found[0] if found else None


def _reversed(container: OpContainer) -> list[MigrateOperation]:
    return [operation.reverse() for operation in reversed(container.ops)]


def _diffs(container: OpContainer) -> Iterator[Any]:
    for operation in container.ops:
        if isinstance(operation, OpContainer):
            yield from _diffs(operation)
        else:
            yield operation.to_diff_tuple()
