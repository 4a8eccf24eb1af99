"""Batch mode: changes of one table, collected and carried out together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...util.lazy import lazy_names
from ...util.sqla_compat import constraint_name_defined as constraint_name_defined
from ...util.sqla_compat import constraint_name_string as constraint_name_string
from .recorder import BatchOperationsImpl as BatchOperationsImpl

if TYPE_CHECKING:
    from .recreate import ApplyBatchImpl as ApplyBatchImpl

# Few migrations make a table anew; the others need not load how.
__getattr__ = lazy_names(__name__, {"ApplyBatchImpl": f"{__name__}.recreate"})
