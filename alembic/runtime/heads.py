"""Carry a step into the version table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..graph.applied import Rows
from .ports import VersionedContext

if TYPE_CHECKING:
    from ..graph.steps import RevisionStep, StampStep


class HeadMaintainer:
    """The rows of the version table, kept equal to the revisions that are applied.

    :param context: the context whose version table is meant
    :param heads: identifiers that are rows now
    """

    def __init__(self, context: VersionedContext, heads: Any) -> None:
        self.context = context
        # a set that tells steps what changed, see graph/applied.py
        self.heads: set[str] = Rows(heads)

    def update_to_step(self, step: RevisionStep | StampStep) -> None:
        """Change the rows as one step asks for.

        :param step: the step that was carried out just now
        :raises CommandError: when a row that must be there is not
        """
        heads = self.heads
        if step.should_delete_branch(heads):
            self._delete(step.delete_version_num)
        elif step.should_create_branch(heads):
            self._insert(step.insert_version_num)
        elif step.should_merge_branches(heads):
            surplus, from_, to_ = step.merge_branch_idents(heads)
            for version in surplus:
                self._delete(version)
            self._update(from_, to_)
        elif step.should_unmerge_branches(heads):
            from_, to_, added = step.unmerge_branch_idents(heads)
            for version in added:
                self._insert(version)
            self._update(from_, to_)
        else:
            self._update(*step.update_version_num(heads))

    def _insert(self, version: str) -> None:
        self.context._versions.insert(version)
        self.heads.add(version)

    def _delete(self, version: str) -> None:
        self.context._versions.delete(version)
        self.heads.remove(version)

    def _update(self, from_: str, to_: str) -> None:
        self.context._versions.update(from_, to_)
        self.heads.remove(from_)
        self.heads.add(to_)
