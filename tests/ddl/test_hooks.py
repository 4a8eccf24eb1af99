"""The methods that dialects of others override are called as documented."""

from __future__ import annotations

import inspect
import io
from typing import Any, Callable, Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.pool import StaticPool

from alembic.autogenerate import api
from alembic.ddl.impl import DefaultImpl, _impls
from alembic.ddl.sqlite import SQLiteImpl
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

T = sa.table("t", sa.column("a", sa.Integer))


def _watched(base: type[Any], calls: Any) -> type[Any]:
    """Return a subclass that overrides every method and hands each call on."""

    def override(name: str) -> Callable[..., Any]:
        def method(self: Any, *args: Any, **kw: Any) -> Any:
            calls.append((name, args, kw))
            return getattr(super(cls, self), name)(*args, **kw)

        return method

    overrides = {
        name: override(name)
        for name, _ in inspect.getmembers(base, inspect.isfunction)
        if not name.startswith("_") or name in _PRIVATE_HOOKS
    }
    cls = type("Watched", (base,), {"__dialect__": base.__dialect__, **overrides})
    return cls


_PRIVATE_HOOKS = {
    "_exec",
    "_column_args_match",
    "_column_types_match",
    "_compare_identity_default",
    "_skip_functional_indexes",
    "_tokenize_column_type",
}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The calls of a class that takes the place of those for SQLite and for all."""
    made: Any = []
    for base in (DefaultImpl, SQLiteImpl):
        # Set to what it is, so that it is set back at the end.
        monkeypatch.setitem(_impls, base.__dialect__, base)
        _watched(base, made)
    return made


@pytest.fixture
def op(calls: Any) -> Operations:
    """Operations that print SQL; SQLAlchemy's dialect is the default one."""
    dialect = DefaultDialect()
    dialect.supports_comments = True
    opts = {"as_sql": True, "output_buffer": io.StringIO()}
    context = MigrationContext.configure(dialect=dialect, opts=opts)
    calls.clear()
    return Operations(context)


@pytest.fixture
def connection(calls: Any) -> Iterator[Any]:
    """A connection to SQLite, in a transaction."""
    engine = sa.create_engine("sqlite://", poolclass=StaticPool)
    with engine.begin() as connection:
        yield connection


def _short(value: Any) -> Any:
    plain = (str, int, type(None), bool)
    return value if isinstance(value, plain) else type(value).__name__


def _shown(calls: Any, name: str) -> list[tuple[Any, ...]]:
    """Return the arguments of the calls of a method; objects by their classes."""
    return [
        (*map(_short, args), {key: _short(value) for key, value in kw.items()})
        for called, args, kw in calls
        if called == name
    ]


@pytest.mark.parametrize(
    ("directive", "method", "arguments"),
    [
        (
            lambda op: op.add_column("t", sa.Column("a", sa.Integer), schema="s"),
            "add_column",
            (
                "t",
                "Column",
                {
                    "schema": "s",
                    "if_not_exists": None,
                    "inline_references": None,
                    "inline_primary_key": None,
                },
            ),
        ),
        (
            lambda op: op.drop_column("t", "a", own_option=5),
            "drop_column",
            ("t", "Column", {"schema": None, "if_exists": None, "own_option": 5}),
        ),
        (
            lambda op: op.alter_column("t", "a", new_column_name="b", own_option=5),
            "alter_column",
            (
                "t",
                "a",
                {
                    "nullable": None,
                    "server_default": False,
                    "name": "b",
                    "type_": None,
                    "schema": None,
                    "comment": False,
                    "existing_comment": None,
                    "existing_type": None,
                    "existing_server_default": False,
                    "existing_nullable": None,
                    "own_option": 5,
                },
            ),
        ),
        (
            lambda op: op.create_unique_constraint("u", "t", ["a"]),
            "add_constraint",
            ("UniqueConstraint", {}),
        ),
        (
            lambda op: op.drop_constraint("u", "t", type_="unique"),
            "drop_constraint",
            ("UniqueConstraint", {}),
        ),
        (
            lambda op: op.rename_table("t", "u", schema="s"),
            "rename_table",
            ("t", "u", {"schema": "s"}),
        ),
        (
            lambda op: op.create_table("t", sa.Column("a", sa.Integer)),
            "create_table",
            ("Table", {}),
        ),
        (lambda op: op.drop_table("t"), "drop_table", ("Table", {})),
        (lambda op: op.create_index("i", "t", ["a"]), "create_index", ("Index", {})),
        (lambda op: op.drop_index("i", "t"), "drop_index", ("Index", {})),
        (
            lambda op: op.create_table_comment("t", "x"),
            "create_table_comment",
            ("Table", {}),
        ),
        (
            lambda op: op.drop_table_comment("t"),
            "drop_table_comment",
            ("Table", {}),
        ),
        (
            lambda op: op.add_column("t", sa.Column("a", sa.Integer, comment="x")),
            "create_column_comment",
            ("Column", {}),
        ),
        (
            lambda op: op.bulk_insert(T, [{"a": 1}]),
            "bulk_insert",
            ("TableClause", "list", {"multiinsert": True}),
        ),
    ],
)
def test_a_directive_calls_its_method(
    op: Operations, calls: Any, directive: Any, method: str, arguments: Any
) -> None:
    directive(op)

    assert _shown(calls, method) == [arguments]


def test_every_statement_goes_through_exec_as_a_construct(
    op: Operations, calls: Any
) -> None:
    op.create_table("t", sa.Column("a", sa.Integer, index=True), comment="x")
    op.bulk_insert(T, [{"a": 1}, {"a": 2}])
    op.execute("SELECT 1", execution_options={"own": 5})

    assert [args[:2] for args in _shown(calls, "_exec")] == [
        ("CreateTable", {}),
        ("CreateIndex", {}),
        ("SetTableComment", {}),
        ("Insert", {}),
        ("Insert", {}),
        ("SELECT 1", "dict"),
    ]
    assert len(_shown(calls, "static_output")) == 6


def test_a_run_calls_the_hooks_of_runs(calls: Any, connection: Any) -> None:
    context = MigrationContext.configure(
        connection, opts={"fn": lambda heads, context: [], "version_table": "v"}
    )
    with context.begin_transaction():
        context.run_migrations()

    assert len(_shown(calls, "start_migrations")) == 1
    (arguments,) = set(map(str, _shown(calls, "version_table_impl")))
    assert arguments == str(
        (
            {
                "version_table": "v",
                "version_table_schema": None,
                "version_table_pk": True,
            },
        )
    )


def test_a_script_begins_and_commits_by_its_hooks(calls: Any) -> None:
    opts = {"as_sql": True, "output_buffer": io.StringIO(), "transactional_ddl": True}
    context = MigrationContext.configure(dialect=DefaultDialect(), opts=opts)
    with context.begin_transaction():
        pass

    names = [name for name, _, _ in calls if name.startswith("emit")]
    assert names == ["emit_begin", "emit_commit"]


def test_a_table_made_anew_calls_the_hooks_of_batches(
    calls: Any, connection: Any
) -> None:
    op = Operations(MigrationContext.configure(connection))
    op.create_table("t", sa.Column("a", sa.String(5)), sa.Column("b", sa.Integer))
    with op.batch_alter_table("t") as batch_op:
        batch_op.alter_column("a", type_=sa.Integer())

    (asked,) = _shown(calls, "requires_recreate_in_batch")
    (prepared,) = _shown(calls, "prep_table_for_batch")
    (cast, *_) = _shown(calls, "cast_for_batch_migrate")
    assert asked[1:] == ({},)
    assert prepared[1:] == ("Table", {})
    assert cast == ("Column", "dict", "Integer", {})


TABLE = """
CREATE TABLE t (
    id INTEGER NOT NULL PRIMARY KEY,
    a VARCHAR(5) DEFAULT 'old',
    o INTEGER REFERENCES o (id),
    CONSTRAINT uq UNIQUE (id)
)
"""


def _model() -> sa.MetaData:
    metadata = sa.MetaData()
    sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.Text, server_default="new"),
        sa.Column("o", sa.Integer, sa.ForeignKey("o.id")),
        sa.UniqueConstraint("id", "o", name="uq"),
        sa.Index("ix", "o"),
    )
    sa.Table("o", metadata, sa.Column("id", sa.Integer, primary_key=True))
    return metadata


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("autogen_column_reflect", ("Inspector", "Table", "dict", {})),
        ("adjust_reflected_dialect_options", ("dict", "index", {})),
        ("adjust_reflected_dialect_options", ("dict", "unique_constraint", {})),
        ("correct_for_autogen_constraints", ("set", "set", "set", "set", {})),
        ("correct_for_autogen_foreignkeys", ("set", "set", {})),
        ("compare_type", ("Column", "Column", {})),
        ("_tokenize_column_type", ("Column", {})),
        ("_column_types_match", ("Params", "Params", {})),
        ("compare_server_default", ("Column", "Column", "new", "'old'", {})),
        ("compare_indexes", ("Index", "Index", {})),
        ("compare_unique_constraint", ("UniqueConstraint", "UniqueConstraint", {})),
        ("render_type", ("Text", "AutogenContext", {})),
    ],
)
def test_a_comparison_calls_its_method(
    calls: Any, connection: Any, method: str, arguments: Any
) -> None:
    connection.execute(sa.text("CREATE TABLE o (id INTEGER NOT NULL PRIMARY KEY)"))
    connection.execute(sa.text(TABLE))
    connection.execute(sa.text("CREATE INDEX ix ON t (a)"))
    opts = {"compare_type": True, "compare_server_default": True}
    context = MigrationContext.configure(connection, opts=opts)

    found = api.produce_migrations(context, _model())
    assert found.upgrade_ops is not None
    api.render_python_code(found.upgrade_ops, migration_context=context)

    assert arguments in _shown(calls, method)
