"""From a meeting that was held to an agreement that both sides report: steps of the whole way."""

import io
from datetime import datetime

from playwright.sync_api import Page
from pypdf import PdfWriter

from tests.browser.steps import fill, press


def scan() -> bytes:
    """A PDF of one blank page."""
    writer, written = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(written)
    return written.getvalue()


def agree(staff: Page, foreign: Page, local: Page, verifier: Page, key: str, *, signed: datetime) -> None:
    """An NDA beside an MTA, then a joint research agreement, of which the two sides tell different things. Leaves staff
    on the relationship's page."""
    month, day = f"{signed:%Y-%m}", f"{signed:%F}"
    press(staff, "form[action$='/relationship'] button")
    relationship = staff.url
    for kind in ("nda", "mta"):
        press(staff, "a[href$='/outcomes/new']")
        fill(staff, type=kind, state="executed", signed_on=day, visibility="parties")
        press(staff)
        staff.goto(relationship)
    tell(foreign, signed_on=month, amount="120000", currency="EUR")
    tell(local, signed_on=day, amount="125000", currency="EUR")
    assert other_side_is_silent(local, "120")
    staff.goto(relationship)
    assert staff.locator("main a[href*='/outcomes/']:not([href$='/new'])").count() == 3, "one record of both reports"
    with staff.expect_navigation():
        staff.locator("main a[href*='/outcomes/']:not([href$='/new'])").last.click()
    decide(staff, key)
    bear_out(staff, verifier)
    staff.goto(relationship)


def tell(page: Page, **told: str) -> None:
    """A side reports the agreement on its own page."""
    page.goto("/partners")
    press(page, "main tbody a[href*='/partners/']")
    press(page, "a[href$='/outcomes/new']")
    fill(page, type="joint_research", state="executed", **told)
    press(page)


def other_side_is_silent(page: Page, figure: str) -> bool:
    return figure not in page.locator("main").inner_text()


def decide(staff: Page, key: str) -> None:
    """What the two reports say differently stands side by side until staff take one of the values."""
    assert staff.locator("#differences h3").count() == 2
    press(staff, "#differences form:has(input[name=report]) button")
    press(staff, "#differences form:has(input[name=report]) button")
    assert staff.locator("#differences").count() == 0
    fill(staff, subject_ja=f"歩行 {key}", subject_en=f"Walking {key}", visibility="public")
    press(staff, "form:has([name=visibility]) button.btn-primary")


def bear_out(staff: Page, verifier: Page) -> None:
    """The signed copy, uploaded by who recorded it, is verified by somebody else."""
    staff.locator("summary:has-text('根拠'), summary:has-text('evidence')").last.click()
    content = scan()
    fill(staff, "form[action$='/evidence']", description="契約書の写し")
    staff.locator("main [name=file]").set_input_files(
        {"name": "signed.pdf", "mimeType": "application/pdf", "buffer": content}
    )
    press(staff, "form[action$='/evidence'] button")
    assert staff.locator("code.hash").count() == 1
    assert staff.locator("form[action$='/verify']").count() == 0, "nobody verifies their own work"
    verifier.goto(staff.url)
    with verifier.expect_download() as download:
        verifier.locator("a[download]").click()
    assert download.value.path().read_bytes() == content
    press(verifier, "form[action$='/verify'] button")
    assert verifier.locator("form[action$='/verify']").count() == 0
