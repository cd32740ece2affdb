"""The addresses of `sheet_export`, and its tab at an event."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from rbc_events import audit
from rbc_events.events import event_page
from rbc_events.sheet_export import routes
from rbc_events.web import POST

blueprint = Blueprint("sheet_export", __name__)
add = blueprint.add_url_rule

add("/events/<key>/export", "index", routes.index)
add("/events/<key>/export/<name>.<any(xlsx, csv):ending>", "export", routes.export, methods=POST)

audit.name("sheet_export.export", audit.Kind.EXPORTED)

event_page.staff_tabs.add(125, "sheet_export.index", _l("Lists as sheets"))
