"""Keep passwords and control characters out of what people read."""

from __future__ import annotations

import re
from typing import Iterable, Match

_USER_AND_PASSWORD = (
    r"(?<![^\s'\"(=,])([\w+.\-]*:?//[^\s:/@]*):(?!\d+(?:[/\s]|$))(\S*@|[^@\n]*@)"
)
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
    :param known: passwords known from the settings, hidden wherever they occur
    """
    for secret in sorted(set(known), key=len, reverse=True):
        text = text.replace(secret, _STARS)
    # not compiled at import: most commands never get here
    text = re.sub(_USER_AND_PASSWORD, _without_password, text)
    return re.sub(_SECRET_WORD, _without_value, text)


def _without_password(found: Match[str]) -> str:
    return f"{found.group(1)}:{_STARS}@"


def _without_value(found: Match[str]) -> str:
    return f"{found.group(1)}{found.group(2)}{_STARS}"


def _escapes() -> dict[int, str]:
    """Return what each character that can steer a terminal is shown as."""
    hidden = [*range(0x20), *range(0x7F, 0xA0)]
    hidden += [0x061C, 0x200E, 0x200F, 0x2028, 0x2029]  # marks of writing direction,
    hidden += [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]  # separators, overrides
    shown = {code: ascii(chr(code))[1:-1] for code in hidden}
    for kept in "\n\t":
        del shown[ord(kept)]
    return shown


_ESCAPES = _escapes()


def printable(text: str) -> str:
    r"""Return a text that cannot steer a terminal.

    Control characters and marks that change the direction of writing appear as escapes
    (``\x1b``); line feeds and tabs stay.
    """
    return text if text.isprintable() else text.translate(_ESCAPES)
