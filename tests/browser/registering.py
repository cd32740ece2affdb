"""The way from an event's public page to a registration whose address is confirmed."""

import re
from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.conftest import Site
from tests.browser.steps import fill, press


def nothing(_page: Page) -> None: ...


def register(
    page: Page,
    site: Site,
    key: str,
    *,
    kind: str,
    country: str,
    name: str,
    zone: str = "",
    look: Callable[[Page], None] = nothing,
) -> str:
    """Through every step to the confirmed address, which also signs in; gives the address. `zone`: to be chosen, where
    the browser is elsewhere. `look`: what is to be seen on every page on the way."""
    page.goto(f"/events/{key}")
    language = page.locator("html").get_attribute("lang")
    address = f"{key}-{kind}-{language}-{page.viewport_size['width']}@walk.example"
    look(page)
    press(page, f"a[href$='/events/{key}/register']")
    look(page)
    fill(page, kind=kind, country=country, name_native=name, email=address)
    fill(page, family_latin="Mihon", given_latin="Aruku")
    if zone:
        fill(page, time_zone=zone)
    press(page)
    look(page)
    if country == "JP":
        fill(page, region_code="040002", name_latin=f"Sample {key} {kind}", name_kana="ミホンホコウ")
    press(page)
    look(page)
    press(page, "main a.btn-primary")  # the people: the contact is enough
    look(page)
    fill(page, summary_ja="歩行を見守るセンサー", summary_en="Sensors that watch over walking.", stage="pilot")
    for spoken in ("ja", "en"):
        page.locator(f"[name=languages][value={spoken}]").check()
    press(page)
    look(page)
    fill(page, offer_en="Remote monitoring", offer_ja="遠隔見守り", need_en="A hospital", need_ja="病院")
    press(page)
    look(page)
    press(page, "main a.btn-primary")  # a logo can come later
    look(page)
    press(page)  # every slot suits
    if page.url.endswith("/questions"):
        look(page)
        answer_questions(page)
        press(page)
    look(page)
    for consent in ("sharing", "overseas_transfer", "declaration"):
        fill(page, **{consent: True})
    press(page)
    look(page)
    press(page)  # what was typed, read once more, is sent
    look(page)
    letter = site.letter_to(address, "/confirm/").get_body(("plain",)).get_content()
    page.goto(re.search(r"/confirm/\S+", letter)[0])
    look(page)
    press(page)
    return address


def answer_questions(page: Page) -> None:
    """What has to be answered, by the first choice."""
    for group in page.locator("main fieldset:has(.required)").all():
        if group.is_visible():
            group.locator("input").first.check()
    for text in page.locator("main div:has(> label .required) > :is(input, textarea)").all():
        if text.is_visible():
            text.fill("1")
