"""The addresses of `reports`, and what its templates and others' get of it."""

from flask import Blueprint

from rbc_events.registration.labels import LABELS
from rbc_events.reports import queries, routes

blueprint = Blueprint("reports", __name__)
add = blueprint.add_url_rule

add("/reports", "index", routes.index)

blueprint.add_app_template_global(queries.attendance)
blueprint.app_context_processor(lambda: {"organisation_kinds": LABELS})
