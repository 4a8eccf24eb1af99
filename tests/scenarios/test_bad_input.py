"""What people get wrong: one clear sentence, status 255, nothing half-written."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

LISTING = ["heads"], ["history"], ["upgrade", "head"], ["revision", "-m", "x"]


def files(folder: Path) -> dict[str, bytes]:
    """Return what a folder holds; caches and databases apart."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".db"
    }


def refused(project: Any, *arguments: str, holds: str = "") -> str:
    """Run a command that must fail with one sentence and leave no trace."""
    before = files(project.folder)
    done = project.main(*arguments)
    lines = [line for line in done.lines if not line.endswith("...  FAILED")]

    assert done.status == 255, done
    assert len(lines) == 1, done.stdout
    assert lines[0].startswith("FAILED: ")
    assert "Traceback" not in done.stderr
    assert files(project.folder) == before
    assert holds in lines[0]
    return str(lines[0])


# -- settings ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        (b"script_location = migrations\n", "alembic.ini"),
        (b"[alembic\nx = y\n", "alembic.ini"),
        (b"[alembic]\nscript_location = migrations%\n", "script_location"),
        (b"[alembic]\nscript_location = %(nowhere)s/x\n", "nowhere"),
        (b"[alembic]\nscript_location = m\nscript_location = n\n", "script_location"),
        (b"[alembic]\n[alembic]\n", "alembic"),
        (b"[alembic]\nscript_location = \xff\xfe\n", "alembic.ini"),
        (b"[alembic]\n", "No 'script_location' key found in configuration."),
        (b"[alembic]\nscript_location = nowhere\n", "Path doesn't exist: nowhere"),
        (b"[alembic]\nscript_location = no_package:x\n", "no_package"),
        (b"", "No 'script_location' key found in configuration."),
    ],
)
def test_an_ini_file_that_is_wrong(project: Any, text: bytes, holds: str) -> None:
    project.ini.write_bytes(text)

    refused(project, "heads", holds=holds)
    refused(project, "upgrade", "head", holds=holds)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        (b"[tool.alembic\n", "pyproject.toml"),
        (b"[tool.alembic]\nx = \n", "pyproject.toml"),
        (b"[tool.alembic]\nscript_location = 'a'\nscript_location = 'b'\n", "toml"),
        (b"[tool.alembic]\nscript_location = '\xff'\n", "pyproject.toml"),
        (b"[tool.alembic]\nscript_location = 'migrations%'\n", "script_location"),
        (b"[tool.alembic]\nscript_location = '%(no)s'\n", "no"),
        (b"[tool.alembic]\nscript_location = 1.5\n", "script_location"),
        (b"[tool]\nalembic = 3\n", "Incorrect TOML format"),
        (b"[tool.alembic]\n", "No 'script_location' key found"),
    ],
)
def test_a_toml_file_that_is_wrong(project: Any, text: bytes, holds: str) -> None:
    project.ini.unlink()
    (project.folder / "pyproject.toml").write_bytes(text)

    refused(project, "heads", holds=holds)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("name", ["alembic.ini", "pyproject.toml"])
def test_marks_and_newlines_of_other_systems_are_accepted(
    project: Any, newline: str, mark: bytes, name: str
) -> None:
    project.line("a1")
    section = "alembic" if name == "alembic.ini" else "tool.alembic"
    text = f"[{section}]\nscript_location = 'migrations'\n".replace("\n", newline)
    project.ini.unlink()
    if name == "alembic.ini":
        text = text.replace("'", "")
    (project.folder / name).write_bytes(mark + text.encode())

    assert project.main("heads").lines == ["a1 (head)"]


def test_no_settings_at_all(bare_project: Any) -> None:
    refused(bare_project, "heads", holds="No 'script_location' key found")
    refused(bare_project, "-c", "nope.ini", "heads", holds="No 'script_location' key")


def test_a_folder_in_the_place_of_the_settings(project: Any) -> None:
    project.ini.unlink()
    project.ini.mkdir()

    refused(project, "heads", holds="alembic.ini")


def test_a_percent_sign_in_the_name_of_the_folder(bare_project: Any) -> None:
    odd = bare_project.folder / "100%(x)s %%"
    odd.mkdir()
    bare_project.folder = odd
    bare_project.database = odd / "app.db"
    assert bare_project.main("init", "migrations").status == 0
    text = (odd / "alembic.ini").read_text(encoding="utf-8")
    (odd / "alembic.ini").write_text(
        text.replace("driver://user:pass@localhost/dbname", "sqlite:///app.db")
    )

    assert bare_project.main("revision", "-m", "x", "--rev-id", "a1").status == 0
    assert bare_project.main("upgrade", "head").status == 0
    assert bare_project.main("current").lines == ["a1 (head)"]


# -- the environment ---------------------------------------------------------------


def test_a_missing_env_py(project: Any) -> None:
    project.line("a1")
    project.env.unlink()

    refused(project, "upgrade", "head", holds="env.py")
    refused(project, "current", holds="env.py")
    assert project.main("heads").lines == ["a1 (head)"]


def test_an_env_py_that_is_not_python(project: Any) -> None:
    project.line("a1")
    project.env.write_text("def broken(:\n")

    assert "syntax error in line 1" in refused(project, "upgrade", "head")


def test_a_missing_template_of_revisions(project: Any) -> None:
    project.template.unlink()

    refused(project, "revision", "-m", "x", holds="script.py.mako")


def test_a_template_of_revisions_that_fails(
    project: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "traces").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "traces"))
    project.template.write_text("${no.such.name}\n")

    refused(project, "revision", "-m", "x", holds="Template rendering failed; see ")


def test_a_template_that_writes_no_python(project: Any) -> None:
    project.template.write_text("this is ${message}\n")

    refused(project, "revision", "-m", "no Python")


# -- init --------------------------------------------------------------------------


def test_init_with_an_unknown_template(bare_project: Any) -> None:
    refused(bare_project, "init", "-t", "wibble", "m", holds="No such template ")
    assert not (bare_project.folder / "m").exists()


def test_init_into_a_folder_that_is_in_use(bare_project: Any) -> None:
    (bare_project.folder / "m").mkdir()
    (bare_project.folder / "m" / "x").write_text("x")

    line = refused(bare_project, "init", "m")
    assert line == "FAILED: Directory m already exists and is not empty"


def test_init_over_a_file(bare_project: Any) -> None:
    (bare_project.folder / "m").write_text("x")

    refused(bare_project, "init", "m", holds="m")


def test_init_where_the_settings_have_no_folder(bare_project: Any) -> None:
    done = bare_project.main("-c", "conf/my.ini", "init", "m")

    if done.status == 0:  # made on the way, or refused: never half of it
        assert (bare_project.folder / "conf" / "my.ini").exists()
    else:
        refused(bare_project, "-c", "conf/my.ini", "init", "m", holds="conf")
        assert not (bare_project.folder / "m").exists()


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0, reason="everything is writable for root"
)
def test_a_folder_that_is_not_writable(project: Any) -> None:
    project.line("a1")
    project.versions.chmod(0o555)
    project.folder.chmod(0o555)
    try:
        refused(project, "revision", "-m", "x")
        refused(project, "init", "other")
    finally:
        project.folder.chmod(0o755)
        project.versions.chmod(0o755)


# -- revision files ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "holds"),
    [
        (b"revision = = 'b2'\ndown_revision = 'a1'\n", "b2_.py"),
        (b"down_revision = 'a1'\n", "b2_.py"),
        (b"", "b2_.py"),
        (b"revision = 'b2'\n", "down_revision"),
        (b"revision = 'b2'\ndown_revision = 'gone'\n", "gone"),
        (b"revision = 'b2'\ndown_revision = 'b2'\n", "b2"),
        (b"revision = 'b2'\ndown_revision = 'a1'\ndepends_on = 'gone'\n", "gone"),
        (b"revision = 'b2'\ndown_revision = 'a1'\ndepends_on = 'b2'\n", "b2"),
        (b"revision = 'b@2'\ndown_revision = 'a1'\n", "b@2"),
        (b"revision = 'b2'\ndown_revision = 'a1'\n\0\n", "b2_.py"),
        (b"revision = 'b2'\ndown_revision = 'a1'\nx = '\xff'\n", "b2_.py"),
        (b"revision = 2\ndown_revision = 'a1'\n", "b2_.py"),
        (b"revision = oops()\ndown_revision = 'a1'\n", "b2_.py"),
        (b"import sys\nrevision = sys.exit(0)\ndown_revision = 'a1'\n", "b2_.py"),
    ],
)
@pytest.mark.filterwarnings("ignore:Revision gone referenced:UserWarning")
def test_a_revision_file_that_is_wrong(
    project: Any, content: bytes, holds: str
) -> None:
    project.line("a1")
    (project.versions / "b2_.py").write_bytes(content)

    for arguments in LISTING:
        refused(project, *arguments, holds=holds)
    assert project.heads_in_database() == []


def test_a_syntax_error_below_the_identifiers_stops_the_upgrade(project: Any) -> None:
    project.line("a1")
    path = project.revision("b2", "a1")
    with path.open("a") as stream:
        stream.write("\ndef broken(:\n")

    refused(project, "upgrade", "head", holds="b2_.py")
    assert project.heads_in_database() == []


def test_a_cycle(project: Any) -> None:
    project.revision("a1", "b2")
    project.revision("b2", "a1")

    for arguments in LISTING:
        line = refused(project, *arguments)
        assert line == "FAILED: Cycle is detected in revisions (a1, b2)"


def test_a_revision_without_functions_stops_the_upgrade(project: Any) -> None:
    (project.versions / "a1.py").write_text("revision = 'a1'\ndown_revision = None\n")

    done = project.run("upgrade", "head")

    assert done.status == 1
    assert "has no function upgrade()" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert project.heads_in_database() == []


def test_an_upgrade_that_is_a_coroutine(project: Any) -> None:
    path = project.revision("a1")
    text = path.read_text().replace("def upgrade", "async def upgrade")
    path.write_text(text)

    refused(project, "upgrade", "head", holds="async def")
    assert project.heads_in_database() == []


def test_a_folder_named_like_a_revision(project: Any) -> None:
    project.line("a1")
    (project.versions / "b2.py").mkdir()
    done = project.main("heads")

    if done.status == 0:
        assert done.lines == ["a1 (head)"]
    else:
        refused(project, "heads", holds="b2.py")


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0, reason="everything is readable for root"
)
def test_a_revision_file_that_cannot_be_read(project: Any) -> None:
    project.line("a1")
    path = project.revision("b2", "a1")
    path.chmod(0)

    refused(project, "heads", holds="b2_.py")


def test_a_missing_versions_folder(project: Any) -> None:
    shutil.rmtree(str(project.versions))

    for arguments in (["heads"], ["history"], ["upgrade", "head"]):
        with pytest.warns(UserWarning, match="versions doesn't exist, so there are no"):
            assert project.main(*arguments).status == 0


def test_ids_that_are_there_twice_are_said_aloud(project: Any) -> None:
    project.line("a1")
    project.revision("a1", name="again.py")

    with pytest.warns(UserWarning, match="Revision a1 is present more than once"):
        done = project.main("heads")
    assert done.lines == ["a1 (head)"]


# -- revision arguments ------------------------------------------------------------


@pytest.fixture
def branched(project: Any) -> Any:
    project.line("abcd1", "abcd2")
    project.revision("abce3", "abcd1", labels="side")
    return project


@pytest.mark.parametrize(
    ("argument", "holds"),
    [
        ("nope", "Can't locate revision identified by 'nope'"),
        ("abcd", "abcd"),
        ("", "The revision argument is empty"),
        ("head", "Multiple head revisions are present for given argument 'head'"),
        ("nolabel@head", "nolabel"),
        ("abcd1@", "abcd1@"),
        ("side@abcd2", "Can't locate revision identified by 'abcd2'"),
        ("+9", "Ambiguous walk"),
        ("abce3+1", "abce3+1"),
        ("abcd1-9", "abcd1-9"),
        ("x@-1", "Relative revision -1 didn't produce 1 migrations"),
        ("a:b", "Range revision not allowed"),
        ("a:b:c", "Range revision not allowed"),
    ],
)
def test_a_target_of_upgrade_that_is_wrong(
    branched: Any, argument: str, holds: str
) -> None:
    refused(branched, "upgrade", argument, holds=holds)
    assert branched.heads_in_database() == []


@pytest.mark.parametrize(
    ("argument", "holds"),
    [
        ("nope", "Can't locate revision identified by 'nope'"),
        ("", "The revision argument is empty"),
        ("nosuchlabel@base", "nosuchlabel"),
        ("+1", "+1"),
        ("-9", "-9"),
        ("abcd1@", "abcd1@"),
    ],
)
@pytest.mark.filterwarnings("ignore:downgrade -1 from multiple heads:UserWarning")
def test_a_target_of_downgrade_that_is_wrong(
    branched: Any, argument: str, holds: str
) -> None:
    branched.main("upgrade", "abcd2")
    refused(branched, "downgrade", "--", argument, holds=holds)
    assert branched.heads_in_database() == ["abcd2"]


@pytest.mark.parametrize("row", ["gone", "head", "heads", "base", "abcd1@"])
@pytest.mark.parametrize(
    "arguments",
    [["upgrade", "heads"], ["downgrade", "base"], ["current"]],
    ids=" ".join,
)
def test_a_row_that_no_file_knows(branched: Any, row: str, arguments: Any) -> None:
    branched.sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    branched.sql("INSERT INTO alembic_version VALUES (?)", (row,))

    refused(branched, *arguments, holds=row)
    assert branched.heads_in_database() == [row]


@pytest.mark.parametrize(
    ("arguments", "holds"),
    [
        (["--head", "nope"], "Can't locate revision identified by 'nope'"),
        (["--head", "abcd1"], "Revision abcd1 is not a head revision"),
        (["--head", "side@head", "--depends-on", "nope"], "nope"),
        (["--head", "abcd2", "--version-path", "nowhere"], "nowhere"),
        (["--head", "abcd2", "--branch-label", "side"], "side"),
        (["--head", "abcd2", "--branch-label", "abcd1"], "abcd1"),
        (["--head", "abcd2", "--branch-label", "head"], "head"),
        ([], "Multiple heads are present"),
    ],
)
def test_a_place_of_a_new_revision_that_is_wrong(
    branched: Any, arguments: list[str], holds: str
) -> None:
    refused(branched, "revision", "-m", "x", *arguments, holds=holds)


@pytest.mark.parametrize(
    "rev_id",
    [
        "../x",
        "a/b",
        "a\\b",
        "..",
        ".",
        ".hidden",
        'a"b',
        "a'b",
        "a b",
        "a:b",
        "a@b",
        "a+b",
        "a-b",
        "a\nb",
        "a\x1bb",
        "head",
        "heads",
        "base",
        "current",
        "abcd1",
        "side",
    ],
)
def test_an_identifier_that_is_wrong(branched: Any, rev_id: str) -> None:
    refused(branched, "revision", "-m", "x", "--head", "abcd2", "--rev-id", rev_id)
    refused(branched, "merge", "heads", "-m", "x", "--rev-id", rev_id)


def test_a_failing_hook_leaves_no_revision(project: Any) -> None:
    with project.ini.open("a", encoding="utf-8") as ini:
        ini.write(
            "[post_write_hooks]\nhooks = h\nh.type = exec\n"
            f"h.executable = {sys.executable}\n"
            'h.options = -c "import sys; sys.exit(3)" REVISION_SCRIPT_FILENAME\n'
        )
    project.change_ini(path_separator="os")
    before = files(project.folder)
    done = project.main("revision", "-m", "x")

    assert done.status == 255
    assert "FAILED: " in done.lines[-1]
    assert "h" in done.lines[-1]
    assert files(project.folder) == before
    assert project.main("heads").status == 0


# -- messages ----------------------------------------------------------------------

MESSAGES = [
    "it's",
    'a "quoted" word',
    '"""',
    "'''",
    'ends with a quote"',
    "ends with a backslash\\",
    "\\",
    '\\"""',
    "line\nbreak",
    "carriage\rreturn",
    "${1/0}",
    "<% raise SystemExit %>",
    "% for x in y:",
    "## comment",
    "100% (really)",
    "%(rev)s %(here)s",
    "\x1b[31mred\x07",
    "nul\x00byte",
    "../../../etc/passwd",
    "a/b\\c:d",
    "x" * 10_000,
    "word " * 2_000,
    "ünïcödé 漢字 🐍",
    "\u202ereversed",
    "\\N{BULLET} \\x41 \\u0041 {x}",
    "-starts-like-an-option",
    "   ",
    ".",
    "con",
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda m: ascii(m)[:20])
@pytest.mark.parametrize("template", ["generic", "ours"])
def test_a_message_is_data_and_nothing_else(
    project: Any, message: str, template: str
) -> None:
    if template == "generic":
        import alembic

        source = Path(alembic.__file__).parent / "templates" / "generic"
        shutil.copy(str(source / "script.py.mako"), str(project.template))
    if "\0" in message:
        # no operating system hands such an argument over; a program may
        from alembic import command

        command.revision(project.config(), message, rev_id="a1")
    else:
        done = project.main("revision", f"--message={message}", "--rev-id", "a1")
        assert done.status == 0, done
        assert not [c for c in done.stdout if ord(c) < 32 and c != "\n"]

    (path,) = [p for p in project.versions.iterdir() if p.is_file()]
    assert path.resolve().parent == project.versions.resolve()
    tree = ast.parse(path.read_bytes())
    kinds = [type(node).__name__ for node in tree.body]
    assert set(kinds[1:]) <= {
        "Import",
        "ImportFrom",
        "Assign",
        "AnnAssign",
        "FunctionDef",
    }
    docstring = ast.get_docstring(tree, clean=False) or ""
    assert docstring.startswith((message, message.replace("\r", "\n")))
    history = project.main("history")
    assert history.status == 0
    assert not [c for c in history.stdout if ord(c) < 32 and c not in "\n\t"]
    assert project.main("upgrade", "head").status == 0


# -- two at once -------------------------------------------------------------------


def test_two_revisions_at_once_lose_no_file(project: Any) -> None:
    project.line("a1")
    statuses: list[int] = []

    def write() -> None:
        done = project.run("revision", "-m", "same")
        statuses.append(done.status)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    written = [p for p in project.versions.iterdir() if p.name.endswith("_same.py")]
    assert len(written) == statuses.count(0)
    assert set(statuses) <= {0, 255}
    assert project.main("heads").status == 0


def test_two_revisions_with_one_id_write_one_file(project: Any) -> None:
    project.line("a1")
    command = [sys.executable, "-m", "alembic", "revision", "-m", "x", "--rev-id", "b2"]
    running = [
        subprocess.Popen(
            command,
            cwd=str(project.folder),
            env=project.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for _ in range(3)
    ]
    outputs = [process.communicate()[0] for process in running]

    assert sorted(process.returncode for process in running) == [0, 255, 255], outputs
    assert [p.name for p in project.versions.glob("b2*")] == ["b2_x.py"]
