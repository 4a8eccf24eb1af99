"""Registries of functions."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from alembic.util.dispatch import (
    Dispatcher,
    DispatchPriority,
    PriorityDispatcher,
    PriorityDispatchResult,
)


class Base: ...


class Derived(Base): ...


def function(name: str) -> Callable[[], str]:
    return lambda: name


@pytest.fixture
def dispatcher() -> Dispatcher:
    dispatcher = Dispatcher()
    dispatcher.dispatch_for(Base)(function("base"))
    dispatcher.dispatch_for(Base, qualifier="pg")(function("base on pg"))
    dispatcher.dispatch_for(Derived)(function("derived"))
    dispatcher.dispatch_for("name")(function("by name"))
    return dispatcher


@pytest.mark.parametrize(
    ("obj", "qualifier", "expected"),
    [
        (Base(), "default", "base"),
        (Base, "default", "base"),
        (Base(), "pg", "base on pg"),
        (Base(), "other", "base"),
        (Derived(), "default", "derived"),
        # the nearest class decides before the qualifier does
        (Derived(), "pg", "derived"),
        ("name", "pg", "by name"),
    ],
)
def test_the_nearest_class_then_the_qualifier_decides(
    dispatcher: Dispatcher, obj: Any, qualifier: str, expected: str
) -> None:
    assert dispatcher.dispatch(obj, qualifier)() == expected


@pytest.mark.parametrize("obj", ["unknown", 3, int])
def test_what_is_not_registered_is_an_error(dispatcher: Dispatcher, obj: Any) -> None:
    with pytest.raises(ValueError, match="no dispatch function for object: "):
        dispatcher.dispatch(obj)


def test_a_function_for_one_database_is_none_for_the_others() -> None:
    dispatcher = Dispatcher()
    dispatcher.dispatch_for(Base, qualifier="pg")(function("base on pg"))

    with pytest.raises(ValueError, match="no dispatch function"):
        dispatcher.dispatch(Base())


def test_a_second_function_must_say_that_it_replaces(dispatcher: Dispatcher) -> None:
    with pytest.raises(ValueError, match="replace=True"):
        dispatcher.dispatch_for(Base)(function("second"))

    dispatcher.dispatch_for(Base, replace=True)(function("second"))
    assert dispatcher.dispatch(Base())() == "second"


def test_the_decorator_returns_the_function() -> None:
    fn = function("x")

    assert Dispatcher().dispatch_for("x")(fn) is fn


def test_a_branch_knows_more_and_tells_nobody(dispatcher: Dispatcher) -> None:
    branch = dispatcher.branch()
    branch.dispatch_for("new")(function("new"))

    assert branch.dispatch("new")() == "new"
    assert branch.dispatch(Base())() == "base"
    with pytest.raises(ValueError, match="new"):
        dispatcher.dispatch("new")


class Recorder:
    """A dispatcher whose functions note that they ran."""

    def __init__(self) -> None:
        self.dispatcher = PriorityDispatcher()
        self.ran: list[str] = []

    def add(self, name: str, result: Any = None, **kw: Any) -> None:
        @self.dispatcher.dispatch_for("table", **kw)
        def note(*args: Any) -> Any:
            self.ran.append(name)
            return result

    def run(self, **kw: Any) -> list[str]:
        self.dispatcher.dispatch("table", **kw)("argument")
        return self.ran


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def test_functions_run_by_priority_then_as_registered(recorder: Recorder) -> None:
    recorder.add("last", priority=DispatchPriority.LAST)
    recorder.add("one")
    recorder.add("two")
    recorder.add("first", priority=DispatchPriority.FIRST)

    assert recorder.run() == ["first", "one", "two", "last"]


def test_those_of_the_database_run_before_the_default_ones(recorder: Recorder) -> None:
    recorder.add("all")
    recorder.add("pg", qualifier="pg")
    recorder.add("mysql", qualifier="mysql")
    recorder.add("first of all", priority=DispatchPriority.FIRST)

    assert recorder.run(qualifier="pg") == ["first of all", "pg", "all"]


def test_the_default_functions_run_once(recorder: Recorder) -> None:
    recorder.add("all")

    assert recorder.run(qualifier="default") == ["all"]


def test_stop_ends_its_own_subgroup_only(recorder: Recorder) -> None:
    stop, go_on = PriorityDispatchResult.STOP, PriorityDispatchResult.CONTINUE
    recorder.add("a1", stop, subgroup="a")
    recorder.add("a2", subgroup="a")
    recorder.add("b1", go_on, subgroup="b")
    recorder.add("b2", subgroup="b")
    recorder.add("none")

    assert recorder.run() == ["a1", "b1", "b2", "none"]


def test_functions_without_a_subgroup_share_one(recorder: Recorder) -> None:
    recorder.add("one", PriorityDispatchResult.STOP)
    recorder.add("two")
    recorder.add("other", subgroup="x")

    assert recorder.run() == ["one", "other"]


def test_nothing_registered_is_no_error() -> None:
    PriorityDispatcher().dispatch("nothing")(1, 2)


def test_what_is_added_comes_after_what_was_there(recorder: Recorder) -> None:
    more = Recorder()
    more.ran = recorder.ran
    more.add("theirs")
    recorder.add("ours")
    recorder.dispatcher.populate_with(more.dispatcher)

    assert recorder.run() == ["ours", "theirs"]


def test_a_branch_of_priorities_is_a_copy(recorder: Recorder) -> None:
    recorder.add("old")
    branch = recorder.dispatcher.branch()
    branch.dispatch_for("table")(lambda *args: recorder.ran.append("new"))

    branch.dispatch("table")()
    assert recorder.ran == ["old", "new"]

    recorder.ran.clear()
    assert recorder.run() == ["old"]


def test_a_test_suite_may_take_out_what_was_registered(recorder: Recorder) -> None:
    registry = recorder.dispatcher._registry  # the way of published packages
    registry[("table", "default")] = [  # type: ignore[index]
        entry
        for entry in registry[("table", "default")]  # type: ignore[index]
    ]
    recorder.add("ours")

    assert recorder.run() == ["ours"]
    assert recorder.dispatcher.branch().modules() == {recorder.add.__module__}
