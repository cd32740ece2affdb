"""Who may meet whom at an event, and the groups that such rules can name.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BY = ("anyone", "side", "kind", "sector", "group")


def upgrade() -> None:
    by = {"native_enum": False, "create_constraint": True, "length": 32}
    op.create_table(
        "meeting_rules",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("one_by", sa.Enum(*BY, name="one_by", **by), nullable=False),
        sa.Column("one", sa.Text(), nullable=False),
        sa.Column("other_by", sa.Enum(*BY, name="other_by", **by), nullable=False),
        sa.Column("other", sa.Text(), nullable=False),
        sa.Column("together", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_meeting_rules_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_rules")),
        sa.UniqueConstraint(
            "event_id",
            "one_by",
            "one",
            "other_by",
            "other",
            name=op.f("uq_meeting_rules_event_id_one_by_one_other_by_other"),
        ),
    )
    op.add_column("registrations", sa.Column("group_name", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("registrations", "group_name")
    op.drop_table("meeting_rules")
