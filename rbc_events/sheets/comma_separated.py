import csv
import io
from collections.abc import Iterator

from rbc_events.sheets.table import Fault, Unreadable

BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def csv_records(content: bytes) -> Iterator[list[str]]:
    """The records of a CSV file, as Japanese and European Excel write it.

    Raises:
        Unreadable: not text in a known encoding, or quotes that don't match.
    """
    text = decode(content)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    except csv.Error:
        raise Unreadable(Fault.BROKEN) from None


def decode(content: bytes) -> str:
    """Text by its byte order mark, else as UTF-8, else as Shift_JIS with Microsoft's additions (cp932).

    UTF-8 comes first: Shift_JIS text is practically never valid UTF-8, the reverse is common.
    """
    encodings = [encoding for mark, encoding in BOMS if content.startswith(mark)] or ["utf-8", "cp932"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise Unreadable(Fault.NOT_A_SHEET)
        return text
    raise Unreadable(Fault.ENCODING)


def _delimiter(text: str) -> str:
    """The header tells: Excel writes semicolons where the comma is the decimal sign, tabs in "Unicode text"."""
    header = text.split("\n", 1)[0]
    return max(",;\t", key=header.count)
