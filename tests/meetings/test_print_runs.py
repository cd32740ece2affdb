import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.agendas.fonts import build_fonts
from rbc_events.config import STATIC
from rbc_events.database import db
from rbc_events.durable import HEARD_OF, KEPT_FOR, Step, cancel_run
from rbc_events.jobs import huey
from rbc_events.meetings import print_runs, printing
from rbc_events.meetings.models import Meeting, PrintPurpose, PrintRun
from rbc_events.meetings.print_runs import (
    AGENDAS,
    ask_for_print,
    last_run,
)
from tests.agendas.test_agenda import poppler
from tests.factories import make_registration
from tests.meetings.published import make_interpreter, make_meeting, publish, sent
from tests.world import World

TEN = datetime(2027, 2, 9, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def fonts() -> None:
    build_fonts(STATIC / "fonts")


@pytest.fixture
def meeting(world: World, now: datetime) -> Meeting:
    meeting = make_meeting(world.registration, world.counterpart)
    publish(meeting, TEN, now=now, place=world.event.places[0], interpreter=make_interpreter(world.event))
    other = make_meeting(world.counterpart, make_registration(world.event), uid="uid-2@rbc-events.example")
    publish(other, TEN, now=now, place=world.event.places[1])
    db.session.commit()
    return meeting


def ask(world: World, purpose: PrintPurpose, now: datetime) -> PrintRun:
    run = ask_for_print(world.event, purpose, actor=world.people["coordinator"], now=now)
    db.session.commit()
    return run


def work(run_id: int, now: datetime) -> None:
    print_runs.work(run_id, clock=lambda: now)
    db.session.expire_all()


@pytest.mark.slow
def test_all_come_in_one_archive_in_both_languages(world: World, meeting: Meeting, sign_in: Any, now: datetime) -> None:
    staff = sign_in(world.people["headquarters"])
    base = f"/manage/events/{world.event.key}/agendas"
    assert staff.get(f"{base}.zip").status_code == 404
    assert staff.post(f"{base}/print/archive").status_code == 302
    [run] = db.session.scalars(select(PrintRun))
    assert (run.id,) in [task.args for task in huey.pending() if task.name == "print_agendas"]
    page = staff.get(base).get_data(as_text=True)
    assert f'hx-get="{base}/print/archive"' in page
    assert "HX-Refresh" not in staff.get(f"{base}/print/archive").headers

    work(run.id, now)
    assert (run.state, run.done, run.total) == (Step.DONE, 20, 20)
    assert staff.get(f"{base}/print/archive").headers["HX-Refresh"] == "true"
    assert f'href="{base}.zip"' in staff.get(base).get_data(as_text=True)
    with zipfile.ZipFile(io.BytesIO(staff.get(f"{base}.zip").data)) as archive:
        names = archive.namelist()
        texts = {name: poppler("pdftotext", archive.read(name), "-layout") for name in names if "/place/" in name}
    folders = [name.rpartition("/")[0] for name in names]
    expected = {"event": 1, "organisation": 3, "delegate": 3, "interpreter": 1, "place": 2}
    assert {folder: folders.count(folder) for folder in folders} == {
        f"{language}/{kind}": count for language in ("ja", "en") for kind, count in expected.items()
    }
    assert "2027年2月9日" in texts["ja/place/テーブル1.pdf"]
    assert "9 February 2027" in texts["en/place/Table 1.pdf"]


@pytest.mark.slow
def test_each_delegate_is_mailed_their_own_once(world: World, meeting: Meeting, now: datetime) -> None:
    already = len(sent())
    run = ask(world, PrintPurpose.MAIL, now)
    assert ask(world, PrintPurpose.MAIL, now).id == run.id
    work(run.id, now)
    work(run.id, now)
    mails = {mail.to: mail for mail in sent(already)}
    assert len(mails) == len(sent(already)) == 3
    [pdf] = mails[world.registration.delegates[0].email].message.iter_attachments()
    assert pdf.get_content_type() == "application/pdf"
    text = poppler("pdftotext", pdf.get_payload(decode=True), "-layout")
    assert world.counterpart.organisation.name_latin in text
    assert "Table 2" not in text

    later = now + timedelta(hours=1)
    work(ask(world, PrintPurpose.MAIL, later).id, later)  # asked for again, it is mailed again
    assert len(sent(already)) == 6


@pytest.mark.slow
def test_a_run_whose_worker_was_killed_is_done_again_and_mails_nobody_twice(
    world: World, meeting: Meeting, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """As a SIGKILL: nothing of ours gets to tidy up."""

    already = len(sent())
    run = ask(world, PrintPurpose.MAIL, now)
    run_id = run.id
    monkeypatch.setattr(print_runs, "AT_ONCE", 1)
    print_sheets, printed = printing.print_sheets, []

    def print_one(*arguments: Any, **named: Any) -> Any:
        if printed:
            raise Killed
        printed.append(1)
        return print_sheets(*arguments, **named)

    monkeypatch.setattr(printing, "print_sheets", print_one)
    with pytest.raises(Killed):
        work(run_id, now)
    db.session.rollback()
    assert len(sent(already)) == 1
    monkeypatch.setattr(printing, "print_sheets", print_sheets)

    work(run_id, now + timedelta(seconds=1))  # it may still be alive
    assert len(sent(already)) == 1
    assert AGENDAS.to_revive(now=now) == []
    later = now + HEARD_OF
    assert AGENDAS.to_revive(now=later) == [run_id]
    work(run_id, later)
    assert last_run(world.event, PrintPurpose.MAIL).state is Step.DONE
    assert len(sent(already)) == len({mail.to for mail in sent(already)}) == 3
    assert AGENDAS.to_revive(now=later + HEARD_OF) == []


def test_a_run_that_keeps_dying_has_failed_after_an_hour(world: World, meeting: Meeting, now: datetime) -> None:
    ask(world, PrintPurpose.ARCHIVE, now)
    assert AGENDAS.to_revive(now=now + AGENDAS.given_up_after) == []
    assert last_run(world.event, PrintPurpose.ARCHIVE).state is Step.FAILED


def test_what_was_printed_is_kept_for_a_week(world: World, meeting: Meeting, now: datetime) -> None:
    run = ask(world, PrintPurpose.ARCHIVE, now)
    run.state, run.content, run.finished_at = Step.DONE, b"PK", now
    db.session.commit()
    AGENDAS.forget_old(now=now + KEPT_FOR - timedelta(seconds=1))
    assert last_run(world.event, PrintPurpose.ARCHIVE) is not None
    AGENDAS.forget_old(now=now + KEPT_FOR)
    assert last_run(world.event, PrintPurpose.ARCHIVE) is None


def test_a_fault_while_printing_is_shown_and_the_next_try_begins_anew(
    world: World, meeting: Meeting, sign_in: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ask(world, PrintPurpose.ARCHIVE, now)
    with monkeypatch.context() as patched:
        patched.setattr(printing, "STATIC", STATIC / "nowhere")  # no fonts there
        work(run.id, now)
    page = sign_in(world.people["coordinator"]).get(f"/manage/events/{world.event.key}/agendas")
    assert "could not be printed" in page.get_data(as_text=True)
    again = ask(world, PrintPurpose.ARCHIVE, now)
    assert (again.state, len(db.session.scalars(select(PrintRun)).all())) == (Step.QUEUED, 1)


def test_printing_can_be_stopped(world: World, meeting: Meeting, sign_in: Any, now: datetime) -> None:
    base = f"/manage/events/{world.event.key}/agendas"
    staff = sign_in(world.people["coordinator"])
    run = ask(world, PrintPurpose.ARCHIVE, now)
    assert staff.post(f"{base}/print/archive/stop").status_code == 302
    work(run.id, now)
    assert (run.state, run.content) == (Step.CANCELLED, None)
    assert "The printing was stopped." in staff.get(base).get_data(as_text=True)
    assert staff.post(f"{base}/print/archive/stop").status_code == 409


@pytest.mark.slow
def test_printing_that_a_worker_is_at_ends_at_its_next_heartbeat(
    world: World, meeting: Meeting, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ask(world, PrintPurpose.ARCHIVE, now)
    print_sheets = printing.print_sheets

    def print_and_stop(*arguments: Any, **named: Any) -> Any:
        if not run.cancel_asked:
            cancel_run(run, now=now)
            db.session.commit()
        return print_sheets(*arguments, **named)

    monkeypatch.setattr(printing, "print_sheets", print_and_stop)
    work(run.id, now)
    assert (run.state, run.content) == (Step.CANCELLED, None)


def test_an_unknown_purpose_is_not_found(world: World, sign_in: Any) -> None:
    staff = sign_in(world.people["coordinator"])
    assert staff.post(f"/manage/events/{world.event.key}/agendas/print/x").status_code == 404
    assert staff.get(f"/manage/events/{world.event.key}/agendas/print/mail").status_code == 404
    assert staff.get(f"/manage/events/{world.event.key}/agendas/print/x").status_code == 404
