"""A project whose model changes: revisions are written, run, checked and taken back."""

from __future__ import annotations

import io
import re
from typing import Any, Callable, Iterable, Iterator

import hypothesis
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql, sqlite

from alembic import command
from alembic.autogenerate import (
    compare_metadata,
    produce_migrations,
    render_python_code,
)
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.util import sqla_compat

ENV = """\
from alembic import context

attributes = context.config.attributes
with attributes["engine"].connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=attributes["model"],
        **attributes["options"],
    )
    with context.begin_transaction():
        context.run_migrations()
"""


class Circle:
    """Leads a database from model to model, and back.

    :param project: where revisions are written
    :param database: where they are run
    :param schemas: compared beside the default one
    """

    def __init__(self, project: Any, database: Any, schemas: Iterable[str]) -> None:
        project.env.write_text(ENV, encoding="utf-8")
        self.database = database
        self.schemas = (None, *schemas)
        self.config = project.config(stdout=io.StringIO())
        self.config.attributes.update(
            engine=database.engine,
            model=sa.MetaData(),
            options={
                "compare_server_default": True,
                "render_as_batch": database.backend == "sqlite",
                "include_schemas": len(self.schemas) > 1,
                "include_name": self._is_ours,
            },
        )
        self.written: list[str] = []

    def _is_ours(self, name: str | None, type_: str, parents: Any) -> bool:
        return type_ != "schema" or name in self.schemas

    def go(self, model: sa.MetaData) -> str:
        """Write what leads to a model and run it; nothing may be left to do.

        :return: the revision file
        """
        self.config.attributes["model"] = model
        made: Any = command.revision(self.config, autogenerate=True)
        with open(made.path, encoding="utf-8") as file:
            self.written.append(file.read())
        command.upgrade(self.config, "head")
        command.check(self.config)
        return self.written[-1]

    def assert_same(self, model: sa.MetaData) -> None:
        """Find no difference between a model and the database, whatever was run."""
        options = self.config.attributes["options"]
        with self.database.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts=options)
            assert compare_metadata(context, model) == []

    def back(self) -> None:
        """Run the way back of the last revision."""
        command.downgrade(self.config, "-1")

    def forth(self) -> None:
        """Run the last revision again."""
        command.upgrade(self.config, "head")

    def there_and_away(self, model: sa.MetaData) -> None:
        """Make a model by a revision and by itself, which is the same; and back."""
        self._create_extensions(model)
        self.go(model)
        by_revision = self.schema()
        self.back()
        self.assert_schema({})
        self.forget_types()
        with self.database.engine.begin() as connection:
            model.create_all(connection)
        self.assert_schema(by_revision)

    def away_and_back(self, model: sa.MetaData) -> None:
        """Have a revision drop what a model made by itself, and make it again."""
        self._create_extensions(model)
        with self.database.engine.begin() as connection:
            model.create_all(connection)
        before = self.schema()
        self.go(sa.MetaData())
        self.assert_schema({})
        self.forget_types()
        self.back()
        self.assert_schema(before)
        self.assert_same(model)

    def _create_extensions(self, model: sa.MetaData) -> None:
        for name in model.info.get("extensions", ()):
            self.database.run(f"CREATE EXTENSION {name}")

    def schema(self) -> dict[str, str]:
        """Return what the database holds, as SQLAlchemy reads it, a fact a line."""
        with self.database.engine.connect() as connection:
            return read_schema(connection, self.schemas)

    def assert_schema(self, expected: dict[str, str]) -> None:
        """Compare with what the database held before."""
        assert_same_schema(self.schema(), expected)

    def forget_types(self) -> None:
        """Drop enums and domains of PostgreSQL, which stay when their table goes.

        Another table may use them; Alembic has always left them to people.
        """
        if self.database.backend != "postgresql":
            return
        for (name,) in self.database.rows(
            "SELECT oid::regtype::text FROM pg_type WHERE typtype IN ('e', 'd') AND "
            "typnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname IN "
            "('pg_catalog', 'information_schema'))"
        ):
            self.database.run(f"DROP TYPE {name}")


class Rehearsal:
    """Leads one connection from model to model, without files.

    :param connection: the only connection of a test
    :param schemas: compared beside the default one
    """

    def __init__(self, connection: Any, schemas: Iterable[str]) -> None:
        self.connection = connection
        self.schemas = (None, *schemas)

    def _script(self, model: sa.MetaData) -> tuple[MigrationContext, Any]:
        options = {
            "compare_server_default": True,
            "include_schemas": len(self.schemas) > 1,
            "include_name": self._is_ours,
        }
        context = MigrationContext.configure(self.connection, opts=options)
        return context, produce_migrations(context, model)

    def _is_ours(self, name: str | None, type_: str, parents: Any) -> bool:
        return type_ != "schema" or name in self.schemas

    def go(self, model: sa.MetaData) -> str:
        """Run what leads to a model; nothing may be left to do.

        :return: the way back, for ``run()``
        """
        context, script = self._script(model)
        up, down = (
            render_python_code(
                operations,
                render_as_batch=self.connection.dialect.name == "sqlite",
                migration_context=context,
            )
            for operations in (script.upgrade_ops, script.downgrade_ops)
        )
        hypothesis.note(f"-- there\n{up}\n-- back\n{down}")
        self.run(up)
        left = self._script(model)[1].upgrade_ops.as_diffs()
        assert left == [], left
        return down

    def run(self, source: str) -> None:
        """Run the body of a revision's function."""
        context = MigrationContext.configure(self.connection)
        names = {"sa": sa, "mysql": mysql, "postgresql": postgresql, "sqlite": sqlite}
        found: Any = {**names, "Text": sa.Text, "op": Operations(context)}
        # What autogenerate wrote.
        exec(f"def function():\n    {source}", found)  # noqa: S102
        found["function"]()

    def schema(self) -> dict[str, str]:
        """Return what the database holds, as SQLAlchemy reads it, a fact a line."""
        facts = read_schema(self.connection, self.schemas)
        # InnoDB makes them for foreign keys; they stay when an ADD is taken back.
        return {fact: facts[fact] for fact in facts if " indexes fk " not in fact}

    def assert_schema(self, expected: dict[str, str]) -> None:
        """Compare with what the database held before."""
        assert_same_schema(self.schema(), expected)


def read_schema(connection: Any, schemas: Iterable[str | None]) -> dict[str, str]:
    """Return what a database holds, as SQLAlchemy reads it, a fact a line."""
    look = sa.inspect(connection)
    return {
        f"{schema}.{name} {fact}": str(value)
        for schema in schemas
        for name in look.get_table_names(schema=schema)
        if name not in ("alembic_version", "sqlite_sequence")
        for fact, value in _facts(look, name, schema)
    }


def assert_same_schema(found: dict[str, str], expected: dict[str, str]) -> None:
    """Fail with the facts that differ."""
    other = {
        fact: (expected.get(fact), found.get(fact))
        for fact in sorted(expected.keys() | found.keys())
        if expected.get(fact) != found.get(fact)
        and not _is_rewritten(expected.get(fact, ""), found.get(fact, ""))
    }
    assert not other, "\n".join(f"{fact}: {other[fact]}" for fact in other)


@pytest.fixture(autouse=True)
def not_with_1_3() -> None:
    """Leave out SQLAlchemy 1.3, which cannot create or read much of these models."""
    if not sqla_compat.sqla_1_4:
        pytest.skip("from SQLAlchemy 1.4 on")


def _is_rewritten(expected: str, found: str) -> bool:
    """Return True for two ways of writing the same.

    PostgreSQL writes IN in two ways, and a default keeps its cast when the type of
    its column changes; SQLite keeps ``true``, which is 1 there.
    """
    if "ANY (ARRAY" in found:
        return True
    return _plainly(expected) == _plainly(found)


def _plainly(fact: str) -> str:
    fact = re.sub(r"::\w+", "", fact)
    return fact.replace("'default': 'true'", "'default': '1'")


# What is asked of a table, and what an entry of a list is known by.
_LISTS = {
    "indexes": "name",
    "unique_constraints": "column_names",
    "check_constraints": "sqltext",
    "foreign_keys": "constrained_columns",
}
_SINGLE = ("pk_constraint", "table_comment", "table_options")


def _facts(look: Any, name: str, schema: str | None) -> Iterator[tuple[str, Any]]:
    """Yield what there is to know of a table; a column may stand elsewhere."""
    compiler = sqla_compat.type_compiler_of(look.dialect)
    for column in look.get_columns(name, schema=schema):
        type_ = compiler.process(column["type"])
        if "computed" in column:
            # SQLAlchemy reads on into a column that SQLite has added behind it.
            column["computed"]["sqltext"] = re.sub(
                r"\) STORED, .*", "", column["computed"]["sqltext"]
            )
        yield f"column {column['name']}", {**column, "type": type_}
    for kind, key in _LISTS.items():
        for fact in _asked(getattr(look, f"get_{kind}"), name, schema) or ():
            yield f"{kind} {fact['name']} {fact[key]}", _plain(fact)
    for kind in _SINGLE:
        yield kind, _asked(getattr(look, f"get_{kind}", None), name, schema)


def _plain(fact: dict[str, Any]) -> dict[str, Any]:
    """Return a fact in which SQL is text."""
    options = fact.get("dialect_options") or {}
    plain = {name: str(value) for name, value in options.items()}
    return {**fact, "dialect_options": plain}


def _asked(method: Callable[..., Any] | None, name: str, schema: str | None) -> Any:
    """Return what an inspector says, None where it or its dialect cannot tell."""
    try:
        return method(name, schema=schema) if method is not None else None
    except NotImplementedError:
        return None


@pytest.fixture
def circle(project: Any, database: Any) -> Callable[..., Circle]:
    """Return a function: schemas beside the default one become a ``Circle``."""
    return lambda *schemas: Circle(project, database, schemas)


@pytest.fixture
def rehearsal() -> Callable[..., Rehearsal]:
    """Return a function: a connection and schemas become a ``Rehearsal``."""
    return lambda connection, *schemas: Rehearsal(connection, schemas)
