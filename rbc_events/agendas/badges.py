"""Badges and table signs as PDF: what stands on each, and the sheets that they are printed on."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from rbc_events.agendas.typesetting import set_pdf


@dataclass(frozen=True, slots=True)
class Format:
    """A sheet of badges; lengths in millimetres. The badges stand in the middle of the page, edge to edge."""

    key: str
    paper: tuple[float, float]
    badge: tuple[float, float]
    columns: int
    rows: int


FORMATS = (
    Format("a4-10", (210, 297), (91, 55), 2, 5),
    Format("a4-4", (210, 297), (105, 148), 2, 2),
    Format("a6", (105, 148), (105, 148), 1, 1),
    Format("letter-8", (215.9, 279.4), (88.9, 57.15), 2, 4),
)


@dataclass(frozen=True, slots=True)
class Title:
    """What the document is called, and the event's name in both languages."""

    language: str
    title: str
    event_ja: str
    event_en: str
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """`code`: the QR code as SVG; `read`: what it says, for people."""

    name_latin: str
    name_native: str
    organisation_latin: str
    organisation_native: str
    title: str
    code: str
    read: str


@dataclass(frozen=True, slots=True)
class Sign:
    ja: str
    en: str


def write_badges(
    title: Title, badges: Sequence[Badge], sheet: Format, *, templates: Path, fonts: Path, made_at: datetime
) -> bytes:
    """The badges as tagged PDF. Raises typesetting.FontsMissing."""
    measures = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(sheet).items()}
    words = {**asdict(title), "sheet": measures, "badges": [asdict(each) for each in badges]}
    return set_pdf(templates / "badges.typ", "badges", words, fonts=fonts, made_at=made_at)


def write_signs(title: Title, signs: Sequence[Sign], *, templates: Path, fonts: Path, made_at: datetime) -> bytes:
    """The signs as tagged PDF, one a page. Raises typesetting.FontsMissing."""
    words = {**asdict(title), "signs": [asdict(each) for each in signs]}
    return set_pdf(templates / "signs.typ", "signs", words, fonts=fonts, made_at=made_at)
