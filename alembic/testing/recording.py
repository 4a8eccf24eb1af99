"""What operations and whole runs would do to a database, as recorded SQL."""

from __future__ import annotations

import contextlib
import io
import re
from typing import TYPE_CHECKING, Any, Callable, ContextManager, Generator
from unittest import mock

from sqlalchemy import MetaData, event
from sqlalchemy.engine import create_engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.engine.url import make_url

from ..ddl.rebuild import TableRebuild
from ..operations.base import Operations
from ..runtime.environment import EnvironmentContext
from ..runtime.migration import MigrationContext
from ..util.sqla_private import mock_connection
from .assertions import _dialect_mods
from .env import database_file

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


class Recording:
    """Statements in the order in which they came, without their layout.

    It takes the place of the connection, and of the stream of ``--sql``.
    """

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.lines: list[str] = []

    # -- as a connection -----------------------------------------------------

    def execute(self, statement: Any, *parameters: Any, **kw: Any) -> None:
        """Record a statement; there is no result."""
        self._add(str(statement.compile(dialect=self.dialect)))

    def execution_options(self, **options: Any) -> Recording:
        """Return this object: nothing depends on options here."""
        return self

    def in_transaction(self) -> bool:
        """Say that no transaction runs."""
        return False

    def begin(self) -> ContextManager[None]:
        """Return a transaction of which nothing is recorded."""
        return contextlib.nullcontext()

    def _run_ddl_visitor(self, *args: Any, **kw: Any) -> None:
        """Leave out what types create beside a table, as one with a database would."""

    # -- as a stream ---------------------------------------------------------

    def write(self, text: str) -> None:
        """Record a statement as a script has it."""
        statement = text.strip()
        if statement:
            self._add(statement[:-1] if statement.endswith(";") else statement)

    def flush(self) -> None:
        """Do nothing: it was recorded at once."""

    def _add(self, statement: str) -> None:
        self.lines.append(re.sub(r"\n {4}|[\n\t]", "", statement))


class RecordingContext(MigrationContext):
    """A context without a database that knows what was asked of it.

    Example::

        context = op_fixture("postgresql")
        op.drop_column("account", "city")
        context.assert_("ALTER TABLE account DROP COLUMN city")
    """

    def __init__(
        self, dialect: Dialect, recording: Recording, opts: dict[str, Any]
    ) -> None:
        self._recording = recording
        stand_in: Any = recording
        super().__init__(dialect, stand_in, opts)
        # There is no table whose triggers, or foreign keys, could come to harm.
        self.impl.table_rebuild = lambda *table: TableRebuild()  # type: ignore[method-assign]

    def assert_(self, *sql: str) -> None:
        """Demand these statements, all of them and in this order.

        Line breaks and tabs do not count.
        """
        wanted = [re.sub(r"[\n\t]", "", statement) for statement in sql]
        found = self._recording.lines
        assert found == wanted, f"{found!r} != {wanted!r}"

    def assert_contains(self, sql: str) -> None:
        """Demand a statement in which a text occurs."""
        found = self._recording.lines
        assert any(sql in line for line in found), f"{sql!r} is in none of {found!r}"

    def clear_assertions(self) -> None:
        """Forget what was recorded so far."""
        self._recording.lines.clear()

    def get_buf(self) -> Recording:
        """Return the record; its ``lines`` are the statements."""
        return self._recording


def op_fixture(
    dialect: str = "default",
    as_sql: bool = False,
    naming_convention: dict[str, str] | None = None,
    literal_binds: bool = False,
    native_boolean: bool | None = None,
) -> RecordingContext:
    """Let ``alembic.op`` record the SQL it would run, and return the record's context.

    :param dialect: a dialect's name, with a driver where that matters
        (``postgresql+asyncpg``)
    :param as_sql: record what ``--sql`` would print
    :param naming_convention: that of the model
    :param literal_binds: see ``context.configure()``; with ``as_sql`` only
    :param native_boolean: whether the dialect has a boolean type; None: as it says
    """
    made = _dialect_named(dialect, native_boolean)
    recording = Recording(made)
    opts: dict[str, Any] = {}
    if naming_convention:
        opts["target_metadata"] = MetaData(naming_convention=naming_convention)
    if as_sql:
        opts.update(as_sql=True, output_buffer=recording)
    if literal_binds:
        opts["literal_binds"] = True
    context = RecordingContext(made, recording, opts)
    _speak_for(Operations(context))
    return context


def _speak_for(operations: Operations) -> None:
    """Let ``alembic.op`` speak for an object until the next one is given."""
    while _spoken_for:
        _spoken_for.pop()._remove_proxy()
    _spoken_for.append(operations)
    operations._install_proxy()


_spoken_for: list[Operations] = []


def _dialect_named(name: str, native_boolean: bool | None) -> Any:
    made: Any
    if name in _dialect_mods:
        made = _dialect_mods[name].dialect()
    elif name == "default":
        made = DefaultDialect()
    else:
        made = make_url(f"{name}://").get_dialect()()
    if native_boolean is not None:
        made.supports_native_boolean = native_boolean
        # A CHECK in the place of a type is a matter of choice since SQLAlchemy 1.4.
        made.non_native_boolean_check_constraint = True
    if hasattr(made, "schema_name"):
        # SQL Server tells its default schema only to those who connect.
        made.default_schema_name = made.schema_name
    return made


def capture_db(dialect: str = "postgresql://") -> tuple[Any, list[str]]:
    """Return an engine without a database, and the list that its SQL goes to.

    :param dialect: a URL, of which only the dialect and driver count
    """
    statements: list[str] = []
    made = make_url(dialect).get_dialect()()

    def record(statement: Any, *args: Any, **kw: Any) -> None:
        statements.append(str(statement.compile(dialect=made)))

    return mock_connection(made, record), statements


@contextlib.contextmanager
def capture_context_buffer(
    **kw: Any,
) -> Generator[io.StringIO | io.BytesIO, None, None]:
    """Let each ``context.configure()`` in a block write SQL for SQLite into a buffer.

    Example::

        with capture_context_buffer(transactional_ddl=True) as buffer:
            command.upgrade(config, "head", sql=True)
        assert "CREATE TABLE" in buffer.getvalue()

    :param kw: options that win over those of the ``env.py``; ``bytes_io=True`` yields a
        ``BytesIO``, for what an ``output_encoding`` makes
    """
    in_bytes = kw.pop("bytes_io", False)
    buffer: io.StringIO | io.BytesIO = io.BytesIO() if in_bytes else io.StringIO()
    given = {"dialect_name": "sqlite", "output_buffer": buffer, **kw}
    with _configured_with(given):
        yield buffer


@contextlib.contextmanager
def capture_engine_context_buffer(**kw: Any) -> Generator[io.StringIO, None, None]:
    """Let each ``context.configure()`` in a block use an SQLite file, and record SQL.

    The file is that of :func:`~alembic.testing.env.staging_env`.

    :param kw: options that win over those of the ``env.py``
    """
    buffer = io.StringIO()
    engine = create_engine(f"sqlite:///{database_file()}")

    @event.listens_for(engine, "before_cursor_execute")
    def record(connection: Any, cursor: Any, statement: str, *context: Any) -> None:
        buffer.write(statement + "\n")

    try:
        with engine.connect() as made, _configured_with({"connection": made, **kw}):
            yield buffer
    finally:
        engine.dispose()


@contextlib.contextmanager
def _configured_with(options: dict[str, Any]) -> Generator[None, None, None]:
    """Let ``context.configure()`` have options that win over those it is given."""
    configure: Callable[..., None] = EnvironmentContext.configure

    def patched(self: EnvironmentContext, *args: Any, **kw: Any) -> None:
        configure(self, *args, **{**kw, **options})

    with mock.patch.object(EnvironmentContext, "configure", patched):
        yield
