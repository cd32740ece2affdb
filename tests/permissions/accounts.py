from typing import Any

from rbc_events.accounts import operations
from rbc_events.accounts.models import LinkPurpose
from rbc_events.clock import now
from tests.permissions.expectations import EVERYBODY, SIGNED_IN, Expectation
from tests.world import World


def password_link(world: World) -> dict[str, Any]:
    return {"token": operations.issue_link(world.people["delegate"], LinkPurpose.SET_PASSWORD, now=now())}


EXPECTED = {
    "accounts.sign_in": Expectation(EVERYBODY),
    "accounts.sign_out": Expectation(EVERYBODY),
    "accounts.forgotten": Expectation(EVERYBODY),
    "accounts.set_password": Expectation(EVERYBODY, password_link),
    "accounts.settings": Expectation(SIGNED_IN),
    "accounts.choose_language": Expectation(EVERYBODY, lambda world: {"language": "ja"}),
    "accounts.choose_time_zone": Expectation(EVERYBODY),
}
