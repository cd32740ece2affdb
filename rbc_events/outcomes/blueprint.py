"""The addresses of `outcomes`, and what its templates and others' get of it."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from rbc_events.events import event_page
from rbc_events.outcomes import access, labels, queries
from rbc_events.outcomes.routes import evidence, outcomes, recording
from rbc_events.web import FORM, POST

blueprint = Blueprint("outcomes", __name__)
add = blueprint.add_url_rule

add("/outcomes", "index", outcomes.index)
add("/events/<key>/outcomes", "of_event", outcomes.of_event)
add("/events/<key>/outcomes/new", "new", recording.new, methods=FORM)
add("/relationships/<int:number>/outcomes/new", "new_of_relationship", recording.new_of_relationship, methods=FORM)
add("/partners/<int:number>/outcomes/new", "report", recording.report, methods=FORM)
add("/outcomes/<int:number>", "edit", outcomes.edit, methods=FORM)
add("/outcomes/<int:number>/decide", "decide", outcomes.decide, methods=POST)
add("/outcomes/<int:number>/join", "join", outcomes.join, methods=POST)
add("/outcomes/<int:number>/dates", "add_date", outcomes.add_date, methods=POST)
add("/outcomes/<int:number>/dates/<int:claim_id>/remove", "remove_date", outcomes.remove_date, methods=POST)
add("/outcomes/<int:number>/evidence", "add_evidence", evidence.add, methods=POST)
add("/outcomes/<int:number>/evidence/<int:evidence_id>/remove", "remove_evidence", evidence.remove, methods=POST)
add("/outcomes/<int:number>/files/<int:file_id>", "evidence_file", evidence.file)
add("/outcomes/<int:number>/verify", "verify", evidence.verify, methods=POST)

blueprint.app_context_processor(outcomes._labels)
blueprint.add_app_template_filter(outcomes.partial_date, "partial_date")
blueprint.add_app_template_global(queries.shown_of_meeting, "outcomes_of_meeting")
blueprint.add_app_template_global(queries.shown_of_relationship, "outcomes_of_relationship")
blueprint.add_app_template_global(queries.own_reports, "own_reports")
blueprint.add_app_template_global(access.may_see_amount, "may_see_amount")
blueprint.add_app_template_global(access.may_view_outcome, "may_view_outcome")
blueprint.add_app_template_global(labels.told, "told_in_words")

event_page.main.append(event_page.Part("outcomes_shown", queries.shown_of_event, "outcomes/_of_event.html"))
event_page.staff_tabs.add(100, "outcomes.of_event", _l("Outcomes"))
