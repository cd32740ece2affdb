"""The addresses of `home`, and what its templates and others' get of it."""

from flask import Blueprint
from flask_login import current_user

from rbc_events.clock import now
from rbc_events.home import queries, routes
from rbc_events.i18n import TOKYO

blueprint = Blueprint("home", __name__)
add = blueprint.add_url_rule

add("/", "index", routes.index)
add("/sitemap.xml", "sitemap", routes.sitemap)
add("/robots.txt", "robots", routes.robots)

blueprint.add_app_template_global(
    lambda: queries.next_event(current_user, today=now().astimezone(TOKYO).date()), "next_event"
)
