"""What came of it: outcomes by type and by year, months until they were agreed; interpreters' hours."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from statistics import quantiles

from flask_babel import gettext as _
from flask_babel import ngettext

from rbc_events.events.models import Programme
from rbc_events.i18n import fiscal_year, fiscal_year_label
from rbc_events.outcomes.labels import OUTCOME_STATES, OUTCOME_TYPES
from rbc_events.outcomes.models import OutcomeState
from rbc_events.reports.figures import Cell, Chart, Figure, Series
from rbc_events.reports.hiding import LEAST, hidden_groups
from rbc_events.reports.pipeline import Counts, Deal, in_state
from rbc_events.reports.seed_figures import seed_figure
from rbc_events.reports.selecting import Selection

CONCLUDED = (OutcomeState.AGREED, OutcomeState.EXECUTED, OutcomeState.TERMINATED)
"""States of what was signed once."""


def outcome_figures(selection: Selection, counts: Counts) -> list[Figure]:
    years = {event.id: event.programme.fiscal_year for event in selection.until}
    chosen = {event.id for event in selection.events}
    whole = {programme.id for programme in selection.programmes}
    here = [
        deal for deal in counts.deals if deal.event_id in chosen or (not deal.event_id and deal.programme_id in whole)
    ]
    return [
        _by_type(here),
        _by_verification(here),
        _by_own_year(counts.deals),
        _by_both_years(counts.deals, years, selection.programmes_until),
        _months(counts.deals, years),
        response_figure(counts.follow_ups),
        seed_figure(selection.event_ids, here),
        _interpreters(counts, years),
    ]


def _states(deals: Sequence[Deal]) -> tuple[Cell, ...]:
    return tuple(in_state(deals, state) for state in OutcomeState)


def _state_heads() -> tuple[str, ...]:
    return tuple(str(OUTCOME_STATES[state]) for state in OutcomeState)


def _chart_of_states(rows: Sequence[tuple[Cell, ...]]) -> Chart:
    """A bar each state: they are never added up, so never stacked."""
    numbers = zip(*(row[-len(OutcomeState) :] for row in rows), strict=True)
    series = [Series(head, tuple(values)) for head, values in zip(_state_heads(), numbers, strict=False)]  # type: ignore[arg-type]
    return Chart(tuple(str(row[0]) for row in rows), tuple(series))


def _by_type(deals: Sequence[Deal]) -> Figure:
    types = [kind for kind in OUTCOME_TYPES if any(deal.type == kind for deal in deals)]
    rows = [(str(OUTCOME_TYPES[kind]), *_states([deal for deal in deals if deal.type == kind])) for kind in types]
    return Figure(
        key="outcomes-type",
        title=_("Outcomes by type"),
        note=_("Deals of the selected events and programmes. A deal that two sides reported counts once."),
        columns=(_("Type"), *_state_heads()),
        rows=tuple(rows),
        chart=_chart_of_states(rows),
    )


def _by_verification(deals: Sequence[Deal]) -> Figure:
    heads = (_("Verified"), _("Not verified"))
    parts = [[deal for deal in deals if deal.verified == verified] for verified in (True, False)]
    rows: list[tuple[Cell, ...]] = [
        (str(OUTCOME_STATES[state]), *(in_state(part, state) for part in parts)) for state in OutcomeState
    ]
    return Figure(
        key="outcomes-verified",
        title=_("Outcomes verified and not verified"),
        note=_(
            "A deal is verified when somebody with no hand in its record has looked at the evidence and found that it "
            "bears the deal out. Whatever is changed afterwards has to be verified again."
        ),
        columns=(_("State"), *heads),
        rows=tuple(rows) if deals else (),
        chart=Chart(
            tuple(str(row[0]) for row in rows),
            tuple(Series(head, tuple(row[each] for row in rows)) for each, head in enumerate(heads, 1)),  # type: ignore[misc]
        ),
    )


def _year_of(day: date | None) -> int | None:
    return fiscal_year(day) if day else None


def _label(year: int | None) -> str:
    return _("Not known") if year is None else fiscal_year_label(year)


def _by_own_year(deals: Sequence[Deal]) -> Figure:
    of_year: dict[int | None, list[Deal]] = {}
    for deal in deals:
        of_year.setdefault(_year_of(deal.on), []).append(deal)
    years = sorted(of_year, key=lambda year: (year is None, year))
    rows = [(_label(year), *_states(of_year[year])) for year in years]
    return Figure(
        key="outcomes-year",
        title=_("Outcomes by their own fiscal year"),
        note=_(
            "The year in which a deal was signed; where that isn’t known to the month, in which it took effect, was "
            "reported or published. Its event may have been years before."
        ),
        columns=(_("Outcome’s fiscal year"), *_state_heads()),
        rows=tuple(rows),
        chart=_chart_of_states(rows),
    )


def _by_both_years(deals: Sequence[Deal], years: Mapping[int, int], programmes: Iterable[Programme]) -> Figure:
    of_programme = {programme.id: programme.fiscal_year for programme in programmes}
    grouped: dict[tuple[int, int | None], list[Deal]] = {}
    for deal in deals:
        began = years[deal.event_id] if deal.event_id else of_programme[deal.programme_id]
        grouped.setdefault((began, _year_of(deal.on)), []).append(deal)
    order = sorted(grouped, key=lambda both: (both[0], both[1] is None, both[1]))
    return Figure(
        key="outcomes-lag",
        title=_("Outcomes by the event’s and by their own fiscal year"),
        note=_(
            "What came of one year’s events in the years after. Outcomes of no event stand in their programme’s year."
        ),
        columns=(_("Event’s fiscal year"), _("Outcome’s fiscal year"), *_state_heads()),
        rows=tuple((_label(began), _label(own), *_states(grouped[began, own])) for began, own in order),
        texts=2,
    )


def months_between(first: date, last: date) -> int:
    """Calendar months: from any day of January to any of March are two."""
    return (last.year - first.year) * 12 + last.month - first.month


def months_to_agreement(deals: Iterable[Deal]) -> dict[str, int]:
    """{deal: calendar months from the first meeting of its parties to the signing}.

    Only of what was signed, on a date known to the month, and not before they met. Of two reports the earlier counts.
    """
    found: dict[str, int] = {}
    for deal in deals:
        if deal.state in CONCLUDED and deal.signed and deal.met and deal.signed >= deal.met.replace(day=1):
            months = months_between(deal.met, deal.signed)
            found[deal.key] = min(months, found.get(deal.key, months))
    return found


def _months(deals: Sequence[Deal], years: Mapping[int, int]) -> Figure:
    of_year: dict[int, list[Deal]] = {year: [] for year in sorted(set(years.values()))}
    for deal in deals:
        if deal.event_id:
            of_year[years[deal.event_id]].append(deal)
    groups = {year: list(months_to_agreement(some).values()) for year, some in of_year.items()}
    everything = list(months_to_agreement(deal for some in of_year.values() for deal in some).values())
    hidden = hidden_groups({year: len(months) for year, months in groups.items()})
    rows = [(_label(year), *_spread(months, hidden=year in hidden)) for year, months in groups.items()]
    rows.append((_("All"), *_spread(everything, hidden=0 < len(everything) < LEAST)))
    return Figure(
        key="months",
        title=_("Months from the first meeting to the agreement"),
        note=_(
            "Calendar months from the first meeting of the parties’ relationship to the signing, by the event’s fiscal "
            "year, of deals whose meeting is named and whose date is known to the month. Half of them lie between the "
            "quartiles. Groups of fewer than five are hidden."
        ),
        columns=(_("Event’s fiscal year"), _("Deals"), _("Lower quartile"), _("Median"), _("Upper quartile")),
        rows=tuple(rows),
        chart=Chart(tuple(str(row[0]) for row in rows), (Series(_("Median"), tuple(row[3] for row in rows)),)),  # type: ignore[misc]
    )


def _spread(months: Sequence[int], *, hidden: bool) -> tuple[Cell, ...]:
    if hidden:
        return _("hidden"), None, None, None
    if not months:
        return 0, None, None, None
    low, middle, high = quantiles(months, n=4, method="inclusive")
    return len(months), float(low), float(middle), float(high)


def _interpreters(counts: Counts, years: Mapping[int, int]) -> Figure:
    held, meetings, minutes = Counter[int](), Counter[int](), Counter[int]()
    for event_id, year in years.items():
        held[year] += counts.held[event_id]
        meetings[year] += counts.interpreted[event_id]
        minutes[year] += counts.interpreted_minutes[event_id]
    rows = [(_label(year), held[year], meetings[year], minutes[year] / 60) for year in sorted(set(years.values()))]
    return Figure(
        key="interpreters",
        title=_("Interpreters’ hours"),
        note=_("Meetings held with an interpreter, as long as they were published, by the event’s fiscal year."),
        columns=(_("Event’s fiscal year"), _("Meetings held"), _("With an interpreter"), _("Hours of interpreting")),
        rows=tuple(rows),
        chart=Chart(
            tuple(str(row[0]) for row in rows), (Series(_("Hours of interpreting"), tuple(row[3] for row in rows)),)
        ),
    )


def response_figure(rates: Mapping[int, tuple[int, int]]) -> Figure:
    """`rates`: {months since the first meeting: (questions answered, of how many that somebody was asked)}."""
    lines = [(ngettext("After %(num)d month", "After %(num)d months", month), *both) for month, both in rates.items()]
    lines.append((_("All"), sum(both[0] for both in rates.values()), sum(both[1] for both in rates.values())))
    rows: list[tuple[Cell, ...]] = [
        (name, asked, answered, _percent(asked, answered)) for name, answered, asked in lines
    ]
    return Figure(
        key="responses",
        title=_("Answers to follow-ups"),
        note=_(
            "Each organisation is asked by itself, about relationships that meetings of the selected events belong to. "
            "Those with nobody to ask don’t count; who doesn’t answer is shown, never guessed."
        ),
        columns=(_("Months since the first meeting"), _("Asked"), _("Answered"), _("Response rate (%)")),
        rows=tuple(rows),
        chart=Chart(
            tuple(str(row[0]) for row in rows),
            (Series(_("Response rate (%)"), tuple(row[3] for row in rows)),),  # type: ignore[misc]
            unit="%",
        ),
    )


def _percent(asked: int, answered: int) -> float | None:
    return 100 * answered / asked if asked else None
