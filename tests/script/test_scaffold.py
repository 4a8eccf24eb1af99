"""What ``init`` makes, what it refuses, and what is left when it does not get far."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from alembic.script.scaffold import available_templates, create_environment
from alembic.settings.config import Config
from alembic.util.exc import CommandError

TEMPLATES = ["async", "generic", "multidb", "pyproject", "pyproject_async"]
FILES = ["README", "env.py", "script.py.mako", "versions"]

is_root = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder."""
    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


def settings(
    ini: Any = "alembic.ini", toml: Any = "pyproject.toml", **options: Any
) -> Config:
    """Return settings as the command line makes them."""
    return Config(ini, toml, cmd_opts=argparse.Namespace(**options))


def tree(folder: Path) -> dict[str, bytes]:
    """Return all files below a folder, and the empty folders."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"dir"
        for path in sorted(folder.rglob("*"))
        if not path.is_dir() or not any(path.iterdir())
    }


def location(ini: Any = "alembic.ini", toml: Any = None) -> str:
    """Return the folder that the settings lead to."""
    return os.path.realpath(
        str(Config(ini, toml).get_alembic_option("script_location"))
    )


def test_a_project_is_announced_line_by_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    create_environment(settings(), "migr", "pyproject", package=True)

    assert capsys.readouterr().out.splitlines() == [
        f"Creating directory {folder}/migr ...  done",
        f"Creating directory {folder}/migr/versions ...  done",
        f"Generating {folder}/migr/script.py.mako ...  done",
        f"Generating {folder}/migr/README ...  done",
        f"Generating {folder}/migr/env.py ...  done",
        f"Generating {folder}/pyproject.toml ...  done",
        f"Generating {folder}/alembic.ini ...  done",
        f"Adding {folder}/migr/__init__.py ...  done",
        f"Adding {folder}/migr/versions/__init__.py ...  done",
        (
            f"Please edit configuration settings in {folder}/pyproject.toml and"
            f" configuration/connection/logging settings in {folder}/alembic.ini before"
            " proceeding."
        ),
    ]


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_project_is_complete(
    folder: Path, template: str, capsys: pytest.CaptureFixture[str]
) -> None:
    create_environment(settings(), "migr", template)

    toml = ["pyproject.toml"] if template.startswith("pyproject") else []
    assert sorted(os.listdir(folder)) == ["alembic.ini", "migr", *toml]
    assert sorted(os.listdir(folder / "migr")) == FILES
    source = Path(settings().get_template_directory(), template)
    for name in FILES[:3]:
        assert (folder / "migr" / name).read_bytes() == (source / name).read_bytes()
    assert location("alembic.ini", "pyproject.toml") == str(folder / "migr")
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.endswith(f"logging settings in {folder}/alembic.ini before proceeding.")
    assert ("pyproject.toml" in last) is bool(toml)


def test_files_may_be_read_by_others_as_any_new_file(folder: Path) -> None:
    (folder / "usual").touch()
    create_environment(settings(), "migr")

    usual = stat.S_IMODE((folder / "usual").stat().st_mode)
    for path in ("alembic.ini", "migr/env.py"):
        assert stat.S_IMODE((folder / path).stat().st_mode) == usual


def test_quiet_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    create_environment(settings(quiet=True), "migr", "pyproject", package=True)
    shutil.rmtree("migr")
    create_environment(settings(quiet=True), "migr", "pyproject")

    assert capsys.readouterr() == ("", "")


def test_an_empty_directory_is_taken(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "migr").mkdir(mode=0o700)

    create_environment(settings(), "migr")
    assert sorted(os.listdir("migr")) == FILES
    assert stat.S_IMODE((folder / "migr").stat().st_mode) == 0o700
    first = capsys.readouterr().out.splitlines()[0]
    assert first == f"Creating directory {folder}/migr/versions ...  done"


def test_the_working_folder_itself_is_taken(folder: Path) -> None:
    create_environment(settings(), ".")

    assert sorted(os.listdir(folder)) == sorted([*FILES, "alembic.ini"])
    assert "\nscript_location = %(here)s\n" in Path("alembic.ini").read_text()
    assert location() == str(folder)


def test_an_existing_ini_file_is_left_alone(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "alembic.ini").write_text("[mine]\n")

    create_environment(settings(), "migr")
    assert (folder / "alembic.ini").read_text() == "[mine]\n"
    assert capsys.readouterr().out.splitlines()[-2:] == [
        f"File {folder}/alembic.ini already exists, skipping",
        (
            "Please edit configuration/connection/logging settings in"
            f" {folder}/alembic.ini before proceeding."
        ),
    ]


def test_an_existing_toml_file_gets_the_table(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toml = folder / "pyproject.toml"
    toml.write_bytes(b"[project]\r\nname = 'x'")
    toml.chmod(0o640)

    create_environment(settings(), "migr", "pyproject")
    assert toml.read_bytes().startswith(b"[project]\r\nname = 'x'\n\n# The settings")
    assert stat.S_IMODE(toml.stat().st_mode) == 0o640
    assert location("none.ini", toml) == str(folder / "migr")
    out = capsys.readouterr().out
    assert f"Appending to existing {toml} ...  done\n" in out


@pytest.mark.parametrize(
    "text",
    [
        "[tool.alembic]\n",
        "tool.alembic = {}\n",
        "[tool.alembic]\nscript_location='x'\n",
    ],
)
def test_an_existing_table_is_left_alone(
    folder: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    toml = folder / "pyproject.toml"
    toml.write_text(text)

    create_environment(settings(), "migr", "pyproject")
    assert toml.read_text() == text
    line = (
        f"File {toml} already exists and already has a [tool.alembic] section, skipping"
    )
    assert line in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[tool.alembic\n", "not valid TOML"),
        ("tool = {x = 1}\n", "not valid TOML"),
        ("tool = 'alembic'\n", "not valid TOML"),
        ("tool = [{alembic = 1}]\n", "Incorrect TOML format"),
        ("\xff", "is not UTF-8"),
    ],
)
def test_a_toml_file_that_admits_no_table_stops_it(
    folder: Path, text: str, sentence: str
) -> None:
    (folder / "pyproject.toml").write_text(text, encoding="latin-1")
    before = tree(folder)

    with pytest.raises(CommandError, match=sentence):
        create_environment(settings(), "migr", "pyproject")
    assert tree(folder) == before


@pytest.mark.parametrize(
    "name",
    [
        "100%",
        "%(here)s",
        "a%%b",
        "a b",
        "a#b",
        "a;b",
        "a:b",
        "a'b",
        "\xe9",
        "[a]",
        "a=b",
    ],
)
@pytest.mark.parametrize("template", ["generic", "pyproject"])
def test_folders_of_any_name_are_found_again(
    folder: Path, name: str, template: str
) -> None:
    outer = folder / name
    outer.mkdir()
    ini, toml = outer / "alembic.ini", outer / "pyproject.toml"
    create_environment(settings(ini, toml), f"{name}/{name}", template)

    assert location(ini, toml) == str(outer / name)


def test_quotes_and_backslashes_survive_in_toml(folder: Path) -> None:
    name = 'a"\\n b'
    create_environment(settings(), name, "pyproject")

    assert location("none.ini", "pyproject.toml") == str(folder / name)


@pytest.mark.parametrize(
    ("ini", "directory", "written"),
    [
        ("conf/my.ini", "migr", "%(here)s/../migr"),
        ("conf/my.ini", "conf/migr", "%(here)s/migr"),
        ("conf/deep/my.ini", "migr", "%(here)s/../../migr"),
        ("../my.ini", "migr", "%(here)s/place/migr"),
        ("my.ini", "../migr", "%(here)s/../migr"),
        ("my.ini", "a/b/../c/", "%(here)s/a/c"),
        ("migr/my.ini", "migr", "%(here)s"),
    ],
)
def test_the_location_is_relative_to_the_ini_file(
    folder: Path, ini: str, directory: str, written: str
) -> None:
    create_environment(settings(ini), directory)

    assert f"\nscript_location = {written}\n" in Path(ini).read_text()
    assert location(ini) == os.path.realpath(directory)


def test_an_absolute_location_stays_absolute(folder: Path) -> None:
    create_environment(settings("conf/my.ini"), f"{folder}/a%b/")

    text = Path("conf/my.ini").read_text()
    assert f"\nscript_location = {folder}/a%%b\n" in text
    assert location("conf/my.ini") == str(folder / "a%b")


def test_a_symbolic_link_does_not_lead_astray(folder: Path) -> None:
    (folder / "far/away").mkdir(parents=True)
    (folder / "conf").symlink_to("far/away")

    create_environment(settings("conf/my.ini"), "migr")
    assert location("conf/my.ini") == str(folder / "migr")


def test_a_missing_folder_of_the_ini_file_is_made(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = settings("conf/a/my.ini", "conf/a/pyproject.toml")
    create_environment(config, "migr", "pyproject")

    lines = capsys.readouterr().out.splitlines()
    assert lines.count(f"Creating directory {folder}/conf/a ...  done") == 1
    assert sorted(os.listdir("conf/a")) == ["my.ini", "pyproject.toml"]


def refused(sentence: str, *arguments: Any, config: Any = None) -> None:
    """Assert that nothing is made, for a reason."""
    before = tree(Path())
    with pytest.raises(CommandError, match=sentence) as error:
        create_environment(config or settings(), *arguments)
    assert "\n" not in str(error.value)
    assert tree(Path()) == before


def test_a_directory_with_something_in_it_is_refused(folder: Path) -> None:
    (folder / "migr").mkdir()
    (folder / "migr/x").touch()

    refused("^Directory migr already exists and is not empty$", "migr")


def test_a_finished_directory_is_refused(folder: Path) -> None:
    create_environment(settings(), "migr")

    refused("^Directory migr already exists and is not empty$", "migr")


def test_a_file_in_its_place_is_refused(folder: Path) -> None:
    (folder / "migr").touch()

    refused("^migr exists and is not a directory", "migr")
    refused("^Can't write .*migr/versions?.*: Not a directory", "migr/versions")


@pytest.mark.parametrize("template", ["wibble", "", "generic/env.py"])
def test_an_unknown_template_is_refused(template: str) -> None:
    where = os.path.join(settings().get_template_directory(), template)

    refused(f"^No such template {where}$", "migr", template)


def test_a_template_without_an_ini_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()

    refused("mine has no file alembic.ini.mako", "migr", str(tmp_path / "mine"))


@pytest.mark.parametrize("name", ["", "a\nb", "a\x1bb", " a", "a ", "a/b\t"])
def test_a_name_that_cannot_be_written_is_refused(name: str) -> None:
    refused("The directory to create has no name|can't be written into", name)


def test_a_name_that_is_no_text_is_refused() -> None:
    refused("can't be written in UTF-8", os.fsdecode(b"a\xff"))


def test_settings_without_names_are_refused() -> None:
    refused("no name for the ini file", "migr", config=settings(None))
    refused("no name for the TOML", "migr", "pyproject", config=settings(toml=None))


@pytest.mark.parametrize("name", ["alembic.ini", "pyproject.toml"])
def test_a_directory_in_the_place_of_a_settings_file_is_refused(
    folder: Path, name: str
) -> None:
    (folder / name).mkdir()

    refused(f"{name} is a directory", "migr", "pyproject")


@pytest.mark.skipif(is_root, reason="root may write everywhere")
def test_an_unwritable_folder_is_named(folder: Path) -> None:
    folder.chmod(0o500)
    try:
        refused(f"^Can't write {folder}/migr: Permission denied", "migr")
    finally:
        folder.chmod(0o700)


def test_a_template_of_ones_own_is_used(folder: Path, tmp_path: Path) -> None:
    mine = tmp_path / "templates/mine"
    (mine / "ignored").mkdir(parents=True)
    (mine / "README").write_text("My own.\nMore.\n")
    (mine / "z.txt").write_text("${not_rendered}")
    (mine / "alembic.ini.mako").write_text("[alembic]\nx = ${script_location}\n")

    class OwnConfig(Config):
        def get_template_directory(self) -> str:
            return str(tmp_path / "templates")

    create_environment(OwnConfig("alembic.ini"), "migr", "mine")
    assert (folder / "alembic.ini").read_text() == "[alembic]\nx = %(here)s/migr\n"
    assert (folder / "migr/z.txt").read_text() == "${not_rendered}"
    assert sorted(os.listdir("migr")) == ["README", "versions", "z.txt"]
    assert available_templates(str(tmp_path / "templates")) == (("mine", "My own."),)


def test_a_template_that_cannot_be_filled_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "alembic.ini.mako").write_text("${1 / 0}")

    refused("^Template rendering failed; see .*", "migr", str(tmp_path))


def test_templates_are_listed_by_name() -> None:
    found = available_templates(settings().get_template_directory())

    assert [info.name for info in found] == TEMPLATES
    assert all(info.synopsis.endswith(".") for info in found)


def test_a_folder_without_templates_says_so() -> None:
    with pytest.raises(CommandError, match="^Can't read nowhere: No such file"):
        available_templates("nowhere")


def init_in_child(
    folder: Path,
    template: str,
    limit: int = 0,
    how: str = "",
    ini: str = "conf/alembic.ini",
) -> int:
    """Run ``init`` in a child process; return its exit status, negative for a signal.

    :param limit: which of the calls that change files does not succeed
    :param how: whether the process is killed there (``kill``), or finds the disk full
        from there on (``full``)
    """
    child = os.fork()
    if child:
        _, end = os.waitpid(child, 0)
        return -os.WTERMSIG(end) if os.WIFSIGNALED(end) else os.WEXITSTATUS(end)
    status = 9
    try:
        os.chdir(folder)
        sys.addaudithook(trouble(limit, how))
        config = settings(ini, quiet=True)
        create_environment(config, "migr", template, package=True)
        status = 0
    except CommandError as error:
        text = str(error)
        status = 3 if text.endswith("space left on device; nothing was created") else 8
    finally:
        os._exit(status)


def trouble(limit: int, how: str) -> Any:
    """Return an audit hook; Python tells it of calls of the system beforehand."""
    calls = 0

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal calls
        if not changes_files(event, arguments):
            return
        if how == "full" and event in ("os.remove", "os.rmdir"):
            return
        calls += 1
        if how == "kill" and calls == limit:
            os.kill(os.getpid(), signal.SIGKILL)
        if how == "full" and calls >= limit:
            raise OSError(28, "No space left on device")

    return watch


def changes_files(event: str, arguments: tuple[Any, ...]) -> bool:
    """Say whether an audit event is about a change in a folder."""
    if event == "open":
        path, _, flags = arguments
        return isinstance(path, str) and bool(flags & (os.O_WRONLY | os.O_RDWR))
    return event in ("os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir")


@pytest.fixture
def mako() -> None:
    """Load what renders templates, and let it compile them, before files count."""
    from mako.template import Template

    Template("x").render()


def fresh(folder: Path, exists: bool) -> None:
    """Begin with a TOML file, and perhaps an empty directory."""
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    if exists:
        (folder / "migr").mkdir()


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork() here")


@needs_fork
@pytest.mark.usefixtures("mako")
@pytest.mark.parametrize("ini", ["conf/alembic.ini", "migr/conf/alembic.ini"])
@pytest.mark.parametrize("exists", [False, True])
def test_a_kill_at_any_moment_is_made_good_by_the_next_init(
    tmp_path: Path, exists: bool, ini: str
) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    for limit in range(1, 100):
        fresh(victim, exists)
        status = init_in_child(victim, "pyproject", limit, "kill", ini)
        if status == 0:
            break
        assert status == -signal.SIGKILL
        template = "generic" if limit % 2 else "pyproject"
        assert init_in_child(victim, template, ini=ini) == 0, (limit, tree(victim))
        inside = {*FILES, "__init__.py", *(["conf"] if "migr" in ini else ())}
        assert sorted(os.listdir(victim / "migr")) == sorted(inside)
        found = location(victim / ini, victim / "pyproject.toml")
        assert found == str(victim / "migr")

    assert 20 < limit < 99


@needs_fork
@pytest.mark.usefixtures("mako")
@pytest.mark.parametrize("exists", [False, True])
def test_a_full_disk_at_any_moment_leaves_nothing(tmp_path: Path, exists: bool) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    for limit in range(1, 100):
        fresh(victim, exists)
        before = tree(victim)
        status = init_in_child(victim, "pyproject", limit, "full")
        if status == 0:
            break
        assert status == 3
        assert tree(victim) == before, limit

    assert 12 < limit < 99


def test_what_a_person_put_into_an_unfinished_directory_is_kept(folder: Path) -> None:
    create_environment(settings(), "migr")
    (folder / "alembic.ini").unlink()
    (folder / "migr/.alembic-init").touch()
    (folder / "migr/env.py").write_text("changed")

    refused("^Directory migr already exists and is not empty$", "migr")
    shutil.copy(Path(settings().get_template_directory(), "async/env.py"), "migr")
    (folder / "migr/versions/a.py").touch()
    refused("^Directory migr already exists and is not empty$", "migr")
    (folder / "migr/versions/a.py").unlink()
    (folder / "migr/link").symlink_to("nowhere")
    refused("^Directory migr already exists and is not empty$", "migr")
    (folder / "migr/link").unlink()
    create_environment(settings(), "migr")

    assert sorted(os.listdir("migr")) == FILES


def test_an_ini_file_inside_an_unfinished_directory_is_kept(folder: Path) -> None:
    create_environment(settings("migr/my.ini"), "migr", "multidb")
    (folder / "migr/.alembic-init").touch()
    (folder / "migr/env.py").unlink()
    text = (folder / "migr/my.ini").read_text()

    create_environment(settings("migr/my.ini"), "migr")
    assert sorted(os.listdir("migr")) == sorted([*FILES, "my.ini"])
    assert (folder / "migr/my.ini").read_text() == text


def test_an_interruption_leaves_nothing(folder: Path) -> None:
    code = textwrap.dedent(
        """
        import sys
        from alembic.script import scaffold
        from alembic.settings.config import Config

        def watch(event, args):
            if event == "os.link" and args[1].endswith("env.py"):
                raise KeyboardInterrupt

        sys.addaudithook(watch)
        scaffold.create_environment(Config("alembic.ini"), "migr")
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, encoding="utf-8"
    )

    assert done.stdout.endswith("migr/env.py ...  FAILED\n")
    assert "KeyboardInterrupt" in done.stderr
    assert tree(folder) == {}
