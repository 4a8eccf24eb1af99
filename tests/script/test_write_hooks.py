"""Post-write hooks: what is run, and how a failure is told."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Iterator

import pytest

from alembic.script import write_hooks
from alembic.script.write_hooks import REVISION_SCRIPT_TOKEN, register, run_hooks
from alembic.util.exc import CommandError


@pytest.fixture
def tell(tmp_path: Path) -> Path:
    """A program that notes its arguments and its folder, then ends with a status."""
    program = tmp_path / "tell.py"
    program.write_text(
        "#!" + sys.executable + "\n"
        "import json, os, sys\n"
        f"with open({str(tmp_path / 'told')!r}, 'w') as told:\n"
        "    json.dump([sys.argv[1:], os.getcwd()], told)\n"
        "print('printed')\n"
        "sys.exit(int(os.environ.get('STATUS', '0')))\n"
    )
    program.chmod(0o755)
    return program


def told(tell: Path) -> Any:
    return json.loads((tell.parent / "told").read_text())


def hook(**options: str) -> dict[str, str]:
    return {"_hook_name": "h", **options}


@pytest.fixture
def registered() -> Iterator[list[Any]]:
    calls: list[Any] = []
    register("note")(lambda path, options: calls.append((path, options)))
    yield calls
    del write_hooks._registry["note"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (None, ["f.py"]),
        ("", ["f.py"]),
        ("-l 79", ["f.py", "-l", "79"]),
        ("-l REVISION_SCRIPT_FILENAME -q", ["-l", "f.py", "-q"]),
        ("--in=REVISION_SCRIPT_FILENAME", ["--in=f.py"]),
        ("'two words' REVISION_SCRIPT_FILENAME", ["two words", "f.py"]),
    ],
)
def test_a_program_gets_its_options(
    options: str | None, expected: list[str], tell: Path
) -> None:
    given = {} if options is None else {"options": options}

    run_hooks("f.py", [hook(type="exec", executable=str(tell), **given)], quiet=True)

    assert told(tell)[0] == expected


def test_a_path_with_blanks_and_quotes_is_one_argument(tell: Path) -> None:
    options = f"--x {REVISION_SCRIPT_TOKEN}"
    path = '/a b/it\'s "x".py'

    run_hooks(
        path, [hook(type="exec", executable=str(tell), options=options)], quiet=True
    )

    assert told(tell)[0] == ["--x", path]


def test_a_program_runs_in_the_folder_asked_for(tell: Path, tmp_path: Path) -> None:
    where = tmp_path / "there"
    where.mkdir()

    run_hooks(
        "f.py", [hook(type="exec", executable=str(tell), cwd=str(where))], quiet=True
    )

    assert told(tell)[1] == str(where)


def test_a_module_is_run_with_this_python(
    tell: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tell.parent))
    options = hook(type="module", module="tell", cwd=str(tell.parent))

    run_hooks("f.py", [options], quiet=True)

    assert told(tell)[0] == ["f.py"]


def test_a_console_script_is_run_with_this_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_console_script(tmp_path, monkeypatch)

    run_hooks(
        str(tmp_path / "f.py"),
        [hook(type="console_scripts", entrypoint="my-tool", cwd=str(tmp_path))],
        quiet=True,
    )

    assert (tmp_path / "f.py").read_text() == "formatted"


def install_console_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int = 0
) -> None:
    (tmp_path / "mytool").mkdir()
    (tmp_path / "mytool" / "__init__.py").write_text("__version__ = '1.10.0rc1'\n")
    (tmp_path / "mytool" / "cli.py").write_text(
        "import sys\n"
        "class Tool:\n"
        "    @staticmethod\n"
        "    def main():\n"
        "        open(sys.argv[1], 'w').write('formatted')\n"
        f"        return {status}\n"
    )
    info = tmp_path / "mytool-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: mytool\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        "[console_scripts]\nmy-tool = mytool.cli:Tool.main\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))


def test_the_version_of_a_console_script_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_console_script(tmp_path, monkeypatch)
    info = tmp_path / "mytool-1.dist-info"
    (info / "entry_points.txt").write_text("[console_scripts]\nmy-tool = mytool:x\n")
    options = hook(entrypoint="my-tool")

    with pytest.raises(CommandError, match=r"mytool 2\.0 or later, found 1\.10\.0rc1"):
        write_hooks.console_scripts("f.py", options, verify_version=(2, 0))


def test_a_registered_function_gets_path_and_options(registered: list[Any]) -> None:
    options = hook(type="note", colour="red")

    run_hooks("f.py", [options], quiet=True)

    assert registered == [("f.py", options)]


def test_hooks_run_in_order_and_are_announced(
    registered: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    run_hooks(
        "f.py",
        [
            {"_hook_name": "one", "type": "note"},
            {"_hook_name": "two", "type": "note"},
        ],
    )

    assert [options["_hook_name"] for _, options in registered] == ["one", "two"]
    assert capsys.readouterr().out == (
        "Running post write hook 'one' ...\n  done\n"
        "Running post write hook 'two' ...\n  done\n"
    )


def test_quiet_hooks_are_not_announced(
    registered: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    run_hooks("f.py", [hook(type="note")], quiet=True)

    assert capsys.readouterr().out == ""


def test_output_comes_between_the_announcement_and_its_end(
    tell: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run_hooks("f.py", [hook(type="exec", executable=str(tell))])

    assert capfd.readouterr().out == (
        "Running post write hook 'h' ...\nprinted\n  done\n"
    )


def test_output_can_be_thrown_away(
    tell: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_hooks.exec_("f.py", hook(executable=str(tell)), ignore_output=True)

    assert capfd.readouterr().out == ""


def test_the_status_of_a_program_counts(
    tell: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATUS", "3")

    with pytest.raises(CommandError, match="hook 'h' failed with exit status 3"):
        run_hooks("f.py", [hook(type="exec", executable=str(tell))], quiet=True)


def test_the_status_of_a_console_script_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_console_script(tmp_path, monkeypatch, status=4)
    options = hook(type="console_scripts", entrypoint="my-tool", cwd=str(tmp_path))

    with pytest.raises(CommandError, match="hook 'h' failed with exit status 4"):
        run_hooks(str(tmp_path / "f.py"), [options], quiet=True)


def test_a_program_that_is_killed_is_told(tmp_path: Path) -> None:
    options = hook(
        type="exec",
        executable=sys.executable,
        options="-c 'import os; os.kill(os.getpid(), 9)' REVISION_SCRIPT_FILENAME",
    )

    with pytest.raises(CommandError, match="hook 'h' was ended by signal 9"):
        run_hooks("f.py", [options], quiet=True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, r"Key 'h.type' \(or 'type' in toml\) is required for post write hook 'h'"),
        ({"type": "nope"}, "No formatter with name 'nope' registered"),
        ({"type": "exec"}, "Key h.executable is required for post write hook 'h'"),
        ({"type": "module"}, "Key h.module is required for post write hook 'h'"),
        (
            {"type": "console_scripts"},
            "Key h.entrypoint is required for post write hook 'h'",
        ),
        (
            {"type": "console_scripts", "entrypoint": "nope-x"},
            "Could not find entrypoint console_scripts.nope-x",
        ),
        ({"type": "module", "module": "nope_x"}, "Could not find module nope_x"),
        ({"type": "module", "module": "nope_x.y"}, "Could not find module nope_x.y"),
        ({"type": "exec", "executable": "/nope"}, "hook 'h' can't be run: .*No such"),
        (
            {"type": "exec", "executable": sys.executable, "cwd": "/nope"},
            "hook 'h' can't be run: .*No such",
        ),
        (
            {"type": "exec", "executable": "true", "options": "'open"},
            "hook 'h' can't be run: No closing quotation",
        ),
    ],
)
def test_what_is_wrong_with_a_hook_is_one_sentence(
    options: dict[str, str], said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        run_hooks("f.py", [hook(**options)], quiet=True)


def test_a_wrong_hook_keeps_the_others_from_running(registered: list[Any]) -> None:
    with pytest.raises(CommandError):
        run_hooks("f.py", [hook(type="note"), hook(type="nope")], quiet=True)

    assert registered == []


@pytest.mark.parametrize("failure", [ValueError("wrong"), SystemExit("wrong")])
def test_a_function_that_raises_is_a_failure(failure: BaseException) -> None:
    def fail(path: str, options: dict[str, str]) -> None:
        raise failure

    register("fail")(fail)
    try:
        with pytest.raises(CommandError, match="hook 'h' failed: .*: wrong"):
            run_hooks("f.py", [hook(type="fail")], quiet=True)
    finally:
        del write_hooks._registry["fail"]
