"""What users' type checkers see of the main entry points.

Not run, only checked: by mypy and by pyright, see ``test_typing.py``. Each function is
written as a project would write it.
"""

from __future__ import annotations

from typing import Any, Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import conv
from typing_extensions import assert_type

from alembic import command, context, op
from alembic.autogenerate import (
    comparators,
    compare_metadata,
    produce_migrations,
    render_python_code,
    renderers,
)
from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.rewriter import Rewriter
from alembic.config import CommandLine, Config, main
from alembic.ddl.impl import DefaultImpl
from alembic.operations import BatchOperations, MigrateOperation, Operations, ops
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationInfo, MigrationStep
from alembic.runtime.plugins import Plugin
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError, PriorityDispatchResult

metadata = sa.MetaData()


def settings() -> Config:
    config = Config("alembic.ini", ini_section="alembic")
    assert_type(config.config_file_name, str | None)
    assert_type(config.get_main_option("script_location"), str | None)
    assert_type(config.get_main_option("script_location", "alembic"), str)
    assert_type(config.get_section_option("a", "b"), str | None)
    assert_type(config.get_section("a"), dict[str, str] | None)
    assert_type(config.attributes, dict[str, Any])
    assert_type(config.set_main_option("a", "b"), None)
    assert_type(config.get_template_directory(), str)
    return config


def commands(config: Config) -> None:
    assert_type(command.upgrade(config, "head", sql=True, tag="x"), None)
    assert_type(command.downgrade(config, "-1"), None)
    assert_type(command.stamp(config, ["a", "b"], purge=True), None)
    assert_type(command.current(config, verbose=True), None)
    assert_type(command.history(config, "base:head"), None)
    assert_type(command.heads(config), None)
    assert_type(command.branches(config), None)
    assert_type(command.show(config, "head"), None)
    assert_type(command.check(config), None)
    assert_type(command.ensure_version(config), None)
    assert_type(command.init(config, "alembic", template="generic"), None)
    assert_type(command.edit(config, "head"), None)
    assert_type(command.list_templates(config), None)
    assert_type(
        command.revision(config, "message", autogenerate=True),
        Script | None | list[Script | None],
    )
    assert_type(command.merge(config, "heads", message="m"), Script | None)
    assert_type(main(["heads"], prog="tool"), None)
    CommandLine("tool").main(["current"])


def script_directory(config: Config) -> Sequence[str]:
    script = ScriptDirectory.from_config(config)
    assert_type(script, ScriptDirectory)
    assert_type(script.get_current_head(), str | None)
    assert_type(script.get_heads(), list[str])
    assert_type(script.get_revision("head"), Script)
    for each in script.walk_revisions():
        assert_type(each, Script)
        assert_type(each.revision, str)
        assert_type(each.doc, str)
        assert_type(each.is_head, bool)
        assert_type(each.path, str)
    return script.get_bases()


def environment(config: Config, script: ScriptDirectory) -> None:
    def steps(rev: str | tuple[str, ...], context: MigrationContext) -> Any:
        return []

    with EnvironmentContext(config, script, fn=steps, as_sql=True) as environment:
        assert_type(environment, EnvironmentContext)
        assert_type(environment.is_offline_mode(), bool)
        assert_type(environment.get_context(), MigrationContext)
        assert_type(environment.get_head_revisions(), str | tuple[str, ...] | None)


def applied(ctx: MigrationContext, step: MigrationInfo, **kw: Any) -> None:
    assert_type(step.is_upgrade, bool)
    assert_type(step.up_revision_ids, tuple[str, ...])
    assert_type(step.source_revision_ids, tuple[str, ...])


def env_py(connection: Connection) -> None:
    assert_type(context.config, Config)
    assert_type(context.is_offline_mode(), bool)
    assert_type(context.get_x_argument(as_dictionary=True), dict[str, str])
    assert_type(context.get_x_argument(False), list[str])
    assert_type(context.get_tag_argument(), str | None)
    context.configure(
        connection=connection,
        target_metadata=[metadata, metadata],
        compare_type=True,
        render_as_batch=True,
        version_table="versions",
        include_object=lambda obj, name, kind, reflected, other: True,
        include_name=lambda name, kind, parents: True,
        process_revision_directives=writer,
    )
    with context.begin_transaction():
        assert_type(context.run_migrations(), None)
    assert_type(context.get_bind(), Connection)


def without_env_py(connection: Connection) -> Any:
    migration = MigrationContext.configure(connection, opts={"compare_type": True})
    assert_type(migration, MigrationContext)
    assert_type(migration.get_current_revision(), str | None)
    assert_type(migration.get_current_heads(), tuple[str, ...])
    assert_type(migration.impl, DefaultImpl)
    with migration.begin_transaction(), Operations.context(migration) as operations:
        assert_type(operations, Operations)
        operations.create_table("t", sa.Column("id", sa.Integer, primary_key=True))
    script = produce_migrations(migration, metadata)
    assert_type(script, ops.MigrationScript)
    assert_type(script.upgrade_ops, ops.UpgradeOps | None)
    if script.upgrade_ops is not None:
        assert_type(render_python_code(script.upgrade_ops), str)
        assert_type(script.upgrade_ops.is_empty(), bool)
    return compare_metadata(migration, metadata)


def revision_file() -> None:
    table = op.create_table("t", sa.Column("id", sa.Integer), comment="c")
    assert_type(table, sa.Table)
    assert_type(op.bulk_insert(table, [{"id": 1}], multiinsert=False), None)
    assert_type(op.add_column("t", sa.Column("c", sa.String(5))), None)
    op.alter_column(
        "t",
        "c",
        nullable=False,
        type_=sa.Text,
        existing_type=sa.String(5),
        server_default=sa.text("'x'"),
        comment=None,
        postgresql_using="c::text",
    )
    op.create_index(op.f("ix"), "t", ["c", sa.text("lower(c)")], unique=True)
    op.drop_index("ix", "t", if_exists=True)
    op.create_foreign_key("fk", "t", "u", ["c"], ["d"], ondelete="CASCADE")
    op.create_unique_constraint("uq", "t", ["c"])
    op.create_check_constraint("ck", "t", sa.column("c") > 5)
    op.create_primary_key("pk", "t", ["id"])
    op.drop_constraint("ck", "t", type_="check")
    op.execute(sa.text("select 1").bindparams())
    op.rename_table("t", "v")
    assert_type(op.f("name"), conv)
    assert_type(op.get_bind(), Connection)
    assert_type(op.get_context(), MigrationContext)
    with op.get_context().autocommit_block():
        op.drop_table("t", if_exists=True)
    with op.batch_alter_table("t", recreate="always", copy_from=table) as batch_op:
        assert_type(batch_op, BatchOperations)
        batch_op.add_column(sa.Column("e", sa.Integer), insert_after="id")
        batch_op.alter_column("c", new_column_name="d")
        batch_op.create_foreign_key("fk", "u", ["c"], ["id"])
        batch_op.drop_column("d")


writer = Rewriter()


@writer.rewrites(ops.AddColumnOp)
def add_column(
    context: MigrationContext, revision: object, operation: ops.AddColumnOp
) -> MigrateOperation | Iterable[MigrateOperation]:
    assert_type(operation.column, sa.Column[Any])
    assert_type(operation.table_name, str)
    if operation.column.nullable:
        return operation
    return [operation, ops.ExecuteSQLOp("select 1")]


both = writer.chain(Rewriter())
assert_type(both, Rewriter)


@Operations.register_operation("create_view")
class CreateViewOp(MigrateOperation):
    def __init__(self, name: str, schema: str | None = None) -> None:
        self.name = name
        self.schema = schema

    @classmethod
    def create_view(cls, operations: Operations, name: str, **kw: Any) -> Any:
        return operations.invoke(cls(name, **kw))


@Operations.implementation_for(CreateViewOp)
def create_view(operations: Operations, operation: CreateViewOp) -> None:
    operations.execute(f"CREATE VIEW {operation.name} AS SELECT 1")


@renderers.dispatch_for(CreateViewOp)
def render_create_view(autogen_context: AutogenContext, operation: CreateViewOp) -> str:
    autogen_context.imports.add("import x")
    return f"op.create_view({operation.name!r})"


@comparators.dispatch_for("schema")
def compare_views(
    autogen_context: AutogenContext,
    upgrade_ops: ops.UpgradeOps,
    schemas: Iterable[str | None],
) -> None:
    upgrade_ops.ops.append(CreateViewOp("v"))


class OwnImpl(DefaultImpl):
    __dialect__ = "own"
    transactional_ddl = True


def compare_types(
    autogen_context: AutogenContext,
    alter_column_op: ops.AlterColumnOp,
    schema: str | None,
    table_name: str,
    column_name: str,
    found: sa.Column[Any],
    wanted: sa.Column[Any],
) -> PriorityDispatchResult:
    assert_type(alter_column_op.existing_nullable, bool | None)
    return PriorityDispatchResult.CONTINUE


def setup(plugin: Plugin) -> None:
    plugin.add_autogenerate_comparator(compare_types, "column", "types")


def failed(config: Config) -> Mapping[str, str]:
    try:
        command.upgrade(config, "head")
    except CommandError as failure:
        return {"message": str(failure)}
    return {}


def step_text(step: MigrationStep) -> str:
    return step.name
