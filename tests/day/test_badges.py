"""Badges with codes, and checking in by them."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from rbc_events.agendas.badges import FORMATS
from rbc_events.database import db
from rbc_events.day import badges, check_in
from rbc_events.day.check_in import KEPT, Said
from rbc_events.day.models import Badge, CheckIn
from rbc_events.registration.models import Delegate, RegistrationState
from tests.factories import NOW, make_delegate
from tests.world import World


@pytest.fixture
def person(world: World) -> Delegate:
    return world.registration.delegates[0]


@pytest.fixture
def badge(world: World, person: Delegate) -> Badge:
    [badge] = badges.issue_badges(world.event, [person], now=NOW)
    return badge


def scanned(world: World, words: str, **options: Any) -> check_in.Answer:
    return check_in.scan(world.event, words, **{"actor": world.people["coordinator"], "now": NOW, **options})


def test_who_is_scanned_is_welcome_and_the_second_time_it_says_when_it_was(world: World, badge: Badge) -> None:
    first = scanned(world, badges.code_of(badge))
    assert (first.said, first.person) == (Said.WELCOME, badge.delegate)
    again = scanned(world, badges.code_of(badge), now=NOW + timedelta(minutes=5))
    assert (again.said, again.at) == (Said.TWICE, NOW)


def test_the_next_day_one_is_checked_in_anew(world: World, badge: Badge) -> None:
    for days in (0, 1):
        assert scanned(world, badges.code_of(badge), now=NOW + timedelta(days=days)).said == Said.WELCOME


def test_a_scanner_of_another_keyboard_types_small_letters_and_blanks(world: World, badge: Badge) -> None:
    assert scanned(world, f" {badges.code_of(badge).lower()}\n").said == Said.WELCOME


def test_a_lost_badge_is_refused_and_its_successor_is_good(world: World, badge: Badge, person: Delegate) -> None:
    badges.revoke_badge(person, now=NOW)
    assert scanned(world, badges.code_of(badge)).said == Said.REVOKED
    [new] = badges.issue_badges(world.event, [person], now=NOW)
    assert scanned(world, badges.code_of(new)).said == Said.WELCOME


def test_a_badge_of_another_event_is_told_apart(world: World) -> None:
    [other] = badges.issue_badges(world.other_event, [world.elsewhere.delegates[0]], now=NOW)
    assert scanned(world, badges.code_of(other)).said == Said.OTHER_EVENT


@pytest.mark.parametrize(
    "change", [lambda code: code[:-1] + "AB"[code[-1] == "A"], lambda _code: "https://example.com"]
)
def test_a_made_up_code_is_unknown(change: Any, world: World, badge: Badge) -> None:
    assert scanned(world, change(badges.code_of(badge))).said == Said.UNKNOWN
    assert db.session.query(CheckIn).all() == []


def test_whose_organisation_has_left_is_not_checked_in(world: World, badge: Badge) -> None:
    world.registration.state = RegistrationState.WITHDRAWN
    db.session.flush()
    assert scanned(world, badges.code_of(badge)).said == Said.NOT_TAKING_PART


@pytest.mark.parametrize(
    ("scanned_at", "counts"),
    [
        (NOW - timedelta(hours=1), NOW - timedelta(hours=1)),
        (NOW - KEPT - timedelta(minutes=1), NOW),
        (NOW + timedelta(minutes=1), NOW),
    ],
)
def test_a_scan_kept_without_network_counts_when_it_was_made(
    scanned_at: datetime, counts: datetime, world: World, badge: Badge
) -> None:
    assert scanned(world, badges.code_of(badge), scanned_at=scanned_at).at == counts


def test_printing_twice_leaves_the_codes_as_they_are(world: World, badge: Badge, person: Delegate) -> None:
    everybody = badges.people_of(world.event)
    issued = badges.issue_badges(world.event, everybody, now=NOW)
    assert badge in issued
    assert badges.issue_badges(world.event, everybody, now=NOW) == issued


def test_people_are_found_by_name_kana_and_organisation(world: World, person: Delegate) -> None:
    other = make_delegate(world.registration, family_kanji="山田", given_kanji="花子", family_kana="ヤマダ")
    for words in ("やまだ", "山田", world.registration.organisation.name_latin):
        assert other in check_in.find_people(world.event, words)
    assert check_in.find_people(world.event, " ") == []
    assert check_in.find_people(world.event, "nobody of this name") == []


@pytest.fixture
def staff(world: World, sign_in: Any) -> Any:
    return sign_in(world.people["coordinator"])


def address(world: World, rest: str) -> str:
    return f"/manage/events/{world.event.key}/{rest}"


def test_the_desk_answers_a_scanner_in_words(world: World, badge: Badge, staff: Any) -> None:
    code = badges.code_of(badge)
    for words in ("Checked in", "Checked in already"):
        page = staff.post(address(world, "check-in"), data={"words": code}).text
        assert words in page
        assert "1 of 2 are here today." in page
    part = staff.post(address(world, "check-in"), data={"words": code}, headers={"X-Desk": "1"}).text
    assert 'data-said="twice"' in part
    assert "<html" not in part


def test_what_is_no_code_is_looked_for_among_the_names(world: World, person: Delegate, staff: Any) -> None:
    page = staff.post(address(world, "check-in"), data={"words": person.given_latin}).text
    assert f"check-in/{person.id}" in page
    assert "No badge of ours" not in page
    assert "No badge of ours" in staff.post(address(world, "check-in"), data={"words": "zzz"}).text


def test_one_tap_beside_a_name_checks_in_and_can_be_taken_back(world: World, person: Delegate, staff: Any) -> None:
    assert "Checked in" in staff.post(address(world, f"check-in/{person.id}")).text
    staff.post(address(world, f"check-in/{person.id}/undo"))
    assert db.session.query(CheckIn).all() == []


def test_the_desk_alone_may_ask_for_the_camera(world: World, staff: Any) -> None:
    assert "camera=(self)" in staff.get(address(world, "check-in")).headers["Permissions-Policy"]
    assert "camera=()" in staff.get(address(world, "badges")).headers["Permissions-Policy"]


def test_a_person_of_another_event_is_nobody_here(world: World, staff: Any) -> None:
    stranger = world.elsewhere.delegates[0]
    assert staff.post(address(world, f"check-in/{stranger.id}")).status_code == 404
    data = {"whose": "one", "person": stranger.id, "format": "a6"}
    assert staff.post(address(world, "badges/print"), data=data).status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize("sheet", FORMATS, ids=lambda sheet: sheet.key)
def test_badges_are_printed_on_every_sheet_with_both_names(sheet: Any, world: World, staff: Any) -> None:
    make_delegate(
        world.registration, family_kanji="山田", given_kanji="花子", family_latin="Yamada", given_latin="Hanako"
    )
    answer = staff.post(address(world, "badges/print"), data={"whose": "all", "format": sheet.key})
    assert answer.mimetype == "application/pdf"
    pdf = PdfReader(BytesIO(answer.data))
    text = "".join(page.extract_text() for page in pdf.pages)
    assert "YAMADA Hanako" in text
    assert "山田 花子" in text.replace("\n", " ")
    assert len(pdf.pages) == -(-3 // (sheet.columns * sheet.rows))
    width, height = (float(length) / 72 * 25.4 for length in pdf.pages[0].mediabox[2:])
    assert (width, height) == pytest.approx(sheet.paper, abs=0.5)


@pytest.mark.slow
def test_table_signs_name_each_table_in_both_languages(world: World, staff: Any) -> None:
    pdf = PdfReader(BytesIO(staff.get(address(world, "signs.pdf")).data))
    assert len(pdf.pages) == 2
    assert "テーブル1" in pdf.pages[0].extract_text()
    assert "Table 1" in pdf.pages[0].extract_text()


@pytest.mark.parametrize(
    "data", [{}, {"whose": "all"}, {"whose": "all", "format": "b5"}, {"whose": "x", "format": "a6"}]
)
def test_a_sheet_that_there_is_not_is_refused(data: Any, world: World, staff: Any) -> None:
    assert staff.post(address(world, "badges/print"), data=data).status_code == 422
