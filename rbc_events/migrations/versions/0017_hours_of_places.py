"""Places are closed from a time to another, no longer in whole blocks."""

import sqlalchemy as sa
from alembic import op

from rbc_events.database import UTCDateTime

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "place_closures",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_place_closures_in_order")),
        sa.ForeignKeyConstraint(
            ["place_id"], ["places.id"], name=op.f("fk_place_closures_place_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_closures")),
        sa.UniqueConstraint(
            "place_id", "starts_at", "ends_at", name=op.f("uq_place_closures_place_id_starts_at_ends_at")
        ),
    )
    op.execute(
        "INSERT INTO place_closures (place_id, starts_at, ends_at)"
        " SELECT closed_places.place_id, blocks.starts_at, blocks.ends_at"
        " FROM closed_places JOIN blocks ON blocks.id = closed_places.block_id"
    )
    op.drop_table("closed_places")


def downgrade() -> None:
    op.create_table(
        "closed_places",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["block_id"], ["blocks.id"], name=op.f("fk_closed_places_block_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_closed_places_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["places.id"], name=op.f("fk_closed_places_place_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_places")),
        sa.UniqueConstraint("place_id", "block_id", name=op.f("uq_closed_places_place_id_block_id")),
    )
    op.create_index("ix_closed_places_block_id", "closed_places", ["block_id"])
    op.create_index("ix_closed_places_event_id", "closed_places", ["event_id"])
    op.drop_table("place_closures")
