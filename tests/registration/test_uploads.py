import io

import pytest
from sqlalchemy import func, select

from rbc_events.database import db
from rbc_events.registration import uploads
from rbc_events.registration.models import Consent, ConsentKind, Upload, UploadKind
from tests.factories import NOW, make_event, make_registration

PNG = b"\x89PNG\r\n\x1a\n and so on"
PDF = b"%PDF-1.7 and so on"


@pytest.fixture
def registration(app):
    return make_registration(make_event())


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
    assert uploads.safe_name(name, "png") == kept


def test_a_new_logo_replaces_the_old_one(lead, registration):
    send(lead, registration, "logo", PNG, "one.png")
    send(lead, registration, "logo", PNG + b"2", "two.png")
    assert [row.file_name for row in db.session.scalars(select(Upload))] == ["two.png"]


def test_a_removed_file_is_gone_unless_somebody_else_has_the_same(registration):
    other = make_registration(make_event()).organisation
    first = uploads.keep(registration.organisation, UploadKind.LOGO, PNG, "a.png", now=NOW)
    second = uploads.keep(other, UploadKind.LOGO, PNG, "b.png", now=NOW)
    path = uploads.path_of(first)
    uploads.remove(first)
    assert path.exists()
    uploads.remove(second)
    assert not path.exists()


def test_strangers_see_no_file(client, registration, sign_in):
    logo = uploads.keep(registration.organisation, UploadKind.LOGO, PNG, "a.png", now=NOW)
    elsewhere = sign_in(make_registration(make_event()).delegates[0].user)
    partner = sign_in(make_registration(registration.event).delegates[0].user)
    assert "/sign-in" in client.get(f"/uploads/{logo.id}").headers["Location"]
    assert elsewhere.get(f"/uploads/{logo.id}").status_code == 403
    assert partner.get(f"/uploads/{logo.id}").status_code == 403, "sharing was not agreed to"
    db.session.add(Consent(registration=registration, kind=ConsentKind.SHARING, wording="1", given_at=NOW))
    assert partner.get(f"/uploads/{logo.id}").status_code == 200
