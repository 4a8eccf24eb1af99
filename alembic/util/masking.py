"""Keep passwords out of what people read."""

from __future__ import annotations

import re
from typing import Iterable, Match

_USER_AND_PASSWORD = r"(//[^\s:/@]*):(?!\d+(?:[/\s]|$))(\S*@|[^@\n]*@)"
"""``scheme://user:password@``: the password reaches to the last ``@`` of the word,
as an unquoted one may hold any character; with blanks in it, to the first ``@``.
``host:80/`` and ``host:80`` hold a port, not a password."""

_SECRET_WORD = (
    r"(?i)\b(\w*(?:password|passwd|pwd|secret|token)\w*)(=|%3D)"
    r"(\{[^}]*\}|%7B.*?%7D|'[^']*'|\"[^\"]*\"|(?:(?!%3B|%26)[^&;,\s'\")])+)"
)
"""``password=…`` in the query of a URL, in a driver's connection string (also when that
is quoted inside a URL) or in a list of arguments."""

_STARS = "***"


def hide_passwords(text: str, known: Iterable[str] = ()) -> str:
    """Return a text in which every password of a database URL reads ``***``.

    :param text: any text, for example that of a driver's exception
    :param known: passwords known from the settings, hidden where they occur as words
    """
    for secret in sorted(set(known), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", _STARS, text)
    # not compiled at import: most commands never get here
    text = re.sub(_USER_AND_PASSWORD, _without_password, text)
    return re.sub(_SECRET_WORD, _without_value, text)


def _without_password(found: Match[str]) -> str:
    return f"{found.group(1)}:{_STARS}@"


def _without_value(found: Match[str]) -> str:
    return f"{found.group(1)}{found.group(2)}{_STARS}"
