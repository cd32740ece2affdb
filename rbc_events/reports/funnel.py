"""How many go on from a registration to an outcome, by programme, event, sector, region and fiscal year."""

from collections.abc import Callable, Hashable, Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from rbc_events.database import Bilingual
from rbc_events.events.models import Event, Programme
from rbc_events.i18n import fiscal_year_label, plain
from rbc_events.outcomes.labels import OUTCOME_STATES
from rbc_events.outcomes.models import OutcomeState
from rbc_events.reports.figures import Cell, Chart, Figure, Series, paragraph
from rbc_events.reports.pipeline import Counts, Deal, in_state
from rbc_events.reports.selecting import Selection

DRAWN = 8
"""The lines that a chart shows; the table has all."""
Line = tuple[Hashable, Any]
"""What events have in common: a key, and its name."""


def _by_programme(event: Event) -> list[Line]:
    return [(event.programme.id, event.programme.name)]


def _by_event(event: Event) -> list[Line]:
    return [(event.id, event.name)]


def _by_sector(event: Event) -> list[Line]:
    return [(event.sector.id, event.sector.name)]


def _by_region(event: Event) -> list[Line]:
    return [(host.code, host.name) for host in event.hosts] or [("", Bilingual())]


def _by_year(event: Event) -> list[Line]:
    return [(event.programme.fiscal_year, event.programme.fiscal_year)]


DIMENSIONS: dict[str, tuple[Any, Callable[[Event], list[Line]]]] = {
    "year": (_l("By the event’s fiscal year"), _by_year),
    "programme": (_l("By programme"), _by_programme),
    "event": (_l("By event"), _by_event),
    "sector": (_l("By sector"), _by_sector),
    "region": (_l("By host region"), _by_region),
}


def funnel_figures(selection: Selection, counts: Counts) -> list[Figure]:
    return [funnel_figure(by, selection, counts) for by in DIMENSIONS]


def funnel_figure(by: str, selection: Selection, counts: Counts) -> Figure:
    """The funnel divided by one thing. Divided by year, it also shows the years before the chosen one."""
    title, lines_of = DIMENSIONS[by]
    events = selection.until if by == "year" else selection.events
    whole = selection.programmes_until if by == "year" else selection.programmes
    lines: dict[Hashable, tuple[Any, list[Event]]] = {}
    for event in events:
        for key, name in lines_of(event):
            lines.setdefault(key, (name, []))[1].append(event)
    alone = _alone(by, whole, counts.deals)
    for key, name in alone:
        lines.setdefault(key, (name, []))
    rows = [
        (_name(by, name), *_cells(counts, {event.id for event in of}, alone.get((key, name), [])))
        for key, (name, of) in lines.items()
    ]
    if by == "year":
        rows.sort(key=lambda row: str(row[0]))
    columns = (_head(by), *_heads())
    return Figure(
        key=f"funnel-{by}",
        title=_("From registration to outcome: %(by)s", by=title),
        note=_note(by),
        columns=columns,
        rows=tuple(rows),
        chart=_chart(rows, columns),
    )


def _alone(by: str, whole: Iterable[Programme], deals: Iterable[Deal]) -> dict[Line, list[Deal]]:
    """The deals that came of no event, by the line in which they are counted."""
    programmes = {programme.id: programme for programme in whole}
    found: dict[Line, list[Deal]] = {}
    for deal in deals:
        if deal.event_id is None and deal.programme_id in programmes:
            programme = programmes[deal.programme_id]
            line: Line = (None, None)
            if by == "programme":
                line = (programme.id, programme.name)
            elif by == "year":
                line = (programme.fiscal_year, programme.fiscal_year)
            found.setdefault(line, []).append(deal)
    return found


def _cells(counts: Counts, event_ids: set[int], alone: list[Deal]) -> tuple[Cell, ...]:
    deals = [deal for each in event_ids for deal in counts.deals_of.get(each, ())] + alone
    steps = (counts.registered, counts.requested, counts.agreed, counts.held)
    relationships = set().union(*(counts.relationships.get(each, set()) for each in event_ids))
    return (
        *(sum(step[each] for each in event_ids) for step in steps),
        len(relationships),
        *(in_state(deals, state) for state in OutcomeState),
    )


def _heads() -> tuple[str, ...]:
    steps = _("Registered"), _("Requests"), _("Mutually agreed"), _("Meetings held"), _("Relationships")
    return (*steps, *(str(OUTCOME_STATES[state]) for state in OutcomeState))


def _head(by: str) -> str:
    heads = {
        "year": _("Event’s fiscal year"),
        "programme": _("Programme"),
        "event": _("Event"),
        "sector": _("Sector"),
        "region": _("Host region"),
    }
    return heads[by]


def _name(by: str, name: Any) -> str:
    if by == "year":
        return fiscal_year_label(name)
    return plain(name) or (_("Of no event") if name is None else _("Not known"))


def _note(by: str) -> str:
    notes = [
        _(
            "Organisations that sent a registration in; requests to meet, and those that both sides agreed to; "
            "meetings held; relationships that these meetings belong to; deals by the state that they are in. A deal "
            "that two sides reported counts once; states are never added up."
        )
    ]
    if by == "region":
        notes.append(_("An event of several host regions counts in each, so the lines can’t be added up."))
    if by == "year":
        notes.append(_("An outcome stands in the year of its event here, not in the year in which it was agreed."))
    return paragraph(*notes)


def _chart(rows: list[tuple[Cell, ...]], columns: tuple[str, ...]) -> Chart:
    """The lines with most registrations, in their order: registrations, meetings, relationships, executed deals."""
    most = sorted(rows, key=lambda row: -int(row[1] or 0))[:DRAWN]
    drawn = [row for row in rows if row in most]
    shown = (1, 4, 5, columns.index(str(OUTCOME_STATES[OutcomeState.EXECUTED])))
    series = [Series(columns[each], tuple(row[each] for row in drawn)) for each in shown]  # type: ignore[misc]
    return Chart(tuple(str(row[0]) for row in drawn), tuple(series))
