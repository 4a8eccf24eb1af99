"""Arguments in, exit status out."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

import alembic
from alembic.config import CommandLine, main
from alembic.util import CommandError

posix_only = pytest.mark.skipif(os.name != "posix", reason="as POSIX systems do it")


@pytest.fixture
def lined(project: Any) -> Any:
    """A project with three revisions in a line."""
    project.line("a1", "b2", "c3")
    return project


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["a.ini", "b.ini"], "only one ini file may be indicated"),
        (["x/pyproject.toml"] * 2, "pyproject.toml indicated more than once"),
    ],
)
def test_two_files_of_a_kind_are_one_sentence(
    bare_project: Any, given: list[str], sentence: str
) -> None:
    arguments = [word for name in given for word in ("-c", name)]

    assert bare_project.main(*arguments, "heads") == (255, f"FAILED: {sentence}\n", "")
    quiet = bare_project.main("-q", *arguments, "heads")
    assert (quiet.status, quiet.stdout) == (255, "")
    with pytest.raises(CommandError, match=sentence):
        bare_project.main("--raiseerr", *arguments, "heads")


def test_the_version_is_that_of_the_package(bare_project: Any) -> None:
    expected = (0, f"alembic {alembic.__version__}\n", "")

    assert bare_project.run("--version") == expected


def test_the_console_script_is_there(bare_project: Any) -> None:
    script = Path(sys.executable).with_name("alembic")
    if not script.exists():
        pytest.skip("this environment has no console scripts")
    done = subprocess.run(
        [str(script), "--version"], check=True, capture_output=True, encoding="utf-8"
    )

    assert done.stdout == f"alembic {alembic.__version__}\n"


def test_the_config_module_can_be_run_too(bare_project: Any) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "alembic.config", "--version"],
        check=True,
        capture_output=True,
        encoding="utf-8",
    )

    assert done.stdout.endswith(f" {alembic.__version__}\n")


def test_no_command_is_a_usage_error(bare_project: Any) -> None:
    done = bare_project.run()

    assert (done.status, done.stdout) == (2, "")
    assert done.stderr.endswith("alembic: error: too few arguments\n")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nope"], "invalid choice: 'nope'"),
        (["heads", "--nope"], "unrecognized arguments: --nope"),
        (["upgrade"], "the following arguments are required: revision"),
        (["init"], "the following arguments are required: directory"),
        (["stamp"], "the following arguments are required: revisions"),
    ],
)
def test_wrong_arguments_are_usage_errors(
    project: Any, arguments: list[str], complaint: str
) -> None:
    done = project.main(*arguments)

    assert (done.status, done.stdout) == (2, "")
    assert complaint in done.stderr


def test_main_ignores_further_keywords(capsys: Any) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"], prog="other", something=1)

    assert end.value.code == 0
    assert capsys.readouterr().out == f"other {alembic.__version__}\n"


def test_a_failure_is_a_sentence_and_status_255(lined: Any) -> None:
    done = lined.main("show", "nope")

    assert done == (255, "FAILED: Can't locate revision identified by 'nope'\n", "")


def test_raiseerr_lets_the_error_through(lined: Any) -> None:
    with pytest.raises(CommandError, match="Can't locate"):
        lined.main("--raiseerr", "show", "nope")


def test_raiseerr_is_a_traceback_and_status_1(lined: Any) -> None:
    done = lined.run("--raiseerr", "show", "nope")

    assert done.status == 1
    assert done.stderr.startswith("Traceback")
    assert done.stderr.endswith("Can't locate revision identified by 'nope'\n")


def test_an_exception_of_env_py_stays_a_traceback(lined: Any) -> None:
    lined.env.write_text("raise LookupError('mine')\n")
    done = lined.run("current")

    assert (done.status, done.stdout) == (1, "")
    assert done.stderr.endswith("LookupError: mine\n")


def test_a_file_that_env_py_misses_stays_a_traceback(lined: Any) -> None:
    lined.env.write_text("open('my.env')\n")
    done = lined.run("current")

    assert done.status == 1
    assert "FileNotFoundError" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["heads"],
        ["heads", "-v"],
        ["history"],
        ["history", "-v", "-i"],
        ["branches"],
        ["show", "a1"],
        ["current"],
        ["current", "-v"],
        ["list_templates"],
        ["init", "other"],
        ["init", "other", "--package"],
        ["revision", "-m", "x"],
        ["merge", "b2", "c3", "--splice"],
        ["upgrade", "head"],
        ["stamp", "b2"],
        ["ensure_version"],
        ["show", "nope"],
        ["upgrade", "nope"],
        ["current", "-c"],
        ["check"],
    ],
    ids=" ".join,
)
def test_quiet_is_quiet_everywhere(lined: Any, arguments: list[str]) -> None:
    lined.change_ini(path_separator="os")

    assert lined.main("-q", *arguments).stdout == ""


def test_a_quiet_command_still_fails(lined: Any) -> None:
    assert lined.main("-q", "show", "nope") == (255, "", "")


def test_a_quiet_revision_silences_its_hooks_lines(lined: Any) -> None:
    hook = f"hooks = h\nh.type = exec\nh.executable = {sys.executable}\n"
    with lined.ini.open("a", encoding="utf-8") as ini:
        ini.write(f"[post_write_hooks]\n{hook}h.options = -c pass\n")

    assert lined.main("-q", "revision", "-m", "x").stdout == ""
    assert "Running post write hook" in lined.main("revision", "-m", "y").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["upgrade", "nope", "--sql"],
        ["downgrade", "a1", "--sql"],
        ["stamp", "--sql", "--purge", "a1"],
        ["revision", "--sql"],
    ],
    ids=" ".join,
)
def test_where_stdout_carries_sql_failures_go_to_stderr(
    lined: Any, arguments: list[str]
) -> None:
    done = lined.main(*arguments)

    assert done.status == 255
    assert "FAILED" not in done.stdout
    assert "\nFAILED: " in "\n" + done.stderr


def test_where_stdout_carries_sql_it_carries_nothing_else(lined: Any) -> None:
    with lined.env.open("a", encoding="utf-8") as env:
        env.write("\nconfig.print_stdout('hello')\n")
    done = lined.main("upgrade", "a1", "--sql")

    assert "hello" not in done.stdout
    assert "hello\n" in done.stderr
    assert done.stdout.startswith("CREATE TABLE alembic_version")


def run_into(lined: Any, *arguments: str, stdout: Any) -> Any:
    return subprocess.run(
        [sys.executable, "-m", "alembic", *arguments],
        check=False,
        cwd=str(lined.folder),
        env=lined.environ,
        stdout=stdout,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        timeout=60,
    )


@posix_only
@pytest.mark.parametrize(
    "arguments",
    [["history"], ["history", "-v"], ["show", "heads"], ["upgrade", "head", "--sql"]],
    ids=" ".join,
)
def test_a_reader_that_goes_away_is_no_failure(
    project: Any, arguments: list[str]
) -> None:
    # more than a pipe and the buffers hold
    for number in range(400):
        project.revision(
            f"r{number}",
            f"r{number - 1}" if number else None,
            upgrade=f"op.execute('{'x' * 300}')",
            message="long " * 60,
        )
    reading, writing = os.pipe()
    os.close(reading)
    done = run_into(project, *arguments, stdout=writing)
    os.close(writing)

    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize(
    "arguments", [["history"], ["upgrade", "head", "--sql"]], ids=" ".join
)
def test_a_full_disk_is_one_sentence(lined: Any, arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = run_into(lined, *arguments, stdout=full)

    assert done.returncode == 255
    assert "No space left on device" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


@posix_only
@pytest.mark.parametrize("streams", [">&-", ">&- 2>&-"])
def test_a_program_without_stdout_does_its_work(lined: Any, streams: str) -> None:
    command = f'"{sys.executable}" -m alembic upgrade head {streams}'

    done = subprocess.run(
        ["sh", "-c", command], check=False, cwd=str(lined.folder), env=lined.environ
    )

    assert done.returncode == 0
    assert lined.heads_in_database() == ["c3"]


@posix_only
def test_an_interrupt_ends_with_130_and_changes_nothing(lined: Any) -> None:
    lined.revision(
        "d4",
        "c3",
        upgrade="""
            op.create_table("half", sa.Column("id", sa.Integer))
            import os, signal
            os.kill(os.getpid(), signal.SIGINT)
            import time
            time.sleep(30)
            """,
    )
    done = lined.run("upgrade", "head")

    assert done.status == 130
    assert "Traceback" not in done.stderr
    assert done.stderr.endswith("Interrupted\n")
    assert "half" not in lined.tables()
    assert lined.heads_in_database() == ["c3"]


@posix_only
def test_an_interrupt_from_outside_is_the_same(lined: Any) -> None:
    with lined.env.open("a", encoding="utf-8") as env:
        env.write("\nprint('ready', flush=True)\nimport time\ntime.sleep(30)\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "alembic", "current"],
        cwd=str(lined.folder),
        env=lined.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        assert "Traceback" not in process.stderr.read()

    assert process.returncode == 130


def test_the_collector_never_looks_at_what_was_loaded(lined: Any) -> None:
    watch = textwrap.dedent(
        """
        import gc, sys
        seen = []
        def note(phase, info):
            if phase == "start" and "sqlalchemy" in sys.modules:
                seen.append(len(gc.get_objects(generation=0)))
        gc.callbacks.append(note)
        from alembic.cli.main import main
        sys.argv = ["alembic", "current"]
        main()
        gc.callbacks.remove(note)
        print(max(seen, default=0))
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", watch],
        check=True,
        cwd=str(lined.folder),
        env=lined.environ,
        capture_output=True,
        encoding="utf-8",
    )

    assert int(done.stdout.split()[-1]) < 10_000


def test_the_options_reach_env_py(lined: Any) -> None:
    lined.env.write_text(
        "from alembic import context\n"
        "print(context.get_x_argument(as_dictionary=True))\n"
        "print(context.get_tag_argument())\n"
        "print(context.config.cmd_opts.cmd[0].__name__)\n"
        "context.configure(dialect_name='sqlite')\ncontext.run_migrations()\n"
    )
    done = lined.main(
        "-x", "a=b=c", "-x", "d", "upgrade", "base:a1", "--sql", "--tag", "t"
    )

    assert done.lines[:3] == ["{'a': 'b=c', 'd': ''}", "t", "upgrade"]


def test_another_section_can_be_the_main_one(lined: Any) -> None:
    text = lined.ini.read_text(encoding="utf-8")
    lined.ini.write_text(text.replace("[alembic]", "[other]"), encoding="utf-8")

    assert lined.main("-n", "other", "heads").lines == ["c3 (head)"]
    assert lined.main("heads").status == 255


def test_alembic_config_names_the_settings_file(lined: Any) -> None:
    lined.ini.rename(lined.folder / "x.ini")

    done = lined.run("heads", env={"ALEMBIC_CONFIG": "x.ini"})
    assert done.lines == ["c3 (head)"]


def test_run_cmd_runs_parsed_arguments(lined: Any, capsys: Any) -> None:
    line = CommandLine("alembic")
    options = line.parser.parse_args(["heads"])
    line.run_cmd(lined.config(cmd_opts=options, stdout=sys.stdout), options)

    assert capsys.readouterr().out == "c3 (head)\n"


def test_a_program_that_calls_the_command_line_keeps_its_collector(
    lined: Any,
) -> None:
    frozen = gc.get_freeze_count()

    assert lined.main("upgrade", "head").status == 0
    assert gc.get_freeze_count() == frozen
    assert gc.isenabled()
