"""Each party approves the very text it saw; without that a case isn't public, and it goes when a consent goes."""

import email
import json
import re
from email.policy import default
from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.accounts.models import Role
from rbc_events.cases import consent, operations
from rbc_events.cases.models import Basis, CaseApproval, CaseVersion, SupportCase
from rbc_events.database import db
from rbc_events.outbox.models import OutboxMessage
from rbc_events.outcomes.models import Visibility
from tests.factories import NOW, make_case, make_event, make_outcome, make_registration, make_user


@pytest.fixture
def case(app: Any) -> SupportCase:
    outcome = make_outcome(make_event(), visibility=Visibility.PUBLIC, parties=("Sample A", "Sample B"))
    return make_case(outcome, "a-case", rests_on=Basis.CONSENT)


@pytest.fixture
def staff(app: Any, sign_in: Any) -> Any:
    return sign_in(make_user(Role.HEADQUARTERS))


@pytest.fixture
def public(app: Any) -> Any:
    return app.test_client()


def ask(staff: Any, party: str, address: str, language: str = "en") -> str:
    """Ask a party on the page; gives the way of the link in its mail."""
    form = {"party": f"n:{party}", "recipient": address, "recipient_name": "Mihon", "language": language}
    assert staff.post("/manage/cases/a-case/approvals", data=form).status_code == 302
    letters = select(OutboxMessage).where(OutboxMessage.recipient == address).order_by(OutboxMessage.id.desc())
    content = db.session.scalars(letters).first().content
    text = email.message_from_bytes(content, policy=default).get_body(("plain",)).get_content()
    return re.search(r"/case-approvals/[\w-]+", text)[0]


def approve(public: Any, link: str, agreed: str = "yes") -> Any:
    return public.post(link, data={"agreed": agreed, "signed_name": "YAMADA Taro"})


def approve_all(staff: Any, public: Any) -> list[str]:
    links = [ask(staff, party, f"{party[-1].lower()}@party.example") for party in ("Sample A", "Sample B")]
    for link in links:
        assert approve(public, link).status_code == 302
    return links


def english(client: Any, url: str) -> Any:
    return client.get(url, headers={"Accept-Language": "en"})


@pytest.mark.slow
def test_a_case_is_public_when_every_party_has_approved_its_text_by_link(
    case: SupportCase, staff: Any, public: Any
) -> None:
    first = ask(staff, "Sample A", "a@party.example")
    page = english(public, first).text
    for words in ("title ja", "title en", "result ja", "result en", "You are asked for Sample A"):
        assert words in page
    assert approve(public, first).status_code == 302
    refused = staff.post("/manage/cases/a-case/publish")
    assert refused.status_code == 422
    assert "Have each party approve this very text:" in refused.text
    assert public.get("/cases/a-case").status_code == 404
    approve(public, ask(staff, "Sample B", "b@party.example", "ja"))
    assert staff.post("/manage/cases/a-case/publish").status_code == 302
    assert english(public, "/cases/a-case").status_code == 200
    assert "Each party has approved this text." in english(public, "/cases/a-case").text


def test_looking_at_the_link_changes_nothing_and_only_its_hash_is_kept(
    case: SupportCase, staff: Any, public: Any
) -> None:
    link = ask(staff, "Sample A", "a@party.example")
    for _time in range(2):
        assert public.get(link).status_code == 200
    approval = db.session.scalars(select(CaseApproval)).one()
    assert approval.answered_at is None
    assert link.rpartition("/")[2] not in json.dumps([str(value) for value in vars(approval).values()])
    assert db.session.scalars(select(OutboxMessage)).one().secret


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"signed_name": "YAMADA Taro"}, "agreed-fault"),
        ({"agreed": "yes"}, "signed_name-fault"),
        ({"agreed": "perhaps", "signed_name": "YAMADA Taro"}, "agreed-fault"),
    ],
)
def test_an_answer_needs_yes_or_no_and_a_name(
    case: SupportCase, staff: Any, public: Any, data: dict[str, str], words: str
) -> None:
    link = ask(staff, "Sample A", "a@party.example")
    response = public.post(link, data=data)
    assert response.status_code == 422
    assert words in response.text
    assert db.session.scalars(select(CaseApproval)).one().answered_at is None


def test_who_answers_twice_is_told(case: SupportCase, staff: Any, public: Any) -> None:
    link = ask(staff, "Sample A", "a@party.example")
    approve(public, link)
    response = approve(public, link, "no")
    assert response.status_code == 409
    assert db.session.scalars(select(CaseApproval)).one().agreed


def test_a_made_up_link_opens_nothing(case: SupportCase, public: Any) -> None:
    for method in (public.get, public.post):
        assert method("/case-approvals/made-up").status_code == 410
    assert public.get("/case-approvals/made-up/picture").status_code == 410


@pytest.mark.slow
def test_a_change_of_the_text_asks_again_and_the_public_reads_what_was_approved(
    case: SupportCase, staff: Any, public: Any
) -> None:
    waiting = ask(staff, "Sample A", "old@party.example")
    approve_all(staff, public)
    staff.post("/manage/cases/a-case/publish")
    operations.update_case(case, seen_version=None, result_en="CHANGED-4711")
    assert english(public, waiting).status_code == 200
    assert "has been changed since this mail" in english(public, waiting).text
    assert approve(public, waiting).status_code == 409
    assert staff.post("/manage/cases/a-case/publish").status_code == 422
    assert "CHANGED-4711" not in english(public, "/cases/a-case").text
    operations.update_case(case, seen_version=None, title_en="CHANGED-4712")
    assert "CHANGED-4712" not in public.get("/cases").text + public.get("/").text
    assert "CHANGED-4711" in staff.get("/cases/a-case?draft=1").text
    assert "The text has been changed since." in staff.get("/cases/a-case").text
    approve_all(staff, public)
    staff.post("/manage/cases/a-case/publish")
    assert "CHANGED-4711" in english(public, "/cases/a-case").text
    assert [version.number for version in db.session.scalars(select(CaseVersion))] == [1, 2]


def test_the_text_as_it_was_before_is_still_approved(case: SupportCase, staff: Any, public: Any) -> None:
    approve_all(staff, public)
    operations.update_case(case, seen_version=None, result_en="Other")
    operations.update_case(case, seen_version=None, result_en="result en")
    assert staff.post("/manage/cases/a-case/publish").status_code == 302


def test_a_consent_taken_back_by_the_link_withdraws_the_case_at_once(
    case: SupportCase, staff: Any, public: Any
) -> None:
    link, _other = approve_all(staff, public)
    staff.post("/manage/cases/a-case/publish")
    assert public.post(f"{link}/take-back").status_code == 302
    gone = english(public, "/cases/a-case")
    assert gone.status_code == 410
    assert "This case has been withdrawn" in gone.text
    assert "a-case" not in public.get("/cases").text
    assert "title" not in gone.text.lower().split("<main")[1]
    assert staff.post("/manage/cases/a-case/publish").status_code == 422
    approve(public, ask(staff, "Sample A", "a@party.example"))
    staff.post("/manage/cases/a-case/publish")
    assert public.get("/cases/a-case").status_code == 200


def test_staff_note_on_whose_word_a_consent_went(case: SupportCase, staff: Any, public: Any) -> None:
    approve_all(staff, public)
    staff.post("/manage/cases/a-case/publish")
    approval = db.session.scalars(select(CaseApproval)).first()
    url = f"/manage/cases/a-case/approvals/{approval.id}/taken-back"
    assert staff.post(url).status_code == 422
    assert public.get("/cases/a-case").status_code == 200
    assert staff.post(url, data={"word": "Ms Mihon, by phone"}).status_code == 302
    assert public.get("/cases/a-case").status_code == 410
    assert "Ms Mihon, by phone" in staff.get("/manage/cases/a-case/approvals").text


def test_a_party_that_says_no_is_not_outvoted_by_an_earlier_yes_of_its_own(
    case: SupportCase, staff: Any, public: Any
) -> None:
    approve_all(staff, public)
    approve(public, ask(staff, "Sample A", "chief@party.example"), "no")
    assert staff.post("/manage/cases/a-case/publish").status_code == 422


def test_a_no_to_the_next_text_takes_the_published_one_down(case: SupportCase, staff: Any, public: Any) -> None:
    approve_all(staff, public)
    staff.post("/manage/cases/a-case/publish")
    operations.update_case(case, seen_version=None, result_en="Other")
    approve(public, ask(staff, "Sample A", "a@party.example"), "no")
    assert public.get("/cases/a-case").status_code == 410


def test_what_was_public_keeps_its_address(case: SupportCase, staff: Any, public: Any) -> None:
    approve_all(staff, public)
    staff.post("/manage/cases/a-case/publish")
    with pytest.raises(operations.KeyIsPublic):
        operations.update_case(case, seen_version=None, key="another")
    with pytest.raises(operations.BasisIsPublic):
        operations.update_case(case, seen_version=None, rests_on=Basis.SOURCES)


def test_a_case_on_sources_needs_facts_and_no_consent(app: Any, staff: Any, public: Any) -> None:
    case = make_case(make_outcome(make_event(), visibility=Visibility.PUBLIC), "a-case")
    case.facts = []
    refused = staff.post("/manage/cases/a-case/publish")
    assert refused.status_code == 422
    assert "Write down the facts with their sources." in refused.text


def test_what_a_machine_wrote_is_read_by_somebody_first(case: SupportCase, staff: Any, public: Any) -> None:
    case.origin_en = "machine"
    approve_all(staff, public)
    assert staff.post("/manage/cases/a-case/publish").status_code == 422
    case.origin_en = "approved"
    assert staff.post("/manage/cases/a-case/publish").status_code == 302


def test_the_mail_shows_what_was_typed_as_words(case: SupportCase, staff: Any) -> None:
    case.title_en = "Read https://evil.example/ now"
    ask(staff, "Sample A", "a@party.example")
    content = db.session.scalars(select(OutboxMessage)).one().content
    assert b'href="https://evil' not in content


def test_only_consents_to_the_very_version_count(case: SupportCase) -> None:
    version = consent.version_of(case, now=NOW)
    assert consent.missing_consents(version) == ["n:Sample A", "n:Sample B"]


def test_a_party_takes_its_consent_back_on_its_own_page(app: Any, staff: Any, public: Any, sign_in: Any) -> None:
    event = make_event()
    registration = make_registration(event)
    party = registration.organisation
    outcome = make_outcome(event, visibility=Visibility.PUBLIC, parties=(party, "Sample B"))
    case = make_case(outcome, "b-case", rests_on=Basis.CONSENT, title_en="How it went")
    for name in (f"o{party.id}", "n:Sample B"):
        asked = {"recipient": "a@party.example", "name": "A", "language": "en", "actor": None, "now": NOW}
        approval = consent.ask(case, name, **asked)
        consent.answer(approval, agreed=True, signed_name="YAMADA Taro", now=NOW)
    staff.post("/manage/cases/b-case/publish")
    assert public.get("/cases/b-case").status_code == 200
    client = sign_in(registration.delegates[0].user)
    for page in ("/partners", f"/partners/{outcome.relationship_id}"):
        text = client.get(page).text
        assert "How it went" in text
        assert "Take the consent back" in text
    number = re.search(r"/partners/consents/(\d+)/take-back", text)[1]
    assert client.post(f"/partners/consents/{number}/take-back").status_code == 302
    assert public.get("/cases/b-case").status_code == 410
    assert "Take the consent back" not in client.get("/partners").text
    assert staff.post("/manage/cases/b-case/publish").status_code == 422, "it needs their consent anew"
    taken = db.session.get_one(CaseApproval, int(number))
    assert registration.delegates[0].user.email in taken.withdrawal
    assert public.get("/cases/b-case").status_code == 410


def test_nobody_takes_back_what_another_party_gave(app: Any, sign_in: Any, case: SupportCase) -> None:
    stranger = make_registration(make_event()).delegates[0].user
    asked = {"recipient": "a@party.example", "name": "A", "language": "en", "actor": None, "now": NOW}
    approval = consent.ask(case, "n:Sample A", **asked)
    consent.answer(approval, agreed=True, signed_name="A", now=NOW)
    assert sign_in(stranger).post(f"/partners/consents/{approval.id}/take-back").status_code == 404
    assert approval.withdrawn_at is None
