"""Meetings that coordinators propose, or put in with the consent of both sides. Functions flush; the route commits."""

from collections.abc import Sequence
from datetime import datetime
from itertools import combinations

from rbc_events.accounts.models import User
from rbc_events.database import db, lock
from rbc_events.events.models import Event
from rbc_events.meetings import request_mails as announcements
from rbc_events.meetings.models import Meeting, MeetingParty, MeetingRequest, RequestState
from rbc_events.meetings.operations import accept_for_all, add_meeting, add_request
from rbc_events.meetings.queries import open_request, will_meet
from rbc_events.meetings.refusals import (
    AlreadyAsked,
    KeptApart,
    refuse_kept_apart,
    refuse_over,
    refuse_request,
    refuse_strangers,
    refuse_vetoed,
)
from rbc_events.registration.models import Registration
from rbc_events.registration.pairing import may_meet


def propose_meeting(
    event: Event, first: Registration, second: Registration, *, actor: User, now: datetime, note: str = ""
) -> MeetingRequest:
    """A coordinator proposes a meeting to both sides; each of them has to accept.

    Raises:
        EventOver, NotTakingPart, NotAgreed, OwnOrganisation, AlreadyAsked, Vetoed
    """
    refuse_over(event, now)
    lock(*{first, second})
    refuse_request(first, second)
    refuse_vetoed(first, second)
    if open_request(first, second) is not None:
        raise AlreadyAsked
    request = add_request(event, (first, second), now=now, proposed_by=actor, note=note)
    announcements.announce_request(request, now=now)
    return request


def arrange_meeting(
    event: Event, first: Registration, second: Registration, *, actor: User, now: datetime, consent: str
) -> Meeting:
    """A coordinator puts a meeting in with both sides' consent, given outside the system and recorded in `consent`.

    Two that have met may meet again; their request is that of the first meeting, the next ones have none.

    Raises:
        NotTakingPart, KeptApart, OwnOrganisation, AlreadyAsked (and agreed to, and not met yet), Vetoed
    """
    lock(*{first, second})
    refuse_strangers(first, second)
    refuse_kept_apart(first, second)
    refuse_vetoed(first, second)
    if will_meet(first, second):
        raise AlreadyAsked
    request = open_request(first, second) or add_request(event, (first, second), now=now, proposed_by=actor)
    if request.state == RequestState.MUTUAL:
        meeting = add_meeting(event, (first, second))
    else:
        meeting = accept_for_all(request, actor=actor, now=now)
    meeting.consent_note = consent
    db.session.flush()
    return meeting


def arrange_among(
    event: Event,
    sides: Sequence[Registration],
    *,
    actor: User,
    now: datetime,
    consent: str,
    sits_in: User | None = None,
) -> Meeting:
    """Likewise for two organisations or more, and a coordinator who sits in. Of more than two, one pair at least has to
    be one that the event's rules let meet; nobody asked for it, so there is no request.

    Raises:
        NotTakingPart, KeptApart, OwnOrganisation, AlreadyAsked (and agreed to), Vetoed
    """
    if len(sides) == 2:
        meeting = arrange_meeting(event, sides[0], sides[1], actor=actor, now=now, consent=consent)
    else:
        lock(*sides)
        pairs = list(combinations(sides, 2))
        for pair in pairs:
            refuse_strangers(*pair)
        if not any(may_meet(*pair) for pair in pairs):
            raise KeptApart
        refuse_vetoed(*sides)
        meeting = add_meeting(event, sides)
        meeting.consent_note = consent
    meeting.parties += [MeetingParty(user=sits_in)] if sits_in is not None else []
    db.session.flush()
    return meeting
