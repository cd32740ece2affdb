"""Everything can be reached and done without a mouse, and one sees where one is."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from rbc_events.samples import SAMPLE_PASSWORD


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by {most} tabs")


def test_the_first_tab_leads_to_the_content(visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto("/events")
    page.keyboard.press("Tab")
    link = page.locator(".skip-link")
    assert link.evaluate("link => link === document.activeElement")
    assert link.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    expect(page.locator("main#main")).to_be_focused()


def test_the_menu_opens_on_a_phone(visit: Callable[..., Page]) -> None:
    page = visit(width=390)
    page.goto("/")
    tab_to(page, ".navbar-toggler")
    page.keyboard.press("Enter")
    page.locator("#menu.show").wait_for()
    expect(page.locator(".navbar-toggler")).to_have_attribute("aria-expanded", "true")
    tab_to(page, "#menu a[href='/sign-in']", 10)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in")


def test_ones_own_menu_opens_and_closes(visit: Callable[..., Page]) -> None:
    page = visit("delegate")
    page.goto("/")
    tab_to(page, ".masthead .dropdown-toggle")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".masthead a[href='/settings']")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".masthead .dropdown-toggle")).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_form_is_filled_sent_and_its_faults_are_told(language: str, visit: Callable[..., Page]) -> None:
    page = visit(language=language)
    page.goto("/sign-in")
    tab_to(page, "main [name=email]")
    page.keyboard.type("delegate@sample.example")
    page.keyboard.press("Tab")
    page.keyboard.type("not the password")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    fault = page.locator("[name=password]").get_attribute("aria-describedby").split()[-1]
    assert page.locator(f"#{fault}").inner_text()
    assert page.locator("main [role=alert]").count() == 1
    assert page.locator("[name=email]").input_value() == "delegate@sample.example"
    page.faults.clear()  # the browser reports the status 422
    tab_to(page, "main [name=password]")
    page.keyboard.type(SAMPLE_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    assert page.faults == []


@pytest.mark.parametrize("path", ["/", "/events/sample-healthcare", "/events/sample-healthcare/directory"])
def test_one_sees_where_one_is(path: str, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(path)
    stops = 0
    while stops < 30:
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement === document.body"):
            break  # after the page's last stop
        stops += 1
        seen = page.evaluate(
            "() => { const style = getComputedStyle(document.activeElement);"
            " return style.outlineStyle !== 'none' || style.boxShadow !== 'none' }"
        )
        assert seen, page.evaluate("() => document.activeElement.outerHTML.slice(0, 120)")
    assert stops > 8  # the masthead alone has as many


def test_rooms_of_an_event_can_be_reached_on_a_phone(visit: Callable[..., Page]) -> None:
    """The row of tabs scrolls; the open one is in view, and the last one comes into view when it is focused."""
    page = visit("headquarters", width=390)
    page.goto("/manage/events/sample-healthcare/settings")
    expect(page.locator(".tabs [aria-current=page]")).to_be_in_viewport(ratio=1)
    page.goto("/events/sample-healthcare")
    last = page.locator(".tabs a").last
    last.focus()
    expect(last).to_be_in_viewport()
