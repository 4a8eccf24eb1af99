"""catalogue

Revision ID: 3f0ac1d24b68
Revises:
Create Date: 2026-01-12 09:30:00

"""

import sqlalchemy as sa

from alembic import op

revision = "3f0ac1d24b68"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "author",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
    )
    op.create_table(
        "book",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("author_id", sa.Integer, sa.ForeignKey("author.id")),
    )
    op.create_index("ix_book_title", "book", ["title"])


def downgrade():
    op.drop_index("ix_book_title", table_name="book")
    op.drop_table("book")
    op.drop_table("author")
