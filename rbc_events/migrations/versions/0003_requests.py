"""Rules for meeting requests, private vetoes, and what is recorded of a meeting for each party.

Columns are added one by one: rebuilding the table on SQLite would drop triggers for nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("events", sa.Column("request_days", sa.Integer(), nullable=False, server_default="14"))
    op.add_column("events", sa.Column("request_caps", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column(
        "meeting_parties",
        sa.Column(
            "minutes_late",
            sa.Integer(),
            sa.CheckConstraint("minutes_late BETWEEN 0 AND 1440", name=op.f("ck_meeting_parties_minutes_late")),
            nullable=True,
        ),
    )
    op.add_column(
        "meeting_parties",
        sa.Column(
            "rating",
            sa.Integer(),
            sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_meeting_parties_rating")),
            nullable=True,
        ),
    )
    op.create_table(
        "vetoes",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("vetoed_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name="fk_vetoes_registration_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["vetoed_id"], ["registrations.id"], name="fk_vetoes_vetoed_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("registration_id", "vetoed_id", name="pk_vetoes"),
    )
    op.create_index("ix_vetoes_vetoed_id", "vetoes", ["vetoed_id"])


def downgrade() -> None:
    op.drop_table("vetoes")
    with op.batch_alter_table("meeting_parties") as batch:
        batch.drop_constraint(op.f("ck_meeting_parties_rating"), type_="check")
        batch.drop_constraint(op.f("ck_meeting_parties_minutes_late"), type_="check")
        batch.drop_column("rating")
        batch.drop_column("minutes_late")
    with op.batch_alter_table("events") as batch:
        batch.drop_column("request_caps")
        batch.drop_column("request_days")
