"""A university writes its seeds: versions, people, what is refused."""

from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.database import db
from rbc_events.errors import Conflict
from rbc_events.registration.models import OrganisationKind, StatementKind
from rbc_events.registration.profiles import put_statements
from rbc_events.seeds import operations
from rbc_events.seeds.models import Seed
from tests.factories import NOW, make_event, make_organisation, make_registration, make_researcher, make_seed
from tests.forms import form_with

EN = {"Accept-Language": "en"}
TEXTS = {
    "title_ja": "尿の見本検査",
    "title_en": "A sample urine test",
    "summary_ja": "紙一枚の検査です。",
    "summary_en": "A test on a sheet of paper.",
    "origin_ja": "human",
    "origin_en": "machine",
    "abstract_stage": "public",
    "people_stage": "participants",
    "rights_stage": "participants",
    **dict.fromkeys(("field", "readiness", "patent_state", "licence"), ""),
}


@pytest.fixture
def university(app: Any) -> Any:
    organisation = make_organisation("Sample University", kind=OrganisationKind.UNIVERSITY, country="JP")
    return make_registration(make_event(), organisation)


@pytest.fixture
def officer(university: Any, sign_in: Any) -> Any:
    return sign_in(university.delegates[0].user)


def test_an_officer_writes_a_seed_with_its_researcher_and_publishes_it(university: Any, officer: Any, app: Any) -> None:
    address = f"/manage/organisations/{university.organisation_id}/seeds/new"
    assert officer.post(address, data=TEXTS).status_code == 302
    seed = db.session.scalars(select(Seed)).one()
    public = app.test_client()
    assert public.get(f"/seeds/{seed.id}").status_code == 404
    person = {"family_kanji": "見本", "given_kanji": "花子", "family_latin": "Mihon", "given_latin": "Hanako"}
    assert officer.post(f"/manage/seeds/{seed.id}/people", data=person).status_code == 302
    assert officer.post(f"/manage/seeds/{seed.id}/publish").status_code == 302
    page = public.get(f"/seeds/{seed.id}", headers=EN).text
    assert "A sample urine test" in page
    assert "Machine translation" in page
    assert "A sample urine test" in public.get("/seeds", headers=EN).text
    officer.post(f"/manage/seeds/{seed.id}/withdraw")
    assert public.get(f"/seeds/{seed.id}").status_code == 410
    assert "A sample urine test" not in public.get("/seeds", headers=EN).text
    assert officer.get(f"/seeds/{seed.id}").status_code == 200


def test_a_seed_is_not_published_in_one_language(university: Any, officer: Any) -> None:
    seed = make_seed(university.organisation, summary_ja="", published_at=None)
    db.session.commit()
    officer.post(f"/manage/seeds/{seed.id}/publish", headers=EN)
    assert "title and summary in both languages" in officer.get(f"/seeds/{seed.id}", headers=EN).text
    assert seed.published_at is None
    operations.change_seed(seed, {"summary_ja": "概要"}, actor=None, now=NOW)
    operations.publish_seed(seed, now=NOW)
    with pytest.raises(operations.NotReady):
        operations.change_seed(seed, {"summary_ja": ""}, actor=None, now=NOW)


@pytest.mark.parametrize("wrong", ["pending", "7123456", "JP", "JP 12", "JP 7123456\nnone yet"])
def test_a_patent_number_that_is_none_is_refused_at_its_field(university: Any, officer: Any, wrong: str) -> None:
    address = f"/manage/organisations/{university.organisation_id}/seeds/new"
    refused = officer.post(address, data=TEXTS | {"patent_numbers": wrong}, headers=EN)
    assert refused.status_code == 422
    assert "two letters and a number" in refused.text
    assert db.session.scalar(select(Seed)) is None


def test_each_change_is_a_version_and_saving_the_same_is_none(university: Any, officer: Any) -> None:
    seed = make_seed(university.organisation)
    db.session.commit()
    cited = operations.current_version(seed)
    data = form_with(officer.get(f"/manage/seeds/{seed.id}").text, "title_en")
    officer.post(f"/manage/seeds/{seed.id}", data=data)
    assert [version.number for version in seed.versions] == [1]
    data = form_with(officer.get(f"/manage/seeds/{seed.id}").text, "title_en")
    officer.post(f"/manage/seeds/{seed.id}", data=data | {"title_en": "Another title"})
    db.session.refresh(seed)
    assert [version.text["title_en"] for version in seed.versions] == ["title en", "Another title"]
    assert cited.text["title_en"] == "title en"


def test_a_version_names_no_researcher(app: Any) -> None:
    seed = make_seed()
    make_researcher(seed, family_latin="CANARY")
    operations.change_seed(seed, {"title_en": "New"}, actor=None, now=NOW)
    assert "CANARY" not in str([version.text for version in seed.versions])


def test_a_stale_change_is_refused(app: Any) -> None:
    seed = make_seed()
    seen = seed.version
    operations.change_seed(seed, {"title_en": "First"}, actor=None, now=NOW, seen_version=seen)
    with pytest.raises(Conflict):
        operations.change_seed(seed, {"title_en": "Second"}, actor=None, now=NOW, seen_version=seen)


def test_lines_of_the_profile_move_nothing_from_one_seed_to_another(university: Any) -> None:
    organisation = university.organisation
    put_statements(organisation, StatementKind.SEED, [("", "One"), ("", "Two")])
    seed = make_seed(organisation, title_en="Two", owner="Sample University")
    make_researcher(seed)
    put_statements(organisation, StatementKind.SEED, [("", "New above"), ("", "One, reworded"), ("", "Two, reworded")])
    db.session.flush()
    assert (seed.title_en, seed.owner, seed.researchers[0].given_latin) == ("Two", "Sample University", "Taro")


def test_another_universitys_seeds_are_not_written(officer: Any) -> None:
    other = make_seed(make_organisation("Another University", kind=OrganisationKind.UNIVERSITY))
    db.session.commit()
    assert officer.post(f"/manage/seeds/{other.id}", data=TEXTS).status_code == 403
    assert officer.get(f"/manage/seeds/{other.id}/preview?stage=nda").status_code == 403
    assert officer.post(f"/manage/organisations/{other.organisation_id}/seeds/new", data=TEXTS).status_code == 403
