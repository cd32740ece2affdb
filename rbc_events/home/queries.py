"""What the first page tells each person: what waits for them, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from rbc_events.accounts.models import User
from rbc_events.application import absolute_url
from rbc_events.cases.models import SupportCase
from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.events.queries import is_over, viewed_events
from rbc_events.events.waiting import Waiting, for_staff
from rbc_events.meetings.models import (
    Interpreter,
    Meeting,
    MeetingParty,
    MeetingRequest,
    MeetingState,
    PartyAnswer,
    RequestParty,
    RequestState,
)
from rbc_events.registration.access import acted_for
from rbc_events.registration.models import Registration
from rbc_events.registration.participation import taking_part


@dataclass(frozen=True)
class EventWork:
    """What waits for staff at one event, with how many there are of it."""

    event: Event
    numbers: Sequence[tuple[Waiting, int]]

    @property
    def waits(self) -> bool:
        return any(waiting.is_work for waiting, _number in self.numbers)


@dataclass(frozen=True)
class Participation:
    """One registration of the person's organisation, with what waits for them."""

    registration: Registration
    to_answer: int
    meetings: int


def work_of(actor: Any, *, today: date, now: datetime) -> list[EventWork]:
    """The events that staff work on and that aren't over: as many queries however many events."""
    events = [event for event in viewed_events(actor) if not is_over(event, today)]
    ids = [event.id for event in events]
    counts = [(waiting, waiting.count(ids, now)) for waiting in for_staff]
    return [EventWork(event, [(each, n[event.id]) for each, n in counts if n.get(event.id)]) for event in events]


def participations_of(user: User, *, today: date) -> list[Participation]:
    """The registrations that a person has a part in: those of events to come, the next one first, then past ones."""
    registrations = db.session.scalars(
        select(Registration)
        .join(Registration.event)
        .where(acted_for(user))
        .options(joinedload(Registration.organisation), joinedload(Registration.event).joinedload(Event.programme))
        .order_by(Event.starts_on.desc(), Registration.id)
    ).all()
    to_come = [row for row in registrations if not is_over(row.event, today)]
    past = [row for row in registrations if is_over(row.event, today)]
    registrations = [*reversed(to_come), *past]
    ids = [registration.id for registration in registrations]
    waiting, meetings = _to_answer(ids), _published_meetings(ids)
    return [Participation(row, waiting.get(row.id, 0), meetings.get(row.id, 0)) for row in registrations]


def next_event(user: User, *, today: date) -> Event | None:
    """The event at which the person takes part next."""
    own = (
        select(Event)
        .join(Registration, Registration.event_id == Event.id)
        .where(taking_part(), acted_for(user))
        .options(joinedload(Event.programme))
        .order_by(Event.starts_on)
    )
    return next((event for event in db.session.scalars(own) if not is_over(event, today)), None)


def _to_answer(registration_ids: Sequence[int]) -> dict[Any, int]:
    statement = (
        select(RequestParty.registration_id, func.count())
        .join(RequestParty.request)
        .where(
            RequestParty.registration_id.in_(registration_ids),
            RequestParty.answer == PartyAnswer.PENDING,
            MeetingRequest.state == RequestState.PENDING,
        )
        .group_by(RequestParty.registration_id)
    )
    return dict(db.session.execute(statement).all())


def _published_meetings(registration_ids: Sequence[int]) -> dict[Any, int]:
    statement = (
        select(MeetingParty.registration_id, func.count())
        .join(MeetingParty.meeting)
        .where(
            MeetingParty.registration_id.in_(registration_ids),
            Meeting.published_starts_at.is_not(None),
            Meeting.state == MeetingState.SCHEDULED,
        )
        .group_by(MeetingParty.registration_id)
    )
    return dict(db.session.execute(statement).all())


def interpreting(user: User) -> Sequence[Event]:
    """The events at which a person interprets."""
    return db.session.scalars(
        select(Event).join(Interpreter).where(Interpreter.user_id == user.id).order_by(Event.starts_on.desc())
    ).all()


def public_addresses() -> list[str]:
    """Every page that is for everybody, once."""
    events = db.session.scalars(select(Event).where(Event.visible).options(joinedload(Event.programme))).all()
    cases = db.session.scalars(select(SupportCase.key).where(SupportCase.published_at.is_not(None))).all()
    pages = [absolute_url(endpoint) for endpoint in ("home.index", "events.index", "cases.index")]
    pages += [absolute_url("events.notice", kind=kind) for kind in ("privacy", "imprint")]
    programmes = sorted({event.programme.key for event in events})
    pages += [absolute_url("events.programme", key=key) for key in programmes]
    pages += [absolute_url(page, key=event.key) for event in events for page in ("events.show", "directory.index")]
    return pages + [absolute_url("cases.show", key=key) for key in cases]
