"""The commands as functions."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

import pytest

from alembic import command
from alembic.script import Script
from alembic.util import CommandError, DatabaseNotAtHead


class Spoken:
    """A project, and what its commands print."""

    def __init__(self, project: Any) -> None:
        self.project = project
        self.stream = io.StringIO()

    def __call__(self, fn: Callable[..., Any], *args: Any, **kw: Any) -> list[str]:
        """Run a command and return the lines it printed."""
        self.stream = io.StringIO()
        fn(self.config(), *args, **kw)
        return self.stream.getvalue().splitlines()

    def config(self, **kw: Any) -> Any:
        config = self.project.config(stdout=self.stream, **kw)
        config.set_main_option("path_separator", "os")
        return config


@pytest.fixture
def say(project: Any) -> Spoken:
    """A line of three revisions, the second of which branches."""
    project.revision("a1", message="first")
    project.revision("b2", "a1", message="second", labels="main")
    project.revision("c3", "b2", message="third")
    project.revision("d3", "b2", message="other third")
    return Spoken(project)


@pytest.fixture
def line(project: Any) -> Spoken:
    """Five revisions in a line."""
    project.line("r1", "r2", "r3", "r4", "r5")
    return Spoken(project)


# -- questions about files ---------------------------------------------------------


def test_heads_come_in_the_order_of_files(say: Spoken) -> None:
    assert say(command.heads) == ["c3 (main) (head)", "d3 (main) (head)"]


def test_heads_may_leave_out_what_others_depend_on(project: Any) -> None:
    project.line("a1", "b2")
    project.revision("x1", depends_on="b2")
    say = Spoken(project)

    assert say(command.heads) == ["b2 (effective head)", "x1 (head)"]
    assert say(command.heads, resolve_dependencies=True) == ["x1 (head)"]


def test_branches_show_children_in_the_order_of_names(say: Spoken) -> None:
    expected = ["b2 (main) (branchpoint)"]
    expected += ["   -> c3 (main) (head)", "   -> d3 (main) (head)", ""]

    assert say(command.branches) == expected


def test_no_branch_point_is_no_line(line: Spoken) -> None:
    assert line(command.branches) == []


@pytest.mark.parametrize(
    ("rev_range", "expected"),
    [
        (None, "5 4 3 2 1"),
        (":", "5 4 3 2 1"),
        ("r2:r4", "4 3 2"),
        ("r4:", "5 4"),
        (":r2", "2 1"),
        ("base:head", "5 4 3 2 1"),
        ("-2:", "5 4 3"),
        ("-2:r4", "4 3"),
        ("r2:+2", "4 3 2"),
        ("current:", "5 4 3"),
        (":current", "3 2 1"),
        ("current:+1", "4 3"),
        ("-3:current", "3 2"),
        ("current:current", "3"),
        (" r4: ", "5 4"),
    ],
)
def test_a_history_has_both_ends_of_its_range(
    line: Spoken, rev_range: str | None, expected: str
) -> None:
    command.stamp(line.config(), "r3")
    shown = line(command.history, rev_range)

    ids = [each.split(" -> ")[1].split(" ")[0].rstrip(",") for each in shown]
    assert ids == [f"r{digit}" for digit in expected.split()]


def test_a_history_up_to_where_an_empty_database_is_has_no_line(line: Spoken) -> None:
    assert line(command.history, ":current") == []
    assert len(line(command.history, "current:")) == 5


@pytest.mark.parametrize("rev_range", ["r1", "", "a:b:c", "::"])
def test_a_range_that_is_none_is_one_sentence(line: Spoken, rev_range: str) -> None:
    with pytest.raises(CommandError) as caught:
        line(command.history, rev_range)

    assert str(caught.value) == (
        "History range requires [start]:[end], [start]:, or :[end]"
    )


def test_the_revisions_of_the_database_are_marked(say: Spoken) -> None:
    command.stamp(say.config(), ["c3", "d3"])

    assert say(command.history, indicate_current=True) == [
        "b2 -> c3 (main) (head) (current), third",
        "b2 -> d3 (main) (head) (current), other third",
        "a1 -> b2 (main) (branchpoint), second",
        "<base> -> a1, first",
    ]
    assert "(current)" in say(command.history, verbose=True, indicate_current=True)[0]


def test_rows_that_no_file_knows_do_not_hide_the_history(line: Spoken) -> None:
    line.project.sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
    line.project.sql("INSERT INTO alembic_version VALUES ('gone')")

    assert len(line(command.history, indicate_current=True)) == 5


def test_a_history_is_written_line_by_line(line: Spoken) -> None:
    class Stops(io.StringIO):
        lines = 0

        def write(self, text: str) -> int:
            self.lines += text.count("\n")
            if self.lines > 2:
                raise LookupError("enough")
            return len(text)

    stream = Stops()
    with pytest.raises(LookupError, match="enough"):
        command.history(line.project.config(stdout=stream))
    assert stream.lines == 3


def test_show_names_every_revision_that_is_meant(say: Spoken) -> None:
    assert [x for x in say(command.show, "heads") if x.startswith("Rev")] == [
        "Rev: c3 (head)",
        "Rev: d3 (head)",
    ]
    assert say(command.show, "base") == []
    assert say(command.show, "a1") == [
        "Rev: a1",
        "Parent: <base>",
        f"Path: {say.project.versions / 'a1_.py'}",
        "",
        "    first",
        "",
    ]


def test_programs_may_name_several_revisions(say: Spoken) -> None:
    command.upgrade(say.config(), ("c3", "d3"))  # type: ignore[arg-type]
    shown = say(command.show, ["a1", "b2"])

    assert say.project.heads_in_database() == ["c3", "d3"]
    assert [x[:7] for x in shown if x.startswith("Rev")] == ["Rev: a1", "Rev: b2"]


def test_show_steps_below_the_head(line: Spoken) -> None:
    assert line(command.show, "-1")[0] == "Rev: r4"
    assert line(command.show, "-5") == []


def test_show_current_asks_the_database(line: Spoken) -> None:
    assert line(command.show, "current") == []
    command.stamp(line.config(), "r2")

    assert line(command.show, "current")[0] == "Rev: r2"


@pytest.mark.parametrize("fn", [command.show, command.edit])
@pytest.mark.parametrize("rev", ["", " "])
def test_an_empty_argument_is_one_sentence(line: Spoken, fn: Any, rev: str) -> None:
    with pytest.raises(CommandError, match="The revision argument is empty"):
        fn(line.config(), rev)


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    log = tmp_path / "edited"
    script = tmp_path / "editor"
    script.write_text(f'#!/bin/sh\necho "$1" >> {log}\n')
    script.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(script))
    return log


@pytest.mark.skipif(sys.platform == "win32", reason="the editor is a shell script")
@pytest.mark.parametrize(
    ("rev", "files"),
    [("b2", ["b2_.py"]), ("heads", ["c3_.py", "d3_.py"]), ("current", ["a1_.py"])],
)
def test_edit_opens_every_file_that_is_meant(
    say: Spoken, editor: Path, rev: str, files: list[str]
) -> None:
    command.stamp(say.config(), "a1")
    command.edit(say.config(), rev)

    paths = editor.read_text().splitlines()
    assert paths == [str(say.project.versions / name) for name in files]


@pytest.mark.parametrize(
    ("rev", "sentence"),
    [
        ("base", "No revision files indicated by symbol 'base'"),
        ("current", "No current revisions"),
        ("nope", "Can't locate revision identified by 'nope'"),
    ],
)
def test_nothing_to_edit_is_one_sentence(say: Spoken, rev: str, sentence: str) -> None:
    with pytest.raises(CommandError) as caught:
        command.edit(say.config(), rev)

    assert str(caught.value).startswith(sentence)


def test_list_templates_asks_the_settings_where_they_are(
    say: Spoken, tmp_path: Path
) -> None:
    for name in ("zeta", "alpha"):
        (tmp_path / "t" / name).mkdir(parents=True)
        (tmp_path / "t" / name / "README").write_text(f"About {name}.\nMore.\n")
        (tmp_path / "t" / name / "alembic.ini.mako").write_text("")
    config = say.config()
    config.get_template_directory = lambda: str(tmp_path / "t")
    command.list_templates(config)

    assert say.stream.getvalue().splitlines()[2:4] == [
        "alpha - About alpha.",
        "zeta - About zeta.",
    ]


def test_init_takes_a_template_by_name(
    bare_project: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(bare_project.folder)
    command.init(bare_project.config(), "m", template="async", package=True)

    assert (bare_project.folder / "m" / "versions" / "__init__.py").exists()
    assert "async" in (bare_project.folder / "m" / "env.py").read_text()


# -- the database ------------------------------------------------------------------


def test_current_shows_the_tips_of_all_that_is_applied(project: Any) -> None:
    project.line("a1", "b2", "c3")
    project.revision("x1", depends_on="b2")
    say = Spoken(project)
    assert say(command.current) == []

    command.upgrade(say.config(), "x1")
    assert project.heads_in_database() == ["x1"]
    # "b2" is applied through the dependency; nothing applied follows it
    assert say(command.current) == ["b2", "x1 (head)"]


def test_current_names_the_database_when_verbose(line: Spoken) -> None:
    command.stamp(line.config(), "r2")
    shown = line(command.current, verbose=True)

    url = f"sqlite:///{line.project.folder / 'app.db'}"
    assert shown[:2] == [f"Current revision(s) for {url}:", "Rev: r2"]


def test_current_creates_nothing(line: Spoken) -> None:
    line(command.current)

    assert line.project.tables() == []


def test_current_can_insist_on_the_heads(say: Spoken) -> None:
    command.stamp(say.config(), "c3")
    with pytest.raises(DatabaseNotAtHead) as caught:
        say(command.current, check_heads=True)
    assert str(caught.value) == "Database is not on all head revisions"
    assert say.stream.getvalue() == ""

    command.stamp(say.config(), "heads")
    assert say(command.current, check_heads=True) == ["c3 (head)", "d3 (head)"]


def test_upgrade_and_downgrade_move_the_database(line: Spoken) -> None:
    command.upgrade(line.config(), "r3")
    assert line.project.heads_in_database() == ["r3"]
    command.downgrade(line.config(), "-1")
    assert line.project.heads_in_database() == ["r2"]


def sql_of(line: Spoken, fn: Callable[..., Any], *args: Any, **kw: Any) -> str:
    buffer = io.StringIO()
    fn(line.config(output_buffer=buffer), *args, sql=True, **kw)
    return buffer.getvalue()


def test_offline_the_sql_goes_to_the_buffer(line: Spoken) -> None:
    assert "-- Running upgrade r1 -> r2" in sql_of(line, command.upgrade, "r1:r2")
    assert "-- Running downgrade r2 -> r1" in sql_of(line, command.downgrade, "r2:r1")
    assert "-- Running stamp_revision r1 -> r5" in sql_of(line, command.stamp, "r1:r5")
    assert "CREATE TABLE alembic_version" in sql_of(line, command.ensure_version)
    assert not line.project.database.exists()


def test_a_script_never_creates_the_table_that_it_deletes_rows_from(
    line: Spoken,
) -> None:
    script = sql_of(line, command.stamp, ["r3:base", "r3:r4"])

    assert "DELETE FROM alembic_version" in script
    assert "INSERT INTO alembic_version" in script
    assert "CREATE TABLE" not in script


def test_ensure_version_creates_the_table_once(line: Spoken) -> None:
    command.ensure_version(line.config())
    command.ensure_version(line.config())

    assert line.project.tables() == ["alembic_version"]
    assert line.project.heads_in_database() == []


@pytest.mark.parametrize("fn", [command.upgrade, command.downgrade])
@pytest.mark.parametrize(
    ("revision", "sql", "sentence"),
    [
        ("r1:r2", False, "Range revision not allowed"),
        ("r1:r2:r3", True, "Range 'r1:r2:r3' has more than two ends; please write"),
        (":r2", True, "Range ':r2' has no start; please write 'base:r2'"),
        ("r1:", True, "The revision argument is empty; please name a revision"),
        ("", False, "The revision argument is empty"),
        ("  ", False, "The revision argument is empty"),
        ("nope", False, "Can't locate revision identified by 'nope'"),
    ],
)
def test_an_impossible_target_is_one_sentence(
    line: Spoken, fn: Any, revision: str, sql: bool, sentence: str
) -> None:
    with pytest.raises(CommandError) as caught:
        fn(line.config(output_buffer=io.StringIO()), revision, sql=sql)

    assert str(caught.value).startswith(sentence)


def test_downgrade_offline_wants_a_range(line: Spoken) -> None:
    with pytest.raises(CommandError) as caught:
        command.downgrade(line.config(), "r1", sql=True)

    assert str(caught.value) == "downgrade with --sql requires <fromrev>:<torev>"


@pytest.mark.parametrize(
    ("fn", "revision"),
    [
        (command.upgrade, "r4:r2"),
        (command.upgrade, "r4:r4-1"),
        (command.upgrade, "head:base"),
        (command.downgrade, "r2:r4"),
    ],
)
def test_a_reversed_range_is_one_sentence(line: Spoken, fn: Any, revision: str) -> None:
    with pytest.raises(CommandError, match="not a valid (up|down)grade target"):
        sql_of(line, fn, revision)


@pytest.mark.parametrize("revision", ["r5:head", "r2:r2", "base:base", "heads:heads"])
def test_a_range_that_ends_where_it_starts_has_no_steps(
    line: Spoken, revision: str
) -> None:
    assert "Running" not in sql_of(line, command.upgrade, revision)


@pytest.mark.parametrize(
    ("revision", "options", "sentence"),
    [
        ("r1", {"sql": True, "purge": True}, "Can't use --purge with --sql mode"),
        (
            ["r1:r2", "r2:r3"],
            {"sql": True},
            "Stamp operation with --sql only supports a single starting revision",
        ),
        ("a:b:c", {"sql": True}, "Range 'a:b:c' has more than two ends"),
        ("", {}, "The revision argument is empty"),
        (["r1", ""], {}, "The revision argument is empty"),
        ("r1:r2", {}, "Can't locate revision identified by 'r1:r2'"),
    ],
)
def test_an_impossible_stamp_is_one_sentence(
    line: Spoken, revision: Any, options: Any, sentence: str
) -> None:
    with pytest.raises(CommandError) as caught:
        command.stamp(line.config(), revision, **options)

    assert str(caught.value).startswith(sentence)


def test_stamp_takes_several_and_can_purge(say: Spoken) -> None:
    command.stamp(say.config(), ("c3", "d3"))
    assert say.project.heads_in_database() == ["c3", "d3"]

    command.stamp(say.config(), "a1", purge=True)
    assert say.project.heads_in_database() == ["a1"]


def test_a_comparison_needs_a_database(line: Spoken) -> None:
    with pytest.raises(CommandError, match="Using --sql with --autogenerate"):
        command.revision(line.config(), autogenerate=True, sql=True)


def test_a_comparison_needs_a_database_that_is_up_to_date(line: Spoken) -> None:
    for attempt in (command.check, lambda c: command.revision(c, autogenerate=True)):
        with pytest.raises(CommandError, match="Target database is not up to date"):
            attempt(line.config())


def test_a_comparison_needs_a_model(line: Spoken) -> None:
    command.upgrade(line.config(), "head")

    with pytest.raises(CommandError, match="does not provide a MetaData object"):
        command.check(line.config())


# -- new revisions -----------------------------------------------------------------


def test_a_new_revision_is_returned(line: Spoken) -> None:
    script = command.revision(line.config(), "hello", rev_id="n1")

    assert isinstance(script, Script)
    assert (script.revision, script.down_revision) == ("n1", "r5")
    assert script.path == str(line.project.versions / "n1_hello.py")


def test_a_plain_revision_does_not_run_env(line: Spoken) -> None:
    line.project.env.write_text("raise LookupError")
    command.revision(line.config(), "hello", rev_id="n1")
    command.merge(line.config(), ["n1"], "join", rev_id="n2")

    assert line(command.heads) == ["n2 (head)"]


def test_a_revision_takes_all_that_places_it(say: Spoken) -> None:
    script: Any = command.revision(
        say.config(),
        head="a1",
        splice=True,
        branch_label="blue",
        depends_on="c3",
        rev_id="n1",
    )

    assert (script.down_revision, script.dependencies) == ("a1", "c3")
    assert "blue" in script.branch_labels


def test_a_merge_follows_all_that_it_is_given(say: Spoken) -> None:
    script: Any = command.merge(say.config(), "heads", message="join", rev_id="n1")

    assert script.down_revision == ("c3", "d3")
    assert script.doc == "join"


@pytest.fixture
def with_env(line: Spoken) -> Spoken:
    """The line, with ``revision_environment`` on."""
    line.project.change_ini(revision_environment="yes")
    return line


def configure(line: Spoken, arguments: str, before: str = "") -> None:
    """Give ``context.configure()`` in env.py further arguments."""
    text = line.project.env.read_text(encoding="utf-8")
    changed = text.replace(
        "connection=connection,", f"connection=connection, {arguments},"
    )
    assert changed != text
    line.project.env.write_text(before + changed, encoding="utf-8")


def test_env_gives_variables_to_the_template(with_env: Spoken) -> None:
    with_env.project.template.write_text(
        with_env.project.template.read_text() + "\n# ${extra}\n"
    )
    configure(with_env, "template_args={'extra': 'from env'}")
    one: Any = command.revision(with_env.config(), rev_id="n1")
    two: Any = command.merge(with_env.config(), "heads", rev_id="n2")

    for script in (one, two):
        assert Path(script.path).read_text().endswith("# from env\n")


def test_with_an_environment_the_bodies_are_framed(with_env: Spoken) -> None:
    script: Any = command.revision(with_env.config(), rev_id="n1")

    assert Path(script.path).read_text().count("auto generated by Alembic") == 2
    assert script.module.upgrade() is None


def test_the_hook_of_the_command_runs_before_that_of_env(with_env: Spoken) -> None:
    configure(
        with_env,
        "process_revision_directives=hook",
        "def hook(context, revision, directives):\n"
        "    directives[0].message += ' and env'\n",
    )
    command.stamp(with_env.config(), "r4")
    seen: list[Any] = []

    def hook(context: Any, revision: Any, directives: Any) -> None:
        seen.append((context.dialect.name, revision))
        directives[0].message = "from the command"

    script: Any = command.revision(with_env.config(), process_revision_directives=hook)
    assert script.doc == "from the command and env"
    assert seen == [("sqlite", ("r4",))]


def test_an_emptied_list_writes_no_file(with_env: Spoken) -> None:
    before = sorted(with_env.project.versions.iterdir())

    def hook(context: Any, revision: Any, directives: Any) -> None:
        del directives[:]

    assert command.revision(with_env.config(), process_revision_directives=hook) == []
    assert [p for p in sorted(with_env.project.versions.iterdir()) if p.is_file()] == [
        p for p in before if p.is_file()
    ]


def test_several_directives_write_several_files(with_env: Spoken) -> None:
    from alembic.operations.ops import DowngradeOps, MigrationScript, UpgradeOps

    def hook(context: Any, revision: Any, directives: Any) -> None:
        second = MigrationScript(
            "n2", UpgradeOps([]), DowngradeOps([]), message="two", head="n1"
        )
        directives.append(second)

    written: Any = command.revision(
        with_env.config(), "one", rev_id="n1", process_revision_directives=hook
    )
    assert [(s.revision, s.down_revision, s.doc) for s in written] == [
        ("n1", "r5", "one"),
        ("n2", "n1", "two"),
    ]


def test_operations_of_a_hook_are_written(with_env: Spoken) -> None:
    from alembic.operations.ops import ExecuteSQLOp

    def hook(context: Any, revision: Any, directives: Any) -> None:
        directives[0].upgrade_ops.ops.append(ExecuteSQLOp("select 1"))

    command.revision(with_env.config(), rev_id="n1", process_revision_directives=hook)

    (written,) = with_env.project.versions.glob("n1*")
    assert "\n    op.execute('select 1')\n" in written.read_text()


def test_operations_that_cannot_be_written_leave_no_file(with_env: Spoken) -> None:
    from alembic.operations.ops import MigrateOperation

    class Unknown(MigrateOperation):
        """An operation without a renderer."""

    def hook(context: Any, revision: Any, directives: Any) -> None:
        directives[0].upgrade_ops.ops.append(Unknown())

    with pytest.raises(ValueError, match="no dispatch function for object"):
        command.revision(
            with_env.config(), rev_id="n1", process_revision_directives=hook
        )
    assert not [*with_env.project.versions.glob("n1*")]


def test_one_of_several_that_cannot_be_written_leaves_no_file(
    with_env: Spoken,
) -> None:
    from alembic.operations.ops import DowngradeOps, MigrationScript, UpgradeOps

    def hook(context: Any, revision: Any, directives: Any) -> None:
        second = MigrationScript(
            "n2", UpgradeOps([]), DowngradeOps([]), message="two", head="nowhere"
        )
        directives.append(second)

    before = {*with_env.project.versions.glob("*.py")}
    with pytest.raises(CommandError, match="nowhere"):
        command.revision(
            with_env.config(), "one", rev_id="n1", process_revision_directives=hook
        )
    assert {*with_env.project.versions.glob("*.py")} == before


def test_sql_wants_an_environment(line: Spoken) -> None:
    with pytest.raises(CommandError) as caught:
        command.revision(line.config(), sql=True)

    assert str(caught.value) == (
        "Using --sql with the revision command when revision_environment is not "
        "configured does not make any sense"
    )


@pytest.mark.parametrize("value", ["true", "YES", " on ", "1"])
def test_there_are_several_ways_to_say_yes(line: Spoken, value: str) -> None:
    line.project.env.write_text("raise LookupError('env was run')")
    config = line.config()
    config.set_main_option("revision_environment", value)

    with pytest.raises(LookupError, match="env was run"):
        command.history(config)


@pytest.mark.parametrize("value", ["false", "No", "off", "0", ""])
def test_there_are_several_ways_to_say_no(line: Spoken, value: str) -> None:
    line.project.env.write_text("raise LookupError('env was run')")
    config = line.config()
    config.set_main_option("revision_environment", value)

    command.history(config)


def test_neither_yes_nor_no_is_one_sentence(line: Spoken) -> None:
    config = line.config()
    config.set_main_option("revision_environment", "maybe")

    with pytest.raises(CommandError, match="must be true or false, not 'maybe'"):
        command.history(config)


# -- environments that do not do their part ----------------------------------------

COMMANDS: list[tuple[Any, tuple[str, ...]]] = [
    (command.upgrade, ("head",)),
    (command.downgrade, ("base",)),
    (command.stamp, ("head",)),
    (command.current, ()),
    (command.ensure_version, ()),
    (command.show, ("current",)),
    (command.edit, ("current",)),
    (command.history, (":current",)),
]


@pytest.mark.parametrize(("fn", "arguments"), COMMANDS)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "from alembic import context\ncontext.configure(url='sqlite://')\n",
    ],
    ids=["empty", "configured"],
)
def test_an_env_that_never_runs_the_migrations_is_an_error(
    line: Spoken, fn: Any, arguments: tuple[str, ...], text: str
) -> None:
    line.project.env.write_text(text)
    with pytest.raises(CommandError, match="did not run the migrations") as caught:
        fn(line.config(), *arguments)

    assert str(line.project.env) in str(caught.value)


@pytest.mark.parametrize("code", ["", "0", "None"])
def test_an_env_that_ends_the_program_is_no_success(line: Spoken, code: str) -> None:
    with line.project.env.open("a") as env:
        env.write(f"\nimport sys\nsys.exit({code})\n")

    with pytest.raises(CommandError, match=r"ended the program \(sys\.exit\)"):
        command.upgrade(line.config(), "head")


@pytest.mark.parametrize("code", [3, "'no database today'"])
def test_an_env_that_fails_by_exiting_keeps_its_status(line: Spoken, code: Any) -> None:
    line.project.env.write_text(f"import sys\nsys.exit({code})\n")

    with pytest.raises(SystemExit) as end:
        command.upgrade(line.config(), "head")
    assert end.value.code == (3 if code == 3 else "no database today")


def test_a_revision_that_ends_the_program_is_no_success(line: Spoken) -> None:
    line.project.revision("n1", "r5", upgrade="import sys; sys.exit(0)")
    done = line.project.run("upgrade", "head")

    assert done.status == 255
    assert done.stdout.startswith("FAILED: ")
    assert line.project.heads_in_database() == ["r5"]


# -- names -------------------------------------------------------------------------


def test_the_module_offers_what_programs_take_from_it() -> None:
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script.base import ScriptDirectory

    assert command.EnvironmentContext is EnvironmentContext
    assert command.ScriptDirectory is ScriptDirectory
    assert command.autogen.RevisionContext.__name__ == "RevisionContext"


@pytest.mark.filterwarnings("ignore:No path_separator found:DeprecationWarning")
def test_a_program_may_put_classes_of_its_own_in_their_place(
    line: Spoken, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Elsewhere(command.ScriptDirectory):  # type: ignore[misc, name-defined]
        """Looks for revisions in another folder, as plugins of one package do."""

        def __init__(self, *args: Any, **kw: Any) -> None:
            super().__init__(*args, **kw)
            self.__dict__["_version_locations"] = [str(tmp_path / "other")]

    class Noting(command.EnvironmentContext):  # type: ignore[misc, name-defined]
        """Notes that it was made."""

        def __enter__(self) -> Any:
            line.stream.write("entered\n")
            return super().__enter__()

    (tmp_path / "other").mkdir()
    line.project.revision("o1", folder=tmp_path / "other")
    monkeypatch.setattr(command, "ScriptDirectory", Elsewhere)
    monkeypatch.setattr(command, "EnvironmentContext", Noting)

    assert line(command.heads) == ["o1 (head)"]
    assert line(command.upgrade, "head") == ["entered"]
    assert line.project.heads_in_database() == ["o1"]


def test_a_plain_revision_loads_no_sqlalchemy(line: Spoken) -> None:
    code = (
        "import sys\nfrom alembic.config import main\n"
        "try:\n    main(['revision', '-m', 'x'])\n"
        "finally:\n    assert 'sqlalchemy' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        cwd=str(line.project.folder),
        capture_output=True,
        encoding="utf-8",
    )

    assert (done.returncode, done.stderr) == (0, "")
