"""From a seed to a meeting, an outcome and back: what cites it names the version of the day."""

import json
import re
from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.accounts.models import Role
from rbc_events.cases.operations import publish_case
from rbc_events.cases.telling import text_of
from rbc_events.database import db
from rbc_events.i18n import in_language
from rbc_events.meetings.models import Meeting, MeetingParty, MeetingRequest, MeetingState, RequestState
from rbc_events.meetings.operations import request_meeting
from rbc_events.outcomes.models import Outcome, OutcomeType, Visibility
from rbc_events.registration.models import OrganisationKind
from rbc_events.relationships.operations import take_up_meeting
from rbc_events.reports.figure_list import figure_of
from rbc_events.reports.selecting import select_everything
from rbc_events.seeds import operations
from tests.factories import (
    NOW,
    add,
    make_case,
    make_event,
    make_organisation,
    make_outcome,
    make_programme,
    make_registration,
    make_seed,
    make_user,
)
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
    partner = sign_in(fair.company.delegates[0].user)
    request = asked(fair, partner)
    meeting = add(Meeting(event=fair.event, request=request, uid="one@test", state=MeetingState.HELD))
    meeting.parties = [MeetingParty(registration=side) for side in (fair.owner, fair.company)]
    db.session.flush()
    between = take_up_meeting(meeting, actor=None, now=NOW)
    db.session.commit()
    staff = sign_in(make_user(Role.HEADQUARTERS))
    for reader, page in ((staff, f"/relationships/{between.id}"), (partner, f"/partners/{between.id}")):
        assert "A urine test (version 1)" in reader.get(page, headers=EN).text
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


def licensed(fair: Fair, sign_in: Any) -> Outcome:
    """Asked about on the seed's page, met, and licensed; the seed has been renamed since."""
    request = asked(fair, sign_in(fair.company.delegates[0].user))
    request.state = RequestState.MUTUAL
    meeting = add(Meeting(event=fair.event, request=request, uid="one@test", state=MeetingState.HELD))
    meeting.parties = [MeetingParty(registration=side) for side in (fair.owner, fair.company)]
    parties = (fair.owner.organisation, fair.company.organisation)
    outcome = make_outcome(fair.event, parties=parties, visibility=Visibility.PUBLIC, type=OutcomeType.LICENCE)
    outcome.seed_version = request.seed_version
    operations.change_seed(fair.seed, {"title_en": "Renamed"}, actor=None, now=NOW)
    db.session.commit()
    return outcome


def test_a_case_names_the_version_and_the_seeds_page_names_the_case(fair: Fair, client: Any, sign_in: Any) -> None:
    case = make_case(licensed(fair, sign_in), "sample-licence", title_en="A licence for the test")
    seed = f"/seeds/{fair.seed.id}"
    assert "A licence for the test" not in client.get(seed, headers=EN).text, "before it is public"
    publish_case(case, now=NOW, today=NOW.date())
    db.session.commit()
    page = client.get("/cases/sample-licence", headers=EN).text
    assert f'<a href="{seed}">A urine test (version 1)</a>' in page
    assert json.loads(page.split('type="application/ld+json">')[1].split("</script>")[0])["mentions"][0]["url"]
    shown = client.get(seed, headers=EN).text
    assert "A licence for the test" in shown
    assert "/cases/sample-licence" in shown


def test_a_text_that_was_approved_before_seeds_were_cited_stays_approved(fair: Fair) -> None:
    """One that cites none, or one that nobody may know of, reads as ever."""
    case = make_case(make_outcome(fair.event))
    assert "seed" not in text_of(case)["outcomes"][0]
    case.outcomes[0].seed_version = make_seed(fair.owner.organisation, published_at=None).versions[-1]
    db.session.flush()
    assert "seed" not in text_of(case)["outcomes"][0]


def test_an_embargo_hides_what_came_of_a_seed_from_its_page(fair: Fair, client: Any, sign_in: Any) -> None:
    outcome = licensed(fair, sign_in)
    publish_case(make_case(outcome, "sample-licence", title_en="CANARY"), now=NOW, today=NOW.date())
    outcome.visibility = Visibility.STAFF
    db.session.commit()
    assert "CANARY" not in client.get(f"/seeds/{fair.seed.id}", headers=EN).text


def test_the_report_counts_by_the_version_that_was_cited(fair: Fair, sign_in: Any) -> None:
    licensed(fair, sign_in)
    make_seed(fair.owner.organisation, title_en="Cited by nobody")
    draft = make_seed(fair.owner.organisation, title_en="Never public", published_at=None)
    make_outcome(fair.event).seed_version = draft.versions[-1]
    db.session.flush()
    with in_language("en"):
        found = figure_of("seeds", select_everything(None))
    assert found is not None
    assert found.rows == (("Sample University", "A urine test (version 1)", 1, 1, 1, 0, 0, 1, 0),)
    make_event(programme=make_programme(fiscal_year=2030))
    assert figure_of("seeds", select_everything(2030)).rows == ()  # type: ignore[union-attr]


def test_a_university_sees_the_way_of_its_own_seeds(fair: Fair, sign_in: Any) -> None:
    outcome = licensed(fair, sign_in)
    other = make_organisation("Another University", kind=OrganisationKind.UNIVERSITY, country="JP")
    stranger = make_registration(fair.event, other).delegates[0].user
    make_outcome(fair.event, visibility=Visibility.STAFF).seed_version = fair.seed.versions[0]
    db.session.commit()
    page = one_line(sign_in(fair.owner.delegates[0].user).get("/manage/seeds", headers=EN).text)
    assert numbers_of(page) == ["1", "1", "1", "0", "0", "1", "0"], "not the deal that staff alone see"
    assert "A urine test" not in sign_in(stranger).get("/manage/seeds", headers=EN).text
    outcome.visibility = Visibility.STAFF
    db.session.commit()
    page = one_line(sign_in(fair.owner.delegates[0].user).get("/manage/seeds", headers=EN).text)
    assert numbers_of(page)[-2] == "0"


def numbers_of(page: str) -> list[str]:
    row = page.split("A urine test (version 1)")[1].split("</tr>")[0]
    return re.findall(r'class="number">(\d+)<', row)


def test_the_name_of_a_seed_that_was_never_public_stands_on_no_page_for_others(fair: Fair, client: Any) -> None:
    draft = make_seed(fair.owner.organisation, title_en="CANARYDRAFT", published_at=None)
    outcome = make_outcome(fair.event, parties=(fair.owner.organisation, "Sample B"), visibility=Visibility.PUBLIC)
    outcome.seed_version = draft.versions[-1]
    db.session.commit()
    page = client.get(f"/events/{fair.event.key}", headers=EN).text
    assert "Sample B" in page
    assert "CANARYDRAFT" not in page
