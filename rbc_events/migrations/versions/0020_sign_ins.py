"""Each browser's sign-in is a row; mails with a single-use link are emptied once they have gone.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

from rbc_events.database import UTCDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

WITH_A_LINK = "('welcome', 'password', 'draft', 'invite', 'confirm_address')"


def upgrade() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_ins_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_sign_ins_key_hash")),
    )
    op.create_index(op.f("ix_sign_ins_user_id"), "sign_ins", ["user_id"])
    op.drop_column("users", "session_key")
    op.add_column("outbox_messages", sa.Column("secret", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(f"UPDATE outbox_messages SET secret = true WHERE kind IN {WITH_A_LINK}")
    emptied = sa.text(
        "UPDATE outbox_messages SET content = :nothing WHERE secret AND state IN ('sent', 'bounced', 'failed')"
    )
    op.execute(emptied.bindparams(sa.bindparam("nothing", b"", sa.LargeBinary())))


def downgrade() -> None:
    op.drop_column("outbox_messages", "secret")
    op.add_column("users", sa.Column("session_key", sa.Text(), nullable=False, server_default=""))
    op.drop_table("sign_ins")
