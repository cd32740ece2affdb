from email import message_from_bytes, policy
from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.calendars.entry import Person
from rbc_events.database import db
from rbc_events.mail.kinds import KINDS, default_wording
from rbc_events.mail.models import MailText, Unsubscription
from rbc_events.mail.operations import Notice, unsubscribe_address, write_notice, write_notices
from rbc_events.outbox.models import Delivery, OutboxMessage
from tests.world import World


def form(**changes: str) -> dict[str, str]:
    fields = {}
    for language in ("ja", "en"):
        wording = default_wording("approved", language)
        fields |= {f"subject_{language}": wording.subject, f"body_{language}": wording.body}
    return fields | {"action": "save"} | changes


def notice(**changes: Any) -> Notice:
    fields: dict[str, Any] = {
        "kind": "approved",
        "occasion": "test",
        "recipient": Person(name="Taro", address="taro@people.example"),
        "language": "en",
        "values": {"name": "Taro", "organisation": "Sample", "link": "https://rbc-events.example/x"},
    }
    return Notice(**fields | changes)


def written() -> list[Any]:
    contents = db.session.scalars(select(OutboxMessage.content).order_by(OutboxMessage.id))
    return [message_from_bytes(content, policy=policy.default) for content in contents]


def text_of(message: Any) -> str:
    return message.get_body(("plain",)).get_content().replace("\r\n", "\n")


@pytest.fixture
def staff(world: World, sign_in: Any) -> Any:
    return sign_in(world.people["coordinator"])


def test_an_event_words_its_mails_itself_in_one_language_and_keeps_the_default_in_the_other(
    world: World, staff: Any
) -> None:
    url = f"/manage/events/{world.event.key}/mail/texts/approved"
    response = staff.post(url, data=form(subject_en="Welcome, {{name}}!", body_en="See {{link}}"))
    assert response.status_code == 302
    assert [row.language for row in db.session.scalars(select(MailText))] == ["en"]

    write_notice(world.event, notice(), now=world.event.registration_opens_at)
    [mail] = written()
    assert mail["Subject"] == "Welcome, Taro!"
    assert text_of(mail).startswith("See https://rbc-events.example/x\n")
    assert mail["Reply-To"] == "secretariat@events.example"
    assert "List-Unsubscribe" not in mail

    staff.post(url, data={"action": "reset"})
    assert db.session.scalars(select(MailText)).all() == []


@pytest.mark.parametrize(
    ("field", "text", "fault"),
    [
        ("body_en", "{{password}}", "This mail has no field {{password}}."),
        ("subject_ja", "{{change}}", "This mail has no field {{change}}."),
        ("body_ja", "", "This field is required."),
        ("body_en", "x" * 10_001, "Please enter at most 10000 characters."),
    ],
)
def test_a_wording_with_a_fault_comes_back_filled_and_nothing_is_kept(
    world: World, staff: Any, field: str, text: str, fault: str
) -> None:
    response = staff.post(f"/manage/events/{world.event.key}/mail/texts/approved", data=form(**{field: text}))
    assert response.status_code == 422
    page = response.get_data(as_text=True)
    assert fault in page
    assert text[:100] in page
    assert db.session.scalars(select(MailText)).all() == []


def test_a_mail_that_would_be_of_no_use_without_a_field_needs_it(world: World, staff: Any) -> None:
    wording = {f"{part}_{code}": "x" for part in ("subject", "body") for code in ("ja", "en")}
    response = staff.post(
        f"/manage/events/{world.event.key}/mail/texts/confirm_address", data={**wording, "action": "save"}
    )
    assert response.status_code == 422
    assert "{{link}}" in response.get_data(as_text=True)


def test_a_preview_shows_both_languages_and_keeps_nothing(world: World, staff: Any) -> None:
    url = f"/manage/events/{world.event.key}/mail/texts/approved"
    page = staff.post(url, data=form(action="preview", body_en="<b>Hello</b> {{name}}")).get_data(as_text=True)
    assert "&lt;b&gt;Hello&lt;/b&gt; SAMPLE Taro" in page
    assert "見本 太郎" in page
    assert db.session.scalars(select(MailText)).all() == []


def test_a_test_goes_to_whoever_asks_in_the_words_of_the_form(world: World, staff: Any) -> None:
    url = f"/manage/events/{world.event.key}/mail/texts/approved"
    assert staff.post(url, data=form(action="test", subject_en="Draft")).status_code == 200
    mails = written()
    assert {mail["To"].addresses[0].addr_spec for mail in mails} == {world.people["coordinator"].email}
    assert {mail["Content-Language"] for mail in mails} == {"ja", "en"}
    assert "Draft" in {mail["Subject"] for mail in mails}


def test_who_unsubscribes_by_one_click_gets_no_more_of_that_kind_and_everything_about_own_meetings(
    world: World, client: Any, now: Any
) -> None:
    follow_up = notice(kind="follow_up", occasion="1")
    write_notice(world.event, follow_up, now=now)
    [mail] = written()
    address = mail["List-Unsubscribe"].strip(" <>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in text_of(mail)

    path = address.removeprefix("http://localhost")
    assert client.get(path).status_code == 200
    assert db.session.scalars(select(Unsubscription)).all() == []
    for _twice in range(2):
        assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert len(db.session.scalars(select(Unsubscription)).all()) == 1
    other = notice(kind="follow_up", occasion="2", recipient=Person(name="", address="jane@people.example"))
    wanted = [notice(kind="follow_up", occasion="3"), notice(kind="reminder_day", occasion="4"), other]
    assert write_notices(world.event, wanted, now=now) == 2

    client.post(path, data={"again": "1"})
    assert write_notice(world.event, notice(kind="follow_up", occasion="5"), now=now) == 1


def test_a_forged_unsubscription_is_refused(world: World, client: Any) -> None:
    path = unsubscribe_address("taro@people.example", "follow_up").removeprefix("http://localhost")
    assert client.post(path[:-1] + ("A" if path[-1] != "A" else "B")).status_code == 404
    assert client.post("/unsubscribe/x").status_code == 404


def test_staff_see_what_failed_and_why_and_send_it_again(world: World, staff: Any, now: Any) -> None:
    write_notices(world.event, [notice(), notice(occasion="2")], now=now)
    failed = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).first()
    failed.state, failed.fault = Delivery.FAILED, "550 no such user <script>"
    page = staff.get(f"/manage/events/{world.event.key}/mail").get_data(as_text=True)
    assert "550 no such user &lt;script&gt;" in page
    response = staff.post(f"/manage/events/{world.event.key}/mail/{failed.id}/again")
    assert response.status_code == 302
    db.session.refresh(failed)
    assert failed.state is Delivery.QUEUED


@pytest.mark.slow
def test_the_outbox_pages_ask_for_as_few_rows_as_they_show(world: World, staff: Any, now: Any) -> None:
    write_notices(world.event, [notice(occasion=str(number)) for number in range(250)], now=now)
    page = staff.get(f"/manage/events/{world.event.key}/mail?show=waiting").get_data(as_text=True)
    assert page.count("taro@people.example") == 100
    assert "Next page" in page
    assert "page=3" in staff.get(f"/manage/events/{world.event.key}/mail?show=waiting&page=2").get_data(as_text=True)


def test_a_kind_that_is_not_there_is_not_found(world: World, staff: Any) -> None:
    assert staff.get(f"/manage/events/{world.event.key}/mail/texts/../x").status_code == 404
    assert staff.get(f"/manage/events/{world.event.key}/mail/texts/unknown").status_code == 404
    assert "unknown" not in KINDS
