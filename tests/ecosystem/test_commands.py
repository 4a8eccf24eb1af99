"""Commands called from programs, with the keywords that published packages give."""

from __future__ import annotations

import io
import logging
from pathlib import Path
from typing import Any, Callable

import pytest

from alembic import command
from alembic.config import Config, main
from alembic.script import ScriptDirectory


@pytest.fixture
def told(project: Any) -> Callable[..., str]:
    """A function ``(command, *args, **kwargs)``: what the command prints."""

    def tell(function: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
        stdout = io.StringIO()
        function(project.config(stdout=stdout, output_buffer=stdout), *args, **kwargs)
        return stdout.getvalue()

    return tell


@pytest.fixture
def branched(project: Any) -> Any:
    """Revisions a, and after it b and c; each makes a table of its name."""
    for id, down in (("aaa", None), ("bbb", "aaa"), ("ccc", "aaa")):
        project.revision(
            id,
            down,
            upgrade=f"op.create_table({id!r}, sa.Column('c', sa.Integer))",
            downgrade=f"op.drop_table({id!r})",
        )
    return project


# -- moving a database -------------------------------------------------------


@pytest.mark.shows(
    "alembic.command.upgrade",
    "alembic.command.upgrade(config=)",
    "alembic.command.upgrade(revision=)",
    "alembic.command.downgrade",
    "alembic.command.downgrade(revision=)",
)
def test_a_database_goes_up_and_down(branched: Any) -> None:
    command.upgrade(config=branched.config(), revision="heads")
    command.downgrade(branched.config(), revision="ccc@base")
    command.upgrade(branched.config(), "bbb")

    assert branched.tables() == ["aaa", "alembic_version", "bbb"]


@pytest.mark.shows("alembic.command.upgrade(sql=)", "alembic.command.downgrade(sql=)")
def test_a_script_is_written_instead(branched: Any, told: Any) -> None:
    up = told(command.upgrade, "bbb", sql=True)
    down = told(command.downgrade, "bbb:aaa", sql=True)

    assert "CREATE TABLE bbb" in up
    assert "DROP TABLE bbb" in down
    assert branched.tables() == []


@pytest.mark.shows(
    "alembic.command.upgrade(tag=)",
    "alembic.command.downgrade(tag=)",
    "alembic.command.stamp(tag=)",
)
def test_env_py_is_given_a_tag(branched: Any) -> None:
    text = branched.env.read_text(encoding="utf-8")
    say = 'config.attributes["tags"].append(context.get_tag_argument())\n'
    branched.env.write_text(text + say, encoding="utf-8")
    config = branched.config(attributes={"tags": []})

    command.upgrade(config, "bbb", tag="up")
    command.downgrade(config, "base", tag="down")
    command.stamp(config, "aaa", tag="here")

    assert config.attributes["tags"] == ["up", "down", "here"]


@pytest.mark.shows("alembic.command.stamp", "alembic.command.stamp(revision=)")
def test_a_version_is_noted_without_migrating(branched: Any) -> None:
    command.stamp(branched.config(), revision="bbb")

    assert branched.heads_in_database() == ["bbb"]
    assert branched.tables() == ["alembic_version"]


@pytest.mark.shows("alembic.command.stamp(purge=)")
def test_versions_that_nobody_knows_are_replaced(branched: Any) -> None:
    command.stamp(branched.config(), "bbb")
    branched.sql("UPDATE alembic_version SET version_num = 'gone'")

    command.stamp(branched.config(), "ccc", purge=True)

    assert branched.heads_in_database() == ["ccc"]


@pytest.mark.shows("alembic.command.stamp(sql=)")
def test_a_version_is_noted_in_a_script(branched: Any, told: Any) -> None:
    script = told(command.stamp, "bbb", sql=True)

    assert "INSERT INTO alembic_version (version_num) VALUES ('bbb')" in script


@pytest.mark.shows("alembic.command.ensure_version")
def test_the_table_of_versions_is_made(project: Any) -> None:
    command.ensure_version(project.config())

    assert project.tables() == ["alembic_version"]


# -- looking -----------------------------------------------------------------


@pytest.mark.shows("alembic.command.current", "alembic.command.current(verbose=)")
def test_the_version_is_told(branched: Any, told: Any) -> None:
    command.upgrade(branched.config(), "bbb")

    assert told(command.current).split() == ["bbb", "(head)"]
    assert str(branched.versions) in told(command.current, verbose=True)


@pytest.mark.shows(
    "alembic.command.heads",
    "alembic.command.heads(verbose=)",
    "alembic.command.branches",
    "alembic.command.branches(verbose=)",
    "alembic.command.show",
)
def test_heads_branches_and_single_revisions_are_told(branched: Any, told: Any) -> None:
    assert sorted(told(command.heads).splitlines()) == ["bbb (head)", "ccc (head)"]
    assert str(branched.versions) in told(command.heads, verbose=True)
    assert told(command.branches).startswith("aaa (branchpoint)")
    assert str(branched.versions) in told(command.branches, verbose=True)
    assert told(command.show, "bbb").startswith("Rev: bbb (head)\nParent: aaa")


@pytest.mark.shows("alembic.command.heads(resolve_dependencies=)")
def test_a_head_that_another_depends_on_can_be_left_out(
    project: Any, told: Any
) -> None:
    project.revision("aaa")
    project.revision("bbb", depends_on="aaa")

    found = told(command.heads, resolve_dependencies=True)

    assert found == "bbb (head)\n"


@pytest.mark.shows(
    "alembic.command.history",
    "alembic.command.history(verbose=)",
    "alembic.command.history(indicate_current=)",
)
def test_the_history_is_told(project: Any, told: Any) -> None:
    project.line("aaa", "bbb")
    command.upgrade(project.config(), "aaa")

    assert told(command.history).splitlines()[0] == "aaa -> bbb (head), revision bbb"
    assert "Path: " in told(command.history, verbose=True)
    assert "-> aaa (current)" in told(command.history, indicate_current=True)


# -- revisions ---------------------------------------------------------------


@pytest.mark.shows(
    "alembic.command.init",
    "alembic.command.init(template=)",
    "alembic.command.init(package=)",
)
def test_a_folder_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "made"

    command.init(
        Config(str(tmp_path / "a.ini")), str(folder), template="async", package=True
    )

    assert "async_engine_from_config" in (folder / "env.py").read_text("utf-8")
    assert (folder / "__init__.py").exists()


@pytest.mark.shows(
    "alembic.command.revision",
    "alembic.command.revision(message=)",
    "alembic.command.revision(head=)",
    "alembic.command.revision(splice=)",
    "alembic.command.revision(branch_label=)",
    "alembic.command.revision(rev_id=)",
    "alembic.command.revision(depends_on=)",
)
def test_a_revision_stands_where_it_was_told_to(branched: Any) -> None:
    command.upgrade(branched.config(), "bbb")
    command.revision(
        branched.config(),
        message="new one",
        head="aaa",
        splice=True,
        branch_label="side",
        rev_id="ddd",
        depends_on="bbb",
    )

    script = ScriptDirectory.from_config(branched.config()).get_revision("ddd")

    assert script is not None
    assert (script.doc, script.down_revision) == ("new one", "aaa")
    assert (script.branch_labels, script.dependencies) == ({"side"}, "bbb")


@pytest.mark.shows("alembic.command.revision(version_path=)")
def test_a_revision_is_put_into_a_given_folder(project: Any) -> None:
    other = project.folder / "other"
    project.change_ini(
        version_locations="%(here)s/migrations/versions %(here)s/other",
        path_separator="space",
    )

    command.revision(project.config(), version_path=str(other), rev_id="aaa")

    assert [path.name for path in other.glob("*.py")] == ["aaa_.py"]


@pytest.mark.shows("alembic.command.revision(autogenerate=)")
def test_a_revision_makes_what_the_model_has(project: Any) -> None:
    _give_a_model(project)

    command.revision(project.config(), autogenerate=True, rev_id="aaa")

    (path,) = project.versions.glob("*.py")
    assert "op.create_table('modelled'," in path.read_text("utf-8")


@pytest.mark.shows("alembic.command.revision(sql=)")
def test_a_revision_is_written_with_env_py_in_offline_mode(project: Any) -> None:
    project.change_ini(revision_environment="true")
    text = project.env.read_text(encoding="utf-8")
    say = 'config.attributes["offline"] = context.is_offline_mode()\n'
    project.env.write_text(text + say, encoding="utf-8")
    config = project.config(attributes={})

    command.revision(config, sql=True, rev_id="aaa")

    assert config.attributes["offline"] is True
    assert [path.name for path in project.versions.glob("*.py")] == ["aaa_.py"]


@pytest.mark.shows(
    "alembic.command.check", "alembic.util.exc.AutogenerateDiffsDetected"
)
def test_a_difference_is_an_error(project: Any) -> None:
    from alembic.util.exc import AutogenerateDiffsDetected

    _give_a_model(project)

    with pytest.raises(AutogenerateDiffsDetected, match="New upgrade operations"):
        command.check(project.config())


def _give_a_model(project: Any) -> None:
    text = project.env.read_text(encoding="utf-8")
    model = (
        "import sqlalchemy as sa\n"
        "target_metadata = sa.MetaData()\n"
        "sa.Table('modelled', target_metadata, sa.Column('c', sa.Integer))\n"
    )
    text = text.replace("target_metadata = None\n", model)
    project.env.write_text(text, encoding="utf-8")


@pytest.mark.shows(
    "alembic.command.merge",
    "alembic.command.merge(message=)",
    "alembic.command.merge(branch_label=)",
    "alembic.command.merge(rev_id=)",
)
def test_heads_are_joined(branched: Any) -> None:
    command.merge(
        branched.config(), "heads", message="both", branch_label="one", rev_id="ddd"
    )

    script = ScriptDirectory.from_config(branched.config()).get_revision("head")

    assert script is not None
    assert (script.revision, script.doc) == ("ddd", "both")
    assert script.branch_labels == {"one"}
    assert set(script.down_revision or ()) == {"bbb", "ccc"}


@pytest.mark.shows("alembic.command.edit")
def test_a_revision_is_opened_in_the_editor(
    project: Any, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    project.line("aaa")
    monkeypatch.setenv("EDITOR", "echo")
    monkeypatch.delenv("VISUAL", raising=False)

    command.edit(project.config(), "aaa")

    assert capfd.readouterr().out.strip() == str(project.versions / "aaa_.py")


# -- settings ----------------------------------------------------------------


@pytest.mark.shows("alembic.config.main")
def test_the_command_line_is_called_from_a_program(project: Any) -> None:
    project.line("aaa")

    main(["-c", str(project.ini), "upgrade", "head"], prog="program")

    assert project.heads_in_database() == ["aaa"]


@pytest.mark.shows("alembic.config.Config(stdout=)")
def test_what_commands_tell_goes_to_a_given_stream(project: Any) -> None:
    project.line("aaa")
    stdout = io.StringIO()

    command.heads(Config(str(project.ini), stdout=stdout))

    assert stdout.getvalue() == "aaa (head)\n"


@pytest.mark.shows(
    "alembic.config.Config(ini_section=)",
    "alembic.config.Config.config_ini_section",
    "alembic.config.Config.get_main_option",
    "alembic.config.Config.get_section",
    "alembic.config.Config.set_main_option",
    "alembic.config.Config.set_section_option",
)
def test_settings_are_read_and_set(project: Any) -> None:
    config = Config(str(project.ini), ini_section="other")

    config.set_main_option("script_location", "there")
    config.set_section_option("third", "answer", "42")

    assert config.config_ini_section == "other"
    assert config.get_main_option("script_location") == "there"
    assert config.get_section("third", {})["answer"] == "42"


@pytest.mark.shows(
    "alembic.config.Config.attributes", "alembic.config.Config.attributes.get"
)
def test_env_py_is_given_objects(project: Any) -> None:
    text = project.env.read_text(encoding="utf-8")
    say = 'config.attributes.get("seen").append(config.attributes.get("missing", 5))\n'
    project.env.write_text(text + say, encoding="utf-8")
    project.line("aaa")
    config = project.config()
    config.attributes["seen"] = []

    command.upgrade(config, "head")

    assert config.attributes["seen"] == [5]


@pytest.mark.shows(
    "alembic.config.Config.__init__", "alembic.config.Config.get_template_directory"
)
def test_a_subclass_brings_its_own_templates(tmp_path: Path) -> None:
    class OwnConfig(Config):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.own = tmp_path / "templates"

        def get_template_directory(self) -> str:
            return str(self.own)

    config = OwnConfig(str(tmp_path / "a.ini"))
    (config.own / "mine").mkdir(parents=True)
    (config.own / "mine" / "env.py").write_text("# mine", encoding="utf-8")
    (config.own / "mine" / "script.py.mako").write_text("", encoding="utf-8")
    (config.own / "mine" / "alembic.ini.mako").write_text("", encoding="utf-8")

    command.init(config, str(tmp_path / "made"), template="mine")

    assert (tmp_path / "made" / "env.py").read_text("utf-8") == "# mine"


@pytest.mark.shows("alembic", "alembic.runtime.migration", "alembic.env")
def test_loggers_tell_what_is_done(
    project: Any, caplog: pytest.LogCaptureFixture
) -> None:
    text = project.env.read_text(encoding="utf-8")
    start = text.index("if config.config_file_name")
    end = text.index("target_metadata = None")
    say = 'import logging\nlogging.getLogger("alembic.env").info("env.py runs")\n'
    project.env.write_text(text[:start] + say + text[end:], encoding="utf-8")
    project.line("aaa")
    caplog.set_level(logging.INFO, logger="alembic")

    command.upgrade(project.config(), "head")

    told = [(record.name, record.getMessage()) for record in caplog.records]
    assert ("alembic.env", "env.py runs") in told
    assert (
        "alembic.runtime.migration",
        "Running upgrade  -> aaa, revision aaa",
    ) in told
