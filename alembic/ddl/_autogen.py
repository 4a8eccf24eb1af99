"""A door: what published code imports from here is written in ``signatures``."""

from __future__ import annotations

from .signatures import CompareConstraintType as CompareConstraintType
from .signatures import ComparisonResult as ComparisonResult
from .signatures import is_ck_sig as is_ck_sig
from .signatures import is_fk_sig as is_fk_sig
from .signatures import is_index_sig as is_index_sig
from .signatures import is_uq_sig as is_uq_sig
