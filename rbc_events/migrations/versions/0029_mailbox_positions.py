"""How far the mailbox for answers has been read."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_table(
        "mailbox_positions",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_positions")),
        sa.UniqueConstraint("name", name=op.f("uq_mailbox_positions_name")),
    )


def downgrade() -> None:
    op.drop_table("mailbox_positions")
