"""Every figure of the report, in its order. The page shows one division of the funnel at a time."""

from typing import NamedTuple

from flask_babel import gettext as _

from rbc_events.reports.figures import Figure
from rbc_events.reports.funnel import DIMENSIONS, funnel_figure, funnel_figures
from rbc_events.reports.outcome_figures import outcome_figures
from rbc_events.reports.pipeline import Counts, count
from rbc_events.reports.selecting import Selection
from rbc_events.reports.survey import SURVEYS, survey_figure, survey_figures


class Section(NamedTuple):
    title: str
    figures: list[Figure]


def sections_of(selection: Selection) -> list[Section]:
    """Every figure, in the words of the language around it."""
    counts = _counts(selection)
    return [
        Section(_("From registration to outcome"), funnel_figures(selection, counts)),
        Section(_("Outcomes"), outcome_figures(selection, counts)),
        Section(_("The questionnaire"), survey_figures(selection.event_ids)),
    ]


def figure_of(key: str, selection: Selection) -> Figure | None:
    """One of the figures by its key; None where there is no such."""
    for survey in SURVEYS:
        if survey.key == key:
            return survey_figure(survey, selection.event_ids)
    counts = _counts(selection)
    if key.startswith("funnel-"):
        by = key.removeprefix("funnel-")
        return funnel_figure(by, selection, counts) if by in DIMENSIONS else None
    return next((figure for figure in outcome_figures(selection, counts) if figure.key == key), None)


def page_figures(by: str, selection: Selection) -> list[Figure]:
    """The figures that the page shows: the funnel divided by one thing, and all the others."""
    counts = _counts(selection)
    return [
        funnel_figure(by, selection, counts),
        *outcome_figures(selection, counts),
        *survey_figures(selection.event_ids),
    ]


def _counts(selection: Selection) -> Counts:
    events, programmes = selection.until, selection.programmes_until
    return count([event.id for event in events], [one.id for one in programmes], selection.outcomes)
