"""Files that organisations upload: what is taken, how much of it, and when it goes."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, exists, func, select

from rbc_events import file_types, kept_files
from rbc_events.database import db
from rbc_events.errors import Unacceptable
from rbc_events.kept_files import MEGABYTE, Full, safe_name
from rbc_events.registration.models import (
    Answer,
    Organisation,
    Question,
    QuestionKind,
    Registration,
    RegistrationState,
    Step,
    StepTaken,
    Upload,
    UploadKind,
)

MOST_BYTES = {UploadKind.LOGO: 2 * MEGABYTE, UploadKind.DECK: 15 * MEGABYTE, UploadKind.ANSWER: 15 * MEGABYTE}
MOST_FILES = 30  # of one organisation
MOST_TOGETHER = 100 * MEGABYTE  # of one organisation
MOST_UNCONFIRMED = 20 * MEGABYTE  # of one whose registration nobody has confirmed yet
MOST_OF_ALL_UNCONFIRMED = 1024 * MEGABYTE  # of all of those: strangers fill no disk
NOT_CONFIRMED = (RegistrationState.DRAFT, RegistrationState.UNCONFIRMED)
UNFINISHED = timedelta(days=1)  # a file without a row may belong to a transaction that is under way
PICTURES = {"image/png", "image/jpeg"}  # SVG is not among them: it can carry scripts
DOCUMENTS = {"application/pdf"}
WIDEST = 1200  # pixels of a logo
ACCEPTED = {UploadKind.LOGO: PICTURES, UploadKind.DECK: DOCUMENTS, UploadKind.ANSWER: PICTURES | DOCUMENTS}


class TooLarge(Unacceptable):
    message = _l("The file is too large: a logo may have 2 MB, other files 15 MB.")


class WrongKind(Unacceptable):
    message = _l("This kind of file is not accepted. A logo is a PNG or JPEG picture, a presentation a PDF file.")


def examine(content: bytes, kind: UploadKind) -> bytes:
    """What is kept of a file: of a logo a picture drawn anew, with nothing else in it; of others all, if nothing in it
    may run. Called outside any transaction, since it reads the file in a confined process.

    Raises:
        WrongKind
        file_types.Unreadable, file_types.Runs, file_types.NotAPicture
        confined.Busy
    """
    sniff(content, kind)
    if kind == UploadKind.LOGO:
        return file_types.draw_anew(content, widest=WIDEST).content
    file_types.examine(content, ACCEPTED[kind])
    return content


def keep(organisation: Organisation, kind: UploadKind, content: bytes, file_name: str, *, now: datetime) -> Upload:
    """Keep a file that was examined. Its kind is read from its first bytes, never from its name; a new logo or deck
    replaces the old one.

    Raises:
        WrongKind, Full
    """
    found = sniff(content, kind)
    replaced = [] if kind == UploadKind.ANSWER else list(_of(organisation, kind))
    _require_room(organisation, len(content), besides=[old.id for old in replaced])
    upload = Upload(
        organisation_id=organisation.id,
        kind=kind,
        file_name=safe_name(file_name, found.ending),
        media_type=found.media_type,
        created_at=now,
    )
    kept_files.keep(upload, content)
    for old in replaced:
        remove(old)
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


def _full(**figures: int) -> Any:
    return _l(
        "An organisation may keep %(count)s files here, %(size)s MB together, and %(less)s MB before its registration "
        "is confirmed. Please remove another file first.",
        **figures,
    )


def never_confirmed() -> ColumnElement[bool]:
    """The registrations that nobody has confirmed, also once they have been withdrawn."""
    as_it_was = Registration.steps.any((StepTaken.step == Step.WITHDRAW) & StepTaken.before.in_(NOT_CONFIRMED))
    withdrawn = (Registration.state == RegistrationState.WITHDRAWN) & as_it_was
    return Registration.state.in_(NOT_CONFIRMED) | withdrawn


def _confirmed(organisation_id: Any) -> Any:
    """Whether somebody has confirmed a registration of the organisation, or staff made it."""
    confirmed = ~never_confirmed() | Registration.registered_by_id.is_not(None)
    return exists().where(Registration.organisation_id == organisation_id, confirmed)


def _of_all_unconfirmed() -> int:
    return db.session.scalar(select(func.sum(Upload.size)).where(~_confirmed(Upload.organisation_id))) or 0


def _of(organisation: Organisation, kind: UploadKind) -> Any:
    return db.session.scalars(select(Upload).filter_by(organisation_id=organisation.id, kind=kind))


def sniff(content: bytes, kind: UploadKind) -> file_types.FileType:
    """What kind of file it is by its content.

    Raises:
        WrongKind
    """
    found = file_types.recognise(content)
    if found is None or found.media_type not in ACCEPTED[kind]:
        raise WrongKind
    return found


def current(organisation: Organisation, kind: UploadKind) -> Upload | None:
    newest = select(Upload).filter_by(organisation_id=organisation.id, kind=kind).order_by(Upload.id.desc()).limit(1)
    return db.session.scalar(newest)


def remove(upload: Upload) -> None:
    kept_files.remove(upload)


def remove_answer(organisation: Organisation, number: Any) -> None:
    """Take away the file that an answer was, where it was one."""
    upload = db.session.get(Upload, number) if isinstance(number, int) else None
    if upload is not None and (upload.organisation_id, upload.kind) == (organisation.id, UploadKind.ANSWER):
        remove(upload)


def sweep(*, now: datetime) -> int:
    """Delete what nothing refers to: files whose answers are gone, and files without a row. Commits; tells how many."""
    answered = select(Answer.value).join(Question).where(Question.kind == QuestionKind.FILE)
    answering = {value for value in db.session.scalars(answered) if isinstance(value, int)}
    old = select(Upload).where(Upload.kind == UploadKind.ANSWER, Upload.created_at < now - UNFINISHED)
    left = [upload for upload in db.session.scalars(old) if upload.id not in answering]
    for upload in left:
        remove(upload)
    db.session.commit()
    return len(left) + kept_files.sweep(before=now - UNFINISHED)
