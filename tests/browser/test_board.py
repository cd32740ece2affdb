"""The coordinators' board: a meeting is picked up, every cell is marked, it is put, seen by another, and taken back."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.checking import accessibility_faults

BOARD = "/events/sample-healthcare/timetable?zoom=far"


def cell_of(page: Page, meeting: str) -> str:
    found: str = page.locator(f"#{meeting}").evaluate(
        "chip => { const { slot, place } = chip.closest('[data-slot]').dataset; return `${slot}-${place}`; }"
    )
    return found


def test_a_meeting_is_put_elsewhere_seen_by_another_and_taken_back(visit: Callable[..., Page], axe: str) -> None:
    mine, others = visit("headquarters"), visit("headquarters")
    mine.goto(BOARD)
    others.goto(BOARD)
    meeting = mine.locator("#board td [data-meeting]").first.get_attribute("id") or ""
    before = cell_of(mine, meeting)
    mine.locator(f"#{meeting} a").focus()
    mine.keyboard.press("Enter")
    free = mine.locator("#board.marked td[data-mark=fits]").first
    slot, place = free.get_attribute("data-slot"), free.get_attribute("data-place")
    assert not accessibility_faults(mine, axe)
    free.click(position={"x": 2, "y": 2})  # the whole cell takes it
    for page in (mine, others):
        there = page.locator(f'td[data-slot="{slot}"][data-place="{place}"] #{meeting}')
        expect(there).to_have_count(1)
    mine.reload()
    mine.keyboard.press("Control+z")
    expect(mine.locator("#board-redo")).to_be_visible()
    assert cell_of(mine, meeting) == before
    assert mine.faults == []
