"""From a seed to a meeting, an outcome and back: what cites it names the version of the day."""

from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.meetings.models import Meeting, MeetingRequest, MeetingState, RequestState
from rbc_events.meetings.operations import request_meeting
from rbc_events.outcomes.models import Outcome, Visibility
from rbc_events.registration.models import OrganisationKind
from rbc_events.relationships.operations import take_up_meeting
from rbc_events.seeds import operations
from tests.factories import NOW, add, make_event, make_organisation, make_registration, make_seed, make_user
from tests.forms import form_with
from tests.markup import one_line

EN = {"Accept-Language": "en"}


class Fair:
    def __init__(self) -> None:
        self.event = make_event()
        university = make_organisation("Sample University", kind=OrganisationKind.UNIVERSITY, country="JP")
        self.owner = make_registration(self.event, university)
        self.company = make_registration(self.event, make_organisation("Sample Company"))
        self.seed = make_seed(university, title_en="A urine test")
        db.session.commit()


@pytest.fixture
def fair(app: Any) -> Fair:
    return Fair()


def asked(fair: Fair, client: Any) -> MeetingRequest:
    """By the button on the seed's page."""
    page = client.get(f"/seeds/{fair.seed.id}", headers=EN).text
    address = f"/events/{fair.event.key}/requests/to/{fair.owner.id}?seed={fair.seed.id}"
    assert address in page
    data = form_with(client.get(address, headers=EN).text, "seed")
    assert data["seed"] == [str(fair.seed.versions[-1].id)]
    assert client.post(address, data=data).status_code == 302
    return db.session.scalars(select(MeetingRequest)).one()


def test_a_request_that_is_asked_again_takes_over_the_first_seed_that_is_named(fair: Fair) -> None:
    company = fair.company.delegates[0].user
    request_meeting(fair.company, fair.owner, actor=company, now=NOW)
    seed = fair.seed.versions[-1]
    request = request_meeting(fair.company, fair.owner, actor=company, now=NOW, seed_version_id=seed.id)
    assert request.seed_version_id == seed.id
    another = make_seed(fair.owner.organisation, title_en="A blood test").versions[-1]
    again = request_meeting(fair.company, fair.owner, actor=company, now=NOW, seed_version_id=another.id)
    assert again.seed_version_id == seed.id


def test_asking_about_a_seed_whoever_has_asked_already_names_it_too(fair: Fair) -> None:
    owner, company = fair.owner.delegates[0].user, fair.company.delegates[0].user
    request_meeting(fair.owner, fair.company, actor=owner, now=NOW)
    version = fair.seed.versions[-1]
    request = request_meeting(fair.company, fair.owner, actor=company, now=NOW, seed_version_id=version.id)
    assert (request.state, request.seed_version_id) == (RequestState.MUTUAL, version.id)


def test_a_request_from_a_seeds_page_names_the_version_for_both_sides(fair: Fair, sign_in: Any) -> None:
    company = sign_in(fair.company.delegates[0].user)
    request = asked(fair, company)
    assert request.seed_version == fair.seed.versions[-1]
    operations.change_seed(fair.seed, {"title_en": "Renamed"}, actor=None, now=NOW)
    db.session.commit()
    for side in (fair.company, fair.owner):
        page = sign_in(side.delegates[0].user).get(f"/events/{fair.event.key}/requests", headers=EN).text
        assert "A urine test (version 1)" in one_line(page)
        assert "Renamed" not in page


def test_anothers_seed_or_one_that_is_not_public_is_not_asked_about(fair: Fair, sign_in: Any) -> None:
    company = sign_in(fair.company.delegates[0].user)
    other = make_seed(make_organisation("Another University", kind=OrganisationKind.UNIVERSITY), title_en="CANARY")
    draft = make_seed(fair.owner.organisation, title_en="CANARY", published_at=None)
    db.session.commit()
    address = f"/events/{fair.event.key}/requests/to/{fair.owner.id}"
    for seed in (other, draft):
        assert "CANARY" not in company.get(f"{address}?seed={seed.id}", headers=EN).text
        assert company.post(address, data={"priority": 2, "seed": seed.versions[-1].id}).status_code == 422
    assert db.session.scalar(select(MeetingRequest)) is None


def test_nobody_is_sent_to_ask_where_they_cannot(fair: Fair, client: Any, sign_in: Any) -> None:
    owner = sign_in(fair.owner.delegates[0].user)
    stranger = sign_in(make_registration(make_event()).delegates[0].user)
    for reader in (client, owner, stranger):
        assert "/requests/to/" not in reader.get(f"/seeds/{fair.seed.id}", headers=EN).text


def test_the_outcome_of_the_meeting_names_the_seed_and_its_page_tells_its_officers(fair: Fair, sign_in: Any) -> None:
    request = asked(fair, sign_in(fair.company.delegates[0].user))
    meeting = add(Meeting(event=fair.event, request=request, uid="one@test", state=MeetingState.HELD))
    from rbc_events.meetings.models import MeetingParty

    meeting.parties = [MeetingParty(registration=side) for side in (fair.owner, fair.company)]
    db.session.flush()
    between = take_up_meeting(meeting, actor=None, now=NOW)
    db.session.commit()
    staff = sign_in(make_user(Role.HEADQUARTERS))
    address = f"/relationships/{between.id}/outcomes/new"
    data = form_with(staff.get(address, headers=EN).text, "seed")
    assert data["seed"] == [str(request.seed_version_id)]
    data |= {"type": "licence", "state": "agreed", "visibility": "public"}
    assert staff.post(address, data=data).status_code == 302
    outcome = db.session.scalars(select(Outcome)).one()
    assert outcome.seed_version == request.seed_version
    kept = staff.get(f"/outcomes/{outcome.id}", headers=EN).text
    assert form_with(kept, "seed")["seed"] == [str(request.seed_version_id)]
    page = one_line(sign_in(fair.owner.delegates[0].user).get(f"/seeds/{fair.seed.id}", headers=EN).text)
    assert "What came of it" in page
    assert "A urine test (version 1)" in page
    assert (
        "What came of it" not in sign_in(fair.company.delegates[0].user).get(f"/seeds/{fair.seed.id}", headers=EN).text
    )


def test_the_name_of_a_seed_that_was_never_public_stands_on_no_page_for_others(fair: Fair, client: Any) -> None:
    from tests.factories import make_outcome

    draft = make_seed(fair.owner.organisation, title_en="CANARYDRAFT", published_at=None)
    outcome = make_outcome(fair.event, parties=(fair.owner.organisation, "Sample B"), visibility=Visibility.PUBLIC)
    outcome.seed_version = draft.versions[-1]
    db.session.commit()
    page = client.get(f"/events/{fair.event.key}", headers=EN).text
    assert "Sample B" in page
    assert "CANARYDRAFT" not in page
