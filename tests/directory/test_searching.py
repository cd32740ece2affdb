"""The directory finds who is asked for, on either database, and shows nobody who has not agreed to be seen."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rbc_events.app import create_app
from rbc_events.database import db
from rbc_events.directory.access import Audience, Directory
from rbc_events.directory.indexing import reindex
from rbc_events.directory.queries import choices
from rbc_events.directory.searching import PAGE, Search, find, find_all
from rbc_events.events.models import Event, RuleBy
from rbc_events.registration.models import (
    Consent,
    ConsentKind,
    OrganisationKind,
    Registration,
    RegistrationState,
    Stage,
)
from rbc_events.registration.pairing import Side, add_rule
from tests import factories
from tests.conftest import make_config, running
from tests.directory.listing import make_listed
from tests.factories import NOW


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def app(request: Any, tmp_path: Any) -> Iterator[Any]:
    """The application on a migrated database of either kind."""
    if request.param == "sqlite":
        path = tmp_path / "test.db"
        shutil.copyfile(request.getfixturevalue("migrated"), path)
        yield from running(create_app(make_config(tmp_path, f"sqlite:///{path}")))
        return
    yield from running(create_app(make_config(tmp_path, request.getfixturevalue("postgres_url"))))


@pytest.fixture
def event(app: Any) -> Event:
    return factories.make_event("fair")


@pytest.fixture
def names(event: Event) -> Callable[..., list[str]]:
    def search(audience: Audience = Audience.PARTICIPANTS, **parameters: str) -> list[str]:
        db.session.commit()
        found = find(Directory(event, audience), Search.from_parameters(parameters))
        rows = {row.id: row.organisation.name_native for row in db.session.query(Registration)}
        return [rows[number] for number in found.rows]

    return search


def test_words_are_found_across_languages_and_spellings(event: Event, names: Callable) -> None:
    make_listed(event, "Tea House", offers="宇治の抹茶")
    make_listed(event, "Robot Maker", offers="介護ロボット")
    make_listed(event, "Müller GmbH", summary_ja="工作機械")
    assert names(q="matcha") == names(q="抹茶") == ["Tea House"]
    assert names(q="ﾛﾎﾞｯﾄ") == names(q="robot") == ["Robot Maker"]
    assert names(q="muller") == names(q="MUELLER") == ["Müller GmbH"]
    assert names(q="spaceship") == names(q="、") == []


def test_names_come_before_mentions(event: Event, names: Callable) -> None:
    make_listed(event, "Aoba", offers="ハナバタに納入した実績")
    make_listed(event, "ハナバタ")
    assert names(q="ハナバタ") == ["ハナバタ", "Aoba"]


@pytest.mark.slow
def test_words_can_be_looked_for_in_offers_or_needs(event: Event, names: Callable) -> None:
    make_listed(event, "Seller", offers="除雪ロボット")
    make_listed(event, "Buyer", needs="除雪の自動化")
    assert names(q="snow removal", side="offers") == ["Seller"]
    assert names(q="snow removal", side="needs") == ["Buyer"]
    assert sorted(names(q="snow removal", side="nonsense")) == ["Buyer", "Seller"]


def test_filters_narrow_the_list(event: Event, names: Callable) -> None:
    miyagi = factories.make_region("040002")
    sendai = factories.make_region("041009", name_ja="仙台市", name_en="Sendai", parent_code=miyagi.code)
    make_listed(event, "Foreign", country="SE", languages=["sv", "en"], target_regions=["040002"], stage=Stage.MARKET)
    make_listed(
        event,
        "Local",
        country="JP",
        kind=OrganisationKind.UNIVERSITY,
        region_code=sendai.code,
        languages=["ja"],
        stage=Stage.RESEARCH,
    )
    assert names(kind="university") == ["Local"]
    assert names(country="se") == ["Foreign"]
    assert names(language="en") == ["Foreign"]
    assert names(stage="research") == ["Local"]
    assert names(region="040002") == ["Foreign", "Local"]
    assert names(region="041009") == ["Local"]
    assert names(sector="none-such") == []
    assert names(kind="nonsense", stage="nonsense") == ["Foreign", "Local"]
    assert names(language='%"') == []


@pytest.mark.parametrize(
    ("audience", "seen"),
    [
        (Audience.PUBLIC, ["Public"]),
        (Audience.PARTICIPANTS, ["Public", "Shared"]),
        (Audience.STAFF, ["Private", "Public", "Shared", "Withdrawn"]),
    ],
)
def test_each_audience_sees_who_agreed_to_it(event: Event, names: Callable, audience: Audience, seen: list) -> None:
    make_listed(event, "Shared")
    public = make_listed(event, "Public")
    public.consents.append(Consent(kind=ConsentKind.PUBLICATION, wording="1", given_at=NOW))
    make_listed(event, "Withdrawn").consents[0].withdrawn_at = NOW
    make_listed(event, "Private").consents.clear()
    make_listed(event, "Draft").state = RegistrationState.SUBMITTED
    make_listed(factories.make_event("another"), "Elsewhere")
    assert names(audience) == seen


def test_a_participant_finds_those_alone_whom_the_rules_let_them_meet(event: Event) -> None:
    company, university = OrganisationKind.LOCAL_COMPANY, OrganisationKind.UNIVERSITY
    ours = Side(RuleBy.KIND, OrganisationKind.FOREIGN_COMPANY)
    own = make_listed(event, "Our Own")
    make_listed(event, "Neighbour", country="SE")
    make_listed(event, "Company", kind=company, country="JP")
    make_listed(event, "University", kind=university, country="JP")
    add_rule(event, ours, Side(RuleBy.ANYONE), together=True)
    add_rule(event, ours, ours, together=False)
    add_rule(event, ours, Side(RuleBy.KIND, university), together=False)
    db.session.commit()
    directory = Directory(event, Audience.PARTICIPANTS, own)
    rows = {row.id: row.organisation.name_native for row in db.session.query(Registration)}
    assert [rows[number] for number in find(directory, Search()).rows] == ["Company", "Our Own"]
    assert find_all(directory, Search(q="university")) == []
    assert choices(directory).kinds == [OrganisationKind.FOREIGN_COMPANY, company]
    assert "SE" not in choices(directory).countries
    assert len(find_all(Directory(event, Audience.STAFF, own), Search())) == 4


@pytest.mark.slow
def test_a_changed_profile_is_found_at_once_and_a_deleted_one_never_again(event: Event, names: Callable) -> None:
    registration = make_listed(event, "Maker", offers="抹茶")
    assert names(q="matcha") == ["Maker"]
    registration.organisation.statements[0].text_ja = "ドローン"
    assert names(q="matcha") == []
    assert names(q="UAV") == ["Maker"]
    registration.organisation.statements.clear()
    assert names(q="drone") == []
    registration.organisation.name_native = "Drone House"
    assert names(q="drone") == ["Drone House"]
    db.session.execute(db.text("DELETE FROM search_organisations"))
    assert names(q="drone") == []
    assert reindex() == 1
    assert names(q="drone") == ["Drone House"]


def test_a_rolled_back_change_leaves_the_index_alone(event: Event, names: Callable) -> None:
    registration = make_listed(event, "Maker", offers="抹茶")
    db.session.commit()
    registration.organisation.statements[0].text_ja = "ドローン"
    db.session.flush()
    db.session.rollback()
    assert names(q="matcha") == ["Maker"]


@pytest.mark.slow
def test_pages_hold_twenty_and_a_page_beyond_the_last_is_the_first(event: Event, names: Callable) -> None:
    for number in range(PAGE + 3):
        make_listed(event, f"Company {number:02}")
    db.session.commit()
    first, second = (find(Directory(event, Audience.PARTICIPANTS), Search(), page=page) for page in (1, 2))
    assert (len(first.rows), len(second.rows), first.total, first.pages) == (20, 3, 23, 2)
    assert not set(first.rows) & set(second.rows)
    assert find(Directory(event, Audience.PARTICIPANTS), Search(), page=99) == first
    assert len(find_all(Directory(event, Audience.PARTICIPANTS), Search(q="company"))) == 23


def test_the_address_bar_says_what_was_asked() -> None:
    search = Search.from_parameters({"q": " 抹茶 ", "side": "offers", "kind": "", "other": "x", "bookmarked": "yes"})
    assert search.parameters() == {"q": "抹茶", "side": "offers", "bookmarked": "1"}
    assert Search.from_parameters(search.parameters()) == search
