"""The coordinator's week."""

from datetime import timedelta

from flask import render_template, request

from rbc_events.clock import now, read_date
from rbc_events.events.access import load_managed_event
from rbc_events.i18n import language, zone_city
from rbc_events.seasons import week

LENGTHS = (30, 45, 60, 90, 120)


def show(key: str) -> str:
    event = load_managed_event(key)
    today = now().astimezone(event.zone).date()
    monday = week.week_to_show(event, read_date(request.args.get("on", "")), today)
    waits = week.waiting(event)
    number, minutes = request.args.get("meeting", type=int), request.args.get("minutes", 60, type=int)
    minutes = minutes if minutes in LENGTHS else 60
    whole = "whole" in request.args
    chosen = next((row for row in waits if row.meeting.id == number), None)
    grid = week.grid_of(chosen.meeting, monday, timedelta(minutes=minutes), now(), whole=whole) if chosen else None
    return render_template(
        "seasons/week.html",
        event=event,
        monday=monday,
        sunday=monday + timedelta(days=6),
        before=monday - timedelta(days=7),
        after=monday + timedelta(days=7),
        waits=waits,
        chosen=chosen,
        minutes=minutes,
        whole=whole,
        lengths=LENGTHS,
        grid=grid,
        cities=[zone_city(zone, language()) for zone in grid.zones] if grid else [],
        off=week.off_days(chosen.meeting, monday, language()) if chosen else [],
        clock_changes=week.changes_of_clocks([event.time_zone, *grid.zones] if grid else [event.time_zone], monday),
        on=week.on_in_week(event, monday),
        held=week.held_in_week(event, monday),
    )
