"""Batch mode: changes of one table, collected and carried out together."""

from __future__ import annotations

from .recorder import BatchOperationsImpl as BatchOperationsImpl
from .recreate import ApplyBatchImpl as ApplyBatchImpl
