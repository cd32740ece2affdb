"""What kind of file something is, found in its content and never in its name, and whether it may be kept.

`recognise` looks at the first bytes alone. `examine` opens a file that somebody else will have to trust: it must be
what it says, and nothing in it may run. That is done in a confined process, so it is called outside any transaction.
"""

import email
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast
from zipfile import is_zipfile

import filetype
from flask_babel import lazy_gettext as _l

from rbc_events import confined
from rbc_events.errors import Unacceptable

PDF, MAIL = "application/pdf", "message/rfc822"
PICTURES = frozenset({"image/png", "image/jpeg", "image/tiff"})
DRAWN = frozenset({"image/png", "image/jpeg"})
FIRST_BYTES = 8192
"""What tells of what kind a file is."""
READING = confined.Budget(seconds=20)  # a scan of 15 MB takes less than one
MOST_OBJECTS = 500_000  # of a PDF
RUNS = frozenset({"/JavaScript", "/Launch", "/ImportData", "/RichMedia", "/Rendition"})
PROGRAMS = frozenset({"application/x-msdownload", "application/x-executable", "application/x-mach-binary"})
PROGRAM_NAMES = re.compile(
    r"\.(exe|com|scr|pif|bat|cmd|js|jse|vbs|vbe|wsf|hta|ps1|msi|jar|lnk|iso|img|html?|svg)$", re.I
)
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]*:[ \t]?\S")


@dataclass(frozen=True)
class FileType:
    media_type: str
    ending: str


class NotAccepted(Unacceptable):
    message = _l(
        "This kind of file is not accepted, whatever its name says. Please send a PDF, a picture (PNG, JPEG, TIFF) or "
        "a mail (.eml)."
    )


class Unreadable(Unacceptable):
    message = _l(
        "This file can't be read: it is damaged or protected by a password. Please save it anew and send that."
    )


class Runs(Unacceptable):
    message = _l(
        "This file carries a program, a script or other files in it. Please print it into a new PDF and send that."
    )


def recognise(content: bytes) -> FileType | None:
    """The kind that the first bytes tell of; None where they tell of none."""
    found = filetype.guess(content[:FIRST_BYTES])
    return FileType(found.mime, {"jpg": "jpg"}.get(found.extension, found.extension)) if found else None


def examine(content: bytes, accepted: Collection[str]) -> FileType:
    """The kind of a file that is one of the `accepted` media types and may be kept.

    Raises:
        NotAccepted, Unreadable, Runs
        confined.Busy
    """
    found = recognise(content) or _mail(content)
    if found is None or found.media_type not in accepted:
        raise NotAccepted
    try:
        confined.run(READING, look_inside, content, found.media_type)
    except confined.Exceeded:
        raise Unreadable from None
    return found


def _mail(content: bytes) -> FileType | None:
    """A mail has no first bytes of its own: it begins with header lines, among them who sent it."""
    head = content[:100_000].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    if b"\x00" in head or not _HEADER.match(head) or not re.search(rb"^from:", head, re.I | re.M):
        return None
    return FileType(MAIL, "eml")


def look_inside(content: bytes, media_type: str) -> None:
    """Open the file, in a confined process.

    Raises:
        Unreadable, Runs
    """
    try:
        if media_type == PDF:
            _look_into_pdf(content)
        elif media_type == MAIL:
            _look_into_mail(content)
        else:
            _look_at_picture(content)
    except (Unreadable, Runs):
        raise
    except Exception:  # parsers fail over damaged files in whatever way
        raise Unreadable from None


def _look_into_pdf(content: bytes) -> None:
    from pypdf import PdfReader  # loaded in the confined process alone

    if is_zipfile(io.BytesIO(content)):  # an archive after the last page: Java would run it
        raise Runs
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable
    if not len(reader.pages):
        raise Unreadable
    for value in _objects(reader):
        if _runs(value):
            raise Runs


def _objects(reader: Any) -> Iterator[Any]:
    """Every object of the file, whether a page shows it or not, with those written inside others."""
    from pypdf.generic import IndirectObject  # loaded in the confined process alone

    numbers = {(number, generation) for generation, found in reader.xref.items() for number in found}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    seen = 0
    for number, generation in sorted(numbers):
        waiting = [reader.get_object(IndirectObject(number, generation, reader))]
        while waiting:
            value: Any = waiting.pop()
            seen += 1
            if seen > MOST_OBJECTS:
                raise Unreadable
            if isinstance(value, dict):
                yield value
                of_pypdf: Any = value  # whose `raw_get` leaves references to be followed
                waiting += [of_pypdf.raw_get(key) for key in value]
            elif isinstance(value, list):
                waiting += list(value)


def _runs(value: Any) -> bool:
    kinds = {str(value.get(key)) for key in ("/S", "/Subtype", "/Type")}
    return bool(kinds & RUNS) or any(key in value for key in ("/JS", "/JavaScript", "/EmbeddedFiles", "/EF"))


def _look_into_mail(content: bytes) -> None:
    message = cast(EmailMessage, email.message_from_bytes(content, policy=default))
    if not message["from"] or not (message["date"] or message["message-id"]):
        raise Unreadable
    for part in message.walk():
        if part.is_multipart():
            continue
        inside = cast(bytes, part.get_payload(decode=True)) or b""
        found = recognise(inside)
        named = PROGRAM_NAMES.search((part.get_filename() or "").strip())
        if named or (found and found.media_type in PROGRAMS):
            raise Runs
        if found and found.media_type == PDF:
            _look_into_pdf(inside)


class NotAPicture(Unacceptable):
    message = _l("This is no picture that can be read. A PNG or JPEG file is.")


@dataclass(frozen=True)
class Picture:
    content: bytes
    type: FileType


def draw_anew(content: bytes, *, widest: int) -> Picture:
    """A PNG or JPEG picture with nothing but its picture points: no notes of the camera, no place, nothing hidden.

    Raises:
        NotAPicture
        confined.Busy
    """
    found = recognise(content)
    if found is None or found.media_type not in DRAWN:
        raise NotAPicture
    try:
        drawn = confined.run(READING, _draw, content, widest)
    except confined.Exceeded:
        raise NotAPicture from None
    if drawn is None:
        raise NotAPicture
    return Picture(drawn, found)


def _draw(content: bytes, widest: int) -> bytes | None:
    from PIL import Image, ImageOps  # loaded in the confined process alone

    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
            form = picture.format
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((widest, widest))
            drawn = upright.convert("RGBA" if form == "PNG" else "RGB")
            clean = Image.new(drawn.mode, drawn.size)
            clean.paste(drawn)
    except Exception:  # the library fails over damaged pictures in whatever way
        return None
    written = io.BytesIO()
    clean.save(written, form, quality=88)
    return written.getvalue()


def _look_at_picture(content: bytes) -> None:
    from PIL import Image  # loaded in the confined process alone

    with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "TIFF")) as picture:
        picture.load()
