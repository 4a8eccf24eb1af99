from __future__ import annotations

import asyncio
import inspect
from typing import Any, Callable, Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.sql.elements import conv

import alembic.op
from alembic.operations import (
    BatchOperations,
    MigrateOperation,
    Operations,
    ops,
    toimpl,
)
from alembic.operations.schemaobj import SchemaObjects
from alembic.runtime.migration import MigrationContext
from alembic.util import sqla_compat


class GrantOp(MigrateOperation):
    """Let a role read a table."""

    def __init__(self, role: str, table: str, option: bool) -> None:
        self.role, self.table, self.option = role, table, option

    @classmethod
    def grant(
        cls, operations: Operations, role: str, table: str, *, option: bool = False
    ) -> str:
        """Let a role read."""
        done: str = operations.invoke(cls(role, table, option))
        return done


@pytest.fixture
def registered() -> Iterator[None]:
    """``op.grant`` exists during a test."""
    Operations.register_operation("grant")(GrantOp)
    Operations.implementation_for(GrantOp)(run_grant)
    yield
    del Operations.grant  # type: ignore[attr-defined]
    forget_implementation(GrantOp)


def run_grant(operations: Operations, operation: GrantOp) -> str:
    operations.execute(f"GRANT SELECT ON {operation.table} TO {operation.role}")
    return "granted"


def forget_implementation(cls: type) -> None:
    registry = Operations._to_impl._registry  # the only way to undo a registration
    for key in [key for key in registry if key[0] is cls]:
        del registry[key]


def test_operations_have_a_context_an_impl_and_schema_objects(
    op: Operations, database: Any
) -> None:
    assert op.impl is database
    assert op.get_context() is op.migration_context
    assert isinstance(op.schema_obj, SchemaObjects)
    assert op.get_bind() is None


def test_ones_own_operation_is_a_directive(
    registered: None, op: Any, database: Any
) -> None:
    assert op.grant("reader", "t") == "granted"
    assert database.only[1] == ("GRANT SELECT ON t TO reader",)
    assert op.grant.__doc__ == "Let a role read."
    assert op.grant.__name__ == "grant"
    assert list(inspect.signature(Operations.grant).parameters) == [  # type: ignore[attr-defined]
        "self",
        "role",
        "table",
        "option",
    ]


def test_ones_own_operation_is_on_the_op_module_at_once(
    registered: None, database: Any, op: Operations
) -> None:
    with Operations.context(op.migration_context):
        assert alembic.op.grant("reader", "t") == "granted"  # type: ignore[attr-defined]


def test_an_operation_may_be_published_under_another_name(op: Any) -> None:
    Operations.register_operation("allow", "grant")(GrantOp)
    Operations.implementation_for(GrantOp)(run_grant)
    try:
        assert op.allow("reader", "t", option=True) == "granted"
    finally:
        del Operations.allow  # type: ignore[attr-defined]
        forget_implementation(GrantOp)


def test_a_class_method_that_is_not_there_cannot_be_published() -> None:
    with pytest.raises(AttributeError, match="revoke"):
        Operations.register_operation("revoke")(GrantOp)


def test_an_implementation_serves_subclasses(
    registered: None, op: Operations, database: Any
) -> None:
    class GrantMoreOp(GrantOp):
        pass

    assert op.invoke(GrantMoreOp("r", "t", True)) == "granted"


def test_a_second_implementation_needs_replace() -> None:
    with pytest.raises(ValueError, match="use replace=True"):
        Operations.implementation_for(ops.ExecuteSQLOp)(run_grant)


def test_a_built_in_implementation_can_be_replaced_and_called(
    op: Operations, database: Any
) -> None:
    def louder(operations: Operations, operation: ops.ExecuteSQLOp) -> None:
        operation.sqltext = str(operation.sqltext).upper()
        toimpl.execute_sql(operations, operation)

    Operations.implementation_for(ops.ExecuteSQLOp, replace=True)(louder)
    try:
        op.execute("select 1")
    finally:
        Operations.implementation_for(ops.ExecuteSQLOp, replace=True)(
            toimpl.execute_sql
        )

    assert database.only[1] == ("SELECT 1",)


def test_one_kind_of_constraint_can_be_given_an_implementation(
    op: Operations, database: Any
) -> None:
    seen = []
    Operations.implementation_for(ops.CreateUniqueConstraintOp)(
        lambda operations, operation: seen.append(operation.columns)
    )
    try:
        op.create_unique_constraint("u", "t", ["a"])
        op.create_check_constraint("c", "t", "a > 5")
    finally:
        forget_implementation(ops.CreateUniqueConstraintOp)

    assert seen == [["a"]]
    assert database.names == ["add_constraint"]


def test_what_nobody_implements_cannot_be_invoked(op: Operations) -> None:
    with pytest.raises(ValueError, match="no dispatch function for object: drop it"):
        op.invoke("drop it")  # type: ignore[call-overload]


def test_every_built_in_operation_has_an_implementation(op: Operations) -> None:
    for name, member in vars(toimpl).items():
        if inspect.isfunction(member) and member.__module__ == toimpl.__name__:
            assert list(inspect.signature(member).parameters) == [
                "operations",
                "operation",
            ], name


def test_a_name_marked_with_f_is_final(op: Operations) -> None:
    assert op.f("ck_pos") == "ck_pos"
    assert isinstance(op.f("ck_pos"), conv)


@pytest.mark.parametrize(
    "value, written", [("it's", "'it''s'"), (5, "5"), (None, "NULL")]
)
def test_an_inline_literal_is_written_into_the_statement(
    op: Operations, value: Any, written: str
) -> None:
    table = sa.table("t", sa.column("a"))

    statement = table.update().values(a=op.inline_literal(value))

    assert str(statement) == f"UPDATE t SET a={written}"


def test_an_inline_literal_may_be_given_its_type(op: Operations) -> None:
    literal = op.inline_literal("5", sa.Integer())

    assert isinstance(literal.type, sa.Integer)


def test_the_op_module_speaks_for_the_installed_operations(
    op: Operations, database: Any
) -> None:
    with Operations.context(op.migration_context) as installed:
        alembic.op.execute("SELECT 1")
        assert alembic.op.get_context() is op.migration_context
        assert isinstance(installed, Operations)

    assert database.names == ["execute"]


def test_run_async_needs_a_connection(op: Operations) -> None:
    with pytest.raises(NotImplementedError, match="Cannot call run_async in SQL mode"):
        op.run_async(never)


async def never(connection: Any) -> None:
    raise AssertionError("not to be called")


def test_run_async_needs_an_async_engine(
    sqlite: Any, offline: Callable[..., Any]
) -> None:
    for operations in (sqlite.operations(), offline("sqlite")[0]):
        with pytest.raises(ValueError, match="run_async with a sync engine"):
            operations.run_async(never)


@pytest.mark.skipif(not sqla_compat.sqla_1_4, reason="async engines came with 1.4")
def test_run_async_awaits_a_function_with_the_async_connection() -> None:
    pytest.importorskip("aiosqlite")
    from sqlalchemy.ext.asyncio import create_async_engine

    async def work(connection: Any, number: int, *, add: int) -> int:
        found = await connection.execute(sa.text("SELECT :n"), {"n": number + add})
        return int(found.scalar_one())

    def migrate(connection: Any) -> int:
        operations = Operations(MigrationContext.configure(connection))
        return operations.run_async(work, 4, add=3)

    async def main() -> int:
        engine = create_async_engine("sqlite+aiosqlite://")
        async with engine.connect() as connection:
            result = await connection.run_sync(migrate)
        await engine.dispose()
        return int(result)

    assert asyncio.run(main()) == 7


def test_batch_operations_have_the_common_functions(
    batch_op: BatchOperations, op: Operations
) -> None:
    assert batch_op.get_context() is op.get_context()
    assert batch_op.f("x") == "x"
    assert batch_op.impl.table_name == "t"
