"""Every page that a role can reach by links from its first page, in both languages, on a desk and on a phone."""

from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Error, Page
from werkzeug.exceptions import HTTPException

from tests.browser.checking import accessibility_faults, overflow_faults, structure_faults

ROLES = ("public", "headquarters", "coordinator", "interpreter", "delegate", "partner")
EXAMPLES = 2  # pages of one route that are looked at
FILES = (".ics", ".pdf", ".csv", ".xlsx", ".json", ".zip")
# axe-core looks at the first page of a route, at the wide one in one language and at the narrow one in the other.
WIDTHS = {"ja": (390, 1280), "en": (1280, 390)}


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_sound(role: str, language: str, visit: Callable[..., Page], axe: str, app: Flask) -> None:
    page = visit(role, language)
    seen: Counter[str] = Counter()
    waiting, known, faults = ["/"], {"/"}, []
    while waiting:
        path = waiting.pop(0)
        endpoint = endpoint_of(app, path)
        if seen[endpoint] >= EXAMPLES:
            continue
        seen[endpoint] += 1
        faults += [f"{path}: {fault}" for fault in faults_of(page, path, language)]
        if seen[endpoint] == 1:  # half the time goes to this, and pages of one route are made of the same parts
            faults += [f"{path}: {fault}" for fault in accessibility_faults(page, axe)]
        found = page.eval_on_selector_all("a[href]", "links => links.map((link) => link.href)")
        new = [address for address in map(local_path, found) if address and address not in known]
        known.update(new)
        waiting.extend(new)
    assert not faults, "\n".join(faults)
    assert len(seen) >= 5, seen


def faults_of(page: Page, path: str, language: str) -> list[str]:
    page.faults.clear()
    try:
        response = page.goto(path)
    except Error as error:
        return [] if "Download is starting" in str(error) else [str(error)]
    faults = [] if response is not None and response.status == 200 else [f"status {response and response.status}"]
    faults += structure_faults(page, language) + overflow_faults(page, *WIDTHS[language])
    return faults + page.faults


def endpoint_of(app: Flask, path: str) -> str:
    try:
        return str(app.url_map.bind("").match(path.partition("?")[0], method="GET")[0])
    except HTTPException:
        return path


def local_path(address: str) -> str:
    """The path of a link to a page of this site, else nothing."""
    parts = urlsplit(address)
    if parts.hostname != "127.0.0.1" or parts.path.endswith(FILES) or parts.path.startswith("/static/"):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")
