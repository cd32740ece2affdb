"""A scan of 200 MB is told of beside its field, in the reader's language, and what was typed stays."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from rbc_events.samples import SAMPLE_PASSWORD
from tests.browser.conftest import PATIENCE, Site

MEGABYTES = 200
FORM = "form[action$='/evidence']"


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scan") / "scan.pdf"
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(MEGABYTES * 1024 * 1024)
    return path


@pytest.mark.parametrize(("language", "words"), [("ja", "大きすぎます"), ("en", "too large")])
@pytest.mark.parametrize("javascript", [True, False])
def test_a_scan_of_200_megabytes(
    chromium: Browser, site: Site, scan: Path, *, javascript: bool, language: str, words: str
) -> None:
    context = chromium.new_context(base_url=site.url, java_script_enabled=javascript, locale=language)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    try:
        sign_in(page, language)
        page.goto("/outcomes")
        page.goto(str(page.locator("main tbody a[href*='/outcomes/']").first.get_attribute("href")))
        page.locator(f"details:has({FORM}) > summary").click()
        page.locator(f"{FORM} [name=description]").fill("契約書の写し")
        page.locator(f"{FORM} [name=file]").set_input_files(scan)
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.method))
        page.locator(f"{FORM} button").click()
        fault = page.locator(f"{FORM} .invalid-feedback")
        fault.wait_for(timeout=300_000)
        assert words in fault.inner_text()
        assert page.locator(f"{FORM} [name=description]").input_value() == "契約書の写し"
        assert ("POST" in sent) is not javascript, "with JavaScript nothing is sent that is refused anyhow"
    finally:
        context.close()


def sign_in(page: Page, language: str) -> None:
    """Without help of JavaScript."""
    page.goto("/sign-in")
    page.locator("[name=email]").fill("headquarters@sample.example")
    page.locator("[name=password]").fill(SAMPLE_PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url("**/")
    switch = page.locator(f".masthead button[lang={language}]")
    if switch.count():
        switch.locator("visible=true").first.click()
        page.locator(f"html[lang={language}]").wait_for(state="attached")
