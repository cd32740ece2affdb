from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from rbc_events.meetings import operations
from tests.factories import NOW, make_registration
from tests.world import ROLES, World


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("role", ROLES)
def test_everybody_has_a_first_page(role: str, language: str, world: World, client: FlaskClient, sign_in: Callable):
    visitor = client if role == "public" else sign_in(world.people[role], language)
    page = visitor.get("/", headers={"Accept-Language": language})
    assert page.status_code == 200
    assert page.text.count("<h1") == 1


def test_a_delegate_is_led_to_the_request_that_waits(world: World, sign_in: Callable):
    asker = make_registration(world.event)
    operations.request_meeting(asker, world.registration, actor=asker.delegates[0].user, now=NOW)
    page = sign_in(world.people["delegate"]).get("/")
    assert "1 meeting request waits for your answer" in page.text
    assert f'href="/events/{world.event.key}/requests"' in page.text
