"""One database being migrated: connection, dialect and options in one object."""

from __future__ import annotations

import contextlib
import logging
import sys
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    ContextManager,
    Generator,
    Iterable,
    Sequence,
    Union,
)

from sqlalchemy.engine import Engine
from sqlalchemy.engine import url as sqla_url

from ..ddl.builtin import impl_class
from ..graph.errors import RevisionError
from ..graph.info import MigrationInfo as MigrationInfo
from ..graph.steps import MigrationStep as MigrationStep
from ..graph.steps import RevisionStep as RevisionStep
from ..graph.steps import StampStep as StampStep
from ..graph.targets import split_branch, steps_down
from ..util import sqla_compat
from ..util.compat import EncodedIO
from ..util.exc import CommandError
from . import transactions
from .executor import Run
from .heads import HeadMaintainer as HeadMaintainer
from .plugins import load_entry_points
from .transactions import _ProxyTransaction as _ProxyTransaction
from .version_table import VersionTable

if TYPE_CHECKING:
    from typing import TextIO

    from sqlalchemy.engine import Connection, Dialect, Transaction
    from sqlalchemy.engine.url import URL
    from sqlalchemy.sql.base import Executable

    from ..ddl.guard import TransactionGuard
    from ..ddl.impl import DefaultImpl
    from ..script.base import ScriptDirectory
    from ..settings.config import Config
    from .witness import Witness

    _Transaction = Union[_ProxyTransaction, ContextManager[None]]

log = logging.getLogger(__name__)

#: The width of the version column where every identifier fits into it.
_USUAL_WIDTH = 32


class MigrationContext:
    """A database, or a script for one, that is being migrated.

    ``context.configure()`` in an ``env.py`` makes one; programs that only want to
    know where a database stands make their own::

        with engine.connect() as connection:
            context = MigrationContext.configure(connection)
            print(context.get_current_heads())

    :param dialect: the SQLAlchemy dialect
    :param connection: an open connection; None in offline mode
    :param opts: the options of ``context.configure()``, and beside them ``as_sql``,
        ``fn``, ``script``, ``purge``, ``dont_mutate``
    :param environment_context: the ``EnvironmentContext`` this one belongs to
    """

    def __init__(
        self,
        dialect: Dialect,
        connection: Connection | None,
        opts: dict[str, Any],
        environment_context: Any | None = None,
    ) -> None:
        self.environment_context = environment_context
        self.opts = opts
        self.dialect = dialect
        self.script: ScriptDirectory | None = opts.get("script")
        self.as_sql: bool = opts.get("as_sql", False)
        self.purge: bool = opts.get("purge", False)
        self.output_buffer: TextIO | None = _output_of(opts)
        self.on_version_apply_callbacks: Sequence[Callable[..., Any]] = opts.get(
            "on_version_apply", ()
        )
        self.version_table: str = opts.get("version_table", "alembic_version")
        self.version_table_schema: str | None = opts.get("version_table_schema", None)
        self._start_from_rev: Any = opts.get("starting_rev")
        self._transaction_per_migration: bool = opts.get(
            "transaction_per_migration", False
        )
        self._transaction: Transaction | None = None
        self._guard: TransactionGuard | None = None
        self._witness: Witness | None = None
        self._in_external_transaction = False
        self._connect(connection)
        self.impl: DefaultImpl = _impl_class(dialect.name)(
            dialect,
            self.connection,
            self.as_sql,
            opts.get("transactional_ddl"),
            self.output_buffer,
            opts,
        )
        self.transactional_ddl: bool = self.impl.transactional_ddl
        self._versions = VersionTable(
            self,
            name=self.version_table,
            schema=self.version_table_schema,
            primary_key=opts.get("version_table_pk", True),
            longest_id=self._longest_id,
        )
        self._introduce()

    def _connect(self, connection: Connection | None) -> None:
        self.connection = connection
        if self.as_sql:
            self.connection = sqla_compat.mock_connection(self.dialect, self._dump)
        elif connection is not None:
            self._in_external_transaction = sqla_compat.in_transaction(connection)

    def _dump(self, construct: Any, *multiparams: Any, **params: Any) -> None:
        """Write what somebody executes on the stand-in for a connection."""
        given = [params] if params else []
        for each in multiparams:
            given += each if isinstance(each, list) else [each] if each else []
        if given:
            self.impl.print_with_values(construct, given)
        else:
            self.impl._exec(construct)

    def _introduce(self) -> None:
        log.info("Context impl %s.", type(self.impl).__name__)
        if self.as_sql:
            log.info("Generating static SQL")
        log.info(
            "Will assume %s DDL.",
            "transactional" if self.transactional_ddl else "non-transactional",
        )

    @classmethod
    def configure(
        cls,
        connection: Connection | None = None,
        url: str | URL | None = None,
        dialect_name: str | None = None,
        dialect: Dialect | None = None,
        environment_context: Any | None = None,
        dialect_opts: dict[str, str] | None = None,
        opts: Any | None = None,
    ) -> MigrationContext:
        """Return a context for a connection, or for a dialect without one.

        :param connection: an open connection; it gives the dialect
        :param url: gives the dialect when there is no connection
        :param dialect_name: such as ``postgresql``, when there is no URL either
        :param dialect: the dialect itself; wins over the connection's
        :param environment_context: the ``EnvironmentContext`` this one belongs to
        :param dialect_opts: keywords for the dialect that is made from ``url`` or
            ``dialect_name``
        :param opts: see :class:`MigrationContext`
        :raises CommandError: when there is nothing to take a dialect from, or an engine
            is given in place of a connection
        """
        options: dict[str, Any] = {} if opts is None else opts
        if connection is not None:
            _refuse_engine(connection)
            dialect = connection.dialect if dialect is None else dialect
        elif url or dialect_name:
            dialect = _dialect_for(url or f"{dialect_name}://", dialect_opts or {})
        elif dialect is None:
            raise CommandError("Connection, url, or dialect_name is required.")
        return cls(dialect, connection, options, environment_context)

    @property
    def bind(self) -> Connection | None:
        """The connection; in offline mode a stand-in that writes statements."""
        return self.connection

    @property
    def config(self) -> Config | None:
        """The ``Config`` of the environment; None without one."""
        if self.environment_context is None:
            return None
        config: Config = self.environment_context.config
        return config

    # -- transactions --------------------------------------------------------

    def begin_transaction(self, _per_migration: bool = False) -> _Transaction:
        """Return a context manager for the transaction that belongs to this place.

        Called without argument around a whole run it begins a transaction where one
        spans all steps; the steps call it for themselves.

        :param _per_migration: True for the call around one step
        :return: an object with ``commit()`` and ``rollback()`` too, where it is a
            transaction; else a context manager that does nothing
        """
        if self._in_external_transaction:
            return contextlib.nullcontext()
        if self.transactional_ddl:
            wanted = _per_migration == self._transaction_per_migration
        else:
            wanted = _per_migration and not self.as_sql
        if not wanted:
            return contextlib.nullcontext()
        if self.as_sql:
            return transactions.begin_script(self)
        return transactions.begin(self)

    @contextlib.contextmanager
    def autocommit_block(self) -> Generator[None, None, None]:
        """Leave the transaction for statements that cannot run inside of one.

        What was done so far is committed; after the block a new transaction begins::

            with op.get_context().autocommit_block():
                op.execute("ALTER TYPE mood ADD VALUE 'soso'")

        :raises AssertionError: inside of a transaction that somebody else began
        """
        with transactions.autocommit_block(self):
            yield

    # -- where the database stands -------------------------------------------

    def get_current_revision(self) -> str | None:
        """Return the one revision that is a row of the version table, or None.

        :raises CommandError: when there are several
        """
        heads = self.get_current_heads()
        if len(heads) > 1:
            raise CommandError(
                f"Version table '{self.version_table}' has more than one head present; "
                "please use get_current_heads()"
            )
        return heads[0] if heads else None

    def get_current_heads(self) -> tuple[str, ...]:
        """Return the rows of the version table; offline, the assumed starting point.

        :return: identifiers, none where there is no table
        :raises CommandError: when a starting point is given for a live database
        """
        if self.as_sql:
            return self._assumed_heads()
        if self._start_from_rev:
            raise CommandError(
                "Can't specify current_rev to context when using a database connection"
            )
        return self._versions.read()

    def _assumed_heads(self) -> tuple[str, ...]:
        start = self._start_from_rev
        names: list[Any] = [start] if isinstance(start, str) else list(start or ())
        wanted = [name for name in names if name is not None and name != "base"]
        if self.script is None:
            return tuple(wanted)
        for name in wanted:
            if steps_down(split_branch(name)[1]):
                raise CommandError(f"Can't locate revision identified by '{name}'")
        found: list[Any] = []
        for name in wanted:
            found += self.script.get_revisions(name)
        return tuple(dict.fromkeys(each.revision for each in found if each is not None))

    def _has_version_table(self) -> bool:
        return self._versions.exists()

    def _ensure_version_table(self, purge: bool = False) -> None:
        """Create the version table unless it exists.

        :param purge: delete its rows too
        """
        self._versions.create()
        if purge:
            self._versions.clear()

    def _longest_id(self) -> int:
        """Return how wide the version column must be for the project's revisions."""
        if self.script is None:
            return _USUAL_WIDTH
        try:
            return max(_USUAL_WIDTH, self.script.longest_id)
        except (CommandError, RevisionError):
            # Revisions that cannot be read are the business of the work function,
            # which says so; one that needs none (ensure_version) need not fail.
            return _USUAL_WIDTH

    # -- doing something about it --------------------------------------------

    def stamp(self, script_directory: ScriptDirectory, revision: str) -> None:
        """Set the version table to a revision without running anything.

        :param script_directory: where the revision is looked up
        :param revision: a revision, label, ``head``, ``base``, …
        """
        with transactions.whole(self):
            heads = self.get_current_heads()
            if not heads:
                self._versions.create()
            maintainer = HeadMaintainer(self, heads)
            for step in script_directory._stamp_revs(revision, heads):
                self._versions.make_room(max(map(len, step.to_revisions), default=0))
                maintainer.update_to_step(step)

    def run_migrations(self, **kw: Any) -> None:
        """Run the steps that the work function (option ``fn``) returns.

        :param kw: handed to each ``upgrade()`` and ``downgrade()``
        :raises CommandError: when a step cannot be taken
        """
        self._run(kw, contextlib.nullcontext)

    def _run(
        self, run_args: dict[str, Any], operations: Callable[[], ContextManager[Any]]
    ) -> None:
        Run(self, run_args, operations).carry_out()

    @property
    def _migrations_fn(self) -> Callable[..., Iterable[Any]] | None:
        return self.opts.get("fn")

    def execute(
        self,
        sql: Executable | str,
        execution_options: dict[str, Any] | None = None,
    ) -> None:
        """Run a statement, or write it in offline mode.

        :param sql: an SQLAlchemy construct, or text where ``:name`` is a parameter
        :param execution_options: options of the connection that hold for it alone
        """
        self.impl._exec(sql, execution_options)


def _output_of(opts: dict[str, Any]) -> TextIO | None:
    """Return the stream that scripts are written to."""
    buffer: Any = opts.get("output_buffer")
    if buffer is None:
        # At the time of the call: tests and programs replace sys.stdout.
        buffer = sys.stdout
    encoding = opts.get("output_encoding")
    # A text stream has the binary one that it writes to; a binary one is itself.
    return (
        EncodedIO(getattr(buffer, "buffer", buffer), encoding) if encoding else buffer
    )


def _impl_class(dialect_name: str) -> type[DefaultImpl]:
    try:
        return impl_class(dialect_name)
    except CommandError:
        load_entry_points()  # plugins may bring dialects
        return impl_class(dialect_name)


def _refuse_engine(connection: Any) -> None:
    if isinstance(connection, Engine):
        raise CommandError(
            "'connection' argument to configure() is expected to be a "
            f"sqlalchemy.engine.Connection instance, got {connection!r}"
        )


def _dialect_for(url: str | URL, options: dict[str, Any]) -> Dialect:
    """Return a dialect for a URL; its driver need not be installed."""
    dialect_class = sqla_url.make_url(url).get_dialect()
    return dialect_class(**options)
