"""The exclude constraint of PostgreSQL; an operation like the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Sequence

from ..util import sqla_compat
from .constraints import AddConstraintOp
from .directive import directive
from .schemaobj import SchemaObjects

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import ExcludeConstraint
    from sqlalchemy.schema import Constraint, Table
    from sqlalchemy.sql.elements import ColumnElement, TextClause

    from .base import BatchOperations, Operations
    from .ports import Context

_KNOWN = frozenset(("comment", "deferrable", "info", "initially", "ops", "using"))


@directive("create_exclude_constraint")
@AddConstraintOp.register_add_constraint("exclude_constraint")
class CreateExcludeConstraintOp(AddConstraintOp):
    """Add an exclude constraint (PostgreSQL)::

        op.create_exclude_constraint(
            "user_excl",
            "user",
            ("period", "&&"),
            ("group", "="),
            where="group <> 'some group'",
            using="gist",
        )

    :param constraint_name: its name
    :param table_name: the table
    :param elements: pairs ``(column name or expression, operator)``
    :param where: a condition, as a string or an expression
    :param schema: the table's schema; None for the default one
    :param kw: ``using``, ``ops``, ``deferrable``, ``initially``
    """

    constraint_type = "exclude"

    def __init__(
        self,
        constraint_name: str | None,
        table_name: str,
        elements: Sequence[tuple[Any, str]],
        where: str | TextClause | ColumnElement[bool] | None = None,
        schema: str | None = None,
        _orig_constraint: ExcludeConstraint | None = None,
        **kw: Any,
    ) -> None:
        self.constraint_name = constraint_name
        self.table_name = table_name
        self.elements = [_pair(element, table_name) for element in elements]
        self.where = where
        self.schema = schema
        self.kw = kw
        if not self.elements:
            raise ValueError(
                f"create_exclude_constraint on table {table_name!r} needs at least "
                "one pair (column, operator)"
            )
        for name in set(kw) - _KNOWN:
            raise TypeError(
                f"create_exclude_constraint() got an unexpected keyword argument "
                f"{name!r}"
            )
        self._orig_constraint = _orig_constraint

    @classmethod
    def create_exclude_constraint(
        cls,
        operations: Operations,
        constraint_name: str,
        table_name: str,
        *elements: Any,
        **kw: Any,
    ) -> Table | None:
        done: Table | None = operations.invoke(
            cls(constraint_name, table_name, elements, **kw)
        )
        return done

    @classmethod
    def batch_create_exclude_constraint(
        cls,
        operations: BatchOperations,
        constraint_name: str,
        *elements: Any,
        **kw: Any,
    ) -> Table | None:
        kw["schema"] = operations.impl.schema
        done: Table | None = operations.invoke(
            cls(constraint_name, operations.impl.table_name, elements, **kw)
        )
        return done

    @classmethod
    def from_constraint(cls, constraint: Constraint) -> CreateExcludeConstraintOp:
        """Return the operation that adds such a constraint.

        :param constraint: an ``ExcludeConstraint`` of a table
        """
        table = sqla_compat.table_of(constraint)
        spec = sqla_compat.exclude_spec(constraint)
        name: Any = constraint.name
        return cls(
            name,
            table.name,
            spec.pop("elements"),
            schema=table.schema,
            _orig_constraint=constraint,  # type: ignore[arg-type]  # of this kind
            **spec,
        )

    def to_constraint(
        self, migration_context: Context | None = None
    ) -> ExcludeConstraint:
        """Return the constraint, on a table of its own.

        The one it was made from, which ``_orig_constraint`` keeps, would not do: its
        condition names the table, which ALTER TABLE refuses, and what a rewriter
        changes would be lost.
        """
        return SchemaObjects(migration_context).exclude_constraint(
            self.constraint_name,
            self.table_name,
            self.elements,
            where=self.where,
            schema=self.schema,
            **self.kw,
        )


def _pair(element: Any, table: str) -> tuple[Any, str]:
    if isinstance(element, str) or len(element) != 2:
        raise ValueError(
            f"create_exclude_constraint on table {table!r} takes pairs (column, "
            f"operator), not {element!r}"
        )
    expression, operator = element
    return expression, operator
