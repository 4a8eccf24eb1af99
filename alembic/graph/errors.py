"""What can be wrong with a graph of revisions, or with a question put to it."""

from __future__ import annotations

from typing import ClassVar, Sequence, Tuple, Union

RevisionIds = Union[str, Tuple[str, ...], Sequence[str], None]


class RevisionError(Exception):
    """Something about the revisions makes the request impossible."""


class RangeNotAncestorError(RevisionError):
    """The lower end of a range does not lie below its upper end."""

    def __init__(self, lower: RevisionIds, upper: RevisionIds) -> None:
        self.lower = lower
        self.upper = upper
        super().__init__(
            f"Revision {lower or 'base'} is not an ancestor of revision "
            f"{upper or 'base'}"
        )


class MultipleHeads(RevisionError):
    """One head was asked for where there are several."""

    def __init__(self, heads: Sequence[str], argument: str | None) -> None:
        self.heads = heads
        self.argument = argument
        super().__init__(
            f"Multiple heads are present for given argument '{argument}'; "
            + ", ".join(heads)
        )


class ResolutionError(RevisionError):
    """A revision, prefix or branch label that stands for nothing known."""

    def __init__(self, message: str, argument: str) -> None:
        super().__init__(message)
        self.argument = argument


class MissingRevision(RevisionError):
    """A revision file refers to a revision that no file defines.

    :param revision: the identifier of the file that refers.
    :param missing: the identifier, or label, that is not there.
    :param variable: the name in the file that refers, ``down_revision`` or
     ``depends_on``.
    """

    def __init__(self, revision: str, missing: str, variable: str) -> None:
        self.revision = revision
        self.missing = missing
        self.variable = variable
        super().__init__(
            f"Revision {revision!r} names {missing!r} in its {variable}, but no "
            f"revision {missing!r} is present; restore the missing revision file "
            f"or correct {variable} of revision {revision!r}"
        )


class CycleDetected(RevisionError):
    """Revisions follow each other in a circle."""

    kind: ClassVar[str] = "Cycle"

    def __init__(self, revisions: Sequence[str]) -> None:
        self.revisions = revisions
        names = ", ".join(revisions)
        super().__init__(f"{self.kind} is detected in revisions ({names})")


class DependencyCycleDetected(CycleDetected):
    """Revisions depend on each other in a circle."""

    kind: ClassVar[str] = "Dependency cycle"


class LoopDetected(CycleDetected):
    """A revision follows itself."""

    kind: ClassVar[str] = "Self-loop"

    def __init__(self, revision: str) -> None:
        super().__init__([revision])


class DependencyLoopDetected(DependencyCycleDetected, LoopDetected):
    """A revision depends on itself."""

    kind: ClassVar[str] = "Dependency self-loop"

    def __init__(self, revision: Sequence[str]) -> None:
        names = [revision] if isinstance(revision, str) else list(revision)
        CycleDetected.__init__(self, names)
