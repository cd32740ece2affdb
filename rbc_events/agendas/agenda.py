"""A printed agenda: what stands on it, already in words, and its PDF."""

import io
import zipfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from rbc_events.agendas.typesetting import printable, set_pdf


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One meeting. `time` by the clock that stands first for the reader, `other_time` by the other, or empty."""

    time: str
    other_time: str
    cells: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    label: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """An agenda for one reader in one language ("ja" or "en"); `columns` are the heads of the cells after the time."""

    language: str
    title: str
    owner: str
    event: str
    facts: tuple[str, ...]
    time_head: str
    columns: tuple[str, ...]
    days: tuple[Day, ...]
    empty: str
    footer: str
    page_words: tuple[str, str] = ("", "")  # around the page's number: ("", " / ")
    landscape: bool = False
    colour: str = "#0b5a7a"  # of headings, readable on white
    logo: bytes = b""  # PNG or JPEG


def write_pdf(agenda: Agenda, *, templates: Path, fonts: Path, made_at: datetime) -> bytes:
    """The agenda as tagged PDF. Raises typesetting.FontsMissing."""
    words = {**asdict(agenda), "logo": list(agenda.logo)}
    return set_pdf(templates / "agenda.typ", "agenda", words, fonts=fonts, made_at=made_at)


def bundle(documents: Iterable[tuple[str, bytes]]) -> bytes:
    """A ZIP of the named documents. Two of one name get numbers; no name leaves its folder."""
    archive = io.BytesIO()
    names: set[str] = set()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in documents:
            file.writestr(_free_name(name, names), content)
    return archive.getvalue()


def file_name(text: str, extension: str) -> str:
    """A file name of what people typed, without path separators and characters that some system refuses."""
    kept = "".join(
        "_" if character in '\\/:*?"<>|' else character for character in printable(text).replace("\n", " ")
    ).strip(". ")
    return f"{kept[:80] or 'agenda'}.{extension}"


def _free_name(name: str, taken: set[str]) -> str:
    stem, _, extension = name.rpartition(".")
    candidates = (name, *(f"{stem} ({number}).{extension}" for number in range(2, len(taken) + 3)))
    free = next(candidate for candidate in candidates if candidate not in taken)
    taken.add(free)
    return free
