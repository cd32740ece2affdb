"""Files that organisations upload: kept under their hash in the instance folder, known by what is in them."""

import hashlib
import os
import re
import tempfile
from datetime import datetime
from pathlib import Path

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from rbc_events.database import db
from rbc_events.errors import Unacceptable
from rbc_events.registration.models import Organisation, Upload, UploadKind

MOST_BYTES = {UploadKind.LOGO: 2 * 1024 * 1024, UploadKind.DECK: 15 * 1024 * 1024, UploadKind.ANSWER: 15 * 1024 * 1024}
# First bytes -> media type and ending. SVG is not among them: it can carry scripts.
IMAGES = {b"\x89PNG\r\n\x1a\n": ("image/png", "png"), b"\xff\xd8\xff": ("image/jpeg", "jpg")}
DOCUMENTS = {b"%PDF-": ("application/pdf", "pdf")}
ACCEPTED = {UploadKind.LOGO: IMAGES, UploadKind.DECK: DOCUMENTS, UploadKind.ANSWER: IMAGES | DOCUMENTS}


class TooLarge(Unacceptable):
    message = _l("The file is too large: a logo may have 2 MB, other files 15 MB.")


class WrongKind(Unacceptable):
    message = _l("This kind of file is not accepted. A logo is a PNG or JPEG picture, a presentation a PDF file.")


def keep(organisation: Organisation, kind: UploadKind, content: bytes, file_name: str, *, now: datetime) -> Upload:
    """Keep a file. Its kind is read from its first bytes, never from its name; a new logo or deck replaces the old one.

    Raises:
        TooLarge, WrongKind
    """
    if len(content) > MOST_BYTES[kind]:
        raise TooLarge
    media_type, ending = sniff(content, kind)
    upload = Upload(
        organisation_id=organisation.id,
        kind=kind,
        file_name=safe_name(file_name, ending),
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        created_at=now,
    )
    _write(path_of(upload), content)
    if kind != UploadKind.ANSWER:
        for old in db.session.scalars(select(Upload).filter_by(organisation_id=organisation.id, kind=kind)):
            db.session.delete(old)
    db.session.add(upload)
    db.session.flush()
    return upload


def sniff(content: bytes, kind: UploadKind) -> tuple[str, str]:
    for start, found in ACCEPTED[kind].items():
        if content.startswith(start):
            return found
    raise WrongKind


def safe_name(file_name: str, ending: str) -> str:
    """A name to download under: no folders, no control characters, and the ending that the content says."""
    stem = re.sub(r"[\x00-\x1f\x7f/\\:*?\"<>|\u202a-\u202e\u2066-\u2069]", "", Path(file_name).name).rpartition(".")[0]
    return f"{stem[:80].strip('. ') or 'file'}.{ending}"


def path_of(upload: Upload) -> Path:
    return Path(current_app.config["RBC"].instance) / "uploads" / upload.sha256[:2] / upload.sha256


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: a crash leaves no half a file under the hash."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(temporary).replace(path)


def current(organisation: Organisation, kind: UploadKind) -> Upload | None:
    newest = select(Upload).filter_by(organisation_id=organisation.id, kind=kind).order_by(Upload.id.desc()).limit(1)
    return db.session.scalar(newest)


def remove(upload: Upload) -> None:
    """Take the row away, and the file if no other row has the same content."""
    path = path_of(upload)
    db.session.delete(upload)
    db.session.flush()
    if db.session.scalar(select(Upload.id).filter_by(sha256=upload.sha256).limit(1)) is None:
        path.unlink(missing_ok=True)
