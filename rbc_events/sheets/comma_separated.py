import csv
import io
from collections.abc import Sequence

from charset_normalizer import from_bytes

from rbc_events.sheets.table import Fault, Unreadable
from rbc_events.sheets.tabs import Reading

BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
GUESSED = ("cp932", "iso2022_jp", "euc_jp", "cp1252", "big5", "cp949", "cp1250", "gb18030")
"""What spreadsheet programs write that say nothing of it, those first that win where nothing else decides."""
AS_GOOD = 0.05
"""Two readings whose mess, as the library measures it, differs by less are as likely as one another."""
POSSIBLE = 0.1
"""A reading with more mess is shown to nobody."""


def csv_records(content: bytes, encoding: str = "") -> list[list[str]]:
    """The records of a CSV file, as Japanese and European Excel write it.

    Raises:
        Unreadable: not text in a known encoding, or quotes that don't match.
    """
    text = decode(content, encoding)
    first, _, rest = text.partition("\n")
    delimiter = _delimiter(first)
    if first.strip().lower().removeprefix("\ufeff").startswith("sep="):  # Excel's own word on the separator
        text, delimiter = "\n" + rest, first.strip()[4:5] or delimiter
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise Unreadable(Fault.BROKEN) from None


def decode(content: bytes, encoding: str = "") -> str:
    """The file's text, in the encoding that somebody chose or else the likeliest.

    Raises:
        Unreadable
    """
    wanted = encoding or candidates(content)[0]
    try:
        text = content.decode(wanted)
    except (UnicodeDecodeError, LookupError):
        raise Unreadable(Fault.ENCODING) from None
    if "\0" in text:
        raise Unreadable(Fault.NOT_A_SHEET)
    return text


def candidates(content: bytes) -> Sequence[str]:
    """The encodings that the file may be in, the likeliest first: one by its byte order mark, or UTF-8, which text in
    another encoding practically never is by chance; else what charset-normalizer finds.

    Raises:
        Unreadable: it is in none.
    """
    for mark, encoding in BOMS:
        if content.startswith(mark):
            return (encoding,)
    if b"\0" in content:
        raise Unreadable(Fault.NOT_A_SHEET)
    if b"\x1b$" not in content:
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return ("utf-8",)
    found: dict[str, float] = {}
    for match in from_bytes(content, cp_isolation=list(GUESSED), threshold=0.5):
        for encoding in {match.encoding, *match.could_be_from_charset} & set(GUESSED):
            found[encoding] = match.chaos
    if not found:
        raise Unreadable(Fault.ENCODING)
    least = min(found.values())
    return sorted(
        (encoding for encoding, mess in found.items() if mess <= least + POSSIBLE),
        key=lambda encoding: (found[encoding] > least + AS_GOOD, GUESSED.index(encoding)),
    )


def doubtful_readings(content: bytes) -> tuple[Reading, ...]:
    """How the first line with other than ASCII characters looks in each encoding that the file may be in; nothing
    where there is one only."""
    wanted = candidates(content)
    if len(wanted) < 2:
        return ()
    lines = content.splitlines()
    line = next((each for each in lines[1:] if not each.isascii()), lines[0] if lines else b"")
    return tuple(Reading(encoding, line.decode(encoding, "replace")[:200]) for encoding in wanted)


def _delimiter(header: str) -> str:
    """The header tells: Excel writes semicolons where the comma is the decimal sign, tabs in "Unicode text"."""
    return max(",;\t", key=header.count)
