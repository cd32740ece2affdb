"""What every page has to keep, whoever looks at it."""

from typing import Any

from playwright.sync_api import Page

RUN_AXE = """async (options) => (await axe.run(document, options)).violations
  .filter((found) => ["serious", "critical"].includes(found.impact))
  .map((found) => `${found.id}: ${found.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`)"""
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
TWICE = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  return [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place && id !== "csrf_token"))].join(", ");
}"""
# What sticks out of the page to the right, for the fault's text.
WIDER = """() => {
  const page = document.documentElement, scrolls = ".table-responsive, .table-scroll, .tabs";
  if (page.scrollWidth <= page.clientWidth) return null;
  const sticks = (one) => one.getBoundingClientRect().right > page.clientWidth + 1 && !one.closest(scrolls);
  const first = [...document.body.querySelectorAll("*")].find(sticks);
  return `${page.scrollWidth - page.clientWidth} px by ${first ? first.outerHTML.slice(0, 120) : "?"}`;
}"""


def structure_faults(page: Page, language: str) -> list[str]:
    """The language said, one main heading, a title, no id that two elements have."""
    faults = []
    lang = page.locator("html").get_attribute("lang")
    if lang != language:
        faults.append(f"lang is {lang}")
    if (headings := page.locator("h1").count()) != 1:
        faults.append(f"{headings} h1")
    if not page.title():
        faults.append("no title")
    if twice := page.evaluate(TWICE):
        faults.append(f"several elements have one id: {twice}")
    return faults


def overflow_faults(page: Page, *widths: int) -> list[str]:
    """Whether the page scrolls sideways at one of the widths (px)."""
    faults = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        if wider := page.evaluate(WIDER):
            faults.append(f"overflows at {width} px: {wider}")
    return faults


def accessibility_faults(page: Page, axe: str, options: dict[str, Any] = WCAG) -> list[str]:
    """Serious and critical findings of axe-core, each with the elements."""
    page.evaluate(axe)
    return page.evaluate(RUN_AXE, options)
