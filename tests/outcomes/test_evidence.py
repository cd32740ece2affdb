"""Evidence with its files: what is kept, who gets it, and who may verify it."""

import hashlib
import io
import re
import zipfile
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject
from sqlalchemy import select

from rbc_events import kept_files
from rbc_events.accounts.models import Role
from rbc_events.config import LARGEST_REQUEST
from rbc_events.database import db
from rbc_events.errors import Conflict
from rbc_events.outcomes import evidence, operations, reporting
from rbc_events.outcomes.models import DateKind, Evidence, EvidenceFile, EvidenceKind, Outcome
from rbc_events.partial_dates import Precision
from tests.factories import NOW, make_event, make_outcome, make_registration, make_user
from tests.forms import in_memory


def pdf(change: Any = None) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if change:
        change(writer)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def launching(writer: PdfWriter) -> None:
    action = DictionaryObject({NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")})
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)


def scripted(writer: PdfWriter) -> None:
    action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x()")})
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): writer._add_object(action)})


def picture(form: str) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (20, 10), "white").save(written, form)
    return written.getvalue()


def mail(attached: bytes = b"", name: str = "") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Date"] = "a@one.example", "b@two.example", "Mon, 6 Sep 2021 10:00:00 +0900"
    message["Subject"] = "署名した契約書"
    message.set_content("Signed today.")
    if name:
        message.add_attachment(attached, maintype="application", subtype="octet-stream", filename=name)
    return bytes(message)


def archive_at_the_end() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as jar:
        jar.writestr("Main.class", "x")
    return pdf() + archive.getvalue()


PROGRAM = b"MZ" + bytes(200)
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.fixture
def outcome(app: Any) -> Outcome:
    return make_outcome(make_event("own"))


@pytest.fixture
def staff(app: Any, sign_in: Any) -> Any:
    return sign_in(make_user(Role.HEADQUARTERS))


def send(client: Any, outcome: Outcome, content: bytes, name: str = "scan.pdf", **more: str) -> Any:
    data = {"kind": "signed_copy", "description": "The signed copy.", "file": (io.BytesIO(content), name), **more}
    return client.post(f"/outcomes/{outcome.id}/evidence", data=data, content_type="multipart/form-data")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "name", "kept_as", "media_type"),
    [
        (pdf(), "../../契約書.PDF", "契約書.pdf", "application/pdf"),
        (pdf(), "harmless.html", "harmless.pdf", "application/pdf"),
        (picture("PNG"), "a.png", "a.png", "image/png"),
        (picture("JPEG"), "a.jpeg", "a.jpg", "image/jpeg"),
        (picture("TIFF"), "scan.tiff", "scan.tif", "image/tiff"),
        (mail(), "RE signed.eml", "RE signed.eml", "message/rfc822"),
        (mail(pdf(), "契約書.pdf"), "x.eml", "x.eml", "message/rfc822"),
    ],
)
def test_a_file_is_kept_outside_the_web_and_only_ever_downloaded(
    staff: Any, outcome: Outcome, content: bytes, name: str, kept_as: str, media_type: str
) -> None:
    assert send(staff, outcome, content, name).status_code == 302
    kept = db.session.scalars(select(EvidenceFile)).one()
    assert (kept.file_name, kept.media_type) == (kept_as, media_type)
    assert kept_files.path_of(kept).read_bytes() == content
    assert hashlib.sha256(content).hexdigest() in staff.get(f"/outcomes/{outcome.id}").text
    response = staff.get(f"/outcomes/{outcome.id}/files/{kept.id}")
    assert response.data == content
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "sandbox" in response.headers["Content-Security-Policy"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (PROGRAM, "contract.pdf", "This kind of file is not accepted"),
        (b"\x7fELF" + bytes(200), "contract.pdf", "This kind of file is not accepted"),
        (b"#!/bin/sh\nrm -rf /\n", "contract.pdf", "This kind of file is not accepted"),
        (HTML, "contract.pdf", "This kind of file is not accepted"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "contract.png", "This kind of file is not accepted"),
        (b"PK\x03\x04", "contract.docx", "This kind of file is not accepted"),
        (b"Dear all,\nhello\n", "mail.eml", "This kind of file is not accepted"),
        (pdf(launching), "contract.pdf", "carries a program"),
        (pdf(scripted), "contract.pdf", "carries a program"),
        (pdf(lambda writer: writer.add_attachment("run.exe", PROGRAM)), "contract.pdf", "carries a program"),
        (archive_at_the_end(), "contract.pdf", "carries a program"),
        (mail(PROGRAM, "contract.pdf"), "mail.eml", "carries a program"),
        (mail(b"echo", "contract.pdf.bat"), "mail.eml", "carries a program"),
        (mail(pdf(launching), "contract.pdf"), "mail.eml", "carries a program"),
        (b"%PDF-1.7\nand no more", "contract.pdf", "can&#39;t be read"),
        (pdf(lambda writer: writer.encrypt("secret")), "contract.pdf", "can&#39;t be read"),
        (b"\x89PNG\r\n\x1a\n and no picture", "scan.png", "can&#39;t be read"),
        (b"From: a@one.example\nno date\n\n", "mail.eml", "can&#39;t be read"),
    ],
)
def test_what_is_no_document_or_could_run_is_refused_in_words_and_not_kept(
    app: Any, staff: Any, outcome: Outcome, content: bytes, name: str, words: str
) -> None:
    response = send(staff, outcome, content, name)
    assert response.status_code == 422
    assert words in response.text
    assert "The signed copy." in response.text, "what was typed is kept"
    assert db.session.scalars(select(Evidence)).all() == []
    assert not list((app.config["RBC"].instance / "evidence").rglob("*"))


def test_a_file_that_is_too_large_is_refused_beside_its_field(staff: Any, outcome: Outcome, monkeypatch: Any) -> None:
    monkeypatch.setattr(evidence, "MOST_BYTES", 100)
    response = send(staff, outcome, pdf())
    assert response.status_code == 422
    assert "it may have 15 MB" in response.text


def test_a_scan_of_200_megabytes_is_refused_before_it_is_read(staff: Any, outcome: Outcome) -> None:
    response = staff.post(
        f"/outcomes/{outcome.id}/evidence",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(200 * 1024 * 1024)},
        input_stream=io.BytesIO(b"--x"),
    )
    assert response.status_code == 413
    assert "A file may have 15 MB" in response.text


def test_a_scan_of_200_megabytes_is_told_of_at_its_place_and_what_was_typed_stays(staff: Any, outcome: Outcome) -> None:
    fields = {"kind": "signed_copy", "description": "The signed copy.", "url": "https://paper.example/"}
    file = (io.BytesIO(pdf() + bytes(LARGEST_REQUEST)), "scan.pdf")
    response = staff.post(f"/outcomes/{outcome.id}/evidence", **in_memory({**fields, "file": file}))
    assert response.status_code == 422
    assert re.search('id="evidence-file-fault">The file is too large: it may have 15 MB', response.text)
    assert "The signed copy." in response.text
    assert "https://paper.example/" in response.text
    assert db.session.scalars(select(Evidence)).all() == []


def test_a_form_that_is_too_large_without_a_file_stays_refused(staff: Any, outcome: Outcome) -> None:
    data = {"kind": "letter", "description": "x" * LARGEST_REQUEST, "file": (io.BytesIO(pdf()), "a.pdf")}
    response = staff.post(f"/outcomes/{outcome.id}/evidence", **in_memory(data))
    assert response.status_code == 413


@pytest.fixture
def scanner(app: Any, tmp_path: Any) -> None:
    script = tmp_path / "scanner"
    script.write_text('#!/bin/sh\ncase "$(cat "$2")" in *WORM*) exit 1;; *ODD*) exit 2;; esac\n')
    script.chmod(0o700)
    app.config["RBC"] = replace(app.config["RBC"], scan_command=f"{script} --quiet")


@pytest.mark.parametrize(
    ("mark", "status", "words"),
    [
        (b"", 302, ""),
        (b"WORM", 422, "The virus scanner refuses this file"),
        (b"ODD", 422, "could not be scanned for viruses"),
    ],
)
def test_a_file_that_the_scanner_does_not_pass_is_not_kept(
    scanner: None, app: Any, staff: Any, outcome: Outcome, mark: bytes, status: int, words: str
) -> None:
    response = send(staff, outcome, pdf() + b"% " + mark)
    assert response.status_code == status
    assert words in response.text
    assert len(db.session.scalars(select(EvidenceFile)).all()) == (status == 302)
    assert not list((app.config["RBC"].instance / "scanning").iterdir())


def test_a_scanner_that_hangs_is_ended_and_the_file_is_not_kept(
    app: Any, staff: Any, outcome: Outcome, monkeypatch: Any, tmp_path: Any
) -> None:
    monkeypatch.setattr("rbc_events.virus_scan.LONGEST", 0.2)
    script = tmp_path / "scanner"
    script.write_text("#!/bin/sh\nexec sleep 60\n")
    script.chmod(0o700)
    app.config["RBC"] = replace(app.config["RBC"], scan_command=str(script))
    assert "could not be scanned" in send(staff, outcome, pdf()).text
    assert db.session.scalars(select(EvidenceFile)).all() == []


def test_a_party_does_not_get_the_evidence_of_its_own_outcome(staff: Any, sign_in: Any) -> None:
    event = make_event()
    registration = make_registration(event)
    outcome = make_outcome(event, visibility="public", parties=(registration.organisation, "Sample B"))
    send(staff, outcome, pdf())
    url = f"/outcomes/{outcome.id}/files/{db.session.scalars(select(EvidenceFile)).one().id}"
    assert sign_in(registration.delegates[0].user).get(url).status_code == 403


def test_removed_evidence_takes_its_file_with_it(app: Any, staff: Any, outcome: Outcome) -> None:
    send(staff, outcome, pdf())
    piece = db.session.scalars(select(Evidence)).one()
    path = kept_files.path_of(piece.files[0])
    assert path.exists()
    staff.post(f"/outcomes/{outcome.id}/evidence/{piece.id}/remove")
    assert not path.exists()


def test_somebody_else_than_who_recorded_it_or_added_evidence_verifies(app: Any, sign_in: Any) -> None:
    recorder, adder, third = (make_user(Role.HEADQUARTERS) for _person in range(3))
    outcome = make_outcome(make_event())
    outcome.recorded_by_id = recorder.id
    letter = {"kind": EvidenceKind.LETTER, "description": "A letter.", "now": NOW, "actor": adder}
    evidence.add_evidence(outcome, **letter)
    url, button = f"/outcomes/{outcome.id}", "I have looked at it: verify"
    for own in (recorder, adder):
        client = sign_in(own)
        assert button not in client.get(url).text
        assert client.post(f"{url}/verify").status_code == 403
        assert outcome.verified_at is None
    client = sign_in(third)
    assert button in client.get(url).text
    assert client.post(f"{url}/verify", data={"seen": evidence.mark(outcome)}).status_code == 302
    assert outcome.verified_by_id == third.id


@pytest.mark.parametrize("hand", ["editing", "a date", "taking evidence away", "taking a report's word"])
def test_who_changed_anything_of_it_does_not_verify_it(app: Any, sign_in: Any, hand: str) -> None:
    editor, third = make_user(Role.HEADQUARTERS), make_user(Role.HEADQUARTERS)
    outcome = make_outcome(make_event(), subject_en="What was recorded")
    letters = [
        evidence.add_evidence(outcome, kind=EvidenceKind.LETTER, description=text, now=NOW) for text in ("One", "Two")
    ]
    told = {"subject_en": "What was meant"}
    report = operations.add_report(outcome, told, organisation=None, actor=None, now=NOW)
    claim = {"kind": DateKind.SIGNED, "on": NOW.date(), "precision": Precision.DAY}
    parties = ("Sample A", "Sample B")
    {
        "editing": lambda: operations.update_outcome(
            outcome, actor=editor, now=NOW, seen_version=None, parties=parties, note="A word more."
        ),
        "a date": lambda: operations.claim_date(outcome, actor=editor, now=NOW, **claim),
        "taking evidence away": lambda: evidence.remove_evidence(letters[1], actor=editor, now=NOW),
        "taking a report's word": lambda: reporting.decide(
            outcome, "subject_en", report, actor=editor, now=NOW, seen="What was recorded"
        ),
    }[hand]()
    client = sign_in(editor)
    assert "I have looked at it: verify" not in client.get(f"/outcomes/{outcome.id}").text
    assert client.post(f"/outcomes/{outcome.id}/verify").status_code == 403
    assert outcome.verified_at is None
    evidence.verify_outcome(outcome, actor=third, now=NOW)
    assert outcome.verified_by_id == third.id


def test_having_verified_it_once_is_no_hand_in_it(app: Any) -> None:
    outcome, editor, third = make_outcome(make_event()), make_user(), make_user(Role.HEADQUARTERS)
    evidence.add_evidence(outcome, kind=EvidenceKind.LETTER, description="A letter.", now=NOW)
    evidence.verify_outcome(outcome, actor=third, now=NOW)
    operations.update_outcome(outcome, actor=editor, now=NOW, seen_version=None, parties=("Sample A", "Sample B"))
    evidence.verify_outcome(outcome, actor=third, now=NOW)
    assert outcome.verified_by_id == third.id


def test_evidence_that_comes_and_goes_stands_among_the_changes(app: Any) -> None:
    outcome, actor = make_outcome(make_event()), make_user(Role.HEADQUARTERS)
    piece = evidence.add_evidence(outcome, kind=EvidenceKind.LETTER, description="One", now=NOW, actor=actor)
    evidence.remove_evidence(piece, actor=actor, now=NOW)
    kept = [(each.before, each.after, each.by_id) for each in outcome.changes if each.field == "evidence"]
    assert kept == [("", "letter: One", actor.id), ("letter: One", "", actor.id)]


@pytest.mark.parametrize("change", ["evidence", "removal", "date", "date taken back"])
def test_whatever_changes_afterwards_has_to_be_verified_again(app: Any, change: str) -> None:
    outcome, third = make_outcome(make_event()), make_user(Role.HEADQUARTERS)
    letters = [
        evidence.add_evidence(outcome, kind=EvidenceKind.LETTER, description=text, now=NOW) for text in ("One", "Two")
    ]
    claim = {"actor": None, "now": NOW, "kind": DateKind.SIGNED, "on": NOW.date(), "precision": Precision.DAY}
    claimed = operations.claim_date(outcome, **claim)
    db.session.refresh(outcome)
    evidence.verify_outcome(outcome, actor=third, now=NOW)
    seen = evidence.mark(outcome)
    {
        "evidence": lambda: evidence.add_evidence(outcome, kind=EvidenceKind.LETTER, description="Three", now=NOW),
        "removal": lambda: evidence.remove_evidence(letters[1], actor=third, now=NOW),
        "date": lambda: operations.claim_date(outcome, **claim),
        "date taken back": lambda: operations.remove_date(claimed, actor=third, now=NOW),
    }[change]()
    assert outcome.verified_at is None
    with pytest.raises(Conflict):
        evidence.verify_outcome(outcome, actor=third, now=NOW, seen=seen)
