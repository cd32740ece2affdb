"""Keep one registration per form, and a corporate number that another organisation has.

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
    op.add_column("organisations", sa.Column("claimed_number", sa.Text(), nullable=False, server_default=""))
    op.add_column("registrations", sa.Column("form_key", sa.Text(), nullable=True))
    op.create_index("ix_registrations_form_key", "registrations", ["form_key"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_registrations_form_key", table_name="registrations")
    op.drop_column("registrations", "form_key")
    op.drop_column("organisations", "claimed_number")
