"""What targets of a whole script directory lead to, and how errors name them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.script.revision import MultipleHeads, Revision, RevisionMap
from alembic.util import CommandError


@pytest.fixture
def directory(tmp_path: Path) -> ScriptDirectory:
    versions = tmp_path / "versions"
    versions.mkdir()
    for name, down in {"a1": None, "b1": "a1", "b2": "b1", "c1": "a1"}.items():
        versions.joinpath(f"{name}.py").write_text(
            f"revision = {name!r}\ndown_revision = {down!r}\n"
            "def upgrade(): pass\ndef downgrade(): pass\n"
        )
    return ScriptDirectory(str(tmp_path))


@pytest.mark.parametrize("target", ["head-1", "head+1", "a1@head", "a1@head-1"])
def test_an_ambiguous_head_is_named_as_it_was_typed(
    directory: ScriptDirectory, target: str
) -> None:
    with pytest.raises(CommandError, match="given argument '(.*?)';") as failure:
        directory._upgrade_revs(target, None)
    assert f"given argument '{target}';" in str(failure.value)
    with pytest.raises(CommandError) as failure:
        directory._downgrade_revs(target, ("b2", "c1"))
    assert f"given argument '{target}';" in str(failure.value)


@pytest.mark.parametrize("symbol", ["head", "heads", "base"])
def test_head_heads_and_base_are_no_branches(
    directory: ScriptDirectory, symbol: str
) -> None:
    with pytest.raises(CommandError, match=f"identified by '{symbol}'"):
        directory.get_revisions(f"{symbol}@b2")


@pytest.mark.parametrize("target", ["-1", "b2@-1"])
def test_a_stamp_names_its_revision_and_takes_no_steps(
    directory: ScriptDirectory, target: str
) -> None:
    with pytest.raises(CommandError, match="identified by '-1'"):
        directory._stamp_revs(target, ("b2",))


@pytest.mark.parametrize("start", ["-1", "-9", "b2@-1"])
def test_a_script_starts_at_a_named_revision(tmp_path: Path, start: str) -> None:
    config = Config(tmp_path / "alembic.ini")
    command.init(config, str(tmp_path / "scripts"))
    config = Config(tmp_path / "alembic.ini")
    config.set_main_option("sqlalchemy.url", "sqlite://")
    command.revision(config, rev_id="b2")
    with pytest.raises(CommandError, match=f"identified by '{start}'"):
        command.downgrade(config, f"{start}:base", sql=True)


def test_a_version_location_that_is_named_twice_is_warned_of(
    directory: ScriptDirectory,
) -> None:
    versions = f"{directory.dir}/versions"
    twice = ScriptDirectory(directory.dir, version_locations=[versions, versions])
    with pytest.warns(UserWarning, match="loaded twice! ignoring") as caught:
        heads = twice.get_heads()
    assert (sorted(heads), len(caught)) == (["b2", "c1"], 4)


def test_init_names_an_occupied_folder_by_its_plain_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tmp_path.joinpath("x").mkdir()
    tmp_path.joinpath("x", "file").write_text("")
    with pytest.raises(CommandError, match="^Directory x already exists and is not"):
        command.init(Config(tmp_path / "alembic.ini"), "./x")


def test_the_lineage_of_a_symbol_may_be_asked_for(directory: ScriptDirectory) -> None:
    revisions = directory.revision_map
    everything = ("a1", "b1", "b2", "c1")
    expected = {
        "base": everything,
        "heads": everything,
        "b1": ("a1", "b1", "b2"),
        "b1@base": ("a1", "b1", "b2"),
        "b2@a1": everything,
        ("b2", "c1"): everything,
        ("b2",): ("a1", "b1", "b2"),
        (): everything,
    }
    for symbol, found in expected.items():
        assert revisions.filter_for_lineage(everything, symbol) == found, symbol
    with pytest.raises(MultipleHeads, match="given argument 'head'; b2, c1"):
        revisions.filter_for_lineage(everything, "head")


@pytest.mark.parametrize(
    ("branch", "head"), [("b1", "b2"), (("b1",), "b2"), ("c1@base", "c1")]
)
def test_the_head_of_a_branch_may_be_asked_for(
    directory: ScriptDirectory, branch: Any, head: str
) -> None:
    assert directory.revision_map.get_current_head(branch) == head


def test_a_range_holds_what_follows_its_start_but_not_what_only_depends_on_it() -> None:
    revisions = RevisionMap(
        lambda: [
            Revision("a", None),
            Revision("b", "a"),
            Revision("c", "a", dependencies="b"),
            Revision("d", ("b", "c")),
        ]
    )
    found = revisions.iterate_revisions("d", "b")
    assert [revision.revision for revision in found] == ["d"]
