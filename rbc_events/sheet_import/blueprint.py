"""The addresses of `imports`, and what its templates and others' get of it."""

from flask import Blueprint

from rbc_events import audit
from rbc_events.labels import add_labels
from rbc_events.sheet_import.labels import SKIPS
from rbc_events.sheet_import.routes import checking, uploading
from rbc_events.sheet_import.templates import choices
from rbc_events.web import FORM

blueprint = Blueprint("sheet_import", __name__)
add = blueprint.add_url_rule

add("/events/<key>/import/<kind>", "upload", uploading.upload, methods=FORM)
add("/events/<key>/import/<kind>/template.<any(xlsx, csv):ending>", "template", uploading.template)
add("/events/<key>/import/keys.<any(xlsx, csv):ending>", "keys", uploading.keys)
add("/events/<key>/import/<kind>/<digest>", "check", checking.check, methods=FORM)
add("/events/<key>/import/<kind>/<digest>/progress", "progress", checking.progress)
add("/events/<key>/import/<kind>/<digest>/faults.<any(xlsx, csv):ending>", "faults", checking.faults)

audit.leave_out("sheet_import.template")

blueprint.add_app_template_filter(choices)
add_labels(SKIPS)
