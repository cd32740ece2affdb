import io
from typing import Any

from PIL import Image

from rbc_events.events.site import save_site
from tests.permissions.expectations import EVERYBODY, Expectation, of_event
from tests.world import World


def of_site(world: World) -> dict[str, Any]:
    logo = io.BytesIO()
    Image.new("RGB", (8, 8)).save(logo, "PNG")  # printed documents show it, too
    looks = {"colour": "#0b5a7a", "logo": logo.getvalue(), "logo_type": "image/png", "logo_hash": "x"}
    site = save_site(world.event, looks)
    return {"number": site.id}


EXPECTED = {
    "events.index": Expectation(EVERYBODY),
    "events.show": Expectation(EVERYBODY, of_event),
    "events.programme": Expectation(EVERYBODY, lambda world: {"key": world.event.programme.key}),
    "events.notice": Expectation(EVERYBODY, lambda _world: {"kind": "privacy"}),
    "events.notice_of_event": Expectation(EVERYBODY, lambda world: {"key": world.event.key, "kind": "imprint"}),
    "events.site_style": Expectation(EVERYBODY, of_site),
    "events.site_logo": Expectation(EVERYBODY, of_site),
}
