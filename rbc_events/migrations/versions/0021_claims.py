"""Who named a delegate, and which known organisation a registration is said to be of.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

from rbc_events.database import UTCDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None
NAMED_BY = "fk_delegates_named_by_id_users"


def upgrade() -> None:
    with op.batch_alter_table("delegates") as batch:
        batch.add_column(sa.Column("named_by_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(NAMED_BY, "users", ["named_by_id"], ["id"], ondelete="SET NULL")
    op.create_table(
        "claims",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("known_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=True),
        sa.Column("refused_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("organisation_id <> known_id", name=op.f("ck_claims_two")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_claims_organisation_id_organisations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["known_id"], ["organisations.id"], name=op.f("fk_claims_known_id_organisations"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["users.id"], name=op.f("fk_claims_made_by_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_claims_organisation_id")),
    )
    op.create_index(op.f("ix_claims_known_id"), "claims", ["known_id"])


def downgrade() -> None:
    op.drop_table("claims")
    with op.batch_alter_table("delegates") as batch:
        batch.drop_constraint(NAMED_BY, type_="foreignkey")
        batch.drop_column("named_by_id")
