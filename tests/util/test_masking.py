"""Passwords stay out of what people read."""

from __future__ import annotations

import pytest

from alembic.util.masking import hide_passwords


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://u:pw@h/db", "postgresql://u:***@h/db"),
        ("mysql+pymysql://u:p@s/s:w@h:33/d", "mysql+pymysql://u:***@h:33/d"),
        ("redis://:pw@h", "redis://:***@h"),
        ("can't parse 'postgres//u:pw@h'", "can't parse 'postgres//u:***@h'"),
        ("url=mysql://u:pw@h, next", "url=mysql://u:***@h, next"),
        ("mysql://root:p w@h/d", "mysql://root:***@h/d"),
        ("postgresql://u:12345@h", "postgresql://u:***@h"),
        ("postgresql:///db?user=u&password=pw&x=1", "…?user=u&password=***&x=1"),
        ("host=h password=pw user=u", "host=h password=*** user=u"),
        ("connect(password='p w', user='u')", "connect(password=***, user='u')"),
        ("DRIVER={X};UID=sa;PWD={a;b};Server=s", "…;PWD=***;Server=s"),
        ("?odbc_connect=UID%3Dsa%3BPWD%3Dpw%3Bx", "…%3BPWD%3D***%3Bx"),
        ("api_token=abc&x=1", "api_token=***&x=1"),
    ],
)
def test_a_password_reads_as_stars(text: str, shown: str) -> None:
    assert hide_passwords(text).endswith(shown.lstrip("…"))


@pytest.mark.parametrize(
    "text",
    [
        "sqlite:///app.db",
        "postgresql://u@h/db",
        "http://host:8080/path@v1",
        "server at host:5432 refused, mail admin@example.org",
        "Can't locate revision identified by 'a@head'",
        "password authentication failed for user 'u'",
    ],
)
def test_what_is_no_password_stays(text: str) -> None:
    assert hide_passwords(text) == text


def test_a_known_password_is_hidden_wherever_it_stands() -> None:
    assert hide_passwords("login: s3cret (s3crets)", ["s3cret"]) == (
        "login: *** (s3crets)"
    )
