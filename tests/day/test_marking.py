"""One tap says who came; what a meeting came to follows from its sides."""

from datetime import timedelta
from typing import Any

import pytest

from rbc_events.database import db
from rbc_events.meetings import recording
from rbc_events.meetings.marking import EARLY, Came, Mark, MarkedMeanwhile, came_of, mark_person, mark_side
from rbc_events.meetings.models import Meeting, MeetingState
from tests.factories import make_delegate
from tests.world import World

MINUTE = timedelta(minutes=1)


class Taps:
    """Staff at a table, so many minutes after a meeting has begun."""

    def __init__(self, world: World, meeting: Meeting) -> None:
        self.meeting, self.actor = meeting, world.people["coordinator"]
        self.first, self.second = meeting.parties

    def tap(self, party: Any, came: Came, *, after: int = 0, was: Came | None = None, person: Any = None) -> None:
        now = self.meeting.starts_at + after * MINUTE
        if person is None:
            mark_side(party, Mark(came, came_of(party) if was is None else was), actor=self.actor, now=now)
        else:
            stood = next((came_of(row) for row in party.seen if row.delegate is person), Came.UNKNOWN)
            mark_person(party, person, Mark(came, stood if was is None else was), actor=self.actor, now=now)


@pytest.fixture
def taps(world: World, meeting: Meeting) -> Taps:
    return Taps(world, meeting)


def test_a_meeting_is_held_once_every_side_has_come(taps: Taps) -> None:
    taps.tap(taps.first, Came.PRESENT)
    assert (taps.meeting.state, taps.meeting.recorded_at) == (MeetingState.SCHEDULED, None)
    taps.tap(taps.second, Came.PRESENT)
    assert taps.meeting.state == MeetingState.HELD
    assert taps.meeting.recorded_by_id == taps.actor.id


def test_a_side_that_stays_away_makes_a_no_show(taps: Taps) -> None:
    taps.tap(taps.first, Came.ABSENT)
    assert taps.meeting.state == MeetingState.NO_SHOW


def test_who_is_late_is_so_by_the_minutes_that_the_meeting_goes_on(taps: Taps) -> None:
    taps.tap(taps.first, Came.LATE, after=7)
    assert (came_of(taps.first), taps.first.minutes_late) == (Came.LATE, 7)
    taps.tap(taps.second, Came.LATE)
    assert taps.second.minutes_late == 1
    assert taps.meeting.state == MeetingState.HELD


def test_a_mark_taken_back_leaves_the_meeting_as_it_was(taps: Taps) -> None:
    for party in (taps.first, taps.second):
        taps.tap(party, Came.PRESENT)
    taps.tap(taps.second, Came.UNKNOWN)
    assert came_of(taps.second) == Came.UNKNOWN
    assert (taps.meeting.state, taps.meeting.recorded_at) == (MeetingState.SCHEDULED, None)


def test_of_two_who_tap_the_second_is_told_what_stands(taps: Taps) -> None:
    taps.tap(taps.first, Came.ABSENT, was=Came.UNKNOWN)
    with pytest.raises(MarkedMeanwhile):
        taps.tap(taps.first, Came.PRESENT, was=Came.UNKNOWN)
    taps.tap(taps.first, Came.ABSENT, was=Came.UNKNOWN)  # both have seen the same
    assert came_of(taps.first) == Came.ABSENT


def test_who_comes_early_is_marked_and_nobody_is_late_or_absent_before_it_begins(taps: Taps) -> None:
    early = -int(EARLY / MINUTE)
    for came in (Came.LATE, Came.ABSENT):
        with pytest.raises(recording.NotYetHeld):
            taps.tap(taps.first, came, after=-1)
    with pytest.raises(recording.NotYetHeld):
        taps.tap(taps.first, Came.PRESENT, after=early - 1)
    taps.tap(taps.first, Came.PRESENT, after=early)
    assert came_of(taps.first) == Came.PRESENT


def test_what_was_called_off_is_not_marked(world: World, taps: Taps) -> None:
    actor = world.people["coordinator"]
    before = taps.meeting.starts_at - timedelta(days=1)
    starts_at = taps.meeting.starts_at
    recording.cancel_meeting(taps.meeting, actor=actor, now=before, reason="ill")
    with pytest.raises(recording.NotOn):
        mark_side(taps.first, Mark(Came.PRESENT, Came.UNKNOWN), actor=actor, now=starts_at)


def test_a_side_has_come_with_the_first_of_its_people_and_is_absent_with_the_last(taps: Taps) -> None:
    one, other = taps.first.registration.delegates[0], make_delegate(taps.first.registration)
    db.session.refresh(taps.first.registration)
    taps.tap(taps.first, Came.ABSENT, person=one, after=3)
    assert came_of(taps.first) == Came.UNKNOWN
    taps.tap(taps.first, Came.ABSENT, person=other, after=3)
    assert (came_of(taps.first), taps.meeting.state) == (Came.ABSENT, MeetingState.NO_SHOW)
    taps.tap(taps.first, Came.LATE, person=other, after=5)
    assert (came_of(taps.first), taps.first.minutes_late) == (Came.LATE, 5)
    for person in (one, other):
        taps.tap(taps.first, Came.UNKNOWN, person=person)
    assert (came_of(taps.first), taps.meeting.state) == (Came.UNKNOWN, MeetingState.SCHEDULED)
