"""The sample seasons that are over: their meetings at clock times, week by week, where both sides' hours meet."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from sqlalchemy import func, select

from rbc_events.accounts.models import User
from rbc_events.database import db
from rbc_events.errors import Conflict
from rbc_events.events.models import Event, Shape
from rbc_events.meetings.models import Interpreter, Meeting, MeetingState
from rbc_events.registration.models import Registration, RegistrationState
from rbc_events.samples.timetables import record_held
from rbc_events.scheduling.clock_times import place_meetings
from rbc_events.seasons.batch import NothingToPut, Where, apply_batch, read_batch
from rbc_events.seasons.free_times import JAPAN, set_hours
from rbc_events.seasons.hours import DAY, Hours, days
from rbc_events.seasons.week import monday_of
from rbc_events.timetable import publishing
from rbc_events.timetable.own_times import set_own_time
from rbc_events.timetable.problem import interpreters_of

LENGTH = timedelta(minutes=45)
WEEKS = 14
"""Over so many of the season's weeks the meetings are spread; what finds no place in its week goes into the next."""
SECONDS = 2
JAPANESE_HOURS, FOREIGN_HOURS = (time(9), time(19)), (time(7), time(20))


def hold_seasons(actor: User, *, now: datetime) -> None:
    """For every season that is over and has agreed meetings and no slots."""
    seasons = select(Event).where(Event.shape == Shape.SEASON, ~Event.slots.any(), Event.ends_on < now.date())
    for event in db.session.scalars(seasons.order_by(Event.id)).all():
        _say_hours(event)
        _hold(event)
        publishing.publish(event, now=now, revision=event.revision)
        record_held(event, actor, now)


def _say_hours(event: Event) -> None:
    taking_part = (Registration.event_id == event.id, Registration.state == RegistrationState.APPROVED)
    for side in db.session.scalars(select(Registration).where(*taking_part)).all():
        country = side.organisation.country
        begins, ends = JAPANESE_HOURS if country == JAPAN else FOREIGN_HOURS
        zone = side.organisation.profile.time_zone or event.time_zone
        off = days(date(2021, 12, 29), date(2022, 1, 3)) if country == JAPAN else ()
        hours = Hours(zone, country, [(weekday, begins, ends) for weekday in range(5)], frozenset(off))
        set_hours(None, hours, event=event, side=side)


def _hold(event: Event) -> None:
    """From the first whole week of the month after the pitch day on, as its coordinators would have done then."""
    assert event.pitch_on is not None  # noqa: S101 - a sample season has one
    assert event.ends_on is not None  # noqa: S101 - likewise
    agreed = (Meeting.event_id == event.id, Meeting.state == MeetingState.AGREED)
    number = db.session.scalar(select(func.count()).select_from(Meeting).where(*agreed)) or 0
    where = Where(LENGTH, "オンライン / Online", f"https://meet.example/{event.key}-{{number}}")
    monday = monday_of(event.pitch_on.replace(day=1) + relativedelta(months=1) + 6 * DAY)
    while monday <= event.ends_on:
        then = datetime.combine(monday - DAY, time(0), event.zone)
        try:
            batch = read_batch(event, monday, LENGTH, now=then, most=-(-number // WEEKS))
        except NothingToPut:
            return
        placed = place_meetings(batch.wanted, batch.things, seconds=SECONDS)
        apply_batch(event, batch, placed, where, now=then)
        _interpret(event, placed.starts, then)
        monday += 7 * DAY


def _interpret(event: Event, placed: Mapping[int, int], then: datetime) -> None:
    """Give each meeting that needs one an interpreter who is free."""
    for number in placed:
        meeting = db.session.get_one(Meeting, number)
        if meeting.needs_interpreter:
            any(_interprets(meeting, person, then) for person in interpreters_of(event))


def _interprets(meeting: Meeting, person: Interpreter, then: datetime) -> bool:
    assert meeting.starts_at is not None  # noqa: S101 - it has just been placed
    assert meeting.ends_at is not None  # noqa: S101 - likewise
    try:
        with db.session.begin_nested():
            set_own_time(
                meeting,
                starts_at=meeting.starts_at,
                ends_at=meeting.ends_at,
                own_place=meeting.own_place,
                own_link=meeting.own_link,
                interpreter=person,
                now=then,
            )
    except Conflict:
        return False
    return True
