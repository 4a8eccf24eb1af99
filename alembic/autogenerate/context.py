"""``AutogenContext``: what comparing and rendering know of their surroundings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Iterable, Sequence

from sqlalchemy import inspect

from ..runtime.plugins import Plugin
from ..util.exc import CommandError
from ..util.langhelpers import memoized_property
from .builtin import set_up_plugins
from .compare.registry import comparators

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Dialect
    from sqlalchemy.engine.reflection import Inspector
    from sqlalchemy.schema import MetaData, SchemaItem, Table

    from ..runtime.hooks import NameFilterParentNames, NameFilterType
    from ..runtime.migration import MigrationContext
    from ..util.dispatch import PriorityDispatcher
    from ..util.sqla_compat import _ConstraintName

_USUAL_PLUGINS = ["alembic.autogenerate.*"]


class AutogenContext:
    """A database, a model, the filters between them, and the imports on the way.

    Comparison functions and renderers receive one.

    :param migration_context: the database being looked at
    :param metadata: the model: a ``MetaData`` or several; by default the option
        ``target_metadata``
    :param opts: the options of ``context.configure()``; by default those of the
        migration context
    :param autogenerate: True for a comparison, which needs a connection and a model
    :raises CommandError: a comparison is wanted in offline mode, or without a model

    Interface of Alembic 1.20.
    """

    #: The model; None where only rendering is wanted.
    metadata: MetaData | Sequence[MetaData] | None = None
    #: The connection; None in offline mode.
    connection: Connection | None = None
    dialect: Dialect
    #: Import lines that the rendered operations need.
    imports: set[str] = None  # type: ignore[assignment]  # each context has its own
    migration_context: MigrationContext

    def __init__(
        self,
        migration_context: MigrationContext,
        metadata: MetaData | Sequence[MetaData] | None = None,
        opts: dict[str, Any] | None = None,
        autogenerate: bool = True,
    ) -> None:
        self.migration_context = migration_context
        self.opts: dict[str, Any] = migration_context.opts if opts is None else opts
        if autogenerate and migration_context.as_sql:
            raise CommandError(
                "autogenerate can't use as_sql=True as it prevents querying the "
                "database for schema information"
            )
        if metadata is None:
            metadata = self.opts.get("target_metadata")
        if metadata is None and autogenerate:
            raise CommandError(_no_model(migration_context))
        self.metadata = metadata
        self.connection = migration_context.bind
        self.dialect = migration_context.dialect
        self.imports = set()
        self._name_filters = _given(self.opts.get("include_name"))
        self._object_filters = _given(self.opts.get("include_object"))
        #: True while the directives of a batch block are rendered.
        self._in_batch = False

    @memoized_property
    def comparators(self) -> PriorityDispatcher:
        """The comparisons of this context: registered ones, and those of plugins.

        :raises CommandError: the option ``autogenerate_plugins`` names a plugin that
            does not exist
        """
        set_up_plugins()
        chosen = comparators.branch()
        wanted = self.opts.get("autogenerate_plugins")
        if wanted is None:
            wanted = _USUAL_PLUGINS
        Plugin.populate_autogenerate_priority_dispatch(chosen, list(wanted))
        return chosen

    @memoized_property
    def inspector(self) -> Inspector:
        """SQLAlchemy's inspector of the connection.

        :raises TypeError: there is no connection
        """
        if self.connection is None:
            raise TypeError(
                "can't return inspector as this AutogenContext has no database "
                "connection"
            )
        return inspect(self.connection)

    def run_name_filters(
        self,
        name: str | None,
        type_: NameFilterType,
        parent_names: NameFilterParentNames,
    ) -> bool:
        """Return whether ``include_name`` keeps a name found in the database.

        :param name: the name; None for the default schema
        :param type_: what bears the name
        :param parent_names: where it stands: ``schema_name`` and ``table_name``; the
            key ``schema_qualified_table_name`` is added
        """
        if "schema_name" in parent_names:
            table = name if type_ == "table" else parent_names.get("table_name")
            if table:
                schema = parent_names["schema_name"]
                parent_names["schema_qualified_table_name"] = (
                    f"{schema}.{table}" if schema else table
                )
        return all(keeps(name, type_, parent_names) for keeps in self._name_filters)

    def run_object_filters(
        self,
        object_: SchemaItem,
        name: _ConstraintName,
        type_: NameFilterType,
        reflected: bool,
        compare_to: SchemaItem | None,
    ) -> bool:
        """Return whether ``include_object`` keeps an object.

        :param object_: a table, column, index or constraint
        :param name: its name
        :param type_: what it is
        :param reflected: True when it was found in the database
        :param compare_to: its counterpart on the other side, or None
        """
        return all(
            keeps(object_, name, type_, reflected, compare_to)
            for keeps in self._object_filters
        )

    run_filters = run_object_filters

    @memoized_property
    def sorted_tables(self) -> list[Table]:
        """The model's tables, each after those that it depends on.

        :raises ValueError: two ``MetaData`` objects hold tables of the same key
        """
        found = [table for each in self._models for table in each.sorted_tables]
        if len(self._models) > 1:
            _refuse_duplicates(table.key for table in found)
        return found

    @memoized_property
    def table_key_to_table(self) -> dict[str, Table]:
        """The model's tables by key: the name, after the schema and a dot.

        :raises ValueError: two ``MetaData`` objects hold tables of the same key
        """
        if len(self._models) > 1:
            _refuse_duplicates(key for each in self._models for key in each.tables)
        return {
            key: table for each in self._models for key, table in each.tables.items()
        }

    @property
    def _models(self) -> Sequence[MetaData]:
        if self.metadata is None:
            return ()
        # by what it has and not by its class: it may stand in for a MetaData
        given: Any = self.metadata
        return (given,) if hasattr(given, "tables") else list(given)


def _no_model(migration_context: MigrationContext) -> str:
    script = migration_context.script
    where = f" {script.env_py_location}" if script is not None else ""
    return (
        f"Can't proceed with --autogenerate option; environment script{where} does not "
        "provide a MetaData object or sequence of objects to the context."
    )


def _given(hook: Callable[..., Any] | None) -> list[Callable[..., Any]]:
    return [] if hook is None else [hook]


def _refuse_duplicates(keys: Iterable[str]) -> None:
    seen: set[str] = set()
    twice: dict[str, None] = {}
    for key in keys:
        if key in seen:
            twice[key] = None
        seen.add(key)
    if twice:
        named = ", ".join(f'"{key}"' for key in twice)
        raise ValueError(
            f"Duplicate table keys across multiple MetaData objects: {named}"
        )
