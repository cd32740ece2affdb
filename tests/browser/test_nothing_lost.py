"""What people lose elsewhere: typed text when the session is gone or another tab signs in anew, and the way back after
leaving. In both languages, on a desk and on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from rbc_events.samples import SAMPLE_PASSWORD
from tests.browser.conftest import Site

EVENT = "sample-healthcare"
SIZES = [("ja", 390), ("en", 1280)]
TYPED = "長い時間をかけて書いた文章です。 Written for half an hour, and not to be written again. "


def own_registration(page: Page) -> str:
    page.goto(f"/events/{EVENT}")
    return page.locator("aside a[href*='/registrations/']").first.get_attribute("href") or ""


def sign_in_here(page: Page, role: str) -> None:
    page.locator("[name=email]").fill(f"{role}@sample.example")
    page.locator("[name=password]").fill(SAMPLE_PASSWORD)
    with page.expect_navigation():
        page.locator("main form:has([name=password]) button.btn-primary").click()


def save(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form:has([name=summary_en]) button.btn-primary").first.click()


@pytest.mark.parametrize(("language", "width"), SIZES)
def test_the_longest_form_survives_a_session_that_is_gone(
    language: str, width: int, visit: Callable[..., Page]
) -> None:
    page = visit("delegate", language, width)
    address = f"{own_registration(page)}/profile"
    page.goto(address)
    page.context.clear_cookies()
    words = f"{TYPED}{language}"
    page.locator("[name=technology_en]").fill(words)
    save(page)
    page.wait_for_url(re.compile("/sign-in"))
    sign_in_here(page, "delegate")
    page.wait_for_url(f"**{address}")
    assert page.locator("[name=technology_en]").input_value() == words
    assert page.locator("main .alert").first.is_visible()
    save(page)
    page.goto(address)
    assert page.locator("[name=technology_en]").input_value().strip() == words.strip()


@pytest.mark.parametrize(("language", "width"), SIZES)
def test_a_form_in_one_tab_survives_signing_in_anew_in_another(
    language: str, width: int, visit: Callable[..., Page]
) -> None:
    first = visit("delegate", language, width)
    address = f"{own_registration(first)}/profile"
    first.goto(address)
    second = first.context.new_page()
    second.goto("/")
    with second.expect_navigation():
        second.locator("form[action='/sign-out'] button").evaluate("button => button.form.submit()")
    second.goto("/sign-in")
    sign_in_here(second, "delegate")
    words = f"{TYPED}tabs {language}"
    first.locator("[name=technology_en]").fill(words)
    save(first)
    assert first.locator("[name=technology_en]").input_value() == words
    assert first.locator("main .alert[role=alert]").first.is_visible()
    save(first)
    first.goto(address)
    assert first.locator("[name=technology_en]").input_value().strip() == words.strip()


def test_leaving_calls_the_published_meetings_off_and_there_is_a_way_back(
    visit: Callable[..., Page], site: Site
) -> None:
    page, staff = visit("partner"), visit("coordinator")
    registration = own_registration(page)
    page.goto(f"/events/{EVENT}/agenda")
    meetings = page.locator("main a[href*='/meetings/']").evaluate_all("links => links.map(link => link.href)")
    assert len(set(meetings)) >= 3
    page.goto(registration)
    page.locator("details:has(form[action$='/withdraw']) summary").last.click()
    way_out = page.locator("details:has(form[action$='/withdraw'])").last
    expect(way_out).to_contain_text("published meetings are called off at once", use_inner_text=True)
    with page.expect_navigation():
        page.locator("form[action$='/withdraw']:not([action*='consents']) button").click()
    assert page.locator(".state-withdrawn, .course").first.is_visible()
    site.letter_to("partner@sample.example", "METHOD:CANCEL")
    with page.expect_navigation():
        page.locator("form[action$='/return'] button").click()
    number = registration.rpartition("/")[2]
    staff.goto(f"/events/{EVENT}/registrations/{number}")
    assert staff.locator(".steps-taken li").count() == 2
    with staff.expect_navigation():
        staff.locator("button[formaction$='/decide/approve']").click()
    page.goto(f"/events/{EVENT}/directory")
    assert page.locator("main a[href*='/directory/']").count()
    assert page.faults == staff.faults == []
