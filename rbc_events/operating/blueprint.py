"""The addresses of `operating`."""

from flask import Blueprint

from rbc_events.operating import routes

blueprint = Blueprint("operating", __name__)
add = blueprint.add_url_rule

add("/healthz", "alive", routes.alive)
add("/readyz", "ready", routes.ready)
add("/manage/operation", "operation", routes.operation)
