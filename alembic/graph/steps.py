"""What applying one revision, or a stamp, does to the rows of the version table.

Asked in this order - delete, create, merge, unmerge, else update - a step says
which rows go and which come.  The answers cost as much as the revision has parents,
however long the history is.

Interface of Alembic 1.20.
"""

from __future__ import annotations

from typing import AbstractSet, Any, Collection, Protocol

from .applied import AppliedRevisions
from .errors import RevisionError
from .info import MigrationInfo, RevisionLookup
from .node import names


class StepRevision(Protocol):
    """What a step asks of the revision that it applies."""

    revision: str
    down_revision: Any

    @property
    def module(self) -> Any: ...

    @property
    def doc(self) -> str | None: ...


class StepMap(RevisionLookup, Protocol):
    """What a step asks of the map that its revision belongs to."""

    @property
    def applied(self) -> AppliedRevisions: ...

    def parent_ids(self, id_: str) -> tuple[str, ...]: ...


class MigrationStep:
    """One step between two states of a database."""

    from_revisions_no_deps: tuple[str, ...]
    to_revisions_no_deps: tuple[str, ...]
    is_upgrade: bool
    migration_fn: Any

    @property
    def doc(self) -> str | None:
        """The message of the revision."""
        return None

    @property
    def name(self) -> str:
        """The name of the function that runs: ``upgrade``, ``downgrade``, …"""
        return str(self.migration_fn.__name__)

    @property
    def is_downgrade(self) -> bool:
        """True on the way down."""
        return not self.is_upgrade

    @property
    def short_log(self) -> str:
        """The step in a few words, without the message."""
        below = ", ".join(self.from_revisions_no_deps)
        above = ", ".join(self.to_revisions_no_deps)
        return f"{self.name} {below} -> {above}"

    def __str__(self) -> str:
        return f"{self.short_log}, {self.doc}" if self.doc else self.short_log

    @classmethod
    def upgrade_from_script(cls, revision_map: Any, script: Any) -> RevisionStep:
        """Return the step that applies a revision."""
        return RevisionStep(revision_map, script, True)

    @classmethod
    def downgrade_from_script(cls, revision_map: Any, script: Any) -> RevisionStep:
        """Return the step that takes a revision back."""
        return RevisionStep(revision_map, script, False)


class RevisionStep(MigrationStep):
    """The step that applies one revision, or takes it back.

    :param revision_map: the map that the revision belongs to.
    :param revision: the revision; its module has ``upgrade`` and ``downgrade``.
    :param is_upgrade: apply it (True) or take it back.
    """

    def __init__(
        self, revision_map: StepMap, revision: StepRevision, is_upgrade: bool
    ) -> None:
        self.revision_map = revision_map
        self.revision = revision
        self.is_upgrade = is_upgrade
        module = revision.module
        self.migration_fn = module.upgrade if is_upgrade else module.downgrade

    def __repr__(self) -> str:
        return f"RevisionStep({self.revision.revision!r}, is_upgrade={self.is_upgrade})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, RevisionStep)
            and other.revision == self.revision
            and other.is_upgrade == self.is_upgrade
        )

    @property
    def doc(self) -> str | None:
        """The message of the revision."""
        return self.revision.doc

    @property
    def info(self) -> MigrationInfo:
        """The step as callbacks see it."""
        return MigrationInfo(
            self.revision_map,
            self.is_upgrade,
            False,
            self.revision.revision,
            self._parents,
        )

    @property
    def _own(self) -> tuple[str, ...]:
        return (self.revision.revision,)

    @property
    def _parents(self) -> tuple[str, ...]:
        return self.revision_map.parent_ids(self.revision.revision)

    @property
    def from_revisions(self) -> tuple[str, ...]:
        """Where the step starts; dependencies included that nothing below has."""
        return self._parents if self.is_upgrade else self._own

    @property
    def to_revisions(self) -> tuple[str, ...]:
        """Where the step leads; dependencies included that nothing below has."""
        return self._own if self.is_upgrade else self._parents

    @property
    def from_revisions_no_deps(self) -> tuple[str, ...]:  # type: ignore[override]
        """Where the step starts, by ``down_revision`` alone."""
        return names(self.revision.down_revision) if self.is_upgrade else self._own

    @property
    def to_revisions_no_deps(self) -> tuple[str, ...]:  # type: ignore[override]
        """Where the step leads, by ``down_revision`` alone."""
        return self._own if self.is_upgrade else names(self.revision.down_revision)

    # -- rows --------------------------------------------------------------

    def should_delete_branch(self, heads: set[str]) -> bool:
        """Say whether the row goes and no other comes.

        So it is for a base, and where all parents stay applied without the row.
        """
        if self.is_upgrade or self.revision.revision not in heads:
            return False
        return not self._restored(heads)

    def should_create_branch(self, heads: set[str]) -> bool:
        """Say whether a row comes and none goes."""
        return self.is_upgrade and heads.isdisjoint(self._parents)

    def should_merge_branches(self, heads: set[str]) -> bool:
        """Say whether several rows go for this one."""
        return self.is_upgrade and len(self._replaced(heads)) > 1

    def should_unmerge_branches(self, heads: set[str]) -> bool:
        """Say whether several rows may come back for this one."""
        return self.is_downgrade and len(self._parents) > 1

    def _replaced(self, heads: AbstractSet[str]) -> list[str]:
        """Return the rows that this revision takes the place of."""
        return [parent for parent in self._parents if parent in heads]

    def _restored(self, heads: AbstractSet[str]) -> tuple[str, ...]:
        """Return the parents that become rows when this one goes."""
        applied = self.revision_map.applied
        applied.follow(heads)
        return applied.left_bare(self.revision.revision)

    @property
    def delete_version_num(self) -> str:
        """The row to delete."""
        return self.revision.revision

    @property
    def insert_version_num(self) -> str:
        """The row to insert."""
        return self.revision.revision

    def merge_branch_idents(self, heads: set[str]) -> tuple[list[str], str, str]:
        """Return the rows to delete, the one to change, and what it becomes."""
        replaced = self._replaced(heads)
        if not replaced:
            raise self._no_row(heads)
        return replaced[:-1], replaced[-1], self.revision.revision

    def unmerge_branch_idents(
        self, heads: set[str]
    ) -> tuple[str, str, tuple[str, ...]]:
        """Return the row to change, what it becomes, and the rows to insert."""
        restored = self._restored(heads)
        if not restored:
            raise self._no_row(heads)
        return self.revision.revision, restored[-1], restored[:-1]

    def update_version_num(self, heads: set[str]) -> tuple[str, str]:
        """Return the row to change and what it becomes."""
        parents: Collection[str] = self._parents
        if len(parents) > 1:
            found = self._replaced(heads) if self.is_upgrade else self._restored(heads)
            parents = found
        if len(parents) != 1:
            raise self._no_row(heads)
        (parent,) = parents
        own = self.revision.revision
        return (parent, own) if self.is_upgrade else (own, parent)

    def _no_row(self, heads: AbstractSet[str]) -> RevisionError:
        rows = ", ".join(sorted(heads)) or "no rows"
        return RevisionError(
            f"Can't tell which row '{self.short_log}' changes in a version table "
            f"with {rows}; stamp the database with the revisions that it has"
        )


class StampStep(MigrationStep):
    """A change of the version table that runs no migration.

    :param from_: the rows that the change starts from.
    :param to_: the rows that it leads to.
    :param is_upgrade: True on the way up.
    :param branch_move: a row comes out of nothing, or goes without replacement.
    :param revision_map: the map that knows the revisions; needed for ``info``.
    """

    def __init__(
        self,
        from_: str | Collection[str] | None,
        to_: str | Collection[str] | None,
        is_upgrade: bool,
        branch_move: bool,
        revision_map: RevisionLookup | None = None,
    ) -> None:
        self.from_ = names(from_)
        self.to_ = names(to_)
        self.is_upgrade = is_upgrade
        self.branch_move = branch_move
        self.migration_fn = self.stamp_revision
        self.revision_map = revision_map

    def stamp_revision(self, **kw: Any) -> None:
        """Do nothing: a stamp has no migration."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StampStep) and self._facts == other._facts

    @property
    def _facts(self) -> tuple[Any, ...]:
        return self.from_, self.to_, self.is_upgrade, self.branch_move

    @property
    def from_revisions(self) -> tuple[str, ...]:
        """The rows that the change starts from."""
        return self.from_

    @property
    def to_revisions(self) -> tuple[str, ...]:
        """The rows that the change leads to."""
        return self.to_

    @property
    def from_revisions_no_deps(self) -> tuple[str, ...]:  # type: ignore[override]
        """The rows that the change starts from."""
        return self.from_

    @property
    def to_revisions_no_deps(self) -> tuple[str, ...]:  # type: ignore[override]
        """The rows that the change leads to."""
        return self.to_

    @property
    def info(self) -> MigrationInfo:
        """The step as callbacks see it."""
        if self.revision_map is None:
            raise RevisionError(
                f"The step '{self.short_log}' was made without a revision map; pass "
                "revision_map= to StampStep"
            )
        up, down = (self.to_, self.from_) if self.is_upgrade else (self.from_, self.to_)
        return MigrationInfo(self.revision_map, self.is_upgrade, True, up, down)

    # -- rows --------------------------------------------------------------

    def should_delete_branch(self, heads: set[str]) -> bool:
        """Say whether the row goes and no other comes."""
        return self.is_downgrade and self.branch_move

    def should_create_branch(self, heads: set[str]) -> bool:
        """Say whether a row comes and none goes."""
        if not self.is_upgrade or heads.issuperset(self.to_):
            return False
        return self.branch_move or not heads.issuperset(self.from_)

    def should_merge_branches(self, heads: set[str]) -> bool:
        """Say whether several rows go for one."""
        return len(self.from_) > 1

    def should_unmerge_branches(self, heads: set[str]) -> bool:
        """Say whether several rows come for one."""
        return len(self.to_) > 1

    @property
    def delete_version_num(self) -> str:
        """The row to delete."""
        return self._only(self.from_)

    @property
    def insert_version_num(self) -> str:
        """The row to insert."""
        return self._only(self.to_)

    def merge_branch_idents(
        self, heads: set[str] | list[str]
    ) -> tuple[list[str], str, str]:
        """Return the rows to delete, the one to change, and what it becomes."""
        self._need(self.from_, self.to_)
        return list(self.from_[:-1]), self.from_[-1], self.to_[0]

    def unmerge_branch_idents(self, heads: set[str]) -> tuple[str, str, list[str]]:
        """Return the row to change, what it becomes, and the rows to insert."""
        self._need(self.from_, self.to_)
        return self.from_[0], self.to_[-1], list(self.to_[:-1])

    def update_version_num(self, heads: set[str]) -> tuple[str, str]:
        """Return the row to change and what it becomes."""
        return self._only(self.from_), self._only(self.to_)

    def _only(self, ids: tuple[str, ...]) -> str:
        if len(ids) != 1:
            raise self._unclear()
        return ids[0]

    def _need(self, *ends: tuple[str, ...]) -> None:
        if not all(ends):
            raise self._unclear()

    def _unclear(self) -> RevisionError:
        return RevisionError(
            f"Can't tell which row of the version table '{self.short_log}' changes"
        )
