"""The environment that ``env.py`` runs in: ``context.configure(…)`` and so on."""

from __future__ import annotations

from alembic.runtime.environment import EnvironmentContext

EnvironmentContext.create_module_class_proxy(globals(), locals())
