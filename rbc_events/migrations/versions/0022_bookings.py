"""Meetings have a time, and what they take is booked from when to when, across all events."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

INSTANT = sa.DateTime(timezone=True)
THINGS = ("organisation_id", "user_id", "place_id", "interpreter_id")
ONE_THING = " + ".join(f"(CASE WHEN {thing} IS NULL THEN 0 ELSE 1 END)" for thing in THINGS) + " = 1"
BEFORE = {
    "slot_and_place": "(slot_id IS NULL) = (place_id IS NULL)",
    "off_the_timetable": "state NOT IN ('agreed', 'cancelled') OR slot_id IS NULL",
    "on_the_timetable": "state <> 'scheduled' OR slot_id IS NOT NULL",
}
AFTER = {
    "whole_time": "(starts_at IS NULL) = (ends_at IS NULL)",
    "in_order": "starts_at < ends_at",
    "slot_and_place": "(slot_id IS NULL) = (place_id IS NULL)",
    "time_of_slot": "slot_id IS NULL OR starts_at IS NOT NULL",
    "off_the_timetable": "state NOT IN ('agreed', 'cancelled') OR starts_at IS NULL",
    "on_the_timetable": "state <> 'scheduled' OR starts_at IS NOT NULL",
}
BEYOND = (
    "NEW.lane >= coalesce("
    "(SELECT registrations.capacity FROM registrations JOIN meetings ON meetings.event_id = registrations.event_id"
    " WHERE meetings.id = NEW.meeting_id AND registrations.organisation_id = NEW.organisation_id),"
    " (SELECT capacity FROM places WHERE id = NEW.place_id), 1)"
)
OVERLAP = " UNION ALL ".join(
    f"SELECT 1 FROM bookings WHERE {thing} = NEW.{thing} AND lane = NEW.lane AND id IS NOT NEW.id"
    " AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at"
    for thing in THINGS
)

meetings = sa.table(
    "meetings",
    *(sa.column(name, sa.Integer) for name in ("id", "slot_id", "length")),
    *(sa.column(name, INSTANT) for name in ("starts_at", "ends_at")),
)
slots = sa.table(
    "slots",
    *(sa.column(name, sa.Integer) for name in ("id", "block_id")),
    *(sa.column(name, INSTANT) for name in ("starts_at", "ends_at")),
)
OCCUPANCY = ("meeting_id", "lane", "registration_id", "user_id", "place_id", "interpreter_id")
occupancies = sa.table("occupancies", *(sa.column(name, sa.Integer) for name in (*OCCUPANCY, "slot_id")))
registrations = sa.table("registrations", *(sa.column(name, sa.Integer) for name in ("id", "organisation_id")))
interpreters = sa.table("interpreters", *(sa.column(name, sa.Integer) for name in ("id", "user_id")))
bookings = sa.table(
    "bookings",
    *(sa.column(name, sa.Integer) for name in ("meeting_id", "lane", *THINGS)),
    *(sa.column(name, INSTANT) for name in ("starts_at", "ends_at")),
)


def upgrade() -> None:
    _create_table()
    with op.batch_alter_table("meetings") as batch:
        batch.add_column(sa.Column("starts_at", INSTANT, nullable=True))
        batch.add_column(sa.Column("ends_at", INSTANT, nullable=True))
        batch.create_index(batch.f("ix_meetings_starts_at"), ["starts_at"])
    _write_times()
    _exchange_checks(BEFORE, AFTER)
    connection = op.get_bind()
    rows = _booked(connection.execute(_taken()).mappings())
    if rows:
        connection.execute(bookings.insert(), rows)
    _guard()
    _drop_the_old_guard()
    op.drop_table("occupancies")


def _create_table() -> None:
    of = {
        "organisation_id": "organisations",
        "user_id": "users",
        "place_id": "places",
        "interpreter_id": "interpreters",
    }
    op.create_table(
        "bookings",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        *(sa.Column(thing, sa.Integer(), nullable=True) for thing in THINGS),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(ONE_THING, name=op.f("ck_bookings_one_thing")),
        sa.CheckConstraint("lane >= 0", name=op.f("ck_bookings_lane")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_bookings_in_order")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_bookings_meeting_id"), ondelete="CASCADE"
        ),
        *(
            sa.ForeignKeyConstraint([thing], [f"{table}.id"], name=op.f(f"fk_bookings_{thing}"))
            for thing, table in of.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookings")),
    )
    op.create_index(op.f("ix_bookings_meeting_id"), "bookings", ["meeting_id"])
    for thing in THINGS:
        op.create_index(op.f(f"ix_bookings_{thing}_starts_at"), "bookings", [thing, "starts_at"])


def _write_times() -> None:
    """A meeting begins with its slot and ends with the last one that it takes of the slot's block."""
    connection = op.get_bind()
    blocks: dict[int, list[Any]] = defaultdict(list)
    where: dict[int, tuple[list[Any], int]] = {}
    for slot in connection.execute(sa.select(slots).order_by(slots.c.block_id, slots.c.starts_at)):
        where[slot.id] = blocks[slot.block_id], len(blocks[slot.block_id])
        blocks[slot.block_id].append(slot)
    there = sa.select(meetings.c.id, meetings.c.slot_id, meetings.c.length).where(meetings.c.slot_id.is_not(None))
    for meeting in connection.execute(there).all():
        block, first = where[meeting.slot_id]
        last = block[first : first + meeting.length][-1]
        times = {"starts_at": block[first].starts_at, "ends_at": last.ends_at}
        connection.execute(meetings.update().where(meetings.c.id == meeting.id).values(times))


def _exchange_checks(before: dict[str, str], after: dict[str, str]) -> None:
    with op.batch_alter_table("meetings") as batch:
        for name in before:
            batch.drop_constraint(batch.f(f"ck_meetings_{name}"), type_="check")
        for name, check in after.items():
            batch.create_check_constraint(batch.f(f"ck_meetings_{name}"), check)


def _taken() -> sa.Select[Any]:
    """Each thing that each meeting takes, once, in order of time. An interpreter with an account is that person."""
    person = sa.func.coalesce(occupancies.c.user_id, interpreters.c.user_id)
    begins = sa.func.min(slots.c.starts_at)
    unknown = sa.case((interpreters.c.user_id.is_(None), occupancies.c.interpreter_id))
    return (
        sa.select(
            occupancies.c.meeting_id,
            begins.label("starts_at"),
            sa.func.max(slots.c.ends_at).label("ends_at"),
            sa.func.min(occupancies.c.lane).label("lane"),
            registrations.c.organisation_id,
            person.label("user_id"),
            occupancies.c.place_id,
            unknown.label("interpreter_id"),
        )
        .join(slots, slots.c.id == occupancies.c.slot_id)
        .outerjoin(registrations, registrations.c.id == occupancies.c.registration_id)
        .outerjoin(interpreters, interpreters.c.id == occupancies.c.interpreter_id)
        .group_by(
            occupancies.c.meeting_id,
            registrations.c.organisation_id,
            person,
            occupancies.c.place_id,
            unknown,
        )
        .order_by(begins, occupancies.c.meeting_id)
    )


def _booked(taken: Iterable[Any]) -> list[dict[str, Any]]:
    """The bookings. A place's table stays; an organisation and a person take the first lane that is free, beyond what they
    can hold where two events have them at the same time: people were told so, and it isn't for us to decide between
    them."""
    rows = []
    lanes: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for found in taken:
        row = dict(found)
        thing = next(name for name in THINGS if row[name] is not None)
        if thing != "place_id":
            ends = lanes[thing, row[thing]]
            lane = next((number for number, end in enumerate(ends) if end <= row["starts_at"]), len(ends))
            ends[lane : lane + 1] = [row["ends_at"]]
            row["lane"] = lane
        rows.append(row)
    return rows


def _guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for moment in ("INSERT", "UPDATE"):
            op.execute(
                f"CREATE TRIGGER bookings_never_overlap_{moment.lower()} BEFORE {moment} ON bookings"
                f" WHEN EXISTS ({OVERLAP}) BEGIN SELECT RAISE(ABORT, 'bookings_never_overlap'); END"
            )
        for name, moment in (("insert", "INSERT"), ("update", "UPDATE OF lane, place_id")):
            op.execute(
                f"CREATE TRIGGER bookings_within_capacity_{name} BEFORE {moment} ON bookings"
                f" WHEN {BEYOND} BEGIN SELECT RAISE(ABORT, 'bookings_within_capacity'); END"
            )
        return
    for thing in THINGS:
        op.execute(
            f"ALTER TABLE bookings ADD CONSTRAINT bookings_never_overlap_{thing} EXCLUDE USING gist"
            f" ({thing} WITH =, lane WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE ({thing} IS NOT NULL)"
        )
    op.execute(
        "CREATE FUNCTION bookings_within_capacity() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {BEYOND} THEN RAISE EXCEPTION 'bookings_within_capacity' USING ERRCODE = 'check_violation'; END IF;"
        " RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER bookings_within_capacity BEFORE INSERT OR UPDATE OF lane, place_id ON bookings"
        " FOR EACH ROW EXECUTE FUNCTION bookings_within_capacity()"
    )


def _drop_the_old_guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for moment in ("insert", "update"):
            op.execute(f"DROP TRIGGER occupancies_within_capacity_{moment}")
        return
    op.execute("DROP TRIGGER occupancies_within_capacity ON occupancies")
    op.execute("DROP FUNCTION occupancies_within_capacity()")


BACK = """
INSERT INTO occupancies (meeting_id, slot_id, lane, registration_id, user_id, place_id, interpreter_id)
SELECT b.meeting_id, s.id, CASE WHEN b.user_id IS NULL THEN b.lane ELSE 0 END, r.id,
    CASE WHEN i.id IS NULL THEN b.user_id END, b.place_id, coalesce(b.interpreter_id, i.id)
FROM bookings b JOIN meetings m ON m.id = b.meeting_id JOIN slots first ON first.id = m.slot_id
JOIN slots s ON s.block_id = first.block_id AND s.starts_at >= m.starts_at AND s.ends_at <= m.ends_at
LEFT JOIN registrations r ON r.event_id = m.event_id AND r.organisation_id = b.organisation_id
LEFT JOIN interpreters i ON i.id = m.interpreter_id AND i.user_id = b.user_id
WHERE b.organisation_id IS NULL OR r.id IS NOT NULL
"""


def downgrade() -> None:
    _create_the_old_table()
    op.execute(BACK)
    _guard_as_before()
    op.drop_table("bookings")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION bookings_within_capacity()")
    _exchange_checks(AFTER, BEFORE)
    with op.batch_alter_table("meetings") as batch:
        batch.drop_index(batch.f("ix_meetings_starts_at"))
        batch.drop_column("starts_at")
        batch.drop_column("ends_at")


def _create_the_old_table() -> None:
    of = {
        "registration_id": "registrations",
        "user_id": "users",
        "place_id": "places",
        "interpreter_id": "interpreters",
    }
    one_thing = " + ".join(f"(CASE WHEN {thing} IS NULL THEN 0 ELSE 1 END)" for thing in of) + " = 1"
    person_once = "lane = 0 OR (user_id IS NULL AND interpreter_id IS NULL)"
    op.create_table(
        "occupancies",
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("meeting_id", "slot_id", "lane")),
        *(sa.Column(thing, sa.Integer(), nullable=True) for thing in of),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(one_thing, name=op.f("ck_occupancies_one_thing")),
        sa.CheckConstraint(person_once, name=op.f("ck_occupancies_one_person_one_lane")),
        sa.CheckConstraint("lane >= 0", name=op.f("ck_occupancies_lane")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_occupancies_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=op.f("fk_occupancies_slot_id")),
        *(
            sa.ForeignKeyConstraint([thing], [f"{table}.id"], name=op.f(f"fk_occupancies_{thing}"))
            for thing, table in of.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occupancies")),
        *(
            sa.UniqueConstraint("slot_id", thing, "lane", name=op.f(f"uq_occupancies_slot_id_{thing}_lane"))
            for thing in of
        ),
    )
    op.create_index(op.f("ix_occupancies_meeting_id"), "occupancies", ["meeting_id"])


def _guard_as_before() -> None:
    beyond = (
        "NEW.lane >= coalesce((SELECT capacity FROM registrations WHERE id = NEW.registration_id),"
        " (SELECT capacity FROM places WHERE id = NEW.place_id), 1)"
    )
    name = "occupancies_within_capacity"
    if op.get_bind().dialect.name == "sqlite":
        for moment in ("INSERT", "UPDATE"):
            op.execute(
                f"CREATE TRIGGER {name}_{moment.lower()} BEFORE {moment} ON occupancies WHEN {beyond}"
                f" BEGIN SELECT RAISE(ABORT, '{name}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {beyond} THEN"
        f" RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON occupancies FOR EACH ROW EXECUTE FUNCTION {name}()")
