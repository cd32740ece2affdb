"""The addresses of `accounts`, and what its templates and others' get of it."""

from flask import Blueprint
from flask_login import current_user

from rbc_events.accounts import access, routes
from rbc_events.web import FORM, POST

blueprint = Blueprint("accounts", __name__)
add = blueprint.add_url_rule

add("/sign-in", "sign_in", routes.sign_in, methods=FORM)
add("/sign-out", "sign_out", routes.sign_out, methods=POST)
add("/forgotten", "forgotten", routes.forgotten, methods=FORM)
add("/password/<token>", "set_password", routes.set_password, methods=FORM)
add("/settings", "settings", routes.settings, methods=FORM)
add("/language/<language>", "choose_language", routes.choose_language, methods=POST)
add("/time-zone", "choose_time_zone", routes.choose_time_zone, methods=POST)

blueprint.app_context_processor(
    lambda: {"staff": access.is_staff(current_user), "headquarters": access.is_headquarters(current_user)}
)
blueprint.app_errorhandler(401)(routes._ask_to_sign_in)
