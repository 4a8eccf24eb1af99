"""``Operations`` and ``BatchOperations``, and how others register with them."""

from __future__ import annotations

import inspect
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Awaitable, Callable, Generator, Mapping, TypeVar

from sqlalchemy.sql.elements import conv
from sqlalchemy.util import immutabledict

from ..util import sqla_compat
from ..util.compat import formatannotation_fwdref as formatannotation_fwdref
from ..util.dispatch import Dispatcher
from ..util.proxy import ModuleClsProxy
from .batch.recorder import BatchOperationsImpl
from .schemaobj import SchemaObjects

if TYPE_CHECKING:
    from typing import Literal

    from sqlalchemy.engine import Connection
    from sqlalchemy.schema import Table
    from sqlalchemy.types import TypeEngine

    from ..util.sqla_compat import InlineLiteral
    from .core import MigrateOperation
    from .ports import Context
    from .published import BatchDirectives, Directives
else:
    # The directives are put on the classes by register_operation(); the typed
    # declarations in published.pyi are for type checkers.
    BatchDirectives = Directives = object

__all__ = ("Operations", "BatchOperations")  # noqa: RUF022

_T = TypeVar("_T")
_C = TypeVar("_C", bound=Callable[..., Any])

_NO_OPTIONS: Mapping[str, Any] = immutabledict()


class AbstractOperations(ModuleClsProxy):
    """What ``Operations`` and ``BatchOperations`` have in common.

    :param migration_context: the context whose database is changed
    :param impl: what carries the operations out; by default the context's own
    """

    _to_impl = Dispatcher()

    def __init__(
        self,
        migration_context: Context,
        impl: BatchOperationsImpl | None = None,
    ) -> None:
        self.migration_context = migration_context
        self.impl: Any = migration_context.impl if impl is None else impl
        self.schema_obj = SchemaObjects(migration_context)

    @classmethod
    def register_operation(
        cls, name: str, sourcename: str | None = None
    ) -> Callable[[type[_T]], type[_T]]:
        """Publish an operation class as a function of this class and of ``op``.

        The function has the signature and the docstring of a class method of the
        operation, whose first two parameters are the class and the
        ``Operations`` object::

            @Operations.register_operation("create_sequence")
            class CreateSequenceOp(MigrateOperation):
                \"\"\"Create a sequence.\"\"\"

                def __init__(self, name): ...

                @classmethod
                def create_sequence(cls, operations, name):
                    return operations.invoke(cls(name))

        :param name: name of the new function
        :param sourcename: name of the class method when it is another
        """

        def register(op_cls: type[_T]) -> type[_T]:
            source = getattr(op_cls, sourcename or name)
            setattr(cls, name, _method(cls, name, source))
            return op_cls

        return register

    @classmethod
    def implementation_for(
        cls, op_cls: Any, replace: bool = False
    ) -> Callable[[_C], _C]:
        """Register the function that carries out operations of a class.

        The function is called with ``(operations, operation)`` and serves
        subclasses too.  ``alembic.operations.toimpl`` holds the built-in ones::

            @Operations.implementation_for(CreateSequenceOp)
            def create_sequence(operations, operation):
                operations.execute(f"CREATE SEQUENCE {operation.name}")

        :param op_cls: the operation class
        :param replace: override an implementation that is there already
        :raises ValueError: when there is one and ``replace`` is not given
        """

        def decorate(function: _C) -> _C:
            cls._to_impl.dispatch_for(op_cls, replace=replace)(function)
            return function

        return decorate

    @classmethod
    @contextmanager
    def context(cls, migration_context: Context) -> Generator[Operations, None, None]:
        """Let ``alembic.op`` speak for a migration context while the block runs.

        :param migration_context: the context whose database is changed
        """
        operations = Operations(migration_context)
        operations._install_proxy()
        try:
            yield operations
        finally:
            operations._remove_proxy()

    @contextmanager
    def batch_alter_table(
        self,
        table_name: str,
        schema: str | None = None,
        recreate: Literal["auto", "always", "never"] = "auto",
        partial_reordering: list[tuple[str, ...]] | None = None,
        copy_from: Table | None = None,
        table_args: tuple[Any, ...] = (),
        table_kwargs: Mapping[str, Any] = _NO_OPTIONS,
        reflect_args: tuple[Any, ...] = (),
        reflect_kwargs: Mapping[str, Any] = _NO_OPTIONS,
        naming_convention: dict[str, str] | None = None,
    ) -> Generator[BatchOperations, None, None]:
        """Collect changes of one table and carry them out together.

        On databases that cannot alter a table in these ways (SQLite) the table is
        created anew under another name, the rows are copied, and it takes the
        place of the old one.  Elsewhere the changes run one by one::

            with op.batch_alter_table("account") as batch_op:
                batch_op.add_column(Column("city", String(50)))
                batch_op.drop_column("zip")

        Nothing happens before the block ends, and nothing when it raises;
        ``execute`` alone runs at once.

        :param table_name: the table, without its schema
        :param schema: the table's schema
        :param recreate: ``"auto"``: as the database needs it; ``"always"``;
            ``"never"``
        :param partial_reordering: tuples of column names, each an order that the
            new table's columns keep; for a table that is created anew
        :param copy_from: the table as it is now, where it cannot or shall not be
            read from the database (offline mode)
        :param table_args: constraints and columns to add to the new table
        :param table_kwargs: options of the new table
        :param reflect_args: columns and constraints that replace what is read from
            the database
        :param reflect_kwargs: options of the reading, for instance ``listeners``
        :param naming_convention: names for constraints that have none in the
            database, so that they can be dropped by name
        :raises ValueError: when ``recreate`` is none of the three
        """
        impl = BatchOperationsImpl(
            self,
            table_name,
            schema,
            recreate,
            copy_from,
            table_args,
            dict(table_kwargs),
            reflect_args,
            dict(reflect_kwargs),
            naming_convention,
            partial_reordering,
        )
        yield BatchOperations(self.migration_context, impl=impl)
        impl.flush()

    def get_context(self) -> Context:
        """Return the migration context in use."""
        return self.migration_context

    def invoke(self, operation: MigrateOperation) -> Any:
        """Carry out an operation object and return what its implementation returns.

        :param operation: for instance ``ops.AddColumnOp("t", column)``
        :raises ValueError: when nothing is registered for its class
        """
        run = self._to_impl.dispatch(
            operation, qualifier=self.migration_context.impl.__dialect__
        )
        return run(self, operation)

    def f(self, name: str) -> conv:
        """Mark a name as final, so that no naming convention changes it::

            op.drop_constraint(op.f("ck_account_positive"), "account")

        :param name: the name as it stands in the database
        """
        return conv(name)

    def inline_literal(
        self, value: str | int, type_: TypeEngine[Any] | None = None
    ) -> InlineLiteral:
        """Return a value that is written into a statement, not sent beside it.

        It works online and offline alike::

            op.execute(
                account.update()
                .where(account.c.name == op.inline_literal("a"))
                .values(name=op.inline_literal("b"))
            )

        :param value: a string, a number, or what its type can write as a literal
        :param type_: the SQLAlchemy type; guessed from the value by default
        """
        return sqla_compat.InlineLiteral(value, type_=type_)

    def get_bind(self) -> Connection:
        """Return the connection in use.

        Offline it is a stand-in that writes statements to the script; its SELECTs
        return nothing.
        """
        return self.migration_context.bind  # type: ignore[return-value]

    def run_async(
        self, async_function: Callable[..., Awaitable[_T]], *args: Any, **kw_args: Any
    ) -> _T:
        """Await a coroutine function from a migration that runs on an async engine.

        :param async_function: called with an ``AsyncConnection`` for the
            connection in use, then ``args`` and ``kw_args``
        :raises NotImplementedError: without a connection
        :raises ValueError: when the engine is not an async one
        """
        bind = self.migration_context.bind
        if bind is None:
            raise NotImplementedError("Cannot call run_async in SQL mode")
        if not getattr(bind.dialect, "is_async", False) or not hasattr(bind, "engine"):
            raise ValueError("Cannot call run_async with a sync engine")
        awaited: _T = sqla_compat.await_with_connection(
            bind, async_function, args, kw_args
        )
        return awaited


class Operations(AbstractOperations, Directives):
    """The directives of migration scripts; the module ``alembic.op`` speaks for it.

    Scripts say ``from alembic import op``.  To change a database outside of a
    migration environment::

        context = MigrationContext.configure(connection)
        operations = Operations(context)
        operations.alter_column("account", "name", nullable=True)
    """


class BatchOperations(AbstractOperations, BatchDirectives):
    """The directives inside of ``with op.batch_alter_table(…) as batch_op``.

    They know their table, and take neither ``table_name`` nor ``schema``.
    """

    impl: BatchOperationsImpl


def _method(owner: type, name: str, source: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method that calls an operation's class method with the object."""

    def method(self: Any, *args: Any, **kw: Any) -> Any:
        return source(self, *args, **kw)

    method.__name__ = name
    method.__qualname__ = f"{owner.__qualname__}.{name}"
    method.__module__ = owner.__module__
    method.__doc__ = source.__doc__
    signature = inspect.signature(source)
    _, *parameters = signature.parameters.values()
    me = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    method.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[me, *parameters]
    )
    # for the stubs
    method.unlisted = getattr(source, "unlisted", [])  # type: ignore[attr-defined]
    return method
