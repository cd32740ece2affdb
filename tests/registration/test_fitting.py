"""Forms that fit: nobody is asked what can't be theirs, and what is asked is few."""

import re
from typing import Any

import pytest

from rbc_events import cells
from rbc_events.clock import now as the_time
from rbc_events.registration.completeness import missing, wishes
from rbc_events.registration.fitting import is_latin
from rbc_events.registration.models import RegistrationState
from tests.factories import make_event, make_organisation, make_registration
from tests.registration.pages import START, begin, fill_in
from tests.registration.pages import STEPS as FILLED

STEPS = ("organisation", "profile", "offers", "availability", "consents")


@pytest.fixture
def event(app: Any) -> Any:
    return make_event(slots=2, registration_opens_at=the_time())


def fields_of(page: str) -> list[str]:
    """The fields that somebody sees and fills in, each group of choices once, with their order."""
    form = page[page.index("<main") : page.index("</main>")]
    folded = re.sub(r"<details.*?</details>", "", form, flags=re.S)
    tags = re.findall(r"<(?:input|select|textarea)\b[^>]*>", folded)
    shown = [tag for tag in tags if 'type="hidden"' not in tag and 'type="file"' not in tag]
    return list(dict.fromkeys(re.findall(r'name="([^"]+)"', " ".join(shown))))


def required_in(page: str) -> int:
    return page[page.index("<main") :].count('<span class="required">required</span>')


def organisation_page(client: Any, event: Any, **start: str) -> str:
    registration = begin(client, event, **start)
    return str(client.get(f"/registrations/{registration.id}/organisation").text)


def test_a_french_firm_is_asked_for_nothing_japanese(client: Any, event: Any) -> None:
    assert "family_kanji" not in fields_of(client.get(f"/events/{event.key}/register").text)
    fields = fields_of(organisation_page(client, event, country="FR", name_native="Société Modèle"))
    assert not {"name_kana", "region_code", "corporate_number", "name_latin"} & set(fields)
    assert {"website", "employees"} <= set(fields)


def test_who_moves_to_japan_is_shown_what_is_asked_there(client: Any, event: Any) -> None:
    registration = begin(client, event, country="FR")
    data = {"kind": "local_company", "name_native": "見本", "country": "JP"}
    page = client.post(f"/registrations/{registration.id}/organisation", data=data)
    assert page.status_code == 422
    assert {"region_code", "corporate_number", "name_kana"} <= set(fields_of(page.text))


def test_a_japanese_firm_is_not_asked_for_its_presence_in_japan(client: Any, event: Any) -> None:
    registration = begin(client, event, country="JP", name_native="見本製作所")
    fields = fields_of(client.get(f"/registrations/{registration.id}/profile").text)
    assert not [name for name in fields if name.startswith(("japan_presence", "japan_plan"))]
    assert "summary_ja" in fields
    fill_in_profile = {**FILLED["profile"], "summary_ja": "試験装置"}
    assert client.post(f"/registrations/{registration.id}/profile", data=fill_in_profile).status_code == 302
    assert registration.organisation.profile.summary_ja == "試験装置"


def test_a_university_is_asked_for_its_licensing_office(client: Any, event: Any, sign_in: Any) -> None:
    registration = begin(client, event, kind="university", country="JP", name_native="見本大学")
    assert "Licensing office" in client.get(f"/registrations/{registration.id}/profile").text
    company = begin(client, event, form_key="other", email="other@mueller.example")
    assert "Licensing office" not in client.get(f"/registrations/{company.id}/profile").text
    registration.organisation.profile.decision_maker_en = "Dr Mihon"
    assert "Licensing office" in client.get(f"/registrations/{registration.id}/review").text


LATIN, OTHER = ("Société Modèle S.A.", "3M", "Ångström & Söhne"), ("見本", "Образец", "A見")


@pytest.mark.parametrize(("name", "latin"), [*((name, True) for name in LATIN), *((name, False) for name in OTHER)])
def test_a_name_that_everybody_can_read_is_asked_for_once(app: Any, name: str, latin: bool) -> None:
    assert is_latin(name) is latin
    organisation = make_organisation(country="FR", name_native=name, name_latin="")
    registration = make_registration(make_event(), organisation, state=RegistrationState.DRAFT)
    lacks = any("Latin" in str(what) for _step, what in missing(registration))
    assert lacks is not latin


def test_no_kind_is_chosen_for_anybody(client: Any, event: Any) -> None:
    page = client.get(f"/events/{event.key}/register").text
    assert not re.search("<option[^>]* selected", page[page.index('name="kind"') :].split("</select>")[0])
    refused = client.post(f"/events/{event.key}/register", data={**START, "kind": ""})
    assert refused.status_code == 422
    assert 'id="kind-fault"' in refused.text


def test_browsers_fill_in_what_is_about_oneself(client: Any, event: Any) -> None:
    page = client.get(f"/events/{event.key}/register").text
    for token in ("family-name", "given-name", "email", "organization", "country"):
        assert f'autocomplete="{token}"' in page
    registration = begin(client, event)
    assert 'autocomplete="family-name"' not in client.get(f"/registrations/{registration.id}/people").text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("www.mihon.example", "https://www.mihon.example"),
        ("mihon.example/ja?x=1", "https://mihon.example/ja?x=1"),
        ("mihon.example:8443", "https://mihon.example:8443"),
        ("見本.example", "https://見本.example"),
        ("http://mihon.example", "http://mihon.example"),
        ("", ""),
    ],
)
def test_a_website_is_taken_as_people_write_it(client: Any, event: Any, typed: str, kept: str) -> None:
    assert cells.web_address(typed) == kept
    registration = begin(client, event)
    data = {"kind": "foreign_company", "name_native": "A", "country": "DE", "website": typed}
    assert client.post(f"/registrations/{registration.id}/organisation", data=data).status_code == 302
    assert registration.organisation.website == kept


NO_WEBSITES = ("javascript:alert(1)", "mihon", "ftp://mihon.example", "a b.example", "mailto:a@b.example")


@pytest.mark.parametrize("typed", NO_WEBSITES)
def test_what_is_no_website_is_refused(typed: str) -> None:
    with pytest.raises(cells.Unusable):
        cells.web_address(typed)


def test_a_registration_takes_few_entries(client: Any, event: Any) -> None:
    """12 that are needed, and 60 for who fills in everything. What a page before has asked is filled in already."""
    page = client.get(f"/events/{event.key}/register").text
    asked, needed = set(fields_of(page)), required_in(page) + 1  # either of the names
    registration = begin(client, event)
    known = {"kind", "name_native", "country"}
    for step in STEPS:
        page = client.get(f"/registrations/{registration.id}/{step}").text
        fields = [
            name for name in fields_of(page) if not name.endswith("_origin")
        ]  # asked beside a text, and filled in
        asked |= {f"{step}.{name}" for name in fields if name not in known}
        needed += required_in(page) - (2 if step == "organisation" else 0)
    assert needed <= 12, needed
    assert len(asked) <= 60, len(asked)


def test_the_meter_says_what_the_rest_is_for(client: Any, event: Any) -> None:
    registration = begin(client, event)
    fill_in(client, registration)
    page = client.get(f"/registrations/{registration.id}/review").text
    assert '<meter id="worth" min="0" max="8" value="3">' in page
    assert "Partners in the regions read Japanese first." in page
    assert "Partners abroad read nothing else." not in page, "there is an English summary"
    registration.organisation.website = "https://mihon.example"
    assert sum(wish.met for wish in wishes(registration)) == 4


def test_steps_have_names_that_tell_them_apart(client: Any, event: Any) -> None:
    registration = begin(client, event)
    for language in ("ja", "en"):
        client.post(f"/language/{language}")
        page = client.get(f"/registrations/{registration.id}/organisation").text
        steps = re.findall(r"<a[^>]*>([^<]+)", page[page.index('class="step-list"') :].split("</ol>")[0])
        names = [name.strip() for name in steps]
        assert len(names) == len(set(names)) == 8
        assert not [name for name in names for other in names if name != other and name in other]
