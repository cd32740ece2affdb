"""Files that organisations upload: kept in the instance folder, each under a name of its own, known by what is in them.

No two rows share a file, whatever is in it: so a file can go with its row, and an upload of the same content at that
moment loses nothing. A file goes once the end of its row has been committed; what a crash left goes in the night.
"""

import hashlib
import re
import secrets
import shutil
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import event, exists, func, select

from rbc_events.database import db, follows, in_batches, reading
from rbc_events.errors import Unacceptable
from rbc_events.registration.models import (
    Answer,
    Organisation,
    Question,
    QuestionKind,
    Registration,
    RegistrationState,
    Upload,
    UploadKind,
)

MEGABYTE = 1024 * 1024
MOST_BYTES = {UploadKind.LOGO: 2 * MEGABYTE, UploadKind.DECK: 15 * MEGABYTE, UploadKind.ANSWER: 15 * MEGABYTE}
MOST_FILES = 30  # of one organisation
MOST_TOGETHER = 100 * MEGABYTE  # of one organisation
MOST_UNCONFIRMED = 20 * MEGABYTE  # of one whose registration nobody has confirmed yet
MOST_OF_ALL_UNCONFIRMED = 1024 * MEGABYTE  # of all of those: strangers fill no disk
LEFT_FREE = 1024 * MEGABYTE  # of the disk, for database and mails
NOT_CONFIRMED = (RegistrationState.DRAFT, RegistrationState.UNCONFIRMED)
UNFINISHED = timedelta(days=1)  # a file without a row may belong to a transaction that is under way
GONE = "files of deleted uploads"
# First bytes -> media type and ending. SVG is not among them: it can carry scripts.
IMAGES = {b"\x89PNG\r\n\x1a\n": ("image/png", "png"), b"\xff\xd8\xff": ("image/jpeg", "jpg")}
DOCUMENTS = {b"%PDF-": ("application/pdf", "pdf")}
ACCEPTED = {UploadKind.LOGO: IMAGES, UploadKind.DECK: DOCUMENTS, UploadKind.ANSWER: IMAGES | DOCUMENTS}


class TooLarge(Unacceptable):
    message = _l("The file is too large: a logo may have 2 MB, other files 15 MB.")


class WrongKind(Unacceptable):
    message = _l("This kind of file is not accepted. A logo is a PNG or JPEG picture, a presentation a PDF file.")


class Full(Unacceptable):
    """There is no room for one more file. The message says which limit it is."""


def keep(organisation: Organisation, kind: UploadKind, content: bytes, file_name: str, *, now: datetime) -> Upload:
    """Keep a file. Its kind is read from its first bytes, never from its name; a new logo or deck replaces the old one.

    Raises:
        TooLarge, WrongKind, Full
    """
    if len(content) > MOST_BYTES[kind]:
        raise TooLarge
    media_type, ending = sniff(content, kind)
    replaced = [] if kind == UploadKind.ANSWER else list(_of(organisation, kind))
    _require_room(organisation, len(content), besides=[old.id for old in replaced])
    upload = Upload(
        organisation_id=organisation.id,
        kind=kind,
        file_name=safe_name(file_name, ending),
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        stored_as=secrets.token_hex(32),
        created_at=now,
    )
    _write(path_of(upload), content)
    for old in replaced:
        db.session.delete(old)
    db.session.add(upload)
    db.session.flush()
    return upload


def _require_room(organisation: Organisation, size: int, *, besides: Collection[int]) -> None:
    kept = Upload.organisation_id == organisation.id, Upload.id.not_in(besides)
    count, together = db.session.execute(select(func.count(), func.sum(Upload.size)).where(*kept)).one()
    confirmed = db.session.scalar(select(_confirmed(organisation.id)))
    most = MOST_TOGETHER if confirmed else MOST_UNCONFIRMED
    if count >= MOST_FILES or (together or 0) + size > most:
        raise Full(_full(count=MOST_FILES, size=MOST_TOGETHER // MEGABYTE, less=MOST_UNCONFIRMED // MEGABYTE))
    if not confirmed and _of_all_unconfirmed() + size > MOST_OF_ALL_UNCONFIRMED:
        raise Full(_l("There is no room for more files before the address is confirmed. Please confirm it first."))
    _folder().mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(_folder()).free < LEFT_FREE + size:
        raise Full(_l("The server has no room for files now. Please try again later, or tell the organisers."))


def _full(**figures: int) -> Any:
    return _l(
        "An organisation may keep %(count)s files here, %(size)s MB together, and %(less)s MB before its registration "
        "is confirmed. Please remove another file first.",
        **figures,
    )


def _confirmed(organisation_id: Any) -> Any:
    """Whether somebody has confirmed a registration of the organisation, or staff made it."""
    standing = Registration.state.not_in(NOT_CONFIRMED) | Registration.registered_by_id.is_not(None)
    return exists().where(Registration.organisation_id == organisation_id, standing)


def _of_all_unconfirmed() -> int:
    return db.session.scalar(select(func.sum(Upload.size)).where(~_confirmed(Upload.organisation_id))) or 0


def _of(organisation: Organisation, kind: UploadKind) -> Any:
    return db.session.scalars(select(Upload).filter_by(organisation_id=organisation.id, kind=kind))


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
    return _path(upload.stored_as)


def _path(stored_as: str) -> Path:
    return _folder() / stored_as[:2] / stored_as


def _folder() -> Path:
    return Path(current_app.config["RBC"].instance) / "uploads"


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def current(organisation: Organisation, kind: UploadKind) -> Upload | None:
    newest = select(Upload).filter_by(organisation_id=organisation.id, kind=kind).order_by(Upload.id.desc()).limit(1)
    return db.session.scalar(newest)


def remove(upload: Upload) -> None:
    """Take the row away, and the file with it once that is committed."""
    db.session.delete(upload)
    db.session.flush()


def remove_answer(organisation: Organisation, number: Any) -> None:
    """Take away the file that an answer was, where it was one."""
    upload = db.session.get(Upload, number) if isinstance(number, int) else None
    if upload is not None and (upload.organisation_id, upload.kind) == (organisation.id, UploadKind.ANSWER):
        remove(upload)


def sweep(*, now: datetime) -> int:
    """Delete what nothing refers to: files whose answers are gone, and files without a row. Commits; tells how many."""
    answered = select(Answer.value).join(Question).where(Question.kind == QuestionKind.FILE)
    standing = {value for value in db.session.scalars(answered) if isinstance(value, int)}
    old = select(Upload).where(Upload.kind == UploadKind.ANSWER, Upload.created_at < now - UNFINISHED)
    left = [upload for upload in db.session.scalars(old) if upload.id not in standing]
    for upload in left:
        remove(upload)
    db.session.commit()
    before = (now - UNFINISHED).timestamp()
    files = [path for path in _folder().glob("*/*") if path.stat().st_mtime < before]
    return len(left) + _delete_unreferenced({path.name for path in files})


@event.listens_for(Upload, "after_delete")
def _note_gone(_mapper: Any, _connection: Any, upload: Upload) -> None:
    db.session.info.setdefault(GONE, set()).add(upload.stored_as)


@follows("after_commit")
def _drop_files(session: Any) -> None:
    gone = session.info.pop(GONE, None)
    if gone:
        _delete_unreferenced(gone)


def _delete_unreferenced(names: set[str]) -> int:
    """Delete these files but for those that a row names: a savepoint may have been taken back."""
    named: set[str] = set()
    with reading(), db.engine.connect() as connection:
        for some in in_batches(sorted(names)):
            named |= set(connection.scalars(select(Upload.stored_as).where(Upload.stored_as.in_(some))))
    for name in names - named:
        _path(name).unlink(missing_ok=True)
    return len(names - named)
