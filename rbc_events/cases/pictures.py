"""The picture of a support case. Functions flush; the route commits."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from rbc_events import file_types, kept_files
from rbc_events.cases.models import CasePicture, CaseVersion, SupportCase
from rbc_events.database import db
from rbc_events.errors import Unacceptable
from rbc_events.kept_files import MEGABYTE

MOST_BYTES = 15 * MEGABYTE
WIDEST = 1600  # pixels


class TooLarge(Unacceptable):
    message = _l("The picture is too large: it may have 15 MB.")


def draw_anew(content: bytes) -> file_types.Picture:
    """The picture without whatever else the file held, such as where it was taken. Called outside any transaction.

    Raises:
        file_types.NotAPicture
        confined.Busy
    """
    return file_types.draw_anew(content, widest=WIDEST)


def keep_picture(
    case: SupportCase, drawn: file_types.Picture, *, file_name: str, alt_ja: str, alt_en: str, now: datetime
) -> CasePicture:
    """Show this picture with the case, in place of the one before."""
    remove_picture(case)
    picture = CasePicture(case=case, alt_ja=alt_ja, alt_en=alt_en, created_at=now, media_type=drawn.type.media_type)
    picture.file_name = kept_files.safe_name(file_name, drawn.type.ending)
    kept_files.keep(picture, drawn.content)
    return picture


def remove_picture(case: SupportCase) -> None:
    """Show none. One that a version of the text told of is kept with that version."""
    picture = case.picture
    if picture is None:
        return
    texts = db.session.scalars(select(CaseVersion.text).where(CaseVersion.case_id == case.id))
    if any(text["picture"] and text["picture"]["id"] == picture.id for text in texts):
        picture.shown = False
    else:
        case.pictures.remove(picture)
    db.session.flush()
