"""The report as PDF: the same figures as on the page, in the language around it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from rbc_events.agendas.typesetting import set_pdf
from rbc_events.config import STATIC, TEMPLATES
from rbc_events.events.models import Event
from rbc_events.events.site import Picture, shown_site
from rbc_events.i18n import fiscal_year_label, language, plain, when
from rbc_events.reports.charts import draw
from rbc_events.reports.figure_list import Section, sections_of
from rbc_events.reports.figures import Figure, cell_text
from rbc_events.reports.selecting import Selection

WIDEST, TALLEST = 75, 1000
"""A picture's width in percent of the text's, and the height beyond which it is made narrower to fit on a page."""
NAMED = 20
"""The events that the first page names; the table by event has all."""


@dataclass(frozen=True)
class Report:
    """What is to be printed, read from the database and in words."""

    title: str
    facts: list[str]
    sections: list[Section]
    look: Picture  # of the event that the report is about, else of the installation

    @property
    def total(self) -> int:
        return sum(len(section.figures) for section in self.sections)


def prepare_report(selection: Selection) -> Report:
    names = [plain(event.name) for event in selection.events[:NAMED]]
    facts = [_("Events: %(count)s", count=len(selection.events)), *names]
    return Report(_title(selection), facts, sections_of(selection), shown_site(_only_event(selection)).picture)


def print_report(report: Report, *, now: datetime, tell: Callable[[int], Any] = lambda _done: None) -> bytes:
    """The PDF. `tell` is called with the number of figures drawn, after each.

    Raises:
        typesetting.FontsMissing
    """
    drawn: list[dict[str, Any]] = []
    done = 0
    for section in report.sections:
        figures = []
        for figure in section.figures:
            figures.append(_figure(figure))
            done += 1
            tell(done)
        drawn.append({"title": section.title, "figures": figures})
    words = {
        "language": language(),
        "title": report.title,
        "facts": report.facts,
        "footer": _("%(title)s, as of %(time)s", title=report.title, time=when(now, "Asia/Tokyo")),
        "page_words": ("", " / "),
        "sections": drawn,
        "colour": report.look.colour,
        "logo": list(report.look.logo),
    }
    return set_pdf(TEMPLATES / "reports" / "report.typ", "report", words, fonts=STATIC / "fonts", made_at=now)


def _only_event(selection: Selection) -> Event | None:
    return selection.events[0] if selection.key and selection.events else None


def _title(selection: Selection) -> str:
    event = _only_event(selection)
    if event is not None:
        return _("Report: %(name)s", name=plain(event.name))
    if selection.year:
        return _("Report of %(year)s", year=fiscal_year_label(selection.year))
    return _("Report of all years")


def _figure(figure: Figure) -> dict[str, Any]:
    chart = figure.chart if figure.chart and not figure.chart.empty else None
    groups: Sequence[Any] = figure.groups if figure.texts == 2 else [("", figure.rows)]
    return {
        "title": figure.title,
        "note": figure.note,
        "source": figure.source,
        "picture": draw(chart, title=figure.title, description=figure.note).decode() if chart else "",
        "alt": _("Chart: %(title)s. The table has the same figures.", title=figure.title),
        "width": round(min(WIDEST, WIDEST * TALLEST / chart.height)) if chart else 0,
        "columns": figure.columns[figure.texts - 1 :],
        "groups": [
            {"name": name, "rows": [[cell_text(cell) for cell in row[figure.texts - 1 :]] for row in rows]}
            for name, rows in groups
            if rows
        ],
        "empty": _("Nothing has been recorded for this selection."),
    }
