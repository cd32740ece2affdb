"""The times that suit an organisation, out of its calendar."""

from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from rbc_events.calendars.busy import MOST_BYTES, NotACalendar, busy_times
from rbc_events.database import db
from rbc_events.registration import operations
from rbc_events.registration.access import load_changeable
from rbc_events.registration.routes import blueprint
from rbc_events.registration.routes.steps import SECTIONS, render_step
from rbc_events.web import limiter


@blueprint.post("/registrations/<int:number>/availability/calendar")
@limiter.limit("20 per hour")
def busy_from_calendar(number: int) -> Any:
    """Take away the slots that are busy in an uploaded calendar. The file is read and not kept."""
    registration = load_changeable(number)
    slots = registration.event.slots
    sent = request.files.get("calendar")
    try:
        spans = busy_times(
            sent.read(MOST_BYTES + 1) if sent else b"",
            first=min(slot.starts_at for slot in slots),
            last=max(slot.ends_at for slot in slots),
            zone=ZoneInfo(registration.organisation.profile.time_zone),
            own_host=urlsplit(current_app.config["RBC"].base_url).hostname or "",
        )
    except (NotACalendar, ValueError):
        fault = _("This is not a calendar file (.ics) that can be read. It may have 2 MB, and nothing repeated hourly.")
        page = render_step(
            registration, "availability", SECTIONS["availability"].form(registration), calendar_fault=fault
        )
        return page, 422
    count = operations.block_busy_slots(registration, spans)
    db.session.commit()
    flash(
        ngettext(
            "%(num)d slot more is marked as not possible. Please look through the times once more.",
            "%(num)d slots more are marked as not possible. Please look through the times once more.",
            count,
        ),
        "success",
    )
    return redirect(url_for("registration.step", number=number, step="availability"))
