"""What can be done with relationships. Functions flush; the route commits."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from rbc_events.accounts.models import User
from rbc_events.database import Bilingual, db, lock, require_version
from rbc_events.errors import Unacceptable
from rbc_events.events.models import Event, Programme
from rbc_events.i18n import TOKYO
from rbc_events.meetings.models import Meeting, MeetingState
from rbc_events.partial_dates import Precision
from rbc_events.registration.models import Organisation
from rbc_events.relationships.models import (
    NoteAudience,
    Relationship,
    RelationshipNote,
    RelationshipOrigin,
    RelationshipParty,
    RelationshipState,
    RelationshipTask,
    StageKind,
    StageReport,
)
from rbc_events.seeds.models import Seed

Party = Organisation | Bilingual | str
"""A side of a relationship: an organisation, or the name of one that never registered."""


class TooFew(Unacceptable):
    message = _l("A relationship has at least two parties.")


class NotHeld(Unacceptable):
    message = _l("This meeting was not held.")


class ReasonMissing(Unacceptable):
    message = _l("Say why it rests or has ended.")


class ImplausibleDate(Unacceptable):
    message = _l("This date is in the future.")


def parties_key(parties: Sequence[Party], seed: Seed | None = None) -> str:
    """The same text for the same parties (and seed), in whatever order they come."""
    sides = sorted({side_key(party) for party in parties})
    return "+".join(sides) + (f"#{seed.id}" if seed is not None else "")


def side_key(party: Party) -> str:
    """The same text for the same party."""
    if isinstance(party, Organisation):
        return f"o{party.id}"
    name = party if isinstance(party, str) else party.en or party.ja
    return f"n:{' '.join(name.split()).casefold()}"


def find(parties: Sequence[Party], seed: Seed | None = None) -> Relationship | None:
    """The record of what goes on between these parties, if there is one."""
    key = parties_key(parties, seed)
    return db.session.scalar(select(Relationship).where(Relationship.parties_key == key))


def find_or_begin(
    parties: Sequence[Party], *, actor: User | None, now: datetime, seed: Seed | None = None
) -> Relationship:
    """The one record of what goes on between these parties; begun if there is none yet.

    Raises:
        TooFew: one party alone.
    """
    key = parties_key(parties, seed)
    if "+" not in key:
        raise TooFew
    known = find(parties, seed)
    if known is not None:
        return known
    begun = Relationship(
        parties_key=key,
        seed=seed,
        parties=[_party(party, place) for place, party in enumerate(parties)],
        created_at=now,
        created_by_id=actor.id if actor else None,
    )
    try:
        with db.session.begin_nested():
            db.session.add(begun)
    except IntegrityError:  # somebody else began it in the same moment
        return db.session.scalars(select(Relationship).where(Relationship.parties_key == key)).one()
    return begun


def _party(party: Party, position: int) -> RelationshipParty:
    if isinstance(party, Organisation):
        return RelationshipParty(organisation=party, position=position)
    name = Bilingual(party, party) if isinstance(party, str) else party
    return RelationshipParty(name_ja=name.ja, name_en=name.en, position=position)


def side_of(party: Any) -> Party:
    """The side that a row of a relationship's, or an outcome's, parties stands for."""
    known: Organisation | None = party.organisation
    named: Bilingual = party.name
    return known or named


def grew_in(relationship: Relationship, programme: Programme, event: Event | None = None) -> None:
    """Note that a relationship grew in a programme, or in one of its events."""
    there = {(origin.programme_id, origin.event_id) for origin in relationship.origins}
    if (programme.id, event.id if event else None) in there:
        return
    try:
        with db.session.begin_nested():
            db.session.add(RelationshipOrigin(relationship_id=relationship.id, programme=programme, event=event))
    except IntegrityError:  # somebody else noted it in the same moment
        pass
    db.session.expire(relationship, ["origins"])


def take_up_meeting(meeting: Meeting, *, actor: User | None, now: datetime) -> Relationship:
    """The relationship of those who met, with this meeting in it: their first one is its first stage.

    Raises:
        NotHeld
    """
    if meeting.state != MeetingState.HELD:
        raise NotHeld
    organisations = [party.registration.organisation for party in meeting.parties if party.registration]
    relationship = find_or_begin(organisations, actor=actor, now=now)
    lock(relationship)  # the worker takes meetings up as well
    grew_in(relationship, meeting.event.programme, meeting.event)
    if meeting not in relationship.meetings:
        first = not relationship.meetings
        relationship.meetings.append(meeting)
        kind = StageKind.FIRST_MEETING if first else StageKind.FOLLOW_UP
        report_stage(relationship, kind, on=day_of(meeting), meeting=meeting, actor=actor, now=now)
    return relationship


def day_of(meeting: Meeting) -> date | None:
    """The day on which it was held, as the event's clock had it."""
    starts_at = meeting.published_starts_at or meeting.starts_at
    return starts_at.astimezone(meeting.event.zone).date() if starts_at else None


def report_stage(
    relationship: Relationship,
    kind: StageKind,
    *,
    actor: User | None,
    now: datetime,
    on: date | None = None,
    precision: Precision = Precision.DAY,
    organisation: Organisation | None = None,
    meeting: Meeting | None = None,
    note: str = "",
) -> StageReport:
    """Somebody says that a stage was reached: staff, or one of the parties. Earlier reports stay beside it.

    Raises:
        ImplausibleDate: it lies in the future.
    """
    if on is not None and on > now.astimezone(TOKYO).date():
        raise ImplausibleDate
    report = StageReport(
        relationship=relationship,
        kind=kind,
        on=on,
        precision=precision,
        organisation=organisation,
        meeting_id=meeting.id if meeting else None,
        note=note,
        recorded_at=now,
        recorded_by_id=actor.id if actor else None,
    )
    db.session.add(report)
    db.session.flush()
    return report


def change_state(
    relationship: Relationship, state: RelationshipState, *, reason: str, seen_version: int | None
) -> None:
    """Let a relationship rest, close it, or take it up again.

    Raises:
        Conflict: it was changed since `seen_version`.
        ReasonMissing: it rests or is closed without a word why.
    """
    require_version(relationship, seen_version)
    if state != RelationshipState.ACTIVE and not reason.strip():
        raise ReasonMissing
    relationship.state, relationship.state_reason = state, reason.strip()
    db.session.flush()


def plan_next_step(
    relationship: Relationship, *, text: str, on: date | None, keeper: User | None, seen_version: int | None
) -> None:
    """Write down what comes next, by when, and who of the staff looks after it.

    Raises:
        Conflict: it was changed since `seen_version`.
    """
    require_version(relationship, seen_version)
    relationship.next_step, relationship.next_step_on, relationship.keeper = text, on, keeper
    db.session.flush()


def add_note(
    relationship: Relationship,
    text: str,
    *,
    audience: NoteAudience,
    actor: User,
    now: datetime,
    organisation: Organisation | None = None,
) -> RelationshipNote:
    note = RelationshipNote(
        relationship=relationship,
        organisation_id=organisation.id if organisation else None,
        audience=audience,
        text=text,
        at=now,
        by_id=actor.id,
    )
    db.session.add(note)
    db.session.flush()
    return note


def add_task(relationship: Relationship, *, text: str, due_on: date, assigned_to: User | None) -> RelationshipTask:
    task = RelationshipTask(relationship=relationship, text=text, due_on=due_on, assigned_to=assigned_to)
    db.session.add(task)
    db.session.flush()
    return task


def finish_task(task: RelationshipTask, *, actor: User, now: datetime) -> None:
    task.done_at, task.done_by_id = now, actor.id
    db.session.flush()
