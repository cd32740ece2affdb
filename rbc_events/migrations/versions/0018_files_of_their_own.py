"""Each upload has a file of its own. Those that are there keep theirs, which is named by its hash."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("uploads", sa.Column("stored_as", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE uploads SET stored_as = sha256")
    with op.batch_alter_table("uploads") as batch:
        batch.alter_column("stored_as", server_default=None)
        batch.create_index("ix_uploads_stored_as", ["stored_as"])


def downgrade() -> None:
    """Files that came since lie under names that an older version doesn't know."""
    with op.batch_alter_table("uploads") as batch:
        batch.drop_index("ix_uploads_stored_as")
        batch.drop_column("stored_as")
