"""What a command knows when it has gathered its answer."""

from __future__ import annotations

from typing import NamedTuple


class RevisionRecord(NamedTuple):
    """One revision with its place among the others.

    Named tuples, because a history may hold ten thousand and because the module of
    dataclasses would double the time that ``alembic heads`` takes to start.
    """

    id: str
    down: tuple[str, ...]
    depends_on: tuple[str, ...]
    """as written in the file"""
    labels: tuple[str, ...]
    """those inherited along the branch too, in the order of names"""
    children: tuple[str, ...]
    """the revisions that follow this one, in the order of names"""
    is_used: bool
    """whether another revision follows this one or depends on it"""
    is_current: bool
    path: str
    docstring: str

    @property
    def is_head(self) -> bool:
        """Whether no revision follows this one."""
        return not self.children

    @property
    def is_branch_point(self) -> bool:
        """Whether several revisions follow this one."""
        return len(self.children) > 1

    @property
    def is_merge_point(self) -> bool:
        """Whether this one follows several revisions."""
        return len(self.down) > 1

    @property
    def message(self) -> str:
        """The first paragraph of the docstring."""
        return self.docstring.partition("\n\n")[0]


class BranchPointRecord(NamedTuple):
    """A revision that several others follow, and these."""

    point: RevisionRecord
    children: tuple[RevisionRecord, ...]


class TemplateRecord(NamedTuple):
    """One template of ``alembic init``."""

    name: str
    synopsis: str
