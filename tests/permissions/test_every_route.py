"""Every route x every role. The expectations stand in one module a feature beside this file; a route that no module
lists fails."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from rbc_events.app import create_app
from rbc_events.database import db
from tests import permissions
from tests.permissions.expectations import EVERYBODY, Expectation
from tests.world import ROLES, World

# Endpoints of libraries that serve nothing of ours.
LIBRARIES = {"static"}
# A feed notes when it was first asked for in its present state: for that alone it writes, once a change.
KEEPS_ITS_STATE = {"meetings.subscribing_calendar"}


def expectations() -> dict[str, Expectation]:
    found: dict[str, Expectation] = {}
    for module in pkgutil.iter_modules(permissions.__path__):
        if module.name.startswith("test_"):
            continue
        loaded = importlib.import_module(f"tests.permissions.{module.name}")
        found.update(getattr(loaded, "EXPECTED", {}))
    return found


EXPECTED = expectations()


def test_every_route_is_listed(app: Any) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules()} - LIBRARIES
    assert sorted(routes - set(EXPECTED)) == [], "say in tests/permissions/<feature>.py who may use these routes"
    assert sorted(set(EXPECTED) - routes) == [], "these routes are gone"


@pytest.fixture
def written(app: Any) -> Iterator[list[str]]:
    """What is written to the database meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "audit_entries" in statement:  # that it was looked at is kept, after the page has been made
            return
        if statement.split(maxsplit=1)[0].upper() in ("INSERT", "UPDATE", "DELETE", "REPLACE"):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.slow
@pytest.mark.parametrize("endpoint", sorted(EXPECTED))
def test_a_route_opens_to_those_listed_and_to_nobody_else(
    endpoint: str, app: Any, world: World, sign_in: Any, written: list[str]
) -> None:
    """And who looks at a page writes nothing: a reader waits for no lock, a mail scanner that opens a link uses it up
    for nobody."""
    expected = EXPECTED[endpoint]
    for rule in [rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint]:
        for method in sorted(rule.methods & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            allowed = expected.allowed if method == "GET" or expected.writers is None else expected.writers
            for role in ROLES:
                # Made anew for each role: what one of them removes is there again for the next.
                values = expected.values(world)
                with app.test_request_context():
                    url = app.url_for(endpoint, **values)
                client = app.test_client() if role == "public" else sign_in(world.people[role])
                db.session.commit()
                written.clear()
                response = client.open(url, method=method)
                if method == "GET" and endpoint not in KEEPS_ITS_STATE:
                    assert written == [], f"GET {url} as {role}"
                asks_to_sign_in = response.status_code == 302 and "/sign-in" in response.headers["Location"]
                refused = response.status_code in {401, 403, 404} or asks_to_sign_in
                assert response.status_code < 500, f"{method} {url} as {role}: {response.status_code}"
                assert refused != (role in allowed), f"{method} {url} as {role}: {response.status_code}"


def test_everybody_means_every_role() -> None:
    assert frozenset(ROLES) == EVERYBODY


def test_the_matrix_finds_a_route_nobody_listed(app: Any, migrated: Any, tmp_path: Any) -> None:
    other = create_app(app.config["RBC"])
    other.add_url_rule("/planted", "planted", lambda: "open to all")
    with pytest.raises(AssertionError, match="planted"):
        test_every_route_is_listed(other)
