"""The address of an event's venue."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    with op.batch_alter_table("events") as table:
        table.add_column(sa.Column("address_ja", sa.Text(), server_default="", nullable=False))
        table.add_column(sa.Column("address_en", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("events") as table:
        table.drop_column("address_en")
        table.drop_column("address_ja")
