"""The answers of the commands as lines for a person.

The layout is interface of Alembic 1.20: scripts cut these lines apart. What files and
databases contribute is shown with its control characters escaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, Iterator

from alembic.util.messaging import printable

if TYPE_CHECKING:
    from alembic.reports.records import (
        BranchPointRecord,
        RevisionRecord,
        TemplateRecord,
    )


def history_lines(revisions: Iterable[RevisionRecord], verbose: bool) -> Iterator[str]:
    """Return one text for each revision, made when it is asked for."""
    for each in revisions:
        yield (
            long_form(each)
            if verbose
            else one_line(each, parents=True, labels=True, tree=True, message=True)
        )


def heads_lines(revisions: Iterable[RevisionRecord], verbose: bool) -> Iterator[str]:
    """Return one text for each head."""
    for each in revisions:
        yield long_form(each) if verbose else one_line(each, labels=True)


def current_lines(revisions: Iterable[RevisionRecord], verbose: bool) -> Iterator[str]:
    """Return one text for each revision that a database is at."""
    for each in revisions:
        yield long_form(each) if verbose else one_line(each, tree=True)


def database_line(url: str) -> str:
    """Return the line above the current revisions of a database.

    :param url: the database, without its password
    """
    return f"Current revision(s) for {printable(url)}:"


def branches_lines(points: Iterable[BranchPointRecord], verbose: bool) -> Iterator[str]:
    """Return a block for each branch point: itself, its children, an empty line."""
    for point, children in points:
        yield long_form(point) if verbose else one_line(point, labels=True, tree=True)
        for child in children:
            shown = one_line(child, labels=True, tree=True, message=verbose)
            yield f"{' ' * len(point.id)} -> {shown}"
        yield ""


def templates_lines(templates: Iterable[TemplateRecord]) -> Iterator[str]:
    """Return what ``list_templates`` says."""
    yield "Available templates:\n"
    for each in templates:
        yield f"{printable(each.name)} - {printable(each.synopsis)}"
    yield "\nTemplates are used via the 'init' command, e.g.:"
    yield "\n  alembic init --template generic ./scripts"


def one_line(
    revision: RevisionRecord,
    *,
    parents: bool = False,
    labels: bool = False,
    tree: bool = False,
    message: bool = False,
) -> str:
    """Return a revision in one line; a message of several lines keeps them.

    :param parents: begin with what it follows and depends on
    :param labels: name the branches it belongs to
    :param tree: say whether it is a branch point or a merge point
    :param message: end with its message
    """
    text = f"{_origin(revision)} -> {revision.id}" if parents else revision.id
    if labels and revision.labels:
        text += f" ({', '.join(revision.labels)})"
    if revision.is_head:
        text += " (effective head)" if revision.is_used else " (head)"
    if revision.is_current:
        text += " (current)"
    if tree:
        text += _place_in_tree(revision)
    return printable(f"{text}, {revision.message}" if message else text)


def long_form(revision: RevisionRecord) -> str:
    """Return all there is to say about a revision; the last line is empty."""
    head = " (head)" if revision.is_head else ""
    current = " (current)" if revision.is_current else ""
    lines = [f"Rev: {revision.id}{head}{_place_in_tree(revision)}{current}"]
    lines.append(
        f"{'Merges' if revision.is_merge_point else 'Parent'}: {_parents(revision)}"
    )
    if revision.depends_on:
        lines.append(f"Also depends on: {', '.join(revision.depends_on)}")
    if revision.is_branch_point:
        lines.append(f"Branches into: {', '.join(revision.children)}")
    if revision.labels:
        lines.append(f"Branch names: {', '.join(revision.labels)}")
    lines += [f"Path: {revision.path}", ""]
    # a revision without a docstring has an empty line in its place
    lines += [f"    {line}" for line in revision.docstring.splitlines()] or [""]
    return printable("\n".join(lines)) + "\n"


def short_form(revision: RevisionRecord) -> str:
    """Return a revision as messages name it: its parents, itself, its message."""
    head = " (head)" if revision.is_head else ""
    place = f"{head}{_place_in_tree(revision)}"
    shown = f"{_parents(revision)} -> {revision.id}{place}, {revision.message}"
    return printable(shown)


def _place_in_tree(revision: RevisionRecord) -> str:
    branch = " (branchpoint)" if revision.is_branch_point else ""
    return branch + (" (mergepoint)" if revision.is_merge_point else "")


def _parents(revision: RevisionRecord) -> str:
    return ", ".join(revision.down) or "<base>"


def _origin(revision: RevisionRecord) -> str:
    if not revision.depends_on:
        return _parents(revision)
    return f"{_parents(revision)} ({', '.join(revision.depends_on)})"
