"""Somebody in Madrid registers from nothing, on a desk and on a phone, and by the keyboard alone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.checking import accessibility_faults, overflow_faults, structure_faults
from tests.browser.conftest import Site
from tests.browser.registering import register
from tests.browser.test_keyboard import tab_to

EVENT = "sample-healthcare"


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_company_in_spain_registers_from_nothing(
    language: str, width: int, visit: Callable[..., Page], site: Site, axe: str
) -> None:
    page = visit("public", language, width, zone="Europe/Madrid")
    faults: list[str] = []
    city = "マドリード" if language == "ja" else "Madrid"

    def look(page: Page) -> None:
        found = structure_faults(page, language) + overflow_faults(page, width) + accessibility_faults(page, axe)
        faults.extend(f"{page.url}: {fault}" for fault in found)
        if page.url.endswith("/register"):
            assert page.locator("[name=time_zone] option:checked").first.inner_text().find(city) >= 0
        if page.url.endswith("/availability"):
            own = page.locator(".slot-table thead").first.inner_text()
            assert city in own, own
            assert "UTC+01:00" in own or "UTC+02:00" in own, own

    name = f"Ejemplo Retina {language}{width} S.L."
    address = register(page, site, EVENT, kind="foreign_company", country="ES", name=name, look=look)
    assert faults == []
    assert page.faults == []
    assert page.locator(".masthead .dropdown-toggle").count() == 1, "signed in, once"
    page.goto("/settings")
    assert address in page.locator("main").inner_text()
    assert page.locator("[name=time_zone]").first.input_value() == "Europe/Madrid"


def test_a_visitor_far_away_reads_times_by_their_own_clock(visit: Callable[..., Page]) -> None:
    page = visit("public", "en", zone="America/New_York")
    page.goto(f"/events/{EVENT}")
    page.get_by_text("Below them: New York.").wait_for()
    assert page.locator("#time-zone-chooser").input_value() == "America/New_York"


def test_the_first_page_is_filled_in_by_the_keyboard_alone(visit: Callable[..., Page]) -> None:
    page = visit("public", "en", zone="Europe/Madrid")
    page.goto(f"/events/{EVENT}/register")
    page.wait_for_load_state("networkidle")
    for name, keys in (("kind", "Foreign c"), ("name_native", "Teclado S.L."), ("country", "Spain")):
        tab_to(page, f"[name={name}]")
        page.keyboard.type(keys)
    tab_to(page, "[name=email]")
    page.keyboard.type("teclado@walk.example")
    tab_to(page, "[name=family_latin]")
    page.keyboard.type("Ejemplo")
    tab_to(page, "main form button.btn-primary")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert re.search(r"/registrations/\d+/organisation$", page.url), page.locator("main").inner_text()
