"""Staff write to many, in both languages and with a preview; each organisation has a thread in which it can answer."""

from typing import Any

import pytest

from rbc_events.database import db
from rbc_events.day import messages
from rbc_events.day.messages import Audience
from rbc_events.day.models import Message
from rbc_events.meetings.models import Meeting
from rbc_events.outbox.models import OutboxMessage
from tests.factories import NOW, make_delegate, make_registration
from tests.meetings.published import sent
from tests.world import World

WORDS = {"subject_ja": "受付", "text_ja": "受付は2階です。", "subject_en": "Desk", "text_en": "The desk is upstairs."}


def mails() -> list[OutboxMessage]:
    return db.session.query(OutboxMessage).filter_by(kind="staff_message").all()


@pytest.fixture
def staff(world: World, sign_in: Any) -> Any:
    return sign_in(world.people["coordinator"])


def address(world: World) -> str:
    return f"/manage/events/{world.event.key}/messages"


def test_a_message_to_many_is_previewed_before_it_is_sent(world: World, staff: Any) -> None:
    preview = staff.post(address(world), data=WORDS)
    assert "Send 2 mails" in preview.text
    assert mails() == []
    staff.post(address(world), data={**WORDS, "mails": "2"})
    assert {row.recipient for row in mails()} == {
        side.delegates[0].email for side in (world.registration, world.counterpart)
    }


def test_each_reads_their_own_language_and_can_answer(world: World, staff: Any) -> None:
    world.registration.delegates[0].language = "ja"
    staff.post(address(world), data={**WORDS, "mails": "2"})
    texts = {mail.to: (mail.subject, mail.text) for mail in sent() if "messages" in mail.text}
    subject, text = texts[world.registration.delegates[0].email]
    assert "受付" in subject
    assert "受付は2階です。" in text
    assert f"/registrations/{world.registration.id}/messages" in text
    assert "The desk is upstairs." in texts[world.counterpart.delegates[0].email][1]


def test_a_number_that_has_changed_since_the_preview_sends_nothing(world: World, staff: Any) -> None:
    make_delegate(world.registration)
    answer = staff.post(address(world), data={**WORDS, "mails": "2"})
    assert answer.status_code == 409
    assert "Send 3 mails" in answer.text
    assert "The desk is upstairs." in answer.text
    assert mails() == []


def test_a_message_lacking_a_language_keeps_what_was_typed(world: World, staff: Any) -> None:
    answer = staff.post(address(world), data={**WORDS, "text_ja": ""})
    assert answer.status_code == 422
    assert "The desk is upstairs." in answer.text


def test_those_of_a_group_a_slot_and_a_place_alone(world: World, meeting: Meeting) -> None:
    third = make_registration(world.event, group_name="B")
    event, both = world.event, [world.registration, world.counterpart]
    assert list(messages.organisations_for(event, Audience())) == [*both, third]
    assert list(messages.organisations_for(event, Audience(group="B"))) == [third]
    assert list(messages.organisations_for(event, Audience(slot=event.slots[0].id))) == both
    assert list(messages.organisations_for(event, Audience(place=event.places[0].id))) == both
    assert list(messages.organisations_for(event, Audience(place=event.places[1].id))) == []


def test_an_organisation_writes_and_staff_answer(world: World, staff: Any, sign_in: Any) -> None:
    own, number = f"/registrations/{world.registration.id}/messages", world.registration.id
    theirs = sign_in(world.people["delegate"])
    theirs.post(own, data={"text": "May we bring a model?"})
    assert messages.count_unanswered([world.event.id], NOW) == {world.event.id: 1}
    assert "1 organisation waits for an answer to its message" in staff.get("/").text
    assert "waits for an answer" in staff.get(address(world)).text
    assert "May we bring a model?" in staff.get(f"{address(world)}/{number}").text
    staff.post(f"{address(world)}/{number}", data=WORDS)
    assert messages.count_unanswered([world.event.id], NOW) == {}
    assert "The desk is upstairs." in theirs.get(own).text
    assert [row.recipient for row in mails()] == [world.registration.delegates[0].email]


def test_an_empty_message_is_none(world: World, sign_in: Any) -> None:
    answer = sign_in(world.people["delegate"]).post(
        f"/registrations/{world.registration.id}/messages", data={"text": " "}
    )
    assert answer.status_code == 422
    assert db.session.query(Message).all() == []
