"""Keep since when a subscribed calendar is as it is, for Last-Modified.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feeds", sa.Column("tag", sa.Text(), nullable=False, server_default=""))
    op.add_column("feeds", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("feeds", "changed_at")
    op.drop_column("feeds", "tag")
