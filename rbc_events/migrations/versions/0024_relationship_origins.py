"""In which programmes and events a relationship grew.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "relationship_origins",
        sa.Column("relationship_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationships.id"],
            name=op.f("fk_relationship_origins_relationship_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_relationship_origins_programme_id")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_relationship_origins_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship_origins")),
        sa.UniqueConstraint(
            "relationship_id", "event_id", name=op.f("uq_relationship_origins_relationship_id_event_id")
        ),
    )
    with op.batch_alter_table("relationship_origins") as batch_op:
        batch_op.create_index(batch_op.f("ix_relationship_origins_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_relationship_origins_event_id"), ["event_id"], unique=False)
        batch_op.create_index(
            "uq_relationship_origins_programme",
            ["relationship_id", "programme_id"],
            unique=True,
            sqlite_where=sa.text("event_id IS NULL"),
            postgresql_where=sa.text("event_id IS NULL"),
        )
    op.execute(
        "INSERT INTO relationship_origins (relationship_id, programme_id, event_id)"
        " SELECT DISTINCT held.relationship_id, events.programme_id, events.id FROM relationship_meetings AS held"
        " JOIN meetings ON meetings.id = held.meeting_id JOIN events ON events.id = meetings.event_id"
    )


def downgrade() -> None:
    op.drop_table("relationship_origins")
