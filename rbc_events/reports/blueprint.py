"""The addresses of `reports`, and what its templates and others' get of it."""

from flask import Blueprint

from rbc_events.events import event_page
from rbc_events.page_parts import Part
from rbc_events.reports import queries
from rbc_events.reports.figures import cell_text
from rbc_events.reports.routes import figures, printing
from rbc_events.reports.seed_figures import own_seed_figure
from rbc_events.seeds import seed_page
from rbc_events.web import POST

blueprint = Blueprint("reports", __name__)
add = blueprint.add_url_rule

add("/reports", "index", figures.index)
add("/reports/charts/<key>.svg", "chart", figures.chart)
add("/reports/data/<key>.<extension>", "data", figures.data)
add("/reports/print", "printing_start", printing.start, methods=POST)
add("/reports/print", "printing_progress", printing.progress)
add("/reports/print/stop", "printing_stop", printing.stop, methods=POST)
add("/reports/report.pdf", "printed", printing.printed)

event_page.main.append(Part("attendance", lambda _actor, event: queries.attendance(event), "reports/_attendance.html"))
seed_page.of_own_list.append(Part("figure", own_seed_figure, "reports/_own_seeds.html"))
blueprint.add_app_template_filter(cell_text)
