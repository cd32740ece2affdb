"""The whole way in a browser, in both languages: from a programme to the agreement that came of a meeting.

What people click is found by what it does (addresses, names of fields), so that one walk serves both languages.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import icalendar
import pytest
from playwright.sync_api import Page

from rbc_events.samples import SAMPLE_PASSWORD
from tests.browser.agreeing import agree
from tests.browser.conftest import Site, sign_in
from tests.browser.registering import register
from tests.browser.steps import fill, press

# The only slot is under way: invitations to it still go out, and what became of the meeting can be recorded.
# A slot doesn't cross midnight: in the evening of Tokyo the event is one of New York.
TOKYO, PARIS = "Asia/Tokyo", "Europe/Paris"
ZONE = TOKYO if 6 <= datetime.now(ZoneInfo(TOKYO)).hour < 19 else "America/New_York"
START = (datetime.now(ZoneInfo(ZONE)) - timedelta(hours=1)).replace(second=0, microsecond=0)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_from_a_programme_to_an_agreement(language: str, visit: Callable[..., Page], site: Site) -> None:
    key = f"walk-{language}"
    staff = visit("headquarters", language)
    create_event(staff, key)

    foreign, local = visit("public", language), visit("public", language)
    name = f"Walk {language} SARL"
    foreign_address = register(foreign, site, key, kind="foreign_company", country="FR", name=name, zone=PARIS)
    register(local, site, key, kind="local_company", country="JP", name=f"見本歩行{language}株式会社")
    for _number in range(2):
        approve_next(staff, key)

    ask_for_meeting(foreign, key)
    accept(local, key)
    make_timetable(staff, key)
    check_agenda(foreign, site, key, foreign_address)
    record_meeting(staff, key)
    verifier = visit("coordinator", language)
    agree(staff, foreign, local, verifier, key, signed=START)
    tell_publicly(staff, key)
    check_report(staff, key)
    for page in (staff, foreign, local, verifier):
        assert page.faults == []


def create_event(staff: Page, key: str) -> None:
    """A programme, and in it an event of one slot and one table."""
    staff.goto("/manage/")
    press(staff, "a[href$='/manage/programmes/new']")
    fill(staff, name_ja=f"歩行 {key}", name_en=f"Walk {key}", key=key, fiscal_year=str(START.year))
    press(staff)
    staff.goto("/manage/")
    press(staff, f"a[href$='/manage/programmes/{key}/new-event']")
    fill(staff, name_ja=f"見本催事 {key}", name_en=f"Sample event {key}", key=key, mode="hybrid")
    staff.locator("main input[name=hosts][value='040002']").check()
    fill(staff, time_zone=ZONE)
    fill(staff, starts_on=f"{START:%F}", ends_on=f"{START:%F}", reply_address="office@walk.example")
    fill(staff, registration_opens_at=f"{START:%FT%H:%M}", visible=True)
    press(staff)
    staff.goto(f"/manage/events/{key}/days")
    fill(staff, kind="meetings", day=f"{START:%F}", starts=f"{START:%H:%M}", slot_minutes="240", slots="1")
    press(staff)
    staff.goto(f"/manage/events/{key}/places")
    fill(staff, kind="table", name_ja="テーブル", name_en="Table")
    press(staff)


def approve_next(staff: Page, key: str) -> None:
    staff.goto(f"/events/{key}/registrations?state=submitted")
    press(staff, f"main table a[href*='/events/{key}/registrations/']")
    press(staff, "button[formaction$='/approve']")


def ask_for_meeting(page: Page, key: str) -> None:
    page.goto(f"/events/{key}/directory")
    others = page.locator(f".listing a[href*='/events/{key}/directory/']")
    for address in others.evaluate_all("links => links.map((link) => link.getAttribute('href'))"):
        page.goto(address)
        if page.locator("a[href*='/requests/to/']").count():
            break
    press(page, "a[href*='/requests/to/']")
    fill(page, note="ぜひお話ししたい")
    press(page)


def accept(page: Page, key: str) -> None:
    page.goto("/")
    press(page, f"main .todo-now a[href$='/events/{key}/requests']")
    press(page, "button[name=decision][value=accept]")


def make_timetable(staff: Page, key: str) -> None:
    """The worker makes a plan, with progress; it is taken over and published."""
    staff.goto(f"/events/{key}/timetable")
    fill(staff, time_limit="10")
    press(staff, "form[action$='/timetable/runs'] button")
    # The page asks for the progress by itself and turns into the result.
    staff.locator("form[action$='/apply'] button").wait_for(timeout=600_000)
    press(staff, "form[action$='/apply'] button")
    staff.goto(f"/events/{key}/timetable/publish")
    press(staff)


def check_agenda(page: Page, site: Site, key: str, address: str) -> None:
    """On the page by the venue's clock, where the person will be, with the own one beside it; in the file, and in the
    invitation by mail: one and the same hour."""
    page.goto(f"/events/{key}/agenda")
    hours = page.locator(".agenda-row .hours").inner_text()
    assert hours.startswith(f"{START:%H:%M}–")
    assert f"{START.astimezone(ZoneInfo(PARIS)):%H:%M}" in page.locator(".agenda-row .hours-event").inner_text()
    with page.expect_download() as download:
        page.locator("a[href*='/agenda.ics']").click()
    event = icalendar.Calendar.from_ical(download.value.path().read_bytes()).walk("VEVENT")[0]
    assert event.start == START
    invitation = site.letter_to(address, "BEGIN:VCALENDAR")
    invited = icalendar.Calendar.from_ical(calendar_of(invitation))
    assert invited["METHOD"] == "REQUEST"
    assert invited.walk("VEVENT")[0]["UID"] == event["UID"]


def record_meeting(staff: Page, key: str) -> None:
    staff.goto(f"/events/{key}/requests/all")
    press(staff, f"main table a[href*='/events/{key}/meetings/']")
    press(staff, "a[href$='/record']")
    for answer in staff.locator("main select[name^=attendance]").all():
        answer.select_option("present")
    for answer in staff.locator("main input[name^=attendance][value=present]").all():
        answer.check()
    fill(staff, minutes="共同研究を検討する。")
    press(staff)
    assert staff.locator(".state-held").count() == 1


def tell_publicly(staff: Page, key: str) -> None:
    """A support case of all that came of the relationship, in both languages, which the public then reads."""
    press(staff, "a[href*='/cases/new?relationship=']")
    assert staff.locator("main input[name=outcomes]:checked").count() == 3
    fill(staff, key=f"{key}-case", title_ja="歩行の事例", title_en="A walk", summary_ja="要約", summary_en="Summary")
    fill(staff, result_ja="結果", result_en="Result", rests_on="sources")
    for outcome in staff.locator("main input[name=outcomes]").all()[:2]:
        outcome.uncheck()  # the NDA and the MTA stay among the two sides
    press(staff)
    press(staff, "a[href$='/facts']")
    fill(staff, label_ja="契約", label_en="Agreement", text_ja="契約を締結", text_en="An agreement was signed")
    fill(staff, source_ja="見本新聞", source_en="Sample Gazette")
    press(staff)
    staff.goto(f"/cases/{key}-case")
    press(staff, "form[action$='/publish'] button")
    staff.context.clear_cookies()
    assert staff.goto(f"/cases/{key}-case").status == 200


def check_report(staff: Page, key: str) -> None:
    sign_in(staff, "headquarters@sample.example", SAMPLE_PASSWORD, key.removeprefix("walk-"))
    staff.goto(f"/reports?event={key}")
    assert staff.locator(".funnel dd").all_inner_texts() == ["1", "1", "1", "1"]
    lines = staff.locator("section[aria-labelledby=outcomes-type] tbody tr").all_inner_texts()
    assert ["1" in line.split() for line in lines] == [True] * 3, "both sides' reports of one agreement count once"
    verified = staff.locator("section[aria-labelledby=outcomes-verified] tbody td:nth-child(2)").all_inner_texts()
    assert sum(map(int, verified)) == 1, "the one that somebody else bore out"


def text_of(letter: EmailMessage) -> str:
    return letter.get_body(("plain",)).get_content()


def calendar_of(letter: EmailMessage) -> bytes:
    return next(part.get_payload(decode=True) for part in letter.walk() if part.get_content_type() == "text/calendar")
