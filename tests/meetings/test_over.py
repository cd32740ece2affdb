"""What an event that is over no longer takes: by its pages, and from pages that were open before."""

from datetime import timedelta
from typing import Any

import pytest

from rbc_events.database import db
from rbc_events.directory import routes as directory
from rbc_events.meetings import arranging, operations
from rbc_events.meetings.models import MeetingRequest, RequestState
from rbc_events.meetings.refusals import EventOver
from rbc_events.meetings.routes import requests as routes
from rbc_events.outbox.models import OutboxMessage
from tests.factories import NOW
from tests.world import World

OVER = NOW + timedelta(days=365)


@pytest.fixture
def request_(world: World) -> MeetingRequest:
    """One that waits for an answer, and never expires by itself."""
    asker = world.counterpart
    found = operations.request_meeting(asker, world.registration, actor=asker.delegates[0].user, now=NOW)
    found.expires_at = OVER + timedelta(days=1)
    db.session.flush()
    return found


def test_nobody_asks_proposes_or_answers_once_the_event_is_over(world: World, request_: MeetingRequest) -> None:
    event, side, other = world.event, world.registration, world.counterpart
    actor, mails = world.people["coordinator"], db.session.query(OutboxMessage).count()
    for attempt in (
        lambda: operations.request_meeting(side, other, actor=actor, now=OVER),
        lambda: arranging.propose_meeting(event, side, other, actor=actor, now=OVER),
        lambda: operations.accept(request_, side, actor=actor, now=OVER),
        lambda: operations.decline(request_, side, actor=actor, now=OVER),
        lambda: operations.counter_propose(request_, side, actor=actor, now=OVER, note="later"),
    ):
        with pytest.raises(EventOver):
            attempt()
    assert request_.state == RequestState.PENDING
    assert db.session.query(OutboxMessage).count() == mails


def test_on_the_last_day_itself_people_still_answer(world: World, request_: MeetingRequest) -> None:
    last = world.event.slots[0].starts_at + timedelta(days=1)
    operations.accept(request_, world.registration, actor=world.people["delegate"], now=last)
    assert request_.state == RequestState.MUTUAL


def test_pages_offer_nothing_that_would_be_refused(
    world: World, request_: MeetingRequest, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    event, delegate = world.event.key, sign_in(world.people["delegate"])
    answer = f"/events/{event}/requests/{request_.id}/answer"
    assert f'action="{answer}"' in delegate.get(f"/events/{event}/requests").text
    for module in (routes, directory):
        monkeypatch.setattr(module, "now", lambda: OVER)
    page = delegate.get(f"/events/{event}/requests").text
    assert "This event is over." in page
    assert f'action="{answer}"' not in page
    stale = delegate.post(answer, data={"decision": "accept", "priority": "2"})
    assert stale.status_code == 410
    assert "This event is over." in stale.text
    asking = sign_in(world.people["other_delegate"])
    request_.state, request_.pair = RequestState.WITHDRAWN, None
    form = asking.get(f"/events/{event}/requests/to/{world.registration.id}").text
    assert "This event is over." in form
    assert "Send the request" not in form
