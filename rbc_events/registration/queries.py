"""The lists of registrations that coordinators work on. The number of queries doesn't grow with the rows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.orm import contains_eager, joinedload

from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.matching.text import is_named
from rbc_events.outbox.models import OutboxMessage
from rbc_events.paging import Part, read_part
from rbc_events.registration.corporate_number import tidy_corporate_number
from rbc_events.registration.models import (
    Delegate,
    Organisation,
    OrganisationKind,
    Quota,
    Registration,
    RegistrationState,
    Review,
)
from rbc_events.registration.participation import taking_part, to_be_met

PAGE = 100


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to and how it is sorted."""

    state: str = ""
    kind: str = ""
    words: str = ""
    sort: str = "submitted"
    page: int = 1


@dataclass(frozen=True)
class Numbers:
    """How many there are of each state, how many of each kind are approved and wait, and how many may be approved."""

    states: dict[RegistrationState, int]
    approved: dict[OrganisationKind, int]
    waiting: dict[OrganisationKind, int]
    quotas: dict[OrganisationKind, int]


def registrations(event: Event, wanted: Wanted) -> Part:
    """A page of (registration, mean score or None, number of scores)."""
    scores = (
        select(Review.registration_id, func.avg(Review.score).label("mean"), func.count().label("number"))
        .group_by(Review.registration_id)
        .subquery()
    )
    statement = (
        select(Registration, scores.c.mean, scores.c.number)
        .join(Registration.organisation)
        .outerjoin(scores, scores.c.registration_id == Registration.id)
        .options(contains_eager(Registration.organisation).joinedload(Organisation.region))
        .where(Registration.event_id == event.id)
        .order_by(*_order(wanted.sort, scores))
    )
    return read_part(_narrowed(statement, event, wanted), wanted.page, PAGE, db.session.execute)


def next_to_screen(registration: Registration) -> int | None:
    """The number of the registration that waits longest for screening, besides this one; None where none waits."""
    waiting = Registration.state == RegistrationState.SUBMITTED
    others = Registration.event_id == registration.event_id, Registration.id != registration.id, waiting
    order = Registration.submitted_at, Registration.id
    return db.session.scalar(select(Registration.id).where(*others).order_by(*order).limit(1))


def registration_numbers(event: Event, wanted: Wanted) -> Sequence[int]:
    """The numbers of all registrations that the list shows, in its order."""
    scores = (
        select(Review.registration_id, func.avg(Review.score).label("mean")).group_by(Review.registration_id).subquery()
    )
    statement = (
        select(Registration.id)
        .join(Registration.organisation)
        .outerjoin(scores, scores.c.registration_id == Registration.id)
        .where(Registration.event_id == event.id)
        .order_by(*_order(wanted.sort, scores))
    )
    return db.session.scalars(_narrowed(statement, event, wanted)).all()


def _order(sort: str, scores: Any) -> tuple[Any, ...]:
    orders: dict[str, tuple[Any, ...]] = {
        "name": (func.lower(Organisation.name_latin),),
        "score": (scores.c.mean.is_(None), scores.c.mean.desc()),
        "waiting": (Registration.waiting_since.is_(None), Registration.waiting_since),
        "country": (Organisation.country,),
    }
    newest = (Registration.submitted_at.is_(None), Registration.submitted_at.desc())
    return (*orders.get(sort, newest), Registration.id)


def _narrowed(statement: Select[Any], event: Event, wanted: Wanted) -> Select[Any]:
    if wanted.state in set(RegistrationState):
        statement = statement.where(Registration.state == wanted.state)
    if wanted.kind in set(OrganisationKind):
        statement = statement.where(Organisation.kind == wanted.kind)
    if wanted.words:
        statement = statement.where(Registration.id.in_(_named(event, wanted.words)))
    return statement


NAMES = (
    Organisation.name_native,
    Organisation.name_latin,
    Organisation.name_kana,
    Organisation.key,
    Organisation.corporate_number,
)
PEOPLE = (
    Delegate.family_kanji + Delegate.given_kanji,
    Delegate.given_kanji + Delegate.family_kanji,
    Delegate.family_latin + Delegate.given_latin,
    Delegate.given_latin + Delegate.family_latin,
    Delegate.family_kana + Delegate.given_kana,
    Delegate.email,
)


def _named(event: Event, words: str) -> list[int]:
    """The event's registrations whose organisation, people, addresses or key the words name."""
    statement = (
        select(Registration.id, *NAMES, *PEOPLE)
        .join(Registration.organisation)
        .outerjoin(Registration.delegates)
        .where(Registration.event_id == event.id)
    )
    texts: dict[int, list[str]] = {}
    for number, *names in db.session.execute(statement):
        texts.setdefault(number, []).extend(name for name in names if name)
    return [number for number, names in texts.items() if is_named(words, *names)]


def numbers(event: Event) -> Numbers:
    counted = (
        select(Registration.state, Organisation.kind, func.count())
        .join(Organisation)
        .where(Registration.event_id == event.id)
        .group_by(Registration.state, Organisation.kind)
    )
    states: dict[RegistrationState, int] = {}
    kinds: dict[RegistrationState, dict[OrganisationKind, int]] = {}
    for state, kind, count in db.session.execute(counted):
        states[state] = states.get(state, 0) + count
        kinds.setdefault(state, {})[kind] = count
    approved, waiting = kinds.get(RegistrationState.APPROVED, {}), kinds.get(RegistrationState.WAITLISTED, {})
    quotas = db.session.execute(select(Quota.kind, Quota.places).filter_by(event_id=event.id))
    return Numbers(states, approved, waiting, {row.kind: row.places for row in quotas})


def reviews_of(registration: Registration) -> Sequence[Review]:
    wanted = select(Review).filter_by(registration_id=registration.id).options(joinedload(Review.reviewer))
    return db.session.scalars(wanted.order_by(Review.at)).all()


def waiting_position(registration: Registration) -> int:
    """The place on the waiting list among organisations of the same kind, counted from 1; 0 when it has none. Who is
    asked back from the list keeps the place, and is counted."""
    if registration.waiting_since is None:
        return 0
    before = (
        select(func.count(Registration.id))
        .join(Organisation)
        .where(
            Registration.event_id == registration.event_id,
            Organisation.kind == registration.organisation.kind,
            tuple_(Registration.waiting_since, Registration.id) < (registration.waiting_since, registration.id),
        )
    )
    return (db.session.scalar(before) or 0) + 1


def find_known(key_or_number: str) -> Organisation | None:
    """The organisation with this key or corporate number, or the one that it was merged into."""
    return find_all_known([key_or_number])[key_or_number]


def find_all_known(keys_or_numbers: Collection[str], *loading: Any) -> dict[str, Organisation | None]:
    """The organisation of each key or corporate number, as `find_known` finds it, asked for together.

    `loading`: options for what is read along with them.
    """
    numbers = {word: tidy_corporate_number(word) for word in keys_or_numbers}
    either = or_(Organisation.key.in_(list(numbers)), Organisation.corporate_number.in_(list(numbers.values())))
    rows = db.session.scalars(
        select(Organisation).where(either).order_by(Organisation.id.desc()).options(*loading)
    ).all()
    by_key, by_number = ({getattr(row, name): row for row in rows} for name in ("key", "corporate_number"))
    found = {}
    for word, number in numbers.items():
        either_row = [row for row in (by_key.get(word), by_number.get(number)) if row is not None]
        found[word] = _merged_into(min(either_row, key=lambda row: row.id)) if either_row else None
    return found


def _merged_into(organisation: Organisation) -> Organisation:
    while organisation.merged_into_id is not None:
        organisation = db.session.get_one(Organisation, organisation.merged_into_id)
    return organisation


def without_access(event: Event) -> Sequence[Delegate]:
    """Delegates of approved organisations who have not taken up an invitation."""
    return db.session.scalars(
        select(Delegate)
        .join(Registration)
        .where(
            taking_part(event),
            Delegate.user_id.is_(None),
            Delegate.email != "",
        )
        .options(joinedload(Delegate.registration).joinedload(Registration.organisation))
        .order_by(Delegate.id)
    ).all()


def unseen(event: Event) -> set[int]:
    """The registrations of those who take part, and whom participants don't see because a consent is missing."""
    return set(db.session.scalars(select(Registration.id).where(taking_part(event), ~to_be_met(event))))


def last_invitations(event: Event) -> dict[str, datetime]:
    """When each address was last invited to the event."""
    rows = select(OutboxMessage.recipient, func.max(OutboxMessage.created_at)).where(
        OutboxMessage.event_id == event.id, OutboxMessage.kind == "invite"
    )
    return {address: at for address, at in db.session.execute(rows.group_by(OutboxMessage.recipient))}  # noqa: C416
