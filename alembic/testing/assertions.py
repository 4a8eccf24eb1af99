"""Assertions for tests: errors with their causes, warnings, texts."""

from __future__ import annotations

import contextlib
import re
import sys
import warnings
from typing import TYPE_CHECKING, Any, Callable, Generator, TypeVar, Union

from sqlalchemy import exc as sa_exc
from sqlalchemy.testing.assertions import eq_ as eq_
from sqlalchemy.testing.assertions import is_ as is_
from sqlalchemy.testing.assertions import is_false as is_false
from sqlalchemy.testing.assertions import is_not_ as is_not_
from sqlalchemy.testing.assertions import is_true as is_true
from sqlalchemy.testing.assertions import ne_ as ne_
from sqlalchemy.util import decorator

if TYPE_CHECKING:
    from typing_extensions import TypeAlias

    _Errors: TypeAlias = Union[type[BaseException], tuple[type[BaseException], ...]]

_F = TypeVar("_F", bound=Callable[..., Any])

# Where op_fixture() looks first: the names of dialects, and for each an object whose
# dialect() makes one. Packages that bring a dialect put theirs here.
_dialect_mods: dict[str, Any] = {}


class CaughtError:
    """What :func:`expect_raises` yields; ``error`` is there when the block has ended.

    Example::

        with expect_raises(ValueError) as caught:
            int("x")
        assert "invalid literal" in str(caught.error)
    """

    error: BaseException | None = None


def assert_raises(
    except_cls: _Errors, callable_: Callable[..., Any], *args: Any, **kw: Any
) -> BaseException | None:
    """Call a function, demand an error of it, and return the error.

    An error raised while another one was handled must name that one as its cause.

    :param except_cls: the error's class, or a tuple of classes
    :param callable_: called with ``args`` and ``kw``
    :raises AssertionError: there was no error, or its cause is not set
    """
    with expect_raises(except_cls) as caught:
        callable_(*args, **kw)
    return caught.error


def assert_raises_context_ok(
    except_cls: _Errors, callable_: Callable[..., Any], *args: Any, **kw: Any
) -> BaseException | None:
    """Do as :func:`assert_raises`, whatever error was handled meanwhile."""
    with expect_raises(except_cls, check_context=False) as caught:
        callable_(*args, **kw)
    return caught.error


def assert_raises_message(
    except_cls: _Errors,
    msg: str,
    callable_: Callable[..., Any],
    *args: Any,
    **kwargs: Any,
) -> BaseException | None:
    """Do as :func:`assert_raises`, and look for a text in the error's message.

    :param msg: a regular expression that is searched for
    """
    with expect_raises_message(except_cls, msg) as caught:
        callable_(*args, **kwargs)
    return caught.error


def assert_raises_message_context_ok(
    except_cls: _Errors,
    msg: str,
    callable_: Callable[..., Any],
    *args: Any,
    **kwargs: Any,
) -> BaseException | None:
    """Do as :func:`assert_raises_message`, whatever error was handled meanwhile."""
    with expect_raises_message(except_cls, msg, check_context=False) as caught:
        callable_(*args, **kwargs)
    return caught.error


@contextlib.contextmanager
def expect_raises(
    except_cls: _Errors, check_context: bool = True
) -> Generator[CaughtError, None, None]:
    """Demand that a block raises, and keep its error as ``.error``.

    :param except_cls: the error's class, or a tuple of classes; another error passes
    :param check_context: demand that an error raised while another one was handled
        names that one as its cause (``raise … from …``)
    :raises AssertionError: there was no error, or its cause is not set
    """
    caught = CaughtError()
    handled_before = sys.exc_info()[1]
    try:
        yield caught
    except except_cls as error:
        caught.error = error
    if caught.error is None:
        raise AssertionError(f"the block raised no {_named(except_cls)}")
    if check_context and handled_before is None:
        _demand_cause(caught.error)


@contextlib.contextmanager
def expect_raises_message(
    except_cls: _Errors,
    msg: str | None,
    check_context: bool = True,
    text_exact: bool = False,
) -> Generator[CaughtError, None, None]:
    """Demand that a block raises an error that says something.

    :param except_cls: the error's class, or a tuple of classes
    :param msg: a regular expression that is searched for; None for any message
    :param check_context: see :func:`expect_raises`
    :param text_exact: ``msg`` is the whole message, word for word
    :raises AssertionError: there was no error, or it says something else
    """
    with expect_raises(except_cls, check_context) as caught:
        yield caught
    said = str(caught.error)
    if msg is None:
        return
    if text_exact:
        assert msg == said, f"the error says {said!r} instead of {msg!r}"
    else:
        assert re.search(msg, said), f"{msg!r} is not found in the error {said!r}"


def _named(classes: Any) -> str:
    several = classes if isinstance(classes, tuple) else (classes,)
    return " or ".join(cls.__name__ for cls in several)


def _demand_cause(error: BaseException) -> None:
    context = error.__context__
    if context is error.__cause__ or error.__suppress_context__:
        return
    raise AssertionError(
        f"{error!r} was raised while {context!r} was handled, and does not name it as "
        "its cause; raise it from that error"
    )


def eq_ignore_whitespace(a: str, b: str, msg: str | None = None) -> None:
    """Demand that two texts are equal but for line breaks, tabs and rows of blanks.

    :param msg: the assertion's message when they are not
    """
    one, other = _without_layout(a), _without_layout(b)
    assert one == other, msg or f"{one!r} != {other!r}"


def _without_layout(text: str) -> str:
    joined = re.sub(r"^\s|[\n\t]", "", text)
    return re.sub(r" {2,}", " ", joined)


@contextlib.contextmanager
def expect_warnings(*messages: str, **kw: Any) -> Generator[None, None, None]:
    """Demand that a block warns, whatever the category; other warnings pass.

    :param messages: regular expressions, each for the beginning of a warning, without
        regard to case; with none given, all warnings are kept quiet
    :param kw: ``regex=False`` takes the messages word for word, ``search_msg=True``
        looks for them anywhere, ``assert_=False`` does without some of them
    :raises AssertionError: one of them was not seen
    """
    with _expected(Warning, messages, **kw):
        yield


@contextlib.contextmanager
def expect_deprecated(*messages: str, **kw: Any) -> Generator[None, None, None]:
    """Demand a ``DeprecationWarning``; see :func:`expect_warnings`."""
    with _expected(DeprecationWarning, messages, **kw):
        yield


@contextlib.contextmanager
def expect_sqlalchemy_deprecated(
    *messages: str, **kw: Any
) -> Generator[None, None, None]:
    """Demand SQLAlchemy's ``SADeprecationWarning``; see :func:`expect_warnings`."""
    with _expected(sa_exc.SADeprecationWarning, messages, **kw):
        yield


def emits_python_deprecation_warning(*messages: str) -> Callable[[_F], _F]:
    """Return a decorator for a test that may emit a ``DeprecationWarning``.

    :param messages: as for :func:`expect_warnings`; none of them must be seen
    """

    @decorator
    def decorate(fn: Callable[..., Any], *args: Any, **kw: Any) -> Any:
        with expect_deprecated(*messages, assert_=False):
            return fn(*args, **kw)

    decorated: Callable[[_F], _F] = decorate
    return decorated


@contextlib.contextmanager
def _expected(
    category: type[Warning],
    messages: tuple[str, ...],
    regex: bool = True,
    search_msg: bool = False,
    assert_: bool = True,
) -> Generator[None, None, None]:
    """Take the expected warnings out of what a block emits; demand each of them."""
    patterns = [_pattern(text, regex or search_msg) for text in messages]
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always" if patterns else "ignore", category)
        yield
    unseen = dict.fromkeys(patterns)
    for each in seen:
        match = _first_match(patterns, each, category, search_msg)
        if match is None:
            _emit_again(each)
        else:
            unseen.pop(match, None)
    if assert_ and unseen:
        named = ", ".join(repr(pattern.pattern) for pattern in unseen)
        raise AssertionError(f"no {category.__name__} was seen that says {named}")


def _pattern(text: str, is_regex: bool) -> re.Pattern[str]:
    flags = re.IGNORECASE | re.DOTALL
    return re.compile(text if is_regex else re.escape(text) + r"\Z", flags)


def _first_match(
    patterns: list[re.Pattern[str]],
    seen: warnings.WarningMessage,
    category: type[Warning],
    anywhere: bool,
) -> re.Pattern[str] | None:
    if not issubclass(seen.category, category):
        return None
    said = str(seen.message)
    for pattern in patterns:
        if pattern.search(said) if anywhere else pattern.match(said):
            return pattern
    return None


def _emit_again(seen: warnings.WarningMessage) -> None:
    """Give a warning that nobody expected to the filters around the block."""
    warnings.warn_explicit(seen.message, seen.category, seen.filename, seen.lineno)
