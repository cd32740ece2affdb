"""A role that looks at everything and changes nothing is one line of `accounts.access.LEVELS`. Here interpreters, who
have no pages of staff, take that role at the event that they are named for."""

from typing import Any

import pytest

from rbc_events.accounts.access import LEVELS, Level
from rbc_events.accounts.models import Role
from tests.permissions.test_every_route import EXPECTED
from tests.world import World

OF_STAFF = sorted(
    endpoint
    for endpoint, expected in EXPECTED.items()
    if "coordinator" in expected.allowed and "interpreter" not in expected.allowed
)
# What everybody who sees a page may do there for themselves, which changes nothing of the event's.
THEIR_OWN = {"directory.bookmark", "registration.password", "reports.printing_start", "reports.printing_stop"}
# Forms that an organisation fills in, by itself or by staff for it. What it answered is read on staff's own page.
FILLED_IN = {f"registration.{name}" for name in ("colleagues", "files", "people", "person", "review", "step")} | {
    "seasons.hours"
}
# An organisation writes its seeds, and staff for it. What they say is read on the seed's own page.
FILLED_IN |= {f"seeds.{name}" for name in ("edit", "new", "people", "person", "preview")}


@pytest.mark.slow
@pytest.mark.parametrize("endpoint", OF_STAFF)
def test_who_only_views_sees_every_page_of_staff_and_changes_nothing(
    endpoint: str, app: Any, world: World, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LEVELS, Level.VIEW, LEVELS[Level.VIEW] | {Role.INTERPRETER})
    client = sign_in(world.people["interpreter"])
    for rule in [rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint]:
        for method in sorted(rule.methods & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            values = EXPECTED[endpoint].values(world)
            with app.test_request_context():
                url = app.url_for(endpoint, **values)
            status = client.open(url, method=method).status_code
            if method == "GET" and endpoint not in FILLED_IN:
                assert status not in {401, 403, 404}, f"{url}: {status}"
            elif endpoint not in THEIR_OWN:
                assert status == 403, f"{method} {url}: {status}"
