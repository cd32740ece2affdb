"""How heavy a first visit is: what comes over the wire, as Chromium counts it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

MOST = 400_000  # octets


@pytest.mark.parametrize("path", ["/", "/events/sample-healthcare", "/events/sample-healthcare/register"])
def test_a_first_visit_is_light(path: str, visit: Callable[..., Page]) -> None:
    page = visit("public", "ja", 390)
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    received: list[float] = []
    wire.on("Network.loadingFinished", lambda told: received.append(told["encodedDataLength"]))
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert len(received) > 5
    assert sum(received) < MOST, sum(received)
