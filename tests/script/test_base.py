"""The script directory: settings, questions, plans, errors in one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util.exc import CommandError


class Settings:
    """What ``from_config`` asks of the settings of a project."""

    def __init__(self, **options: Any) -> None:
        self.options = options
        self.messaging_opts = {"quiet": True}

    def get_alembic_option(self, name: str, default: Any = None) -> Any:
        return self.options.get(name, default)

    def get_alembic_boolean_option(self, name: str) -> bool:
        return bool(self.options.get(name))

    def get_version_locations_list(self) -> list[str] | None:
        return self.options.get("version_locations")

    def get_prepend_sys_paths_list(self) -> list[str] | None:
        return self.options.get("prepend_sys_path")

    def get_hooks_list(self) -> list[dict[str, str]]:
        return self.options.get("hooks", [])


@pytest.fixture
def branched(folder: Any) -> ScriptDirectory:
    """a > b > c; a > d(side); x needs d."""
    folder.add("a")
    folder.add("b", "a")
    folder.add("c", "b")
    folder.add("d", "a", branch_labels="side")
    folder.add("x", depends_on="d")
    made: ScriptDirectory = folder.directory()
    return made


def ids(revisions: Any) -> list[str]:
    return [revision.revision for revision in revisions]


# -- settings ------------------------------------------------------------------------


def test_settings_are_taken_over(folder: Any) -> None:
    hooks = [{"_hook_name": "h"}]
    script = ScriptDirectory.from_config(
        Settings(
            script_location=str(folder.path),
            file_template="%(rev)s",
            truncate_slug_length="12",
            timezone="UTC",
            sourceless=True,
            recursive_version_locations=True,
            output_encoding="latin-1",
            hooks=hooks,
        )
    )

    assert script.dir == str(folder.path)
    assert (script.file_template, script.truncate_slug_length) == ("%(rev)s", 12)
    assert (script.timezone, script.sourceless) == ("UTC", True)
    assert (script.output_encoding, script.hooks) == ("latin-1", hooks)
    assert script.recursive_version_locations
    assert script.messaging_opts == {"quiet": True}
    assert script.versions == str(folder.versions)


@pytest.mark.parametrize("given", ["0", "", 0, None])
def test_no_slug_length_is_the_usual_one(given: Any, folder: Any) -> None:
    settings = Settings(script_location=str(folder.path), truncate_slug_length=given)

    assert ScriptDirectory.from_config(settings).truncate_slug_length == 40


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "No 'script_location' key found in configuration."),
        (
            {"script_location": "no/where"},
            (
                "Path doesn't exist: no/where.  Please use the 'init' command to "
                "create a new scripts folder."
            ),
        ),
        (
            {"script_location": ".", "truncate_slug_length": "x"},
            "Option 'truncate_slug_length' is not a number: 'x'",
        ),
    ],
)
def test_wrong_settings_are_one_sentence(options: Any, said: str) -> None:
    with pytest.raises(CommandError) as failure:
        ScriptDirectory.from_config(Settings(**options))

    assert str(failure.value) == said


def test_folders_are_put_before_the_path_in_order(
    folder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", ["old"])
    settings = Settings(
        script_location=str(folder.path), prepend_sys_path=["one", "two"]
    )

    ScriptDirectory.from_config(settings)

    assert sys.path == ["one", "two", "old"]


def test_a_folder_can_be_a_resource_of_a_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "some_package_x" / "deep" / "migrations"
    inside.mkdir(parents=True)
    (tmp_path / "some_package_x" / "__init__.py").touch()
    (inside / "other").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))

    script = ScriptDirectory.from_config(
        Settings(
            script_location="some_package_x:deep:migrations",
            version_locations=["some_package_x:deep:migrations:other", str(tmp_path)],
        )
    )

    assert script.dir == str(inside)
    assert script.locations == (str(inside / "other"), str(tmp_path))


def test_several_locations_are_not_one(folder: Any, tmp_path: Path) -> None:
    script = folder.directory(version_locations=[str(tmp_path), str(folder.versions)])

    with pytest.raises(CommandError, match="Multiple version_locations present"):
        assert script.versions


def test_packages_read_the_folders_under_their_old_name(
    folder: Any, tmp_path: Path
) -> None:
    script = folder.directory()
    assert [os.fspath(one) for one in script._version_locations] == [script.versions]

    script = folder.directory(version_locations=[str(tmp_path), str(folder.versions)])
    assert tuple(map(os.fspath, script._version_locations)) == script.locations


def test_a_percent_sign_in_a_folder_is_nothing_special(tmp_path: Path) -> None:
    path = tmp_path / "100%(rev)s %d"
    (path / "versions").mkdir(parents=True)
    (path / "script.py.mako").write_text(
        "revision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n"
        "def upgrade(): pass\n"
    )
    script = ScriptDirectory(path, messaging_opts={"quiet": True})

    script.generate_revision("a", "50% more")

    assert os.listdir(path / "versions") == ["a_50_more.py"]
    assert ids(ScriptDirectory(path).walk_revisions()) == ["a"]


# -- the folder of versions ----------------------------------------------------------


def test_a_missing_versions_folder_has_no_revisions(folder: Any) -> None:
    folder.versions.rmdir()

    with pytest.warns(
        UserWarning, match=r"Version folder .*versions doesn't exist, so"
    ):
        assert folder.directory().get_heads() == []


def test_a_version_folder_that_is_named_must_exist(folder: Any, tmp_path: Path) -> None:
    script = folder.directory(version_locations=[str(tmp_path / "nowhere")])

    with pytest.raises(CommandError, match=r"Version folder .*nowhere doesn't exist"):
        script.get_heads()


def test_one_of_several_version_folders_may_be_missing(
    folder: Any, tmp_path: Path
) -> None:
    folder.add("a")
    locations = [str(tmp_path / "later"), str(folder.versions)]

    assert folder.directory(version_locations=locations).get_heads() == ["a"]


def test_an_empty_folder_has_no_heads(folder: Any) -> None:
    script = folder.directory()

    assert (script.get_heads(), script.get_bases()) == ([], [])
    assert (script.get_current_head(), script.get_base()) == (None, None)
    assert list(script.walk_revisions()) == []


def test_revisions_load_in_the_order_of_their_names(folder: Any) -> None:
    for name in ("c", "a", "b"):
        folder.add(name)

    assert ids(folder.directory()._load_revisions()) == ["a", "b", "c"]


def test_a_wrong_identifier_names_its_file(folder: Any) -> None:
    path = folder.add("a:b", name="some")

    with pytest.raises(RevisionError) as failure:
        folder.directory().get_heads()

    assert str(failure.value) == (
        "Character(s) ':' not allowed in revision identifier 'a:b', in revision file "
        f"{path}"
    )


# -- questions -----------------------------------------------------------------------


def test_heads_and_bases(branched: ScriptDirectory) -> None:
    assert branched.get_heads() == ["c", "d", "x"]
    assert branched.get_heads(consider_depends_on=True) == ["c", "x"]
    assert branched.get_bases() == ["a", "x"]


def test_several_heads_or_bases_are_not_one(branched: ScriptDirectory) -> None:
    with pytest.raises(CommandError, match=r"multiple heads \(due to branching\)"):
        branched.get_current_head()
    with pytest.raises(CommandError, match="has multiple bases. Please use get_bases"):
        branched.get_base()


def test_walking(branched: ScriptDirectory) -> None:
    assert ids(branched.walk_revisions("a", "c")) == ["c", "b", "a"]
    assert sorted(ids(branched.walk_revisions())) == ["a", "b", "c", "d", "x"]
    assert ids(branched.iterate_revisions("c", "a")) == ["c", "b"]


def test_current_tips(branched: ScriptDirectory) -> None:
    assert sorted(ids(branched.get_all_current(("b",)))) == ["b"]
    assert sorted(ids(branched.get_all_current(("b", "x")))) == ["b", "d", "x"]
    assert branched.get_all_current(()) == set()


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("heads", ("c", "x")),
        ("base", None),
        (None, None),
        ("zz", "zz"),
        (("b", "c"), "b"),
        (("head", "c"), "head"),
        ((), None),
        ("side@head", "d"),
        ("side@heads", "d"),
        ("side@base", None),
        ("side@zz", "zz"),
    ],
)
def test_a_revision_number(given: Any, number: Any, branched: ScriptDirectory) -> None:
    assert branched.as_revision_number(given) == number


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (
            lambda s: s.get_revision("nope"),
            "Can't locate revision identified by 'nope'",
        ),
        (lambda s: s.get_revisions(("a", "q")), "Can't locate .* identified by 'q'"),
        (lambda s: s.get_revision("head"), "present for given argument 'head'; please"),
        (lambda s: s.as_revision_number("head"), "'<branchname>@head' to narrow to a"),
        (lambda s: list(s.walk_revisions("c", "d")), "Requested range c:d does not"),
        (lambda s: list(s.walk_revisions("nope")), "identified by 'nope'"),
        (lambda s: s.get_all_current(("nope",)), "identified by 'nope'"),
        (lambda s: s._upgrade_revs("nope", "a"), "identified by 'nope'"),
        (lambda s: s._upgrade_revs("head", "a"), "for given argument 'head'"),
        (lambda s: s._upgrade_revs("+9", "b"), "\\+9 didn't produce 9 migrations"),
        (
            lambda s: s._downgrade_revs("c", "b"),
            "Destination c is not a valid downgrade target from current head",
        ),
        (
            lambda s: s._stamp_revs("head", ()),
            "please specify a single target revision",
        ),
        (lambda s: s._stamp_revs("nope", ()), "identified by 'nope'"),
    ],
)
def test_a_wrong_question_is_one_sentence(
    question: Any, said: str, branched: ScriptDirectory
) -> None:
    with pytest.raises(CommandError, match=said):
        question(branched)


# -- plans ---------------------------------------------------------------------------


def test_steps_come_in_the_order_of_running(branched: ScriptDirectory) -> None:
    up = branched._upgrade_revs("c", "a")
    down = branched._downgrade_revs("a", "c")

    assert [step.revision.revision for step in up] == ["b", "c"]
    assert all(step.is_upgrade for step in up)
    assert [step.revision.revision for step in down] == ["c", "b"]
    assert all(step.is_downgrade for step in down)


def test_only_the_files_of_the_steps_are_executed(folder: Any) -> None:
    folder.add("a", body="raise ValueError\n")
    folder.add("b", "a")

    (step,) = folder.directory()._upgrade_revs("b", "a")

    assert step.migration_fn.__name__ == "upgrade"


def test_all_steps_are_looked_at_before_the_first_runs(folder: Any) -> None:
    folder.add("a")
    folder.add("b", "a", body="async def upgrade(): pass\n")

    with pytest.raises(CommandError, match="async def"):
        folder.directory()._upgrade_revs("b", ())


def test_stamping(branched: ScriptDirectory) -> None:
    (step,) = branched._stamp_revs("b", ())

    assert step.to_revisions == ("b",)


# -- env.py --------------------------------------------------------------------------


def test_env_py_is_executed_each_time(folder: Any, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    (folder.path / "env.py").write_text(f"open({str(trace)!r}, 'a').close()\n")
    script = folder.directory()
    assert script.env_py_location == str(folder.path / "env.py")

    script.run_env()
    trace.unlink()
    script.run_env()

    assert trace.exists()


def test_a_missing_env_py_is_one_sentence(folder: Any) -> None:
    (folder.path / "env.py").unlink()

    with pytest.raises(CommandError, match=r"Can't find .*env\.py; every environment"):
        folder.directory().run_env()


def test_a_syntax_error_in_env_py_is_one_sentence(folder: Any) -> None:
    (folder.path / "env.py").write_text("\nx = (\n")

    with pytest.raises(CommandError, match=r"env\.py has a syntax error in line 2"):
        folder.directory().run_env()


def test_an_error_of_env_py_comes_through(folder: Any) -> None:
    (folder.path / "env.py").write_text("{}['missing']\n")

    with pytest.raises(KeyError, match="missing"):
        folder.directory().run_env()


# -- light start ---------------------------------------------------------------------


def test_reading_loads_neither_databases_nor_templates_nor_writers(folder: Any) -> None:
    folder.add("a")
    folder.add("b", "a")
    code = (
        "import sys, typing\n"
        "typing.NamedTuple('Pair', [('x', 'int')])  # Python 3.14 loads ast for it\n"
        "before = set(sys.modules)\n"
        "from alembic.script import ScriptDirectory\n"
        "[r.log_entry for r in ScriptDirectory(sys.argv[1]).walk_revisions()]\n"
        "heavy = {'sqlalchemy', 'mako', 'subprocess', 'shlex', 'zoneinfo', 'uuid',\n"
        "         'importlib.metadata', 'inspect', 'ast', 'tempfile'}\n"
        "print(sorted(heavy & set(sys.modules) - before))\n"
    )

    done = subprocess.run(
        [sys.executable, "-S", "-c", code, str(folder.path)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )

    assert done.stdout == "[]\n"
