"""The addresses of `directory`, and what its templates and others' get of it."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from rbc_events.directory import routes
from rbc_events.events import event_page
from rbc_events.web import FORM, POST

blueprint = Blueprint("directory", __name__)
add = blueprint.add_url_rule

add("/events/<key>/directory", "index", routes.index)
add("/events/<key>/directory/nearest", "nearest", routes.nearest)
add("/events/<key>/directory/<int:number>", "show", routes.show)
add("/registrations/<int:number>/preview", "preview", routes.preview)
add("/events/<key>/directory/<int:number>/bookmark", "bookmark", routes.bookmark, methods=POST)
add("/events/<key>/recommendations", "recommendations", routes.recommendations)
add("/events/<key>/recommendations/<int:number>", "judge", routes.judge, methods=POST)
add("/events/<key>/searches", "searches", routes.searches, methods=FORM)
add("/events/<key>/searches/<int:number>/delete", "delete_search", routes.delete_search, methods=POST)


event_page.staff_tabs.add(30, "directory.index", _l("Directory"))
event_page.participant_tabs.add(20, "directory.index", _l("Directory"))
event_page.participant_tabs.add(30, "directory.recommendations", _l("Recommendations"))
