"""Hostile input made by others, where it is at hand beside the checkout; and a few lines of our own that always are."""

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

FOLDERS = [folder / "shared" / "hostile" for folder in Path(__file__).resolve().parents]
CORPUS = next((folder for folder in FOLDERS if folder.is_dir()), None)
LINE_BREAKS = ("\r", "\n", "\r\n", "\u2028")
OWN_STRINGS = (
    "", " ", "\x00", "\u202etxt.exe", "\ud800", "\ufeff", "\x85", "\x0b\x0c\x1c", "\\n", "\\", ";,:\"", "%0d%0aBcc: x",
    "=?utf-8?q?Bcc=3A?=", "髙﨑栁①㈱", "👩‍👩‍👧‍👦" * 40, "あ" * 10_000, "{0.__class__}", "${title}",
    "<script>alert(1)</script>",
)  # fmt: skip


def strings() -> list[str]:
    if CORPUS is None:
        return list(OWN_STRINGS)
    return [*OWN_STRINGS, *json.loads((CORPUS / "strings.json").read_text(encoding="utf-8"))]


def calendars() -> Iterator[tuple[str, bytes]]:
    """Calendar files from other projects' test suites, broken ones among them: name and content."""
    if CORPUS is None:
        return
    with tarfile.open(CORPUS / "ics-corpus.tar.xz") as archive:
        for member in archive:
            if file := archive.extractfile(member) if member.isfile() else None:
                yield member.name, file.read()
