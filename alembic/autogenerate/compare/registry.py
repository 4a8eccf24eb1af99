"""The functions that compare, whatever plugins are chosen."""

from __future__ import annotations

from alembic.util.dispatch import PriorityDispatcher

#: Functions that take part in every comparison::
#:
#:     @comparators.dispatch_for("schema")
#:     def compare_triggers(autogen_context, upgrade_ops, schemas): ...
comparators = PriorityDispatcher()
