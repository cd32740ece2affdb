"""Reads of offered times."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.meetings.models import Meeting, MeetingParty, MeetingState
from rbc_events.meetings.recipients import Recipient, contacts
from rbc_events.seasons.models import AskedParty, OfferedTime, OfferLink, OfferState, TimeOffer
from rbc_events.timetable.own_times import in_the_way

WAITS = Meeting.state == MeetingState.AGREED
"""The condition that an offer's meeting still has no time; else the offer is of no more use."""


def open_offers_of(meeting: Meeting) -> Sequence[TimeOffer]:
    mine = (TimeOffer.meeting_id == meeting.id, TimeOffer.state == OfferState.OPEN)
    return db.session.scalars(select(TimeOffer).where(*mine)).all()


def latest_offer(meeting: Meeting) -> TimeOffer | None:
    newest = select(TimeOffer).where(TimeOffer.meeting_id == meeting.id).order_by(TimeOffer.id.desc()).limit(1)
    return db.session.scalar(newest)


def offers_under_way(event: Event) -> Sequence[TimeOffer]:
    """An event's offers that wait for answers, in order of their first time."""
    statement = (
        select(TimeOffer)
        .join(TimeOffer.meeting)
        .where(Meeting.event_id == event.id, WAITS, TimeOffer.state == OfferState.OPEN)
        .options(selectinload(TimeOffer.times), selectinload(TimeOffer.asked).selectinload(AskedParty.suits))
        .options(joinedload(TimeOffer.meeting).selectinload(Meeting.parties))
    )
    return sorted(db.session.scalars(statement), key=lambda offer: offer.times[0].starts_at)


def by_token_hash(hashed: str) -> AskedParty | None:
    return db.session.scalar(select(AskedParty).join(AskedParty.links).where(OfferLink.token_hash == hashed))


def readers(party: MeetingParty) -> list[Recipient]:
    """Who answers for a party: an organisation's contacts, or the coordinator."""
    if party.registration is not None:
        return [reader for reader in contacts(party.registration) if reader.address]
    assert party.user is not None  # noqa: S101 - a party is an organisation or a person
    zone = party.user.time_zone or party.meeting.event.time_zone
    return [Recipient(party.user, party.user.email, party.user.language, zone, zone)]


def zone_of_party(party: MeetingParty) -> str:
    """By which clock a party goes."""
    return next((reader.own_zone for reader in readers(party)), "") or party.meeting.event.time_zone


def times_left(offer: TimeOffer, *, now: datetime) -> list[OfferedTime]:
    """The times that have not come yet and at which everybody who is needed is free."""
    return [
        time
        for time in offer.times
        if time.starts_at > now and not in_the_way(offer.meeting, offer.interpreter, time.starts_at, time.ends_at)
    ]
