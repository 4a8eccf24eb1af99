"""Say whether an identifier or a branch label may be given to a new revision."""

from __future__ import annotations

from typing import Iterable, Sequence

from ..graph.errors import ResolutionError
from ..util.exc import CommandError
from ..util.messaging import warn
from .revision import Revision, RevisionMap

RESERVED_WORDS = frozenset(("head", "heads", "base", "current"))
#: What the version table of Alembic 1.20 holds.
USUAL_COLUMN_LENGTH = 32

# Paths, quotes: an id becomes part of a file's name and of its source.
_REFUSED_IN_ID = frozenset("/\\.'\"`")
_REFUSED_IN_LABEL = frozenset("@:+\\'\"`")


def check_new_id(identifier: str, revision_map: RevisionMap) -> None:
    """Refuse an identifier that a new revision must not have.

    Refused are characters that targets, file names or source text give a meaning
    (``@ - + :`` as in Alembic 1.20, besides ``/ \\ .``, quotes, white space and
    control characters), words that targets use, and what is in use.

    :raises CommandError: naming what is wrong.
    :raises RevisionError: one of ``@ - + :`` occurs.
    """
    if not identifier:
        raise CommandError("A revision identifier must not be empty")
    Revision.verify_rev_id(identifier)
    _refuse_characters(identifier, _REFUSED_IN_ID, "revision identifier")
    if identifier in RESERVED_WORDS:
        raise CommandError(f"Revision identifier '{identifier}' is a reserved word")
    user = _user_of(identifier, revision_map)
    if user is not None and user.revision == identifier:
        where = getattr(user, "path", "the revision map")
        raise CommandError(
            f"Revision identifier '{identifier}' is already in use, by {where}"
        )
    if user is not None:
        raise CommandError(
            f"Revision identifier '{identifier}' is already in use as a branch label "
            f"of revision {user.revision}"
        )


def warn_of_long_id(identifier: str) -> None:
    """Warn that an identifier does not fit the version table as it usually is."""
    if len(identifier) > USUAL_COLUMN_LENGTH:
        warn(
            f"Revision identifier '{identifier}' is longer than "
            f"{USUAL_COLUMN_LENGTH} characters; existing version tables will have to "
            "be widened for it"
        )


def check_new_labels(
    labels: Sequence[str], identifier: str, revision_map: RevisionMap
) -> None:
    """Refuse branch labels that a new revision must not have.

    :param labels: the labels asked for.
    :param identifier: the new revision's own.
    :raises CommandError: naming the label and what is wrong with it.
    """
    for label in labels:
        if not label:
            raise CommandError("A branch label must not be empty")
        _refuse_characters(label, _REFUSED_IN_LABEL, "branch label")
        if label.startswith("-"):
            raise CommandError(f"Branch label '{label}' must not begin with '-'")
        if label in RESERVED_WORDS:
            raise CommandError(f"Branch label '{label}' is a reserved word")
        if label == identifier:
            raise CommandError(
                f"Branch label '{label}' is also the identifier of the new revision"
            )
        user = _user_of(label, revision_map)
        if user is not None:
            raise CommandError(
                f"Branch name '{label}' in revision {identifier} already used by "
                f"revision {user.revision}"
            )


def _refuse_characters(text: str, refused: Iterable[str], what: str) -> None:
    wrong = {
        character
        for character in text
        if character in refused or character.isspace() or not character.isprintable()
    }
    if wrong:
        shown = ", ".join(sorted(repr(character)[1:-1] for character in wrong))
        raise CommandError(f"Character(s) '{shown}' not allowed in {what} {text!r}")


def _user_of(name: str, revision_map: RevisionMap) -> Revision | None:
    """Return the revision that has exactly this identifier or label."""
    try:
        found = revision_map.get_revision(name)
    except ResolutionError:
        return None
    if found is None:
        return None
    is_exact = found.revision == name or name in (found.branch_labels or ())
    return found if is_exact else None
