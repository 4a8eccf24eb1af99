"""Constraints and indexes in a form that can be compared, and the verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Sequence, Union

from sqlalchemy.schema import (
    CheckConstraint,
    Constraint,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)

from ..util import sqla_compat

if TYPE_CHECKING:
    from typing import Literal

    from typing_extensions import TypeGuard

CompareConstraintType = Union[Constraint, Index]


class ComparisonResult(NamedTuple):
    """What a comparison found, and why.

    Made by :meth:`Equal`, :meth:`Different` or :meth:`Skip`.
    """

    status: Literal["equal", "different", "skip"]
    message: str

    @property
    def is_equal(self) -> bool:
        """True when there is no difference."""
        return self.status == "equal"

    @property
    def is_different(self) -> bool:
        """True when there is a difference; the message names it."""
        return self.status == "different"

    @property
    def is_skip(self) -> bool:
        """True when the two cannot be compared; the message says why."""
        return self.status == "skip"

    @classmethod
    def Equal(cls) -> ComparisonResult:
        """Return the verdict "no difference"."""
        return cls("equal", "the two elements are equal")

    @classmethod
    def Different(cls, reason: str | Sequence[str]) -> ComparisonResult:
        """Return the verdict "different".

        :param reason: what differs; several reasons are joined by commas
        """
        return cls("different", _joined(reason))

    @classmethod
    def Skip(cls, reason: str | Sequence[str]) -> ComparisonResult:
        """Return the verdict "cannot be compared".

        :param reason: why; several reasons are joined by commas
        """
        return cls("skip", _joined(reason))


def _joined(reason: str | Sequence[str]) -> str:
    return reason if isinstance(reason, str) else ", ".join(reason)


class Signature:
    """A constraint or index with what makes it equal to another one.

    :param const: the constraint or index
    :ivar unnamed: everything that counts but the name, as a tuple
    """

    kind = ""

    def __init__(self, const: Any, unnamed: tuple[Any, ...]) -> None:
        self.const = const
        self.unnamed = unnamed

    @property
    def name(self) -> str | None:
        """The name, None where there is none."""
        return sqla_compat.constraint_name_or_none(self.const.name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Signature):
            return NotImplemented
        return self.kind == other.kind and self.unnamed == other.unnamed

    def __hash__(self) -> int:
        return hash((self.kind, self.unnamed))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r} {self.unnamed!r}>"


class UniqueSignature(Signature):
    """A unique constraint: its columns, in any order."""

    kind = "unique"

    def __init__(self, const: UniqueConstraint) -> None:
        self.column_names = tuple(sorted(column.name for column in const.columns))
        super().__init__(const, self.column_names)


class IndexSignature(Signature):
    """An index: whether it is unique, and its elements in their order.

    :param elements: names of columns and texts of expressions
    """

    kind = "index"

    def __init__(self, const: Index, elements: tuple[str, ...]) -> None:
        self.column_names = elements
        self.unique = bool(const.unique)
        super().__init__(const, (self.unique, elements))


class ForeignKeySignature(Signature):
    """A foreign key: both ends, and its options where the database reports them.

    :param include_options: compare ON UPDATE, ON DELETE and deferrability too
    """

    kind = "foreignkey"

    def __init__(self, const: ForeignKeyConstraint, include_options: bool) -> None:
        targets = [sqla_compat.resolved_target(element) for element in const.elements]
        self.source_schema = const.table.schema
        self.source_table = const.table.name
        self.source_columns = tuple(sqla_compat.columns_of(const))
        self.target_schema, self.target_table, _ = targets[0]
        self.target_columns = tuple(column for _, _, column in targets)
        super().__init__(
            const,
            (
                self.source_schema,
                self.source_table,
                self.source_columns,
                self.target_schema,
                self.target_table,
                self.target_columns,
                *(_foreign_key_options(const) if include_options else ()),
            ),
        )


def _foreign_key_options(const: ForeignKeyConstraint) -> tuple[Any, ...]:
    def action(given: str | None) -> str | None:
        plain = given.lower() if given else None
        return None if plain == "no action" else plain

    deferrability = "not deferrable"
    if const.initially and const.initially.lower() == "deferred":
        deferrability = "initially deferred"
    elif const.deferrable:
        deferrability = "deferrable"
    return action(const.onupdate), action(const.ondelete), deferrability


class CheckSignature(Signature):
    """A check constraint, of which the name alone is comparable."""

    kind = "check"

    def __init__(self, const: CheckConstraint) -> None:
        super().__init__(const, (sqla_compat.constraint_name_or_none(const.name),))


def is_index_sig(sig: Signature) -> TypeGuard[IndexSignature]:
    """Return True for the signature of an index."""
    return isinstance(sig, IndexSignature)


def is_uq_sig(sig: Signature) -> TypeGuard[UniqueSignature]:
    """Return True for the signature of a unique constraint."""
    return isinstance(sig, UniqueSignature)


def is_fk_sig(sig: Signature) -> TypeGuard[ForeignKeySignature]:
    """Return True for the signature of a foreign key."""
    return isinstance(sig, ForeignKeySignature)


def is_ck_sig(sig: Signature) -> TypeGuard[CheckSignature]:
    """Return True for the signature of a check constraint."""
    return isinstance(sig, CheckSignature)
