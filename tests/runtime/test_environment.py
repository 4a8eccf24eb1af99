"""EnvironmentContext: what an env.py is told and what it can do."""

from __future__ import annotations

import contextlib
from types import SimpleNamespace
from typing import Any, Iterator

import pytest
import sqlalchemy as sa

from alembic import context as door
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError


@pytest.fixture
def script(project: Any) -> Any:
    """The revisions a100 and, after it, b100."""
    project.line("a100", "b100")
    return ScriptDirectory(str(project.migrations))


def environment(script: Any, x: Any = None, **options: Any) -> EnvironmentContext:
    """Return an environment for the settings of a command."""
    config: Any = SimpleNamespace(
        cmd_opts=None if x is None else SimpleNamespace(x=x),
        output_buffer=None,
        attributes={},
    )
    return EnvironmentContext(config, script, **options)


@contextlib.contextmanager
def connected() -> Iterator[Any]:
    """Open a connection to a database in memory."""
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_it_knows_what_the_command_was_asked_for(script: Any) -> None:
    env = environment(
        script, as_sql=True, starting_rev="a1", destination_rev="head", tag="t1"
    )

    assert env.is_offline_mode()
    assert not env.requires_connection()
    assert env.get_head_revision() == "b100"
    assert env.get_head_revisions() == ("b100",)
    assert env.get_starting_revision_argument() == "a1"
    assert env.get_revision_argument() == "b100"
    assert env.get_tag_argument() == "t1"


def test_what_a_command_has_not_is_none_or_an_error(script: Any) -> None:
    env = environment(script)

    assert not env.is_offline_mode()
    assert env.requires_connection()
    assert env.get_tag_argument() is None
    with pytest.raises(
        CommandError, match="^No starting revision argument is available.$"
    ):
        env.get_starting_revision_argument()
    with pytest.raises(KeyError):
        env.get_revision_argument()


def test_the_base_as_destination_is_none(script: Any) -> None:
    assert environment(script, destination_rev="base").get_revision_argument() is None


@pytest.mark.parametrize(
    ("x", "as_list", "as_dictionary"),
    [
        (None, [], {}),
        ([], [], {}),
        (
            ["a=1", "flag", "b=c=d", "a=2"],
            ["a=1", "flag", "b=c=d", "a=2"],
            {"a": "2", "flag": "", "b": "c=d"},
        ),
    ],
)
def test_x_arguments_come_as_list_or_dictionary(
    script: Any, x: Any, as_list: Any, as_dictionary: Any
) -> None:
    env = environment(script, x=x)

    assert env.get_x_argument() == as_list
    assert env.get_x_argument(as_dictionary=True) == as_dictionary


def test_before_configure_there_is_no_context(script: Any) -> None:
    env = environment(script)

    for ask in (
        env.get_context,
        env.get_bind,
        env.get_impl,
        env.is_transactional_ddl,
        env.begin_transaction,
        env.run_migrations,
    ):
        with pytest.raises(Exception, match="^No context has been configured yet.$"):
            ask()
    assert not env._ran_migrations


def test_configure_keeps_every_option_for_others(script: Any) -> None:
    env = environment(script, template_args={"mine": 1})

    env.configure(
        dialect_name="postgresql",
        template_args={"theirs": 2},
        compare_server_default=None,  # type: ignore[arg-type]
        on_version_apply=print,
        tag="new",
        something="else",
    )

    options = env.get_context().opts
    assert options is env.context_opts
    assert options["something"] == "else"
    assert options["template_args"] == {"mine": 1, "theirs": 2}
    assert options["compare_type"] is True
    assert "compare_server_default" not in options
    assert options["on_version_apply"] == (print,)
    assert options["script"] is script
    assert options["alembic_module_prefix"] == "op."
    assert env.get_tag_argument() == "new"
    assert env.get_context().script is script
    assert env.get_context().config is env.config
    assert env.is_transactional_ddl()


def test_what_is_configured_is_found_under_its_name(script: Any) -> None:
    names = [
        "transaction_per_migration",
        "target_metadata",
        "include_name",
        "include_object",
        "include_schemas",
        "render_as_batch",
        "render_item",
        "compare_type",
        "compare_server_default",
        "upgrade_token",
        "downgrade_token",
        "alembic_module_prefix",
        "sqlalchemy_module_prefix",
        "user_module_prefix",
        "literal_binds",
        "process_revision_directives",
        "autogenerate_plugins",
    ]
    given: dict[str, Any] = {name: [name] for name in names}
    env = environment(script, as_sql=True)

    env.configure(dialect_name="sqlite", **given)

    options = env.get_context().opts
    assert {name: options[name] for name in names} == given


def test_each_configure_makes_a_new_context(script: Any) -> None:
    env = environment(script, starting_rev="a100", as_sql=True)
    env.configure(dialect_name="sqlite")
    first = env.get_context()
    env.configure(dialect_name="postgresql", starting_rev="b100")

    assert env.get_context() is not first
    assert env.get_context().impl is env.get_impl()
    assert env.get_starting_revision_argument() == "b100"


def test_run_migrations_passes_on_its_arguments_and_remembers_that_it_ran(
    project: Any, script: Any
) -> None:
    seen: list[Any] = []
    env = environment(script, fn=lambda rows, context: seen.append(rows) or [])
    with connected() as connection:
        env.configure(connection=connection)
        env.run_migrations(given=1)

    assert seen == [()]
    assert env._ran_migrations


@pytest.mark.parametrize("transactional", [True, False])
def test_an_env_that_forgets_the_transaction_still_keeps_what_it_did(
    project: Any, script: Any, migrator: Any, transactional: bool
) -> None:
    env = environment(script, fn=lambda rows, _: script._upgrade_revs("head", rows))
    with migrator.connection() as connection:
        env.configure(connection=connection, transactional_ddl=transactional)
        env.run_migrations()

    assert migrator.versions() == ["b100"]


def test_the_module_context_speaks_for_it_while_it_is_entered(script: Any) -> None:
    env = environment(script, tag="here")

    with env as entered:
        assert entered is env
        assert door.get_tag_argument() == "here"
        assert door.config is env.config
        assert door.script is script
    with pytest.raises(AttributeError):
        door.get_tag_argument()


def test_execute_and_static_output_write_into_the_script(
    script: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    env = environment(script, as_sql=True)
    env.configure(dialect_name="sqlite")
    env.static_output("-- ours")
    env.execute("SELECT 1")

    assert capsys.readouterr().out == "-- ours\n\nSELECT 1;\n\n"


def test_the_operations_are_loaded_when_a_step_runs_only(project: Any) -> None:
    project.line("a100")
    code = f"""
import sys
from types import SimpleNamespace
import sqlalchemy as sa
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

script = ScriptDirectory({str(project.migrations)!r})
for expected in (False, True):
    config = SimpleNamespace(cmd_opts=None, output_buffer=None)
    steps = lambda rows, _: script._upgrade_revs("head", rows) if expected else []
    with EnvironmentContext(config, script, fn=steps) as env:
        with sa.create_engine("sqlite://").connect() as connection:
            env.configure(connection=connection)
            env.run_migrations()
    assert ("alembic.operations.base" in sys.modules) is expected
"""
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", code],
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (0, "")
