"""Name and date a new revision file."""

from __future__ import annotations

import datetime
import os
import re
from typing import Any

from ..util.compat import zone_info_class
from ..util.exc import CommandError
from .folder import is_revision_file_name

DEFAULT_SLUG_LENGTH = 40
_LONGEST_NAME = 255  # bytes; the limit of the usual file systems
_WORD = re.compile(r"\w+")


def creation_date(timezone: str | None) -> datetime.datetime:
    """Return the time now, in the time zone of the settings.

    :param timezone: the key of a zone in the IANA database, tried as given and in
        upper case; None for local time without a zone.
    :raises CommandError: there is no such zone.
    """
    if timezone is None:
        return datetime.datetime.now()
    now = datetime.datetime.now(datetime.timezone.utc)
    return now.astimezone(_zone(timezone))


def _zone(key: str) -> datetime.tzinfo:
    zone_info = zone_info_class()
    for spelling in (key, key.upper()):
        try:
            zone: datetime.tzinfo = zone_info(spelling)
        except (KeyError, ValueError, OSError):  # unknown; not a key; a folder
            continue
        return zone
    if key.upper() == "UTC":
        return datetime.timezone.utc  # known without a database
    raise CommandError(f"Can't locate timezone: {key}")


def slug_of(message: str, longest: int) -> str:
    """Return the words of a message joined by ``_``, cut at a word's end.

    :param message: any text.
    :param longest: the number of characters to keep; 0 means the default of 40.
    """
    limit = longest or DEFAULT_SLUG_LENGTH
    slug = "_".join(_WORD.findall(message)).lower()
    if len(slug) <= limit:
        return slug
    cut = slug[:limit]
    return (cut.rpartition("_")[0] or cut) + "_"


def revision_file_path(
    folder: str, template: str, identifier: str, slug: str, date: datetime.datetime
) -> str:
    """Return the path of a new revision file, which lies in ``folder``.

    :param folder: a version location, absolute.
    :param template: the ``file_template`` of the settings; ``/`` makes subfolders.
    :param identifier: the revision's.
    :param slug: the message as :func:`slug_of` gives it.
    :param date: when the revision is created.
    :raises CommandError: the template makes no such path.
    """
    name = _filled(template, _tokens(identifier, slug, date)) + ".py"
    path = os.path.abspath(os.path.join(folder, name))
    if not path.startswith(os.path.join(folder, "")):
        raise CommandError(
            f"Revision file {path} would not lie in the version folder {folder}; "
            "correct 'file_template'"
        )
    _check_name(os.path.basename(path))
    return path


def _tokens(identifier: str, slug: str, date: datetime.datetime) -> dict[str, Any]:
    return {
        "rev": identifier,
        "slug": slug,
        "epoch": int(date.timestamp()),
        "year": date.year,
        "month": date.month,
        "day": date.day,
        "hour": date.hour,
        "minute": date.minute,
        "second": date.second,
    }


def _filled(template: str, tokens: dict[str, Any]) -> str:
    try:
        return template % tokens
    except KeyError as error:
        raise CommandError(
            f"file_template '{template}' names an unknown token {error}; known are "
            f"{', '.join(sorted(tokens))}"
        ) from error
    except (ValueError, TypeError) as error:
        raise CommandError(
            f"file_template '{template}' is not a valid pattern: {error}"
        ) from error


def _check_name(name: str) -> None:
    if not is_revision_file_name(name):
        raise CommandError(
            f"A file named '{name}' would not count as a revision; choose another "
            "identifier or 'file_template'"
        )
    try:
        length = len(os.fsencode(name))
    except UnicodeEncodeError as error:
        raise CommandError(
            f"File name {name!a} can't be written in the encoding of file names here; "
            "choose another message or set 'file_template' without the slug"
        ) from error
    if length > _LONGEST_NAME:
        raise CommandError(
            f"File name '{name[:40]}...' has {length} bytes, more than the "
            f"{_LONGEST_NAME} that file systems take; choose a shorter identifier or "
            "'truncate_slug_length'"
        )
