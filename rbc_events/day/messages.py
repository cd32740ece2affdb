"""Messages between staff and organisations: to many at once, and each organisation's own thread. Functions flush."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from rbc_events.accounts.models import User
from rbc_events.application import absolute_url
from rbc_events.calendars.entry import Person
from rbc_events.database import Bilingual, db
from rbc_events.day.models import Message
from rbc_events.events.models import Event
from rbc_events.mail.operations import Notice, write_notices
from rbc_events.meetings.models import Meeting, MeetingParty
from rbc_events.meetings.recipients import Recipient, contacts, representing
from rbc_events.registration.models import Delegate, Registration
from rbc_events.registration.participation import taking_part


@dataclass(frozen=True)
class Audience:
    """To whom a message goes: all that take part, a group of them, or those who meet in a slot or at a place."""

    group: str = ""
    slot: int = 0
    place: int = 0


@dataclass(frozen=True)
class Draft:
    subject: Bilingual
    text: Bilingual


def groups_of(event: Event) -> Sequence[str]:
    statement = select(Registration.group_name).where(taking_part(event), Registration.group_name != "")
    return db.session.scalars(statement.distinct().order_by(Registration.group_name)).all()


def organisations_for(event: Event, audience: Audience) -> Sequence[Registration]:
    """The registrations that an audience is made of."""
    conditions: list[ColumnElement[bool]] = [taking_part(event)]
    if audience.group:
        conditions.append(Registration.group_name == audience.group)
    if audience.slot or audience.place:
        met = select(MeetingParty.registration_id).join(MeetingParty.meeting).where(*_where(audience))
        conditions.append(Registration.id.in_(met))
    statement = (
        select(Registration)
        .where(*conditions)
        .options(selectinload(Registration.delegates).joinedload(Delegate.user), joinedload(Registration.organisation))
        .order_by(Registration.id)
    )
    return db.session.scalars(statement).all()


def _where(audience: Audience) -> list[ColumnElement[bool]]:
    """Of a slot or a place the meetings as people were told of them."""
    conditions: list[ColumnElement[bool]] = [Meeting.published_starts_at.is_not(None)]
    if audience.slot:
        conditions.append(Meeting.slot_id == audience.slot)
    if audience.place:
        conditions.append(Meeting.published_place_id == audience.place)
    return conditions


def recipients(sides: Sequence[Registration]) -> dict[str, Recipient]:
    """Everybody whom these organisations send, each address once."""
    found = [representing(person, side) for side in sides for person in side.delegates if person.email]
    return {each.address.lower(): each for each in reversed(found)}


def send_to_many(event: Event, sides: Sequence[Registration], draft: Draft, *, actor: User, now: datetime) -> int:
    """Write the message into the thread of each organisation and mail it to all its people; returns how many mails."""
    rows = [_add(side, draft, actor=actor, now=now) for side in sides]
    db.session.flush()
    threads = {row.registration_id: row for row in rows}
    told = recipients(sides)
    notices = [_notice(threads[each.side.id], each, draft) for each in told.values() if each.side is not None]
    return write_notices(event, notices, now=now)


def reply(side: Registration, draft: Draft, *, actor: User, now: datetime) -> None:
    """Staff write to one organisation; its contacts get a mail."""
    row = _add(side, draft, actor=actor, now=now)
    db.session.flush()
    write_notices(side.event, [_notice(row, each, draft) for each in contacts(side) if each.address], now=now)


def write_to_staff(side: Registration, text: str, *, language: str, actor: User, now: datetime) -> None:
    """An organisation writes to staff, who find it among what waits for them."""
    words = {f"text_{language}": text}
    db.session.add(Message(registration=side, from_staff=False, by_id=actor.id, at=now, **words))
    db.session.flush()


def _add(side: Registration, draft: Draft, *, actor: User, now: datetime) -> Message:
    row = Message(
        registration=side,
        from_staff=True,
        by_id=actor.id,
        at=now,
        subject_ja=draft.subject.ja,
        subject_en=draft.subject.en,
        text_ja=draft.text.ja,
        text_en=draft.text.en,
    )
    db.session.add(row)
    return row


def _notice(row: Message, to: Recipient, draft: Draft) -> Notice:
    side = row.registration
    link = absolute_url("day.own_thread", number=side.id)
    values = {
        "name": to.name,
        "organisation": side.organisation.name.in_language(to.language)[0],
        "topic": draft.subject.in_language(to.language)[0],
        "message": draft.text.in_language(to.language)[0],
        "link": link,
    }
    person = Person(address=to.address, name=to.name)
    return Notice(
        kind="staff_message",
        occasion=f"message:{row.id}:{to.address.lower()}",
        recipient=person,
        language=to.language,
        values=values,
        links=frozenset({link}),
    )


def thread_of(side: Registration) -> Sequence[Message]:
    statement = select(Message).where(Message.registration_id == side.id).options(joinedload(Message.by))
    return db.session.scalars(statement.order_by(Message.at, Message.id)).all()


def threads_of(event: Event) -> Sequence[Message]:
    """The last message of each thread that an organisation has written in; those that wait for an answer first."""
    wrote = select(Message.registration_id).where(~Message.from_staff)
    statement = (
        select(Message)
        .join(Message.registration)
        .where(Registration.event_id == event.id, Message.registration_id.in_(wrote), _is_last())
        .options(joinedload(Message.registration).joinedload(Registration.organisation))
        .order_by(Message.from_staff, Message.at.desc())
    )
    return db.session.scalars(statement).all()


def count_unanswered(event_ids: Sequence[int], _now: datetime) -> dict[int, int]:
    """By event, the threads whose last message is an organisation's."""
    statement = (
        select(Registration.event_id, func.count())
        .select_from(Message)
        .join(Message.registration)
        .where(Registration.event_id.in_(event_ids), ~Message.from_staff, _is_last())
        .group_by(Registration.event_id)
    )
    return dict(db.session.execute(statement).all())  # type: ignore[arg-type]


def _is_last() -> ColumnElement[bool]:
    later = aliased(Message)
    return ~exists().where(later.registration_id == Message.registration_id, later.id > Message.id)
