"""The board: the working timetable as coordinators look at it."""

from typing import Any

from flask import jsonify, render_template, request
from flask_login import current_user

from rbc_events.clock import now
from rbc_events.events.access import load_managed_event
from rbc_events.events.models import Event
from rbc_events.i18n import plain
from rbc_events.page_parts import contents
from rbc_events.timetable import access, operations, own_times, queries, timetable_page
from rbc_events.timetable.aims import usual_aims
from rbc_events.timetable.everywhere import fits_on
from rbc_events.timetable.forms import RunForm
from rbc_events.timetable.grid import grid_of
from rbc_events.timetable.history import history_of
from rbc_events.timetable.look import ONLY_NAMES, STATE_NAMES, VIEW_NAMES, Look
from rbc_events.timetable.marking import marks_of
from rbc_events.timetable.narrowing import regions_of
from rbc_events.timetable.wording import LEVEL_NAMES, Names, bound_in_words


def words() -> dict[str, Any]:
    """What the templates of the timetable get."""
    return {
        "level_names": LEVEL_NAMES,
        "bound_in_words": bound_in_words,
        "view_names": VIEW_NAMES,
        "state_names": STATE_NAMES,
        "only_names": ONLY_NAMES,
    }


def show(key: str) -> str:
    event = load_managed_event(key)
    return show_page(event, RunForm.for_aims(usual_aims(event), keep_published=event.published_at is not None))


def show_page(event: Event, form: RunForm) -> str:
    grid = _grid(event)
    return render_template(
        "timetable/show.html",
        event=event,
        grid=grid,
        history=history_of(event, current_user, since=None),
        regions=[(region.code, plain(region.name)) for region in regions_of(event)],
        own_times=own_times.at_own_times(event),
        run=queries.latest_run(event),
        run_form=form,
        contradictions=grid.troubles.contradictions,
        departed=grid.troubles.departed,
        kept_apart=grid.troubles.kept_apart,
        main=timetable_page.main,
        **contents(current_user, event, timetable_page.main),
    )


def board(event: Event, status: int = 200, **said: Any) -> tuple[str, int]:
    """The grid alone, for htmx: what the database holds now, with what was done or refused above it, and what others
    did since the board that asks."""
    history = history_of(event, current_user, since=request.values.get("since", type=int))
    return render_template("timetable/_board.html", event=event, grid=_grid(event), history=history, **said), status


def changes(key: str) -> Any:
    """The board once more where something has changed since it was made, else nothing: pages ask every two seconds."""
    event = load_managed_event(key)
    same = request.args.get("since", type=int) == event.revision
    return ("", 204) if same else board(event)


def _grid(event: Event) -> Any:
    return grid_of(event, Look.of(request.values), now=now())


def marks(key: str, number: int) -> Any:
    """What each cell of the day that is looked at says of a meeting, for the script that lets it be picked up."""
    meeting = access.load_meeting(key, number)
    operations.require_movable(meeting)
    zone, day = meeting.event.zone, Look.of(request.args).day
    slots = [slot for slot in meeting.event.slots if slot.starts_at.astimezone(zone).date() == day]
    return jsonify(marks_of(meeting, fits_on(meeting, slots, now=now()), Names(meeting.event)))
