"""How databases say things: DDL elements and one class for each dialect."""

from __future__ import annotations

from .builtin import impl_class as impl_class
from .impl import DefaultImpl as DefaultImpl
