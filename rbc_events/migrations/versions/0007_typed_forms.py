"""What was typed into forms by people who had been signed out.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "typed_forms",
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_typed_forms")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_typed_forms_key_hash")),
    )
    op.create_index(op.f("ix_typed_forms_at"), "typed_forms", ["at"])


def downgrade() -> None:
    op.drop_table("typed_forms")
