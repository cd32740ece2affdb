"""What becomes of requests and meetings where two registrations of one organisation become one."""

from flask_babel import gettext as _
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import selectinload

from rbc_events.database import db
from rbc_events.events.operations import touch
from rbc_events.i18n import LANGUAGES, in_language
from rbc_events.meetings.bookings import hold_parties, overlapping
from rbc_events.meetings.models import (
    Booking,
    Feed,
    FeedScope,
    Meeting,
    MeetingParty,
    MeetingRequest,
    RequestParty,
    RequestState,
    Veto,
)
from rbc_events.meetings.queries import open_request, pair_of
from rbc_events.meetings.recording import cancel_meeting, may_be_called_off, take_off
from rbc_events.registration.joining import Joining, joins_registrations
from rbc_events.registration.models import Registration


@joins_registrations
def join_meetings(left: Registration, kept: Registration, joining: Joining) -> None:
    """Hand requests and meetings over. With one and the same other side one request stays, that with the meeting."""
    parties = db.session.scalars(select(MeetingParty).where(MeetingParty.registration_id == left.id)).all()
    if parties:
        touch(left.event)  # before the parties, as whoever places a meeting does
        hold_parties([party.meeting for party in parties], sides=[kept])
    for request in _requests_of(left):
        _hand_over_request(request, left, kept, joining)
    for party in parties:
        _hand_over_meeting(party, left, kept)
    # Neither wishes not to meet itself; other vetoes go over with whatever refers to a registration.
    between = (Veto.registration_id == left.id) & (Veto.vetoed_id == kept.id)
    back = (Veto.registration_id == kept.id) & (Veto.vetoed_id == left.id)
    db.session.execute(delete(Veto).where(or_(between, back)))
    _hand_over_feeds(left, kept, joining)


def _requests_of(left: Registration) -> list[MeetingRequest]:
    of_left = MeetingRequest.parties.any(RequestParty.registration_id == left.id)
    rows = select(MeetingRequest).where(of_left).options(selectinload(MeetingRequest.parties))
    return list(db.session.scalars(rows.order_by(MeetingRequest.id)))


def _hand_over_request(request: MeetingRequest, left: Registration, kept: Registration, joining: Joining) -> None:
    others = [party.registration for party in request.parties if party.registration_id != left.id]
    if kept in others:
        _close(request, joining)
        return
    there = open_request(kept, others[0]) if request.pair is not None and others else None
    if there is not None:
        weaker = request.state == RequestState.MUTUAL and there.state == RequestState.PENDING
        _close(there if weaker else request, joining)
    for party in request.parties:
        if party.registration_id == left.id:
            party.registration = kept
    if request.asked_by_id == left.id:
        request.asked_by = kept
    if request.pair is not None:
        request.pair = pair_of(kept, others[0])
    db.session.flush()


def _close(request: MeetingRequest, joining: Joining) -> None:
    """Call a request off, with its meeting where that is still to come; who holds the meeting is told."""
    meeting = request.meeting
    if meeting is not None and may_be_called_off(meeting, now=joining.now):
        cancel_meeting(meeting, actor=joining.actor, now=joining.now, reason=_reason())
    elif request.pair is not None:
        request.state, request.pair, request.closed_at = RequestState.WITHDRAWN, None, joining.now
    db.session.flush()


def _reason() -> str:
    """In both languages: it is kept with the meeting, and goes to people of either."""
    said = []
    for language in LANGUAGES:
        with in_language(language):
            said.append(_("An organisation was registered twice; of two meetings with one partner one stays."))
    return "\n".join(said)


def _hand_over_meeting(party: MeetingParty, left: Registration, kept: Registration) -> None:
    meeting = party.meeting
    if any(each.registration_id == kept.id for each in meeting.parties):
        return  # between the two: it was called off, or belongs to the past
    if not _takes_lanes(meeting, left, kept) and meeting.open:
        take_off(meeting)
    party.registration = kept
    db.session.flush()


def _takes_lanes(meeting: Meeting, left: Registration, kept: Registration) -> bool:
    """Let the meeting take time of the registration that stays; False, and nothing taken, where it has none left."""
    if left.organisation_id == kept.organisation_id:
        return True
    for row in [each for each in meeting.bookings if each.organisation_id == left.organisation_id]:
        then = overlapping(row.starts_at, row.ends_at) & (Booking.organisation_id == kept.organisation_id)
        free = set(range(kept.capacity)) - set(db.session.scalars(select(Booking.lane).where(then)))
        if not free:
            return False
        row.organisation_id, row.lane = kept.organisation_id, min(free)
    db.session.flush()
    return True


def _hand_over_feeds(left: Registration, kept: Registration, joining: Joining) -> None:
    """Private calendar addresses go on showing what they showed."""
    moved = [(FeedScope.ORGANISATION, left.id, kept.id)]
    moved += [(FeedScope.DELEGATE, old, new) for old, new in joining.people.items()]
    for scope, old, new in moved:
        of_left = (Feed.event_id == left.event_id) & (Feed.scope == scope) & (Feed.subject_id == old)
        db.session.execute(update(Feed).where(of_left).values(subject_id=new))
