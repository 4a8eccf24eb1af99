"""How packages add operations, comparisons and renderings of their own."""

from __future__ import annotations

from typing import Any, Iterator

import pytest
import sqlalchemy as sa

from alembic import autogenerate, util
from alembic.autogenerate import produce_migrations, render_python_code, renderers
from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import _render_column
from alembic.autogenerate.rewriter import Rewriter
from alembic.migration import MigrationContext
from alembic.operations import BatchOperations, MigrateOperation, Operations, ops
from alembic.util import Dispatcher, rev_id
from alembic.util.exc import CommandError


@pytest.fixture
def connection() -> Iterator[Any]:
    """A connection to an SQLite database with one table."""
    with sa.create_engine("sqlite://").begin() as connection:
        connection.execute(sa.text("CREATE TABLE here (c INTEGER, d INTEGER)"))
        yield connection


@pytest.fixture
def context(connection: Any) -> AutogenContext:
    """What a comparison and a rendering are told."""
    opts = {
        "sqlalchemy_module_prefix": "sa.",
        "alembic_module_prefix": "op.",
        "user_module_prefix": None,
        "include_name": lambda name, *_: name != "left",
        "include_object": lambda item, name, *_: name != "left",
    }
    return AutogenContext(
        MigrationContext.configure(connection, opts=opts), metadata=sa.MetaData()
    )


# -- operations --------------------------------------------------------------


class GreetOp(MigrateOperation):
    """Writes a row, as operations of packages do."""

    def __init__(self, name: str) -> None:
        self.name = name

    @classmethod
    def greet(cls, operations: Any, name: str) -> Any:
        return operations.invoke(cls(name))

    def reverse(self) -> MigrateOperation:
        return GreetOp(f"not {self.name}")

    def to_diff_tuple(self) -> tuple[Any, ...]:
        return ("greet", self.name)


@pytest.fixture
def greeting() -> Iterator[None]:
    """The operation is registered, for one test."""
    Operations.register_operation("greet")(GreetOp)
    Operations.implementation_for(GreetOp)(
        lambda operations, op: operations.execute(f"CREATE TABLE {op.name} (c)")
    )
    yield
    for cls in (Operations, BatchOperations):
        if hasattr(cls, "greet"):
            delattr(cls, "greet")


@pytest.mark.usefixtures("greeting")
@pytest.mark.shows(
    "alembic.operations.MigrateOperation.__init__",
    "alembic.operations.Operations.context",
    "alembic.operations.Operations.execute",
    "alembic.operations.Operations.get_bind",
    "alembic.operations.Operations.implementation_for",
    "alembic.operations.Operations.register_operation",
)
def test_an_operation_of_a_package_is_carried_out(connection: Any) -> None:
    with Operations.context(MigrationContext.configure(connection)) as op:
        op.greet("world")  # type: ignore[attr-defined]

        assert "world" in sa.inspect(op.get_bind()).get_table_names()


@pytest.mark.shows(
    "alembic.operations.MigrateOperation.reverse",
    "alembic.operations.ops.MigrateOperation.__init__",
    "alembic.operations.ops.MigrateOperation.reverse",
    "alembic.operations.ops.MigrateOperation.to_diff_tuple",
)
def test_an_operation_of_a_package_is_reversed_and_told() -> None:
    script = ops.UpgradeOps([GreetOp("world")])

    assert ops.MigrateOperation is MigrateOperation
    assert script.as_diffs() == [("greet", "world")]
    assert script.reverse().as_diffs() == [("greet", "not world")]


@pytest.mark.shows("alembic.operations.Operations.batch_alter_table")
def test_a_batch_is_opened_without_the_proxy(connection: Any) -> None:
    operations = Operations(MigrationContext.configure(connection))

    with operations.batch_alter_table("here") as batch:
        batch.drop_column("d")

    (column,) = sa.inspect(connection).get_columns("here")
    assert column["name"] == "c"


@pytest.mark.shows(
    "alembic.operations.ops.DowngradeOps(ops=)",
    "alembic.operations.ops.MigrationScript(message=)",
    "alembic.operations.ops.MigrationScript.upgrade_ops.is_empty",
    "alembic.operations.ops.ModifyTableOps(ops=)",
    "alembic.operations.ops.ModifyTableOps(schema=)",
    "alembic.operations.ops.ModifyTableOps.is_empty",
    "alembic.operations.ops.UpgradeOps(ops=)",
)
def test_a_script_is_put_together() -> None:
    change = ops.ModifyTableOps("t", ops=[ops.DropColumnOp("t", "c")], schema="s")
    script = ops.MigrationScript(
        "a1",
        upgrade_ops=ops.UpgradeOps(ops=[change]),
        downgrade_ops=ops.DowngradeOps(ops=[]),
        message="said",
    )

    assert (script.message, change.schema) == ("said", "s")
    assert not change.is_empty()
    assert script.upgrade_ops is not None
    assert not script.upgrade_ops.is_empty()
    assert "op.drop_column('t', 'c'" in render_python_code(script.upgrade_ops)


@pytest.mark.shows(
    "alembic.operations.ops.AlterColumnOp.column_name",
    "alembic.operations.ops.AlterColumnOp.kw",
)
def test_a_changed_column_keeps_options_that_it_does_not_know() -> None:
    operation = ops.AlterColumnOp("t", "c", modify_nullable=True, own_option=5)

    assert (operation.column_name, operation.kw) == ("c", {"own_option": 5})


@pytest.mark.shows(
    "alembic.operations.ops.AddColumnOp",
    "alembic.operations.ops.AddConstraintOp",
    "alembic.operations.ops.CreateIndexOp",
    "alembic.operations.ops.CreateTableOp",
    "alembic.operations.ops.DropColumnOp",
    "alembic.operations.ops.DropConstraintOp",
    "alembic.operations.ops.DropIndexOp",
    "alembic.operations.ops.DropTableOp",
)
def test_operations_are_made_of_schema_objects_and_reversed() -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("c", sa.Integer))
    index = sa.Index("i", table.c.c)
    unique = sa.UniqueConstraint(table.c.c, name="u")

    made = [
        ops.CreateTableOp.from_table(table),
        ops.CreateIndexOp.from_index(index),
        ops.AddConstraintOp.from_constraint(unique),
        ops.AddColumnOp("t", sa.Column("d", sa.Integer)),
    ]

    assert [type(each.reverse()) for each in made] == [
        ops.DropTableOp,
        ops.DropIndexOp,
        ops.DropConstraintOp,
        ops.DropColumnOp,
    ]


# -- comparing and rendering -------------------------------------------------


@pytest.mark.shows(
    "alembic.autogenerate.produce_migrations",
    "alembic.operations.ops.UpgradeOps.ops",
    "alembic.operations.ops.UpgradeOps.ops.append",
)
def test_a_comparison_is_changed_before_it_is_rendered(connection: Any) -> None:
    script = produce_migrations(MigrationContext.configure(connection), sa.MetaData())
    assert script.upgrade_ops is not None

    script.upgrade_ops.ops.append(ops.ExecuteSQLOp("SELECT 1"))

    text = render_python_code(script.upgrade_ops)
    assert "op.drop_table('here')" in text
    assert "op.execute('SELECT 1')" in text


@pytest.mark.shows(
    "alembic.autogenerate.api.AutogenContext.connection",
    "alembic.autogenerate.api.AutogenContext.dialect.default_schema_name",
    "alembic.autogenerate.api.AutogenContext.inspector",
    "alembic.autogenerate.api.AutogenContext.metadata",
    "alembic.autogenerate.api.AutogenContext.opts",
    "alembic.autogenerate.api.AutogenContext.run_name_filters",
    "alembic.autogenerate.api.AutogenContext.run_object_filters",
)
def test_a_comparison_is_told_what_it_is_about(
    context: AutogenContext, connection: Any
) -> None:
    column = sa.Column("left", sa.Integer)

    assert context.connection is connection
    assert context.inspector.get_table_names() == ["here"]
    assert context.dialect is not None
    assert context.dialect.default_schema_name in ("main", None)
    assert context.metadata is not None
    assert context.metadata.tables == {}
    assert context.opts["alembic_module_prefix"] == "op."
    assert not context.run_name_filters("left", "table", {"schema_name": None})
    assert context.run_name_filters("kept", "table", {"schema_name": None})
    assert not context.run_object_filters(column, "left", "column", False, None)


@pytest.fixture
def comparators(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The comparators, as they will be again after the test."""
    mine = autogenerate.comparators.branch()
    monkeypatch.setattr(autogenerate, "comparators", mine)
    return mine


@pytest.mark.shows(
    "alembic.autogenerate.comparators.dispatch",
    "alembic.autogenerate.comparators.dispatch_for",
)
def test_a_comparator_of_a_package_is_asked(
    comparators: Any, context: AutogenContext
) -> None:
    @comparators.dispatch_for("schema")
    def compare(context: Any, upgrade_ops: Any, schemas: Any) -> None:
        upgrade_ops.ops.append(GreetOp("found"))

    found = ops.UpgradeOps([])
    comparators.dispatch("schema", qualifier="sqlite")(context, found, {None})

    assert ("greet", "found") in found.as_diffs()


@pytest.mark.shows(
    "alembic.autogenerate.renderers",
    "alembic.autogenerate.renderers.dispatch_for",
    "alembic.autogenerate.render.renderers.dispatch_for",
    "alembic.autogenerate.api.AutogenContext.imports.add",
)
def test_a_renderer_of_a_package_writes_its_operation(context: AutogenContext) -> None:
    assert renderers is autogenerate.render.renderers

    @renderers.dispatch_for(GreetOp, replace=True)
    def render(context: AutogenContext, operation: GreetOp) -> str:
        context.imports.add("import greetings")
        return f"op.greet({operation.name!r})"

    text = autogenerate.render_op_text(context, GreetOp("world"))

    assert text == "op.greet('world')"
    assert context.imports == {"import greetings"}


@pytest.mark.shows("alembic.autogenerate.render._render_column")
def test_a_column_is_rendered_alone(context: AutogenContext) -> None:
    text = _render_column(sa.Column("c", sa.Integer, nullable=False), context)

    assert text == "sa.Column('c', sa.Integer(), nullable=False)"


@pytest.mark.shows("alembic.autogenerate.rewriter.Rewriter")
def test_a_rewriter_replaces_operations() -> None:
    rewriter = Rewriter()

    @rewriter.rewrites(ops.AddColumnOp)
    def rewrite(context: Any, revision: Any, operation: Any) -> Any:
        return [operation, GreetOp(operation.column.name)]

    change = ops.ModifyTableOps("t", [ops.AddColumnOp("t", sa.Column("c", sa.Integer))])
    script = ops.MigrationScript("a1", ops.UpgradeOps([change]), ops.DowngradeOps([]))
    rewriter(None, (), [script])  # type: ignore[arg-type]

    assert [type(each) for each in change.ops] == [ops.AddColumnOp, GreetOp]


# -- tools -------------------------------------------------------------------


@pytest.mark.shows(
    "alembic.util.Dispatcher.dispatch", "alembic.util.Dispatcher.dispatch_for"
)
def test_a_dispatcher_is_filled_by_packages() -> None:
    functions = Dispatcher()

    @functions.dispatch_for(int)
    def of_numbers(value: int) -> int:
        return value + 1

    assert functions.dispatch(True)(True) == 2


@pytest.mark.shows("alembic.util.rev_id")
def test_identifiers_are_twelve_hexadecimal_digits() -> None:
    assert len(rev_id()) == 12
    int(rev_id(), 16)


@pytest.mark.shows("alembic.util.CommandError", "alembic.util.exc.CommandError")
def test_the_error_of_commands_has_one_class(project: Any) -> None:
    from alembic import command

    assert util.CommandError is CommandError
    with pytest.raises(CommandError, match="Can't locate revision identified by 'no'"):
        command.upgrade(project.config(), "no")


@pytest.mark.shows("alembic.util.err")
def test_a_command_ends_with_a_message(capsys: Any) -> None:
    with pytest.raises(SystemExit):
        util.err("it does not work")

    assert "FAILED: it does not work" in "".join(capsys.readouterr())


@pytest.mark.shows("alembic.util.warn")
def test_a_warning_is_given() -> None:
    with pytest.warns(UserWarning, match="be careful"):
        util.warn("be careful")
