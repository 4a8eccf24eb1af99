"""What a callback is told about a step.

Interface of Alembic 1.20 (``on_version_apply``).
"""

from __future__ import annotations

from typing import Any, Protocol, Sequence

from .node import names


class RevisionLookup(Protocol):
    """What is asked of a map of revisions to turn identifiers into revisions."""

    def get_revision(self, id_: str | None) -> Any: ...

    def get_revisions(self, id_: Sequence[str] | None) -> tuple[Any, ...]: ...


class MigrationInfo:
    """A step, described for callbacks.

    :param revision_map: the map that knows the revisions.
    :param is_upgrade: True on the way up.
    :param is_stamp: True if only the version table changes.
    :param up_revisions: identifiers at the upper end; several only for a stamp.
    :param down_revisions: identifiers at the lower end, dependencies included.
    """

    is_upgrade: bool
    is_stamp: bool
    up_revision_id: str | None
    up_revision_ids: tuple[str, ...]
    down_revision_ids: tuple[str, ...]
    revision_map: Any

    def __init__(
        self,
        revision_map: RevisionLookup,
        is_upgrade: bool,
        is_stamp: bool,
        up_revisions: str | tuple[str, ...],
        down_revisions: str | tuple[str, ...],
    ) -> None:
        self.revision_map = revision_map
        self.is_upgrade = is_upgrade
        self.is_stamp = is_stamp
        self.up_revision_ids = names(up_revisions)
        self.up_revision_id = self.up_revision_ids[0] if self.up_revision_ids else None
        self.down_revision_ids = names(down_revisions)

    @property
    def is_migration(self) -> bool:
        """True if a migration script runs, False for a stamp."""
        return not self.is_stamp

    @property
    def source_revision_ids(self) -> tuple[str, ...]:
        """The identifiers that the step starts from."""
        return self.down_revision_ids if self.is_upgrade else self.up_revision_ids

    @property
    def destination_revision_ids(self) -> tuple[str, ...]:
        """The identifiers that the step leads to."""
        return self.up_revision_ids if self.is_upgrade else self.down_revision_ids

    @property
    def up_revision(self) -> Any:
        """The (first) revision at the upper end."""
        return self.revision_map.get_revision(self.up_revision_id)

    @property
    def up_revisions(self) -> tuple[Any, ...]:
        """The revisions at the upper end."""
        return self._revisions(self.up_revision_ids)

    @property
    def down_revisions(self) -> tuple[Any, ...]:
        """The revisions at the lower end."""
        return self._revisions(self.down_revision_ids)

    @property
    def source_revisions(self) -> tuple[Any, ...]:
        """The revisions that the step starts from."""
        return self._revisions(self.source_revision_ids)

    @property
    def destination_revisions(self) -> tuple[Any, ...]:
        """The revisions that the step leads to."""
        return self._revisions(self.destination_revision_ids)

    def _revisions(self, ids: tuple[str, ...]) -> tuple[Any, ...]:
        return tuple(self.revision_map.get_revisions(ids))
