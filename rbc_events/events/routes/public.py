from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from flask import abort, render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events.accounts.access import is_staff
from rbc_events.clock import now
from rbc_events.events import event_page, queries
from rbc_events.events.access import load_event, may_view
from rbc_events.events.models import Block, Event
from rbc_events.events.strips import strips_of
from rbc_events.i18n import fiscal_year_label, plain
from rbc_events.page_parts import contents


def days_of(event: Event) -> list[tuple[date, list[Block]]]:
    """An event's blocks by day, days as the event's time zone has them."""
    return [(day, list(blocks)) for day, blocks in groupby(event.blocks, lambda block: local_day(event, block))]


def local_day(event: Event, block: Block) -> date:
    return block.starts_at.astimezone(event.zone).date()


def index() -> str:
    """All events, or those of `?sector=`, `?year=` and `?region=`."""
    events = queries.events_for(current_user)
    arguments = request.args
    choice = queries.Choice(arguments.get("sector", ""), arguments.get("year", type=int), arguments.get("region", ""))
    return render_template(
        "events/index.html",
        events=[event for event in events if choice.has(event)],
        choice=choice,
        filters=_filters(events),
        now=now(),
    )


def _filters(events: Sequence[Event]) -> list[tuple[str, str, list[tuple[Any, str]]]]:
    """(name, title, options) of what the list can be narrowed down by."""
    sectors = sorted({event.sector for event in events}, key=lambda sector: sector.id)
    years = sorted({event.programme.fiscal_year for event in events}, reverse=True)
    regions = sorted({host for event in events for host in event.hosts}, key=lambda region: region.code)
    return [
        ("sector", _("Sector"), [(sector.key, plain(sector.name)) for sector in sectors]),
        ("year", _("Fiscal year"), [(year, fiscal_year_label(year)) for year in years]),
        ("region", _("Host regions"), [(region.code, plain(region.name)) for region in regions]),
    ]


def show(key: str) -> str:
    event = load_event(key)
    return render_template(
        "events/show.html",
        event=event,
        now=now(),
        views=may_view(current_user, event),
        strips=strips_of([event])[event.id],
        main=event_page.main,
        aside=event_page.aside,
        **contents(current_user, event, [*event_page.main, *event_page.aside]),
    )


def programme(key: str) -> str:
    """One year of a programme, with those of its events that the reader may see."""
    found = queries.programme_by_key(key)
    events = [event for event in queries.events_for(current_user) if event.programme_id == found.id] if found else []
    if found is None or not (events or is_staff(current_user)):
        abort(404)
    parts = event_page.of_programme
    told = contents(current_user, found, parts)
    return render_template("events/programme.html", programme=found, events=events, now=now(), parts=parts, **told)
