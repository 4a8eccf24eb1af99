<%
    import re

    databases = [
        name
        for name in re.split(r",\s*", config.get_main_option("databases", "").strip())
        if name
    ]
%>\
"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

# What Alembic reads to find this revision's place among the others.
revision: str = ${repr(up_revision)}
down_revision: Union[str, Sequence[str], None] = ${repr(down_revision)}
branch_labels: Union[str, Sequence[str], None] = ${repr(branch_labels)}
depends_on: Union[str, Sequence[str], None] = ${repr(depends_on)}


def upgrade(engine_name: str) -> None:
    """Take one of the databases to this revision."""
    globals()["upgrade_" + engine_name]()


def downgrade(engine_name: str) -> None:
    """Take one of the databases back to the revision before."""
    globals()["downgrade_" + engine_name]()
% for name in databases:


def upgrade_${name}() -> None:
    """Take ${name} to this revision."""
    ${context.get(name + "_upgrades") or "pass"}


def downgrade_${name}() -> None:
    """Take ${name} back to the revision before."""
    ${context.get(name + "_downgrades") or "pass"}
% endfor
