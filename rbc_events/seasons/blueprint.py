"""The addresses of seasons, and what they add to others' pages."""

from flask import Blueprint
from flask_babel import ngettext

from rbc_events.events.waiting import Waiting, for_staff
from rbc_events.labels import add_labels
from rbc_events.meetings import meeting_page
from rbc_events.page_parts import Part
from rbc_events.seasons import joining as _joining  # noqa: F401 - registration calls it
from rbc_events.seasons import labels, parts
from rbc_events.seasons.routes import batch, hours, offers, week
from rbc_events.timetable import timetable_page
from rbc_events.web import FORM, POST

blueprint = Blueprint("seasons", __name__)
add = blueprint.add_url_rule

add("/events/<key>/timetable/<int:number>/offer", "offer", offers.offer, methods=FORM)
add("/events/<key>/timetable/<int:number>/offer/withdraw", "withdraw", offers.withdraw, methods=POST)
add("/events/<key>/week", "week", week.show)
add("/events/<key>/week/<monday>/batch", "batch", batch.put_in, methods=FORM)
add("/events/<key>/hours", "own_hours", hours.of_coordinator, methods=FORM)
add("/registrations/<int:number>/hours", "hours", hours.of_organisation, methods=FORM)
add("/times/<token>", "answer", offers.answer, methods=FORM)

add_labels(labels.STATES)
meeting_page.actions.append(Part("may_offer", parts.may_offer, "seasons/_offer_times.html"))
meeting_page.main.append(Part("time_offer", parts.offer_of, "seasons/_offer.html"))
timetable_page.main.append(Part("held_times", parts.held_times, "seasons/_held.html"))
for_staff.put(
    55,
    Waiting(
        parts.without_answer,
        lambda number: ngettext(
            "%(num)d meeting needs other times: none of those offered is left",
            "%(num)d meetings need other times: none of those offered is left",
            number,
        ),
        "timetable.show",
    ),
)
