"""In the dark, words are as readable as in the light: contrast on the pages that people see most."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checking import CONTRAST, accessibility_faults

EVENT = "/events/sample-healthcare"
PAGES = {
    "public": ("/", "/events", EVENT, f"{EVENT}/register", f"{EVENT}/directory", "/cases", "/sign-in", "/nowhere"),
    "delegate": ("/", f"{EVENT}/recommendations", f"{EVENT}/requests", f"{EVENT}/agenda", "/settings"),
    "headquarters": (
        "/",
        "/manage/",
        "/reports",
        f"{EVENT}/registrations",
        f"{EVENT}/requests/all",
        f"{EVENT}/timetable",
        "/manage/events/sample-healthcare/settings",
        "/outcomes",
    ),
}


@pytest.mark.parametrize("role", PAGES)
def test_contrast_in_the_dark(role: str, visit: Callable[..., Page], axe: str) -> None:
    page = visit(role, "ja", dark=True)
    faults = []
    for path in PAGES[role]:
        page.goto(path)
        assert page.locator("html").get_attribute("data-bs-theme") == "dark"
        faults += [f"{path}: {fault}" for fault in accessibility_faults(page, axe, CONTRAST)]
    assert not faults, "\n".join(faults)


def test_the_choice_of_light_or_dark_is_kept(visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto("/")
    page.locator("#theme-switch").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.goto("/events")
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
