"""Two organisations that are one: their bookings are one organisation's, which is in one meeting at a time."""

from typing import Any

import pytest

from rbc_events.database import db
from rbc_events.meetings.merging import BothMeet
from rbc_events.meetings.models import Booking, MeetingState
from rbc_events.registration.duplicates import merge
from rbc_events.timetable.operations import place_meeting
from tests.factories import NOW
from tests.timetable.makers import Conference, make_conference


def at_the_same_time(*, slot: int = 0) -> tuple[Conference, Conference]:
    """Two events, each with a meeting of its first organisation; the second one's is in `slot`."""
    conferences = make_conference(), make_conference()
    for number, each in zip((0, slot), conferences, strict=True):
        place_meeting(each.agree(0, 1), slot=each.event.slots[number], place=each.event.places[0], now=NOW)
    return conferences


def test_meetings_at_different_times_are_all_the_ones_that_stays(app: Any) -> None:
    one, other = at_the_same_time(slot=1)
    kept, double = one.sides[0].organisation, other.sides[0].organisation
    merge(double, kept)
    assert len(db.session.query(Booking).filter_by(organisation_id=kept.id).all()) == 2


def test_organisations_that_meet_at_the_same_time_are_not_merged_before_one_is_moved(app: Any) -> None:
    one, other = at_the_same_time()
    with pytest.raises(BothMeet):
        merge(other.sides[0].organisation, one.sides[0].organisation)


def test_what_was_held_at_the_same_time_stands_in_nobodys_way(app: Any) -> None:
    one, other = at_the_same_time()
    kept, double = one.sides[0].organisation, other.sides[0].organisation
    [booking] = db.session.query(Booking).filter_by(organisation_id=double.id)
    booking.meeting.state = MeetingState.HELD
    db.session.flush()
    merge(double, kept)
    assert len(db.session.query(Booking).filter_by(organisation_id=kept.id).all()) == 1
    assert booking.meeting.parties[0].registration.organisation_id == kept.id
