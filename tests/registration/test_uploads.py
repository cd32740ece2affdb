import io
import os
import shutil
import struct
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from sqlalchemy import func, select

from rbc_events import kept_files
from rbc_events.accounts import sign_ins
from rbc_events.app import create_app
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.registration import uploads
from rbc_events.registration.models import (
    Consent,
    ConsentKind,
    Question,
    QuestionKind,
    RegistrationState,
    Upload,
    UploadKind,
)
from tests.conftest import make_config, running
from tests.factories import NOW, add, make_event, make_registration
from tests.forms import in_memory
from tests.sent_files import make_pdf, make_png

PNG, PDF = make_png(), make_pdf()


@pytest.fixture
def registration(app):
    return make_registration(make_event(), consents=())


@pytest.fixture
def lead(registration, sign_in):
    return sign_in(registration.delegates[0].user)


def send(client, registration, kind, content, name):
    data = {"kind": kind, "file": (io.BytesIO(content), name)}
    return client.post(f"/registrations/{registration.id}/files", data=data, content_type="multipart/form-data")


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Upload))


@pytest.mark.parametrize(
    ("kind", "content", "name"),
    [
        ("logo", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "logo.svg"),
        ("logo", b"<?xml version='1.0'?><svg/>", "logo.png"),
        ("logo", b"<html><script>alert(1)</script>", "logo.png"),
        ("logo", PDF, "logo.pdf"),
        ("logo", b"", "logo.png"),
        ("deck", PNG, "deck.pdf"),
        ("deck", b"PK\x03\x04", "deck.pptx"),
    ],
)
def test_what_is_no_picture_or_pdf_inside_is_refused_whatever_its_name(lead, registration, kind, content, name):
    response = send(lead, registration, kind, content, name)
    assert response.status_code == 422
    assert "file" in response.text
    assert count() == 0


def test_a_file_beyond_the_limit_is_refused(lead, registration, monkeypatch):
    monkeypatch.setitem(uploads.MOST_BYTES, UploadKind.LOGO, len(PNG) - 1)
    response = send(lead, registration, "logo", PNG, "logo.png")
    assert response.status_code == 422
    assert "too large" in response.text
    assert count() == 0


def test_a_logo_is_shown_and_a_presentation_is_only_downloaded(lead, registration):
    assert send(lead, registration, "logo", PNG, "logo.gif").status_code == 302
    assert send(lead, registration, "deck", PDF, "our deck.pdf").status_code == 302
    logo, deck = db.session.scalars(select(Upload).order_by(Upload.id))
    shown, saved = lead.get(f"/uploads/{logo.id}"), lead.get(f"/uploads/{deck.id}")
    assert (shown.mimetype, shown.headers["Content-Disposition"]) == ("image/png", "inline; filename=logo.png")
    assert saved.headers["Content-Disposition"] == 'attachment; filename="our deck.pdf"'
    for response in (shown, saved):
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "file.png"),
        ("..\\..\\x.png", "x.png"),
        ("a\r\nSet-Cookie: x.png", "aSet-Cookie x.png"),
        ("\u202egnp.exe", "gnp.png"),
        ("x" * 300 + ".png", "x" * 80 + ".png"),
        ("", "file.png"),
        ("ロゴ.png", "ロゴ.png"),
    ],
)
def test_a_file_name_is_made_harmless(name, kept):
    assert kept_files.safe_name(name, "png") == kept


def test_a_new_logo_replaces_the_old_one(lead, registration):
    send(lead, registration, "logo", PNG, "one.png")
    send(lead, registration, "logo", PNG + b"2", "two.png")
    assert [row.file_name for row in db.session.scalars(select(Upload))] == ["two.png"]


def files(app) -> list[str]:
    return sorted(path.name for path in (app.config["RBC"].instance / "uploads").rglob("*") if path.is_file())


def test_a_replaced_or_removed_file_is_gone_from_the_disk(app, lead, registration):
    for content, name in ((PNG, "one.png"), (PNG + b"2", "two.png"), (PNG, "three.png")):
        send(lead, registration, "logo", content, name)
        assert files(app) == [current(registration).stored_as]
    assert lead.post(f"/registrations/{registration.id}/files/{current(registration).id}/remove").status_code == 302
    assert files(app) == []


def current(registration):
    return uploads.current(registration.organisation, UploadKind.LOGO)


def test_a_file_stays_while_somebody_else_has_the_same(app, registration):
    other = make_registration(make_event()).organisation
    first = uploads.keep(registration.organisation, UploadKind.LOGO, PNG, "a.png", now=NOW)
    second = uploads.keep(other, UploadKind.LOGO, PNG, "b.png", now=NOW)
    db.session.commit()
    uploads.remove(first)
    db.session.commit()
    assert kept_files.path_of(second).read_bytes() == PNG
    assert files(app) == [second.stored_as]


def test_an_old_file_that_two_rows_share_goes_with_the_second(app, registration):
    """Until version 0018 of the database a file was kept under its hash, once for all who had the same."""
    other = make_registration(make_event()).organisation
    rows = [uploads.keep(each, UploadKind.LOGO, PNG, "a.png", now=NOW) for each in (registration.organisation, other)]
    kept_files.path_of(rows[0]).unlink()
    rows[0].stored_as = rows[1].stored_as
    db.session.commit()
    path = kept_files.path_of(rows[1])
    uploads.remove(rows[0])
    db.session.commit()
    assert path.exists()
    uploads.remove(rows[1])
    db.session.commit()
    assert not path.exists()


def test_a_removal_that_is_taken_back_leaves_the_file(app, registration):
    kept = uploads.keep(registration.organisation, UploadKind.LOGO, PNG, "a.png", now=NOW)
    db.session.commit()
    uploads.remove(kept)
    db.session.rollback()
    db.session.commit()
    assert kept_files.path_of(current(registration)).exists()
    savepoint = db.session.begin_nested()
    uploads.remove(current(registration))
    savepoint.rollback()
    db.session.commit()
    assert kept_files.path_of(current(registration)).exists()


def test_the_same_content_uploaded_while_the_old_one_goes_is_not_lost(app, lead, registration):
    send(lead, registration, "logo", PNG, "one.png")
    uploads.remove(current(registration))
    again = uploads.keep(registration.organisation, UploadKind.LOGO, PNG, "two.png", now=NOW)
    db.session.commit()
    assert kept_files.path_of(again).read_bytes() == PNG
    assert lead.get(f"/uploads/{again.id}").status_code == 200


def answered_file(registration, client, content=PDF) -> int:
    question = db.session.scalar(select(Question)) or add(
        Question(event_id=registration.event_id, key="q1", position=1, kind=QuestionKind.FILE, label_en="Certificate")
    )
    data = {f"q{question.id}": (io.BytesIO(content), "certificate.pdf")}
    url = f"/registrations/{registration.id}/questions"
    response = client.post(url, data=data, content_type="multipart/form-data")
    return response.status_code


def test_the_file_that_an_answer_was_goes_when_another_comes(app, lead, registration):
    assert answered_file(registration, lead) == 302
    [first] = files(app)
    assert answered_file(registration, lead, PDF + b"2") == 302
    [second] = files(app)
    assert first != second
    assert count() == 1


def test_the_night_takes_what_nothing_refers_to(app, lead, registration):
    answered_file(registration, lead)
    send(lead, registration, "logo", PNG, "logo.png")
    kept = files(app)
    left = uploads.keep(registration.organisation, UploadKind.ANSWER, PDF, "left.pdf", now=NOW - timedelta(days=3))
    db.session.commit()
    folder = app.config["RBC"].instance / "uploads" / "ab"
    folder.mkdir()
    for name, age in (("ab-orphan", 2), ("ab-unfinished", 0)):
        (folder / name).write_bytes(b"x")
        at = (now() - timedelta(days=age)).timestamp()
        os.utime(folder / name, (at, at))
    assert left.stored_as in files(app)
    assert uploads.sweep(now=now()) == 2
    assert files(app) == sorted([*kept, "ab-unfinished"])
    assert uploads.sweep(now=now()) == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("limit", "value", "words"),
    [
        ("MOST_FILES", 1, "may keep 1 files here"),
        ("MOST_TOGETHER", len(PNG) + len(PDF), "Please remove another file first."),
        ("LEFT_FREE", 2**60, "The server has no room for files now."),
    ],
)
def test_beyond_a_limit_nothing_is_kept_and_the_limit_is_named(
    app, lead, registration, monkeypatch, limit, value, words
):
    assert send(lead, registration, "logo", PNG, "logo.png").status_code == 302
    kept = files(app)
    monkeypatch.setattr(kept_files if limit == "LEFT_FREE" else uploads, limit, value)
    response = send(lead, registration, "deck", PDF + b" " * 20, "deck.pdf")
    assert response.status_code == 422
    assert words in response.text
    assert answered_file(registration, lead, PDF + b" " * 20) == 422
    assert files(app) == kept
    if limit != "LEFT_FREE":
        assert send(lead, registration, "logo", PNG, "logo.png").status_code == 302, "what it replaces makes room"


def test_before_anybody_confirms_there_is_less_room(app, lead, registration, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_UNCONFIRMED", len(PNG) - 1)
    assert send(lead, registration, "logo", PNG, "logo.png").status_code == 302
    registration.state = RegistrationState.DRAFT
    assert send(lead, registration, "logo", PNG, "logo.png").status_code == 422
    registration.registered_by_id = registration.delegates[0].user_id
    assert send(lead, registration, "logo", PNG, "logo.png").status_code == 302


def test_strangers_together_fill_no_disk(app, lead, registration, monkeypatch):
    stranger = make_registration(make_event(), state=RegistrationState.UNCONFIRMED)
    uploads.keep(stranger.organisation, UploadKind.LOGO, PNG, "a.png", now=NOW)
    monkeypatch.setattr(uploads, "MOST_OF_ALL_UNCONFIRMED", len(PNG))
    assert send(lead, registration, "logo", PNG, "logo.png").status_code == 302
    registration.state = RegistrationState.DRAFT
    response = send(lead, registration, "logo", PNG, "logo.png")
    assert response.status_code == 422
    assert "before the address is confirmed" in response.text


def test_strangers_see_no_file(client, registration, sign_in):
    logo = uploads.keep(registration.organisation, UploadKind.LOGO, PNG, "a.png", now=NOW)
    elsewhere = sign_in(make_registration(make_event()).delegates[0].user)
    partner = sign_in(make_registration(registration.event).delegates[0].user)
    assert "/sign-in" in client.get(f"/uploads/{logo.id}").headers["Location"]
    assert elsewhere.get(f"/uploads/{logo.id}").status_code == 403
    assert partner.get(f"/uploads/{logo.id}").status_code == 403, "sharing was not agreed to"
    db.session.add(Consent(registration=registration, kind=ConsentKind.SHARING, wording="1", given_at=NOW))
    assert partner.get(f"/uploads/{logo.id}").status_code == 200


@pytest.mark.slow
def test_a_registration_sends_only_so_many_files_an_hour(migrated, tmp_path):
    path = shutil.copyfile(migrated, tmp_path / "limited.db")
    config = replace(make_config(tmp_path, f"sqlite:///{path}"), rate_limits=True)
    for limited in running(create_app(config)):
        own = make_registration(make_event())
        client = limited.test_client()
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = sign_ins.begin(own.delegates[0].user, now=now()), True
        statuses = [send(client, own, "logo", PNG, "logo.png").status_code for _time in range(61)]
        assert statuses == [302] * 60 + [429]
        assert count() == 1


NOTE = "taken at 35.6812 N, 139.7671 E"


def test_a_logo_is_drawn_anew_and_carries_nothing_else(lead, registration):
    noted = PngInfo()
    noted.add_text("Comment", NOTE)
    assert send(lead, registration, "logo", make_png(pnginfo=noted) + b"<script>", "logo.png").status_code == 302
    shown = lead.get(f"/uploads/{current(registration).id}").data
    assert Image.open(io.BytesIO(shown)).size == (20, 10)
    assert NOTE.encode() not in shown
    assert b"<script>" not in shown


def huge_picture() -> bytes:
    """A small file that unpacks to gigabytes in whatever shows it."""
    small = make_png()
    size = struct.pack(">II", 50_000, 50_000)
    header = b"IHDR" + size + small[24:29]
    return small[:12] + header + struct.pack(">I", zlib.crc32(header)) + small[33:]


@pytest.mark.parametrize(
    ("kind", "content", "words"),
    [
        ("logo", b"\x89PNG\r\n\x1a\n and so on", "no picture that can be read"),
        ("logo", make_png()[:-40], "no picture that can be read"),
        ("logo", huge_picture(), "no picture that can be read"),
        ("deck", make_pdf(script="app.alert(1)"), "carries a program, a script or other files"),
        ("deck", b"%PDF-1.7 and so on", "damaged or protected by a password"),
    ],
)
def test_what_others_could_not_open_safely_is_refused(lead, registration, kind, content, words):
    response = send(lead, registration, kind, content, "file")
    assert response.status_code == 422
    assert words in response.text
    assert count() == 0


def test_a_stranger_makes_us_read_no_file(registration, sign_in, monkeypatch):
    monkeypatch.setattr(uploads, "examine", lambda *_file: pytest.fail("it was read"))
    stranger = sign_in(make_registration(make_event("other")).delegates[0].user)
    assert send(stranger, registration, "logo", PNG, "logo.png").status_code == 403


def test_an_answer_with_a_script_is_refused_and_what_was_typed_stays(lead, registration):
    event_id = registration.event_id
    plan = add(Question(event_id=event_id, key="plan", kind=QuestionKind.FILE, label_en="Plan", label_ja="計画"))
    why = add(Question(event_id=event_id, key="why", kind=QuestionKind.TEXT, label_en="Why", label_ja="理由"))
    data = {f"q{plan.id}": (io.BytesIO(make_pdf(script="app.alert(1)")), "plan.pdf"), f"q{why.id}": "Because so"}
    response = lead.post(f"/registrations/{registration.id}/questions", data=data, content_type="multipart/form-data")
    assert response.status_code == 422
    assert "carries a program" in response.text
    assert "Because so" in response.text
    assert count() == 0


@pytest.fixture
def scanner(app, tmp_path):
    """A virus scanner that finds something in what has WORM in it."""
    script = tmp_path / "scanner"
    script.write_text('#!/bin/sh\ncase "$(cat "$1")" in *WORM*) exit 1;; esac\n')
    script.chmod(0o700)
    app.config["RBC"] = replace(app.config["RBC"], scan_command=str(script))


WORM = b"\n% WORM"


@pytest.mark.parametrize(("kind", "content"), [("logo", PNG), ("deck", PDF)])
def test_what_the_virus_scanner_finds_is_refused_at_its_place(scanner, registration, lead, kind, content):
    response = send(lead, registration, kind, content + WORM, "file")
    assert response.status_code == 422
    assert "The virus scanner refuses this file" in response.text
    assert count() == 0
    assert send(lead, registration, kind, content, "file").status_code == 302
    assert count() == 1


def test_a_calendar_goes_through_the_virus_scanner(scanner, registration, lead):
    url = f"/registrations/{registration.id}/availability/calendar"
    data = {"calendar": (io.BytesIO(b"BEGIN:VCALENDAR" + WORM), "a.ics")}
    response = lead.post(url, data=data, content_type="multipart/form-data")
    assert response.status_code == 422
    assert "The virus scanner refuses this file" in response.text


def test_a_file_that_answers_a_question_goes_through_the_virus_scanner(scanner, registration, lead):
    question = add(Question(event_id=registration.event_id, key="paper", kind=QuestionKind.FILE, label_en="A paper"))
    url, field = f"/registrations/{registration.id}/questions", f"q{question.id}"

    def answer(content):
        data = {field: (io.BytesIO(content), "paper.pdf")}
        return lead.post(url, data=data, content_type="multipart/form-data")

    response = answer(PDF + WORM)
    assert response.status_code == 422
    assert f'id="{field}-fault">The virus scanner refuses this file' in response.text
    assert count() == 0
    assert answer(PDF).status_code == 302
    assert count() == 1


@pytest.mark.slow
def test_of_files_that_are_too_large_together_none_is_kept_in_part(registration, lead):
    asked = {"event_id": registration.event_id, "kind": QuestionKind.FILE, "label_en": "A paper"}
    numbers = [add(Question(key=f"paper{place}", **asked)).id for place in (1, 2)]
    url = f"/registrations/{registration.id}/questions"
    data = {f"q{number}": (io.BytesIO(PDF + bytes(9 * uploads.MEGABYTE)), "paper.pdf") for number in numbers}
    response = lead.post(url, **in_memory(data))
    assert response.status_code == 422
    assert f'id="q{numbers[1]}-fault">What you sent together is larger than this page takes' in response.text
    assert count() == 0
