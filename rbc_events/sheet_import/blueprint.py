"""The addresses of `imports`, and what its templates and others' get of it."""

from flask import Blueprint

from rbc_events.sheet_import import routes
from rbc_events.web import FORM

blueprint = Blueprint("sheet_import", __name__)
add = blueprint.add_url_rule

add("/events/<key>/import/<kind>", "upload", routes.upload, methods=FORM)
add("/events/<key>/import/<kind>/template.<any(xlsx, csv):ending>", "template", routes.template)
add("/events/<key>/import/keys.<any(xlsx, csv):ending>", "keys", routes.keys)
add("/events/<key>/import/<kind>/<digest>", "check", routes.check, methods=FORM)
add("/events/<key>/import/<kind>/<digest>/progress", "progress", routes.progress)
