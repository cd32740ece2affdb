"""Times that are offered for meetings, who is asked, by which links, and what suits them."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.create_table(
        "time_offers",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "settled",
                "failed",
                "withdrawn",
                name="offerstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("offered_by_id", sa.Integer(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("own_place", sa.Text(), nullable=False),
        sa.Column("own_link", sa.Text(), nullable=False),
        sa.Column("interpreter_id", sa.Integer(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("own_place <> ''", name=op.f("ck_time_offers_place")),
        sa.ForeignKeyConstraint(
            ["interpreter_id"], ["interpreters.id"], name=op.f("fk_time_offers_interpreter_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_time_offers_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["offered_by_id"], ["users.id"], name=op.f("fk_time_offers_offered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_offers")),
    )
    op.create_index(op.f("ix_time_offers_meeting_id"), "time_offers", ["meeting_id"], unique=False)
    op.create_index(
        "uq_time_offers_open",
        "time_offers",
        ["meeting_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )

    op.create_table(
        "asked_parties",
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["time_offers.id"], name=op.f("fk_asked_parties_offer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["meeting_parties.id"], name=op.f("fk_asked_parties_party_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_parties")),
        sa.UniqueConstraint("offer_id", "party_id", name=op.f("uq_asked_parties_offer_id_party_id")),
    )
    op.create_index(op.f("ix_asked_parties_party_id"), "asked_parties", ["party_id"], unique=False)

    op.create_table(
        "offered_times",
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_offered_times_in_order")),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["time_offers.id"], name=op.f("fk_offered_times_offer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offered_times")),
        sa.UniqueConstraint("offer_id", "starts_at", name=op.f("uq_offered_times_offer_id_starts_at")),
    )
    op.create_table(
        "offer_links",
        sa.Column("asked_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_id"], ["asked_parties.id"], name=op.f("fk_offer_links_asked_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_offer_links_token_hash")),
    )
    op.create_index(op.f("ix_offer_links_asked_id"), "offer_links", ["asked_id"], unique=False)

    op.create_table(
        "suiting_times",
        sa.Column("asked_id", sa.Integer(), nullable=False),
        sa.Column("time_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_id"], ["asked_parties.id"], name=op.f("fk_suiting_times_asked_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["time_id"], ["offered_times.id"], name=op.f("fk_suiting_times_time_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("asked_id", "time_id", name=op.f("pk_suiting_times")),
    )
    op.create_index(op.f("ix_suiting_times_time_id"), "suiting_times", ["time_id"], unique=False)


def downgrade() -> None:
    for table in ("suiting_times", "offer_links", "offered_times", "asked_parties", "time_offers"):
        op.drop_table(table)
