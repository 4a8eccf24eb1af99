"""shelves

Revision ID: 7d18b05c6e42
Revises: 3f0ac1d24b68
Create Date: 2026-02-03 10:20:00

"""

import sqlalchemy as sa

from alembic import op

revision = "7d18b05c6e42"
down_revision = "3f0ac1d24b68"
branch_labels = "shelving"
depends_on = None


def upgrade():
    op.create_table(
        "shelf",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("room", sa.String(50), nullable=False),
    )
    op.create_table(
        "place",
        sa.Column("book_id", sa.Integer, sa.ForeignKey("book.id"), primary_key=True),
        sa.Column("shelf_id", sa.Integer, sa.ForeignKey("shelf.id"), nullable=False),
    )


def downgrade():
    op.drop_table("place")
    op.drop_table("shelf")
