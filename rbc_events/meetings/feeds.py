"""Private calendar addresses: who may have one, what it shows, and how to take it back.

The token is worked out from the secret key, so that the owner's page can show the address again; the database holds its
hash alone. Rights are looked at each time the calendar is read: who loses them reads nothing more.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, func, or_, select, update

from rbc_events.accounts.models import User
from rbc_events.accounts.operations import derived_token, token_hash
from rbc_events.database import Bilingual, db, write_anew
from rbc_events.events.access import may_view
from rbc_events.events.models import Event, Place
from rbc_events.meetings.attending import attended_by
from rbc_events.meetings.calendar_invitations import organiser_address
from rbc_events.meetings.calendars import INTERPRETER_NAME, calendar_of
from rbc_events.meetings.models import Feed, FeedScope, Interpreter, Meeting, MeetingParty
from rbc_events.registration.access import own_registrations
from rbc_events.registration.models import Organisation, Registration


@dataclass(frozen=True)
class Subject:
    """Something whose calendar a person may subscribe to. `sides` are the registrations whose side is one's own."""

    scope: FeedScope
    number: int
    name: Bilingual
    sides: tuple[int, ...] = ()


def subjects_for(actor: User, event: Event) -> list[Subject]:
    """What the actor may subscribe to: oneself, one's organisation, one's interpreting; staff: the event and rooms."""
    return [*_as_participant(actor, event), *_as_interpreter(actor, event), *_as_staff(actor, event)]


def _as_participant(actor: User, event: Event) -> Iterator[Subject]:
    for side in own_registrations(actor, event):
        for delegate in side.delegates:
            if delegate.user_id == actor.id:
                name = Bilingual(delegate.name_in("ja"), delegate.name_in("en"))
                yield Subject(FeedScope.DELEGATE, delegate.id, name, (side.id,))
        yield Subject(FeedScope.ORGANISATION, side.id, side.organisation.name, (side.id,))


def _as_interpreter(actor: User, event: Event) -> Iterator[Subject]:
    mine = or_(Interpreter.user_id == actor.id, Interpreter.email == actor.email)
    for interpreter in db.session.scalars(select(Interpreter).where(Interpreter.event_id == event.id, mine)):
        name = Bilingual(interpreter.name_in("ja"), interpreter.name_in("en"))
        yield Subject(FeedScope.INTERPRETER, interpreter.id, name)


def _as_staff(actor: User, event: Event) -> Iterator[Subject]:
    if may_view(actor, event):
        yield Subject(FeedScope.COORDINATOR, actor.id, event.name)
        yield from (Subject(FeedScope.ROOM, place.id, place.name) for place in event.places)


_ROLES: dict[FeedScope, Callable[[User, Event], Iterator[Subject]]] = {
    FeedScope.DELEGATE: _as_participant,
    FeedScope.ORGANISATION: _as_participant,
    FeedScope.INTERPRETER: _as_interpreter,
    FeedScope.COORDINATOR: _as_staff,
    FeedScope.ROOM: _as_staff,
}


def open_feed(event: Event, subject: Subject, *, owner: User, language: str, now: datetime) -> Feed:
    """Make a private address for the subject, or give the owner's that stands already."""
    existing = feeds_of(owner, event).get((subject.scope, subject.number))
    if existing is not None:
        return existing
    feed = Feed(
        event_id=event.id,
        owner_id=owner.id,
        scope=subject.scope,
        subject_id=subject.number,
        language=language,
        created_at=now,
        token_hash="",
    )
    feed.token_hash = token_hash(feed_token(feed))
    db.session.add(feed)
    db.session.flush()
    return feed


def revoke_feed(feed: Feed, *, now: datetime) -> None:
    """End the address at once."""
    feed.revoked_at = feed.revoked_at or now
    db.session.flush()


def feeds_of(owner: User, event: Event) -> dict[tuple[FeedScope, int], Feed]:
    """The owner's addresses at an event that are not revoked."""
    valid = (Feed.event_id == event.id, Feed.owner_id == owner.id, Feed.revoked_at.is_(None))
    return {(feed.scope, feed.subject_id): feed for feed in db.session.scalars(select(Feed).where(*valid))}


def feed_token(feed: Feed) -> str:
    """160 bits. A new address for the same thing has another token: it was made at another time."""
    made = f"feed:{feed.event_id}:{feed.owner_id}:{feed.scope}:{feed.subject_id}:{feed.created_at.isoformat()}"
    return derived_token(made)


def find_feed(token: str) -> tuple[Feed, Event, Subject] | None:
    """The feed with this token, if it stands and its owner still may read it."""
    valid = (Feed.token_hash == token_hash(token), Feed.revoked_at.is_(None), User.active)
    found = select(Feed, User, Event).join(User, User.id == Feed.owner_id).join(Event, Event.id == Feed.event_id)
    row = db.session.execute(found.where(*valid)).one_or_none()
    if row is None:
        return None
    feed, owner, event = row
    for subject in _ROLES[feed.scope](owner, event):
        if (subject.scope, subject.number) == (feed.scope, feed.subject_id):
            return feed, event, subject
    return None


def state_of(feed: Feed, event: Event, subject: Subject) -> str:
    """A tag that changes whenever the calendar does: made of every row that its words come from.

    Meetings, organisations and the event count their changes; of places and interpreters, which don't, the words
    themselves are taken. Three queries however many meetings there are.
    """
    meetings = (
        select(Meeting.id, Meeting.version, Organisation.id.label("side"), Organisation.version.label("side_version"))
        .join(Meeting.parties)
        .join(MeetingParty.registration)
        .join(Registration.organisation)
        .where(Meeting.event_id == event.id, _condition(subject))
        .order_by(MeetingParty.id)
        .subquery()
    )
    places = select(Place.id, Place.name_ja, Place.name_en, Place.join_url).where(Place.event_id == event.id)
    interpreters = select(Interpreter.id, *INTERPRETER_NAME).where(Interpreter.event_id == event.id)
    parts = (
        (feed.id, feed.language, subject.name, event.version, organiser_address(event)),
        db.session.execute(select(*(func.aggregate_strings(cast(column, String), ",") for column in meetings.c))).one(),
        db.session.execute(places.order_by(Place.id)).all(),
        db.session.execute(interpreters.order_by(Interpreter.id)).all(),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def keep_state(feed_id: int, tag: str, *, now: datetime) -> None:
    """Keep since when the calendar is as it is, in a transaction of its own. Commits."""
    write_anew()
    db.session.execute(update(Feed).where(Feed.id == feed_id).values(tag=tag, changed_at=now))
    db.session.commit()


def content_of(event: Event, subject: Subject, *, name: str, changed_at: datetime | None = None) -> bytes:
    return calendar_of(event, _condition(subject), sides=subject.sides, name=name, changed_at=changed_at)


def _condition(subject: Subject) -> ColumnElement[bool]:
    """The meetings that a subject's calendar shows."""
    if subject.scope == FeedScope.DELEGATE:
        return attended_by(subject.number)
    if subject.scope == FeedScope.ORGANISATION:
        return Meeting.parties.any(MeetingParty.registration_id.in_(subject.sides))
    if subject.scope == FeedScope.INTERPRETER:
        return Meeting.published_interpreter_id == subject.number
    if subject.scope == FeedScope.ROOM:
        return Meeting.published_place_id == subject.number
    return Meeting.id.is_not(None)  # a coordinator sees the whole event
