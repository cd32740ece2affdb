"""What organisations said of themselves when an event ended."""

import sqlalchemy as sa
from alembic import op

from rbc_events.database import UTCDateTime

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.create_table(
        "profile_snapshots",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", UTCDateTime(), nullable=False),
        sa.Column("organisation", sa.JSON(), nullable=False),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.Column("statements", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_profile_snapshots_registration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_profile_snapshots")),
    )


def downgrade() -> None:
    op.drop_table("profile_snapshots")
