"""Function bodies: frame, blocks, batch mode."""

from __future__ import annotations

from typing import Any, Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.sql.elements import conv

from alembic.autogenerate.render.body import _indent, indented
from alembic.operations import ops


def add(table: str, column: str) -> ops.AddColumnOp:
    """Return the operation that adds a column of numbers."""
    return ops.AddColumnOp(table, sa.Column(column, sa.Integer))


def test_no_operations_are_pass(text_of: Callable[..., str]) -> None:
    assert text_of() == "pass"
    assert text_of(ops.ModifyTableOps("t", [])) == "pass"
    assert text_of(ops.ModifyTableOps("t", []), render_as_batch=True) == "pass"


def test_all_lines_but_the_first_are_indented() -> None:
    assert _indent("a\nb \n\nc\n") == "a\n    b\n\n    c"


def test_a_batch_block_knows_its_table(text_of: Callable[..., str]) -> None:
    block = ops.ModifyTableOps(
        "t",
        [
            ops.AddColumnOp("t", sa.Column("a", sa.Integer), schema="s"),
            ops.AlterColumnOp("t", "c", schema="s", modify_nullable=False),
            ops.CreateIndexOp(conv("ix"), "t", ["a"], schema="s"),
            ops.CreateForeignKeyOp(
                "fk", "t", "o", ["a"], ["id"], source_schema="s", referent_schema="z"
            ),
            ops.DropConstraintOp("uq", "t", "unique", schema="s", if_exists=True),
            ops.DropColumnOp("t", "d", schema="s", if_exists=True),
        ],
        schema="s",
    )

    assert text_of(block, ops.DropTableOp("u"), render_as_batch=True) == (
        "with op.batch_alter_table('t', schema='s') as batch_op:\n"
        "    batch_op.add_column(sa.Column('a', sa.Integer(), nullable=True))\n"
        "    batch_op.alter_column('c',\n"
        "           nullable=False)\n"
        "    batch_op.create_index(batch_op.f('ix'), ['a'], unique=False)\n"
        "    batch_op.create_foreign_key('fk', 'o', ['a'], ['id'], "
        "referent_schema='z')\n"
        "    batch_op.drop_constraint('uq', type_='unique')\n"
        "    batch_op.drop_column('d')\n"
        "\n"
        "op.drop_table('u')"
    )


@pytest.mark.parametrize("prefix", ["op.", "mig."])
def test_a_batch_block_has_the_prefix_of_directives(
    text_of: Callable[..., str], prefix: str
) -> None:
    block = ops.ModifyTableOps("t", [add("t", "a")])

    text = text_of(block, render_as_batch=True, alembic_module_prefix=prefix)

    assert text.startswith(f"with {prefix}batch_alter_table(")


def test_without_batch_mode_there_is_no_block(text_of: Callable[..., str]) -> None:
    block = ops.ModifyTableOps("t", [add("t", "a"), add("t", "b")])

    assert text_of(block).count("op.add_column('t', ") == 2


def test_after_a_failure_there_is_no_batch_block_left(
    rendered: Callable[..., Any],
) -> None:
    class Unknown(ops.MigrateOperation):
        pass

    block = ops.ModifyTableOps("t", [Unknown()])
    with pytest.raises(ValueError, match="no dispatch function"):
        rendered(block, render_as_batch=True)

    assert rendered(add("t", "a"), render_as_batch=True).text.startswith("op.")


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["with a:", "b()", "", "c()"], "with a:\n    b()\n\nc()"),
        (
            ["if a:  # why", "b()", "else:", "c()"],
            "if a:  # why\n    b()\nelse:\n    c()",
        ),
        (["with a:", "with b:", "c()"], "with a:\n    with b:\n        c()"),
        (["op.execute('a:')", "op.b()"], "op.execute('a:')\nop.b()"),
        (["# todo:", "op.b()"], "# todo:\nop.b()"),
    ],
)
def test_blocks_are_indented(lines: list[str], text: str) -> None:
    assert "\n".join(line.rstrip() for line in indented(lines)) == text


def test_a_block_ends_with_its_operation(text_of: Callable[..., str]) -> None:
    from alembic.autogenerate.render.registry import renderers

    class Guarded(ops.MigrateOperation):
        pass

    @renderers.dispatch_for(Guarded)
    def guarded(context: Any, op: Any) -> list[str]:
        return ["with guard():", "op.execute('x')"]

    assert text_of(Guarded(), ops.DropTableOp("t")) == (
        "with guard():\n    op.execute('x')\nop.drop_table('t')"
    )
