"""Rewriters: what they replace, and how far they walk."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from alembic.autogenerate.rewriter import Rewriter
from alembic.operations import ops


def script(*operations: Any) -> ops.MigrationScript:
    """Return a script whose two ways hold the same operations."""
    return ops.MigrationScript(
        "a1", ops.UpgradeOps(list(operations)), ops.DowngradeOps(list(operations))
    )


def rewrite(writer: Any, directive: ops.MigrationScript) -> list[ops.MigrationScript]:
    """Return what becomes of a script."""
    directives = [directive]
    writer(None, ("r1",), directives)
    return directives


def names(container: Any) -> list[Any]:
    """Return the names of tables of operations, containers as lists."""
    return [
        names(each) if isinstance(each, ops.OpContainer) else each.table_name
        for each in container.ops
    ]


def renamed(context: Any, revision: Any, op: Any) -> Any:
    op.table_name += "!"
    return op


def add_column(table: str = "t") -> ops.AddColumnOp:
    return ops.AddColumnOp(table, sa.Column("a", sa.Integer))


def test_an_operation_becomes_another_both_ways() -> None:
    writer = Rewriter()
    writer.rewrites(ops.DropTableOp)(lambda c, r, op: ops.DropTableOp("new"))

    (done,) = rewrite(writer, script(ops.DropTableOp("old"), add_column()))

    assert names(done.upgrade_ops) == ["new", "t"]
    assert names(done.downgrade_ops) == ["new", "t"]


def test_an_operation_becomes_several_or_none() -> None:
    writer = Rewriter()

    @writer.rewrites(ops.DropTableOp)
    def twice(context: Any, revision: Any, op: Any) -> Any:
        return [op, ops.DropTableOp("more")]

    writer.rewrites(ops.AddColumnOp)(lambda c, r, op: [])

    (done,) = rewrite(writer, script(ops.DropTableOp("t"), add_column()))

    assert names(done.upgrade_ops) == ["t", "more"]


def test_operations_inside_of_containers_are_found() -> None:
    writer = Rewriter()
    writer.rewrites(ops.AddColumnOp)(renamed)
    inner = ops.ModifyTableOps("t", [add_column(), ops.DropColumnOp("t", "b")])

    (done,) = rewrite(
        writer, ops.MigrationScript("a", ops.UpgradeOps([inner]), ops.DowngradeOps())
    )

    assert names(done.upgrade_ops) == [["t!", "t"]]


def test_the_function_of_a_base_class_is_found() -> None:
    writer = Rewriter()
    writer.rewrites(ops.AlterTableOp)(renamed)

    (done,) = rewrite(
        writer,
        ops.MigrationScript(
            "a",
            ops.UpgradeOps([add_column(), ops.DropTableOp("u")]),
            ops.DowngradeOps(),
        ),
    )

    assert names(done.upgrade_ops) == ["t!", "u"]


def test_what_was_returned_is_not_rewritten_again() -> None:
    writer = Rewriter()
    writer.rewrites(ops.AddColumnOp)(renamed)
    shared = add_column()

    (done,) = rewrite(writer, script(shared))

    assert names(done.upgrade_ops) == ["t!"]
    assert names(done.downgrade_ops) == ["t!"]


def test_what_a_returned_container_holds_is_rewritten() -> None:
    writer = Rewriter()
    writer.rewrites(ops.AddColumnOp)(renamed)

    @writer.rewrites(ops.ModifyTableOps)
    def more(context: Any, revision: Any, op: Any) -> Any:
        return ops.ModifyTableOps("t", [*op.ops, add_column("u")])

    (done,) = rewrite(
        writer,
        ops.MigrationScript(
            "a",
            ops.UpgradeOps([ops.ModifyTableOps("t", [add_column()])]),
            ops.DowngradeOps(),
        ),
    )

    assert names(done.upgrade_ops) == [["t!", "u!"]]


def test_one_rewriter_follows_another() -> None:
    first, second = Rewriter(), Rewriter()
    first.rewrites(ops.AddColumnOp)(renamed)
    second.rewrites(ops.AddColumnOp)(renamed)
    seen: list[Any] = []
    chain = first.chain(second).chain(lambda *arguments: seen.append(arguments))

    (done,) = rewrite(
        chain,
        ops.MigrationScript("a", ops.UpgradeOps([add_column()]), ops.DowngradeOps()),
    )

    assert names(done.upgrade_ops) == ["t!!"]
    assert seen == [(None, ("r1",), [done])]


def test_a_chain_leaves_the_first_one_alone() -> None:
    first, second = Rewriter(), Rewriter()
    second.rewrites(ops.AddColumnOp)(renamed)
    first.chain(second)

    (done,) = rewrite(first, script(add_column()))

    assert names(done.upgrade_ops) == ["t"]


def test_a_script_becomes_several() -> None:
    writer = Rewriter()
    other = script()
    writer.rewrites(ops.MigrationScript)(lambda c, r, op: [op, other])

    done = rewrite(writer, script())

    assert len(done) == 2
    assert done[1] is other


def test_a_container_of_a_function_stays_one() -> None:
    writer = Rewriter()
    writer.rewrites(ops.UpgradeOps)(lambda c, r, op: [op, ops.UpgradeOps()])

    with pytest.raises(ValueError, match="single object for UpgradeOps traverse"):
        rewrite(writer, script())


def test_every_database_is_rewritten() -> None:
    writer = Rewriter()
    writer.rewrites(ops.AddColumnOp)(renamed)
    several = ops.MigrationScript(
        "a",
        [ops.UpgradeOps([add_column("a")]), ops.UpgradeOps([add_column("b")])],
        [ops.DowngradeOps(), ops.DowngradeOps()],
    )

    (done,) = rewrite(writer, several)

    assert [names(each) for each in done.upgrade_ops_list] == [["a!"], ["b!"]]


def test_a_function_that_forgets_to_return_is_named() -> None:
    writer = Rewriter()

    @writer.rewrites(ops.AddColumnOp)
    def forgetful(context: Any, revision: Any, op: Any) -> Any:
        op.table_name = "x"

    with pytest.warns(UserWarning, match="function forgetful returned None"):
        (done,) = rewrite(writer, script(add_column()))

    assert names(done.upgrade_ops) == []


def test_one_function_for_one_class() -> None:
    writer = Rewriter()
    writer.rewrites(ops.AddColumnOp)(renamed)

    with pytest.raises(ValueError, match="key already exists"):
        writer.rewrites(ops.AddColumnOp)(renamed)
