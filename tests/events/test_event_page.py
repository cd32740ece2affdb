"""What the features above events show at one."""

from typing import Any

import pytest

from rbc_events.events.event_page import Tabs, participant_tabs, staff_tabs
from tests.world import World


@pytest.mark.slow
@pytest.mark.parametrize(("tabs", "person"), [(staff_tabs, "coordinator"), (participant_tabs, "delegate")])
def test_every_tab_of_an_event_opens_and_shows_where_one_is(
    tabs: Tabs, person: str, app: Any, world: World, sign_in: Any
) -> None:
    client = sign_in(world.people[person])
    for tab in tabs:
        with app.test_request_context():
            address = app.url_for(tab.endpoint, key=world.event.key)
        page = client.get(address)
        assert page.status_code == 200, address
        assert f'aria-current="page" href="{address}">{tab.label}</a>' in " ".join(page.text.split())


def test_tabs_stand_in_the_order_of_their_places() -> None:
    tabs = Tabs()
    tabs.add(20, "second", "Second")
    tabs.add(10, "first", "First")
    assert [tab.endpoint for tab in tabs] == ["first", "second"]
    with pytest.raises(AssertionError, match="third and first share a place"):
        tabs.add(10, "third", "Third")


def test_the_page_of_an_event_has_its_features_parts(world: World, sign_in: Any) -> None:
    page = " ".join(sign_in(world.people["delegate"]).get(f"/events/{world.event.key}").text.split())
    assert "<strong>2</strong> organisations take part" in page
    assert f"You take part as {world.registration.organisation.name_latin}" in page
