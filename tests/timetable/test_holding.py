"""Whoever frees or moves a meeting holds its parties first: another event may be giving its bookings other lanes."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from sqlalchemy import event

from rbc_events.database import db
from rbc_events.meetings import bookings
from rbc_events.meetings.joining import join_meetings
from rbc_events.meetings.leaving import carry_out
from rbc_events.meetings.models import Meeting
from rbc_events.meetings.recording import cancel_meeting
from rbc_events.registration.joining import Joining
from rbc_events.registration.life import Meetings
from rbc_events.timetable.applying import apply_run
from rbc_events.timetable.operations import place_meeting, remove_meeting
from tests.factories import NOW
from tests.timetable.makers import Conference, make_conference
from tests.timetable.test_own_times import at
from tests.timetable.test_races import planned

Act = Callable[[Conference, Meeting], None]


def remove(_conference: Conference, meeting: Meeting) -> None:
    remove_meeting(meeting)


def cancel(_conference: Conference, meeting: Meeting) -> None:
    cancel_meeting(meeting, actor=None, now=NOW, reason="ill")


def leave(conference: Conference, _meeting: Meeting) -> None:
    carry_out(conference.sides[0], Meetings.CALLED_OFF, actor=None, now=NOW)


def join(conference: Conference, _meeting: Meeting) -> None:
    kept = conference.sides[2]
    join_meetings(conference.sides[0], kept, Joining(actor=conference.coordinator, now=NOW, people={}))


def apply(conference: Conference, _meeting: Meeting) -> None:
    apply_run(planned(conference), actor=conference.coordinator, now=NOW)


def place(conference: Conference, meeting: Meeting) -> None:
    place_meeting(meeting, slot=conference.event.slots[1], place=conference.event.places[0], now=NOW)


@pytest.fixture
def happened(app: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What is done to bookings, in order: the organisations that are held, and the rows that are freed or moved."""
    done: list[Any] = []
    hold = bookings.hold

    def note_hold(organisations: Iterable[int], people: Iterable[int]) -> None:
        done.append(set(organisations))
        hold(organisations, people)

    def note_statement(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith(("DELETE FROM bookings", "UPDATE bookings")):
            done.append("freed")

    monkeypatch.setattr(bookings, "hold", note_hold)
    event.listen(db.engine, "before_cursor_execute", note_statement)
    yield done
    event.remove(db.engine, "before_cursor_execute", note_statement)


ACTS = (remove, cancel, leave, join, place)  # a run leaves meetings at times of their own where they are


@pytest.mark.parametrize(("act", "own_time"), [(apply, False), *((act, own) for act in ACTS for own in (False, True))])
def test_the_parties_are_held_before_a_booking_is_freed(act: Act, own_time: bool, happened: list[Any]) -> None:
    conference = make_conference()
    meeting = conference.agree(0, 1)
    if own_time:
        at(conference, meeting, 600)
    else:
        place_meeting(meeting, slot=conference.event.slots[0], place=conference.event.places[0], now=NOW)
    db.session.flush()
    happened.clear()
    act(conference, meeting)
    assert "freed" in happened
    first = happened[0]
    assert first != "freed"
    assert first >= {side.organisation_id for side in conference.sides[:2]}
