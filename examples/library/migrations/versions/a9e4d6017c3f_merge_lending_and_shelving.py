"""merge lending and shelving

Revision ID: a9e4d6017c3f
Revises: 51c2e87f3a90, 7d18b05c6e42
Create Date: 2026-02-09 16:45:00

"""

revision = "a9e4d6017c3f"
down_revision = ("51c2e87f3a90", "7d18b05c6e42")
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
