"""Timetables from before bookings keep everything, also where two events have somebody at the same time."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import update

from rbc_events.database import db
from rbc_events.events.models import Slot
from rbc_events.meetings.models import Booking, Meeting
from rbc_events.migrating import migrate
from rbc_events.timetable.board import Board
from rbc_events.timetable.operations import place_meeting
from tests import factories
from tests.factories import NOW
from tests.timetable.makers import make_conference, make_interpreter

pytestmark = pytest.mark.slow


def two_published_at_once(app: Flask) -> tuple[int, int]:
    """Two meetings of one organisation and one interpreter, at two events, told for the same time; on a database of
    before."""
    conference = make_conference(organisations=3)
    other = make_conference(organisations=0)
    other.sides = [factories.make_registration(other.event, side.organisation) for side in conference.sides]
    account, meetings = factories.make_user(), []
    for each, slot, partner in ((conference, 0, 1), (other, 2, 2)):
        person = make_interpreter(each.event, email=account.email, user_id=account.id)
        meeting = each.agree(0, partner)
        meeting.length = 2
        place_meeting(meeting, slot=each.event.slots[slot], place=each.event.places[0], now=NOW, interpreter=person)
        meetings.append(meeting)
    numbers = meetings[0].id, meetings[1].id
    first, second = conference.event.slots[0], other.event.slots[2]
    slots = {slot.id: slot.starts_at - (second.starts_at - first.starts_at) for slot in other.event.slots}
    db.session.commit()
    db.session.remove()
    migrate.init_app(app, db)
    downgrade(revision="0021")
    for number, starts_at in sorted(slots.items()):
        row = update(Slot).where(Slot.id == number)
        db.session.execute(row.values(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30)))
    db.session.commit()
    db.session.remove()
    return numbers


def test_both_meetings_stay_where_people_were_told(shared: Flask, tmp_path: Path) -> None:
    numbers = two_published_at_once(shared)
    upgrade()
    meetings = [db.session.get_one(Meeting, number) for number in numbers]
    assert meetings[0].starts_at == meetings[1].starts_at
    for meeting in meetings:
        slots = meeting.slot.block.slots
        taken = slots[slots.index(meeting.slot) : slots.index(meeting.slot) + 2]
        assert (meeting.starts_at, meeting.ends_at) == (taken[0].starts_at, taken[1].ends_at)
        assert {(row.starts_at, row.ends_at) for row in meeting.bookings} == {(meeting.starts_at, meeting.ends_at)}
        assert len(meeting.bookings) == 4
    lanes: dict[Any, set[int]] = {}
    for row in db.session.query(Booking):
        lanes.setdefault((row.organisation_id, row.user_id, row.place_id), set()).add(row.lane)
    assert sorted(map(sorted, lanes.values())) == [[0], [0], [0], [0], [0, 1], [0, 1]]


def test_what_two_events_have_at_once_is_said_and_can_be_moved_apart(shared: Flask, tmp_path: Path) -> None:
    numbers = two_published_at_once(shared)
    upgrade()
    meeting = db.session.get_one(Meeting, numbers[1])
    event = meeting.event
    blocked = Board(event, now=NOW).blocked(f"m{meeting.id}")
    assert "elsewhere" in {reason.code for reason in blocked[f"s{meeting.slot_id}"]}
    free = next(slot for slot in event.slots if not blocked[f"s{slot.id}"])
    place_meeting(meeting, slot=free, place=event.places[0], now=NOW)
    assert {row.lane for row in meeting.bookings} == {0}
