"""What is said to the person at the terminal."""

from __future__ import annotations

import io
import logging
import sys
from typing import Any

import pytest

from alembic.util import messaging
from alembic.util.messaging import (
    err,
    format_as_comma,
    msg,
    obfuscate_url_pw,
    printable,
    speak_on_stderr,
    status,
    warn,
    warn_deprecated,
    write_outstream,
)


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messaging, "TERMWIDTH", None, raising=False)


def test_a_message_is_a_line(capsys: Any) -> None:
    msg("hello")
    msg("no end", newline=False)

    assert capsys.readouterr().out == "hello\nno end"


def test_a_quiet_message_is_none(capsys: Any) -> None:
    msg("hello", quiet=True)
    with status("work", quiet=True):
        pass

    assert capsys.readouterr().out == ""


def test_a_message_is_wrapped_to_the_terminal(
    capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messaging, "TERMWIDTH", 40, raising=False)
    msg("one two three four five six seven eight nine ten eleven twelve")
    msg("")

    assert capsys.readouterr().out == (
        "  one two three four five six seven\n  eight nine ten eleven twelve\n\n"
    )


def test_the_width_of_no_terminal_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(messaging, "TERMWIDTH")
    monkeypatch.setattr(messaging.os, "get_terminal_size", _no_terminal)

    assert messaging.TERMWIDTH is None


def _no_terminal(descriptor: int) -> Any:
    raise OSError(25, "Inappropriate ioctl for device")


def test_a_status_says_how_it_ended(capsys: Any) -> None:
    with status("Generating x"):
        print("[work]", end="")
    with pytest.raises(ValueError, match="broken"), status("Generating y"):
        raise ValueError("broken")

    assert capsys.readouterr().out == (
        "Generating x ...[work]  done\nGenerating y ...  FAILED\n"
    )


def test_a_status_may_end_its_line_first(capsys: Any) -> None:
    with status("Running hook", newline=True):
        print("output of the hook")

    assert capsys.readouterr().out == "Running hook ...\noutput of the hook\n  done\n"


def test_messages_go_to_stderr_where_stdout_carries_sql(capsys: Any) -> None:
    with speak_on_stderr():
        msg("hello")
        with status("work"):
            pass
    msg("again")

    streams = capsys.readouterr()
    assert streams.err == "hello\nwork ...  done\n"
    assert streams.out == "again\n"


def test_an_error_is_logged_said_and_ends_the_program(
    capsys: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(SystemExit) as end:
        err("no such thing as 100%s")

    assert end.value.code == -1
    assert capsys.readouterr().out == "FAILED: no such thing as 100%s\n"
    assert caplog.record_tuples == [
        ("alembic.util.messaging", logging.ERROR, "no such thing as 100%s")
    ]


def test_a_quiet_error_is_still_logged(
    capsys: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(SystemExit):
        err("bad", quiet=True)

    assert capsys.readouterr().out == ""
    assert caplog.messages == ["bad"]


def test_an_error_shows_no_password_and_no_control_character(
    capsys: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(SystemExit):
        err("\x1b[31mpostgresql://u:pw@h")

    assert capsys.readouterr().out == "FAILED: \\x1b[31mpostgresql://u:***@h\n"
    assert "pw" not in caplog.text


@pytest.mark.parametrize(
    ("speak", "category"), [(warn, UserWarning), (warn_deprecated, DeprecationWarning)]
)
def test_a_warning_is_about_the_line_of_the_caller(speak: Any, category: Any) -> None:
    with pytest.warns(category, match="careful") as caught:
        speak("careful")

    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain äöü 漢字", "plain äöü 漢字"),
        ("a\nb\tc", "a\nb\tc"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("a\rb\x00\x7f\x9b", "a\\rb\\x00\\x7f\\x9b"),
        ("\u202eevil\u2066", "\\u202eevil\\u2066"),
        ("a\u2028b", "a\\u2028b"),
    ],
)
def test_control_characters_are_shown_as_escapes(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_what_the_encoding_lacks_is_replaced() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", newline="\n")
    write_outstream(stream, "naïve ", b"bytes", "\n")
    stream.flush()

    assert raw.getvalue() == b"na?ve bytes\n"


def test_a_stream_without_an_encoding_takes_ascii() -> None:
    stream = io.StringIO()
    write_outstream(stream, "aä", b"b")

    assert stream.getvalue() == "a?b"


class Broken(io.StringIO):
    error: Exception = BrokenPipeError()

    def write(self, text: str) -> int:
        raise self.error


def test_a_reader_that_has_gone_away_is_no_error() -> None:
    write_outstream(Broken(), "x")


def test_a_full_disk_is_an_error() -> None:
    stream = Broken()
    stream.error = OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write_outstream(stream, "x")


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), ("a", "a"), (["a", "b"], "a, b"), ((), "")],
)
def test_texts_are_joined_by_commas(value: Any, text: str) -> None:
    assert format_as_comma(value) == text


def test_only_texts_are_joined() -> None:
    with pytest.raises(ValueError, match="Don't know how to comma-format 3"):
        format_as_comma(3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:pw@h/db?x=1", "postgresql://u:***@h/db?x=1"),
        ("sqlite:///a.db", "sqlite:///a.db"),
        ("postgresql://h/db?password=pw", "password=***"),
    ],
)
def test_a_url_shows_no_password(url: str, shown: str) -> None:
    assert obfuscate_url_pw(url).endswith(shown)
    assert "pw" not in obfuscate_url_pw(url)


def test_a_url_that_is_none_shows_no_password_either() -> None:
    from sqlalchemy.exc import ArgumentError

    with pytest.raises(ArgumentError) as caught:
        obfuscate_url_pw("postgres//u:pw@h")

    assert "pw" not in str(caught.value)


def test_stdout_is_looked_up_when_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    msg("hello", flush=True)

    assert stream.getvalue() == "hello\n"
