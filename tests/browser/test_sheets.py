"""An office's list in a browser, from the file as it was sent to registrations; and a list taken out, changed in a
spreadsheet program and brought in again."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page

from tests.browser.steps import press
from tests.sheet_import.offices import prefecture

EVENT = "sample-healthcare"
CHANGED = {"ja": "変更1件", "en": "changed: 1,"}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_an_offices_list_gets_in_goes_out_and_comes_in_changed(
    visit: Callable[..., Page], tmp_path: Path, language: str
) -> None:
    page = visit("headquarters", language)
    sent = tmp_path / "list.xlsx"
    sent.write_bytes(prefecture())
    page.goto(f"/events/{EVENT}/import/organisations")
    page.locator("[name=sheet]").set_input_files(sent)
    press(page)
    assert page.locator("#tab").input_value() == "名簿"
    assert page.locator("#same-country").input_value() == "JP"
    assert page.locator(".alert-success").count() == 1, page.locator("main").inner_text()
    if page.locator("#keep-rest").count():  # else the office has chosen so before
        page.locator("#keep-rest").check()
    press(page, "main button[name=apply]")
    page.goto(f"/events/{EVENT}/registrations?q=ｶｸｳ工機")
    assert "㈱ｶｸｳ工機" in page.locator("main").inner_text()

    with page.expect_download() as download:
        page.locator(".export-buttons button").first.click()
    taken = tmp_path / "taken.xlsx"
    download.value.save_as(taken)
    book = openpyxl.load_workbook(taken)
    sheet = book.active
    assert sheet is not None
    heads = [cell.value for cell in sheet[1]]
    place = heads.index({"ja": "従業員数", "en": "Employees"}[language]) + 1
    sheet.cell(row=2, column=place, value=321 if language == "ja" else 654)
    book.save(taken)

    page.goto(f"/events/{EVENT}/import/organisations")
    page.locator("[name=sheet]").set_input_files(taken)
    press(page)
    assert CHANGED[language] in page.locator(".alert-success").inner_text()
    press(page, "main button[name=apply]")
    assert page.faults == []  # type: ignore[attr-defined]
