"""Operations as Python source."""

from __future__ import annotations

from alembic.autogenerate.render.body import _indent as _indent
from alembic.autogenerate.render.body import _render_cmd_body as _render_cmd_body
from alembic.autogenerate.render.constraints import _add_index as _add_index
from alembic.autogenerate.render.constraints import _drop_index as _drop_index
from alembic.autogenerate.render.directives import _add_column as _add_column
from alembic.autogenerate.render.directives import _add_table as _add_table
from alembic.autogenerate.render.directives import _alter_column as _alter_column
from alembic.autogenerate.render.directives import _drop_column as _drop_column
from alembic.autogenerate.render.directives import _drop_table as _drop_table
from alembic.autogenerate.render.registry import (
    MAX_PYTHON_ARGS,
    default_renderers,
    render_op,
    render_op_text,
    renderers,
)
from alembic.autogenerate.render.registry import (
    _constraint_renderers as _constraint_renderers,
)
from alembic.autogenerate.render.schema import _render_column as _render_column
from alembic.autogenerate.render.schema import (
    _render_server_default as _render_server_default,
)
from alembic.autogenerate.render.types import _repr_type as _repr_type
from alembic.autogenerate.render.values import (
    _alembic_autogenerate_prefix as _alembic_autogenerate_prefix,
)
from alembic.autogenerate.render.values import _ident as _ident
from alembic.autogenerate.render.values import (
    _render_potential_expr as _render_potential_expr,
)
from alembic.autogenerate.render.values import (
    _sqlalchemy_autogenerate_prefix as _sqlalchemy_autogenerate_prefix,
)
from alembic.autogenerate.render.values import (
    _user_autogenerate_prefix as _user_autogenerate_prefix,
)

__all__ = [
    "MAX_PYTHON_ARGS",
    "default_renderers",
    "render_op",
    "render_op_text",
    "renderers",
]
