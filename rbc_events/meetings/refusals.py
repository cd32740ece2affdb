"""Why a meeting request is refused, and the checks that every request goes through."""

from datetime import datetime
from itertools import permutations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from rbc_events.database import db
from rbc_events.errors import Closed, Conflict, Unacceptable
from rbc_events.events.models import Event
from rbc_events.events.queries import is_over, requests_are_open
from rbc_events.i18n import plain
from rbc_events.meetings.models import MeetingRequest, PartyAnswer, RequestParty, RequestState
from rbc_events.meetings.queries import has_vetoed, open_count
from rbc_events.registration.models import Registration
from rbc_events.registration.pairing import may_meet
from rbc_events.registration.participation import may_be_met, takes_part


class RequestsClosed(Closed):
    message = _l("Meeting requests for this event are closed.")


class EventOver(Closed):
    message = _l("This event is over.")


class NotTakingPart(Unacceptable):
    message = _l("Only organisations that have been approved for this event can meet here.")


class NotAgreed(Unacceptable):
    """One side has not agreed to be seen by the participants."""


class KeptApart(Unacceptable):
    message = _l("By the rules of this event these two organisations don't meet each other.")


class OwnOrganisation(Unacceptable):
    message = _l("An organisation can't ask to meet itself.")


class AlreadyAsked(Conflict):
    message = _l("There is a request between these two organisations already.")


class DeclinedBefore(Conflict):
    message = _l("This organisation has declined your request. It can still send one to you.")


class TooManyOpen(Conflict):
    message = _l(
        "Your organisation has as many open requests as the event allows. Withdraw one, or wait for an answer."
    )


class AlreadyClosed(Conflict):
    message = _l("This request is no longer open. Please look at the list again.")


class AlreadyPlanned(Conflict):
    message = _l("The meeting is on the timetable already. To call it off, cancel the meeting.")


class Vetoed(Unacceptable):
    message = _l("One of these organisations does not want to meet the other one.")


def refuse_vetoed(*sides: Registration) -> None:
    """Raises Vetoed: for staff, who may know it. Of participants nobody learns of a veto."""
    if any(has_vetoed(*pair) for pair in permutations(sides, 2)):
        raise Vetoed


def refuse_over(event: Event, now: datetime) -> None:
    """Raises EventOver: nobody need be asked, or told of an answer, any more."""
    if is_over(event, now.astimezone(event.zone).date()):
        raise EventOver


def refuse_closed(event: Event, now: datetime) -> None:
    """Raises EventOver, RequestsClosed."""
    refuse_over(event, now)
    if not requests_are_open(event, now):
        raise RequestsClosed


def why_closed(event: Event, now: datetime) -> Closed | None:
    """What a new request would be refused with."""
    try:
        refuse_closed(event, now)
    except Closed as refused:
        return refused
    return None


def refuse_strangers(first: Registration, second: Registration) -> None:
    """Raises OwnOrganisation or NotTakingPart."""
    if first.id == second.id:
        raise OwnOrganisation
    if first.event_id != second.event_id or not (takes_part(first) and takes_part(second)):
        raise NotTakingPart


def refuse_kept_apart(first: Registration, second: Registration) -> None:
    """Raises KeptApart where the event's rules say so."""
    if not may_meet(first, second):
        raise KeptApart


def refuse_unseen(*sides: Registration) -> None:
    """Raises NotAgreed for one that hasn't agreed to be shown to the other participants: asking would show it."""
    for side in sides:
        if not may_be_met(side):
            name = plain(side.organisation.name)
            raise NotAgreed(
                _l(
                    "%(organisation)s has not agreed yet that its data are shared with the other participants. "
                    "Without that consent no meeting can be asked for.",
                    organisation=name,
                )
            )


def refuse_request(first: Registration, second: Registration) -> None:
    """Raises OwnOrganisation, NotTakingPart, NotAgreed, KeptApart: between these two nobody can ask for a meeting."""
    refuse_strangers(first, second)
    refuse_unseen(first, second)
    refuse_kept_apart(first, second)


def refuse_after_decline(asker: Registration, other: Registration) -> None:
    """Raises DeclinedBefore: who has declined is not asked again, but may ask."""
    declined = (
        select(RequestParty.id)
        .join(RequestParty.request)
        .where(
            MeetingRequest.asked_by_id == asker.id,
            MeetingRequest.state == RequestState.DECLINED,
            RequestParty.registration_id == other.id,
            RequestParty.answer == PartyAnswer.DECLINED,
        )
    )
    if db.session.scalar(declined.limit(1)) is not None:
        raise DeclinedBefore


def refuse_beyond_cap(asker: Registration) -> None:
    """Raises TooManyOpen where the event has a cap for this kind of organisation."""
    cap = asker.event.request_caps.get(asker.organisation.kind)
    if cap is not None and open_count(asker) >= cap:
        raise TooManyOpen
