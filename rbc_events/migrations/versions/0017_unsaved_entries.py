"""What is typed into a step of a registration is kept before it is saved.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

from rbc_events.database import UTCDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unsaved_entries",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_unsaved_entries_registration_id_registrations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("registration_id", "step", name=op.f("pk_unsaved_entries")),
    )


def downgrade() -> None:
    op.drop_table("unsaved_entries")
