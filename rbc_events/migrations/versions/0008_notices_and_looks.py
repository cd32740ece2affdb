"""Notices, name, colour and logo of the installation and of events."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "sites",
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("installation", sa.Boolean(), nullable=True),
        sa.Column("name_ja", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("privacy_ja", sa.Text(), nullable=False),
        sa.Column("privacy_en", sa.Text(), nullable=False),
        sa.Column("imprint_ja", sa.Text(), nullable=False),
        sa.Column("imprint_en", sa.Text(), nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.Column("logo_type", sa.Text(), nullable=False),
        sa.Column("logo_hash", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(installation IS NULL) <> (event_id IS NULL)", name=op.f("ck_sites_of_one")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_sites_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sa.UniqueConstraint("event_id", name=op.f("uq_sites_event_id")),
        sa.UniqueConstraint("installation", name=op.f("uq_sites_installation")),
    )


def downgrade() -> None:
    op.drop_table("sites")
