"""Who of a side was seen at a meeting, and who says that they come late."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "delays",
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 1 AND 600", name=op.f("ck_delays_minutes")),
        sa.ForeignKeyConstraint(
            ["party_id"], ["meeting_parties.id"], name=op.f("fk_delays_party_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["said_by_id"], ["users.id"], name=op.f("fk_delays_said_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delays")),
        sa.UniqueConstraint("party_id", name=op.f("uq_delays_party_id")),
    )
    op.create_table(
        "people_seen",
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column(
            "attendance",
            sa.Enum(
                "unknown",
                "present",
                "absent",
                name="attendance",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("minutes_late", sa.Integer(), nullable=True),
        sa.CheckConstraint("minutes_late BETWEEN 0 AND 1440", name=op.f("ck_people_seen_minutes_late")),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["delegates.id"], name=op.f("fk_people_seen_delegate_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["meeting_parties.id"], name=op.f("fk_people_seen_party_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("party_id", "delegate_id", name=op.f("pk_people_seen")),
    )
    op.create_index(op.f("ix_people_seen_delegate_id"), "people_seen", ["delegate_id"])


def downgrade() -> None:
    op.drop_table("people_seen")
    op.drop_table("delays")
