"""Putting a week's meetings in at once."""

from datetime import date, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from rbc_events import confined
from rbc_events.clock import now
from rbc_events.database import ahead_of_writing
from rbc_events.errors import Conflict
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event
from rbc_events.scheduling.clock_times import Placed, place_meetings
from rbc_events.seasons import batch as batches
from rbc_events.seasons import week
from rbc_events.seasons.batch_form import BatchForm

SECONDS = 5.0
BUDGET = confined.Budget(seconds=30, megabytes=4096)


def put_in(key: str, monday: str) -> Any:
    """The week's batch. Decided in a process of its own, while no transaction is open."""
    on = _monday(monday)
    with ahead_of_writing():
        event = load_managed_event(key)
        form = BatchForm()
        if not form.validate_on_submit():
            return _page(event, form, on), form.status
        read, fault = _read(event, on, form.minutes.data)
    placed = _decide(read) if read else None
    if read is not None and placed is not None:
        if form.carry_out(
            lambda: batches.apply_batch(load_managed_event(key), read, placed, form.where(), now=now()),
            {Conflict: "minutes"},
        ):
            _tell(read, placed)
            return redirect(url_for("seasons.week", key=key, on=on))
    else:
        form.minutes.errors = [fault or _("No plan was found in time. Please try again.")]
    return _page(load_managed_event(key), form, on), 409


def _read(event: Event, monday: date, minutes: int) -> tuple[batches.Batch | None, str]:
    try:
        return batches.read_batch(event, monday, timedelta(minutes=minutes), now=now()), ""
    except batches.NothingToPut as nothing:
        return None, str(nothing)


def _decide(read: batches.Batch) -> Placed | None:
    try:
        return confined.run(BUDGET, place_meetings, read.wanted, read.things, seconds=SECONDS)
    except confined.Exceeded:
        return None


def _tell(read: batches.Batch, placed: Placed) -> None:
    """How many have a time, and whether more could."""
    held, left = len(placed.starts), len(read.wanted) - len(placed.starts)
    said = [ngettext("%(num)d meeting has a time in this week.", "%(num)d meetings have a time in this week.", held)]
    if left:
        said.append(ngettext("%(num)d does not fit into it.", "%(num)d do not fit into it.", left))
        said.append(
            _("It is proved that no more fit.")
            if placed.most == held
            else _("At most %(most)s could fit.", most=placed.most)
        )
    said.append(_("Participants are told when you publish the timetable."))
    flash(" ".join(said), "success")


def _page(event: Event, form: BatchForm, monday: date) -> str:
    waits = week.waiting(event)
    sunday = monday + timedelta(days=6)
    return render_template("seasons/batch.html", event=event, form=form, monday=monday, sunday=sunday, waits=len(waits))


def _monday(text: str) -> date:
    try:
        return week.monday_of(date.fromisoformat(text))
    except ValueError:
        abort(404)
