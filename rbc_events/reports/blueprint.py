"""The addresses of `reports`, and what its templates and others' get of it."""

from flask import Blueprint

from rbc_events.events import event_page
from rbc_events.reports import queries, routes

blueprint = Blueprint("reports", __name__)
add = blueprint.add_url_rule

add("/reports", "index", routes.index)

event_page.main.append(
    event_page.Part("attendance", lambda _actor, event: queries.attendance(event), "reports/_attendance.html")
)
