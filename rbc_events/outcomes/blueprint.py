"""The addresses of `outcomes`, and what its templates and others' get of it."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from rbc_events import audit
from rbc_events.events import event_page
from rbc_events.labels import add_labels
from rbc_events.meetings import meeting_page
from rbc_events.outcomes import labels, queries
from rbc_events.outcomes.routes import evidence, outcomes, recording
from rbc_events.page_parts import Part
from rbc_events.relationships import relationship_page
from rbc_events.seeds import seed_page
from rbc_events.web import FORM, POST

blueprint = Blueprint("outcomes", __name__)
add = blueprint.add_url_rule

add("/outcomes", "index", outcomes.index)
add("/events/<key>/outcomes", "of_event", outcomes.of_event)
add("/events/<key>/outcomes/new", "new", recording.new, methods=FORM)
add("/relationships/<int:number>/outcomes/new", "new_of_relationship", recording.new_of_relationship, methods=FORM)
add("/partners/<int:number>/outcomes/new", "report", recording.report, methods=FORM)
add("/outcomes/<int:number>", "edit", outcomes.edit, methods=FORM)
add("/outcomes/<int:number>/roles", "roles", outcomes.roles, methods=FORM)
add("/outcomes/<int:number>/decide", "decide", outcomes.decide, methods=POST)
add("/outcomes/<int:number>/join", "join", outcomes.join, methods=POST)
add("/outcomes/<int:number>/dates", "add_date", outcomes.add_date, methods=POST)
add("/outcomes/<int:number>/dates/<int:claim_id>/remove", "remove_date", outcomes.remove_date, methods=POST)
add("/outcomes/<int:number>/evidence", "add_evidence", evidence.add, methods=POST)
add("/outcomes/<int:number>/evidence/<int:evidence_id>/remove", "remove_evidence", evidence.remove, methods=POST)
add("/outcomes/<int:number>/files/<int:file_id>", "evidence_file", evidence.file)
add("/outcomes/<int:number>/verify", "verify", evidence.verify, methods=POST)

audit.confidential("outcomes.index", "outcomes.of_event", "outcomes.edit", "outcomes.roles", "outcomes.evidence_file")

add_labels(
    labels.OUTCOME_TYPES,
    labels.OUTCOME_STATES,
    labels.ATTRIBUTIONS,
    labels.VISIBILITIES,
    labels.EVIDENCE_KINDS,
    labels.DATE_KINDS,
)
blueprint.context_processor(lambda: {"outcome_fields": labels.FIELDS})
blueprint.add_app_template_filter(outcomes.partial_date, "partial_date")
blueprint.add_app_template_global(labels.told, "told_in_words")

event_page.main.append(Part("outcomes", queries.shown_of_event, "outcomes/_came_of_it.html"))
meeting_page.main.append(Part("outcomes", queries.shown_of_meeting, "outcomes/_came_of_it.html"))
relationship_page.of_staff.append(Part("outcomes", queries.shown_of_relationship, "outcomes/_of_relationship.html"))
relationship_page.of_side += [
    Part("outcomes", queries.shown_of_partnership, "outcomes/_of_partnership.html"),
    Part("told", queries.told_by, "outcomes/_told.html"),
]
seed_page.of_owners.append(Part("outcomes", queries.shown_of_seed, "outcomes/_came_of_seed.html"))
event_page.staff_tabs.add(100, "outcomes.of_event", _l("Outcomes"))
