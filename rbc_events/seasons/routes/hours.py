"""When an organisation can meet in a season, and a coordinator's own hours."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from rbc_events.clock import now
from rbc_events.database import give_up
from rbc_events.editing import hold
from rbc_events.errors import Conflict
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event
from rbc_events.meetings.recipients import contacts
from rbc_events.registration.access import load_changeable
from rbc_events.registration.models import Registration
from rbc_events.seasons import free_times
from rbc_events.seasons.hours import Hours, clock_changes
from rbc_events.seasons.hours_form import HoursForm


def of_organisation(number: int) -> Any:
    side = load_changeable(number)
    zone = next((each.own_zone for each in contacts(side)), "") or side.event.time_zone
    usual = free_times.usual_hours_of_side(side, zone)
    back = url_for("registration.status", number=number)
    return _edit(side.event, usual, back, side=side)


def of_coordinator(key: str) -> Any:
    event = load_managed_event(key)
    usual = Hours(current_user.time_zone or event.time_zone, free_times.JAPAN)
    return _edit(event, usual, url_for("seasons.week", key=key))


def _edit(event: Event, usual: Hours, back: str, side: Registration | None = None) -> Any:
    whose: dict[str, Any] = {"side": side} if side else {"person": current_user}
    row = free_times.hours_row(event, **whose)
    if row is not None:
        hold(row)
    form = HoursForm(event, free_times.read_hours(row) if row else usual, row)
    if form.validate_on_submit() and form.carry_out(
        lambda: free_times.set_hours(row, form.hours(), event=event, seen_version=form.version.data, **whose),
        {Conflict: "time_zone"},
    ):
        flash(_("Saved."), "success")
        return redirect(back)
    give_up()
    zone = form.time_zone.object_data or event.time_zone
    changes = clock_changes(zone, event.starts_on, event.ends_on) if event.starts_on and event.ends_on else []
    page = render_template(
        "seasons/hours.html", event=event, form=form, back=back, side=side, zone=zone, changes=changes, today=now()
    )
    return page, form.status
