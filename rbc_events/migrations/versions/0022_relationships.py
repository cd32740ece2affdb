"""Relationships: what goes on between organisations, across events and years.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "relationships",
        sa.Column("parties_key", sa.Text(), nullable=False),
        sa.Column("seed_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "active",
                "dormant",
                "closed",
                name="relationshipstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("state_reason", sa.Text(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("next_step_on", sa.Date(), nullable=True),
        sa.Column("keeper_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state = 'active' OR state_reason <> ''", name=op.f("ck_relationships_reason_to_rest")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_relationships_created_by_id")),
        sa.ForeignKeyConstraint(["keeper_id"], ["users.id"], name=op.f("fk_relationships_keeper_id")),
        sa.ForeignKeyConstraint(
            ["seed_id"], ["statements.id"], name=op.f("fk_relationships_seed_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationships")),
        sa.UniqueConstraint("parties_key", name=op.f("uq_relationships_parties_key")),
    )
    with op.batch_alter_table("relationships") as batch_op:
        batch_op.create_index(batch_op.f("ix_relationships_next_step_on"), ["next_step_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_relationships_seed_id"), ["seed_id"], unique=False)

    op.create_table(
        "relationship_notes",
        sa.Column("relationship_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column(
            "audience",
            sa.Enum(
                "staff", "parties", "own", name="noteaudience", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_relationship_notes_by_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_relationship_notes_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationships.id"],
            name=op.f("fk_relationship_notes_relationship_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship_notes")),
    )
    with op.batch_alter_table("relationship_notes") as batch_op:
        batch_op.create_index(batch_op.f("ix_relationship_notes_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_relationship_notes_relationship_id"), ["relationship_id"], unique=False)

    op.create_table(
        "relationship_parties",
        sa.Column("relationship_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("name_ja", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "organisation_id IS NOT NULL OR name_ja <> '' OR name_en <> ''",
            name=op.f("ck_relationship_parties_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_relationship_parties_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationships.id"],
            name=op.f("fk_relationship_parties_relationship_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship_parties")),
        sa.UniqueConstraint(
            "relationship_id", "organisation_id", name=op.f("uq_relationship_parties_relationship_id_organisation_id")
        ),
    )
    with op.batch_alter_table("relationship_parties") as batch_op:
        batch_op.create_index(batch_op.f("ix_relationship_parties_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_relationship_parties_relationship_id"), ["relationship_id"], unique=False)

    op.create_table(
        "relationship_tasks",
        sa.Column("relationship_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("assigned_to_id", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["assigned_to_id"], ["users.id"], name=op.f("fk_relationship_tasks_assigned_to_id")),
        sa.ForeignKeyConstraint(["done_by_id"], ["users.id"], name=op.f("fk_relationship_tasks_done_by_id")),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationships.id"],
            name=op.f("fk_relationship_tasks_relationship_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship_tasks")),
    )
    with op.batch_alter_table("relationship_tasks") as batch_op:
        batch_op.create_index(batch_op.f("ix_relationship_tasks_relationship_id"), ["relationship_id"], unique=False)

    op.create_table(
        "relationship_meetings",
        sa.Column("relationship_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_relationship_meetings_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationships.id"],
            name=op.f("fk_relationship_meetings_relationship_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("relationship_id", "meeting_id", name=op.f("pk_relationship_meetings")),
    )
    with op.batch_alter_table("relationship_meetings") as batch_op:
        batch_op.create_index(batch_op.f("ix_relationship_meetings_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "stage_reports",
        sa.Column("relationship_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
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
            nullable=False,
        ),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column(
            "precision",
            sa.Enum("day", "month", "year", name="precision", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_stage_reports_meeting_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_stage_reports_organisation_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["users.id"], name=op.f("fk_stage_reports_recorded_by_id")),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationships.id"], name=op.f("fk_stage_reports_relationship_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_reports")),
    )
    with op.batch_alter_table("stage_reports") as batch_op:
        batch_op.create_index("ix_stage_reports_kind", ["kind", "on"], unique=False)
        batch_op.create_index(batch_op.f("ix_stage_reports_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stage_reports_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stage_reports_relationship_id"), ["relationship_id"], unique=False)


def downgrade() -> None:
    for table in (
        "stage_reports",
        "relationship_meetings",
        "relationship_tasks",
        "relationship_parties",
        "relationship_notes",
        "relationships",
    ):
        op.drop_table(table)
