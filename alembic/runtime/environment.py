"""What an ``env.py`` talks to: settings of a run, its connection, its migrations."""

from __future__ import annotations

import contextlib
import sys
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    ContextManager,
    Generator,
    Sequence,
    Union,
)

from ..util.exc import CommandError
from ..util.lazy import lazy_names
from ..util.proxy import ModuleClsProxy
from .hooks import CompareServerDefault as CompareServerDefault
from .hooks import CompareType as CompareType
from .hooks import IncludeNameFn as IncludeNameFn
from .hooks import IncludeObjectFn as IncludeObjectFn
from .hooks import NameFilterParentNames as NameFilterParentNames
from .hooks import NameFilterType as NameFilterType
from .hooks import OnVersionApplyFn as OnVersionApplyFn
from .hooks import ProcessRevisionDirectiveFn as ProcessRevisionDirectiveFn
from .hooks import RenderItemFn as RenderItemFn
from .migration import MigrationContext
from .plugins import load_entry_points

if TYPE_CHECKING:
    from typing import TextIO

    from sqlalchemy.engine import Connection
    from sqlalchemy.engine.url import URL
    from sqlalchemy.schema import MetaData
    from sqlalchemy.sql.base import Executable
    from typing_extensions import Self

    from ..ddl.impl import DefaultImpl
    from ..script.base import ScriptDirectory
    from ..settings.config import Config
    from .transactions import _ProxyTransaction

    _RevNumber = Union[None, str, tuple[str, ...]]
    _Transaction = Union[_ProxyTransaction, ContextManager[None]]


_OPERATIONS = "alembic.operations.base"

if not TYPE_CHECKING:
    # A run without steps starts faster without it.
    __getattr__ = lazy_names(__name__, {"Operations": _OPERATIONS})


class EnvironmentContext(ModuleClsProxy):
    """The settings and the state of one run of an ``env.py``.

    While it is entered, the functions of ``alembic.context`` speak for it.  Programs
    may run an ``env.py`` with a work function of their own::

        def current(rows, context):
            print(rows)
            return []

        with EnvironmentContext(config, script, fn=current):
            script.run_env()

    :param config: the settings of the project
    :param script: its folder of revisions
    :param kw: options that later reach the :class:`MigrationContext`; the commands
        use ``fn``, ``as_sql``, ``starting_rev``, ``destination_rev``, ``tag``,
        ``purge``, ``dont_mutate``, ``template_args`` and ``revision_context``
    """

    config: Config = None  # type: ignore[assignment]
    script: ScriptDirectory = None  # type: ignore[assignment]

    _migration_context: MigrationContext | None = None

    #: True once ``run_migrations()`` was called: an env.py that never does so has
    #: done nothing, whatever it looks like.
    _ran_migrations: bool = False

    def __init__(self, config: Config, script: ScriptDirectory, **kw: Any) -> None:
        self.config = config
        self.script = script
        self.context_opts = kw

    def __enter__(self) -> Self:
        """Let ``alembic.context`` speak for this object."""
        self._install_proxy()
        return self

    def __exit__(self, *arg: object, **kw: Any) -> None:
        """Let ``alembic.context`` be silent again."""
        self._remove_proxy()

    # -- what the command was asked for --------------------------------------

    def is_offline_mode(self) -> bool:
        """Return True when SQL is written in place of being run (``--sql``)."""
        return bool(self.context_opts.get("as_sql", False))

    def is_transactional_ddl(self) -> bool:
        """Return True when the database rolls DDL back, or was said to."""
        return self.get_context().impl.transactional_ddl

    def requires_connection(self) -> bool:
        """Return True unless this is offline mode."""
        return not self.is_offline_mode()

    def get_head_revision(self) -> _RevNumber:
        """Return the identifier of the head, None where there are no revisions.

        :raises CommandError: when there are several heads
        """
        return self.script.as_revision_number("head")

    def get_head_revisions(self) -> _RevNumber:
        """Return the identifiers of all heads, None where there are no revisions."""
        return self.script.as_revision_number("heads")

    def get_starting_revision_argument(self) -> _RevNumber:
        """Return what stands before the colon of ``start:end``, resolved.

        :return: an identifier, or None for the base
        :raises CommandError: when the command has no starting revision
        """
        if self._migration_context is not None:
            start = self._migration_context._start_from_rev
        elif "starting_rev" in self.context_opts:
            start = self.context_opts["starting_rev"]
        else:
            raise CommandError("No starting revision argument is available.")
        return self.script.as_revision_number(start)

    def get_revision_argument(self) -> _RevNumber:
        """Return the revision that the command goes to, resolved.

        :return: an identifier, or None for the base
        :raises KeyError: when the command has none
        """
        return self.script.as_revision_number(self.context_opts["destination_rev"])

    def get_tag_argument(self) -> str | None:
        """Return the value of ``--tag``, or None."""
        tag: str | None = self.context_opts.get("tag", None)
        return tag

    def get_x_argument(self, as_dictionary: bool = False) -> list[str] | dict[str, str]:
        """Return the values of all ``-x`` options.

        With ``alembic -x env=test -x dry`` this is ``["env=test", "dry"]``, as a
        dictionary ``{"env": "test", "dry": ""}``.

        :param as_dictionary: split each at its first ``=``; a later one of the same
            name wins
        """
        options = self.config.cmd_opts
        values: list[str] = list(getattr(options, "x", None) or [])
        if not as_dictionary:
            return values
        pairs = (value.partition("=") for value in values)
        return {name: rest for name, _, rest in pairs}

    # -- configure -----------------------------------------------------------

    def configure(
        self,
        connection: Connection | None = None,
        url: str | URL | None = None,
        dialect_name: str | None = None,
        dialect_opts: dict[str, Any] | None = None,
        transactional_ddl: bool | None = None,
        transaction_per_migration: bool = False,
        output_buffer: TextIO | None = None,
        starting_rev: str | None = None,
        tag: str | None = None,
        template_args: dict[str, Any] | None = None,
        render_as_batch: bool = False,
        target_metadata: MetaData | Sequence[MetaData] | None = None,
        include_name: IncludeNameFn | None = None,
        include_object: IncludeObjectFn | None = None,
        include_schemas: bool = False,
        process_revision_directives: ProcessRevisionDirectiveFn | None = None,
        compare_type: bool | CompareType = True,
        compare_server_default: bool | CompareServerDefault = False,
        render_item: RenderItemFn | None = None,
        literal_binds: bool = False,
        upgrade_token: str = "upgrades",
        downgrade_token: str = "downgrades",
        alembic_module_prefix: str = "op.",
        sqlalchemy_module_prefix: str = "sa.",
        user_module_prefix: str | None = None,
        on_version_apply: OnVersionApplyFn | None = None,
        autogenerate_plugins: Sequence[str] | None = None,
        **kw: Any,
    ) -> None:
        """Set up the :class:`MigrationContext` of this run.

        An online ``env.py`` gives a connection, an offline one a URL::

            context.configure(connection=connection, target_metadata=metadata)

            context.configure(url=url, literal_binds=True)

        Each call makes a new context, so an ``env.py`` may go through several
        databases.

        :param connection: an open SQLAlchemy connection; it gives the dialect
        :param url: a database URL; gives the dialect when there is no connection. Its
            driver need not be installed
        :param dialect_name: such as ``postgresql``; when there is neither of them
        :param dialect_opts: keywords for the dialect made from ``url`` or
            ``dialect_name``
        :param transactional_ddl: says whether the database rolls DDL back, when the
            dialect is wrong about it
        :param transaction_per_migration: a transaction for each revision in place of
            one for all of them
        :param output_buffer: text stream for the SQL of offline mode; else that of
            the ``Config``, else standard output
        :param starting_rev: what the database is assumed to hold in offline mode
        :param tag: a value for :meth:`get_tag_argument`, in place of ``--tag``
        :param template_args: more variables for the template of new revisions
        :param render_as_batch: let autogenerate write table changes inside of
            ``with op.batch_alter_table(…)``
        :param target_metadata: the model that autogenerate compares the database
            with: a ``MetaData`` or a sequence of them
        :param include_name: ``(name, type_, parent_names)``; false leaves a name that
            was found in the database out of the comparison
        :param include_object: ``(object, name, type_, reflected, compare_to)``; false
            leaves an object out of the comparison
        :param include_schemas: let autogenerate look into every schema
        :param process_revision_directives: ``(context, revision, directives)``, called
            with what is about to be written into a new revision; edits the list
        :param compare_type: False compares no column types; a callable decides about
            each: True different, False equal, None "compare as usual"
        :param compare_server_default: the same for server defaults
        :param render_item: ``(type_, object, autogen_context)`` returns the Python
            source of an object, or False for the usual one
        :param literal_binds: offline, write values into the statements
        :param upgrade_token: template variable that holds the upgrade's body
        :param downgrade_token: template variable that holds the downgrade's body
        :param alembic_module_prefix: how new revisions spell ``op.``
        :param sqlalchemy_module_prefix: how new revisions spell ``sa.``
        :param user_module_prefix: prefix of types from elsewhere; None takes the
            type's own module
        :param on_version_apply: one callable or several, called with the keywords
            ``ctx``, ``step``, ``heads`` and ``run_args`` after each change of the
            version table, inside of the step's transaction
        :param autogenerate_plugins: names or patterns of the comparisons to use
        :param kw: ``version_table``, ``version_table_schema``, ``version_table_pk``,
            ``output_encoding``, ``mssql_batch_separator``, ``oracle_batch_separator``;
            anything else is kept among the options, for dialects and plugins
        :raises CommandError: for an engine in place of a connection
        """
        opts = self.context_opts
        opts["transactional_ddl"] = transactional_ddl
        opts["output_buffer"] = self._output_buffer(output_buffer)
        opts["script"] = self.script
        opts["transaction_per_migration"] = transaction_per_migration
        opts["target_metadata"] = target_metadata
        opts["include_name"] = include_name
        opts["include_object"] = include_object
        opts["include_schemas"] = include_schemas
        opts["render_as_batch"] = render_as_batch
        opts["render_item"] = render_item
        opts["compare_type"] = compare_type
        opts["upgrade_token"] = upgrade_token
        opts["downgrade_token"] = downgrade_token
        opts["alembic_module_prefix"] = alembic_module_prefix
        opts["sqlalchemy_module_prefix"] = sqlalchemy_module_prefix
        opts["user_module_prefix"] = user_module_prefix
        opts["literal_binds"] = literal_binds
        opts["process_revision_directives"] = process_revision_directives
        opts["on_version_apply"] = _callables(on_version_apply)
        opts["autogenerate_plugins"] = autogenerate_plugins
        _keep_if_given(opts, starting_rev=starting_rev, tag=tag)
        opts["template_args"] = {
            **(opts.get("template_args") or {}),
            **(template_args or {}),
        }
        if compare_server_default is not None:
            opts["compare_server_default"] = compare_server_default
        opts.update(kw)
        self._migration_context = MigrationContext.configure(
            connection=connection,
            url=url,
            dialect_name=dialect_name,
            environment_context=self,
            dialect_opts=dialect_opts,
            opts=opts,
        )

    def _output_buffer(self, given: TextIO | None) -> TextIO:
        return given or self.config.output_buffer or sys.stdout

    # -- with a context ------------------------------------------------------

    def run_migrations(self, **kw: Any) -> None:
        """Run what the command asked for; ``alembic.op`` works meanwhile.

        :param kw: handed to each ``upgrade()`` and ``downgrade()``
        :raises CommandError: when a step cannot be taken
        """
        context = self.get_context()
        self._ran_migrations = True
        with self._transaction_for_all(context):
            if _OPERATIONS in sys.modules:
                with _operations_of(context):
                    context._run(kw, contextlib.nullcontext)
            else:
                context._run(kw, lambda: _operations_of(context))

    def _transaction_for_all(self, context: MigrationContext) -> ContextManager[Any]:
        """Begin the transaction that an ``env.py`` forgot.

        Without ``with context.begin_transaction():`` nobody would commit what runs
        in a database with transactional DDL.
        """
        if context.as_sql or context._transaction is not None:
            return contextlib.nullcontext()
        return context.begin_transaction()

    def execute(
        self,
        sql: Executable | str,
        execution_options: dict[str, Any] | None = None,
    ) -> None:
        """Run a statement on the context's connection, or write it in offline mode.

        :param sql: an SQLAlchemy construct, or text where ``:name`` is a parameter
        :param execution_options: options of the connection that hold for it alone
        """
        self.get_context().execute(sql, execution_options=execution_options)

    def static_output(self, text: str) -> None:
        """Write a text of one's own into the SQL script, and an empty line.

        :param text: such as ``-- for the test system``
        """
        self.get_context().impl.static_output(text)

    def begin_transaction(self) -> _Transaction:
        """Return a context manager for the transaction around all migrations.

        Where each revision has its own, or the database has none for DDL, it does
        nothing; offline it writes ``BEGIN`` and ``COMMIT``::

            with context.begin_transaction():
                context.run_migrations()
        """
        return self.get_context().begin_transaction()

    def get_context(self) -> MigrationContext:
        """Return the :class:`MigrationContext` that ``configure()`` made.

        :raises CommandError: before ``configure()``
        """
        if self._migration_context is None:
            raise CommandError("No context has been configured yet.")
        return self._migration_context

    def get_bind(self) -> Connection:
        """Return the connection; offline, a stand-in that writes statements."""
        return self.get_context().bind  # type: ignore[return-value]

    def get_impl(self) -> DefaultImpl:
        """Return the dialect's implementation of the operations."""
        return self.get_context().impl


def _callables(given: Any) -> tuple[Callable[..., Any], ...]:
    """Return one callable or several as a tuple."""
    if given is None:
        return ()
    return (given,) if callable(given) else tuple(given)


def _keep_if_given(opts: dict[str, Any], **values: Any) -> None:
    opts.update({name: value for name, value in values.items() if value})


@contextlib.contextmanager
def _operations_of(context: MigrationContext) -> Generator[None, None, None]:
    """Let ``alembic.op`` speak for the context."""
    # A run without steps starts faster without the operations; who asked for them
    # already (_OPERATIONS) has them from the start of the run.
    from ..operations.base import Operations

    load_entry_points()  # plugins may bring operations
    with Operations.context(context):
        yield
