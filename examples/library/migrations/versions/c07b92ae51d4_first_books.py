"""first books

Revision ID: c07b92ae51d4
Revises: a9e4d6017c3f
Create Date: 2026-02-16 11:10:00

"""

import sqlalchemy as sa

from alembic import op

revision = "c07b92ae51d4"
down_revision = "a9e4d6017c3f"
branch_labels = None
depends_on = None


author = sa.table("author", sa.column("id", sa.Integer), sa.column("name", sa.String))
book = sa.table(
    "book",
    sa.column("id", sa.Integer),
    sa.column("title", sa.String),
    sa.column("author_id", sa.Integer),
)


def upgrade():
    op.bulk_insert(author, [{"id": 1, "name": "Mary Shelley"}])
    op.bulk_insert(book, [{"id": 1, "title": "Frankenstein", "author_id": 1}])


def downgrade():
    op.execute(book.delete().where(book.c.id == 1))
    op.execute(author.delete().where(author.c.id == 1))
