from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from rbc_events.agendas.fonts import build_fonts
from rbc_events.config import STATIC
from rbc_events.database import db
from rbc_events.events.models import Mode
from rbc_events.meetings.models import Meeting
from tests.agendas.test_agenda import poppler
from tests.factories import make_registration
from tests.meetings.published import make_interpreter, make_meeting, publish
from tests.world import World

TEN = datetime(2027, 2, 9, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def fonts() -> None:
    build_fonts(STATIC / "fonts")


@pytest.fixture
def meeting(world: World, now: datetime) -> Meeting:
    interpreter = make_interpreter(
        world.event, user_id=world.people["interpreter"].id, family_kanji="見本", given_kanji="花子"
    )
    world.registration.organisation.profile.time_zone = "America/New_York"
    meeting = make_meeting(world.registration, world.counterpart)
    publish(meeting, TEN, now=now, place=world.event.places[0], interpreter=interpreter)
    other = make_meeting(world.counterpart, make_registration(world.event), uid="uid-2@rbc-events.example")
    publish(other, TEN, now=now, place=world.event.places[1])
    return meeting


def text_of(response: Any) -> str:
    assert response.status_code == 200
    assert response.mimetype == "application/pdf"
    str(response.headers).encode("latin-1")  # what a web server takes; the client in tests takes anything
    return poppler("pdftotext", response.data, "-layout")


def test_one_prints_ones_own_agenda_in_the_language_of_the_page_with_ones_own_time(
    world: World, meeting: Meeting, sign_in: Any
) -> None:
    path = f"/events/{world.event.key}/agenda.pdf"
    english = text_of(sign_in(world.people["delegate"]).get(path))
    assert world.counterpart.organisation.name_latin in english
    assert "10:00–10:30" in english
    assert "Mon 8 Feb 20:00–20:30 (New York, UTC-05:00)" in english
    assert "Table 1" in english
    japanese = text_of(sign_in(world.people["delegate"], "ja").get(path))
    assert "御中" in japanese
    assert "2027年2月9日(火)" in japanese
    assert "見本 花子" in japanese
    assert english.count("Table 2") == 0


def test_who_takes_part_online_reads_their_own_time_first(world: World, meeting: Meeting, sign_in: Any) -> None:
    world.event.mode = Mode.HYBRID
    world.registration.attends = "online"
    db.session.commit()
    path = f"/events/{world.event.key}/agenda.pdf"
    online = text_of(sign_in(world.people["delegate"]).get(path))
    assert "Times are in New York, UTC-05:00" in online
    assert "Mon, 8 February 2027" in online
    assert "Tue 9 Feb 10:00–10:30 (JST)" in online
    there = text_of(sign_in(world.people["other_delegate"]).get(path))
    assert "Times are in JST" in there


def test_an_interpreter_prints_both_sides(world: World, meeting: Meeting, sign_in: Any) -> None:
    text = text_of(sign_in(world.people["interpreter"]).get(f"/events/{world.event.key}/agenda.pdf"))
    assert world.registration.organisation.name_latin in text
    assert world.counterpart.organisation.name_latin in text


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["event", "organisation", "delegate", "interpreter", "place"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_staff_print_everybodys(world: World, meeting: Meeting, sign_in: Any, kind: str, language: str) -> None:
    numbers = {
        "event": world.event.id,
        "organisation": world.registration.id,
        "delegate": world.registration.delegates[0].id,
        "interpreter": meeting.published_interpreter_id,
        "place": world.event.places[0].id,
    }
    coordinator = sign_in(world.people["coordinator"])
    path = f"/manage/events/{world.event.key}/agendas/{kind}/{numbers[kind]}.pdf?language={language}"
    text = text_of(coordinator.get(path))
    assert "10:00–10:30" in text
    assert world.counterpart.organisation.name_latin in text
    assert ("現在" in text) == (language == "ja")


def test_another_events_sheet_or_language_is_not_found(world: World, meeting: Meeting, sign_in: Any) -> None:
    coordinator = sign_in(world.people["coordinator"])
    base = f"/manage/events/{world.event.key}/agendas"
    assert coordinator.get(f"{base}/organisation/{world.elsewhere.id}.pdf").status_code == 404
    assert coordinator.get(f"{base}/nonsense/1.pdf").status_code == 404
    assert coordinator.get(f"{base}/organisation/{world.registration.id}.pdf?language=xx").status_code == 404


def test_staff_find_an_agenda_by_its_name(world: World, meeting: Meeting, sign_in: Any) -> None:
    coordinator = sign_in(world.people["coordinator"])
    base, wanted = f"/manage/events/{world.event.key}/agendas", world.registration.organisation.name_latin
    page = coordinator.get(base, query_string={"q": wanted.upper()}).text
    assert wanted in page
    assert world.counterpart.organisation.name_latin not in page
    assert "Nobody by this name." in coordinator.get(f"{base}?q=nowhere").text
    assert world.registration.delegates[0].name_in("en") in coordinator.get(f"{base}?show=delegate").text
    assert coordinator.get(f"{base}?show=anything").status_code == 404


def test_a_japanese_name_is_the_files_name(world: World, meeting: Meeting, sign_in: Any) -> None:
    organisation = world.registration.organisation
    organisation.name_native, organisation.name_latin = "見本水産株式会社", ""
    response = sign_in(world.people["delegate"], "ja").get(f"/events/{world.event.key}/agenda.pdf")
    assert text_of(response)
    name = quote("見本水産株式会社")
    assert f"filename*=UTF-8''{name}" in response.headers["Content-Disposition"]
