"""Moving a meeting to the time that somebody asks for, by one click."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.meetings import calendar_invitations
from rbc_events.meetings.answers import Given, take_answer
from rbc_events.meetings.changes import Change, ChangeKind, told
from rbc_events.meetings.models import CalendarAnswer, CalendarEntry, Meeting
from rbc_events.registration.models import Unavailability
from rbc_events.timetable.operations import DoesNotFit, place_meeting
from rbc_events.timetable.proposals import NoSlot, move_to_proposal
from tests.factories import NOW, make_user
from tests.timetable.makers import Conference, make_conference


@pytest.fixture
def conference(app: Any) -> Conference:
    return make_conference()


@pytest.fixture
def meeting(conference: Conference) -> Meeting:
    """A meeting in the first slot at the first place, of which both sides were told."""
    meeting = conference.agree(0, 1)
    event = conference.event
    place_meeting(meeting, slot=event.slots[0], place=event.places[0], now=NOW)
    meeting.published_starts_at, meeting.published_ends_at = event.slots[0].starts_at, event.slots[0].ends_at
    meeting.published_place, meeting.published_at = event.places[0], NOW
    calendar_invitations.send(event, [Change(meeting, ChangeKind.NEW, None, told(meeting), "")], now=NOW)
    db.session.commit()
    return meeting


def proposal(meeting: Meeting, slot: int, minutes: int = 0) -> CalendarEntry:
    entry = db.session.scalars(select(CalendarEntry).where(CalendarEntry.meeting_id == meeting.id)).first()
    assert entry is not None
    starts_at = meeting.event.slots[slot].starts_at + timedelta(minutes=minutes)
    take_answer(entry, Given(answer=CalendarAnswer.COUNTER, sequence=0, stamp=NOW, starts_at=starts_at), now=NOW)
    db.session.commit()
    return entry


def test_the_meeting_moves_there_and_keeps_its_place(meeting: Meeting) -> None:
    entry = proposal(meeting, 2)
    place = meeting.place
    move_to_proposal(entry, now=NOW)
    assert (meeting.starts_at, meeting.place) == (meeting.event.slots[2].starts_at, place)
    assert entry.settled_at == NOW


def test_it_takes_another_place_where_its_own_is_taken(conference: Conference, meeting: Meeting) -> None:
    event = conference.event
    place_meeting(conference.agree(2, 3), slot=event.slots[2], place=event.places[0], now=NOW)
    db.session.commit()
    move_to_proposal(proposal(meeting, 2), now=NOW)
    assert (meeting.starts_at, meeting.place) == (event.slots[2].starts_at, event.places[1])


def test_it_stays_where_a_rule_would_be_broken(conference: Conference, meeting: Meeting) -> None:
    entry = proposal(meeting, 2)
    conference.sides[1].unavailable.append(Unavailability(slot_id=conference.event.slots[2].id))
    db.session.commit()
    with pytest.raises(DoesNotFit):
        move_to_proposal(entry, now=NOW)
    db.session.rollback()
    assert meeting.starts_at == conference.event.slots[0].starts_at
    assert entry.settled_at is None


def test_a_time_between_the_slots_is_none(meeting: Meeting) -> None:
    with pytest.raises(NoSlot):
        move_to_proposal(proposal(meeting, 2, minutes=5), now=NOW)


def test_one_click_in_the_ledger_moves_it_or_says_why_not(
    conference: Conference, meeting: Meeting, sign_in: Any
) -> None:
    event = conference.event
    entry = proposal(meeting, 2)
    conference.sides[1].unavailable.append(Unavailability(slot_id=event.slots[2].id))
    staff = sign_in(make_user(Role.HEADQUARTERS))
    db.session.commit()
    move = f"/manage/events/{event.key}/answers/{entry.id}/move"
    ledger = f"/manage/events/{event.key}/invitations?show=declined"
    assert move in staff.get(ledger).text
    assert staff.post(move).status_code == 302
    assert "The meeting stays where it is:" in staff.get(ledger).text
    conference.sides[1].unavailable.clear()
    db.session.commit()
    staff.post(move)
    assert "The meeting has been moved." in staff.get(ledger).text
    assert meeting.starts_at == event.slots[2].starts_at
