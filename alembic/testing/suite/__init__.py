"""Tests that a dialect's package runs on its own database.

One module of its tests says ``from alembic.testing.suite import *``. Classes whose
requirements the database does not meet are skipped, see
:class:`~alembic.testing.requirements.SuiteRequirements`; a single test is left out by a
subclass::

    from alembic.testing.suite import *
    from alembic.testing.suite import BackendAlterColumnTest as _BackendAlterColumnTest

    class BackendAlterColumnTest(_BackendAlterColumnTest):
        def test_rename(self):
            pytest.skip("columns cannot be renamed")

It needs SQLAlchemy 2.0 or later, and SQLAlchemy's pytest plugin.
"""

from __future__ import annotations

from .test_autogen_comments import *
from .test_autogen_computed import *
from .test_autogen_diffs import *
from .test_autogen_fks import *
from .test_autogen_identity import *
from .test_environment import *
from .test_op import *
