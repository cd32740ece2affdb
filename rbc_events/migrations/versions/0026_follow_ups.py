"""Follow-ups: each side is asked, months and years later, what came of a relationship.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("relationship_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "answered",
                "nobody",
                "closed",
                name="followupstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("token_hash", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("state <> 'answered' OR answered_at IS NOT NULL", name=op.f("ck_follow_ups_answered")),
        sa.CheckConstraint("month BETWEEN 1 AND 120", name=op.f("ck_follow_ups_month")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_follow_ups_organisation_id")),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationships.id"], name=op.f("fk_follow_ups_relationship_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint(
            "relationship_id",
            "organisation_id",
            "month",
            name=op.f("uq_follow_ups_relationship_id_organisation_id_month"),
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_follow_ups_token_hash")),
    )
    with op.batch_alter_table("follow_ups") as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_ups_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_ups_relationship_id"), ["relationship_id"], unique=False)

    op.create_table(
        "follow_up_answers",
        sa.Column("follow_up_id", sa.Integer(), nullable=False),
        sa.Column("in_touch", sa.Boolean(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "first_meeting",
                "follow_up",
                "nda",
                "transfer",
                "loi_mou",
                "poc",
                "agreement",
                "realised",
                name="stagekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("signed", sa.JSON(), nullable=False),
        sa.Column("signed_on", sa.Text(), nullable=False),
        sa.Column("challenges", sa.JSON(), nullable=False),
        sa.Column("may_tell", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("taken_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_over_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_ups.id"], name=op.f("fk_follow_up_answers_follow_up_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["taken_over_by_id"], ["users.id"], name=op.f("fk_follow_up_answers_taken_over_by_id")),
        sa.PrimaryKeyConstraint("follow_up_id", name=op.f("pk_follow_up_answers")),
    )
    with op.batch_alter_table("programmes") as batch_op:
        batch_op.add_column(
            sa.Column("follow_up_months", sa.JSON(), nullable=False, server_default="[1, 3, 6, 12, 24, 36]")
        )
    with op.batch_alter_table("programmes") as batch_op:
        batch_op.alter_column("follow_up_months", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("programmes") as batch_op:
        batch_op.drop_column("follow_up_months")
    op.drop_table("follow_up_answers")
    op.drop_table("follow_ups")
