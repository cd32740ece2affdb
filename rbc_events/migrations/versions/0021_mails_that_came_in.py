"""Mails that came in, addresses that fail, and more of what was answered."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "failing_addresses",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column(
            "cause",
            sa.Enum(
                "no_address",
                "no_domain",
                "full",
                "closed",
                "too_large",
                "refused",
                "for_now",
                "other",
                name="cause",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failing_addresses")),
        sa.UniqueConstraint("address", name=op.f("uq_failing_addresses_address")),
    )
    op.create_table(
        "incoming_mails",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "words",
                "answer",
                "of_another",
                "delegated",
                "unreadable",
                "too_large",
                "report",
                "member",
                "complaint",
                "absence",
                name="mailkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("sender_name", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column(
            "said",
            sa.Enum(
                "none",
                "accepted",
                "declined",
                "tentative",
                "counter",
                name="said",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uid_validity", sa.BigInteger(), nullable=True),
        sa.Column("uid", sa.BigInteger(), nullable=True),
        sa.Column("marked", sa.Boolean(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "settlement",
            sa.Enum(
                "accepted",
                "declined",
                "other_time",
                "answered",
                "forwarded",
                "done",
                name="settlement",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["calendar_entries.id"], name=op.f("fk_incoming_mails_entry_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_incoming_mails_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["settled_by_id"], ["users.id"], name=op.f("fk_incoming_mails_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_mails")),
        sa.UniqueConstraint("digest", name=op.f("uq_incoming_mails_digest")),
    )
    with op.batch_alter_table("incoming_mails", schema=None) as batch_op:
        batch_op.create_index("ix_incoming_mails_entry_id", ["entry_id"], unique=False)
        batch_op.create_index("ix_incoming_mails_event_id", ["event_id"], unique=False)
        batch_op.create_index("ix_incoming_mails_open", ["settled_at", "event_id"], unique=False)

    with op.batch_alter_table("calendar_entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answer_stamp", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("answer_shared", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("proposed_starts_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("proposed_ends_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("calendar_entries", schema=None) as batch_op:
        batch_op.drop_column("settled_at")
        batch_op.drop_column("proposed_ends_at")
        batch_op.drop_column("proposed_starts_at")
        batch_op.drop_column("answer_shared")
        batch_op.drop_column("answer_stamp")

    with op.batch_alter_table("incoming_mails", schema=None) as batch_op:
        batch_op.drop_index("ix_incoming_mails_open")
        batch_op.drop_index("ix_incoming_mails_event_id")
        batch_op.drop_index("ix_incoming_mails_entry_id")

    op.drop_table("incoming_mails")
    op.drop_table("failing_addresses")
