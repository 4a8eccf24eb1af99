"""Modules whose functions speak for a current object."""

from __future__ import annotations

import threading
import types
from typing import Any, Callable

import pytest

from alembic.util.proxy import ModuleClsProxy


@pytest.fixture
def speaker() -> Any:
    """A class of its own for each test."""

    class Speaker(ModuleClsProxy):
        title: str = ""

        def __init__(self, title: str = "") -> None:
            self.title = title

        def say(self, word: str, *, times: int = 1) -> str:
            """Say a word."""
            return f"{self.title}:{word * times}"

        @classmethod
        def kind(cls) -> str:
            return cls.__name__

        def _hidden(self) -> None: ...

    return Speaker


@pytest.fixture
def module(speaker: Any) -> Any:
    module = types.ModuleType("mouth")
    speaker.create_module_class_proxy(vars(module), vars(module))
    return module


def test_a_function_speaks_for_the_installed_object(speaker: Any, module: Any) -> None:
    one = speaker("one")
    one._install_proxy()

    assert module.say("ha", times=2) == "one:haha"
    assert module.kind() == "Speaker"
    one._remove_proxy()


def test_a_function_carries_name_and_docstring(module: Any) -> None:
    assert module.say.__name__ == "say"
    assert module.say.__doc__ == "Say a word."
    assert module.say.__module__ == "mouth"


def test_private_methods_are_not_published(module: Any) -> None:
    assert not hasattr(module, "_hidden")
    assert not hasattr(module, "_install_proxy")


def test_nothing_installed_yet_is_a_name_error(module: Any) -> None:
    with pytest.raises(NameError) as caught:
        module.say("ha")

    assert str(caught.value) == (
        "Can't invoke function 'say', as the proxy object has not yet been established "
        "for the Alembic 'Speaker' class.  Try placing this code inside a callable."
    )
    assert not hasattr(module, "_proxy")
    assert not hasattr(module, "title")


def test_the_object_and_its_attributes_are_readable_meanwhile(
    speaker: Any, module: Any
) -> None:
    one = speaker("one")
    one._install_proxy()
    assert module._proxy is one
    assert module.title == "one"

    one._remove_proxy()
    assert module._proxy is None
    assert not hasattr(module, "title")
    with pytest.raises(AttributeError):
        module.say("ha")


def test_an_inner_object_gives_way_to_the_outer_one(speaker: Any, module: Any) -> None:
    outer, inner = speaker("outer"), speaker("inner")
    outer._install_proxy()
    inner._install_proxy()
    assert module.say("x") == "inner:x"

    inner._remove_proxy()
    assert module.say("x") == "outer:x"
    outer._remove_proxy()


def test_a_method_set_later_appears_and_disappears(speaker: Any, module: Any) -> None:
    speaker.shout = lambda self, word: self.title + word.upper()
    speaker("a")._install_proxy()
    assert module.shout("x") == "aX"

    del speaker.shout
    assert not hasattr(module, "shout")


def test_a_method_of_a_base_class_set_later_appears_too(
    speaker: Any, module: Any
) -> None:
    class Louder(speaker):
        pass

    loud = types.ModuleType("loud")
    Louder.create_module_class_proxy(vars(loud), vars(loud))
    speaker.whisper = lambda self: "psst"
    Louder("b")._install_proxy()

    assert loud.whisper() == "psst"
    # an object of the derived class is one of the base class
    assert module.whisper() == "psst"


def test_an_assigned_object_is_spoken_for_until_another_is_installed(
    speaker: Any, module: Any
) -> None:
    module._proxy = speaker("assigned")
    assert module.say("x") == "assigned:x"

    one = speaker("one")
    one._install_proxy()
    assert module.say("x") == "one:x"
    one._remove_proxy()


def in_thread(work: Callable[[], Any]) -> Any:
    """Run something in a thread of its own and return what it returned."""
    results: list[Any] = []
    thread = threading.Thread(target=lambda: results.append(work()))
    thread.start()
    thread.join()
    return results[0]


def test_a_thread_that_installed_nothing_sees_the_latest(
    speaker: Any, module: Any
) -> None:
    one = speaker("one")
    one._install_proxy()

    assert in_thread(lambda: module.say("x")) == "one:x"
    one._remove_proxy()
    assert in_thread(lambda: module._proxy) is None


def test_threads_with_objects_of_their_own_do_not_meet(
    speaker: Any, module: Any
) -> None:
    meeting = threading.Barrier(8, timeout=30)
    heard: dict[str, set[str]] = {}

    def work(name: str) -> None:
        mine = speaker(name)
        mine._install_proxy()
        meeting.wait()
        heard[name] = {module.say("") for _ in range(200)} | {module.title}
        meeting.wait()
        mine._remove_proxy()

    threads = [threading.Thread(target=work, args=(f"t{i}",)) for i in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert heard == {f"t{i}": {f"t{i}:", f"t{i}"} for i in range(8)}


def test_a_thread_whose_object_has_ended_does_not_take_that_of_another(
    speaker: Any, module: Any
) -> None:
    other = speaker("other")
    other._install_proxy()

    def work() -> Any:
        mine = speaker("mine")
        mine._install_proxy()
        mine._remove_proxy()
        return module._proxy

    assert in_thread(work) is None
    other._remove_proxy()
