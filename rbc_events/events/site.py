"""What an installation, or one of its events, says of itself: its name and looks, who is responsible, and what it does
with people's data. What an event leaves empty is the installation's. Functions flush."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from rbc_events import colours
from rbc_events.colours import BLACK, DARK_PAPER, WHITE, contrast, in_the_dark, mixed
from rbc_events.database import Bilingual, db, fill
from rbc_events.events.models import Event, Site

OURS = Bilingual("RBC Events", "RBC Events")  # of an installation that has told no name


@dataclass(frozen=True)
class Picture:
    """The colour of headings, which can be read on white, and the logo: PNG or JPEG, drawn by us, or nothing."""

    colour: str = colours.OURS
    logo: bytes = b""


@dataclass(frozen=True)
class Shown:
    """A site as pages show it: the event's row over the installation's."""

    installation: Site | None
    own: Site | None  # the event's

    @property
    def name(self) -> Bilingual:
        return self.installation.name if self.installation and self.installation.name else OURS

    @property
    def privacy(self) -> Bilingual:
        return self._text("privacy")

    @property
    def imprint(self) -> Bilingual:
        return self._text("imprint")

    @property
    def coloured(self) -> Site | None:
        """The row whose colour counts."""
        return next((row for row in (self.own, self.installation) if row and row.colour), None)

    @property
    def with_logo(self) -> Site | None:
        """The row whose logo counts."""
        return next((row for row in (self.own, self.installation) if row and row.logo_hash), None)

    @property
    def picture(self) -> Picture:
        """For a document of its own, such as a PDF."""
        coloured, pictured = self.coloured, self.with_logo
        return Picture(coloured.colour if coloured else colours.OURS, (pictured.logo or b"") if pictured else b"")

    def _text(self, name: str) -> Bilingual:
        texts = [getattr(row, name) for row in (self.own, self.installation) if row]
        return next((text for text in texts if text), Bilingual())


def shown_site(event: Event | None) -> Shown:
    rows = db.session.scalars(
        select(Site).where(or_(Site.event_id.is_(None), Site.event_id == (event.id if event else None)))
    ).all()
    of_installation = next((row for row in rows if row.event_id is None), None)
    return Shown(of_installation, next((row for row in rows if row.event_id is not None), None))


YEARS = "{years}"


def with_years(text: Bilingual, event: Event | None, usual: int) -> Bilingual:
    """A notice in which YEARS has become how long people of the event are kept; `usual` where its programme doesn't
    say."""
    years = str(event.programme.people_years or usual) if event else str(usual)
    return Bilingual(text.ja.replace(YEARS, years), text.en.replace(YEARS, years))


def site_row(event: Event | None) -> Site | None:
    """What was written for the event, or for the installation, itself."""
    return db.session.scalar(select(Site).filter_by(event_id=event.id if event else None))


def save_site(event: Event | None, fields: Mapping[str, Any]) -> Site:
    """Write it; a logo that isn't among the fields stays."""
    site = site_row(event)
    if site is None:
        site = Site(event_id=event.id if event else None, installation=None if event else True)
        db.session.add(site)
    fill(site, fields)
    db.session.flush()
    return site


def style_sheet(colour: str) -> str:
    """The variables of static/css/theme.css that make the site's colour, for light and for dark."""
    dark = in_the_dark(colour)
    on_dark = max((WHITE, BLACK, DARK_PAPER), key=lambda words: contrast(words, dark))
    light_rules = _variables(colour, mixed(colour, BLACK, 0.25), mixed(colour, WHITE, 0.88), WHITE)
    dark_rules = _variables(dark, mixed(dark, WHITE, 0.25), mixed(colour, BLACK, 0.6), on_dark)
    return f':root, [data-bs-theme="light"] {{{light_rules}}}\n[data-bs-theme="dark"] {{{dark_rules}}}\n'


def _variables(accent: str, strong: str, soft: str, words: str) -> str:
    colours = {"accent": accent, "accent-strong": strong, "accent-soft": soft, "on-accent": words, "focus": accent}
    numbers = {"accent-rgb": accent, "accent-strong-rgb": strong}
    return "".join(f" --{name}: {colour};" for name, colour in colours.items()) + "".join(
        f" --{name}: {int(colour[1:3], 16)}, {int(colour[3:5], 16)}, {int(colour[5:], 16)};"
        for name, colour in numbers.items()
    )
