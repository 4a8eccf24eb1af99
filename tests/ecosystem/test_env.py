"""What ``env.py`` calls: ``context``, its settings, and each keyword in use."""

from __future__ import annotations

import io
from typing import Any, Callable, Iterator

import pytest
import sqlalchemy as sa

import alembic
from alembic import command
from alembic.environment import EnvironmentContext
from alembic.migration import MigrationContext
from alembic.runtime import environment, migration
from alembic.runtime.migration import MigrationInfo
from alembic.script import ScriptDirectory
from alembic.script.base import Script

ENV = """\
from sqlalchemy import create_engine
from alembic import context

config = context.config
given = config.attributes["given"]
config.attributes["seen"](context)
if context.is_offline_mode():
    url = config.get_main_option("sqlalchemy.url")
    context.configure(**{"url": url, **given})
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = create_engine(config.get_main_option("sqlalchemy.url"))
    with engine.connect() as connection:
        context.configure(**{"connection": connection, **given})
        with context.begin_transaction():
            context.run_migrations()
"""


@pytest.fixture
def given(project: Any) -> Callable[..., Any]:
    """A function that gives options to ``configure()`` and returns a ``Config``."""

    def give(_seen: Callable[[Any], Any] = id, **options: Any) -> Any:
        project.env.write_text(ENV, encoding="utf-8")
        attributes = {"given": options, "seen": _seen}
        return project.config(attributes=attributes, output_buffer=io.StringIO())

    return give


def _model(*columns: Any) -> sa.MetaData:
    metadata = sa.MetaData()
    sa.Table("modelled", metadata, *(columns or (sa.Column("c", sa.Integer),)))
    return metadata


def _written(project: Any) -> str:
    (path,) = project.versions.glob("*.py")
    text: str = path.read_text(encoding="utf-8")
    return text


def _offline(config: Any) -> str:
    command.upgrade(config, "head", sql=True)
    written: str = config.output_buffer.getvalue()
    return written


# -- running -----------------------------------------------------------------


@pytest.mark.shows(
    "alembic.context.begin_transaction",
    "alembic.context.configure(connection=)",
    "alembic.context.is_offline_mode",
    "alembic.context.run_migrations",
)
def test_migrations_run_on_a_connection(project: Any, given: Any) -> None:
    project.revision("a1", upgrade="op.execute('CREATE TABLE t (c)')")

    command.upgrade(given(), "head")

    assert project.tables() == ["alembic_version", "t"]


@pytest.mark.shows(
    "alembic.context.configure(url=)",
    "alembic.context.configure(dialect_opts=)",
    "alembic.context.configure(literal_binds=)",
)
def test_a_script_is_written_for_an_address(project: Any, given: Any) -> None:
    project.revision(
        "a1",
        upgrade="t = sa.table('t', sa.column('c', sa.String))\n"
        "op.execute(t.update().values(c='x'))",
    )

    script = _offline(
        given(
            url="postgresql://",
            literal_binds=True,
            dialect_opts={"paramstyle": "named"},
        )
    )

    assert "UPDATE t SET c='x';" in script


@pytest.mark.shows(
    "alembic.context.config.attributes",
    "alembic.context.config.attributes.get",
    "alembic.context.config.cmd_opts",
    "alembic.context.config.config_file_name",
    "alembic.context.config.config_ini_section",
    "alembic.context.config.get_main_option",
    "alembic.context.config.get_section",
    "alembic.context.config.get_section_option",
    "alembic.context.config.set_main_option",
)
def test_env_py_reads_and_changes_its_settings(project: Any, given: Any) -> None:
    def look(context: Any) -> None:
        config = context.config
        config.set_main_option("own", "set")
        section = config.get_section(config.config_ini_section)
        found.extend((config.config_file_name, section["script_location"]))
        found.append(config.get_main_option("own"))
        found.append(config.get_section_option("alembic", "missing", "default"))
        found.append(config.attributes.get("missing", "nothing"))
        found.append(getattr(config.cmd_opts, "autogenerate", False))

    found: list[Any] = []
    project.line("a1")

    command.upgrade(given(look), "head")

    settings = [str(project.ini), str(project.migrations)]
    assert found == [*settings, "set", "default", "nothing", False]


@pytest.mark.shows(
    "alembic.context.get_x_argument", "alembic.context.get_x_argument(as_dictionary=)"
)
def test_arguments_of_the_command_line_reach_env_py(project: Any) -> None:
    text = project.env.read_text(encoding="utf-8")
    say = (
        "print(context.get_x_argument(), context.get_x_argument(as_dictionary=True))\n"
    )
    project.env.write_text(text + say, encoding="utf-8")

    told = project.main("-x", "tenant=one", "upgrade", "heads").stdout

    assert told == "['tenant=one'] {'tenant': 'one'}\n"


@pytest.mark.shows("alembic.context.get_bind", "alembic.context.get_context")
def test_env_py_asks_for_the_connection_and_the_context(
    project: Any, given: Any
) -> None:
    def look(context: Any) -> None:
        def applied(ctx: Any, **_: Any) -> None:
            found.append(context.get_bind() is ctx.connection)
            found.append(context.get_context() is ctx)

        context.config.attributes["given"]["on_version_apply"] = applied

    found: list[bool] = []
    project.line("a1")

    command.upgrade(given(look), "head")

    assert found == [True, True]


# -- running: keywords -------------------------------------------------------


@pytest.mark.shows(
    "alembic.context.configure(version_table=)",
    "alembic.context.configure(version_table_schema=)",
)
def test_versions_are_kept_in_another_table(project: Any, given: Any) -> None:
    project.line("a1")

    command.upgrade(given(version_table="kept", version_table_schema="main"), "head")

    assert project.sql("SELECT version_num FROM main.kept") == [("a1",)]


@pytest.mark.shows("alembic.context.configure(transaction_per_migration=)")
def test_each_migration_has_its_transaction(project: Any, given: Any) -> None:
    project.line("a1", "a2")

    script = _offline(given(url="postgresql://", transaction_per_migration=True))

    assert script.count("BEGIN;") == script.count("COMMIT;") == 2


@pytest.mark.shows(
    "alembic.context.configure(on_version_apply=)",
    "alembic.runtime.migration.MigrationInfo",
)
def test_a_function_hears_of_each_migration(project: Any, given: Any) -> None:
    def hear(ctx: Any, step: MigrationInfo, heads: Any, run_args: Any) -> None:
        heard.append((step.up_revision_id, step.is_upgrade, set(heads)))

    heard: list[Any] = []
    project.line("a1", "a2")

    command.upgrade(given(on_version_apply=hear), "head")

    assert heard == [("a1", True, {"a1"}), ("a2", True, {"a2"})]


# -- comparing: keywords -----------------------------------------------------


@pytest.mark.shows("alembic.context.configure(target_metadata=)")
def test_a_model_is_compared(project: Any, given: Any) -> None:
    command.revision(given(target_metadata=_model()), autogenerate=True)

    assert "op.create_table('modelled'," in _written(project)


@pytest.mark.shows("alembic.context.configure(render_as_batch=)")
def test_changes_of_a_table_are_rendered_as_a_batch(project: Any, given: Any) -> None:
    project.sql("CREATE TABLE modelled (d INTEGER)")

    command.revision(
        given(target_metadata=_model(), render_as_batch=True), autogenerate=True
    )

    assert "with op.batch_alter_table('modelled', schema=None)" in _written(project)


@pytest.mark.shows(
    "alembic.context.configure(include_object=)",
    "alembic.context.configure(include_name=)",
    "alembic.context.configure(include_schemas=)",
)
def test_filters_decide_what_is_compared(project: Any, given: Any) -> None:
    def wants_name(name: Any, kind: str, parents: Any) -> bool:
        asked.add((name, kind))
        return bool(name != "kept")

    def wants(item: Any, name: Any, kind: str, reflected: bool, other: Any) -> bool:
        return bool(name not in ("c", "x"))

    asked: set[Any] = set()
    project.sql("CREATE TABLE kept (c)")
    project.sql("CREATE TABLE modelled (x)")
    model = _model(sa.Column("c", sa.Integer), sa.Column("d", sa.Integer))

    command.revision(
        given(
            target_metadata=model,
            include_object=wants,
            include_name=wants_name,
            include_schemas=True,
        ),
        autogenerate=True,
    )

    assert {(None, "schema"), ("kept", "table")} <= asked
    assert "'d'" in _written(project)
    assert "'c'" not in _written(project)
    assert "'x'" not in _written(project)
    assert "kept" not in _written(project)


@pytest.mark.shows(
    "alembic.context.configure(compare_type=)",
    "alembic.context.configure(compare_server_default=)",
)
def test_functions_say_what_differs(project: Any, given: Any) -> None:
    project.sql("CREATE TABLE modelled (c INTEGER DEFAULT '1')")
    model = _model(sa.Column("c", sa.Text(), server_default="2"))
    compared: list[str] = []

    def same(*arguments: Any) -> bool:
        compared.append(arguments[1].name)
        return False

    command.revision(
        given(target_metadata=model, compare_type=same, compare_server_default=same),
        autogenerate=True,
    )

    assert compared == ["c", "c"]
    assert "pass" in _written(project)


@pytest.mark.shows("alembic.context.configure(render_item=)")
def test_a_function_writes_types(project: Any, given: Any) -> None:
    def render(kind: str, item: Any, context: Any) -> Any:
        if kind != "type":
            return False
        context.imports.add("from fractions import Fraction")
        return "Fraction()"

    command.revision(
        given(target_metadata=_model(), render_item=render), autogenerate=True
    )

    assert "from fractions import Fraction" in _written(project)
    assert "sa.Column('c', Fraction()" in _written(project)


@pytest.mark.shows("alembic.context.configure(process_revision_directives=)")
def test_a_function_keeps_an_empty_revision_from_being_written(
    project: Any, given: Any
) -> None:
    def drop_empty(context: Any, revision: Any, directives: Any) -> None:
        if directives[0].upgrade_ops.is_empty():
            directives[:] = []

    command.revision(
        given(target_metadata=sa.MetaData(), process_revision_directives=drop_empty),
        autogenerate=True,
    )

    assert list(project.versions.glob("*.py")) == []


@pytest.mark.shows("alembic.context.configure(template_args=)")
def test_the_template_is_given_values(project: Any, given: Any) -> None:
    template = project.template.read_text(encoding="utf-8")
    project.template.write_text(template + "# ${own}\n", encoding="utf-8")

    command.revision(
        given(target_metadata=sa.MetaData(), template_args={"own": "value"}),
        autogenerate=True,
    )

    assert _written(project).endswith("# value\n")


# -- without env.py ----------------------------------------------------------


@pytest.fixture
def connection() -> Iterator[Any]:
    """A connection to an empty SQLite database."""
    with sa.create_engine("sqlite://").connect() as connection:
        yield connection


@pytest.mark.shows(
    "alembic.migration.MigrationContext.configure(opts=)",
    "alembic.runtime.migration.MigrationContext.configure(opts=)",
)
def test_a_context_is_made_for_a_connection(project: Any, connection: Any) -> None:
    project.line("a1")
    context = MigrationContext.configure(connection, opts={"version_table": "kept"})

    context.stamp(ScriptDirectory.from_config(project.config()), "a1")

    assert MigrationContext is migration.MigrationContext
    assert context.get_current_revision() == "a1"
    assert sa.inspect(connection).get_table_names() == ["kept"]


@pytest.mark.shows(
    "alembic.environment.EnvironmentContext",
    "alembic.runtime.environment.EnvironmentContext.configure",
    "alembic.script.ScriptDirectory.from_config",
    "alembic.script.base.Script",
)
def test_a_program_runs_migrations_by_itself(project: Any, connection: Any) -> None:
    def steps(heads: Any, context: Any) -> Any:
        return scripts._upgrade_revs("head", heads)

    project.revision("a1", upgrade="op.execute('CREATE TABLE t (c)')")
    scripts = ScriptDirectory.from_config(project.config())

    with EnvironmentContext(project.config(), scripts, fn=steps) as env:
        env.configure(connection=connection)
        with env.begin_transaction():
            env.run_migrations()

    assert EnvironmentContext is environment.EnvironmentContext
    assert "t" in sa.inspect(connection).get_table_names()
    assert [type(script) for script in scripts.walk_revisions()] == [Script]


@pytest.mark.shows("alembic.__version__", "alembic.__version__.split")
def test_the_version_is_made_of_numbers() -> None:
    major, minor = alembic.__version__.split(".")[:2]

    assert (int(major), int(minor)) >= (1, 20)
