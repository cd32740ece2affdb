"""Keep in the ledger what a place was called and how it was joined when its recipient was told.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

COLUMNS = {"place_ja": "name_ja", "place_en": "name_en", "join_url": "join_url"}


def upgrade() -> None:
    for name, of_place in COLUMNS.items():
        op.add_column("calendar_entries", sa.Column(name, sa.Text(), nullable=False, server_default=""))
        told = f"SELECT {of_place} FROM places WHERE places.id = calendar_entries.place_id"
        op.execute(sa.text(f"UPDATE calendar_entries SET {name} = ({told}) WHERE place_id IS NOT NULL"))


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("calendar_entries", name)
