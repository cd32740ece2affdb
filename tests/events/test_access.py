"""Every rule of who may do what is said for one row and for a list: both say the same of everybody about every row."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask_login import AnonymousUserMixin
from sqlalchemy import select

from rbc_events.accounts.access import LEVELS, Level
from rbc_events.accounts.models import Role, User
from rbc_events.accounts.operations import grant
from rbc_events.cases import access as case_access
from rbc_events.cases.models import SupportCase
from rbc_events.database import db
from rbc_events.events import access
from rbc_events.events.models import Event
from rbc_events.outcomes import access as outcomes
from rbc_events.outcomes.models import Outcome
from rbc_events.registration import access as registrations
from rbc_events.registration.models import Registration
from tests.factories import (
    NOW,
    make_case,
    make_delegate,
    make_event,
    make_organisation,
    make_outcome,
    make_region,
    make_registration,
    make_user,
)
from tests.world import World


@pytest.fixture
def a_role_that_only_views(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LEVELS, Level.VIEW, LEVELS[Level.VIEW] | {Role.INTERPRETER})


@pytest.fixture
def events(world: World) -> list[Event]:
    """Announced or not, with no, one or two host regions."""
    miyagi, osaka = make_region(), make_region("270008", name_ja="大阪府", name_en="Osaka")
    hosts = ([], [miyagi], [osaka], [miyagi, osaka])
    made = [make_event(visible=visible, hosts=regions) for visible in (True, False) for regions in hosts]
    return [world.event, world.other_event, *made]


@pytest.fixture
def actors(world: World, events: list[Event]) -> Iterator[list[Any]]:
    """Everybody in the world, people with grants for each kind of place, and a visitor."""
    regional, both, auditor = make_user(), make_user(), make_user()
    grant(regional, Role.COORDINATOR, region_code="040002")
    grant(both, Role.COORDINATOR, region_code="270008")
    grant(both, Role.COORDINATOR, event_id=events[2].id)
    grant(auditor, Role.INTERPRETER)
    hidden = make_user()
    grant(hidden, Role.INTERPRETER, event_id=events[6].id)
    db.session.flush()
    return [*world.people.values(), regional, both, auditor, hidden, make_user(), AnonymousUserMixin()]


def disagreements(actors: list[Any], model: Any, says: Any, lists: Any) -> list[Any]:
    """The rows of which a rule for one row says something else than the rule for a list."""
    rows = db.session.scalars(select(model)).all()
    found, said = [], set()
    for actor in actors:
        listed = set(db.session.scalars(select(model.id).where(lists(actor))))
        found += [(actor, row) for row in rows if says(actor, row) != (row.id in listed)]
        said |= {row.id in listed for row in rows}
    assert said == {True, False}, "each of the two answers is to occur"
    return found


@pytest.mark.usefixtures("a_role_that_only_views")
@pytest.mark.parametrize(
    ("says", "lists"),
    [(access.may_see, access.seen), (access.may_view, access.viewed), (access.may_manage, access.managed)],
)
def test_events_are_listed_for_whom_they_open(actors: list[Any], says: Any, lists: Any) -> None:
    assert disagreements(actors, Event, says, lists) == []


@pytest.mark.usefixtures("actors")
def test_an_events_managers_are_those_who_may_manage_it(events: list[Event]) -> None:
    users = db.session.scalars(select(User)).all()
    for event in events:
        listed = set(db.session.scalars(select(User).where(access.managers_of(event))))
        assert listed == {user for user in users if access.may_manage(user, event)}


@pytest.mark.usefixtures("a_role_that_only_views")
def test_who_only_views_manages_nothing(actors: list[Any], events: list[Event]) -> None:
    auditor = actors[-4]
    assert all(access.may_view(auditor, event) for event in events)
    assert not any(access.may_manage(auditor, event) for event in events)


def test_a_registration_is_listed_for_whom_it_acts(actors: list[Any], world: World) -> None:
    both = make_registration(world.other_event, world.registration.organisation)
    make_delegate(both, world.people["outsider"])
    assert disagreements(actors, Registration, registrations.acts_for, registrations.acted_for) == []


@pytest.mark.slow
@pytest.mark.usefixtures("a_role_that_only_views")
def test_outcomes_and_cases_are_listed_for_whom_they_open(actors: list[Any], events: list[Event]) -> None:
    of = {event: make_outcome(event, parties=(make_organisation(), "Another")) for event in events}
    none = make_outcome(events[0])
    none.event = None
    cases = [make_case(outcome) for outcome in [*of.values(), none]]
    cases[0].published_at = cases[3].published_at = NOW
    cases[1].outcomes.append(of[events[0]])
    without = make_case(of[events[4]])
    without.outcomes.clear()
    db.session.flush()
    assert disagreements(actors, Outcome, outcomes.may_view_outcome, outcomes.viewed_outcomes) == []
    assert disagreements(actors, SupportCase, case_access.may_see_case, case_access.seen_cases) == []
