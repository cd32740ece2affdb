"""A canary person is in every table that can hold one; erased, no dump of the database and no file names them."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from rbc_events.accounts.models import Role, User
from rbc_events.database import db
from rbc_events.i18n import in_language, plain
from rbc_events.meetings.models import Meeting, MeetingState
from rbc_events.outbox.models import OutboxMessage
from rbc_events.outbox.sending import deliver_due
from rbc_events.outbox.transport import folder_of, open_transport
from rbc_events.privacy import operations
from rbc_events.privacy.erasing import THEIR_OWN, LastHeadquarters, erase_person
from rbc_events.privacy.exporting import export_person
from rbc_events.privacy.people import find_person, full_names
from rbc_events.privacy.retention import RULES, people_long_gone
from rbc_events.registration.models import Delegate, UnsavedEntries
from rbc_events.relationships import operations as relationships
from rbc_events.reports import queries as reports
from tests.factories import add, make_event, make_registration, make_researcher, make_seed, make_user
from tests.meetings.published import make_interpreter, make_meeting, publish, put_in_slot
from tests.world import World

TEN = datetime(2027, 2, 9, 1, 0, tzinfo=UTC)
NAME = {
    "family_latin": "Kanaria", "given_latin": "Momoko",
    "family_kanji": "金糸雀", "given_kanji": "桃子", "family_kana": "カナリア", "given_kana": "モモコ",
}  # fmt: skip
ADDRESS = "kanaria@canary.example"
CANARIES = ("kanaria", "momoko", "金糸雀", "桃子", "カナリア", "モモコ")


@pytest.fixture
def canary(world: World, app: Flask, now: datetime) -> Delegate:
    """A delegate with an account who met, was mailed, wrote and was written about."""
    user = make_user(email=ADDRESS, **NAME)
    person = world.registration.delegates[0]
    for name, value in NAME.items():
        setattr(person, name, value)
    person.email, person.user, person.title, person.contact = ADDRESS, user, "Kanaria's title", True
    meeting = make_meeting(world.registration, world.counterpart)
    publish(meeting, TEN, now=now, interpreter=make_interpreter(world.event))
    put_in_slot(meeting, world.event.slots[0], world.event.places[0], MeetingState.HELD)
    meeting.minutes = "金糸雀 桃子様 (Momoko KANARIA) says: write to kanaria@canary.example."
    add(UnsavedEntries(registration_id=world.registration.id, step="people", entries=[["email", ADDRESS]], at=now))
    db.session.commit()
    transport = open_transport(app.config["RBC"].mail_url)
    deliver_due(transport, clock=lambda: now)
    return person


def dump(app: Flask) -> str:
    """The whole database as SQL, with what JSON and mails hide in escapes made plain."""
    path = app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    connection = sqlite3.connect(path)
    lines = "\n".join(line for line in connection.iterdump() if "search_organisations" not in line)
    connection.close()
    return lines.encode().decode("unicode_escape", errors="ignore").casefold() + lines.casefold()


def erase(app: Flask, now: datetime) -> None:
    erase_person(find_person(ADDRESS), mails=folder_of(app.config["RBC"].mail_url), now=now)
    db.session.commit()


@pytest.mark.slow
def test_numbers_that_a_list_brought_go_too(canary: Delegate, app: Flask, now: datetime) -> None:
    canary.registration.staff_note = (
        "電話: 0776-12-3456\n携帯: 090 1234 5678\nTel: +81 (776) 12-3456\n法人番号: 1234567890123\n20名"
    )
    db.session.commit()
    erase(app, now)
    assert canary.registration.staff_note == "電話: –\n携帯: –\nTel: –\n法人番号: 1234567890123\n20名"


@pytest.mark.slow
def test_nothing_names_an_erased_person(canary: Delegate, app: Flask, now: datetime) -> None:
    folder = Path(folder_of(app.config["RBC"].mail_url) or "")
    assert any(ADDRESS in path.read_text() for path in folder.glob("*.eml"))
    before = dump(app)
    assert all(each in before for each in CANARIES)
    erase(app, now)
    after = dump(app)
    assert [each for each in CANARIES if each in after] == []
    assert not any(ADDRESS in path.read_text() for path in folder.glob("*.eml"))


@pytest.mark.slow
def test_meetings_go_on_counting(canary: Delegate, app: Flask, world: World, now: datetime) -> None:
    before = reports.funnel([world.event.id])
    erase(app, now)
    assert reports.funnel([world.event.id]) == before
    assert db.session.scalars(select(Meeting.state)).all() == [MeetingState.HELD]
    assert len(world.registration.delegates) == 1


@pytest.mark.slow
def test_nobody_can_sign_in_to_an_erased_account(canary: Delegate, app: Flask, now: datetime) -> None:
    number = canary.user_id
    erase(app, now)
    user = db.session.get_one(User, number)
    assert (user.active, user.password_hash, user.grants) == (False, "", [])


@pytest.mark.slow
def test_mails_that_wait_are_not_sent(canary: Delegate, app: Flask, world: World, now: datetime) -> None:
    publish(db.session.scalars(select(Meeting)).one(), TEN + timedelta(hours=1), now=now)
    db.session.commit()
    erase(app, now)
    assert db.session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == ADDRESS)).all() == []


@pytest.mark.slow
def test_the_last_of_headquarters_is_not_erased(world: World, app: Flask, now: datetime) -> None:
    last = world.people["headquarters"]
    with pytest.raises(LastHeadquarters):
        erase_person(find_person(last.email), mails=None, now=now)
    make_user(Role.HEADQUARTERS, email="second@people.example")
    erase_person(find_person(last.email), mails=None, now=now)


@pytest.mark.parametrize(
    "text",
    ["金糸雀桃子", "金糸雀\u3000桃子様", "Momoko KANARIA", "Kanaria, Momoko", "カナリア・モモコ", ADDRESS.upper()],
)
def test_a_person_is_known_as_people_write_them(canary: Delegate, text: str) -> None:
    assert any(mention.pattern.search(f"to {text}.") for mention in find_person(ADDRESS).mentions())


def test_one_half_of_a_name_says_too_little_of_whom_it_means(canary: Delegate) -> None:
    assert not any(mention.pattern.search("Momoko and Mrs Kanaria") for mention in find_person(ADDRESS).mentions())
    assert list(full_names(User(family_latin="Sukarno"))) == []


def test_what_is_held_is_told_without_secrets(canary: Delegate, world: World) -> None:
    held = export_person(find_person(ADDRESS))
    assert held["account"][0]["email"] == ADDRESS
    assert held["delegate_at"][0]["organisation"] == world.registration.organisation.name_native
    assert held["mails"]
    assert "password_hash" not in str(held)
    assert "token_hash" not in str(held)


@pytest.mark.slow
def test_people_are_forgotten_years_after_their_last_event(canary: Delegate, app: Flask, world: World) -> None:
    ends = world.event.ends_on
    later = datetime(ends.year + 6, 1, 1, tzinfo=UTC)
    assert ADDRESS not in people_long_gone(datetime(ends.year + 4, 1, 1, tzinfo=UTC))
    gone = people_long_gone(later)
    assert ADDRESS in gone
    assert world.people["coordinator"].email not in gone  # who has a role stays
    counted = {rule.key: rule.due(later) for rule in RULES}
    assert counted["people"] == len(gone)
    assert counted["mails"] > 0
    for rule in RULES:
        rule.run(later, folder_of(app.config["RBC"].mail_url))
    assert {rule.due(later) for rule in RULES} == {0}


def test_asking_twice_is_asking_once_and_can_be_taken_back(canary: Delegate, now: datetime) -> None:
    user = canary.user
    assert operations.ask_for_erasure(user, now=now) is operations.ask_for_erasure(user, now=now + timedelta(days=1))
    operations.take_back(user)
    assert operations.ask_for_erasure(user, now=now).done_at is None


@pytest.mark.slow
def test_headquarters_erase_who_asked(canary: Delegate, world: World, sign_in: Any) -> None:
    mine = sign_in(canary.user)
    assert ADDRESS in mine.get("/settings/my-data").text
    assert mine.get("/settings/my-data.json").json["account"][0]["email"] == ADDRESS
    assert mine.post("/settings/my-data/erase").status_code == 302
    staff = sign_in(world.people["headquarters"])
    assert ADDRESS in staff.get("/manage/people").text
    assert "Erase for good" in staff.post("/manage/people", data={"address": ADDRESS}).text
    assert staff.post("/manage/people", data={"address": "stranger@people.example"}).status_code == 422
    assert staff.post("/manage/people/erase", data={"address": ADDRESS}).status_code == 302
    assert ADDRESS not in staff.get("/manage/people").text
    assert mine.get("/settings/my-data").status_code in (302, 401)


# Columns that refer to an account and stay: the account is a number by then, which names nobody.
WHO_DID_IT = {
    "actor_id", "asked_by_id", "assigned_to_id", "answered_by_id", "by_id", "created_by_id", "decided_by_id",
    "done_by_id", "keeper_id", "made_by_id", "named_by_id", "offered_by_id", "proposed_by_id", "recorded_by_id",
    "settled_by_id", "registered_by_id", "reported_by_id", "reviewer_id", "said_by_id", "taken_by_id",
    "taken_over_by_id", "undone_by_id", "verified_by_id",
}  # fmt: skip
EMPTIED_ROWS = {"delegates.user_id", "interpreters.user_id"}
# Who sat in at a meeting counts on; who took out a sheet of people stays known; the request itself is the proof of the
# erasure.
STAYS = {"erasure_requests.user_id", "exports.user_id", "meeting_parties.user_id", "bookings.user_id"}


def test_each_column_that_refers_to_an_account_is_thought_of(app: Flask) -> None:
    columns = [column for table in db.metadata.sorted_tables for column in table.columns]
    ours = {str(c) for c in columns if any(key.references(User.__table__) for key in c.foreign_keys)}
    unsaid = {name for name in ours - THEIR_OWN - EMPTIED_ROWS - STAYS if name.partition(".")[2] not in WHO_DID_IT}
    assert unsaid == set(), "say in erasing.py what becomes of it"
    assert ours >= THEIR_OWN | EMPTIED_ROWS | STAYS


@pytest.mark.slow
def test_who_is_erased_by_rule_is_told_and_then_the_address_goes_too(
    canary: Delegate, app: Flask, world: World
) -> None:
    later = datetime(world.event.ends_on.year + 6, 1, 1, tzinfo=UTC)
    folder = folder_of(app.config["RBC"].mail_url)
    rules = {rule.key: rule for rule in RULES}
    rules["people"].run(later, folder)
    told = db.session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == ADDRESS)).one()
    assert told.kind == "erased"
    assert b"Kanaria" not in told.content
    deliver_due(open_transport(app.config["RBC"].mail_url), clock=lambda: later)
    assert any(ADDRESS.encode() in path.read_bytes() for path in folder.glob("*.eml"))
    assert rules["farewells"].due(later) > 0
    rules["farewells"].run(later, folder)
    assert ADDRESS not in dump(app)
    assert not any(ADDRESS.encode() in path.read_bytes() for path in folder.glob("*.eml"))


def test_how_long_people_are_kept_is_a_setting(canary: Delegate, app: Flask, world: World) -> None:
    later = datetime(world.event.ends_on.year + 4, 1, 1, tzinfo=UTC)
    assert ADDRESS not in people_long_gone(later)
    app.config["RBC"] = replace(app.config["RBC"], people_years=3)
    assert ADDRESS in people_long_gone(later)
    words = {rule.key: rule.words for rule in RULES}
    with in_language("en"):
        assert str(words["people"]) == "People 3 years after their last event"


def test_a_researcher_is_erased_by_address_and_the_seed_and_its_versions_stay(app: Flask) -> None:
    seed = make_seed(abstract_en="Found by Momoko Kanaria.")
    make_researcher(seed, email=ADDRESS, **NAME)
    other = make_researcher(seed)
    db.session.commit()
    assert export_person(find_person(ADDRESS))["researcher_of"][0]["family_kana"] == "カナリア"
    assert ADDRESS not in people_long_gone(datetime(2060, 1, 1, tzinfo=UTC)), "as long as the seed names them"
    erase_person(find_person(ADDRESS), mails=None, now=TEN)
    db.session.commit()
    db.session.refresh(seed)
    assert seed.researchers == [other]
    found = dump(app).lower()
    assert [canary for canary in (*CANARIES, ADDRESS) if canary in found] == []
    assert len(seed.versions) == 1


def test_a_programme_keeps_its_people_as_long_as_it_says(canary: Delegate, app: Flask, world: World) -> None:
    ended = world.event.ends_on.year
    world.event.programme.people_years = 2
    db.session.flush()
    assert ADDRESS not in people_long_gone(datetime(ended + 1, 12, 31, tzinfo=UTC))
    assert people_long_gone(datetime(ended + 4, 1, 1, tzinfo=UTC))[ADDRESS] == 2
    words = {rule.key: rule.words for rule in RULES}
    with in_language("en"):
        assert str(words["people"]) == (
            f"People 5 years after their last event ({plain(world.event.programme.name)}: 2)"
        )
    longer = make_event(ends_on=world.event.ends_on)
    longer.programme.people_years = 10
    make_registration(longer).delegates.append(Delegate(email=ADDRESS, family_latin="S", given_latin="T"))
    db.session.flush()
    assert ADDRESS not in people_long_gone(datetime(ended + 9, 1, 1, tzinfo=UTC)), "the longest counts"
    assert people_long_gone(datetime(ended + 12, 1, 1, tzinfo=UTC))[ADDRESS] == 10


@pytest.mark.slow
def test_staff_get_a_task_where_nobody_is_left_to_ask(canary: Delegate, world: World) -> None:
    now = TEN + timedelta(days=1)
    meeting = db.session.scalars(select(Meeting)).one()
    between = relationships.take_up_meeting(meeting, actor=None, now=now)
    erase_person(find_person(ADDRESS), mails=None, now=now)
    (task,) = between.tasks
    assert plain(world.registration.organisation.name) in task.text
    other = world.counterpart.delegates[0].email
    world.counterpart.delegates.append(Delegate(email="second@people.example", family_latin="S", given_latin="T"))
    db.session.flush()
    erase_person(find_person(other), mails=None, now=now)
    assert between.tasks == [task], "somebody is left there"
