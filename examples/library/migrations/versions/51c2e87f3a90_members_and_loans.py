"""members and loans

Revision ID: 51c2e87f3a90
Revises: 3f0ac1d24b68
Create Date: 2026-02-02 14:05:00

"""

import sqlalchemy as sa

from alembic import op

revision = "51c2e87f3a90"
down_revision = "3f0ac1d24b68"
branch_labels = "lending"
depends_on = None


def upgrade():
    op.create_table(
        "member",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
    )
    op.create_table(
        "loan",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("book_id", sa.Integer, sa.ForeignKey("book.id"), nullable=False),
        sa.Column("member_id", sa.Integer, sa.ForeignKey("member.id"), nullable=False),
        sa.Column("due", sa.Date),
    )


def downgrade():
    op.drop_table("loan")
    op.drop_table("member")
