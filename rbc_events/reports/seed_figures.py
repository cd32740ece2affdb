"""What becomes of seeds, by the version that was cited: asked about, met about, agreed on."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from rbc_events.database import db
from rbc_events.i18n import plain
from rbc_events.meetings.models import Meeting, MeetingRequest, MeetingState, RequestState
from rbc_events.outcomes.access import seen_outcomes, today
from rbc_events.outcomes.labels import OUTCOME_STATES
from rbc_events.outcomes.models import Outcome, OutcomeState
from rbc_events.registration.models import Organisation
from rbc_events.reports.figures import Cell, Figure
from rbc_events.reports.pipeline import Deal
from rbc_events.seeds.citing import in_words
from rbc_events.seeds.models import Seed, SeedVersion

Cited = tuple[int, OutcomeState]
"""Of what seed version an outcome came, and its state."""


class Steps(NamedTuple):
    """How many requests cite a version, how many of them both sides agreed to, and how many led to a meeting held."""

    requests: int = 0
    agreed: int = 0
    held: int = 0


def seed_figure(event_ids: Sequence[int], deals: Sequence[Deal]) -> Figure:
    """Of some events, and of these deals."""
    of_seeds = [(deal.seed_version_id, deal.state) for deal in deals if deal.seed_version_id]
    return _figure(_steps(MeetingRequest.event_id.in_(event_ids)), of_seeds)


def own_seed_figure(actor: Any, organisations: Sequence[Organisation]) -> Figure:
    """Of all that these organisations' seeds were asked about, with the outcomes that the actor may see."""
    owned = SeedVersion.seed.has(Seed.organisation_id.in_([organisation.id for organisation in organisations]))
    theirs = select(SeedVersion.id).where(owned)
    seen = seen_outcomes(actor, today=today()), Outcome.seed_version_id.in_(theirs)
    deals = db.session.execute(select(Outcome.seed_version_id, Outcome.state).where(*seen)).all()
    of_seeds = [(number, state) for number, state in deals if number is not None]
    return _figure(_steps(MeetingRequest.seed_version_id.in_(theirs)), of_seeds)


def _steps(which: ColumnElement[bool]) -> dict[int, Steps]:
    cited = MeetingRequest.seed_version_id
    statement = (
        select(
            cited,
            func.count(),
            func.count().filter(MeetingRequest.state == RequestState.MUTUAL),
            func.count().filter(Meeting.state == MeetingState.HELD),
        )
        .outerjoin(Meeting, Meeting.request_id == MeetingRequest.id)
        .where(cited.is_not(None), which)
        .group_by(cited)
    )
    return {number: Steps(*counted) for number, *counted in db.session.execute(statement) if number is not None}


def _figure(steps: dict[int, Steps], deals: Sequence[Cited]) -> Figure:
    counted = Counter(deals)
    rows = [_row(version, steps.get(version.id, Steps()), counted) for version in _versions({*steps, *dict(deals)})]
    return Figure(
        key="seeds",
        title=_("Seeds: from a request to the outcome"),
        note=_(
            "Requests to meet about a seed, those that both sides agreed to, the meetings held, and deals by the state "
            "that they are in, by the version of the seed that was cited. Seeds that nobody cited aren’t listed."
        ),
        columns=(
            _("Organisation"),
            _("Seed"),
            *(_("Requests"), _("Mutually agreed"), _("Meetings held")),
            *(str(OUTCOME_STATES[state]) for state in OutcomeState),
        ),
        rows=tuple(rows),
        texts=2,
    )


def _versions(numbers: set[int]) -> Sequence[SeedVersion]:
    """Those that readers beyond the owner may know of."""
    statement = (
        select(SeedVersion)
        .join(SeedVersion.seed)
        .where(SeedVersion.id.in_(numbers), or_(Seed.published_at.is_not(None), Seed.withdrawn_at.is_not(None)))
        .order_by(Seed.organisation_id, Seed.id, SeedVersion.number)
        .options(joinedload(SeedVersion.seed).joinedload(Seed.organisation))
    )
    return db.session.scalars(statement).all() if numbers else ()


def _row(version: SeedVersion, steps: Steps, deals: Counter[Cited]) -> tuple[Cell, ...]:
    owner = plain(version.seed.organisation.name)
    return owner, in_words(version), *steps, *(deals[version.id, state] for state in OutcomeState)
