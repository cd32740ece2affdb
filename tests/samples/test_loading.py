import shutil
from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from rbc_events.accounts import operations as accounts
from rbc_events.app import create_app
from rbc_events.database import db
from rbc_events.events.models import Block, Event, Place, Programme, Region, Sector, Slot
from rbc_events.meetings.models import Interpreter, Meeting, MeetingRequest
from rbc_events.outbox.models import OutboxMessage
from rbc_events.registration.models import Delegate, Organisation, Registration, RegistrationState
from rbc_events.registration.questionnaire import questions_of, unanswered
from rbc_events.samples import SAMPLE_ACCOUNTS, SAMPLE_PASSWORD, loading
from rbc_events.seasons.free_times import hours_row, read_hours
from rbc_events.seasons.hours import DAY
from tests.conftest import make_config, running
from tests.samples.test_samples import ORGANISATIONS, REGISTRATIONS, rows

pytestmark = pytest.mark.slow

NOW = datetime(2026, 3, 31, 20, 0, tzinfo=UTC)  # already 1 April in Japan


@pytest.fixture(scope="module")
def sample_database(migrated, tmp_path_factory):
    """A database with the sample programme, loaded once and copied for every test."""
    path = tmp_path_factory.mktemp("samples") / "loaded.db"
    shutil.copyfile(migrated, path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "the_time", lambda: NOW)
        for _app in running(create_app(make_config(path.parent, f"sqlite:///{path}"))):
            assert loading.load_if_empty()
    return path


@pytest.fixture
def loaded(sample_database, tmp_path):
    path = tmp_path / "loaded.db"
    shutil.copyfile(sample_database, path)
    yield from running(create_app(make_config(tmp_path, f"sqlite:///{path}")))


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def test_every_row_of_the_files_is_there(loaded):
    for model, name in ((Sector, "sectors"), (Region, "regions"), (Programme, "programmes"), (Block, "blocks")):
        assert count(model) >= len(rows(f"{name}.csv")), name
    assert count(Place) == len(rows("places.csv"))
    assert count(Event) == len(rows("events.csv"))
    assert count(Registration) == len(REGISTRATIONS)
    assert count(Organisation) == len({row["external_key"] for row in REGISTRATIONS})
    assert count(Delegate) == len(REGISTRATIONS) + len(rows("delegates.csv"))
    meetings = [row for row in rows("blocks.csv") if row["kind"] == "meetings"]
    assert count(Slot) == sum(int(row["slots"]) for row in meetings)


def test_imported_organisations_take_part_and_some_wait_for_the_coordinator(loaded):
    states = Counter(db.session.scalars(select(Registration.state)))
    assert states == Counter(RegistrationState(row["state"]) for row in REGISTRATIONS)
    assert states[RegistrationState.SUBMITTED] == 3


def test_who_takes_part_in_the_open_conference_has_answered_its_required_questions(loaded):
    event = db.session.scalars(select(Event).filter_by(key=loading.OPEN_EVENT)).one()
    approved = select(Registration).filter_by(event_id=event.id, state=RegistrationState.APPROVED)
    assert questions_of(event)
    assert not [each for each in db.session.scalars(approved) if unanswered(each)]


def test_requests_and_interpreters_are_there_and_mails_go_out_for_the_published_timetable_alone(loaded):
    assert count(MeetingRequest) == len(rows("requests.csv"))
    assert count(Interpreter) == len(rows("interpreters.csv"))
    accepted = [row for row in rows("requests.csv") if row["answer"] == "accepted"]
    assert count(Meeting) == len(accepted)
    assert set(db.session.scalars(select(OutboxMessage.kind))) == {"meeting_scheduled"}


def test_agreed_meetings_have_a_time_where_the_event_has_slots_and_are_held_where_it_is_over(loaded):
    states = select(Event.key, Meeting.state).join(Meeting, Meeting.event_id == Event.id).distinct()
    found: dict[str, set[str]] = {}
    for key, state in db.session.execute(states):
        found.setdefault(key, set()).add(state)
    assert found["sample-healthcare"] == {"scheduled"}
    assert found["bc2021-healthcare"] == {"held", "no_show"}
    assert found["rbc2022-healthcare"] == {"agreed"}


def test_the_seasons_of_business_connect_were_held_at_clock_times_within_both_sides_hours(loaded):
    held = db.session.scalars(select(Meeting).join(Meeting.event).where(Event.key.startswith("bc2021"))).all()
    rounds = {(meeting.event.key, meeting.starts_at.astimezone(meeting.event.zone).month) for meeting in held}
    assert len(held) > 80
    assert {month for _key, month in rounds} == {12, 1, 2, 3}
    for meeting in held:
        assert meeting.has_own_time
        assert meeting.own_link.endswith(f"-{meeting.id}")
        for party in meeting.parties:
            hours = read_hours(hours_row(meeting.event, side=party.registration))
            spells = hours.spells(meeting.starts_at.date() - DAY, meeting.starts_at.date() + DAY)
            assert any(begins <= meeting.starts_at and meeting.ends_at <= ends for begins, ends in spells)
    assert {row.interpreter_id is not None for row in held if row.needs_interpreter} == {True}


def test_the_open_conference_is_open_in_japans_fiscal_year(loaded):
    event = db.session.scalars(select(Event).filter_by(key="sample-healthcare")).one()
    assert event.registration_is_open(NOW)
    assert event.starts_on.isoformat() == "2026-06-30"
    assert event.programme.fiscal_year == 2026


def test_every_sample_account_can_sign_in(loaded):
    for email, _role in SAMPLE_ACCOUNTS[:3]:
        assert accounts.check_password(email, SAMPLE_PASSWORD), email
    sides = {"delegate": "foreign_company", "partner": "local_company"}
    if "organisations-sample-healthcare.csv" in ORGANISATIONS:
        for name, kind in sides.items():
            user = accounts.check_password(f"{name}@sample.example", SAMPLE_PASSWORD)
            delegate = db.session.scalars(select(Delegate).filter_by(user_id=user.id)).one()
            assert delegate.registration.organisation.kind == kind


def test_a_database_with_a_programme_is_left_alone(loaded):
    assert not loading.load_if_empty()


def test_a_faulty_sample_is_told_and_nothing_is_loaded(app, monkeypatch, tmp_path):
    (tmp_path / "sectors.csv").write_text("key,name_ja,name_en\nGood?,x,x\n", encoding="utf-8")
    monkeypatch.setattr(loading, "FOLDER", tmp_path)
    with pytest.raises(loading.BadSample, match=r"sectors.csv, row 2, key"):
        loading.load_if_empty()
    db.session.rollback()
    assert count(Sector) == 0
