"""What can be done with meeting requests. Functions flush; the route commits.

A request becomes mutual once every organisation in it has accepted. Then, and only then, there is a meeting; a request
that waits takes nobody's time.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from rbc_events.accounts.models import User
from rbc_events.application import settings
from rbc_events.database import conflict_as, db, lock
from rbc_events.events.models import Event
from rbc_events.events.operations import touch
from rbc_events.meetings import request_mails as announcements
from rbc_events.meetings.models import (
    Meeting,
    MeetingParty,
    MeetingRequest,
    MeetingState,
    PartyAnswer,
    RequestParty,
    RequestState,
)
from rbc_events.meetings.queries import (
    has_vetoed,
    meets_online,
    open_request,
    pair_of,
    party_of,
    share_a_language,
)
from rbc_events.meetings.refusals import (
    AlreadyAsked,
    AlreadyClosed,
    AlreadyPlanned,
    refuse_after_decline,
    refuse_beyond_cap,
    refuse_closed,
    refuse_over,
    refuse_request,
)
from rbc_events.meetings.request_rules import expiry
from rbc_events.registration.models import Registration


def request_meeting(
    asker: Registration,
    other: Registration,
    *,
    actor: User,
    now: datetime,
    priority: int = 2,
    note: str = "",
    seed_version_id: int | None = None,
) -> MeetingRequest:
    """Ask for a meeting, about a version of a seed if there is one. Asking twice gives the same request; asking
    somebody who has asked already accepts theirs.

    The other side never learns that it was refused by a veto: the request waits like any other until it expires.

    Raises:
        EventOver, RequestsClosed, NotTakingPart, NotAgreed, KeptApart, OwnOrganisation, AlreadyAsked, DeclinedBefore,
        TooManyOpen
    """
    refuse_closed(asker.event, now)
    # Two requests of one organisation at once would each count without the other, and both sides may ask at once.
    lock(asker, other)
    refuse_request(asker, other)
    existing = open_request(asker, other)
    if existing is not None:
        return _ask_again(
            existing, asker, actor=actor, priority=priority, note=note, now=now, seed_version_id=seed_version_id
        )
    refuse_after_decline(asker, other)
    refuse_beyond_cap(asker)
    request = add_request(
        asker.event, (asker, other), now=now, asked_by=asker, note=note, seed_version_id=seed_version_id
    )
    mine = party_of(request, asker)
    mine.priority, mine.note = priority, note
    _answer(mine, PartyAnswer.ACCEPTED, actor, now)
    db.session.flush()
    if not has_vetoed(other, asker):
        announcements.announce_request(request, now=now)
    return request


def accept(request: MeetingRequest, side: Registration, *, actor: User, now: datetime, priority: int = 2) -> None:
    """Accept for one side; the last one to accept makes the meeting.

    Raises:
        EventOver, AlreadyClosed
        NotTakingPart, NotAgreed: one of the sides has left since, or taken back its consent.
    """
    sides = [each.registration for each in request.parties]
    lock(*sides)  # before the request: see `registration.life.take`
    refuse_request(*sides)
    party = _open_side(request, side, now)
    party.priority = priority
    _answer(party, PartyAnswer.ACCEPTED, actor, now)
    if all(each.answer == PartyAnswer.ACCEPTED for each in request.parties):
        become_mutual(request, now)
    db.session.flush()
    announcements.announce_answer(request, party, now=now)


def decline(request: MeetingRequest, side: Registration, *, actor: User, now: datetime, reason: str = "") -> None:
    """Decline for one side, which closes the request.

    Raises:
        EventOver, AlreadyClosed
    """
    party = _open_side(request, side, now)
    party.note = reason
    _answer(party, PartyAnswer.DECLINED, actor, now)
    _close(request, RequestState.DECLINED, now)
    announcements.announce_answer(request, party, now=now)


def counter_propose(
    request: MeetingRequest, side: Registration, *, actor: User, now: datetime, note: str, priority: int = 2
) -> None:
    """Answer with conditions (another time, another subject): this side accepts, the others are asked again.

    Raises:
        EventOver, AlreadyClosed
    """
    party = _open_side(request, side, now)
    party.note, party.priority = note, priority
    _answer(party, PartyAnswer.ACCEPTED, actor, now)
    for other in request.parties:
        if other is not party:
            other.answer, other.answered_at, other.answered_by_id = PartyAnswer.PENDING, None, None
    request.expires_at = expiry(request.event, now)
    db.session.flush()
    announcements.announce_condition(request, now=now)


def withdraw(request: MeetingRequest, side: Registration, *, now: datetime) -> None:
    """Take a request back for one side, also a mutual one as long as its meeting is on no timetable.

    Raises:
        AlreadyClosed, AlreadyPlanned
    """
    if request.state not in (RequestState.PENDING, RequestState.MUTUAL):
        raise AlreadyClosed
    meeting = request.meeting
    if meeting is not None:
        touch(request.event)
        db.session.refresh(meeting)
        if meeting.state != MeetingState.AGREED or meeting.published_at is not None:
            raise AlreadyPlanned
        meeting.state = MeetingState.CANCELLED
    _close(request, RequestState.WITHDRAWN, now)
    announcements.announce_withdrawal(request, party_of(request, side), now=now)


def _ask_again(
    existing: MeetingRequest,
    asker: Registration,
    *,
    actor: User,
    priority: int,
    note: str,
    now: datetime,
    seed_version_id: int | None,
) -> MeetingRequest:
    mine = party_of(existing, asker)
    accepts = existing.state == RequestState.PENDING and mine.answer == PartyAnswer.PENDING
    if not accepts and existing.asked_by_id != asker.id:
        raise AlreadyAsked
    if existing.seed_version_id is None:
        existing.seed_version_id = seed_version_id
    if accepts:
        mine.note = note
        accept(existing, asker, actor=actor, now=now, priority=priority)
    db.session.flush()
    return existing


def add_request(
    event: Event,
    sides: tuple[Registration, Registration],
    *,
    now: datetime,
    asked_by: Registration | None = None,
    proposed_by: User | None = None,
    note: str = "",
    seed_version_id: int | None = None,
) -> MeetingRequest:
    """Write a request that nobody has answered yet, and tell nobody.

    Raises:
        AlreadyAsked
    """
    request = MeetingRequest(
        event=event,
        asked_by=asked_by,
        proposed_by_id=proposed_by.id if proposed_by else None,
        pair=pair_of(*sides),
        note=note,
        seed_version_id=seed_version_id,
        created_at=now,
        expires_at=expiry(event, now),
        parties=[RequestParty(registration=side, priority=2, answer=PartyAnswer.PENDING, note="") for side in sides],
    )
    with conflict_as(AlreadyAsked, "pair"):
        db.session.add(request)
    return request


def _open_side(request: MeetingRequest, side: Registration, now: datetime) -> RequestParty:
    """The side that has still to answer. Locks the request: of two answers at once, the second sees the first."""
    refuse_over(request.event, now)
    lock(request)
    for each in request.parties:
        db.session.refresh(each)
    party = party_of(request, side)
    expired = request.expires_at is not None and request.expires_at <= now
    if request.state != RequestState.PENDING or party.answer != PartyAnswer.PENDING or expired:
        raise AlreadyClosed
    return party


def _answer(party: RequestParty, answer: PartyAnswer, actor: User, now: datetime) -> None:
    party.answer, party.answered_at, party.answered_by_id = answer, now, actor.id


def _close(request: MeetingRequest, state: RequestState, now: datetime) -> None:
    request.state, request.pair, request.closed_at = state, None, now
    db.session.flush()


def accept_for_all(request: MeetingRequest, *, actor: User, now: datetime) -> Meeting:
    """Accept for every side that has not, as they told the actor; this makes the meeting."""
    for party in request.parties:
        if party.answer != PartyAnswer.ACCEPTED:
            _answer(party, PartyAnswer.ACCEPTED, actor, now)
    return become_mutual(request, now)


def become_mutual(request: MeetingRequest, now: datetime) -> Meeting:
    """Make the meeting of a request that every side has accepted."""
    sides = [party.registration for party in request.parties]
    request.state, request.closed_at = RequestState.MUTUAL, now
    meeting = add_meeting(request.event, sides)
    meeting.request = request
    return meeting


def add_meeting(event: Event, sides: Sequence[Registration]) -> Meeting:
    """Write a meeting that is on no timetable yet."""
    host = urlsplit(settings().base_url).hostname
    meeting = Meeting(
        event=event,
        uid=f"{secrets.token_hex(16)}@{host}",
        online=meets_online(event, list(sides)),
        needs_interpreter=not share_a_language(list(sides)),
        parties=[MeetingParty(registration=side) for side in sides],
    )
    db.session.add(meeting)
    touch(event)
    return meeting
