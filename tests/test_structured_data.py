"""The structured data of the public pages says what schema.org and search engines ask for, and nothing else."""

from typing import Any

import pytest

from rbc_events.database import db
from rbc_events.events.models import Mode
from rbc_events.outcomes.models import Visibility
from tests.events.test_site import Blocks, page
from tests.factories import NOW, make_case, make_event, make_outcome
from tests.structured_data import faults

EVENTS: list[dict[str, Any]] = [
    {"mode": Mode.IN_PERSON, "slots": 0},
    {"mode": Mode.IN_PERSON, "slots": 2, "venue_en": "Sample Hall", "address_en": "1 Mihon-cho"},
    {"mode": Mode.ONLINE, "slots": 2, "description_en": "Words"},
    {"mode": Mode.HYBRID, "slots": 1, "ends_on": None},
]


@pytest.mark.parametrize("fields", EVENTS, ids=lambda fields: f"{fields['mode']}-{fields['slots']}")
def test_an_event_says_all_that_is_asked_of_one(client: Any, fields: dict[str, Any]) -> None:
    [block] = Blocks(page(client, f"/events/{make_event(**fields).key}")).blocks
    assert faults(block) == []


def test_a_public_case_says_all_that_is_asked_of_an_article(client: Any) -> None:
    case = make_case(make_outcome(make_event(), visibility=Visibility.PUBLIC), published_at=NOW)
    db.session.commit()
    [block] = Blocks(page(client, f"/cases/{case.key}")).blocks
    assert faults(block) == []


def test_the_judge_sees_what_is_wrong() -> None:
    block = {
        "@context": "https://schema.org",
        "@type": "BusinessEvent",
        "startDate": "9 February",
        "colour": "red",
        "url": "/events/x",
        "location": {"@type": "Place", "name": "Hall"},
        "organizer": "Office",
    }
    assert faults(block) == [
        "block: BusinessEvent has no colour",
        "block: BusinessEvent needs name",
        "block.location: Place needs address",
        "block.organizer: text instead of a thing",
        "block.startDate: 9 February is no date",
        "block.url: /events/x is no whole address",
    ]
