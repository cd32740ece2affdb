"""The addresses of `registration`, and what its templates and others' get of it."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from rbc_events import audit
from rbc_events.events import event_page
from rbc_events.events.removing import KEEPS, WORDS
from rbc_events.events.waiting import Waiting, for_staff, rows_that_wait
from rbc_events.labels import add_labels
from rbc_events.page_parts import Part
from rbc_events.registration import copying as _copying  # noqa: F401 - events call it
from rbc_events.registration import fitting
from rbc_events.registration.access import own_registration
from rbc_events.registration.labels import LABELS, ORIGINS, QUESTION_KINDS
from rbc_events.registration.models import ConsentKind, Registration, RegistrationState
from rbc_events.registration.pairing import rules_in_words
from rbc_events.registration.participation import consented, taking_part
from rbc_events.registration.quotas import free_for_waiting
from rbc_events.registration.routes import (
    availability,
    booths,
    claiming,
    colleagues,
    files,
    filters,
    inviting,
    links,
    merging,
    pairing,
    people,
    questions,
    registering,
    screening,
    status,
    steps,
)
from rbc_events.web import FORM, POST

blueprint = Blueprint("registration", __name__)
add = blueprint.add_url_rule

add(
    "/registrations/<int:number>/availability/calendar",
    "busy_from_calendar",
    availability.busy_from_calendar,
    methods=POST,
)

add("/manage/events/<key>/places/<int:place_id>/booth", "booth", booths.give, methods=POST)

add("/claims/<int:number>", "claim", claiming.claim, methods=FORM)
add(
    "/events/<key>/registrations/<int:number>/ask-organisation",
    "ask_organisation",
    claiming.ask_organisation,
    methods=POST,
)

add("/registrations/<int:number>/files", "files", files.files, methods=FORM)
add("/registrations/<int:number>/files/<int:upload_id>/remove", "remove_file", files.remove_file, methods=POST)
add("/uploads/<int:upload_id>", "upload", files.upload)

add("/events/<key>/invitations", "invitations", inviting.invitations, methods=FORM)

add("/confirm/<token>", "confirm", links.confirm, methods=FORM)
add("/join/<token>", "join", links.join, methods=FORM)

add("/events/<key>/doubles", "doubles_of_event", merging.doubles_of_event)
add("/organisations/<int:number>/compare/<int:other>", "compare", merging.compare)
add("/organisations/<int:number>/merge-into/<int:other>", "merge", merging.merge, methods=POST)

add("/registrations/<int:number>/people", "people", people.people, methods=FORM)
add("/registrations/<int:number>/people/<int:delegate_id>", "person", people.person, methods=FORM)
add("/registrations/<int:number>/people/<int:delegate_id>/remove", "remove_person", people.remove_person, methods=POST)
add("/registrations/<int:number>/people/<int:delegate_id>/invite", "invite_person", people.invite_person, methods=POST)

add("/organisations/<int:number>/colleagues", "colleagues", colleagues.show, methods=FORM)
add(
    "/organisations/<int:number>/colleagues/<int:member>/<any(lead, hand_over, member, remove):what>",
    "change_colleague",
    colleagues.change,
    methods=POST,
)
add("/colleagues/<token>", "join_colleagues", colleagues.join, methods=FORM)

add("/events/<key>/questions", "question_list", questions.question_list, methods=FORM)
add("/events/<key>/questions/<int:number>", "question", questions.question, methods=FORM)
add(
    "/events/<key>/questions/<int:number>/<any(up, down, remove):what>",
    "change_question",
    questions.change_question,
    methods=POST,
)
add("/events/<key>/questions/standard", "standard_questions", questions.standard_questions, methods=POST)

add("/events/<key>/register", "start", registering.start, methods=FORM)
add("/events/<key>/registrations/new", "start_for", registering.start_for, methods=FORM)

add("/events/<key>/registrations", "index", screening.index)
add("/events/<key>/registrations/<int:number>", "screen", screening.screen)
add(
    "/events/<key>/registrations/<int:number>/decide/<any(approve, waitlist, ask_back, decline):decision>",
    "decide",
    screening.decide,
    methods=POST,
)
add("/events/<key>/registrations/<int:number>/take-back", "take_back", screening.take_back, methods=POST)
add(
    "/events/<key>/registrations/<int:number>/waiting/<any(up, down):way>",
    "move_waiting",
    screening.move_waiting,
    methods=POST,
)
add("/events/<key>/registrations/<int:number>/score", "score", screening.score, methods=POST)
add("/events/<key>/quotas", "quotas", screening.quotas, methods=FORM)
add("/events/<key>/registrations/<int:number>/group", "group", screening.group, methods=POST)
add("/events/<key>/meeting-rules", "meeting_rules", pairing.rules, methods=FORM)
add("/events/<key>/meeting-rules/<int:number>/remove", "remove_meeting_rule", pairing.remove, methods=POST)


add("/registrations/<int:number>", "status", status.show)
add("/registrations/<int:number>/review", "review", status.review)
add("/registrations/<int:number>/send", "send", status.send, methods=POST)
add("/registrations/<int:number>/mail-again", "mail_again", status.mail_again, methods=POST)
add("/registrations/<int:number>/withdraw", "withdraw", status.withdraw, methods=POST)
add("/registrations/<int:number>/return", "bring_back", status.bring_back, methods=POST)
add("/registrations/<int:number>/consents/<kind>/<any(give, withdraw):what>", "consent", status.consent, methods=POST)

add(f"/registrations/<int:number>/{steps.STEP}", "step", steps.step, methods=FORM)
add(f"/registrations/<int:number>/{steps.STEP}/keep", "keep", steps.keep, methods=POST)

audit.confidential("registration.screen", "registration.people", "registration.person", "registration.compare")
audit.leave_out("registration.keep")  # a change each few seconds while somebody writes

blueprint.add_app_template_global(registering.step_url)
add_labels(LABELS, ORIGINS, QUESTION_KINDS)
blueprint.add_app_template_filter(filters.mode_words)
blueprint.add_app_template_filter(filters.partner_words)
blueprint.add_app_template_filter(filters.answer)
blueprint.add_app_template_filter(fitting.profile_title)
blueprint.add_app_template_filter(fitting.profile_titles)
blueprint.add_app_template_global(fitting.asks_latin_name, "asks_latin_name")
blueprint.add_app_template_global(fitting.writes_kanji)

event_page.staff_tabs.add(20, "registration.index", _l("Registrations"))
event_page.place.append(Part("booth", booths.shown, "registration/_booth.html"))
event_page.aside.append(Part("own", own_registration, "registration/_take_part.html"))
event_page.aside.append(Part("who_meets", lambda _actor, event: rules_in_words(event), "registration/_who_meets.html"))
for_staff.put(
    10,
    Waiting(
        rows_that_wait(Registration, Registration.state == RegistrationState.SUBMITTED),
        lambda number: ngettext("%(num)d registration to screen", "%(num)d registrations to screen", number),
        "registration.index",
        {"state": RegistrationState.SUBMITTED},
    ),
)
for_staff.put(
    30,
    Waiting(
        rows_that_wait(Registration, taking_part(), ~consented(ConsentKind.SHARING)),
        lambda number: ngettext(
            "%(num)d approved organisation whose consent is missing",
            "%(num)d approved organisations whose consents are missing",
            number,
        ),
        "registration.index",
        {"state": RegistrationState.APPROVED},
    ),
)
for_staff.put(
    40,
    Waiting(
        lambda event_ids, _now: free_for_waiting(event_ids),
        lambda number: ngettext(
            "%(num)d organisation on the waiting list for which there is a place",
            "%(num)d organisations on the waiting list for which there are places",
            number,
        ),
        "registration.index",
        {"state": RegistrationState.WAITLISTED, "sort": "waiting"},
    ),
)

WORDS.update(
    unavailabilities=lambda number: ngettext(
        "%(num)d time at which an organisation said that it can't come",
        "%(num)d times at which organisations said that they can't come",
        number,
    ),
    registrations=lambda number: ngettext("Booth of %(num)d organisation", "Booth of %(num)d organisations", number),
    organisations=lambda number: ngettext("%(num)d organisation", "%(num)d organisations", number),
    profiles=lambda number: ngettext("%(num)d profile", "%(num)d profiles", number),
    registrations_for_it=lambda number: ngettext(
        "%(num)d registration: hide the event instead", "%(num)d registrations: hide the event instead", number
    ),
)
KEEPS["registrations"] = "registrations_for_it"
