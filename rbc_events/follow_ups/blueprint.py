"""The addresses of follow-ups."""

from flask import Blueprint

from rbc_events import audit
from rbc_events.follow_ups import labels, routes
from rbc_events.labels import add_labels
from rbc_events.web import FORM, POST

blueprint = Blueprint("follow_ups", __name__)
add = blueprint.add_url_rule

add("/follow-up/<token>", "answer", routes.answer, methods=FORM)
add("/follow-ups", "index", routes.index)
add("/relationships/<int:number>/follow-ups", "of_relationship", routes.of_relationship)
add("/follow-ups/<int:number>/take-over", "take_over", routes.take_over, methods=POST)

audit.confidential("follow_ups.index", "follow_ups.of_relationship")

add_labels(labels.STATES)
blueprint.context_processor(lambda: {"follow_up_states": labels.STATES})
