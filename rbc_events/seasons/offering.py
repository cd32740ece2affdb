"""Offering times for a meeting, and taking the answers: the first time that suits all is the meeting's.

Functions flush; the route commits. Each begins by taking hold of the meeting, so of two answers in the same moment the
second sees the first.
"""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l

from rbc_events.accounts.models import User
from rbc_events.accounts.operations import token_hash
from rbc_events.database import db
from rbc_events.errors import Closed, Conflict, DomainError
from rbc_events.meetings.bookings import Overbooked
from rbc_events.meetings.models import Interpreter, Meeting, MeetingState
from rbc_events.seasons import mails, queries
from rbc_events.seasons.models import AskedParty, OfferedTime, OfferLink, OfferState, TimeOffer
from rbc_events.timetable.operations import Taken, take_hold
from rbc_events.timetable.own_times import Engaged, in_the_way, set_own_time
from rbc_events.timetable.publishing import publish_meetings

Times = Sequence[tuple[datetime, datetime]]


class HasTime(Conflict):
    message = _l("This meeting has a time, or it has been called off: there is nothing to offer.")


class NotFree(Conflict):
    """Somebody who is needed has another meeting at a time that is to be offered; the message says who, and where."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.message = " ".join(sentences)
        super().__init__()


class NobodyToAsk(Conflict):
    message = _l("One of those who are to meet has nobody who could be asked by mail.")


class TakenMeanwhile(Conflict):
    message = _l("A time that you chose has been taken meanwhile. Please choose among those that are left.")


class OfferEnded(Closed):
    message = _l("These times are no longer offered. You need not do anything.")


def offer_times(
    meeting: Meeting,
    times: Times,
    *,
    own_place: str,
    own_link: str = "",
    interpreter: Interpreter | None = None,
    message: str = "",
    actor: User,
    now: datetime,
) -> TimeOffer:
    """Offer up to three times (from, until) to everybody who is to meet, by mail. They replace those offered before.

    A party that is the actor has agreed to all of them.

    Raises:
        HasTime, NotFree, NobodyToAsk
    """
    take_hold(meeting)
    _refuse_unfit(meeting, times, interpreter)
    for earlier in queries.open_offers_of(meeting):
        earlier.state = OfferState.WITHDRAWN
    db.session.flush()
    offer = TimeOffer(
        meeting=meeting,
        state=OfferState.OPEN,
        offered_by_id=actor.id,
        offered_at=now,
        own_place=own_place,
        own_link=own_link,
        interpreter=interpreter,
        message=message,
        times=[OfferedTime(starts_at=begins, ends_at=ends) for begins, ends in times],
        asked=[AskedParty(party=party) for party in meeting.parties],
    )
    db.session.add(offer)
    db.session.flush()
    for asked in offer.asked:
        _ask(asked, actor, now)
    return offer


def _refuse_unfit(meeting: Meeting, times: Times, interpreter: Interpreter | None) -> None:
    """Raises HasTime, NotFree."""
    if meeting.state != MeetingState.AGREED:
        raise HasTime
    sentences = [said for begins, ends in times for said in in_the_way(meeting, interpreter, begins, ends)]
    if sentences:
        raise NotFree(list(dict.fromkeys(sentences)))


def _ask(asked: AskedParty, actor: User, now: datetime) -> None:
    """Write to whoever answers for a party, with a link of their own each."""
    if asked.party.user_id == actor.id:
        asked.suits, asked.answered_at = list(asked.offer.times), now
        return
    readers = queries.readers(asked.party)
    if not readers:
        raise NobodyToAsk
    for reader in readers:
        token = secrets.token_urlsafe(24)
        asked.links.append(OfferLink(token_hash=token_hash(token)))
        mails.ask(asked, reader, token, now=now)
    db.session.flush()


def withdraw_offer(offer: TimeOffer) -> None:
    """Its links lead to a page that says so. Nobody is written to: nothing was fixed.

    Raises:
        OfferEnded
    """
    take_hold(offer.meeting)
    db.session.refresh(offer)
    if not offer.is_open:
        raise OfferEnded
    offer.state = OfferState.WITHDRAWN
    db.session.flush()


def find_asked(token: str) -> AskedParty:
    """The party that answers by a mailed link.

    Raises:
        OfferEnded: the link isn't ours, or the meeting is gone.
    """
    asked = queries.by_token_hash(token_hash(token))
    if asked is None:
        raise OfferEnded
    return asked


def answer_offer(asked: AskedParty, suiting: Collection[int], *, now: datetime) -> None:
    """Keep which times, by number, suit a party; what it said before no longer counts. Where a time suits all, the
    meeting gets it and everybody is invited; where none is left that could, the offer has failed.

    Raises:
        OfferEnded
        TakenMeanwhile: one of the times isn't free any more; nothing is kept.
    """
    offer = asked.offer
    take_hold(offer.meeting)
    db.session.refresh(offer)
    if not offer.is_open:
        raise OfferEnded
    left = queries.times_left(offer, now=now)
    if not {time.id for time in left} >= set(suiting):
        raise TakenMeanwhile
    asked.suits = [time for time in left if time.id in suiting]
    asked.answered_at = now
    db.session.flush()
    _settle(offer, left, now)


def _settle(offer: TimeOffer, left: Sequence[OfferedTime], now: datetime) -> None:
    answered = [asked for asked in offer.asked if asked.answered_at is not None]
    possible = [time for time in left if all(time in asked.suits for asked in answered)]
    if possible and len(answered) < len(offer.asked):
        return
    offer.state = OfferState.SETTLED if any(_take(offer, time, now) for time in possible) else OfferState.FAILED
    db.session.flush()


def _take(offer: TimeOffer, time: OfferedTime, now: datetime) -> bool:
    """Give the meeting a time and invite everybody; False where somebody has just been booked for another meeting."""
    refusals: tuple[type[DomainError], ...] = (Engaged, Overbooked, Taken)
    try:
        with db.session.begin_nested():
            set_own_time(
                offer.meeting,
                starts_at=time.starts_at,
                ends_at=time.ends_at,
                own_place=offer.own_place,
                own_link=offer.own_link,
                interpreter=offer.interpreter,
                now=now,
            )
    except refusals:
        return False
    publish_meetings(offer.meeting.event, [offer.meeting.id], now=now)
    return True
