"""The addresses of the day, and what it shows on the pages of others."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from rbc_events.day import access, labels
from rbc_events.day import joining as _joining  # noqa: F401 - registration calls it
from rbc_events.day.messages import count_unanswered
from rbc_events.day.routes import changing, desk, foyer, messages, mine, today
from rbc_events.events import event_page
from rbc_events.events.waiting import Waiting, for_staff
from rbc_events.labels import add_labels
from rbc_events.meetings import meeting_page
from rbc_events.page_parts import Part
from rbc_events.web import FORM, POST

blueprint = Blueprint("day", __name__)
add = blueprint.add_url_rule

add("/manage/events/<key>/today", "today", today.show)
add("/manage/events/<key>/today/sides/<int:number>", "mark", today.mark, methods=POST)
add("/manage/events/<key>/today/sides/<int:number>/<int:delegate>", "mark_one", today.mark_one, methods=POST)
add("/manage/events/<key>/today/meetings/<int:number>", "ways", changing.ways)
add("/manage/events/<key>/today/meetings/<int:number>/move", "move", changing.move, methods=POST)
add("/manage/events/<key>/today/meetings/<int:number>/swap", "swap", changing.swap, methods=POST)
add("/manage/events/<key>/today/meetings/<int:number>/free", "free", changing.free, methods=POST)
add("/manage/events/<key>/today/gaps", "gaps", changing.gaps)
add("/manage/events/<key>/today/walk-in", "walk_in", changing.walk_in, methods=FORM)

add("/manage/events/<key>/badges", "badges", desk.badge_list)
add("/manage/events/<key>/badges/print", "print_badges", desk.print_badges, methods=POST)
add("/manage/events/<key>/badges/<int:number>/revoke", "revoke_badge", desk.revoke, methods=POST)
add("/manage/events/<key>/signs.pdf", "signs", desk.signs)
add("/manage/events/<key>/check-in", "desk", desk.desk, methods=FORM)
add("/manage/events/<key>/check-in/<int:number>", "check_in", desk.check_in_person, methods=POST)
add("/manage/events/<key>/check-in/<int:number>/undo", "take_back", desk.take_back, methods=POST)

add("/manage/events/<key>/boards", "boards", foyer.index, methods=FORM)
add("/manage/events/<key>/boards/<int:number>/revoke", "revoke_board", foyer.revoke, methods=POST)
add("/boards/<token>", "board", foyer.board)

add("/events/<key>/day", "mine", mine.show)
add("/events/<key>/day/<int:number>/late", "late", mine.late, methods=POST)
add("/events/<key>/day/<int:number>", "note", mine.note, methods=FORM)
add("/events/<key>/day/hours", "hours", mine.hours, methods=FORM)
add("/events/<key>/day/<int:number>/cannot", "cannot", mine.cannot, methods=POST)
add("/events/<key>/day.webmanifest", "manifest", mine.manifest)
add("/events/day-worker.js", "worker", mine.worker)

add("/manage/events/<key>/messages", "messages", messages.broadcast, methods=FORM)
add("/manage/events/<key>/messages/<int:number>", "thread", messages.thread, methods=FORM)
add("/registrations/<int:number>/messages", "own_thread", messages.own_thread, methods=FORM)

add_labels(labels.CAME, labels.SAID)

event_page.staff_tabs.add(75, "day.today", _l("Today"))
event_page.staff_tabs.add(76, "day.desk", _l("Check-in"))
event_page.staff_tabs.add(77, "day.badges", _l("Badges"))
event_page.participant_tabs.add(45, "day.mine", _l("My day"))
meeting_page.main.append(Part("next_steps", access.next_steps_for, "day/_next_steps.html"))
event_page.staff_tabs.add(78, "day.messages", _l("Messages"))
for_staff.put(
    8,
    Waiting(
        count_unanswered,
        lambda number: ngettext(
            "%(num)d organisation waits for an answer to its message",
            "%(num)d organisations wait for an answer to their messages",
            number,
        ),
        "day.messages",
    ),
)
