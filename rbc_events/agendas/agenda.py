"""A printed agenda: what stands on it, already in words, and its PDF."""

import io
import json
import unicodedata
import zipfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from rbc_events.agendas.fonts import fonts_are_built

if TYPE_CHECKING:
    import typst


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One meeting. `time` in the event's zone; `other_time` the same in the reader's zone, or empty."""

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


class FontsMissing(RuntimeError):
    """The fonts haven't been built: `rbc-events build-font`."""


def write_pdf(agenda: Agenda, *, templates: Path, fonts: Path, made_at: datetime) -> bytes:
    """The agenda as tagged PDF. The same agenda and time give the same bytes. Raises FontsMissing.

    It is PDF/UA-1 unless somebody's text holds a character that the font lacks (an emoji, Arabic), which that standard
    forbids: then it is tagged without the claim.
    """
    if not fonts_are_built(fonts):
        raise FontsMissing("the Japanese font is missing; build it with: rbc-events build-font")
    import typst  # here: 30 MB that only printing needs

    compiler = typst.Compiler(
        str(templates / "agenda.typ"),
        root=str(templates),
        font_paths=_loaded(fonts),
        ignore_system_fonts=True,
        sys_inputs={"agenda": json.dumps(_cleaned(asdict(agenda)), ensure_ascii=False)},
    )
    timestamp = int(made_at.astimezone(UTC).timestamp())
    try:
        content = compiler.compile(pdf_standards=["ua-1"], timestamp=timestamp)
    except typst.TypstError:
        content = compiler.compile(timestamp=timestamp)
    return cast("bytes", content)  # several pages make a list of files for pictures alone


@cache
def _loaded(fonts: Path) -> "typst.Fonts":
    """Loading them takes ten times as long as setting an agenda."""
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(fonts)])


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
        "_" if character in '\\/:*?"<>|' else character for character in _printable(text).replace("\n", " ")
    ).strip(". ")
    return f"{kept[:80] or 'agenda'}.{extension}"


def _free_name(name: str, taken: set[str]) -> str:
    stem, _, extension = name.rpartition(".")
    candidates = (name, *(f"{stem} ({number}).{extension}" for number in range(2, len(taken) + 3)))
    free = next(candidate for candidate in candidates if candidate not in taken)
    taken.add(free)
    return free


def _printable(text: str) -> str:
    """The text without control characters, unpaired surrogates and code points that no font has."""
    return "".join(c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Cn", "Co") else " " for c in text)


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return _printable(value)
    if isinstance(value, dict):
        return {key: _cleaned(item) for key, item in value.items()}
    return [_cleaned(item) for item in value] if isinstance(value, list | tuple) else value
