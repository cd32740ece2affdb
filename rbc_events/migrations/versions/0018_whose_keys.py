"""A sheet says whose keys it has: those of its event, of an office, or of a partner."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    with op.batch_alter_table("sheet_runs") as table:
        table.add_column(sa.Column("keys_of", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("sheet_runs") as table:
        table.drop_column("keys_of")
