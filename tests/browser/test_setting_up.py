"""How many actions setting an event up takes: two days of meetings, and next year's event like this year's.

An action is a page opened, a button pressed or a choice made; what is typed or picked for a button counts with it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page

from tests.browser.steps import fill, press

MOST_FOR_TWO_DAYS = 20
MOST_FOR_NEXT_YEAR = 5


@dataclass
class Counting:
    """A page on which what somebody does is counted."""

    page: Page
    actions: int = 0

    def press(self, selector: str = "main form button.btn-primary", **values: str | bool) -> None:
        fill(self.page, "main form:has(button.btn-primary)", **values)
        self.actions += 1
        press(self.page, selector)

    def follow(self, address: str) -> None:
        """Press a link of the page to this address."""
        self.actions += 1
        with self.page.expect_navigation():
            self.page.locator(f"main a[href$='{address}']").first.click()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_two_days_of_meetings_in_twenty_actions_and_next_years_event_in_five(
    visit: Callable[..., Page], language: str
) -> None:
    page = visit("headquarters", language)
    key = f"actions-{language}"
    page.goto("/manage/")
    counting = Counting(page)
    address = page.locator("main a[href*='new-event']").first.get_attribute("href") or ""
    counting.follow(address)
    counting.press(
        name_ja="手数の試験2027", name_en="Actions 2027", key=key, starts_on="2027-02-09", ends_on="2027-02-10"
    )
    day = {"day": "2027-02-09", "slot_minutes": "25", "gap_minutes": "5"}
    counting.press(kind="meetings", starts="09:30", slots="5", **day)
    counting.press(kind="break", starts="12:00", slots="1", **{**day, "slot_minutes": "60", "gap_minutes": "0"})
    counting.press(kind="meetings", starts="13:00", slots="6", **day)
    counting.press(kind="programme", starts="16:15", slots="1", **{**day, "slot_minutes": "60", "gap_minutes": "0"})
    counting.press("main form[action$='2027-02-09/copy'] button")
    counting.follow(f"/manage/events/{key}/places")
    counting.press(kind="table", count="12", name_ja="テーブル", name_en="Table")
    counting.press(kind="room", count="2", name_ja="会議室", name_en="Room")
    page.goto(f"/manage/events/{key}/days")
    assert page.locator("main .day-table").count() == 2
    assert page.locator("main .day-table tr").count() == 8
    assert counting.actions <= MOST_FOR_TWO_DAYS

    page.goto(f"/events/{key}")
    again = Counting(page)
    again.follow(f"/manage/events/{key}/settings")
    again.follow(f"/manage/events/{key}/copy")
    again.press()
    again.press()
    assert again.actions <= MOST_FOR_NEXT_YEAR
    copied = page.url.rsplit("/events/", 1)[1].split("/")[0]
    assert copied != key
    page.goto(f"/manage/events/{copied}/days")
    assert "2028" in page.locator("main").inner_text()
    assert page.locator("main .day-table tr").count() == 8
    assert page.faults == []  # type: ignore[attr-defined]
