"""Publishing the timetable: what participants would be told, and telling them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import ngettext

from rbc_events.clock import now
from rbc_events.database import ahead_of_writing, db
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event
from rbc_events.meetings.departed import departed_meetings
from rbc_events.meetings.kept_apart import meetings_kept_apart
from rbc_events.meetings.warnings import contradictions, rooms_without_link
from rbc_events.timetable import publishing
from rbc_events.timetable.forms import PublishForm
from rbc_events.web import part_of

NOTICES_A_PAGE = 100


def confirm(key: str) -> Any:
    with ahead_of_writing():
        event = load_managed_event(key)
        form = PublishForm(formdata=request.form if request.method == "POST" else None, revision=event.revision)
        if not form.validate_on_submit():
            return _publish_page(event, form), 422 if form.errors else 200
    told = publishing.publish(event, now=now(), revision=form.revision.data)
    db.session.commit()
    flash(ngettext("%(num)d meeting has been published.", "%(num)d meetings have been published.", len(told)))
    return redirect(url_for("timetable.show", key=key))


def _publish_page(event: Event, form: PublishForm) -> str:
    meetings = publishing.differing(event)
    shown = part_of(meetings, NOTICES_A_PAGE)
    return render_template(
        "timetable/publish.html",
        event=event,
        form=form,
        count=len(meetings),
        rooms=rooms_without_link(event),
        contradictions=contradictions(event),
        departed=departed_meetings(event, now=now()),
        kept_apart=meetings_kept_apart([event.id], now=now()),
        notices=publishing.preview(event, shown.rows),
        part=shown,
    )
