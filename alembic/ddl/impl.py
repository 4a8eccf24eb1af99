"""What a database is to a migration: its SQL, its comparisons, its rendering."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Callable, Dict, Sequence, Type

from sqlalchemy import cast

from ..util import sqla_compat
from .compare import Comparer
from .compare import Params as Params
from .compare import _compare_identity_options as _compare_identity_options
from .rebuild import TableRebuild
from .signatures import ComparisonResult as ComparisonResult

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.engine import Dialect
    from sqlalchemy.types import TypeEngine

log = logging.getLogger(__name__)


class _Registry(Dict[str, "Type[DefaultImpl]"]):
    """Classes by dialect name; those we bring are loaded at their first use."""

    #: By dialect name, what defines the class when it is called.
    loaders: dict[str, Callable[[], object]]

    def __init__(self) -> None:
        super().__init__()
        self.loaders = {}

    def __missing__(self, name: str) -> type[DefaultImpl]:
        # The loader stays: another thread may ask while this one is still importing.
        load = self.loaders.get(name)
        if load is not None:
            load()
        if name in self:
            return self[name]
        raise KeyError(name)


_impls = _Registry()


class ImplMeta(type):
    """Registers every subclass that names its dialect in ``__dialect__``."""

    def __init__(
        cls,
        classname: str,
        bases: tuple[type[DefaultImpl]],
        dict_: dict[str, Any],
    ) -> None:
        super().__init__(classname, bases, dict_)
        if "__dialect__" in dict_:
            _impls[dict_["__dialect__"]] = cls  # type: ignore[assignment]


class DefaultImpl(Comparer, metaclass=ImplMeta):
    """A database as migrations see it; dialects are subclasses.

    Defining a subclass with ``__dialect__`` is all that it takes to add one::

        class MyImpl(DefaultImpl):
            __dialect__ = "mydatabase"
            transactional_ddl = True
    """

    __dialect__ = "default"

    @classmethod
    def get_by_dialect(cls, dialect: Dialect) -> type[DefaultImpl]:
        """Return the class for a dialect.

        :param dialect: its ``name`` counts
        :raises KeyError: when nobody registered a class for it
        """
        return _impls[dialect.name]

    # -- batch mode ----------------------------------------------------------

    def requires_recreate_in_batch(self, batch_op: Any) -> bool:
        """Return True where the recorded changes need a new table."""
        return False

    def prep_table_for_batch(self, batch_impl: Any, table: Table) -> None:
        """Make room for the new table of a batch; here, nothing."""

    def complete_reflected_table(self, table: Table, given: Sequence[Any]) -> None:
        """Add to a reflected table what SQLAlchemy does not see; here, nothing.

        :param table: the table as it was reflected
        :param given: columns and constraints that the caller put in place of
            reflected ones
        """

    def table_rebuild(self, table_name: str, schema: str | None) -> TableRebuild:
        """Return what stands by while a table is made anew in batch mode."""
        return TableRebuild()

    def type_in_rebuild(
        self, existing: TypeEngine[Any], new_type: TypeEngine[Any]
    ) -> TypeEngine[Any]:
        """Return the type of a column that had another one: the new type."""
        return new_type

    def cast_for_batch_migrate(
        self, existing: Any, existing_transfer: Any, new_type: Any
    ) -> None:
        """Have values of another kind converted on their way into the new table.

        :param existing: the column with the type that it has so far
        :param existing_transfer: ``["expr"]`` is what is selected for the new one
        :param new_type: type of the new column
        """
        if sqla_compat.affinity(existing.type) is not sqla_compat.affinity(new_type):
            existing_transfer["expr"] = cast(existing_transfer["expr"], new_type)
