"""Reading requests, meetings and agendas. A page's number of queries doesn't grow with its rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from rbc_events.accounts.models import PersonName, User
from rbc_events.database import Bilingual, db
from rbc_events.events.models import Event, Mode
from rbc_events.meetings import where
from rbc_events.meetings.models import (
    OPEN,
    Interpreter,
    Meeting,
    MeetingParty,
    MeetingRequest,
    MeetingState,
    PartyAnswer,
    RequestParty,
    RequestState,
    Veto,
)
from rbc_events.paging import Part, read_part
from rbc_events.registration.models import Delegate, Organisation, Registration
from rbc_events.registration.participation import taking_part


def approved_registrations(event: Event) -> Sequence[Registration]:
    """Who takes part, by name."""
    statement = (
        select(Registration)
        .join(Registration.organisation)
        .where(taking_part(event))
        .options(joinedload(Registration.organisation))
        .order_by(Organisation.name_latin, Organisation.name_native)
    )
    return db.session.scalars(statement).all()


def has_vetoed(side: Registration, other: Registration) -> bool:
    return db.session.get(Veto, (side.id, other.id)) is not None


def vetoed_by(side: Registration) -> Sequence[Registration]:
    """The organisations that this one does not want to meet."""
    statement = (
        select(Registration)
        .join(Veto, Veto.vetoed_id == Registration.id)
        .where(Veto.registration_id == side.id)
        .options(joinedload(Registration.organisation))
    )
    return db.session.scalars(statement).all()


def pair_of(first: Registration, second: Registration) -> str:
    return "{}:{}".format(*sorted((first.id, second.id)))


def open_request(first: Registration, second: Registration) -> MeetingRequest | None:
    """The request between two organisations that waits or is mutual."""
    return db.session.scalar(select(MeetingRequest).where(MeetingRequest.pair == pair_of(first, second)))


def will_meet(first: Registration, second: Registration) -> bool:
    """Whether two organisations have a meeting, of them alone, that is agreed and not held yet."""
    both = (first.id, second.id)
    with_each = (Meeting.parties.any(MeetingParty.registration_id == number) for number in both)
    others = Meeting.parties.any(MeetingParty.registration_id.not_in(both))
    statement = select(Meeting.id).where(Meeting.state.in_(OPEN), *with_each, ~others)
    return db.session.scalar(statement.limit(1)) is not None


def open_count(side: Registration) -> int:
    """How many requests of an organisation wait for an answer."""
    waiting = MeetingRequest.asked_by_id == side.id, MeetingRequest.state == RequestState.PENDING
    return db.session.scalar(select(func.count()).select_from(MeetingRequest).where(*waiting)) or 0


def party_of(request: MeetingRequest, side: Registration) -> RequestParty:
    return next(party for party in request.parties if party.registration_id == side.id)


def share_a_language(sides: Sequence[Registration]) -> bool:
    """Whether they can talk without an interpreter. One that names no language is taken to speak the other's."""
    spoken = [set(side.organisation.profile.languages) for side in sides if side.organisation.profile.languages]
    return len(spoken) < 2 or bool(set.intersection(*spoken))


def meets_online(event: Event, sides: Sequence[Registration]) -> bool:
    if event.mode == Mode.HYBRID:
        return any(side.attends == "online" for side in sides)
    return event.mode == Mode.ONLINE


@dataclass(frozen=True)
class OwnRequests:
    """An organisation's requests as its own page shows them."""

    to_answer: list[MeetingRequest] = field(default_factory=list)
    sent: list[MeetingRequest] = field(default_factory=list)
    mutual: list[MeetingRequest] = field(default_factory=list)
    closed: list[MeetingRequest] = field(default_factory=list)


def _with_parties() -> tuple[ORMOption, ...]:
    parties = selectinload(MeetingRequest.parties).joinedload(RequestParty.registration)
    return (
        parties.joinedload(Registration.organisation),
        joinedload(MeetingRequest.meeting).joinedload(Meeting.slot),
        joinedload(MeetingRequest.seed_version),
    )


def own_requests(side: Registration) -> OwnRequests:
    """Received, sent, mutual and closed ones. What comes from an organisation that it vetoed is not shown to it."""
    vetoed = select(Veto.vetoed_id).where(Veto.registration_id == side.id)
    hidden = MeetingRequest.asked_by_id.in_(vetoed) & (MeetingRequest.state != RequestState.MUTUAL)
    statement = (
        select(MeetingRequest)
        .where(
            MeetingRequest.parties.any(RequestParty.registration_id == side.id),
            or_(MeetingRequest.asked_by_id.is_(None), ~hidden),
        )
        .options(*_with_parties())
        .order_by(MeetingRequest.created_at.desc(), MeetingRequest.id.desc())
    )
    found = OwnRequests()
    for request in db.session.scalars(statement):
        _shelf(found, request, side).append(request)
    return found


def _shelf(found: OwnRequests, request: MeetingRequest, side: Registration) -> list[MeetingRequest]:
    if request.state == RequestState.MUTUAL:
        return found.mutual
    if request.state != RequestState.PENDING:
        return found.closed
    return found.to_answer if party_of(request, side).answer == PartyAnswer.PENDING else found.sent


REQUESTS_A_PAGE = 50


def event_requests(event: Event, state: RequestState | None = None, *, page: int = 1) -> Part:
    """A page of an event's requests for its coordinators, the newest first."""
    statement = select(MeetingRequest).where(MeetingRequest.event_id == event.id).options(*_with_parties())
    if state is not None:
        statement = statement.where(MeetingRequest.state == state)
    ordered = statement.order_by(MeetingRequest.created_at.desc(), MeetingRequest.id.desc())
    return read_part(ordered, page, REQUESTS_A_PAGE)


def request_counts(event: Event) -> dict[RequestState, int]:
    statement = select(MeetingRequest.state, func.count()).where(MeetingRequest.event_id == event.id)
    return dict(iter(db.session.execute(statement.group_by(MeetingRequest.state))))


def meeting_with_all(*conditions: ColumnElement[bool]) -> "Sequence[Meeting]":
    """Meetings with everything that their page, their mails and their calendar entries name."""
    parties = selectinload(Meeting.parties)
    organisation = parties.joinedload(MeetingParty.registration)
    statement = (
        select(Meeting)
        .where(*conditions)
        .options(
            organisation.joinedload(Registration.organisation).joinedload(Organisation.profile),
            organisation.selectinload(Registration.delegates).joinedload(Delegate.user),
            parties.joinedload(MeetingParty.user),
            parties.selectinload(MeetingParty.absent),
            joinedload(Meeting.slot),
            joinedload(Meeting.place),
            joinedload(Meeting.interpreter),
            joinedload(Meeting.published_place),
            joinedload(Meeting.published_interpreter),
        )
        .order_by(Meeting.published_starts_at, Meeting.id)
    )
    return db.session.scalars(statement).all()


@dataclass(frozen=True)
class AgendaRow:
    """A line of an agenda: of a season's 300 meetings only what the page shows is read, not the whole rows."""

    id: int
    state: MeetingState
    published_starts_at: datetime | None
    published_ends_at: datetime | None
    place: Bilingual
    interpreter: PersonName | None
    others: Sequence[Bilingual]  # the organisations that one meets


def agenda_of_registrations(sides: Sequence[Registration]) -> list[AgendaRow]:
    """What these organisations have been told, and the meetings that still wait for a time."""
    ids = [side.id for side in sides]
    return _agenda(
        Meeting.parties.any(MeetingParty.registration_id.in_(ids)),
        or_(Meeting.published_starts_at.is_not(None), Meeting.state == MeetingState.AGREED),
        own=ids[:1],
    )


def agenda_of_interpreter(user: User, event: Event) -> list[AgendaRow]:
    mine = select(Interpreter.id).where(
        Interpreter.event_id == event.id, or_(Interpreter.user_id == user.id, Interpreter.email == user.email)
    )
    return _agenda(Meeting.published_interpreter_id.in_(mine), Meeting.published_starts_at.is_not(None))


def agenda_of_coordinator(user: User, event: Event) -> list[AgendaRow]:
    """The meetings in which a coordinator sits as the third party."""
    return _agenda(Meeting.event_id == event.id, Meeting.parties.any(MeetingParty.user_id == user.id))


INTERPRETER_NAME = tuple(getattr(Interpreter, name) for name in PersonName.__annotations__)


def _agenda(*conditions: ColumnElement[bool], own: Sequence[int] = ()) -> list[AgendaRow]:
    """Two queries of columns alone: the meetings, and whom one meets (everybody but `own`)."""
    times = (Meeting.published_starts_at, Meeting.published_ends_at)
    place = (where.NAME_JA, where.NAME_EN)
    statement = (
        select(Meeting.id, Meeting.state, *times, *place, Interpreter.id, *INTERPRETER_NAME)
        .outerjoin(Meeting.published_place)
        .outerjoin(Meeting.published_interpreter)
        .where(*conditions)
        .order_by(Meeting.published_starts_at, Meeting.id)
    )
    others = organisations_in(*conditions, but=own)
    rows = []
    for number, state, starts_at, ends_at, place_ja, place_en, interpreter, *names in db.session.execute(statement):
        where_it_is = Bilingual(place_ja, place_en)
        name = _person_name(names) if interpreter else None
        rows.append(AgendaRow(number, state, starts_at, ends_at, where_it_is, name, others.get(number, ())))
    return rows


def _person_name(names: Sequence[str]) -> PersonName:
    person = PersonName()
    for field_name, value in zip(PersonName.__annotations__, names, strict=True):
        setattr(person, field_name, value)
    return person


def organisations_in(*conditions: ColumnElement[bool], but: Sequence[int] = ()) -> dict[int, list[Bilingual]]:
    """The organisations of meetings, by meeting. `but`: registrations to leave out."""
    statement = (
        select(MeetingParty.meeting_id, Organisation.name_native, Organisation.name_latin)
        .join(MeetingParty.meeting)
        .join(MeetingParty.registration)
        .join(Registration.organisation)
        .where(*conditions, MeetingParty.registration_id.not_in(but))
        .order_by(MeetingParty.id)
    )
    found: dict[int, list[Bilingual]] = {}
    for meeting, native, latin in db.session.execute(statement):
        found.setdefault(meeting, []).append(Bilingual(ja=native, en=latin or native))
    return found


def is_interpreter(user: User, event: Event) -> bool:
    mine = or_(Interpreter.user_id == user.id, Interpreter.email == user.email)
    return db.session.scalar(select(Interpreter.id).where(Interpreter.event_id == event.id, mine).limit(1)) is not None
