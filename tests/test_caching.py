"""No answer but what is public for good may be kept by a browser's or a proxy's cache."""

from io import BytesIO
from typing import Any

import pytest
from flask import Response, send_file

from rbc_events.app import create_app
from tests.permissions.test_every_route import EXPECTED
from tests.world import World

# An address with a token, which calendar programs ask for every hour: kept by them alone, and asked for anew each time.
KEPT_BY_ITS_READER = {"meetings.subscribing_calendar": "private, no-cache"}
# What everybody's pages name by an address with the hash of its content.
KEPT_FOR_EVER = dict.fromkeys(("events.site_style", "events.site_logo"), "public, max-age=31536000")


@pytest.mark.slow
def test_no_page_feed_or_file_of_any_route_is_kept(app: Any, world: World, sign_in: Any) -> None:
    reader = sign_in(world.people["headquarters"])
    asked = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static" or "GET" not in rule.methods:
            continue
        values = EXPECTED[rule.endpoint].values(world)
        with app.test_request_context():
            address = app.url_for(rule.endpoint, **values)
        with reader.get(address) as response:
            asked += response.status_code == 200
            expected = {**KEPT_BY_ITS_READER, **KEPT_FOR_EVER}.get(rule.endpoint, "private, no-store")
            assert response.headers["Cache-Control"] == expected, address
            assert response.headers["X-Content-Type-Options"] == "nosniff", address
    assert asked > 50


@pytest.mark.parametrize(
    "answer",
    [
        lambda: send_file(BytesIO(b"%PDF-"), mimetype="application/pdf"),
        lambda: send_file(BytesIO(b"PK"), download_name="deck.pptx", as_attachment=True),
        lambda: send_file(BytesIO(b"png"), mimetype="image/png", etag="1"),
        lambda: Response(b"BEGIN:VCALENDAR", mimetype="text/calendar"),
        lambda: Response("{}", mimetype="application/json"),
    ],
    ids=["pdf", "download", "logo", "calendar", "json"],
)
def test_a_route_need_not_think_of_it(app: Any, answer: Any) -> None:
    other = create_app(app.config["RBC"])
    other.add_url_rule("/file", "file", answer)
    with other.test_client().get("/file") as response:
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
