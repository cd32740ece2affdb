"""The addresses of `timetable`, and what its templates and others' get of it."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from rbc_events.events import event_page
from rbc_events.events.removing import WORDS
from rbc_events.events.waiting import Waiting, for_staff, rows_that_wait
from rbc_events.meetings.models import OPEN, Meeting, MeetingState
from rbc_events.timetable import joining as _joining  # noqa: F401 - registration calls it
from rbc_events.timetable.publishing import differs
from rbc_events.timetable.routes import (
    board,
    conditions,
    dropping_out,
    left_out,
    moving,
    own_times,
    proposals,
    publishing,
    rivals,
    runs,
)
from rbc_events.web import FORM, POST

blueprint = Blueprint("timetable", __name__)
add = blueprint.add_url_rule

add("/events/<key>/timetable", "show", board.show)
add("/events/<key>/timetable/<int:number>/move", "move", moving.move, methods=FORM)
add("/events/<key>/timetable/<int:number>/details", "details", moving.details, methods=POST)
add("/events/<key>/timetable/<int:number>/remove", "remove", moving.remove, methods=POST)
add("/events/<key>/timetable/<int:number>/pin", "pin", moving.pin, methods=POST)
add("/events/<key>/timetable/<int:number>/swap/<int:other>", "swap", moving.swap, methods=POST)
add("/events/<key>/timetable/<int:number>/marks", "marks", board.marks)
add("/events/<key>/timetable/changes", "changes", board.changes)
add("/events/<key>/timetable/undo", "undo", moving.undo, methods=POST)
add("/events/<key>/timetable/redo", "redo", moving.redo, methods=POST)
add("/events/<key>/timetable/<int:number>/time", "set_time", own_times.set_time, methods=FORM)
add("/events/<key>/timetable/arrange", "arrange", own_times.arrange, methods=FORM)
add("/events/<key>/timetable/runs", "start_run", runs.start_run, methods=POST)
add("/events/<key>/timetable/runs/<int:number>", "show_run", runs.show_run)
add("/events/<key>/timetable/runs/<int:number>/progress", "run_progress", runs.run_progress)
add("/events/<key>/timetable/runs/<int:number>/cancel", "cancel_run", runs.cancel_run, methods=POST)
add("/events/<key>/timetable/runs/<int:number>/apply", "apply_run", runs.apply_run, methods=POST)
add("/events/<key>/timetable/runs/<int:number>/<any(problem, plan):part>.json", "run_file", runs.run_file)

add("/events/<key>/timetable/runs/<int:number>/left-out/<int:meeting>", "left_out_why", left_out.why)
add(
    "/events/<key>/timetable/runs/<int:number>/left-out/<int:meeting>/change",
    "left_out_cheapest_change",
    left_out.cheapest_change,
    methods=FORM,
)

add("/events/<key>/timetable/publish", "publishing_confirm", publishing.confirm, methods=FORM)

add("/manage/events/<key>/answers/<int:number>/move", "proposal_move", proposals.move, methods=POST)

add("/events/<key>/timetable/dropping-out", "dropping_out", dropping_out.form_and_preview, methods=FORM)

add("/events/<key>/timetable/rivals", "rivals", rivals.pairs, methods=FORM)
add("/events/<key>/timetable/rivals/<int:first>/<int:second>/remove", "rivals_remove", rivals.remove, methods=POST)

add("/events/<key>/timetable/conditions", "conditions", conditions.show)
add("/events/<key>/timetable/conditions/<kind>", "conditions_add", conditions.add, methods=POST)
add(
    "/events/<key>/timetable/conditions/<kind>/<int:number>/remove",
    "conditions_remove",
    conditions.remove,
    methods=POST,
)

blueprint.context_processor(board.words)

event_page.staff_tabs.add(60, "timetable.show", _l("Timetable"))
for_staff.put(
    50,
    Waiting(
        rows_that_wait(Meeting, Meeting.state == MeetingState.AGREED),
        lambda number: ngettext(
            "%(num)d agreed meeting without a slot", "%(num)d agreed meetings without a slot", number
        ),
        "timetable.show",
    ),
)
for_staff.put(
    60,
    Waiting(
        rows_that_wait(Meeting, Meeting.state == MeetingState.SCHEDULED, Meeting.published_at.is_(None)),
        lambda number: ngettext("%(num)d meeting not published yet", "%(num)d meetings not published yet", number),
        "timetable.publishing_confirm",
    ),
)
for_staff.put(
    61,
    Waiting(
        rows_that_wait(Meeting, Meeting.state.in_(OPEN), Meeting.published_starts_at.is_not(None), differs()),
        lambda number: ngettext(
            "%(num)d meeting has changed and nobody was told",
            "%(num)d meetings have changed and nobody was told",
            number,
        ),
        "timetable.publishing_confirm",
    ),
)


def _conditions(number: int) -> str:
    return ngettext("%(num)d condition of the timetable", "%(num)d conditions of the timetable", number)


WORDS.update(block_limits=_conditions, coordinator_limits=_conditions, meeting_wishes=_conditions)
