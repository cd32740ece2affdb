"""What counts is in the audit log, what doesn't count isn't; nobody changes it unseen, and it names nobody."""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import delete, event, insert, select, text, update
from sqlalchemy.exc import DatabaseError

from rbc_events import audit, limits
from rbc_events.accounts import operations as accounts
from rbc_events.accounts.models import LinkPurpose, Role
from rbc_events.audit import AuditEntry, Kind
from rbc_events.cli import main, settings
from rbc_events.clock import now as the_time
from rbc_events.database import db
from rbc_events.events.staff import dismiss
from rbc_events.privacy.erasing import erase_person
from rbc_events.privacy.people import find_person
from tests.factories import PASSWORD, make_organisation, make_outcome, make_user
from tests.world import World


def entries() -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def kinds() -> list[Kind]:
    return [entry.kind for entry in entries()]


def last() -> tuple[Kind, int | None, str, str]:
    entry = entries()[-1]
    return entry.kind, entry.actor_id, entry.page, entry.about


@pytest.fixture
def user(app: Flask) -> Any:
    made = make_user(email="canary@people.example")
    accounts.set_password(made, PASSWORD, now=the_time())
    db.session.commit()
    return made


def test_who_signs_in_fails_to_and_signs_out_is_kept(client: Any, user: Any) -> None:
    client.post("/sign-in", data={"email": user.email, "password": "a wrong one"})
    assert last() == (Kind.SIGN_IN_FAILED, None, "/sign-in", f"account={user.id}")
    client.post("/sign-in", data={"email": "nobody@people.example", "password": "a wrong one"})
    assert last() == (Kind.SIGN_IN_FAILED, None, "/sign-in", "")
    client.post("/sign-in", data={"email": user.email, "password": PASSWORD})
    assert last() == (Kind.SIGNED_IN, user.id, "/sign-in", "")
    client.post("/sign-out")
    assert last() == (Kind.SIGNED_OUT, user.id, "/sign-out", "")
    assert len(entries()) == 4


def test_a_sign_in_by_a_mailed_link_is_kept_without_the_link(client: Any, user: Any) -> None:
    token = accounts.issue_link(user, LinkPurpose.SIGN_IN, now=the_time())
    client.post(f"/sign-in/link/{token}")
    assert last() == (Kind.SIGNED_IN, user.id, "/sign-in/link/<token>", "")


def test_roles_given_and_taken_away_are_kept_if_they_are(world: World, sign_in: Any) -> None:
    headquarters, person = world.people["headquarters"], make_user()
    before = len(entries())
    given = accounts.grant(person, Role.COORDINATOR, event_id=world.event.id)
    db.session.rollback()
    assert len(entries()) == before
    person = make_user()
    given = accounts.grant(person, Role.COORDINATOR, event_id=world.event.id)
    db.session.commit()
    words = f"role=coordinator account={person.id} event={world.event.id}"
    assert last() == (Kind.ROLE_GIVEN, None, "", words)
    dismiss(given, actor=headquarters)
    db.session.commit()
    assert last() == (Kind.ROLE_TAKEN, None, "", words)
    form = {"email": "new@people.example", "responsibility": "headquarters", "language": "en"}
    assert sign_in(headquarters).post("/manage/staff/", data=form).status_code == 302
    assert last()[:3] == (Kind.ROLE_GIVEN, headquarters.id, "/manage/staff/")


def test_a_look_at_what_is_confidential_is_kept_and_one_at_what_is_open_is_not(world: World, sign_in: Any) -> None:
    outcome, coordinator = make_outcome(world.event), world.people["coordinator"]
    browser, before = sign_in(coordinator), len(entries())
    assert browser.get(f"/outcomes/{outcome.id}").status_code == 200
    assert last() == (Kind.SAW, coordinator.id, f"/outcomes/{outcome.id}", "")
    browser.get(f"/events/{world.event.key}")
    browser.get("/outcomes/999999")
    assert len(entries()) == before + 1


def test_a_look_that_can_not_be_kept_is_not_given(world: World, sign_in: Any, app: Flask) -> None:
    outcome, browser = make_outcome(world.event), sign_in(world.people["coordinator"])
    db.session.execute(
        text("CREATE TRIGGER full BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
    )
    db.session.commit()
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = browser.get(f"/outcomes/{outcome.id}")
    assert answer.status_code == 500
    assert b"Something went wrong" in answer.data


def test_a_change_is_kept_with_it_and_a_refused_one_is_not(world: World, sign_in: Any) -> None:
    coordinator = world.people["coordinator"]
    page, browser = f"/events/{world.event.key}/requests/rules", sign_in(coordinator)
    before = len(entries())
    assert browser.post(page, data={"requests_limit": "no number"}).status_code == 422
    assert len(entries()) == before
    browser.post("/settings", data={"language": "en", "time_zone": "Asia/Tokyo"})
    assert last() == (Kind.CHANGED, coordinator.id, "/settings", "")
    assert len(entries()) == before + 1


def test_what_leaves_as_a_file_is_kept_once(world: World, sign_in: Any) -> None:
    coordinator = world.people["coordinator"]
    browser, before = sign_in(coordinator), len(entries())
    for page, ask in (
        (f"/events/{world.event.key}/export/registrations.csv", browser.post),
        ("/settings/my-data.json", browser.get),
    ):
        assert ask(page).status_code == 200
        assert last() == (Kind.EXPORTED, coordinator.id, page, "")
    assert len(entries()) == before + 2


def test_refusals_are_kept_of_those_who_are_signed_in_up_to_a_limit(
    world: World, app: Flask, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, outsider = "/manage/staff/", world.people["delegate"]
    browser, before = sign_in(outsider), len(entries())
    app.config["RBC"] = replace(app.config["RBC"], rate_limits=True)
    monkeypatch.setitem(limits.LIMITS, "refused", {limits.Scope.SUBJECT: "3 per hour"})
    for _attempt in range(5):
        assert browser.get(page).status_code == 403
    assert last() == (Kind.REFUSED, outsider.id, page, "status=403")
    assert len(entries()) == before + 3
    app.test_client().post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"})
    assert len(entries()) == before + 3


def test_pages_and_buttons_that_features_name_are_there(app: Flask) -> None:
    named = audit._confidential | audit._left_out | set(audit._named)
    assert named - {rule.endpoint for rule in app.url_map.iter_rules()} == set()


def statements() -> Sequence[Any]:
    copied = select(*AuditEntry.__table__.columns)
    return (
        update(AuditEntry).values(actor_id=7),
        delete(AuditEntry),
        delete(AuditEntry).where(AuditEntry.id == 1),
        text("INSERT OR REPLACE INTO audit_entries SELECT * FROM audit_entries WHERE id = 1"),
        insert(AuditEntry).from_select(AuditEntry.__table__.columns, copied),
        text("TRUNCATE audit_entries"),
    )


def test_the_database_refuses_to_change_or_delete_an_entry(shared: Flask) -> None:
    make_user(Role.HEADQUARTERS)
    db.session.commit()
    before = [row.chain for row in entries()]
    for statement in statements():
        with pytest.raises(DatabaseError):
            db.session.execute(statement)
        db.session.rollback()
    assert [row.chain for row in entries()] == before != []


def written(number: int) -> None:
    """As many entries as a transaction each."""
    for each in range(number):
        audit.record(Kind.CHANGED, actor_id=each, place=each)
        db.session.commit()


def tamper(statement: str) -> None:
    """As somebody does who owns the file."""
    for trigger in ("update", "delete", "insert"):
        db.session.execute(text(f"DROP TRIGGER IF EXISTS audit_entries_are_fixed_{trigger}"))
    db.session.execute(text(statement))
    db.session.commit()


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit_entries SET actor_id = 99 WHERE id = 3", 3),
        ("UPDATE audit_entries SET at = '2020-01-01 00:00:00.000000' WHERE id = 3", 3),
        ("UPDATE audit_entries SET about = '' WHERE id = 5", 5),
        ("UPDATE audit_entries SET chain = 'a' WHERE id = 5", 5),
        ("DELETE FROM audit_entries WHERE id = 2", 2),
        ("DELETE FROM audit_entries WHERE id = 1", 1),
    ],
)
def test_an_entry_that_was_changed_behind_the_database_is_found(app: Flask, statement: str, broken: int) -> None:
    written(5)
    assert audit.verify().broken is None
    tamper(statement)
    assert audit.verify().broken == broken


def test_a_cut_end_is_found_by_an_entry_that_was_noted_elsewhere(app: Flask, caplog: Any) -> None:
    with caplog.at_level(logging.INFO, "rbc_events.audit"):
        written(5)
    noted = {5: entries()[-1].chain[:16]}
    assert noted[5] in caplog.messages[-1]
    assert audit.verify(noted).broken is None
    tamper("DELETE FROM audit_entries WHERE id = 5")
    assert audit.verify().broken is None
    assert audit.verify(noted).broken == 5


def write_at_once(app: Flask) -> list[Exception | None]:
    def write(number: int) -> Exception | None:
        with app.app_context():
            try:
                written(25)
            except DatabaseError as fault:
                return fault
        return None

    with ThreadPoolExecutor(4) as threads:
        return list(threads.map(write, range(4)))


def test_entries_of_many_who_write_at_once_are_one_chain(shared: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert write_at_once(shared) == [None] * 4
    verdict = audit.verify()
    assert (verdict.entries, verdict.broken) == (100, None)
    if db.engine.dialect.name == "postgresql":  # without taking turns they get in one another's way
        db.session.rollback()
        monkeypatch.setattr(audit.func, "pg_advisory_xact_lock", audit.func.abs)
        assert any(write_at_once(shared))


def test_the_log_outlives_an_erasure_and_names_nobody(
    world: World, sign_in: Any, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    person = make_user(email="kanaria@canary.example", family_latin="Kanaria", given_latin="Momoko")
    accounts.set_password(person, PASSWORD, now=the_time())
    accounts.grant(person, Role.HEADQUARTERS)
    db.session.commit()
    with caplog.at_level(logging.INFO, "rbc_events.audit"):
        browser = app.test_client()
        browser.post("/sign-in", data={"email": person.email, "password": "a wrong one"})
        browser.post("/sign-in", data={"email": person.email, "password": PASSWORD})
        browser.post("/settings", data={"language": "en", "time_zone": "Asia/Tokyo", "family_latin": "Kanaria"})
        browser.get("/manage/people?q=kanaria@canary.example")
        number = person.id
        erase_person(find_person(person.email), mails=None, now=the_time(), actor=world.people["headquarters"])
        db.session.commit()
    theirs = [entry for entry in entries() if entry.actor_id == number]
    assert [entry.kind for entry in theirs] == [Kind.SIGNED_IN, Kind.CHANGED, Kind.SAW]
    whole = " ".join(f"{entry.page} {entry.about} {entry.action}" for entry in entries()) + caplog.text
    assert not [word for word in ("kanaria", "momoko", "canary.example") if word in whole.lower()]
    assert audit.verify().broken is None


def test_headquarters_search_the_log_and_take_it_out(world: World, sign_in: Any) -> None:
    headquarters, coordinator = world.people["headquarters"], world.people["coordinator"]
    outcome = make_outcome(world.event)
    sign_in(coordinator).get(f"/outcomes/{outcome.id}")
    sign_in(world.people["delegate"]).get("/manage/staff/")
    browser, path = sign_in(headquarters), f"/outcomes/{outcome.id}"
    found = {
        "": (True, True),
        "?kind=saw": (True, False),
        "?kind=refused": (False, True),
        f"?who={coordinator.email}": (True, False),
        f"?who={world.people['delegate'].id}": (False, True),
        "?who=nobody@people.example": (False, False),
        f"?words={path}": (True, False),
        "?words=%25": (False, False),
        f"?since={the_time():%Y-%m-%d}": (True, True),
        "?until=2020-01-01": (False, False),
    }
    for query, (seen, refused) in found.items():
        answer = browser.get(f"/manage/audit-log{query}")
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert (f"<code>{path}</code>" in page, "<code>/manage/staff/</code>" in page) == (seen, refused), query
        sheet = browser.get(f"/manage/audit-log.csv{query}").get_data(as_text=True)
        assert (f",{path}," in sheet, ",/manage/staff/," in sheet) == (seen, refused), query
    assert last() == (Kind.EXPORTED, headquarters.id, "/manage/audit-log.csv", "")


@pytest.mark.parametrize(
    "query", ["since=tomorrow", "until=9999-12-31&since=0001-01-01", "kind=other", "who=" + "a" * 300]
)
def test_a_filter_that_can_not_be_read_is_refused_in_words(world: World, sign_in: Any, query: str) -> None:
    browser = sign_in(world.people["headquarters"])
    assert browser.get(f"/manage/audit-log?{query}").status_code == 422
    assert browser.get(f"/manage/audit-log.csv?{query}").status_code == 422


def test_the_command_tells_whether_the_log_is_as_it_was_written(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    written(3)
    monkeypatch.setattr(settings, "configuration", lambda: app.config["RBC"])
    told = CliRunner().invoke(main, ["audit", "verify"])
    assert told.exit_code == 0
    end = told.output.split()[-1]
    assert end == f"3:{entries()[-1].chain}"
    tamper("DELETE FROM audit_entries WHERE id = 3")
    assert CliRunner().invoke(main, ["audit", "verify"]).exit_code == 0
    cut = CliRunner().invoke(main, ["audit", "verify", "--known", end])
    assert (cut.exit_code, "Entry 3 is missing" in cut.output) == (1, True)
    assert CliRunner().invoke(main, ["audit", "verify", "--known", "3:12"]).exit_code == 2


def test_entries_are_chained_after_all_else_that_a_transaction_does(app: Flask) -> None:
    """Else one transaction could hold the chain's end and wait for another's row, whose owner waits for the end."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    make_user(Role.HEADQUARTERS)
    make_organisation("Sample University")
    db.session.commit()
    event.remove(db.engine, "before_cursor_execute", note)
    assert "search_organisations" in "".join(statements)
    assert "INSERT INTO audit_entries" in statements[-1]
