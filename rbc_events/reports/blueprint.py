"""The addresses of `reports`, and what its templates and others' get of it."""

from flask import Blueprint

from rbc_events.events import event_page
from rbc_events.reports import queries, routes
from rbc_events.reports.figures import cell_text

blueprint = Blueprint("reports", __name__)
add = blueprint.add_url_rule

add("/reports", "index", routes.index)
add("/reports/charts/<key>.svg", "chart", routes.chart)
add("/reports/data/<key>.<extension>", "data", routes.data)

event_page.main.append(
    event_page.Part("attendance", lambda _actor, event: queries.attendance(event), "reports/_attendance.html")
)
blueprint.add_app_template_filter(cell_text)
