"""Extensions: registered by name, found through entry points, chosen by patterns."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Iterator

import pytest

from alembic.operations.base import Operations
from alembic.runtime import plugins
from alembic.runtime.plugins import Plugin
from alembic.util.dispatch import PriorityDispatcher, PriorityDispatchResult
from alembic.util.exc import CommandError


@pytest.fixture(autouse=True)
def none_registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Begin without plugins, and without having looked for any."""
    monkeypatch.setattr(plugins, "_plugins", {})
    monkeypatch.setattr(plugins, "_loaded", True)
    yield


def chosen(*expressions: str) -> list[str]:
    """Return the names of the plugins that expressions choose."""
    calls: list[str] = []

    def comparator(name: str) -> Any:
        def compare() -> PriorityDispatchResult:
            calls.append(name)
            return PriorityDispatchResult.CONTINUE

        return compare

    for plugin in plugins._plugins.values():
        plugin.autogenerate_comparators = PriorityDispatcher()
        plugin.add_autogenerate_comparator(comparator(plugin.name), "table", "x")
    dispatcher = PriorityDispatcher()
    Plugin.populate_autogenerate_priority_dispatch(dispatcher, list(expressions))
    dispatcher.dispatch("table")()
    return calls


@pytest.mark.parametrize(
    ("expressions", "names"),
    [
        ([], []),
        (["a.one"], ["a.one"]),
        (["a.*"], ["a.one", "a.two.deep"]),
        (["*"], ["a.one", "a.two.deep", "b.one"]),
        (["*.one"], ["a.one", "b.one"]),
        (["a.*", "~a.one"], ["a.two.deep"]),
        (["b.one", "a.one"], ["a.one", "b.one"]),
        (["a.*", "*"], ["a.one", "a.two.deep", "b.one"]),
        (["~b.*", "*"], ["a.one", "a.two.deep"]),
        (["~nosuch", "b.one"], ["b.one"]),
    ],
)
def test_patterns_choose_plugins_in_the_order_of_their_registration(
    expressions: list[str], names: list[str]
) -> None:
    for name in ("a.one", "a.two.deep", "b.one"):
        Plugin(name)

    assert chosen(*expressions) == names


@pytest.mark.parametrize(
    "expressions", [["nosuch"], ["a"], ["a.one", "~a.one"], ["a.one.*"]]
)
def test_what_matches_nothing_is_an_error(expressions: list[str]) -> None:
    Plugin("a.one")

    with pytest.raises(CommandError, match="^Did not locate plugins: "):
        chosen(*expressions)


@pytest.mark.parametrize("expression", ["a b", "a..b", "", "~", "a.b*", "1a"])
def test_what_no_name_can_match_is_an_error(expression: str) -> None:
    with pytest.raises(ValueError, match="Invalid plugin expression"):
        chosen(expression)


def test_a_plugin_that_moved_is_found_under_its_former_name() -> None:
    Plugin("alembic.ext.checkconstraint_byname")

    assert chosen("alembic.autogenerate.checkconstraint_byname") == [
        "alembic.ext.checkconstraint_byname"
    ]


def test_two_plugins_of_one_name_are_an_error_until_the_first_is_removed() -> None:
    first = Plugin("a.one")

    with pytest.raises(
        ValueError, match="^A plugin named a.one is already registered$"
    ):
        Plugin("a.one")
    first.remove()
    assert Plugin("a.one").name == "a.one"


def test_registering_and_choosing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="alembic.runtime.plugins")
    Plugin("a.one")
    chosen("a.one")

    assert caplog.messages == [
        "setup plugin a.one",
        "setting up autogenerate plugin a.one",
    ]


def test_a_module_fills_its_plugin() -> None:
    module = ModuleType("mine")
    filled: list[Any] = []
    module.setup = filled.append  # type: ignore[attr-defined]

    Plugin.setup_plugin_from_module(module, "a.mine")

    assert [plugin.name for plugin in filled] == ["a.mine"]


class Installed:
    """A distribution in a folder of its own that names entry points."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.info = folder / "sample-1.0.dist-info"
        self.info.mkdir()
        (self.info / "METADATA").write_text(
            "Metadata-Version: 2.1\nName: sample\nVersion: 1.0\n", encoding="utf-8"
        )
        monkeypatch.syspath_prepend(str(folder))
        monkeypatch.setattr(plugins, "_loaded", False)

    def module(self, name: str, text: str) -> None:
        """Write a module that can be imported."""
        sys.modules.pop(name, None)
        (self.folder / f"{name}.py").write_text(text, encoding="utf-8")

    def entry_points(self, *lines: str) -> None:
        """Write what the distribution names."""
        text = "\n".join(["[alembic.plugins]", *lines, ""])
        (self.info / "entry_points.txt").write_text(text, encoding="utf-8")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installed:
    """A distribution that is being installed."""
    return Installed(tmp_path, monkeypatch)


def test_entry_points_are_set_up_once(installed: Installed) -> None:
    installed.module("sample_one", "def setup(plugin):\n    pass\n")
    installed.entry_points("sample.one = sample_one")

    plugins.load_entry_points()
    plugins.load_entry_points()

    assert "sample.one" in plugins._plugins


def test_an_entry_point_may_name_several_modules_with_a_warning(
    installed: Installed,
) -> None:
    installed.module(
        "sample_many",
        "import types\n"
        "first, second = types.ModuleType('p.first'), types.ModuleType('p.second')\n"
        "first.setup = second.setup = lambda plugin: None\n"
        "modules = [first, second]\n",
    )
    installed.entry_points("sample.many = sample_many:modules")

    with pytest.warns(DeprecationWarning, match="sample.many"):
        plugins.load_entry_points()

    assert {"sample.many", "sample.many.second"} <= set(plugins._plugins)


@pytest.mark.parametrize("target", ["sample_missing", "sample_one:missing"])
def test_an_entry_point_that_cannot_be_loaded_is_named(
    installed: Installed, target: str
) -> None:
    installed.module("sample_one", "def setup(plugin):\n    pass\n")
    installed.entry_points(f"sample.bad = {target}")

    with pytest.raises(CommandError, match="'sample.bad'.*cannot be loaded"):
        plugins.load_entry_points()


@pytest.fixture
def without_sample_op() -> Iterator[None]:
    """Take the operation away again that a plugin has brought."""
    yield
    del Operations.sample_op  # type: ignore[attr-defined]


@pytest.mark.usefixtures("without_sample_op")
def test_a_plugin_may_bring_operations(
    installed: Installed, project: Any, migrator: Any
) -> None:
    installed.module(
        "sample_ops",
        "from alembic.operations import Operations\n"
        "from alembic.operations.ops import MigrateOperation\n\n\n"
        "class SampleOp(MigrateOperation):\n"
        "    @classmethod\n"
        "    def sample_op(cls, operations):\n"
        "        operations.execute('CREATE TABLE by_plugin (x)')\n\n\n"
        "def setup(plugin):\n"
        "    Operations.register_operation('sample_op')(SampleOp)\n",
    )
    installed.entry_points("sample.ops = sample_ops")
    project.revision("a100", upgrade="op.sample_op()")

    migrator.upgrade()

    assert "by_plugin" in project.tables()


def test_a_plugin_may_bring_a_dialect(installed: Installed) -> None:
    installed.module(
        "sample_dialect",
        "from alembic.ddl.impl import DefaultImpl\n\n\n"
        "class SampleImpl(DefaultImpl):\n"
        "    __dialect__ = 'sampledb'\n\n\n"
        "def setup(plugin):\n"
        "    pass\n",
    )
    installed.entry_points("sample.dialect = sample_dialect")

    from sqlalchemy.engine.default import DefaultDialect

    from alembic.runtime.migration import MigrationContext

    class SampleDialect(DefaultDialect):
        name = "sampledb"

    context = MigrationContext.configure(dialect=SampleDialect())

    assert type(context.impl).__name__ == "SampleImpl"
