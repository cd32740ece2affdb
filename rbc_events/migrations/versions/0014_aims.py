"""A run of the scheduler has aims of its own, and explains what it left out."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    for name in ("aims", "explanations"):
        op.add_column("schedule_runs", sa.Column(name, sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    with op.batch_alter_table("schedule_runs") as batch:
        batch.drop_column("explanations")
        batch.drop_column("aims")
