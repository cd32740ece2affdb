"""The addresses of `meetings`, and what its templates and others' get of it."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from rbc_events import audit
from rbc_events.directory import encounters
from rbc_events.events import event_page
from rbc_events.events.removing import WORDS
from rbc_events.events.waiting import Waiting, count_rows, for_staff, rows_that_wait
from rbc_events.labels import add_labels
from rbc_events.meetings import acquaintance, incoming_list, labels, leaving, troubles
from rbc_events.meetings import copying as _copying  # noqa: F401 - events call it
from rbc_events.meetings import joining as _joining  # noqa: F401 - registration calls it
from rbc_events.meetings import merging as _merging  # noqa: F401 - merging organisations calls it
from rbc_events.meetings.departed import of_departed
from rbc_events.meetings.kept_apart import count_kept_apart
from rbc_events.meetings.models import Meeting, MeetingRequest, RequestState
from rbc_events.meetings.routes import (
    about_seeds,
    answering,
    incoming,
    interpreters,
    ledger,
    meetings,
    printing,
    requests,
    subscribing,
)
from rbc_events.meetings.wording import pairs_in_words
from rbc_events.page_parts import Part
from rbc_events.registration import life
from rbc_events.seeds import seed_page
from rbc_events.web import FORM, POST

blueprint = Blueprint("meetings", __name__)
add = blueprint.add_url_rule

add("/events/<key>/requests", "requests", requests.requests)
add("/events/<key>/requests/to/<int:number>", "request_meeting", requests.request_meeting, methods=FORM)
add("/events/<key>/requests/<int:number>/answer", "answer", requests.answer, methods=POST)
add("/events/<key>/requests/<int:number>/withdraw", "withdraw", requests.withdraw, methods=POST)
add("/events/<key>/requests/veto/<int:number>", "veto", requests.veto, methods=POST)
add("/events/<key>/requests/all", "event_requests", requests.event_requests)
add("/events/<key>/requests/propose", "propose", requests.propose, methods=FORM)
add("/events/<key>/requests/rules", "rules", requests.rules, methods=FORM)
add("/events/<key>/agenda", "own_agenda", meetings.own_agenda)
add("/events/<key>/agenda.ics", "agenda_file", meetings.agenda_file)
add("/events/<key>/meetings/<int:number>", "show", meetings.show)
add("/events/<key>/meetings/<int:number>.ics", "meeting_file", meetings.meeting_file)
add("/events/<key>/meetings/<int:number>/attend", "attend", meetings.attend, methods=POST)
add("/events/<key>/meetings/<int:number>/cancel", "cancel", meetings.cancel, methods=POST)
add("/events/<key>/meetings/<int:number>/record", "record", meetings.record, methods=FORM)
add("/events/<key>/meetings/<int:number>/rate", "rate", meetings.rate, methods=POST)

add("/events/<key>/interpreters", "interpreters", interpreters.index)
add("/events/<key>/interpreters/new", "interpreters_add", interpreters.add, methods=FORM)
add("/events/<key>/interpreters/<int:number>", "interpreters_edit", interpreters.edit, methods=FORM)
add("/events/<key>/interpreters/<int:number>/remove", "interpreters_remove", interpreters.remove, methods=POST)

add("/events/<key>/event.ics", "subscribing_event_file", subscribing.event_file)
add("/events/<key>/subscribe", "subscribing", subscribing.index)
add("/events/<key>/subscribe", "subscribing_open_address", subscribing.open_address, methods=POST)
add("/events/<key>/subscribe/<int:number>/revoke", "subscribing_revoke", subscribing.revoke, methods=POST)
add("/calendars/<token>.ics", "subscribing_calendar", subscribing.calendar)

add("/manage/events/<key>/invitations", "ledger", ledger.index)
add("/manage/events/<key>/invitations/catch-up", "ledger_catch_up", ledger.catch_up, methods=POST)

add("/manage/events/<key>/answers/<int:number>/decline", "answer_decline", ledger.decline_proposal, methods=POST)
add("/manage/events/<key>/answers/<int:number>/settle", "answer_settle", ledger.settle_answer, methods=POST)
add("/answer/<token>", "answer_by_link", answering.answer, methods=FORM)

add("/manage/mails", "mails", incoming.everything)
add("/manage/events/<key>/mails", "event_mails", incoming.of_event)
add("/manage/mails/<int:number>", "mail", incoming.show)
add("/manage/mails/<int:number>/mail.eml", "mail_file", incoming.source)
add("/manage/mails/<int:number>/take", "mail_take", incoming.take, methods=POST)
add("/manage/mails/<int:number>/other-time", "mail_other_time", incoming.other_time, methods=POST)
add("/manage/mails/<int:number>/reply", "mail_reply", incoming.reply, methods=POST)
add("/manage/mails/<int:number>/forward", "mail_forward", incoming.forward, methods=POST)

add("/events/<key>/agenda.pdf", "printing_own", printing.own)
add("/manage/events/<key>/agendas", "printing", printing.index)
add("/manage/events/<key>/agendas/<kind>/<int:number>.pdf", "printing_sheet", printing.sheet)
add("/manage/events/<key>/agendas/print/<purpose>", "printing_start", printing.start, methods=POST)
add("/manage/events/<key>/agendas/print/<purpose>", "printing_progress", printing.progress)
add("/manage/events/<key>/agendas/print/<purpose>/stop", "printing_stop", printing.stop, methods=POST)
add("/manage/events/<key>/agendas.zip", "printing_everything", printing.everything)

audit.confidential("meetings.mail", "meetings.mails", "meetings.event_mails")

add_labels(
    labels.REQUEST_STATES,
    labels.PARTY_ANSWERS,
    labels.MEETING_STATES,
    labels.ATTENDANCES,
    labels.CHANGE_KINDS,
    labels.CALENDAR_ANSWERS,
    labels.FEED_SCOPES,
    labels.MAIL_KINDS,
    labels.SETTLEMENTS,
)
blueprint.add_app_template_filter(pairs_in_words)

event_page.staff_tabs.add(40, "meetings.event_requests", _l("Requests"))
event_page.staff_tabs.add(50, "meetings.interpreters", _l("Interpreters"))
event_page.staff_tabs.add(70, "meetings.ledger", _l("Invitations"))
event_page.staff_tabs.add(80, "meetings.printing", _l("Printed agendas"))
event_page.participant_tabs.add(40, "meetings.requests", _l("My requests"))
event_page.participant_tabs.add(50, "meetings.own_agenda", _l("My agenda"))

seed_page.of_readers.append(Part("ways_to_ask", about_seeds.ways_to_ask, "meetings/_ask_about_seed.html"))
encounters.agreements.append(acquaintance.have_a_meeting)
encounters.not_recommended += [acquaintance.vetoed_by, acquaintance.vetoing, acquaintance.asked_already]
life.CONSEQUENCES.append(leaving)
for_staff.put(
    20,
    Waiting(
        lambda event_ids, now: count_rows(Meeting, event_ids, *of_departed(now)),
        lambda number: ngettext(
            "%(num)d meeting of an organisation that no longer takes part",
            "%(num)d meetings of organisations that no longer take part",
            number,
        ),
        "timetable.show",
    ),
)
for_staff.put(
    25,
    Waiting(
        count_kept_apart,
        lambda number: ngettext(
            "%(num)d meeting of organisations that the rules keep apart",
            "%(num)d meetings of organisations that the rules keep apart",
            number,
        ),
        "timetable.show",
    ),
)
for_staff.put(
    12,
    Waiting(
        troubles.count_troubled,
        lambda number: ngettext(
            "%(num)d meeting was declined, or another time is asked for",
            "%(num)d meetings were declined, or another time is asked for",
            number,
        ),
        "meetings.ledger",
        {"show": "declined"},
    ),
)
for_staff.put(
    15,
    Waiting(
        incoming_list.count_waiting,
        lambda number: ngettext("%(num)d mail needs a person", "%(num)d mails need a person", number),
        "meetings.event_mails",
    ),
)
for_staff.put(
    80,
    Waiting(
        rows_that_wait(MeetingRequest, MeetingRequest.state == RequestState.PENDING),
        lambda number: ngettext("%(num)d request waits for an answer", "%(num)d requests wait for an answer", number),
        "meetings.event_requests",
        is_work=False,
    ),
)

WORDS.update(
    meetings=lambda number: ngettext("%(num)d meeting", "%(num)d meetings", number),
    interpreter_unavailabilities=lambda number: ngettext(
        "%(num)d time at which an interpreter can't come", "%(num)d times at which interpreters can't come", number
    ),
)
