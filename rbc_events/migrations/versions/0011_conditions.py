"""Conditions under which an event's timetable is made."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

TABLES = (
    "meeting_wishes",
    "meeting_orders",
    "organisation_limits",
    "coordinator_limits",
    "closed_places",
    "block_limits",
    "room_changes",
    "least_meetings",
)


def upgrade() -> None:
    op.create_table(
        "least_meetings",
        sa.Column("of_group", sa.Text(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("each", sa.Boolean(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("least BETWEEN 1 AND 1000", name=op.f("ck_least_meetings_least")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_least_meetings_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_least_meetings")),
        sa.UniqueConstraint("event_id", "of_group", "each", name=op.f("uq_least_meetings_event_id_of_group_each")),
    )
    op.create_index("ix_least_meetings_event_id", "least_meetings", ["event_id"])

    op.create_table(
        "room_changes",
        sa.Column("whose", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("whose IN ('organisations', 'interpreters')", name=op.f("ck_room_changes_whose")),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name=op.f("ck_room_changes_minutes")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_room_changes_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_changes")),
        sa.UniqueConstraint("event_id", "whose", name=op.f("uq_room_changes_event_id_whose")),
    )
    op.create_index("ix_room_changes_event_id", "room_changes", ["event_id"])

    op.create_table(
        "block_limits",
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("place_kind", sa.Text(), nullable=False),
        sa.Column("of_group", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("mode <> '' OR place_kind <> '' OR of_group <> ''", name=op.f("ck_block_limits_limited")),
        sa.CheckConstraint("mode IN ('', 'in_person', 'online')", name=op.f("ck_block_limits_mode")),
        sa.CheckConstraint("place_kind IN ('', 'table', 'room', 'virtual')", name=op.f("ck_block_limits_place_kind")),
        sa.ForeignKeyConstraint(["block_id"], ["blocks.id"], name=op.f("fk_block_limits_block_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_block_limits_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block_limits")),
    )
    op.create_index("ix_block_limits_block_id", "block_limits", ["block_id"])
    op.create_index("ix_block_limits_event_id", "block_limits", ["event_id"])

    op.create_table(
        "closed_places",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
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

    op.create_table(
        "coordinator_limits",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=True),
        sa.Column("most_per_day", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("most_per_day BETWEEN 1 AND 1000", name=op.f("ck_coordinator_limits_most_per_day")),
        sa.CheckConstraint(
            "most_per_day IS NOT NULL OR block_id IS NOT NULL", name=op.f("ck_coordinator_limits_limited")
        ),
        sa.ForeignKeyConstraint(
            ["block_id"], ["blocks.id"], name=op.f("fk_coordinator_limits_block_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_coordinator_limits_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_coordinator_limits_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coordinator_limits")),
        sa.UniqueConstraint("user_id", "block_id", name=op.f("uq_coordinator_limits_user_id_block_id")),
    )
    op.create_index("ix_coordinator_limits_block_id", "coordinator_limits", ["block_id"])
    op.create_index("ix_coordinator_limits_event_id", "coordinator_limits", ["event_id"])
    op.create_index("ix_coordinator_limits_user_id", "coordinator_limits", ["user_id"])

    op.create_table(
        "organisation_limits",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=True),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("longest_run", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("least BETWEEN 1 AND 1000", name=op.f("ck_organisation_limits_least")),
        sa.CheckConstraint(
            "least IS NOT NULL OR most IS NOT NULL OR longest_run IS NOT NULL",
            name=op.f("ck_organisation_limits_limited"),
        ),
        sa.CheckConstraint("longest_run BETWEEN 1 AND 1000", name=op.f("ck_organisation_limits_longest_run")),
        sa.CheckConstraint("most BETWEEN 1 AND 1000", name=op.f("ck_organisation_limits_most")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_organisation_limits_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_organisation_limits_registration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_limits")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_organisation_limits_registration_id")),
    )
    op.create_index("ix_organisation_limits_event_id", "organisation_limits", ["event_id"])

    op.create_table(
        "meeting_orders",
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("first_id <> second_id", name=op.f("ck_meeting_orders_two_meetings")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_meeting_orders_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["first_id"], ["meetings.id"], name=op.f("fk_meeting_orders_first_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["meetings.id"], name=op.f("fk_meeting_orders_second_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_orders")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_meeting_orders_first_id_second_id")),
    )
    op.create_index("ix_meeting_orders_event_id", "meeting_orders", ["event_id"])
    op.create_index("ix_meeting_orders_second_id", "meeting_orders", ["second_id"])

    op.create_table(
        "meeting_wishes",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("interpreter_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "slot_id IS NOT NULL OR place_id IS NOT NULL OR interpreter_id IS NOT NULL",
            name=op.f("ck_meeting_wishes_for_something"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_meeting_wishes_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["interpreter_id"], ["interpreters.id"], name=op.f("fk_meeting_wishes_interpreter_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_wishes_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["places.id"], name=op.f("fk_meeting_wishes_place_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=op.f("fk_meeting_wishes_slot_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_wishes")),
    )
    op.create_index("ix_meeting_wishes_event_id", "meeting_wishes", ["event_id"])
    op.create_index("ix_meeting_wishes_interpreter_id", "meeting_wishes", ["interpreter_id"])
    op.create_index("ix_meeting_wishes_meeting_id", "meeting_wishes", ["meeting_id"])
    op.create_index("ix_meeting_wishes_place_id", "meeting_wishes", ["place_id"])
    op.create_index("ix_meeting_wishes_slot_id", "meeting_wishes", ["slot_id"])


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
