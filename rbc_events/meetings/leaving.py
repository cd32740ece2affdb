"""What becomes of requests and meetings when an organisation leaves: a `registration.life.Consequence`."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, or_, select

from rbc_events.accounts.models import User
from rbc_events.database import db
from rbc_events.events.operations import touch
from rbc_events.i18n import LANGUAGES, in_language, plain
from rbc_events.meetings import bookings, queries, recording, request_mails
from rbc_events.meetings.models import OPEN, Meeting, MeetingParty, MeetingRequest, RequestParty, RequestState
from rbc_events.registration.life import Meetings
from rbc_events.registration.models import Registration


def foresee(side: Registration, meetings: Meetings, now: datetime) -> list[str]:
    if meetings == Meetings.UNTOUCHED:
        return []
    to_come, waiting = _to_come(side, now), _waiting(side)
    told = sum(1 for meeting in to_come if meeting.published_starts_at is not None)
    return [line for line in _sentences(meetings, told, len(to_come) - told, len(waiting)) if line]


def _sentences(meetings: Meetings, told: int, untold: int, waiting: int) -> list[str]:
    if meetings == Meetings.STAND:
        return [
            ngettext(
                "%(num)d meeting stands; the home page shows it to the coordinators until it is called off or the "
                "organisation takes part again.",
                "%(num)d meetings stand; the home page shows them to the coordinators until they are called off or the "
                "organisation takes part again.",
                told + untold,
            )
            if told + untold
            else ""
        ]
    return [
        ngettext(
            "%(num)d published meeting is called off at once: everybody who has it in their calendar gets a "
            "cancellation.",
            "%(num)d published meetings are called off at once: everybody who has them in their calendar gets a "
            "cancellation.",
            told,
        )
        if told
        else "",
        ngettext(
            "%(num)d agreed meeting that isn't published yet is called off; the other side is told by mail.",
            "%(num)d agreed meetings that aren't published yet are called off; the other sides are told by mail.",
            untold,
        )
        if untold
        else "",
        ngettext(
            "%(num)d open request is closed; the other side is told by mail if it knows of it.",
            "%(num)d open requests are closed; the other sides are told by mail if they know of them.",
            waiting,
        )
        if waiting
        else "",
    ]


def carry_out(side: Registration, meetings: Meetings, *, actor: User | None, now: datetime) -> None:
    if meetings != Meetings.CALLED_OFF:
        return
    for request in _waiting(side):
        request.state, request.pair, request.closed_at = RequestState.WITHDRAWN, None, now
        db.session.flush()
        request_mails.announce_withdrawal(request, queries.party_of(request, side), now=now)
    to_come = _to_come(side, now)
    if to_come:
        touch(side.event)  # before the parties, as whoever places a meeting does
        bookings.hold_parties(to_come)
    for meeting in to_come:
        known = meeting.published_starts_at is not None
        recording.cancel_meeting(meeting, actor=actor, now=now, reason=_reason(side))
        if not known and meeting.request is not None:
            request_mails.announce_withdrawal(meeting.request, queries.party_of(meeting.request, side), now=now)


def _reason(side: Registration) -> str:
    """In both languages: it is kept with the meeting, and goes to people of either."""
    said = []
    for language in LANGUAGES:
        with in_language(language):
            said.append(
                _("%(organisation)s no longer takes part in the event.", organisation=plain(side.organisation.name))
            )
    return "\n".join(said)


def _waiting(side: Registration) -> Sequence[MeetingRequest]:
    """The requests that wait for an answer, of this side or of the other one."""
    of_side = MeetingRequest.parties.any(RequestParty.registration_id == side.id)
    wanted = select(MeetingRequest).where(of_side, MeetingRequest.state == RequestState.PENDING)
    return db.session.scalars(wanted.order_by(MeetingRequest.id)).all()


def _to_come(side: Registration, now: datetime) -> Sequence[Meeting]:
    """The open meetings that haven't begun."""
    of_side = MeetingParty.registration_id == side.id
    return queries.meeting_with_all(Meeting.parties.any(of_side), *to_come(now))


def to_come(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Meetings that are on and haven't begun, neither by what participants were told nor by the working timetable."""
    later = or_(Meeting.published_starts_at.is_(None), Meeting.published_starts_at > now)
    return Meeting.state.in_(OPEN), later, or_(Meeting.starts_at.is_(None), Meeting.starts_at > now)
