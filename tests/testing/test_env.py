"""The migration folder that tests make and remove."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.testing import env
from alembic.testing.recording import op_fixture
from alembic.util.exc import CommandError


@pytest.fixture
def config(folder: Path) -> Config:
    """The settings of a folder that was made with the generic template."""
    env.staging_env()
    return Config("scratch/test_alembic.ini")


def files(below: str = "scratch") -> set[str]:
    return {
        path.relative_to(below).as_posix()
        for path in Path(below).rglob("*")
        if path.is_file()
    }


def test_the_folder_is_what_init_makes(folder: Path) -> None:
    scripts = env.staging_env()

    assert scripts.dir == str(folder / "scratch" / "scripts")
    assert {"test_alembic.ini", "scripts/env.py", "scripts/script.py.mako"} <= files()


def test_a_template_may_want_settings_in_toml(folder: Path) -> None:
    scripts = env.staging_env(template="pyproject")

    assert "pyproject.toml" in files()
    assert scripts.dir == str(folder / "scratch" / "scripts")


def test_a_folder_that_is_left_over_is_refused(config: Config) -> None:
    with pytest.raises(CommandError, match="already exists"):
        env.staging_env()


def test_a_folder_can_be_taken_as_it_is(config: Config) -> None:
    Path("scratch/scripts/versions/a.py").write_text("revision='a'\ndown_revision=None")

    assert env.staging_env(create=False).get_heads() == ["a"]


def test_the_folder_is_removed(config: Config) -> None:
    env.clear_staging_env()
    env.clear_staging_env()

    assert not os.path.exists("scratch")


def test_workers_have_folders_of_their_own(folder: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("sqlalchemy.testing.provision.FOLLOWER_IDENT", "gw1")

    env.staging_env()

    assert (folder / "scratch_gw1" / "scripts" / "env.py").exists()


def test_the_template_of_revisions_can_be_replaced(config: Config) -> None:
    env.script_file_fixture("revision = ${repr(up_revision)}\ndown_revision = None\n")

    script = ScriptDirectory.from_config(config).generate_revision("a", None)
    assert script is not None
    assert Path(script.path).read_text() == "revision = 'a'\ndown_revision = None\n"


def test_an_env_py_has_context_and_config_already(config: Config) -> None:
    env.env_file_fixture(
        """
        config.attributes["seen"] = context.is_offline_mode()
        """
    )

    text = Path("scratch/scripts/env.py").read_text()
    assert "config = context.config\n" in text
    compile(text, "env.py", "exec")


def test_a_revision_file_can_be_replaced(config: Config) -> None:
    a, b, _ = env.three_rev_fixture(config)
    scripts = ScriptDirectory.from_config(config)

    env.write_script(
        scripts,
        b,
        f"""
        '''größer'''
        revision = {b!r}
        down_revision = {a!r}
        """,
        encoding="utf-8",
    )

    assert scripts.get_revision(b).doc == "größer"
    assert ScriptDirectory.from_config(config).get_revision(b).doc == "größer"


def test_a_replaced_file_must_follow_the_same_revision(config: Config) -> None:
    _, b, _ = env.three_rev_fixture(config)

    with pytest.raises(CommandError, match="can't change down_revision"):
        env.write_script(
            ScriptDirectory.from_config(config),
            b,
            f"revision = {b!r}\ndown_revision = None\n",
        )


def test_three_revisions_stand_in_a_line(config: Config) -> None:
    a, b, c = env.three_rev_fixture(config)

    walked = ScriptDirectory.from_config(config).walk_revisions()
    assert [script.revision for script in walked] == [c, b, a]


def test_the_second_revision_says_something_that_is_not_ascii(config: Config) -> None:
    _, b, _ = env.three_rev_fixture(config)

    assert not ScriptDirectory.from_config(config).get_revision(b).doc.isascii()


def test_their_bodies_are_steps(config: Config) -> None:
    ids = env.three_rev_fixture(config)
    ids += env.multi_heads_fixture(config, *ids)
    context = op_fixture()

    scripts = ScriptDirectory.from_config(config)
    for id in ids:
        scripts.get_revision(id).module.upgrade()
    scripts.get_revision(ids[0]).module.downgrade()

    steps = [f"CREATE STEP {number}" for number in range(1, 7)]
    context.assert_(*steps, "DROP STEP 1")


def test_three_more_make_three_heads(config: Config) -> None:
    a, b, c = env.three_rev_fixture(config)
    d, e, f = env.multi_heads_fixture(config, a, b, c)

    scripts = ScriptDirectory.from_config(config)
    assert set(scripts.get_heads()) == {c, e, f}
    assert scripts.get_revision(e).down_revision == d
    assert scripts.get_revision(f).down_revision == b


@pytest.mark.parametrize(
    ("style", "where"),
    [
        ("simple", "env.pyc"),
        ("pep3147_envonly", "__pycache__/env"),
        ("pep3147_everything", "__pycache__/env"),
    ],
)
def test_env_py_can_be_replaced_by_its_compiled_file(
    folder: Path, style: Any, where: str
) -> None:
    scripts = env.staging_env(sourceless=style)

    found = files(scripts.dir)
    assert "env.py" not in found
    assert any(name.startswith(where) for name in found)


@pytest.mark.parametrize(
    ("style", "beside"),
    [("simple", True), ("pep3147_envonly", True), ("pep3147_everything", False)],
)
def test_a_revision_file_can_be_replaced_by_its_compiled_file(
    config: Config, style: Any, beside: bool
) -> None:
    config.set_main_option("sourceless", "true")
    a, _, _ = env.three_rev_fixture(config)
    scripts = ScriptDirectory.from_config(config)
    source = f"revision = {a!r}\ndown_revision = None\nmark = 1\n"

    env.write_script(scripts, a, source, sourceless=style)

    assert os.path.exists(scripts.get_revision(a).path + "c") == beside
    assert not os.path.exists(scripts.get_revision(a).path)
    again = ScriptDirectory.from_config(config)
    assert again.get_revision(a).module.mark == 1


def test_an_unknown_way_to_compile_is_refused(folder: Path) -> None:
    Path("a.py").write_text("")

    with pytest.raises(ValueError, match="'all' is no way"):
        env.make_sourceless("a.py", "all")  # type: ignore[arg-type]
    assert Path("a.py").exists()
