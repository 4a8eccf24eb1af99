"""How a dialect's package sets its test run up."""

from __future__ import annotations

import pytest
from sqlalchemy.dialects import registry

for name in ("ledger", "ledger.pysqlite"):
    registry.register(name, "ledger_dialect.base", "LedgerDialect")
pytest.register_assert_rewrite("sqlalchemy.testing.assertions")

from sqlalchemy.testing.plugin.pytestplugin import *
