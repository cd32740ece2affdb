"""The addresses of `home`, and what its templates and others' get of it."""

from flask import Blueprint

from rbc_events.home import routes

blueprint = Blueprint("home", __name__)
add = blueprint.add_url_rule

add("/", "index", routes.index)
add("/healthz", "health", routes.health)
