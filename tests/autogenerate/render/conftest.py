"""Operations rendered, and what the rendered Python says to a database."""

from __future__ import annotations

import io
import re
import textwrap
from typing import Any, Callable, Sequence

import pytest
import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect

from alembic import op as op_module
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.render.body import _render_cmd_body
from alembic.operations import Operations
from alembic.operations.containers import UpgradeOps
from alembic.operations.core import MigrateOperation
from alembic.runtime.migration import MigrationContext


def context_of(dialect: str, **opts: Any) -> tuple[MigrationContext, io.StringIO]:
    """Return an offline context and its script."""
    script = io.StringIO()
    options = {"as_sql": True, "output_buffer": script, **opts}
    if dialect == "default":
        return MigrationContext.configure(
            dialect=DefaultDialect(), opts=options
        ), script
    return MigrationContext.configure(dialect_name=dialect, opts=options), script


class Rendered:
    """The body that operations become, and the imports it asks for."""

    def __init__(
        self, operations: Sequence[MigrateOperation], dialect: str, **opts: Any
    ):
        context, _ = context_of(dialect, **opts)
        autogen_context = AutogenContext(context, autogenerate=False)
        body = _render_cmd_body(UpgradeOps(list(operations)), autogen_context)
        lines = [line for line in body.split("\n") if not line.startswith("# ###")]
        self.text = "\n".join(lines).rstrip("\n")
        self.imports = sorted(autogen_context.imports)

    def names(self) -> dict[str, Any]:
        """Return the names that a revision file has, after its imports."""
        names: dict[str, Any] = {"sa": sa, "op": op_module}
        exec("\n".join(self.imports), names)  # noqa: S102
        return names

    def run(self, dialect: str) -> str:
        """Return the SQL that the rendered body makes."""
        context, script = context_of(dialect)
        with Operations.context(context):
            exec(textwrap.dedent(self.text), self.names())  # noqa: S102
        return script.getvalue()


def _lines(script: str) -> list[str]:
    """Return lines in a fixed order: constraints are written in that of their text.

    The parentheses that SQLite wants around a default are not always SQLAlchemy's.
    """
    plain = re.sub(r"DEFAULT \(('(?:[^']|'')*'|[^()]*)\)", r"DEFAULT \1", script)
    return sorted(line.strip().rstrip(",") for line in plain.split("\n"))


@pytest.fixture
def rendered() -> Callable[..., Rendered]:
    """Return a function: operations become a ``Rendered``."""

    def rendered(*operations: Any, dialect: str = "default", **opts: Any) -> Rendered:
        return Rendered(operations, dialect, **opts)

    return rendered


@pytest.fixture
def text_of(rendered: Callable[..., Rendered]) -> Callable[..., str]:
    """Return a function: operations become text."""

    def text_of(*operations: Any, **options: Any) -> str:
        return rendered(*operations, **options).text

    return text_of


@pytest.fixture
def column_source(text_of: Callable[..., str]) -> Callable[..., str]:
    """Return a function: a column becomes what ``add_column`` is given."""
    from alembic.operations.columns import AddColumnOp

    def column_source(column: Any, **options: Any) -> str:
        text = text_of(AddColumnOp("t", column), **options)
        assert text.startswith("op.add_column('t', ")
        return text[len("op.add_column('t', ") : -1]

    return column_source


@pytest.fixture
def same_sql(rendered: Callable[..., Rendered]) -> Callable[..., str]:
    """Return a function that asserts: run as Python, operations say the same SQL.

    It returns the Python.
    """

    def same_sql(*operations: Any, dialect: str = "postgresql") -> str:
        source = rendered(*operations, dialect=dialect)
        context, script = context_of(dialect)
        directly = Operations(context)
        for operation in operations:
            directly.invoke(operation)
        assert script.getvalue(), "the operations say something"
        said = source.run(dialect)
        assert _lines(said) == _lines(script.getvalue()), source.text
        return source.text

    return same_sql
