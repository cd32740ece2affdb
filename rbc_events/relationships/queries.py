"""Reads of relationships that are used twice or need care. A page's number of queries doesn't grow with its rows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from rbc_events.accounts.access import LEVELS, Level
from rbc_events.accounts.models import Grant, User
from rbc_events.database import db
from rbc_events.events.models import Event, Programme, Region, Sector
from rbc_events.meetings.models import Meeting, MeetingRequest, MeetingState
from rbc_events.paging import Part, read_counted_part, read_part
from rbc_events.registration.models import Organisation
from rbc_events.relationships.access import has_party, viewed_relationships
from rbc_events.relationships.models import (
    NoteAudience,
    Relationship,
    RelationshipMeeting,
    RelationshipNote,
    RelationshipOrigin,
    RelationshipParty,
    RelationshipState,
    RelationshipTask,
    StageKind,
    StageReport,
)
from rbc_events.seeds.models import SeedVersion

A_PAGE = 50
A_COLUMN = 10
"""Cards that a column of the board shows; the list has the others."""


def held_without_relationship(most: int = 500) -> Sequence[Meeting]:
    """The meetings that were held and hang on no relationship yet, the oldest first."""
    taken_up = exists().where(RelationshipMeeting.meeting_id == Meeting.id)
    held = select(Meeting).where(Meeting.state == MeetingState.HELD, ~taken_up)
    return db.session.scalars(held.order_by(Meeting.id).limit(most)).all()


@dataclass(frozen=True)
class Choice:
    """What the list and the board are narrowed down to; empty means all. `reached`: any of its stages; `at`: its
    furthest one."""

    programme: str = ""
    event: str = ""
    sector: str = ""
    region: str = ""
    reached: StageKind | None = None
    at: StageKind | None = None
    state: str = RelationshipState.ACTIVE.value
    overdue: bool = False

    @classmethod
    def from_parameters(cls, given: Mapping[str, str]) -> "Choice":
        names = ("programme", "event", "sector", "region")
        states = {*RelationshipState, "all"}
        state = given.get("state", "")
        return cls(
            **{name: given.get(name, "") for name in names},
            reached=_stage(given.get("reached")),
            at=_stage(given.get("at")),
            state=state if state in states else RelationshipState.ACTIVE.value,
            overdue=bool(given.get("overdue")),
        )

    def parameters(self) -> dict[str, str]:
        """The address's part that asks for this again."""
        chosen = {name: str(value) for name, value in vars(self).items() if value and name != "overdue"}
        if self.state == RelationshipState.ACTIVE:
            del chosen["state"]
        return {**chosen, **({"overdue": "1"} if self.overdue else {})}


def _stage(given: str | None) -> StageKind | None:
    return StageKind(given) if given in set(StageKind) else None


def _depth() -> Any:
    """How far a stage is, by its place in the order of stages."""
    return case(*((StageReport.kind == kind, place) for place, kind in enumerate(StageKind)), else_=-1)


def _furthest() -> Any:
    return select(StageReport.relationship_id, func.max(_depth()).label("depth")).group_by(StageReport.relationship_id)


def _narrowed(actor: Any, choice: Choice, today: date) -> list[ColumnElement[bool]]:
    grew_in: list[ColumnElement[bool]] = []
    if choice.programme:
        grew_in.append(RelationshipOrigin.programme.has(Programme.key == choice.programme))
    if choice.event:
        grew_in.append(RelationshipOrigin.event.has(Event.key == choice.event))
    if choice.sector:
        grew_in.append(RelationshipOrigin.event.has(Event.sector.has(Sector.key == choice.sector)))
    if choice.region:
        there = or_(Region.code == choice.region, Region.parent_code == choice.region)
        grew_in.append(RelationshipOrigin.event.has(Event.hosts.any(there)))
    conditions = [viewed_relationships(actor)]
    if grew_in:
        conditions.append(Relationship.origins.any(*_all(grew_in)))
    if choice.reached:
        conditions.append(Relationship.stages.any(StageReport.kind == choice.reached))
    if choice.state != "all":
        conditions.append(Relationship.state == RelationshipState(choice.state))
    if choice.overdue:
        conditions.append(is_overdue(today))
    return conditions


def _all(conditions: Sequence[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    joined = conditions[0]
    for condition in conditions[1:]:
        joined &= condition
    return [joined]


def is_overdue(today: date) -> ColumnElement[bool]:
    """Its next step, or a task, should have been done before today."""
    late = (RelationshipTask.due_on < today) & RelationshipTask.done_at.is_(None)
    return or_(Relationship.next_step_on < today, Relationship.tasks.any(late))


def _with_all(statement: Select[Any]) -> Select[Any]:
    return statement.options(
        joinedload(Relationship.keeper),
        selectinload(Relationship.parties).joinedload(RelationshipParty.organisation),
        selectinload(Relationship.stages),
        selectinload(Relationship.origins).joinedload(RelationshipOrigin.event),
    )


def listed(actor: Any, choice: Choice, *, today: date, page: int) -> Part:
    """One page of the list: what should be done first comes first, then what was begun last."""
    conditions = _narrowed(actor, choice, today)
    statement = select(Relationship).where(*conditions)
    if choice.at:
        furthest = _furthest().subquery()
        place = list(StageKind).index(choice.at)
        statement = statement.join(furthest, furthest.c.relationship_id == Relationship.id)
        statement = statement.where(furthest.c.depth == place)
    order = (Relationship.next_step_on.is_(None), Relationship.next_step_on, Relationship.id.desc())
    return read_counted_part(_with_all(statement).order_by(*order), page, A_PAGE)


class BoardColumn(NamedTuple):
    stage: StageKind
    cards: list[Relationship]
    total: int


def board(actor: Any, choice: Choice, *, today: date) -> list[BoardColumn]:
    """A column a stage. A relationship stands in that of its furthest stage; its card names the others."""
    furthest = _furthest().subquery()
    place = func.row_number().over(
        partition_by=furthest.c.depth,
        order_by=(Relationship.next_step_on.is_(None), Relationship.next_step_on, Relationship.id.desc()),
    )
    total = func.count().over(partition_by=furthest.c.depth)
    ranked = (
        select(Relationship.id, furthest.c.depth, place.label("place"), total.label("total"))
        .join(furthest, furthest.c.relationship_id == Relationship.id)
        .where(*_narrowed(actor, choice, today))
        .subquery()
    )
    shown = select(ranked).where(ranked.c.place <= A_COLUMN).order_by(ranked.c.depth, ranked.c.place)
    found = db.session.execute(shown).all()
    ids = [row.id for row in found]
    cards = {row.id: row for row in db.session.scalars(_with_all(select(Relationship).where(Relationship.id.in_(ids))))}
    totals: Counter[int] = Counter({row.depth: row.total for row in found})
    return [
        BoardColumn(stage, [cards[row.id] for row in found if row.depth == depth], totals[depth])
        for depth, stage in enumerate(StageKind)
    ]


def partnerships(organisations: Sequence[int], page: int) -> Part:
    """A page of the relationships of these organisations, the last begun first."""
    statement = select(Relationship).where(has_party(organisations)).order_by(Relationship.id.desc())
    return read_part(_with_all(statement), page, A_PAGE)


def read_whole(relationship: Relationship) -> None:
    """Read what a relationship's page shows of it, each kind of row at once."""
    statement = (
        select(Relationship)
        .where(Relationship.id == relationship.id)
        .options(
            selectinload(Relationship.parties).joinedload(RelationshipParty.organisation),
            selectinload(Relationship.stages).joinedload(StageReport.organisation),
            selectinload(Relationship.notes).joinedload(RelationshipNote.organisation),
            selectinload(Relationship.notes).joinedload(RelationshipNote.by),
            selectinload(Relationship.tasks).joinedload(RelationshipTask.assigned_to),
            selectinload(Relationship.origins).joinedload(RelationshipOrigin.event),
            selectinload(Relationship.origins).joinedload(RelationshipOrigin.programme),
        )
    )
    db.session.scalars(statement).one()


def with_meetings(relationship: Relationship) -> Sequence[Meeting]:
    """Its meetings with their events and times, the first one first."""
    statement = (
        select(Meeting)
        .join(RelationshipMeeting, RelationshipMeeting.meeting_id == Meeting.id)
        .where(RelationshipMeeting.relationship_id == relationship.id)
        .options(
            joinedload(Meeting.event),
            joinedload(Meeting.slot),
            joinedload(Meeting.request).joinedload(MeetingRequest.seed_version).joinedload(SeedVersion.seed),
        )
        .order_by(Meeting.published_starts_at, Meeting.id)
    )
    return db.session.scalars(statement).all()


def staff() -> Sequence[User]:
    """Who manages events: they can be given a relationship or a task."""
    works = User.grants.any(Grant.role.in_(LEVELS[Level.MANAGE]))
    order = (User.family_latin, User.given_latin, User.id)
    return db.session.scalars(select(User).where(works, User.active).order_by(*order)).all()


def notes_for(relationship: Relationship, side: Organisation) -> list[RelationshipNote]:
    """What an organisation reads: what is written for all parties, and its own. Never staff's, nor the others' own."""
    return [
        note
        for note in relationship.notes
        if note.audience == NoteAudience.PARTIES
        or (note.audience == NoteAudience.OWN and note.organisation_id == side.id)
    ]
